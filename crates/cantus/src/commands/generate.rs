//! `cantus generate`: new melodies as MIDI files.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use pipeline::album::{Album, album};
use pipeline::generate::{GenerateOptions, Generated, Made, generate};
use pipeline::{Key, Meter, Sampling, Tune};
use serde::Serialize;

use crate::failure::Failure;
use crate::terminal::{Terminal, bold, columns, contour, count, dim};

use super::album::{AlbumArgs, page};
use super::origin::{OriginArgs, learnt};
use crate::args::{at_least_one, meter, positive, tempo};

const AFTER_HELP: &str = "\
Examples:
  cantus generate --run-dir runs/metal --output-dir out
  cantus generate --run-dir runs/metal --output-dir out --seed 7 \\
      --primer-melody \"[60, -2, 62, -2, 64, -2]\"
  cantus generate --run-dir runs/metal --output-dir out --num-steps 256 \\
      --primer-midi tune.mid
  cantus generate --run-dir runs/metal --output-dir out --audio mp3 --plot \\
      --score
  cantus generate --bundle attention_rnn.mag --output-dir out
  cantus generate --run-dir runs/metal --output-dir out --temperature 0.8 \\
      --beam-size 4 --branch-factor 2

A primer melody has one number for each sixteenth note: a MIDI pitch (60 is
middle C), -2 to let the note sound on, -1 to end it. The same seed, run and
flags give the same tunes on every machine.

With --audio, --plot or --score there is index.html, too: all melodies of the
folder on a page that needs no network, each with its player, its piano roll,
and the command that makes it again.";

/// Let a trained network make melodies, and write them as MIDI files
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct GenerateArgs {
    #[command(flatten)]
    origin: OriginArgs,
    /// Folder for the MIDI files; made when missing
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output_dir: PathBuf,
    /// Begin the names of the files with this [default: the configuration]
    #[arg(long, value_name = "NAME", value_parser = file_name)]
    name: Option<String>,
    /// How many melodies to make
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = at_least_one)]
    num_outputs: usize,
    /// Length of each melody in sixteenth notes, primer included; 128 are eight bars of 4/4
    #[arg(long, value_name = "N", default_value_t = 128, value_parser = at_least_one)]
    num_steps: usize,
    /// How daring: below 1 keeps to what is likely, above 1 strays
    #[arg(long, value_name = "T", default_value_t = 1.0, value_parser = positive)]
    temperature: f64,
    /// Seed of the draws [default: a new one each time, which is printed]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    primer: PrimerArgs,
    #[command(flatten)]
    beam: BeamArgs,
    #[command(flatten)]
    album: AlbumArgs,
}

/// How a melody begins.
#[derive(Args, Debug)]
#[command(next_help_heading = "How melodies begin")]
struct PrimerArgs {
    /// Melody to go on from, such as "[60, -2, 62]" [default: "[60]"]
    #[arg(long, value_name = "EVENTS", conflicts_with = "primer_midi", allow_hyphen_values = true)]
    primer_melody: Option<String>,
    /// MIDI, ABC or MusicXML file with the melody to go on from
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    primer_midi: Option<PathBuf>,
    /// Key to move the primer into, with its mode, such as C, Eb, F#m or Ddor; it is written into the files [default: leave it]
    #[arg(long, value_name = "KEY")]
    key: Option<Key>,
    /// Key that the primer is in [default: the one that its notes speak for]
    #[arg(long, value_name = "KEY", requires = "key")]
    primer_key: Option<Key>,
    /// Metre to write into the files, such as 6/8 [default: none, which is read as 4/4]
    #[arg(long, value_name = "METRE", value_parser = meter)]
    meter: Option<Meter>,
    /// Tempo in quarter notes a minute [default: that of the primer MIDI, or else 120]
    #[arg(long, value_name = "QPM", value_parser = tempo)]
    qpm: Option<f64>,
}

/// Beam search.
#[derive(Args, Debug)]
#[command(next_help_heading = "Beam search")]
pub(super) struct BeamArgs {
    /// Keep so many candidates; 1 draws each step just once
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = at_least_one)]
    beam_size: usize,
    /// Continue each candidate in so many ways
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = at_least_one)]
    branch_factor: usize,
    /// Go on for so many steps before the best candidates are chosen
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = at_least_one)]
    steps_per_iteration: usize,
}

impl BeamArgs {
    pub(super) fn sampling(&self) -> Sampling {
        Sampling {
            beam_size: self.beam_size,
            branch_factor: self.branch_factor,
            steps_per_iteration: self.steps_per_iteration,
            ..Sampling::default()
        }
    }
}

/// What `--json` prints: what was generated, and what was made of it.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    generated: &'a Generated,
    #[serde(skip_serializing_if = "Option::is_none")]
    album: Option<&'a Album>,
}

/// A text that can begin the name of a file.
fn file_name(text: &str) -> Result<String, String> {
    let plain = !text.is_empty() && !text.starts_with('.') && !text.contains(['/', '\\', '\0']);
    if plain { Ok(text.to_owned()) } else { Err("expected a name without slashes".to_owned()) }
}

pub(crate) fn run(args: &GenerateArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let primer = match (&args.primer.primer_melody, &args.primer.primer_midi) {
        (Some(text), _) => Some(Tune::Text(text.clone())),
        (None, Some(file)) => Some(Tune::File(file.clone())),
        (None, None) => None,
    };
    let options = GenerateOptions {
        origin: args.origin.origin()?,
        output_dir: args.output_dir.clone(),
        name: args.name.clone(),
        primer,
        key: args.primer.key,
        primer_key: args.primer.primer_key,
        meter: args.primer.meter,
        qpm: args.primer.qpm,
        seed: args.seed,
        as_magenta: None,
        sampling: Sampling {
            num_outputs: args.num_outputs,
            num_steps: args.num_steps,
            temperature: args.temperature,
            ..args.beam.sampling()
        },
    };
    let wanted = args.album.options(threads)?;
    let (generated, made) = {
        let progress = terminal.progress();
        let generated = generate(&options, &progress)?;
        let made = wanted.map(|wanted| album(&generated, &wanted, &progress)).transpose()?;
        (generated, made)
    };
    let shown = Shown { generated: &generated, album: made.as_ref() };
    terminal.result(&shown, |out| {
        summary(&generated, out)?;
        made.as_ref().map_or(Ok(()), |made| page(&made.page, out))
    })
}

fn summary(generated: &Generated, out: &mut dyn Write) -> io::Result<()> {
    let melodies = match generated.melodies.len() {
        1 => "1 melody".to_owned(),
        many => format!("{} melodies", count(many as u64)),
    };
    let network = learnt(&generated.config, generated.update);
    writeln!(out, "Made {} with seed {} ({network})", bold(melodies), generated.seed)?;
    list(generated, out)
}

/// One line a melody: its file and its contour.
pub(super) fn list(generated: &Generated, out: &mut dyn Write) -> io::Result<()> {
    rows(&generated.melodies.iter().collect::<Vec<_>>(), out)
}

/// One line for each of these melodies.
pub(super) fn rows(melodies: &[&Made], out: &mut dyn Write) -> io::Result<()> {
    let names = || melodies.iter().map(|made| made.file.display().to_string());
    let longest = names().map(|name| name.chars().count()).max().unwrap_or(0);
    let width = columns().saturating_sub(longest + MARGIN).min(WIDTH);
    for (name, made) in names().zip(melodies).take(LISTED) {
        writeln!(out, "  {name}  {}", dim(contour(&made.events, STRIDE, width)))?;
    }
    match melodies.len().saturating_sub(LISTED) {
        0 => Ok(()),
        more => writeln!(out, "  and {} more", count(more as u64)),
    }
}

/// Melodies that are listed one by one.
const LISTED: usize = 20;
/// A character of a contour is an eighth note.
const STRIDE: usize = 2;
/// Columns of a contour, at most: eight bars of 4/4.
const WIDTH: usize = 64;
/// Columns around the name of a file.
const MARGIN: usize = 5;
