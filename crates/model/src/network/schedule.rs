//! Which chunks of a batch go through time together, and on how many threads.
//!
//! A thread that takes several chunks at once reads the weights less often. What is computed does not depend on it: a sequence's
//! numbers depend on no other one, and weight gradients are summed chunk by chunk.

use std::ops::Range;

/// Steps that are computed at the same time, by all threads together. Each keeps about 23 U numbers until its backward pass is done, so
/// that this bounds the memory: 420 MiB in layers of 128 units.
const LIVE_STEPS: usize = 36 << 10;

/// Sequences that a thread takes through time together, at most: many if the weights are too large for its caches.
fn most_rows(weights: usize) -> usize {
    if weights > 1 << 20 { 64 } else { 32 }
}

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
        let live_chunks = (LIVE_STEPS / steps.max(1)).max(1);
        let threads = threads.clamp(1, chunks.max(1)).min(live_chunks);
        let together =
            (live_chunks / threads).min(most_rows(weights) / rows.max(1)).clamp(1, chunks.max(1));
        let rounds = chunks.div_ceil(threads * together);
        let count = chunks.min(threads * rounds);
        let groups = (0..count).map(|i| chunks * i / count..chunks * (i + 1) / count).collect();
        Self { groups, threads }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_share_the_chunks_and_take_several_at_once() {
        let groups =
            |rows, weights, threads| Schedule::new(8, rows, 16 * 269, weights, threads).groups;
        assert_eq!(groups(16, 1 << 17, 2), [0..2, 2..4, 4..6, 6..8]);
        assert_eq!(groups(16, 1 << 21, 2), [0..4, 4..8]);
        assert_eq!(groups(16, 1 << 17, 3).len(), 6);
        assert_eq!(groups(16, 1 << 17, 8).len(), 8);
        assert_eq!(groups(8, 1 << 17, 2), [0..4, 4..8]);
        assert_eq!(groups(100, 1 << 17, 1).len(), 8);
    }

    #[test]
    fn memory_bounds_what_is_computed_at_the_same_time() {
        let schedule = Schedule::new(8, 16, 16 * 512, 1 << 21, 8);
        assert_eq!((schedule.threads, schedule.groups.len()), (4, 8));
        let schedule = Schedule::new(8, 16, 16 * 512, 1 << 21, 2);
        assert_eq!((schedule.threads, schedule.groups.len()), (2, 4));
        let schedule = Schedule::new(3, 100, 1 << 20, 1, 8);
        assert_eq!(schedule, Schedule { groups: vec![0..1, 1..2, 2..3], threads: 1 });
        assert!(Schedule::new(0, 0, 0, 1, 8).groups.is_empty());
    }
}
