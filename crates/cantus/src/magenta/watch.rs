//! Hears what the verbs of `pipeline` say and passes it on as log lines.

use pipeline::{Event, Observer};

use super::log::Log;
use crate::interrupt;

/// An observer without progress bars: Magenta has none.
pub(super) struct Watch {
    log: Log,
}

impl Watch {
    pub(super) fn new(log: Log) -> Self {
        Watch { log }
    }
}

impl Observer for Watch {
    fn observe(&self, event: Event<'_>) {
        match event {
            Event::Notice(text) => self.log.info(text),
            Event::Warning(text) => self.log.warning(text),
            Event::Detail(text) => self.log.debug(text),
            _ => {}
        }
    }

    fn cancelled(&self) -> bool {
        interrupt::requested()
    }
}
