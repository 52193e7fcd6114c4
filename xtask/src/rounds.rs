//! Runs that alternate in time: A B A B, so that what else goes on in the machine disturbs all of them alike.

use std::thread;
use std::time::Duration;

use serde::Serialize;

use crate::clock::Run;
use crate::error::Result;

/// Between two turns, so that what the last one left behind (queues that fill again, threads that spin) comes to rest.
const PAUSE: Duration = Duration::from_millis(200);

/// One of those that are compared.
pub(crate) struct Contestant<'a> {
    name: String,
    runs: u32,
    warm_up: bool,
    work: Box<dyn FnMut() -> Result<Run> + 'a>,
}

impl<'a> Contestant<'a> {
    /// One whose `work` is done `runs` times, after once that does not count.
    pub(crate) fn new(
        name: impl Into<String>,
        runs: u32,
        work: impl FnMut() -> Result<Run> + 'a,
    ) -> Self {
        Self { name: name.into(), runs, warm_up: true, work: Box::new(work) }
    }

    /// The same without the run that does not count: for what takes long.
    pub(crate) fn cold(self) -> Self {
        Self { warm_up: false, ..self }
    }

    /// Round 0 is the warm-up.
    fn has_turn(&self, round: u32) -> bool {
        if round == 0 { self.warm_up } else { round <= self.runs }
    }
}

/// What came of a contestant.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Outcome {
    /// Its name.
    pub(crate) name: String,
    /// Its runs that count, in the order of time.
    pub(crate) runs: Vec<Run>,
    /// Measured on another day on another machine.
    pub(crate) quoted: bool,
    /// Why there are no (more) runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<String>,
}

impl Outcome {
    /// Figures that were measured elsewhere.
    pub(crate) fn quoted(name: &str, wall: f64, amount: f64) -> Self {
        let runs = vec![Run { wall, amount, ..Run::default() }];
        Self { name: name.to_owned(), runs, quoted: true, failure: None }
    }

    /// The median of `figure` over the runs.
    pub(crate) fn median(&self, figure: impl Fn(&Run) -> f64) -> Option<f64> {
        median(self.runs.iter().map(figure).collect())
    }

    /// Median seconds of the clock.
    pub(crate) fn wall(&self) -> Option<f64> {
        self.median(|run| run.wall)
    }

    /// The fewest seconds of the clock.
    pub(crate) fn least(&self) -> Option<f64> {
        self.runs.iter().map(|run| run.wall).min_by(f64::total_cmp)
    }

    /// Median of what was done in a second.
    pub(crate) fn rate(&self) -> Option<f64> {
        self.median(|run| run.amount / run.wall)
    }

    /// How many times as much as `other` this one does in a second.
    pub(crate) fn times_as_fast_as(&self, other: &Self) -> Option<f64> {
        ratio(self.rate(), other.rate())
    }
}

/// Lets all contestants run in turn. One that fails is left out from then on.
pub(crate) fn alternate(contestants: Vec<Contestant<'_>>) -> Vec<Outcome> {
    alternate_with(PAUSE, contestants)
}

fn alternate_with(pause: Duration, contestants: Vec<Contestant<'_>>) -> Vec<Outcome> {
    let mut lanes: Vec<(Contestant<'_>, Outcome)> = contestants
        .into_iter()
        .map(|contestant| {
            let name = contestant.name.clone();
            (contestant, Outcome { name, runs: Vec::new(), quoted: false, failure: None })
        })
        .collect();
    let rounds = lanes.iter().map(|(contestant, _)| contestant.runs).max().unwrap_or(0);
    for round in 0..=rounds {
        for (contestant, outcome) in &mut lanes {
            if contestant.has_turn(round) && outcome.failure.is_none() {
                thread::sleep(pause);
                take_turn(round, contestant, outcome);
            }
        }
    }
    lanes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn take_turn(round: u32, contestant: &mut Contestant<'_>, outcome: &mut Outcome) {
    match (contestant.work)() {
        Ok(_) if round == 0 => {}
        Ok(run) => outcome.runs.push(run),
        Err(error) => {
            eprintln!("  {} is not available: {error}", outcome.name);
            outcome.failure = Some(error.to_string());
        }
    }
}

/// The value in the middle, or the mean of the two.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

/// How many times `one` goes into `many`.
pub(crate) fn ratio(many: Option<f64>, one: Option<f64>) -> Option<f64> {
    Some(many? / one?).filter(|ratio| ratio.is_finite())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::error::Error;

    fn wall(wall: f64) -> Run {
        Run { wall, ..Run::default() }
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn a_ratio_needs_both_sides() {
        assert_eq!(ratio(Some(6.0), Some(2.0)), Some(3.0));
        assert_eq!(ratio(None, Some(2.0)), None);
        assert_eq!(ratio(Some(6.0), Some(0.0)), None);
    }

    #[test]
    fn runs_alternate_and_the_first_does_not_count() {
        let order = RefCell::new(String::new());
        let note = |letter: char| {
            order.borrow_mut().push(letter);
            Ok(wall(1.0))
        };
        let outcomes = alternate_with(
            Duration::ZERO,
            vec![
                Contestant::new("a", 3, || note('a')),
                Contestant::new("b", 2, || note('b')).cold(),
            ],
        );
        assert_eq!(*order.borrow(), "aababa");
        assert_eq!(outcomes.iter().map(|o| o.runs.len()).collect::<Vec<_>>(), [3, 2]);
    }

    #[test]
    fn one_that_fails_does_not_stop_the_others() {
        let broken = || Err(Error::Unavailable("no such thing"));
        let outcomes = alternate_with(
            Duration::ZERO,
            vec![
                Contestant::new("broken", 2, broken),
                Contestant::new("sound", 2, || Ok(wall(2.0).of(10.0))),
            ],
        );
        assert_eq!(outcomes[0].failure.as_deref(), Some("no such thing"));
        assert_eq!((outcomes[0].wall(), outcomes[1].rate()), (None, Some(5.0)));
        assert_eq!(outcomes[0].times_as_fast_as(&outcomes[1]), None);
        let quoted = Outcome::quoted("slow", 10.0, 5.0);
        assert_eq!(outcomes[1].times_as_fast_as(&quoted), Some(10.0));
    }
}
