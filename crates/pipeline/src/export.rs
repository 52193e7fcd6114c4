//! Export: a trained network as a file for others.

use std::path::{Path, PathBuf};

use model::export;
use model::import::{self, Imported};
use serde::Serialize;
use tensorflow::checkpoint::State;

use crate::magenta_run::TRAIN_DIR;
use crate::train::WARM_START_FILE;
use crate::{Event, Observer, Origin, Result, files};

/// Which network, as what, where.
#[derive(Clone, Debug)]
pub struct ExportOptions {
    /// The network.
    pub origin: Origin,
    /// What to write.
    pub format: Format,
    /// The file; for a checkpoint of TensorFlow the run folder, as Magenta has it.
    pub output: PathBuf,
    /// Bundle whose graph to take over; none for the one that the network came from. For a bundle.
    pub graph: Option<PathBuf>,
    /// What a bundle says of itself.
    pub description: Option<String>,
}

/// What networks are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A checkpoint of TensorFlow in a run folder of Magenta's.
    TensorFlow,
    /// A safetensors file, with the configuration within.
    Safetensors,
    /// A bundle of Magenta's.
    Mag,
}

/// What was written.
#[derive(Clone, Debug, Serialize)]
pub struct Exported {
    /// Name of the configuration.
    pub config: String,
    /// Updates that the network has learnt from; none where its file does not say.
    pub update: Option<u64>,
    /// As what it was written.
    pub format: Format,
    /// The file; of a checkpoint of TensorFlow the beginning of the names of its files.
    pub file: PathBuf,
}

/// Writes a network as a file for others.
///
/// # Errors
///
/// A network that cannot be loaded, a bundle without a graph or with that of a network of another shape, a disk that cannot be written.
pub fn export(options: &ExportOptions, observer: &dyn Observer) -> Result<Exported> {
    let imported = options.origin.load_whole(observer)?;
    let file = match options.format {
        Format::TensorFlow => write_checkpoint(&imported, &options.output, observer)?,
        Format::Safetensors => {
            write(&options.output, &export::safetensors(&imported)?)?;
            options.output.clone()
        }
        Format::Mag => {
            let graph = graph(options, &imported)?;
            let graph = graph.as_ref().unwrap_or(&imported);
            let bundle = export::bundle(&imported, graph, options.description.clone())?;
            write(&options.output, &bundle.encode())?;
            options.output.clone()
        }
    };
    let config = imported.model.config.name;
    Ok(Exported { config, update: imported.update, format: options.format, file })
}

/// The network whose graph a bundle shall have, if that is another one.
fn graph(options: &ExportOptions, imported: &Imported) -> Result<Option<Imported>> {
    let began_with = options.origin.path().join(WARM_START_FILE);
    Ok(match &options.graph {
        Some(path) => Some(import::open(path)?),
        None if imported.bundle.is_none() && began_with.is_file() => {
            Some(import::open(&began_with)?)
        }
        None => None,
    })
}

/// Writes a checkpoint of TensorFlow into `train` of a run folder; gives the beginning of the names of its files.
pub(crate) fn write_checkpoint(
    imported: &Imported,
    run_dir: &Path,
    observer: &dyn Observer,
) -> Result<PathBuf> {
    if imported.model.config.hparams.attention != Default::default() {
        observer.observe(Event::Warning(
            "its attention is around all layers, as in Magenta's networks of 2016: Magenta 2.1.4 generates with such a network \
             from a bundle only (--format mag)",
        ));
    }
    let folder = run_dir.join(TRAIN_DIR);
    files::create_dir(&folder)?;
    let name = format!("model.ckpt-{}", imported.update.unwrap_or(0));
    export::checkpoint(imported, &folder.join(&name))?;
    let mut all = State::read(&folder).map(|state| state.all).unwrap_or_default();
    all.retain(|other| *other != name);
    all.push(name.clone());
    State { newest: name.clone(), all }.write(&folder)?;
    Ok(folder.join(name))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    files::create_parent(path)?;
    files::write_whole(path, bytes)
}
