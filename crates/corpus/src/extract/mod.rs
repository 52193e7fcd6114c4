//! Melodies out of pieces, by Magenta's rules.
//!
//! [`melodies_of`] takes a piece as read: it is cut at changes of tempo and metre, laid on sixteenths, and every
//! instrument of every part is searched for melodies ([`extract_melodies`]). The melodies are Magenta's, in its
//! order.

mod counters;
mod line;
mod melodies;
mod options;
mod placed;
mod primer;
mod set_order;

pub use counters::{Counters, LengthHistogram};
pub use melodies::{Extracted, Player, extract_melodies, melodies_of};
pub use options::{ExtractOptions, MAX_MELODY_STEPS};
pub use primer::{
    Continuation, ContinuationError, MAX_PRIMER_STEPS, Primer, PrimerError, PrimerReason,
    continuation_of, primer_of,
};
