//! How far apart artists are among the genres.

use crate::GenreMatrix;

/// Distances between the rows of a matrix.
pub(super) struct Distances<'a> {
    matrix: &'a GenreMatrix,
    /// How many genres each artist has.
    counts: Vec<u32>,
}

impl<'a> Distances<'a> {
    pub(super) fn new(matrix: &'a GenreMatrix) -> Self {
        let count = |artist| matrix.genres_of(artist).len() as u32;
        Self { matrix, counts: (0..matrix.artists().len()).map(count).collect() }
    }

    /// Squared Euclidean distances from `artist` to each artist: the number of genres that only one of the two has.
    ///
    /// Instead of comparing all pairs of rows it goes through the artists of each genre, which are far fewer.
    pub(super) fn squared_from(&self, artist: usize, squared: &mut Vec<u32>) {
        squared.clear();
        squared.extend(self.counts.iter().map(|&count| count + self.counts[artist]));
        for &genre in self.matrix.genres_of(artist) {
            for &other in self.matrix.artists_of(genre as usize) {
                squared[other as usize] -= 2;
            }
        }
    }

    /// How many others are at each squared distance from `artist`, given those from [`squared_from`](Self::squared_from).
    pub(super) fn count_others(artist: usize, squared: &[u32], counts: &mut Vec<usize>) {
        counts.clear();
        for &squared in squared {
            if squared as usize >= counts.len() {
                counts.resize(squared as usize + 1, 0);
            }
            counts[squared as usize] += 1;
        }
        counts[squared[artist] as usize] -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::testing::matrix_of;

    #[test]
    fn a_distance_counts_the_genres_that_are_not_shared() {
        let matrix = matrix_of(&[&["rock", "pop"], &["pop"], &["jazz", "free"], &["pop", "rock"]]);
        let mut squared = Vec::new();
        Distances::new(&matrix).squared_from(0, &mut squared);
        assert_eq!(squared, [0, 1, 4, 0]);
    }
}
