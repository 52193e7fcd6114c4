//! Successive halving (Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", 2016): all
//! runs begin, the better half goes on for twice as many updates, and so on.

use std::path::Path;

use super::{Point, SweepOptions, eval_every, run_dir};
use crate::Result;
use crate::curves::curves;

/// Most halvings: what a run is worth does not show in less than an eighth of its updates.
const MAX_HALVINGS: u32 = 3;

/// Updates up to which the runs of each round are trained; the last is all of them. Each but that one ends with an evaluation.
pub(super) fn rungs(options: &SweepOptions, points: usize) -> Vec<u64> {
    let (all, every) = (options.num_training_steps, eval_every(options));
    let halvings = points.max(1).ilog2().min(MAX_HALVINGS);
    let mut rungs: Vec<u64> = (1..=halvings)
        .rev()
        .map(|halving| (all >> halving).max(1).next_multiple_of(every))
        .collect();
    rungs.retain(|&rung| rung < all);
    rungs.push(all);
    rungs.dedup();
    rungs
}

/// The half of `points` with the lowest held-out losses up to update `rung`, at least one, in their order. What a run has learnt
/// after that plays no part, so that a sweep that was stopped chooses the same again.
pub(super) fn better_half<'a>(
    output_dir: &Path,
    points: &[&'a Point],
    rung: u64,
) -> Result<Vec<&'a Point>> {
    let mut losses = Vec::new();
    for (place, point) in points.iter().enumerate() {
        let losses_at = curves(&run_dir(output_dir, point).join("eval"))?;
        let losses_at = losses_at.get("loss").map(Vec::as_slice).unwrap_or_default();
        let by_then = losses_at.iter().filter(|at| u64::try_from(at.0).is_ok_and(|at| at <= rung));
        let lowest = by_then.map(|at| at.1).fold(f32::INFINITY, f32::min);
        losses.push((lowest, place));
    }
    losses.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    losses.truncate(points.len().div_ceil(2));
    let mut places: Vec<usize> = losses.into_iter().map(|loss| loss.1).collect();
    places.sort_unstable();
    Ok(places.into_iter().filter_map(|place| points.get(place).copied()).collect())
}
