//! Collections as users have them, with all that is wrong with them, and what Magenta extracted from the same pieces
//! (see `tests/golden/README.md`).

// What a test cannot unwrap should fail it, in its helpers too.
#![allow(clippy::unwrap_used)]

mod archives;
mod collection;
mod directory;
mod extract;
mod faults;
mod golden;
mod ingesting;
mod properties;
mod scores;
