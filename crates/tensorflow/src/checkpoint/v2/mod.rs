//! Checkpoints of version 2: `PREFIX.index` and data files `PREFIX.data-00000-of-00001`.
//!
//! The index is a table from a variable's name to its type, shape, place and checksum
//! (`tensorflow/core/protobuf/tensor_bundle.proto`); the entry of the empty key tells of the whole. A data file is nothing
//! but values. A variable in several slices has an entry that names them, and one for each, under the slice's key.

mod entry;
mod reader;
mod writer;

pub use reader::Reader;
pub use writer::write;

use std::path::{Path, PathBuf};

/// The index of the checkpoint with this prefix.
pub fn index_path(prefix: &Path) -> PathBuf {
    with_ending(prefix, ".index")
}

/// Data file `shard`, from 0, of the checkpoint with this prefix.
pub fn data_path(prefix: &Path, shard: u32, shards: u32) -> PathBuf {
    with_ending(prefix, &format!(".data-{shard:05}-of-{shards:05}"))
}

fn with_ending(prefix: &Path, ending: &str) -> PathBuf {
    let mut path = prefix.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
