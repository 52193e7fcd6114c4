//! Folds for cross-validation: groups stay whole, classes are shared out evenly.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use super::examples::Examples;

/// The fold of each piece, 0 to `folds` - 1. No group is in two folds; each fold has about the same share of each class.
///
/// Groups are dealt out by size, the largest first, each to the fold that has the least of its class so far; the seed decides
/// among equals.
#[must_use]
pub fn folds(examples: &Examples, folds: usize, seed: u64) -> Vec<usize> {
    let folds = folds.max(1);
    let classes = examples.classes().len();
    let groups = examples.groups().iter().max().map_or(0, |&last| last + 1);
    let mut counts = vec![vec![0.0; classes]; groups];
    for (&group, &label) in examples.groups().iter().zip(examples.labels()) {
        counts[group][label] += 1.0;
    }
    let sizes = examples.class_sizes();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<(f64, u64, usize)> = (0..groups)
        .map(|group| (counts[group].iter().sum::<f64>(), random.next_u64(), group))
        .collect();
    order.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut held = vec![vec![0.0; classes]; folds];
    let mut fold_of = vec![0; groups];
    for (_, draw, group) in order {
        let load = |fold: usize| {
            let by_class = counts[group].iter().zip(&held[fold]).zip(&sizes);
            by_class.map(|((count, held), &size)| count * (held + count) / size as f64).sum::<f64>()
        };
        let first = (draw % folds as u64) as usize;
        let others = (0..folds).map(|step| (first + step) % folds);
        let least = others.min_by(|&one, &other| {
            let total = |fold: usize| held[fold].iter().sum::<f64>();
            load(one).total_cmp(&load(other)).then(total(one).total_cmp(&total(other)))
        });
        let fold = least.unwrap_or_default();
        held[fold].iter_mut().zip(&counts[group]).for_each(|(held, count)| *held += count);
        fold_of[group] = fold;
    }
    examples.groups().iter().map(|&group| fold_of[group]).collect()
}
