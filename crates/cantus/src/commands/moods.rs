//! `cantus moods`: one idea in several keys, temperatures or from several primers.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use pipeline::moods::{Moods, MoodsOptions, moods};
use pipeline::{Key, Meter, Sampling, Tune};

use super::album::{MadeArgs, page};
use super::generate::{BeamArgs, rows};
use super::origin::OriginArgs;
use super::render::FormatArg;
use crate::args::{at_least_one, meter, positive, tempo};
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count};

const AFTER_HELP: &str = "\
Examples:
  cantus moods --run-dir runs/metal --keys \"C,D,Eb,Fm,Ab,B\"
  cantus moods --bundle attention_rnn.mag --keys C,Cm,Cdor,Cphr,Clyd,Cmix
  cantus moods --run-dir runs/metal --temperatures 0.6,1.0,1.2 --num-outputs 3
  cantus moods --run-dir runs/metal --keys C,Am --primers tune.mid \"[60, -2]\"

All melodies have the same network, seed and length. The primer is moved into
each key degree by degree, so that it is in its mode, too; without --primers it
is C E G F A G B C. What differs is what key, temperature or primer do.
index.html shows and plays them side by side, without a network.";

/// Hear what keys, temperatures and primers do to one idea, side by side on a page
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
#[command(group = clap::ArgGroup::new("moods").required(true).multiple(true)
    .args(["keys", "temperatures", "primers"]))]
pub(crate) struct MoodsArgs {
    #[command(flatten)]
    origin: OriginArgs,
    /// Folder for everything; made when missing
    #[arg(long, short, value_name = "DIR", default_value = "moods", value_hint = ValueHint::DirPath)]
    output_dir: PathBuf,
    /// Keys with commas between them: C, Eb, F#m, Ddor, Gmix, Alyd, Ephr, Bloc
    #[arg(long, value_name = "KEYS", value_delimiter = ',')]
    keys: Vec<Key>,
    /// Temperatures with commas between them: below 1 keeps to what is likely, above 1 strays
    #[arg(long, value_name = "TEMPERATURES", value_delimiter = ',', value_parser = positive)]
    temperatures: Vec<f64>,
    /// What melodies begin with: files of music, and lists of events such as "[60, -2, 62]"
    #[arg(long, value_name = "PRIMER", num_args = 1.., value_hint = ValueHint::FilePath, value_parser = primer)]
    primers: Vec<Tune>,
    /// Key that the primers are in [default: the one that the notes of each speak for]
    #[arg(long, value_name = "KEY", requires = "keys")]
    primer_key: Option<Key>,
    /// How many melodies to make of each
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = at_least_one)]
    num_outputs: usize,
    /// Length of each melody in sixteenth notes, primer included
    #[arg(long, value_name = "N", default_value_t = 128, value_parser = at_least_one)]
    num_steps: usize,
    /// Metre to write into the files, such as 6/8 [default: none, which is read as 4/4]
    #[arg(long, value_name = "METRE", value_parser = meter)]
    meter: Option<Meter>,
    /// Tempo in quarter notes a minute [default: that of the primer, or else 120]
    #[arg(long, value_name = "QPM", value_parser = tempo)]
    qpm: Option<f64>,
    /// Seed of the draws [default: a new one each time, which is printed]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    beam: BeamArgs,
    /// Format of the sound
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "mp3")]
    #[arg(help_heading = "Sound, pictures and a page")]
    audio: FormatArg,
    #[command(flatten)]
    made: MadeArgs,
}

/// A file, or events if it looks like a list of them.
fn primer(text: &str) -> Result<Tune, String> {
    let is_list = text.trim_start().starts_with('[') && !Path::new(text).exists();
    if !is_list {
        return Ok(Tune::File(PathBuf::from(text)));
    }
    pipeline::steps_of(text).map_err(|error| error.to_string())?;
    Ok(Tune::Text(text.to_owned()))
}

pub(crate) fn run(args: &MoodsArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let options = MoodsOptions {
        origin: args.origin.origin()?,
        output_dir: args.output_dir.clone(),
        keys: args.keys.clone(),
        temperatures: args.temperatures.clone(),
        primers: args.primers.clone(),
        primer_key: args.primer_key,
        meter: args.meter,
        qpm: args.qpm,
        seed: args.seed,
        sampling: Sampling {
            num_outputs: args.num_outputs,
            num_steps: args.num_steps,
            ..args.beam.sampling()
        },
        album: args.made.options(Some(args.audio), threads),
    };
    let made = moods(&options, &terminal.progress())?;
    terminal.result(&made, |out| summary(&made, out))
}

fn summary(made: &Moods, out: &mut dyn Write) -> io::Result<()> {
    let moods = count(made.moods.len() as u64);
    writeln!(out, "One idea in {} with seed {}", bold(format!("{moods} moods")), made.seed)?;
    let melodies: Vec<_> = made.moods.iter().flat_map(|mood| &mood.generated.melodies).collect();
    rows(&melodies, out)?;
    page(&made.page, out)
}
