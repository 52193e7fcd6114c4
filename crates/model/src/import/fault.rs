//! Why a file gives no network.

/// What may fail for a reason that is to be told together with the file.
pub(super) type Attempt<T> = Result<T, Fault>;

/// Why a file gives no network.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// It cannot be read as what it seems to be.
    #[error(transparent)]
    File(#[from] tensorflow::Error),
    /// It is no safetensors file.
    #[error("not a safetensors file: {reason}")]
    Safetensors {
        /// What is wrong with it.
        reason: String,
    },
    /// A variable that the network must have is not there.
    #[error("no variable `{name}`, which the network of a melody model has")]
    Missing {
        /// Its name in today's spelling.
        name: String,
    },
    /// Two variables that are one in today's spelling.
    #[error("more than one variable `{name}`")]
    Twice {
        /// Its name in today's spelling.
        name: String,
    },
    /// A variable's shape fits no network.
    #[error("variable `{name}` has shape {found:?}, expected {expected}")]
    Misshapen {
        /// Its name in today's spelling.
        name: String,
        /// Its shape.
        found: Vec<usize>,
        /// What would fit.
        expected: String,
    },
    /// A weight whose values are no 32-bit floats.
    #[error("variable `{name}` holds {found}, expected float32")]
    NotFloats {
        /// Its name in the file.
        name: String,
        /// What it holds.
        found: String,
    },
    /// No encoding of melodies has these sizes.
    #[error(
        "the network takes {input_size} inputs and gives {num_classes} classes: no encoding of melodies has these sizes"
    )]
    UnknownEncoding {
        /// Inputs a step.
        input_size: usize,
        /// Classes.
        num_classes: usize,
    },
    /// The file says one thing of its network, or the user does, and its weights another.
    #[error("{what} is {said} by {by}, but {found} by the shapes of its weights")]
    Contradiction {
        /// What it is about, such as `rnn_layer_sizes`.
        what: &'static str,
        /// What was said.
        said: String,
        /// Who said it.
        by: &'static str,
        /// What the weights say.
        found: String,
    },
    /// The weights do not make a network.
    #[error(transparent)]
    Network(Box<crate::Error>),
}
