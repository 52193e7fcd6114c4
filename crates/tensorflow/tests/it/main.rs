//! Files that TensorFlow, TensorBoard and Magenta wrote, read and written again byte for byte.
// What a test cannot unwrap should fail it, in its helpers too.
#![allow(clippy::unwrap_used)]

mod checkpoints;
mod magenta_files;
mod tensorboard_summaries;

use std::path::PathBuf;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}
