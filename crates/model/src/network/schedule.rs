//! Which chunks of a batch go through time together, and on how many threads.
//!
//! What is computed does not depend on it: a sequence's numbers depend on no other one, and weight gradients are summed chunk by
//! chunk. A chunk by itself keeps what a step reads and writes in the second-level cache; only weights that do not fit into that cache
//! are better read once for several chunks (`docs/performance.md`).

use std::ops::Range;

/// Steps that are computed at the same time, by all threads together. Each keeps some 14 KB in layers of 128 units until its backward
/// pass is done, so that this bounds the memory: training with 128 units stays below 500 MiB at any number of threads.
const LIVE_STEPS: usize = 30 << 10;
/// The same where the weights are large: there more chunks must go together.
const LIVE_STEPS_OF_LARGE: usize = 36 << 10;

/// Weights that fit into the second-level cache, 4 MiB of them.
const CACHED_WEIGHTS: usize = 1 << 20;
/// Sequences that share the reading of weights which do not.
const MANY_ROWS: usize = 64;

/// How chunks are computed.
#[derive(Debug, PartialEq)]
pub(super) struct Schedule {
    /// Chunks that are computed together; each group is the work of one thread.
    pub(super) groups: Vec<Range<usize>>,
    /// Threads to use.
    pub(super) threads: usize,
}

impl Schedule {
    /// For `chunks` chunks of up to `rows` sequences and `steps` steps each, `weights` numbers used at each step, and up to `threads`
    /// threads.
    pub(super) fn new(
        chunks: usize,
        rows: usize,
        steps: usize,
        weights: usize,
        threads: usize,
    ) -> Self {
        let (wanted, live_steps) = if weights > CACHED_WEIGHTS {
            (MANY_ROWS / rows.max(1), LIVE_STEPS_OF_LARGE)
        } else {
            (1, LIVE_STEPS)
        };
        let live_chunks = (live_steps / steps.max(1)).max(1);
        let threads = threads.clamp(1, chunks.max(1)).min(live_chunks);
        let together = wanted.min(live_chunks / threads).clamp(1, chunks.max(1));
        let rounds = chunks.div_ceil(threads * together);
        let count = chunks.min(threads * rounds);
        let groups = (0..count).map(|i| chunks * i / count..chunks * (i + 1) / count).collect();
        Self { groups, threads }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: usize = 1 << 17;
    const LARGE: usize = 1 << 21;

    #[test]
    fn large_weights_are_read_for_several_chunks_at_once() {
        let groups =
            |rows, weights, threads| Schedule::new(8, rows, 16 * 269, weights, threads).groups;
        assert_eq!(groups(16, SMALL, 2).len(), 8);
        assert_eq!(groups(16, LARGE, 2), [0..4, 4..8]);
        assert_eq!(groups(8, LARGE, 2), [0..4, 4..8]);
        assert_eq!(groups(16, LARGE, 3).len(), 6);
        assert_eq!(groups(16, LARGE, 8).len(), 8);
        assert_eq!(groups(100, LARGE, 1).len(), 8);
    }

    #[test]
    fn memory_bounds_what_is_computed_at_the_same_time() {
        let schedule = Schedule::new(8, 16, 16 * 512, LARGE, 8);
        assert_eq!((schedule.threads, schedule.groups.len()), (4, 8));
        let schedule = Schedule::new(8, 16, 16 * 512, LARGE, 2);
        assert_eq!((schedule.threads, schedule.groups.len()), (2, 4));
        assert_eq!(Schedule::new(8, 16, 16 * 512, SMALL, 8).threads, 3);
        assert_eq!(Schedule::new(8, 16, 16 * 269, SMALL, 8).threads, 7);
        let schedule = Schedule::new(3, 100, 1 << 20, 1, 8);
        assert_eq!(schedule, Schedule { groups: vec![0..1, 1..2, 2..3], threads: 1 });
        assert!(Schedule::new(0, 0, 0, 1, 8).groups.is_empty());
    }
}
