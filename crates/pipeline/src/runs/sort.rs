//! Which run is first.

use super::Run;

/// What runs are sorted by; those that lack it come last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// The lowest held-out loss first, or the lowest training loss where nothing was held out.
    #[default]
    EvalLoss,
    /// The highest held-out accuracy first, of the newest evaluation.
    EvalAccuracy,
    /// The lowest training loss first.
    Loss,
    /// The highest training accuracy first.
    Accuracy,
    /// The most updates first.
    Updates,
    /// The fastest first.
    Speed,
    /// The shortest training first.
    Time,
    /// By name.
    Name,
}

/// Sorts runs; equals by name.
pub fn sort(runs: &mut [Run], by: SortBy) {
    runs.sort_by(|one, other| {
        let keys = rank(one, by).into_iter().zip(rank(other, by));
        let unequal = keys.map(|(a, b)| a.total_cmp(&b)).find(|order| order.is_ne());
        unequal.unwrap_or_else(|| one.name.cmp(&other.name))
    });
}

/// What is compared, one after the other; lower is first.
fn rank(run: &Run, by: SortBy) -> [f64; 2] {
    let last = f64::INFINITY;
    let low = |value: Option<f64>| value.filter(|value| !value.is_nan()).unwrap_or(last);
    let high = |value: Option<f64>| low(value.map(|value| -value));
    let loss = low(run.training.map(|point| point.loss));
    match by {
        SortBy::EvalLoss => [low(run.held_out_loss()), loss],
        SortBy::EvalAccuracy => [high(run.evaluation.and_then(|point| point.accuracy)), loss],
        SortBy::Loss => [loss, 0.0],
        SortBy::Accuracy => [high(run.training.and_then(|point| point.accuracy)), loss],
        SortBy::Updates => [-(run.updates as f64), loss],
        SortBy::Speed => [high(run.events_per_second), 0.0],
        SortBy::Time => [low(run.seconds), 0.0],
        SortBy::Name => [0.0, 0.0],
    }
}
