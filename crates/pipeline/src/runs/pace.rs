//! How fast a run learnt, by the moments at which the points of its training curve were drawn.

use std::path::Path;

use crate::Result;
use crate::curves::moments;

/// Updates a second; none where there are fewer than two points in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Pace {
    /// The median between neighbouring points: evaluations and checkpoints, which come now and then, do not count.
    pub(super) typical: Option<f64>,
    /// The mean over all of it. Time between two sessions is none of it.
    pub(super) mean: Option<f64>,
}

impl Pace {
    pub(super) fn read(run_dir: &Path) -> Result<Self> {
        Ok(Self::of(&moments(&run_dir.join("train"))?))
    }

    /// The pace of points (update, seconds), a list for each session.
    fn of(sessions: &[Vec<(i64, f64)>]) -> Self {
        let pairs = sessions.iter().flat_map(|points| points.windows(2));
        let spans = pairs.filter_map(|pair| match pair {
            [from, to] => Some(((to.0 - from.0) as f64, to.1 - from.1)),
            _ => None,
        });
        let spans: Vec<(f64, f64)> =
            spans.filter(|&(updates, seconds)| updates > 0.0 && seconds > 0.0).collect();
        let (updates, seconds) =
            spans.iter().fold((0.0, 0.0), |sum, span| (sum.0 + span.0, sum.1 + span.1));
        let mut paces: Vec<f64> =
            spans.iter().map(|(updates, seconds)| updates / seconds).collect();
        paces.sort_by(f64::total_cmp);
        Self {
            typical: paces.get(paces.len() / 2).copied(),
            mean: (seconds > 0.0).then(|| updates / seconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_in_the_mean_and_nights_in_nothing() {
        let first = vec![(10, 100.0), (20, 101.0), (30, 102.0), (40, 107.0), (50, 108.0)];
        let night = vec![(60, 90_000.0), (70, 90_001.0)];
        let pace = Pace::of(&[first, night]);
        assert_eq!((pace.typical, pace.mean), (Some(10.0), Some(50.0 / 9.0)));
        assert_eq!(Pace::of(&[vec![(10, 1.0)], Vec::new()]), Pace::default());
        // Of a clock that was set back.
        assert_eq!(Pace::of(&[vec![(10, 9.0), (20, 1.0)]]), Pace::default());
    }
}
