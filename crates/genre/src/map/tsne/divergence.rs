//! How well a map fits.

use rayon::prelude::*;

use super::affinity::weights;
use super::force::kernel;
use crate::map::distance::Distances;
use crate::map::{GoOn, Progress, Stage};
use crate::{Error, GenreMatrix, Result};

/// Artists between two reports of progress.
const BLOCK: usize = 2048;
/// Densities that are summed in `f32` before the sum is.
const RUN: usize = 512;
/// Sums side by side.
const LANES: usize = 8;
/// Probabilities of one artist below this, of 1 for all others together, are left out: they would be lost in rounding.
const NEGLIGIBLE: f64 = 1e-15;

/// The Kullback-Leibler divergence of a map in nats, by its definition: all artists are neighbours of all, not only the nearest, and
/// all points push all.
pub(super) fn divergence<const D: usize>(
    matrix: &GenreMatrix,
    points: &[[f32; D]],
    perplexity: f64,
    go_on: &mut GoOn<'_>,
) -> Result<f64> {
    let density = total_density(points);
    let distances = Distances::new(matrix);
    let artists = 0..points.len();
    let gaussians: Vec<Vec<f64>> = artists
        .into_par_iter()
        .map_init(Default::default, |(squared, counts), artist| {
            distances.squared_from(artist, squared);
            Distances::count_others(artist, squared, counts);
            gaussian(counts, perplexity)
        })
        .collect();
    let mut terms = Vec::with_capacity(points.len());
    while terms.len() < points.len() {
        let (done, total) = (terms.len(), points.len());
        if go_on(Progress { stage: Stage::Divergence, done, total }).is_break() {
            return Err(Error::Cancelled);
        }
        let block = (done..total.min(done + BLOCK)).into_par_iter();
        terms.par_extend(block.map_init(Vec::new, |squared, artist| {
            distances.squared_from(artist, squared);
            let pairs = squared[..artist].iter().zip(&gaussians).zip(points);
            let own = &gaussians[artist];
            let term = |((&squared, other), point): ((&u32, &Vec<f64>), &[f32; D])| {
                let at = |weights: &[f64]| weights.get(squared as usize).copied().unwrap_or(0.0);
                let p = (at(own) + at(other)) / (2.0 * points.len() as f64);
                if p == 0.0 {
                    return 0.0;
                }
                let q = f64::from(density_between(&points[artist], point)) / density;
                p * libm::log(p / q.max(f64::MIN_POSITIVE))
            };
            // A pair counts in both orders.
            2.0 * pairs.map(term).sum::<f64>()
        }));
    }
    Ok(terms.iter().sum())
}

/// Probabilities with which an artist picks one at each squared distance, of whom there are so many. Those that are missing at the end
/// are negligible.
fn gaussian(counts: &[usize], perplexity: f64) -> Vec<f64> {
    let all = counts.iter().zip(0..).map(|(&count, squared)| (squared, count));
    let shells: Vec<(u32, usize)> = all.filter(|(_, count)| *count > 0).collect();
    let mut gaussian = vec![0.0; counts.len()];
    for ((squared, _), weight) in shells.iter().zip(weights(&shells, perplexity)) {
        gaussian[*squared as usize] = weight;
    }
    let end = gaussian.iter().rposition(|&weight| weight > NEGLIGIBLE).map_or(0, |last| last + 1);
    gaussian.truncate(end);
    gaussian
}

fn density_between<const D: usize>(a: &[f32; D], b: &[f32; D]) -> f32 {
    kernel::<D>(a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()).1
}

/// The sum of the density over all pairs of different points.
fn total_density<const D: usize>(points: &[[f32; D]]) -> f64 {
    let at = |point: &[f32; D]| -> f64 {
        let runs = points.chunks(RUN).map(|run| {
            let mut sums = [0.0; LANES];
            for others in run.chunks(LANES) {
                let pairs = sums.iter_mut().zip(others);
                pairs.for_each(|(sum, other)| *sum += density_between(point, other));
            }
            sums.iter().map(|&sum| f64::from(sum)).sum::<f64>()
        });
        // Without that of the point at itself, which is 1.
        runs.sum::<f64>() - 1.0
    };
    points.par_iter().map(at).collect::<Vec<f64>>().iter().sum()
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::map::testing::matrix_of;

    #[test]
    fn the_divergence_is_that_of_the_definition() {
        // Distances: 1 between neighbours in a chain of four, 2 and 3 beyond.
        let matrix = matrix_of(&[&["a"], &["a", "b"], &["a", "b", "c"], &["a", "b", "c", "d"]]);
        let points = [[0.0, 0.0], [1.0, 0.0], [1.0, 2.0], [4.0, 2.0_f32]];
        let found = divergence(&matrix, &points, 2.5, &mut |_| ControlFlow::Continue(())).unwrap();
        let mut p = [[0.0; 4]; 4];
        for (i, row) in p.iter_mut().enumerate() {
            let squared = |j: usize| (i as f64 - j as f64).abs();
            let spread = |precision: f64| -> Vec<f64> {
                let weight = |j| if i == j { 0.0 } else { (-precision * squared(j)).exp() };
                let total: f64 = (0..4).map(weight).sum();
                (0..4).map(|j| weight(j) / total).collect()
            };
            let entropy = |weights: &[f64]| -> f64 {
                weights.iter().filter(|w| **w > 0.0).map(|w| -w * w.ln()).sum()
            };
            let precisions = (0..1_000_000).map(|step| f64::from(step) * 1e-5);
            let best = precisions
                .into_iter()
                .find(|&precision| entropy(&spread(precision)) <= 2.5_f64.ln());
            row.copy_from_slice(&spread(best.unwrap()));
        }
        let kernel = |i: usize, j: usize| {
            let [x, y] = [0, 1].map(|axis| f64::from(points[i][axis] - points[j][axis]));
            1.0 / (1.0 + x * x + y * y)
        };
        let pairs = || (0..4).flat_map(|i| (0..4).map(move |j| (i, j))).filter(|(i, j)| i != j);
        let total: f64 = pairs().map(|(i, j)| kernel(i, j)).sum();
        let term = |(i, j): (usize, usize)| {
            let mutual = (p[i][j] + p[j][i]) / 8.0;
            mutual * (mutual / (kernel(i, j) / total)).ln()
        };
        let expected: f64 = pairs().map(term).sum();
        assert!((found - expected).abs() < 1e-4, "{found} instead of {expected}");
    }
}
