//! Why there is no grid.

/// Why the runs that a sweep was asked for make no sense.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GridFault {
    /// A text is no hyper-parameter with its values.
    #[error("`{text}` is no hyper-parameter with values, as in batch_size=32,64")]
    Syntax {
        /// The text.
        text: String,
    },
    /// The ends of a range are no numbers, or in the wrong order.
    #[error("`{text}` is no range of `{name}` from a lower to a higher number, as in 0.0001..0.01")]
    Range {
        /// The hyper-parameter.
        name: &'static str,
        /// The text.
        text: String,
    },
    /// A range where every value would have to be tried.
    #[error("a range of `{name}` has no end of values")]
    Endless {
        /// The hyper-parameter.
        name: &'static str,
    },
    /// Examples of one configuration for several.
    #[error("examples are encoded for one configuration, not for {configs}")]
    Configs {
        /// How many there are.
        configs: usize,
    },
    /// More runs than anybody trains.
    #[error("{points} runs, {most} at most")]
    Size {
        /// How many there would be.
        points: usize,
        /// How many there may be.
        most: usize,
    },
    /// Halving without held-out examples.
    #[error("nothing is held out to tell the better half by")]
    NothingHeldOut,
}
