//! t-distributed stochastic neighbour embedding.
//!
//! The schedule is scikit-learn's: from the principal components, made tiny; a quarter of the iterations with exaggerated affinities; gains
//! for each coordinate that grow while it goes on in one direction. What differs is said where it does, and measured in `docs/genre-map.md`.

mod affinity;
mod divergence;
mod force;
mod neighbours;
mod tree;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

use super::pca::Components;
use super::{Dimensions, Fit, GenreMap, GoOn, Progress, Stage, check_artists};
use crate::{Error, GenreMatrix, Result};
use affinity::Affinities;
use divergence::divergence;
use force::{gradient_factor, pull, push_all};
use tree::Tree;

/// Standard deviation of the first coordinate at the start.
const START: f64 = 1e-4;
/// How far chance moves a point at the start, of [`START`]: equal artists would stay in one place for ever.
const JITTER: f64 = 0.01;
/// By how much affinities are exaggerated in the first quarter of the iterations, so that groups find themselves.
const EXAGGERATION: f32 = 12.0;
const MIN_LEARNING_RATE: f32 = 50.0;
/// Momentum in the first quarter, and after it.
const MOMENTUM: [f32; 2] = [0.5, 0.8];
/// Points that a thread moves at once, at least.
const SHARE: usize = 64;
const MIN_GAIN: f32 = 0.01;
/// The perplexity where none is asked for, and the part of the artists that it must not exceed.
const PERPLEXITY: f64 = 30.0;
const PERPLEXITY_SHARE: f64 = 1.0 / 3.0;

/// What t-SNE is to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TsneOptions {
    /// Dimensions of the map.
    pub dimensions: Dimensions,
    /// How many neighbours each artist looks at, in effect: from 1 to the number of other artists. None: 30, or a third of the
    /// others where there are fewer than 91.
    pub perplexity: Option<f64>,
    /// How many times all points are moved.
    pub iterations: usize,
    /// Where chance has a say: among neighbours at the same distance, and where equal artists start.
    pub seed: u64,
}

impl TsneOptions {
    /// 1,000 iterations, seed 0.
    #[must_use]
    pub fn new(dimensions: Dimensions) -> Self {
        Self { dimensions, perplexity: None, iterations: 1000, seed: 0 }
    }
}

/// The artists so that those who share genres are together.
///
/// # Errors
///
/// [`Error::TooFewArtists`], [`Error::Perplexity`], [`Error::Cancelled`].
pub fn tsne(matrix: &GenreMatrix, options: &TsneOptions, go_on: &mut GoOn<'_>) -> Result<GenreMap> {
    check_artists(matrix)?;
    let artists = matrix.artists().len();
    let others = (artists - 1) as f64;
    let perplexity =
        options.perplexity.unwrap_or(PERPLEXITY.min((others * PERPLEXITY_SHARE).max(1.0)));
    if !(1.0..=others).contains(&perplexity) {
        return Err(Error::Perplexity { perplexity, artists });
    }
    // Beyond three times the perplexity a Gaussian has nothing left; the number is scikit-learn's.
    let k = (3.0 * perplexity + 1.0).min(others) as usize;
    let near = neighbours::nearest(matrix, k, options.seed, go_on)?;
    let affinities = Affinities::new(&near, perplexity);
    drop(near);
    let (positions, kl_divergence) = match options.dimensions {
        Dimensions::Two => {
            let points = embed::<2>(matrix, &affinities, options, go_on)?;
            (centred(&points), divergence(matrix, &points, perplexity, go_on)?)
        }
        Dimensions::Three => {
            let points = embed::<3>(matrix, &affinities, options, go_on)?;
            (centred(&points), divergence(matrix, &points, perplexity, go_on)?)
        }
    };
    let (iterations, seed) = (options.iterations, options.seed);
    let fit = Fit::Tsne { kl_divergence, perplexity, iterations, seed };
    Ok(GenreMap::new(matrix, options.dimensions, fit, positions))
}

/// Moves the points to where they belong.
fn embed<const D: usize>(
    matrix: &GenreMatrix,
    affinities: &Affinities,
    options: &TsneOptions,
    go_on: &mut GoOn<'_>,
) -> Result<Vec<[f32; D]>> {
    let mut descent = Descent::<D>::new(start(matrix, options.seed));
    let total = options.iterations;
    for done in 0..total {
        if go_on(Progress { stage: Stage::Descent, done, total }).is_break() {
            return Err(Error::Cancelled);
        }
        let early = done < total / 4;
        if done == total / 4 {
            descent.rest();
        }
        let exaggeration = if early { EXAGGERATION } else { 1.0 };
        descent.step(affinities, exaggeration, MOMENTUM[usize::from(!early)]);
    }
    Ok(descent.points)
}

/// The principal components, made tiny and jittered.
fn start<const D: usize>(matrix: &GenreMatrix, seed: u64) -> Vec<[f32; D]> {
    let components = Components::new(matrix, D);
    let deviation = components.deviation();
    let scale = if deviation > 0.0 { START / deviation } else { 0.0 };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut jitter = || (f64::from(rng.next_u32()) / f64::from(u32::MAX) - 0.5) * START * JITTER;
    let place =
        |position: [f64; 3]| std::array::from_fn(|axis| (position[axis] * scale + jitter()) as f32);
    components.positions().into_iter().map(place).collect()
}

/// Points on their way down the divergence.
struct Descent<const D: usize> {
    points: Vec<[f32; D]>,
    steps: Vec<[f32; D]>,
    gains: Vec<[f32; D]>,
    learning_rate: f32,
    tree: Tree<D>,
    /// How points are pushed, in the order of the tree.
    pushes: Vec<[f32; D]>,
}

impl<const D: usize> Descent<D> {
    fn new(points: Vec<[f32; D]>) -> Self {
        let count = points.len();
        Self {
            points,
            steps: vec![[0.0; D]; count],
            gains: vec![[1.0; D]; count],
            // Belkina et al., "Automated optimized parameters for t-SNE", 2019, in the units of this gradient.
            learning_rate: (count as f32 / EXAGGERATION / 4.0).max(MIN_LEARNING_RATE),
            tree: Tree::new(),
            pushes: vec![[0.0; D]; count],
        }
    }

    /// Stands still.
    fn rest(&mut self) {
        self.steps.fill([0.0; D]);
        self.gains.fill([1.0; D]);
    }

    /// Moves all points once.
    fn step(&mut self, affinities: &Affinities, exaggeration: f32, momentum: f32) {
        self.tree.build(&self.points);
        let density = push_all(&self.tree, &mut self.pushes);
        let scale = 1.0 / density.max(f64::MIN_POSITIVE) as f32;
        let moving = self.steps.par_iter_mut().zip(&mut self.gains).enumerate();
        moving.with_min_len(SHARE).for_each(|(artist, (step, gain))| {
            let pull = pull(&self.points, affinities, artist);
            let push = self.pushes[self.tree.places[artist] as usize];
            for axis in 0..D {
                let gradient =
                    gradient_factor(D) * (exaggeration * pull[axis] - push[axis] * scale);
                let goes_on = step[axis] * gradient < 0.0;
                gain[axis] =
                    if goes_on { gain[axis] + 0.2 } else { gain[axis] * 0.8 }.max(MIN_GAIN);
                step[axis] = momentum * step[axis] - self.learning_rate * gain[axis] * gradient;
            }
        });
        for (point, step) in self.points.iter_mut().zip(&self.steps) {
            point.iter_mut().zip(step).for_each(|(x, step)| *x += step);
        }
    }
}

/// Positions around the origin.
fn centred<const D: usize>(points: &[[f32; D]]) -> Vec<[f64; 3]> {
    let mut positions = vec![[0.0; 3]; points.len()];
    for axis in 0..D {
        let sum: f64 = points.iter().map(|point| f64::from(point[axis])).sum();
        let mean = sum / points.len() as f64;
        let pairs = positions.iter_mut().zip(points);
        pairs.for_each(|(position, point)| position[axis] = f64::from(point[axis]) - mean);
    }
    positions
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::map::testing::{matrix_of, real_matrix, real_table};
    use crate::map::trustworthiness;
    use crate::table::GenreTable;

    fn map_of(matrix: &GenreMatrix, options: &TsneOptions) -> GenreMap {
        tsne(matrix, options, &mut |_| ControlFlow::Continue(())).unwrap()
    }

    fn divergence_of(map: &GenreMap) -> f64 {
        match map.fit {
            Fit::Tsne { kl_divergence, .. } => kl_divergence,
            ref other => panic!("{other:?}"),
        }
    }

    /// Every third artist.
    fn some() -> GenreMatrix {
        let mut table = GenreTable::default();
        for artist in real_table().artists().iter().step_by(3) {
            table.add(&artist.name, artist.genres.clone());
        }
        GenreMatrix::new(&table)
    }

    #[test]
    fn the_map_is_as_good_as_that_of_scikit_learn() {
        let matrix = real_matrix();
        let map = map_of(&matrix, &TsneOptions::new(Dimensions::Two));
        // scikit-learn 1.9.1, the best of five seeds: 0.9485, and 0.736 by the same definition of the divergence.
        let trusted = trustworthiness(&matrix, &map, 12).unwrap();
        assert!(trusted > 0.9495, "{trusted}");
        let divergence = divergence_of(&map);
        assert!((0.5..0.67).contains(&divergence), "{divergence}");
    }

    #[test]
    fn a_map_in_space_is_as_good_too() {
        let matrix = some();
        let options = TsneOptions { iterations: 500, ..TsneOptions::new(Dimensions::Three) };
        let map = map_of(&matrix, &options);
        assert!(map.points.iter().any(|point| point.position[2].abs() > 1.0));
        let trusted = trustworthiness(&matrix, &map, 12).unwrap();
        // scikit-learn 1.9.1 does the same with 0.897.
        assert!(trusted > 0.9, "{trusted}");
        assert!(divergence_of(&map) < 0.6, "{}", divergence_of(&map));
    }

    #[test]
    fn threads_do_not_matter_and_seeds_do() {
        let matrix = some();
        for dimensions in [Dimensions::Two, Dimensions::Three] {
            let options = TsneOptions { iterations: 60, ..TsneOptions::new(dimensions) };
            let on = |threads: usize, options: &TsneOptions| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| map_of(&matrix, options))
            };
            let alone = on(1, &options);
            assert_eq!(alone, on(4, &options));
            assert_ne!(alone.points, on(1, &TsneOptions { seed: 1, ..options }).points);
        }
    }

    #[test]
    fn equal_artists_are_near_each_other_and_not_in_one_place() {
        let artists: Vec<&[&str]> =
            (0..60).map(|i| if i < 30 { &["pop", "dance"][..] } else { &["metal"][..] }).collect();
        let map = map_of(&matrix_of(&artists), &TsneOptions::new(Dimensions::Two));
        let x = |i: usize| map.points[i].position;
        let apart = |i: usize, j: usize| (x(i)[0] - x(j)[0]).hypot(x(i)[1] - x(j)[1]);
        let pairs = || (0..60).flat_map(|i| (0..i).map(move |j| (i, j)));
        let (alike, unlike): (Vec<_>, Vec<_>) = pairs().partition(|(i, j)| (*i < 30) == (*j < 30));
        let longest = alike.iter().map(|&(i, j)| apart(i, j)).fold(0.0, f64::max);
        let shortest = unlike.iter().map(|&(i, j)| apart(i, j)).fold(f64::INFINITY, f64::min);
        assert!(longest < shortest, "{longest} {shortest}");
        assert!(alike.iter().all(|&(i, j)| apart(i, j) > 0.0));
    }

    #[test]
    fn few_artists_and_equal_ones_have_a_map() {
        for artists in
            [vec![&["a"][..], &["b"]], vec![&["a"][..]; 40], vec![&["a"][..], &["a", "b"], &["c"]]]
        {
            let map = map_of(&matrix_of(&artists), &TsneOptions::new(Dimensions::Two));
            let numbers = || map.points.iter().flat_map(|point| point.position);
            assert!(numbers().all(f64::is_finite) && divergence_of(&map).is_finite(), "{map:?}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let matrix = matrix_of(&[&["a"], &["b"], &["c"]]);
        for perplexity in [0.5, 3.0, f64::NAN] {
            let options =
                TsneOptions { perplexity: Some(perplexity), ..TsneOptions::new(Dimensions::Two) };
            let error = tsne(&matrix, &options, &mut |_| ControlFlow::Continue(())).unwrap_err();
            assert!(matches!(error, Error::Perplexity { artists: 3, .. }), "{error}");
        }
    }

    #[test]
    fn a_caller_can_stop_it_at_any_stage() {
        let options = TsneOptions { iterations: 20, ..TsneOptions::new(Dimensions::Two) };
        for last in [Stage::Neighbours, Stage::Descent, Stage::Divergence] {
            let mut go_on = |progress: Progress| match progress.stage == last {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            };
            let stopped = tsne(&matrix_of(&[&["a"], &["b"], &["c"]]), &options, &mut go_on);
            assert!(matches!(stopped, Err(Error::Cancelled)), "{last:?}");
        }
    }
}
