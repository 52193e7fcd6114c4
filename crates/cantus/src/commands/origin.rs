//! The flags that say where a trained network is, for the commands that need one.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use pipeline::{Origin, models};

use crate::failure::Failure;
use crate::terminal::count;

/// Where the trained network is.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct OriginArgs {
    /// Folder of a run, as given to `cantus train` or to Magenta's melody_rnn_train
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    run_dir: Option<PathBuf>,
    /// File with a network: Magenta's .mag, a checkpoint of TensorFlow, or .safetensors; or the name of a pulled network (`cantus models
    /// list`)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    bundle: Option<PathBuf>,
}

impl OriginArgs {
    /// The folder or the file that was named.
    pub(crate) fn origin(&self) -> Result<Origin, Failure> {
        Ok(match (&self.run_dir, &self.bundle) {
            (_, Some(file)) => Origin::Bundle(models::find(file)?),
            (Some(dir), None) => Origin::RunDir(dir.clone()),
            (None, None) => unreachable!("clap asks for one of the two"),
        })
    }
}

/// The name of a configuration and how far its network has learnt, as far as that is known.
pub(crate) fn learnt(config: &str, update: Option<u64>) -> String {
    match update {
        Some(update) => format!("{config} after {} updates", count(update)),
        None => config.to_owned(),
    }
}
