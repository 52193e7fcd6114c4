//! What a file holds, told without reading the values of its weights.

use std::path::{Path, PathBuf};

use tensorflow::bundle::Bundle;

use super::fault::Attempt;
use super::file::File;
use super::graph::Graph;
use super::listing::{self, Listed};
use crate::Result;
use crate::checkpoint::{self, Damaged};
use crate::config::MelodyConfig;

/// What a file of weights holds.
#[derive(Debug)]
pub struct Contents {
    /// The file with the weights; of a checkpoint of version 2, the beginning of the names of its files.
    pub path: PathBuf,
    /// What kind of file it is.
    pub format: &'static str,
    /// The configuration of its network, or why it gives none.
    pub config: Attempt<MelodyConfig>,
    /// Whether how far attention looks back is taken to be Magenta's default, since the file does not say.
    pub assumes_attn_length: bool,
    /// All variables, by name.
    pub variables: Vec<Listed>,
    /// Numbers that are learnt: values of all weights, without Adam's moments.
    pub parameters: u64,
    /// Updates made, where the file says.
    pub update: Option<u64>,
    /// Whether Adam's moments of every weight are there.
    pub has_moments: bool,
    /// What the graph beside the weights tells, if there is one.
    pub graph: Option<Graph>,
    /// Magenta's bundle, if it is one.
    pub bundle: Option<Bundle>,
}

/// Looks into a file or a folder of weights. All that [`open`](super::open) reads is told about, whether it is a network of melodies or not.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io) if it cannot be read, [`Error::Import`](crate::Error::Import) if it is not what it seems to be.
pub fn inspect(path: &Path) -> Result<Contents> {
    File::read(path).map(Contents::of)
}

/// Looks into the newest checkpoint of a run of ours.
///
/// # Errors
/// Those of [`checkpoint::load`].
pub fn inspect_run(run_dir: &Path) -> Result<(Contents, Vec<Damaged>)> {
    let (newest, damaged) =
        checkpoint::newest_of_run(run_dir, |_, bytes| checkpoint::weights::header(bytes))?;
    let checkpoint::Checkpoint { path, sidecar, content } = newest;
    Ok((Contents::of(File::of_run(path, sidecar, &content)), damaged))
}

impl Contents {
    fn of(file: File) -> Self {
        Self {
            config: file.config(),
            assumes_attn_length: file.assumes_attn_length(),
            has_moments: file.shapes().is_ok_and(|shapes| shapes.has_moments()),
            parameters: listing::parameters(&file.variables),
            path: file.path,
            format: file.format,
            variables: file.variables,
            update: file.update,
            graph: file.graph,
            bundle: file.bundle,
        }
    }
}

#[cfg(test)]
mod tests;
