//! Principal component analysis.

use super::eigen::{Pair, largest};
use super::{Dimensions, Fit, GenreMap, check_artists};
use crate::{GenreMatrix, Result};

/// The artists along the axes in which they differ most.
///
/// Each axis points to where its largest component is positive (as `svd_flip` of scikit-learn has it), so that a map does not
/// flip with rounding. Where there are fewer genres than dimensions, the others are 0.
///
/// # Errors
///
/// [`Error::TooFewArtists`](crate::Error::TooFewArtists).
pub fn pca(matrix: &GenreMatrix, dimensions: Dimensions) -> Result<GenreMap> {
    check_artists(matrix)?;
    let components = Components::new(matrix, dimensions.count());
    let total = components.total_variance();
    let share = |variance: &f64| if total > 0.0 { variance / total } else { 0.0 };
    let fit = Fit::Pca {
        explained_variance_ratio: components.variances.iter().map(share).collect(),
        explained_variance: components.variances.clone(),
    };
    Ok(GenreMap::new(matrix, dimensions, fit, components.positions()))
}

/// Principal components of a matrix.
pub(super) struct Components<'a> {
    matrix: &'a GenreMatrix,
    /// Means of the columns.
    means: Vec<f64>,
    /// Variance along each axis.
    variances: Vec<f64>,
    axes: Vec<Vec<f64>>,
}

impl<'a> Components<'a> {
    /// The first `count` components, of variance 0 where there are no more.
    pub(super) fn new(matrix: &'a GenreMatrix, count: usize) -> Self {
        let artists = matrix.artists().len();
        let share = |genre| matrix.artists_of(genre).len() as f64 / artists as f64;
        let means: Vec<f64> = (0..matrix.genres().len()).map(share).collect();
        let mut components = Self { matrix, means, variances: Vec::new(), axes: Vec::new() };
        let pairs = largest(matrix.genres().len(), count, |vector| components.scatter(vector));
        for Pair { value, mut vector } in pairs {
            if points_backwards(&vector) {
                vector.iter_mut().for_each(|x| *x = -*x);
            }
            components.variances.push(value.max(0.0) / (artists - 1) as f64);
            components.axes.push(vector);
        }
        components.variances.resize(count, 0.0);
        components.axes.resize(count, vec![0.0; matrix.genres().len()]);
        components
    }

    /// The variance of all columns together.
    fn total_variance(&self) -> f64 {
        let artists = self.matrix.artists().len() as f64;
        // Of zeros and ones.
        let variance = |mean: &f64| mean * (1.0 - mean) * artists / (artists - 1.0);
        self.means.iter().map(variance).sum()
    }

    /// The standard deviation along the first axis, of these artists and not of all that there might be.
    pub(super) fn deviation(&self) -> f64 {
        let artists = self.matrix.artists().len() as f64;
        (self.variances[0] * (artists - 1.0) / artists).sqrt()
    }

    /// Where each artist lies along the axes.
    pub(super) fn positions(&self) -> Vec<[f64; 3]> {
        let mut positions = vec![[0.0; 3]; self.matrix.artists().len()];
        for (number, axis) in self.axes.iter().enumerate() {
            let along = self.project(axis);
            positions.iter_mut().zip(along).for_each(|(position, x)| position[number] = x);
        }
        positions
    }

    /// The rows, less their mean, times `vector`: `[artists]`.
    fn project(&self, vector: &[f64]) -> Vec<f64> {
        let mean: f64 = self.means.iter().zip(vector).map(|(mean, x)| mean * x).sum();
        let along = |artist| {
            let genres = self.matrix.genres_of(artist).iter();
            genres.map(|&genre| vector[genre as usize]).sum::<f64>() - mean
        };
        (0..self.matrix.artists().len()).map(along).collect()
    }

    /// `(X - mean)^T (X - mean)` times `vector`: `[genres]`, without the dense matrix that it is.
    fn scatter(&self, vector: &[f64]) -> Vec<f64> {
        let along = self.project(vector);
        let sum: f64 = along.iter().sum();
        let through = |(genre, mean): (usize, &f64)| {
            let artists = self.matrix.artists_of(genre).iter();
            artists.map(|&artist| along[artist as usize]).sum::<f64>() - mean * sum
        };
        self.means.iter().enumerate().map(through).collect()
    }
}

/// Whether the largest component is negative; of components that only rounding tells apart the first counts.
fn points_backwards(axis: &[f64]) -> bool {
    let largest = axis.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    axis.iter().find(|x| x.abs() >= largest * (1.0 - 1e-9)).is_some_and(|x| *x < 0.0)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::map::testing::{matrix_of, real_matrix};

    fn numbers(value: &Value) -> Vec<f64> {
        value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
    }

    fn assert_close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9;
        assert!(found.iter().zip(expected).all(near), "{found:?} instead of {expected:?}");
    }

    #[test]
    fn the_table_of_clean_midi_has_the_components_that_scikit_learn_finds() {
        let golden: Value =
            serde_json::from_str(include_str!("../../tests/golden/pca.json")).unwrap();
        let map = pca(&real_matrix(), Dimensions::Three).unwrap();
        assert_eq!(map.points.len() as u64, golden["artists"].as_u64().unwrap());
        let Fit::Pca { explained_variance, explained_variance_ratio } = &map.fit else {
            panic!("{:?}", map.fit)
        };
        assert_close(explained_variance, &numbers(&golden["explained_variance"]));
        assert_close(explained_variance_ratio, &numbers(&golden["explained_variance_ratio"]));
        for (artist, position) in golden["positions"].as_object().unwrap() {
            let point = map.points.iter().find(|point| point.artist == *artist).unwrap();
            assert_close(&point.position, &numbers(position));
        }
    }

    #[test]
    fn the_plane_is_the_floor_of_the_space() {
        let (plane, space) = (
            pca(&real_matrix(), Dimensions::Two).unwrap(),
            pca(&real_matrix(), Dimensions::Three).unwrap(),
        );
        for (flat, deep) in plane.points.iter().zip(&space.points) {
            assert_close(&flat.position[..2], &deep.position[..2]);
            assert_eq!(flat.position[2].to_bits(), 0);
        }
    }

    #[test]
    fn one_genre_is_no_direction() {
        let map = pca(&matrix_of(&[&["pop"], &["pop"], &["pop"]]), Dimensions::Two).unwrap();
        assert!(map.points.iter().all(|point| point.position == [0.0; 3]), "{map:?}");
        assert_eq!(
            map.fit,
            Fit::Pca { explained_variance: vec![0.0; 2], explained_variance_ratio: vec![0.0; 2] }
        );
    }

    #[test]
    fn two_genres_that_exclude_each_other_are_one_direction() {
        let map = pca(&matrix_of(&[&["pop"], &["rock"]]), Dimensions::Two).unwrap();
        let half = 0.5_f64.sqrt();
        let Fit::Pca { explained_variance, .. } = &map.fit else { panic!("{:?}", map.fit) };
        assert_close(explained_variance, &[1.0, 0.0]);
        assert_close(&map.points[0].position, &[half, 0.0, 0.0]);
        assert_close(&map.points[1].position, &[-half, 0.0, 0.0]);
    }

    #[test]
    fn one_artist_is_too_few() {
        let alone = matrix_of(&[&["pop"], &[]]);
        let error = pca(&alone, Dimensions::Two).unwrap_err();
        assert!(matches!(error, crate::Error::TooFewArtists { artists: 1, needed: 2 }), "{error}");
    }
}
