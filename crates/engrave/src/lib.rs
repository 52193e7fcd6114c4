//! Music as pictures.
//!
//! * [`piano_roll`]: notes as bars over time, for whoever reads no scores
//! * [`score_svg`]: staves as a printed sheet has them
//!
//! Both are functions of their input alone: the same piece is the same bytes. A piano roll needs no more than notes; a score is laid out
//! by [`formats::layout`], as files of MusicXML and ABC are, so that all of them say the same.
#![forbid(unsafe_code)]

mod error;
mod glyph;
mod outlines;
mod roll;
mod score;

pub use error::{Error, Result};
pub use roll::{RollOptions, piano_roll};
pub use score::{ScoreOptions, score_svg};
