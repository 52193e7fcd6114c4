//! Generate: a trained network makes melodies, which become MIDI files.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use formats::midi;
use model::config::MelodyConfig;
use model::generate::{self, generate_observed};
use music::{DEFAULT_QPM, Melody, ToSequence};
use serde::{Deserialize, Serialize};

use crate::continuation::continuation;
use crate::tune::{Given, Tune, codes};
use crate::{Error, Event, Observer, Origin, Result, files};

/// Middle C: how melodies begin without a primer, as in Magenta.
const DEFAULT_PRIMER: &str = "[60]";

/// Digits of the number in a file's name, at least.
const NUMBER_WIDTH: usize = 2;

/// What to make, and from what.
#[derive(Clone, Debug)]
pub struct GenerateOptions {
    /// The network.
    pub origin: Origin,
    /// Folder for the MIDI files.
    pub output_dir: PathBuf,
    /// How their names begin; none for the name of the configuration.
    pub name: Option<String>,
    /// What they begin with; none for middle C.
    pub primer: Option<Tune>,
    /// Tempo in quarter notes a minute; none for that of the primer, or else 120.
    pub qpm: Option<f64>,
    /// Seed of the draws; none for one from the operating system.
    pub seed: Option<u64>,
    /// Do as Magenta's program does with primers and names.
    pub as_magenta: Option<AsMagenta>,
    /// How many and how long, temperature and beams; its seed is not used.
    pub sampling: generate::GenerateOptions,
}

/// What Magenta's program does in another way: a primer is followed by two steps of silence, the tempo of a MIDI file goes
/// before any other, a file that it refuses is an error, and files are called `<stamp>_<number>.mid`.
#[derive(Clone, Debug)]
pub struct AsMagenta {
    /// Date and time, for the names of the files.
    pub stamp: String,
    /// The configuration that the network should have; its hyper-parameters are the network's own in any case.
    pub config: Option<MelodyConfig>,
}

/// What was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Generated {
    /// Name of the configuration.
    pub config: String,
    /// Updates that the network has learnt from; none where its file does not say.
    pub update: Option<u64>,
    /// File of the network.
    pub network: PathBuf,
    /// Folder of the MIDI files.
    pub output_dir: PathBuf,
    /// The seed that makes the same melodies again.
    pub seed: u64,
    /// Tempo in quarter notes a minute.
    pub qpm: f64,
    /// What the melodies begin with.
    pub primer: Given,
    /// The melodies, in the order of their numbers.
    pub melodies: Vec<Made>,
}

/// A melody that was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Made {
    /// Its MIDI file.
    pub file: PathBuf,
    /// Natural logarithm of its probability, all events but the first.
    pub log_likelihood: f64,
    /// Its events, primer included: -2 nothing changes, -1 note off, else a pitch.
    pub events: Vec<i32>,
}

/// Lets the network make melodies and writes them as MIDI files, called
/// `<name>-seed<seed>-<number>.mid`.
///
/// # Errors
///
/// A network that cannot be loaded, a primer that gives no melody or is too long, options out of range, a
/// disk that cannot be written, [`Error::Interrupted`].
pub fn generate(options: &GenerateOptions, observer: &dyn Observer) -> Result<Generated> {
    let tune = options.primer.clone().unwrap_or_else(|| Tune::Text(DEFAULT_PRIMER.to_owned()));
    let (primer, num_steps) = match &options.as_magenta {
        None => (tune.read(observer)?, options.sampling.num_steps),
        Some(_) => continuation(&tune, options.qpm, options.sampling.num_steps)?,
    };
    let found = options.origin.load(observer)?;
    if let Some(config) = options.as_magenta.as_ref().and_then(|magenta| magenta.config.as_ref()) {
        found.agree(config, observer)?;
    }
    let seed = options.seed.map_or_else(draw_seed, Ok)?;
    let sampling = generate::GenerateOptions { seed, num_steps, ..options.sampling.clone() };
    let total = Some(
        sampling.num_outputs as u64 * sampling.num_steps.saturating_sub(primer.events.len()) as u64,
    );
    observer.observe(Event::Began { task: "composing", unit: "steps", total, done: 0 });
    let melodies = generate_observed(&found.model, &primer.melody, &sampling, &mut |progress| {
        observer.observe(Event::Advanced {
            done: progress.done,
            total: Some(progress.total),
            detail: "",
        });
        if observer.cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    observer.observe(Event::Ended);
    let config = found.model.config.name;
    let given = if options.as_magenta.is_some() { None } else { options.qpm };
    let mut generated = Generated {
        output_dir: options.output_dir.clone(),
        seed,
        network: found.path,
        qpm: given.or(primer.qpm).unwrap_or(DEFAULT_QPM),
        primer,
        update: found.update,
        melodies: Vec::new(),
        config,
    };
    let name = options.name.as_ref().unwrap_or(&generated.config);
    let names = match &options.as_magenta {
        None => Names { begin: format!("{name}-seed{seed}-"), digits: NUMBER_WIDTH },
        Some(magenta) => Names { begin: format!("{}_", magenta.stamp), digits: 1 },
    };
    write(melodies?, &names, &mut generated, observer)?;
    Ok(generated)
}

/// How files are called: a beginning, a number with at least so many digits, `.mid`.
struct Names {
    begin: String,
    digits: usize,
}

/// Writes all melodies, encoded before the first file is begun.
fn write(
    melodies: Vec<generate::Generated>,
    names: &Names,
    generated: &mut Generated,
    observer: &dyn Observer,
) -> Result<()> {
    let width = melodies.len().to_string().len().max(names.digits);
    let mut encoded = Vec::with_capacity(melodies.len());
    for (number, made) in (1..).zip(melodies) {
        let file_name = format!("{}{number:0width$}.mid", names.begin);
        let file = generated.output_dir.join(file_name);
        encoded.push(encode(&made.melody, generated.qpm, &file)?);
        let (log_likelihood, events) = (made.log_likelihood, codes(&made.melody));
        generated.melodies.push(Made { file, log_likelihood, events });
    }
    files::create_dir(&generated.output_dir)?;
    for (done, (made, bytes)) in generated.melodies.iter().zip(encoded).enumerate() {
        if observer.cancelled() {
            let all = generated.melodies.len();
            return Err(Error::Interrupted { kept: Some(format!("after {done} of {all} files")) });
        }
        files::write_whole(&made.file, &bytes)?;
    }
    Ok(())
}

fn encode(melody: &Melody, qpm: f64, path: &Path) -> Result<Vec<u8>> {
    let sequence = melody.to_sequence(&ToSequence { qpm, ..ToSequence::default() });
    midi::write(&sequence).map_err(|source| Error::MusicWrite { path: path.to_owned(), source })
}

/// A seed that nobody can predict, short enough to be typed.
///
/// # Errors
///
/// [`Error::Entropy`].
pub fn draw_seed() -> Result<u64> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(Error::Entropy)?;
    Ok(u64::from(u32::from_le_bytes(bytes)))
}
