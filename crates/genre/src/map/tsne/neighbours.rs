//! The nearest neighbours of each artist among the genres.

use rayon::prelude::*;

use crate::map::distance::Distances;
use crate::map::{GoOn, Progress, Stage};
use crate::{Error, GenreMatrix, Result};

/// Artists between two reports of progress.
const BLOCK: usize = 2048;

/// An artist near another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Neighbour {
    pub(super) squared_distance: u32,
    pub(super) artist: u32,
}

/// The `k` nearest neighbours of each artist, all that are nearer before those that are farther.
///
/// Distances are small whole numbers, so that many artists stand at the same distance at the edge of a neighbourhood. The seed
/// decides who of them belongs to it: if it were the first of the table, these would be neighbours of half the world.
pub(super) fn nearest(
    matrix: &GenreMatrix,
    k: usize,
    seed: u64,
    go_on: &mut GoOn<'_>,
) -> Result<Vec<Vec<Neighbour>>> {
    let total = matrix.artists().len();
    let distances = Distances::new(matrix);
    let mut nearest = Vec::with_capacity(total);
    while nearest.len() < total {
        let done = nearest.len();
        let progress = Progress { stage: Stage::Neighbours, done, total };
        if go_on(progress).is_break() {
            return Err(Error::Cancelled);
        }
        let block = (done..total.min(done + BLOCK)).into_par_iter();
        nearest.par_extend(block.map_init(Search::default, |search, artist| {
            distances.squared_from(artist, &mut search.squared);
            search.nearest_to(artist, k, seed)
        }));
    }
    Ok(nearest)
}

/// Memory of a thread that searches.
#[derive(Default)]
struct Search {
    squared: Vec<u32>,
    /// How many artists are at each squared distance.
    counts: Vec<usize>,
    edge: Vec<(u64, u32)>,
}

impl Search {
    fn nearest_to(&mut self, artist: usize, k: usize, seed: u64) -> Vec<Neighbour> {
        let (radius, inside) = self.radius(artist, k);
        let mut nearest = Vec::with_capacity(k);
        self.edge.clear();
        for (&squared_distance, other) in self.squared.iter().zip(0..) {
            if squared_distance > radius || other as usize == artist {
                continue;
            }
            if squared_distance < radius {
                nearest.push(Neighbour { squared_distance, artist: other });
            } else {
                self.edge.push((lot(seed, artist as u32, other), other));
            }
        }
        let wanted = k - inside;
        if wanted < self.edge.len() {
            self.edge.select_nth_unstable(wanted);
            self.edge.truncate(wanted);
        }
        nearest.sort_unstable_by_key(|neighbour| (neighbour.squared_distance, neighbour.artist));
        self.edge.sort_unstable_by_key(|(_, other)| *other);
        let at_edge = |&(_, artist): &(u64, u32)| Neighbour { squared_distance: radius, artist };
        nearest.extend(self.edge.iter().map(at_edge));
        nearest
    }

    /// The squared distance within which there are `k` others or more, and how many are nearer than that.
    fn radius(&mut self, artist: usize, k: usize) -> (u32, usize) {
        Distances::count_others(artist, &self.squared, &mut self.counts);
        let mut inside = 0;
        for (&count, radius) in self.counts.iter().zip(0..) {
            if inside + count >= k {
                return (radius, inside);
            }
            inside += count;
        }
        unreachable!("there are more than {k} artists")
    }
}

/// A number drawn for a pair of artists, the same for either (the finalizer of SplitMix64 on both).
fn lot(seed: u64, a: u32, b: u32) -> u64 {
    let mut x = seed ^ (u64::from(a.min(b)) << 32 | u64::from(a.max(b)));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::map::testing::{matrix_of, real_matrix};

    fn search(matrix: &GenreMatrix, k: usize, seed: u64) -> Vec<Vec<Neighbour>> {
        nearest(matrix, k, seed, &mut |_| ControlFlow::Continue(())).unwrap()
    }

    #[test]
    fn nobody_who_is_nearer_is_left_out() {
        let matrix = real_matrix();
        let distances = Distances::new(&matrix);
        let mut squared = Vec::new();
        for (artist, found) in search(&matrix, 91, 3).iter().enumerate().step_by(17) {
            distances.squared_from(artist, &mut squared);
            assert!(found.iter().all(|one| squared[one.artist as usize] == one.squared_distance));
            assert!(found.iter().all(|one| one.artist as usize != artist));
            squared.remove(artist);
            squared.sort_unstable();
            let distances: Vec<u32> = found.iter().map(|one| one.squared_distance).collect();
            assert_eq!(distances, squared[..91]);
        }
    }

    #[test]
    fn lots_are_drawn_among_equals() {
        let equals = vec![&["pop"][..]; 60];
        let matrix = matrix_of(&equals);
        let found = search(&matrix, 5, 1);
        assert!(found.iter().all(|near| near.len() == 5));
        let popular = |artist| found.iter().flatten().filter(|one| one.artist == artist).count();
        assert!((0..60).map(popular).max() < Some(20));
        assert_ne!(found, search(&matrix, 5, 2));
    }
}
