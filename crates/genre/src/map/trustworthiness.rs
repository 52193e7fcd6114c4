//! How far a map can be trusted.

use rayon::prelude::*;

use super::GenreMap;
use super::distance::Distances;
use crate::{Error, GenreMatrix, Result};

/// How many of the `k` nearest neighbours on a map are near among the genres, too: from 0 to 1, where 1 says that all are among
/// the `k` nearest there (Venna and Kaski, "Neighborhood preservation in nonlinear projection methods", 2001). Artists at the
/// same distance count in their order, as in a stable sort. `map` is one of `matrix`.
///
/// # Errors
///
/// [`Error::TooFewArtists`]: `k` must be less than half of the artists.
pub fn trustworthiness(matrix: &GenreMatrix, map: &GenreMap, k: usize) -> Result<f64> {
    let artists = matrix.artists().len();
    if k == 0 || 2 * k >= artists {
        return Err(Error::TooFewArtists { artists, needed: 2 * k.max(1) + 1 });
    }
    let distances = Distances::new(matrix);
    let penalties = (0..artists).into_par_iter().map_init(
        || (Vec::new(), Vec::new()),
        |(squared, nearest), artist| {
            distances.squared_from(artist, squared);
            nearest_on(map, artist, k, nearest);
            nearest.iter().map(|&(_, other)| penalty(squared, artist, other, k)).sum::<u64>()
        },
    );
    let (n, k) = (artists as f64, k as f64);
    Ok(1.0 - 2.0 / (n * k * (2.0 * n - 3.0 * k - 1.0)) * penalties.sum::<u64>() as f64)
}

/// The `k` artists nearest on the map to `artist`, in any order, with their squared distances.
fn nearest_on(map: &GenreMap, artist: usize, k: usize, nearest: &mut Vec<(f64, usize)>) {
    let [x, y, z] = map.points[artist].position;
    let squared = |&[a, b, c]: &[f64; 3]| (a - x).powi(2) + (b - y).powi(2) + (c - z).powi(2);
    nearest.clear();
    let all = map.points.iter().map(|point| squared(&point.position)).zip(0..);
    nearest.extend(all.filter(|(_, other)| *other != artist));
    nearest.select_nth_unstable_by(k - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    nearest.truncate(k);
}

/// By how many places `other` misses the `k` nearest of `artist` among the genres.
fn penalty(squared: &[u32], artist: usize, other: usize, k: usize) -> u64 {
    let limit = squared[other];
    let (before, after) = squared.split_at(other);
    let nearer = before.iter().filter(|&&x| x <= limit).count()
        + after.iter().filter(|&&x| x < limit).count();
    // The artist itself, which is as near as can be, is none of its neighbours.
    let itself = squared[artist] < limit || (squared[artist] == limit && artist < other);
    (nearer - usize::from(itself) + 1).saturating_sub(k) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::testing::{matrix_of, real_matrix};
    use crate::map::{Dimensions, Fit, pca};

    const CHAIN: [&[&str]; 5] =
        [&["a"], &["a", "b"], &["a", "b", "c"], &["a", "b", "c", "d"], &["a", "b", "c", "d", "e"]];

    fn chain_at(places: [f64; 5]) -> f64 {
        let matrix = matrix_of(&CHAIN);
        let fit = Fit::Pca { explained_variance: vec![], explained_variance_ratio: vec![] };
        let positions = places.map(|x| [x, 0.0, 0.0]).to_vec();
        trustworthiness(&matrix, &GenreMap::new(&matrix, Dimensions::Two, fit, positions), 1)
            .unwrap()
    }

    #[test]
    fn what_keeps_its_neighbours_is_trusted() {
        assert!((chain_at([0.0, 1.0, 2.1, 3.3, 4.6]) - 1.0).abs() < 1e-15);
        // The last one stands beside the first: 1 -> 5 is of rank 4, 5 -> 1 too, so 1 - 2 (3 + 3) / (5 * 1 * 6).
        assert!((chain_at([0.0, 1.0, 2.1, 3.3, -0.5]) - 0.6).abs() < 1e-15);
    }

    #[test]
    fn too_large_a_neighbourhood_is_refused() {
        let matrix = matrix_of(&CHAIN);
        let map = pca(&matrix, Dimensions::Two).unwrap();
        for k in [0, 3] {
            assert!(matches!(
                trustworthiness(&matrix, &map, k),
                Err(Error::TooFewArtists { artists: 5, .. })
            ));
        }
    }

    #[test]
    fn a_shadow_of_clean_midi_is_trusted_as_scikit_learn_trusts_it() {
        let matrix = real_matrix();
        let map = pca(&matrix, Dimensions::Two).unwrap();
        let found = trustworthiness(&matrix, &map, 12).unwrap();
        // 0.80613 of scikit-learn 1.9.1, which puts equal distances in no certain order.
        assert!((found - 0.806_13).abs() < 1e-3, "{found}");
    }
}
