//! How fast a run learnt, by the moments at which the points of its training curve were drawn.

use std::path::Path;

use crate::Result;
use crate::curves::moments;

/// Updates a second; none where there are fewer than two points in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Pace {
    /// The median between neighbouring points, or from the last evaluation between them on: what that took does not count.
    pub(super) typical: Option<f64>,
    /// The mean over all of it. Time between two sessions is none of it.
    pub(super) mean: Option<f64>,
}

impl Pace {
    pub(super) fn read(run_dir: &Path) -> Result<Self> {
        let evaluations = moments(&run_dir.join("eval"))?.concat();
        Ok(Self::of(&moments(&run_dir.join("train"))?, &evaluations))
    }

    /// The pace of points (update, seconds), a list for each session, and of evaluations, by when they ended.
    fn of(sessions: &[Vec<(i64, f64)>], evaluations: &[(i64, f64)]) -> Self {
        let (mut updates, mut seconds, mut paces) = (0.0, 0.0, Vec::new());
        for pair in sessions.iter().flat_map(|points| points.windows(2)) {
            let &[from, to] = pair else { continue };
            let Some(whole) = span(from, to) else { continue };
            updates += whole.0;
            seconds += whole.1;
            let is_between = |at: &&(i64, f64)| {
                (from.0..to.0).contains(&at.0) && (from.1..=to.1).contains(&at.1)
            };
            let last = evaluations.iter().rfind(is_between).copied().unwrap_or(from);
            paces.extend(span(last, to).map(|(updates, seconds)| updates / seconds));
        }
        paces.sort_by(f64::total_cmp);
        Self {
            typical: paces.get(paces.len() / 2).copied(),
            mean: (seconds > 0.0).then(|| updates / seconds),
        }
    }
}

/// Updates and seconds between two moments; none where either is not above 0, as with a clock that was set back.
fn span(from: (i64, f64), to: (i64, f64)) -> Option<(f64, f64)> {
    let (updates, seconds) = ((to.0 - from.0) as f64, to.1 - from.1);
    (updates > 0.0 && seconds > 0.0).then_some((updates, seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_in_the_mean_and_nights_in_nothing() {
        let first = vec![(10, 100.0), (20, 101.0), (30, 102.0), (40, 107.0), (50, 108.0)];
        let night = vec![(60, 90_000.0), (70, 90_001.0)];
        let pace = Pace::of(&[first, night], &[]);
        assert_eq!((pace.typical, pace.mean), (Some(10.0), Some(50.0 / 9.0)));
        assert_eq!(Pace::of(&[vec![(10, 1.0)], Vec::new()], &[]), Pace::default());
        // Of a clock that was set back.
        assert_eq!(Pace::of(&[vec![(10, 9.0), (20, 1.0)]], &[]), Pace::default());
    }

    #[test]
    fn evaluations_do_not_slow_down_what_is_learnt() {
        // Five seconds each after updates 16, 20 and 24; ten updates a second.
        let train = vec![(10, 1.0), (20, 7.0), (30, 18.0)];
        let pace = Pace::of(&[train], &[(16, 6.6), (20, 12.0), (24, 17.4)]);
        assert!((pace.typical.unwrap() - 10.0).abs() < 1e-6, "{pace:?}");
        assert_eq!(pace.mean, Some(20.0 / 17.0));
    }
}
