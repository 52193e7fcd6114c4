//! What can be wrong with values that come from outside.

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong in this crate.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text of a melody is not a list of whole numbers.
    #[error("byte {position} of the melody: expected {expected}, found {found}")]
    MelodySyntax {
        /// Byte offset in the text.
        position: usize,
        /// What would have been right there.
        expected: &'static str,
        /// What stands there, cut to a few characters.
        found: String,
    },
    /// The text of a melody has a number that is not an event.
    #[error(
        "byte {position} of the melody: {found} is not an event (-2 no event, -1 note off, 0 to 127 a pitch)"
    )]
    MelodyEvent {
        /// Byte offset in the text.
        position: usize,
        /// The number as written.
        found: String,
    },
    /// A text is not the name of a key.
    #[error("`{found}` is not a key (such as C, Eb, F#m or D dorian)")]
    Key {
        /// What stands there, cut to a few characters.
        found: String,
    },
    /// A piece cannot be laid on a grid of steps.
    #[error(transparent)]
    Quantize(#[from] QuantizeError),
}

/// Why a piece cannot be laid on a grid of steps.
///
/// The first three are the ones that Magenta counts; the others end its run.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum QuantizeError {
    /// The time signature changes, perhaps from the implicit 4/4 at the start.
    #[error(
        "the time signature changes from {}/{} to {}/{} at {time} s", from.0, from.1, to.0, to.1
    )]
    MultipleTimeSignatures {
        /// Numerator and denominator before.
        from: (u32, u32),
        /// Numerator and denominator after.
        to: (u32, u32),
        /// Seconds from the start.
        time: f64,
    },
    /// The tempo changes, perhaps from the implicit 120 at the start.
    #[error("the tempo changes from {from} to {to} quarter notes a minute at {time} s")]
    MultipleTempos {
        /// Quarter notes a minute before.
        from: f64,
        /// Quarter notes a minute after.
        to: f64,
        /// Seconds from the start.
        time: f64,
    },
    /// The denominator is not a power of two, or the numerator is zero.
    #[error("{numerator}/{denominator} is no time signature")]
    BadTimeSignature {
        /// Beats a bar.
        numerator: u32,
        /// Note value of a beat.
        denominator: u32,
    },
    /// Something happens before the start.
    #[error("a time of {time} s lies before the start")]
    NegativeTime {
        /// The time, in seconds.
        time: f64,
    },
    /// A time or a tempo is not finite, or so large that its step cannot be told from the next.
    #[error("{time} s at {steps_per_second} steps a second is beyond the grid")]
    TimeOutOfRange {
        /// The time, in seconds.
        time: f64,
        /// Steps a second.
        steps_per_second: f64,
    },
}
