//! Flags that Magenta does not have: the seed of what is random, and the number of threads.

use super::flags::{Flag, Kind, Origin, Values};
use super::log::Log;
use crate::failure::Failure;

/// The seed.
pub(super) const FLAG: Flag = Flag::new(
    "seed",
    Kind::Integer,
    None,
    "Seed of everything random: the same seed gives the same result. By default one is drawn and logged.",
)
.from(Origin::Cantus);

/// The number of threads.
pub(super) const THREADS: Flag = Flag::new(
    "threads",
    Kind::Integer,
    None,
    "Threads to use; the result does not depend on it. By default one for each core.",
)
.from(Origin::Cantus);

/// The seed that was given; none if there is none.
pub(super) fn given(values: &Values) -> Result<Option<u64>, Failure> {
    let not_negative =
        |seed| u64::try_from(seed).map_err(|_| Failure::new("--seed must be 0 or more"));
    values.integer(FLAG.name).map(not_negative).transpose()
}

/// The seed that was given, or one that nobody can predict, which the log tells.
pub(super) fn given_or_drawn(values: &Values, log: Log) -> Result<u64, Failure> {
    if let Some(seed) = given(values)? {
        return Ok(seed);
    }
    let seed = pipeline::draw_seed()?;
    log.info(format_args!("No --seed given: this is --seed={seed}."));
    Ok(seed)
}

/// The number of threads to use: at least 1.
pub(super) fn threads(values: &Values) -> Result<usize, Failure> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    match values.integer(THREADS.name) {
        None => Ok(cores()),
        Some(threads) => usize::try_from(threads)
            .ok()
            .filter(|threads| (1..=crate::args::MAX_THREADS).contains(threads))
            .ok_or_else(|| {
                Failure::new(format!("--threads is not from 1 to {}", crate::args::MAX_THREADS))
            }),
    }
}
