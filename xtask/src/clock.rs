//! What one run took.

use std::time::Instant;

use serde::{Deserialize, Serialize};

/// What one run took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    /// Seconds of the clock.
    pub(crate) wall: f64,
    /// Seconds of all processors.
    pub(crate) cpu: f64,
    /// How much was done, in what the stage counts: files, steps, GFLOP.
    #[serde(default)]
    pub(crate) amount: f64,
    /// Peak of the resident memory in MiB, of whole processes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) peak: Option<f64>,
}

impl Run {
    /// The same run, with how much it did.
    pub(crate) fn of(self, amount: f64) -> Self {
        Self { amount, ..self }
    }
}

/// Times `work`, which returns how much it did.
pub(crate) fn time(work: impl FnOnce() -> f64) -> Run {
    let (start, before) = (Instant::now(), usage::of_this_process());
    let amount = work();
    let (wall, cpu) = (start.elapsed().as_secs_f64(), usage::of_this_process() - before);
    Run { wall, cpu, amount, peak: None }
}

/// Times processes that this one starts in `work` and waits for: the peak is that of the largest.
pub(crate) fn time_children<T>(work: impl FnOnce() -> T) -> (T, Run) {
    let start = Instant::now();
    let result = work();
    let wall = start.elapsed().as_secs_f64();
    let (cpu, peak) = usage::of_children();
    (result, Run { wall, cpu, amount: 0.0, peak })
}

#[cfg(unix)]
mod usage {
    use nix::sys::resource::{Usage, UsageWho, getrusage};
    use nix::sys::time::TimeVal;

    /// Seconds of all processors in this process.
    pub(super) fn of_this_process() -> f64 {
        getrusage(UsageWho::RUSAGE_SELF).as_ref().map_or(0.0, processor)
    }

    /// Seconds of all processors, and the largest peak in MiB, of the children that have ended.
    pub(super) fn of_children() -> (f64, Option<f64>) {
        getrusage(UsageWho::RUSAGE_CHILDREN).map_or((0.0, None), |usage| {
            (processor(&usage), Some(mebibytes(usage.max_rss() as f64)))
        })
    }

    fn processor(usage: &Usage) -> f64 {
        let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 * 1e-6;
        seconds(usage.user_time()) + seconds(usage.system_time())
    }

    /// Linux and the BSDs count in KiB, macOS in bytes.
    fn mebibytes(counted: f64) -> f64 {
        let unit = if cfg!(target_vendor = "apple") { 1.0 } else { 1024.0 };
        counted * unit / f64::from(1 << 20)
    }
}

#[cfg(not(unix))]
mod usage {
    /// Not known here.
    pub(super) fn of_this_process() -> f64 {
        0.0
    }

    /// Not known here.
    pub(super) fn of_children() -> (f64, Option<f64>) {
        (0.0, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_counts_what_was_done() {
        let run = time(|| (0..1000).map(f64::from).sum());
        assert_eq!(run.amount, 499_500.0);
        assert!(run.wall > 0.0 && run.peak.is_none());
    }
}
