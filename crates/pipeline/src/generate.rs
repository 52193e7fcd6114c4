//! Generate: a trained network makes melodies, which become MIDI files.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use formats::midi;
use model::config::MelodyConfig;
use model::generate::{self, generate_observed};
use music::{DEFAULT_QPM, Key, Melody, ToSequence};
use serde::{Deserialize, Serialize};

use crate::again;
use crate::continuation::continuation;
use crate::models::sha256;
use crate::picture::{Meter, signature};
use crate::provenance::Provenance;
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
    /// The key and mode that the primer is moved into, and that is written into the files; none for its own, which is not written.
    pub key: Option<Key>,
    /// The key that the primer is in; none for the one that its notes speak for ([`music::NoteSequence::likely_key`]).
    pub primer_key: Option<Key>,
    /// The metre that is written into the files; none for none, which is read as 4/4. It changes no event.
    pub meter: Option<Meter>,
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
    /// The key and mode that the primer was moved into, such as `F minor`; none if it was left in its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
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
    /// The file beside it that says how it was made ([`Provenance`]); none where Magenta's program would write none.
    pub provenance: Option<PathBuf>,
    /// Natural logarithm of its probability, all events but the first.
    pub log_likelihood: f64,
    /// Its events, primer included: -2 nothing changes, -1 note off, else a pitch.
    pub events: Vec<i32>,
    /// Natural logarithms of the probabilities of all events but the first, each given those before it, to four decimals.
    pub log_probabilities: Vec<f32>,
}

/// Lets the network make melodies and writes them as MIDI files, called
/// `<name>-seed<seed>-<number>.mid`, each with its [`Provenance`] beside it.
///
/// # Errors
///
/// A network that cannot be loaded, a primer that gives no melody or is too long, options out of range, a
/// disk that cannot be written, [`Error::Interrupted`].
pub fn generate(options: &GenerateOptions, observer: &dyn Observer) -> Result<Generated> {
    let tune = options.primer.clone().unwrap_or_else(|| Tune::Text(DEFAULT_PRIMER.to_owned()));
    let (mut primer, num_steps) = match &options.as_magenta {
        None => (tune.read(observer)?, options.sampling.num_steps),
        Some(_) => continuation(&tune, options.qpm, options.sampling.num_steps)?,
    };
    let typed = primer.melody.clone();
    if let Some(key) = options.key {
        primer.set_in(options.primer_key.unwrap_or_else(|| likely_key(&typed)), key);
    }
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
        key: options.key.map(|key| key.to_string()),
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
    let call = Call {
        sampling: &sampling,
        key: options.key,
        meter: options.meter,
        command: again::generate(options, seed, &typed, generated.qpm),
    };
    let call = options.as_magenta.is_none().then_some(&call);
    write(melodies?, &names, call, &mut generated, observer)?;
    Ok(generated)
}

/// What a call asked for, as far as the result does not say it.
struct Call<'a> {
    sampling: &'a generate::GenerateOptions,
    key: Option<Key>,
    meter: Option<Meter>,
    /// The command that makes the same melodies again.
    command: String,
}

/// The key that the notes of a primer speak for; that of a single note has it as tonic and is major.
fn likely_key(primer: &Melody) -> Key {
    let found = primer.to_sequence(&ToSequence::default()).likely_key();
    found.map_or(Key { tonic: 0, mode: music::Mode::Major }, Key::from)
}

/// How files are called: a beginning, a number with at least so many digits, `.mid`.
struct Names {
    begin: String,
    digits: usize,
}

/// Writes all melodies, encoded before the first file is begun; with how they were made if `call` tells.
fn write(
    melodies: Vec<generate::Generated>,
    names: &Names,
    call: Option<&Call<'_>>,
    generated: &mut Generated,
    observer: &dyn Observer,
) -> Result<()> {
    let width = melodies.len().to_string().len().max(names.digits);
    let digest = call.and_then(|_| digest(&generated.network));
    let mut encoded = Vec::with_capacity(melodies.len());
    for (number, made) in (1..).zip(melodies) {
        let file_name = format!("{}{number:0width$}.mid", names.begin);
        let file = generated.output_dir.join(file_name);
        let bytes = encode(&made.melody, generated.qpm, call, &file)?;
        let made = Made {
            provenance: call.map(|_| Provenance::path_beside(&file)),
            file,
            log_likelihood: made.log_likelihood,
            events: codes(&made.melody),
            log_probabilities: made.log_probabilities.into_iter().map(short).collect(),
        };
        let text = call.map(|it| provenance(generated, &made, number, it, digest.clone()).text());
        encoded.push((bytes, text));
        generated.melodies.push(made);
    }
    files::create_dir(&generated.output_dir)?;
    for (done, (made, (bytes, text))) in generated.melodies.iter().zip(encoded).enumerate() {
        if observer.cancelled() {
            let all = generated.melodies.len();
            return Err(Error::Interrupted { kept: Some(format!("after {done} of {all} files")) });
        }
        files::write_whole(&made.file, &bytes)?;
        if let (Some(path), Some(text)) = (&made.provenance, text) {
            files::write_whole(path, text.as_bytes())?;
        }
    }
    Ok(())
}

/// A number to four decimals.
fn short(value: f32) -> f32 {
    (value * 1e4).round() / 1e4
}

/// The digest of a network's file, if it can be read; a checkpoint of TensorFlow is known by its index.
fn digest(network: &Path) -> Option<String> {
    let mut index = network.as_os_str().to_owned();
    index.push(".index");
    let file = if network.is_file() { network } else { Path::new(&index) };
    sha256(file).ok()
}

fn provenance(
    generated: &Generated,
    made: &Made,
    number: usize,
    call: &Call<'_>,
    network_sha256: Option<String>,
) -> Provenance {
    let sampling = call.sampling;
    let network = generated.network.file_name().unwrap_or_default();
    Provenance {
        config: generated.config.clone(),
        update: generated.update,
        network: network.to_string_lossy().into_owned(),
        network_sha256,
        seed: generated.seed,
        number,
        num_steps: sampling.num_steps,
        temperature: sampling.temperature,
        beam_size: sampling.beam_size,
        branch_factor: sampling.branch_factor,
        steps_per_iteration: sampling.steps_per_iteration,
        qpm: generated.qpm,
        key: call.key.map(Key::short),
        meter: call.meter,
        command: Some(call.command.clone()),
        primer_steps: generated.primer.events.len(),
        log_likelihood: made.log_likelihood,
        events: made.events.clone(),
        log_probabilities: made.log_probabilities.clone(),
    }
}

fn encode(melody: &Melody, qpm: f64, call: Option<&Call<'_>>, path: &Path) -> Result<Vec<u8>> {
    let mut sequence = melody.to_sequence(&ToSequence { qpm, ..ToSequence::default() });
    if let Some(call) = call {
        sequence.key_signatures.extend(call.key.map(Key::signature));
        sequence.time_signatures.extend(call.meter.map(signature));
    }
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
