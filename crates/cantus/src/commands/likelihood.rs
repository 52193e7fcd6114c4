//! `cantus likelihood`: how likely a melody is to a trained network.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use pipeline::Tune;
use pipeline::likelihood::{Likelihood, LikelihoodOptions, likelihood};

use super::origin::OriginArgs;
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, percent};

const AFTER_HELP: &str = "\
Examples:
  cantus likelihood --run-dir runs/metal --melody \"[60, -2, 62, -2, 64, -1]\"
  cantus likelihood --run-dir runs/metal --midi tune.mid --json
  cantus likelihood --bundle attention_rnn.mag --midi tune.mid

A melody has one number for each sixteenth note: a MIDI pitch (60 is middle C),
-2 to let the note sound on, -1 to end it.";

/// Tell how likely a melody is to a trained network
///
/// Prints the natural logarithm of the probability that the network gives to the melody, its first event taken as given.
/// Compare melodies of the same length, or by the likelihood of an event.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct LikelihoodArgs {
    #[command(flatten)]
    origin: OriginArgs,
    #[command(flatten)]
    melody: MelodyChoice,
}

/// The melody to look at.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct MelodyChoice {
    /// The melody, such as "[60, -2, 62]"
    #[arg(long, value_name = "EVENTS", allow_hyphen_values = true)]
    melody: Option<String>,
    /// MIDI, ABC or MusicXML file with the melody
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    midi: Option<PathBuf>,
}

pub(crate) fn run(args: &LikelihoodArgs, terminal: Terminal) -> Result<(), Failure> {
    let melody = match (&args.melody.melody, &args.melody.midi) {
        (Some(text), _) => Tune::Text(text.clone()),
        (None, Some(file)) => Tune::File(file.clone()),
        (None, None) => return Err(Failure::usage("no melody was given")),
    };
    let options = LikelihoodOptions { origin: args.origin.origin()?, melody };
    let likelihood = likelihood(&options, &terminal.progress())?;
    terminal.answer(&likelihood, |out| summary(&likelihood, out))
}

fn summary(likelihood: &Likelihood, out: &mut dyn Write) -> io::Result<()> {
    let total = bold(format!("{:.4}", likelihood.log_likelihood));
    writeln!(out, "log-likelihood {total} for {} events", count(likelihood.events as u64))?;
    if let Some(mean) = likelihood.log_likelihood_per_event {
        let probability = percent(mean.exp());
        writeln!(out, "an event: {mean:.4}, that is, {probability} probability on the average")?;
    }
    Ok(())
}
