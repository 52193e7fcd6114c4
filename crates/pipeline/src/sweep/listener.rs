//! The training of one run, as it is told in a sweep.

use crate::{Event, Observer};

/// Passes on what training says, under the number of the run; each evaluation of each run is a detail.
pub(super) struct Listener<'a> {
    observer: &'a dyn Observer,
    task: String,
}

impl<'a> Listener<'a> {
    pub(super) fn new(observer: &'a dyn Observer, task: String) -> Self {
        Self { observer, task }
    }
}

impl Observer for Listener<'_> {
    fn observe(&self, event: Event<'_>) {
        self.observer.observe(match event {
            Event::Began { unit, total, done, .. } => {
                Event::Began { task: &self.task, unit, total, done }
            }
            Event::Notice(text) => Event::Detail(text),
            event => event,
        });
    }

    fn cancelled(&self) -> bool {
        self.observer.cancelled()
    }
}
