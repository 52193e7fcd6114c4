//! How a verb tells whoever called it what is going on, and how the caller asks it to stop.
//!
//! A verb knows no terminal: the progress bar of the command line, a browser and a test are three
//! observers of the same events.

use std::path::Path;

use model::evaluate::Metrics;

/// A listener to a verb at work.
pub trait Observer: Sync {
    /// Takes note of `event`. Called often, from any thread: must return soon.
    fn observe(&self, event: Event<'_>);

    /// Whether the caller wants the verb to stop. A verb asks between small pieces of work, leaves
    /// nothing half-written and returns [`crate::Error::Interrupted`].
    fn cancelled(&self) -> bool {
        false
    }
}

/// Something worth knowing about a verb at work.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A task that takes a while begins. Tasks follow one another, they do not nest.
    Began {
        /// What is done, as a verb in the present participle: "reading", "training".
        task: &'a str,
        /// What is counted, in the plural: "files", "updates".
        unit: &'static str,
        /// How many there will be, when that is known.
        total: Option<u64>,
        /// How many were done before, by an earlier call that was stopped.
        done: u64,
    },
    /// The task has come so far.
    Advanced {
        /// How many are done, in all.
        done: u64,
        /// How many there will be, when that is known by now.
        total: Option<u64>,
        /// A few words on the state of things, such as a loss.
        detail: &'a str,
    },
    /// The task is over.
    Ended,
    /// A network learnt from one more batch.
    Learnt {
        /// Updates of its weights in all, this one included.
        update: u64,
        /// How well it had predicted the batch before, with dropout.
        metrics: Metrics,
    },
    /// A network as it stands after `update` updates is on disk.
    Saved {
        /// Updates of its weights.
        update: u64,
        /// The file.
        path: &'a Path,
    },
    /// Something that every user should read.
    Notice(&'a str),
    /// Something that a user who asked for more may want to read.
    Detail(&'a str),
    /// Something is odd, but work goes on.
    Warning(&'a str),
}

/// An observer that does not care.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn observe(&self, _event: Event<'_>) {}
}
