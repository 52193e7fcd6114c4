//! Checkpoints: the weights of a network, as TensorFlow keeps them.
//!
//! * [`v1`]: one file, a [`table`] that holds the values themselves; what is inside of Magenta's bundles
//! * [`v2`]: an index, which is a [`table`], and the values in data files beside it; what TensorFlow has written since 2017
//! * [`State`]: the text file `checkpoint` that says which checkpoint of a folder is the newest
//!
//! [`Reader`] reads both versions. What a checkpoint says about itself takes memory in proportion to its index, and a
//! variable takes memory in proportion to its bytes in the file, whatever its shape claims.

mod reader;
mod slice;
mod state;
pub mod table;
mod tensor;
pub mod v1;
pub mod v2;
mod variable;

pub use reader::{Reader, Version};
pub use state::{STATE_FILE, State};
pub use variable::{Dtype, Values, Variable, VariableInfo};

pub(crate) use tensor::{decode_open_shape, decode_small};

use std::path::Path;

use crate::wire::{Message, Value, put_bytes, put_uint};
use crate::{Error, Result};

// Field numbers in versions.proto.
const PRODUCER: u8 = 1;
const MIN_CONSUMER: u8 = 2;
/// The version of both formats, `TF_CHECKPOINT_VERSION` and `kTensorBundleVersion`.
const VERSION: i64 = 1;

/// Appends the versions of what is written here as field `number`.
fn put_versions(out: &mut Vec<u8>, number: u8) {
    let mut versions = Vec::new();
    put_uint(&mut versions, PRODUCER, VERSION as u64);
    put_bytes(out, number, &versions);
}

/// An error if a file of these versions wants a younger reader.
fn check_versions(versions: Message<'_>, path: &Path) -> Result<()> {
    let mut needed = 0;
    for field in versions.fields() {
        if let (number, Value::Varint(version)) = field?
            && number == MIN_CONSUMER.into()
        {
            needed = version as i64;
        }
    }
    if needed > VERSION {
        return Err(Error::CheckpointVersion { path: path.to_owned(), needed, known: VERSION });
    }
    Ok(())
}

/// Where the variable `name` stands in a list that is sorted by names.
fn find(variables: &[VariableInfo], name: &str, path: &Path) -> Result<usize> {
    variables
        .binary_search_by(|info| info.name.as_str().cmp(name))
        .map_err(|_| Error::NoSuchVariable { path: path.to_owned(), variable: name.to_owned() })
}

#[cfg(test)]
mod tests;
