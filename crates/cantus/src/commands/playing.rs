//! The flags of commands that make sound: how pieces are played, with which SoundFont, how loud.

use std::ffi::OsString;

use clap::{Args, ValueHint};
use pipeline::render::{Choice, Level, Playing, Program, SoundFontChoice, TARGET_LUFS};

use crate::args::tempo;

/// How pieces are played.
#[derive(Args, Debug)]
#[command(next_help_heading = "How pieces are played")]
pub(super) struct PlayingArgs {
    /// Play in the manner of a genre: its sound and its tempo, where --program and --tempo say nothing else
    #[arg(long, value_name = "GENRE")]
    genre: Option<String>,
    /// General MIDI sound of all instruments but drums: a name or the beginning of one, a number from 0 to 127 (as in MIDI files and
    /// Magenta; printed tables often count from 1), or `own` for those of the piece [default: that of the genre, else own]
    #[arg(long, value_name = "SOUND", value_parser = program)]
    program: Option<ChoiceArg<Program>>,
    /// Tempo in quarter notes a minute, or `own` for that of the piece [default: that of the genre, else own]
    #[arg(long, value_name = "QPM", value_parser = tempo_or_own)]
    tempo: Option<ChoiceArg<f64>>,
    /// Add a click on each beat: a wood block, or what fits the genre
    #[arg(long)]
    click: bool,
}

/// What makes the sound, and how loud.
#[derive(Args, Debug)]
#[command(next_help_heading = "Sound")]
pub(super) struct SynthesisArgs {
    /// SoundFont to play with, SF2 or SF3: a file, `built-in` or `system`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    soundfont: Option<OsString>,
    /// Integrated loudness in LUFS, or `own` to leave it as it is
    #[arg(long, value_name = "LUFS", default_value_t = LoudnessArg(Some(TARGET_LUFS)), value_parser = loudness, allow_hyphen_values = true)]
    loudness: LoudnessArg,
    /// Gain on top of that, in dB; peaks stay below -1 dBTP in any case
    #[arg(long, value_name = "DB", default_value_t = 0.0, value_parser = decibels, allow_hyphen_values = true)]
    gain: f64,
}

impl PlayingArgs {
    /// What the flags mean.
    pub(super) fn playing(&self) -> Playing {
        Playing {
            genre: self.genre.clone(),
            program: ChoiceArg::choice(self.program),
            qpm: ChoiceArg::choice(self.tempo),
            click: self.click,
        }
    }
}

impl SynthesisArgs {
    /// The SoundFont that was asked for.
    pub(super) fn soundfont(&self) -> SoundFontChoice {
        self.soundfont.as_deref().map(SoundFontChoice::of).unwrap_or_default()
    }

    /// How loud pieces are made.
    pub(super) fn level(&self) -> Level {
        Level { loudness: self.loudness.0, gain: self.gain }
    }
}

/// A value, or that of the piece.
#[derive(Clone, Copy, Debug)]
struct ChoiceArg<T>(Option<T>);

impl<T: Copy> ChoiceArg<T> {
    fn choice(given: Option<Self>) -> Choice<T> {
        match given {
            None => Choice::Fitting,
            Some(Self(None)) => Choice::Own,
            Some(Self(Some(value))) => Choice::Given(value),
        }
    }
}

/// The word for "as it is in the piece".
const OWN: &str = "own";

fn program(text: &str) -> Result<ChoiceArg<Program>, String> {
    if text == OWN {
        return Ok(ChoiceArg(None));
    }
    Program::find(text).map(|program| ChoiceArg(Some(program))).map_err(|error| error.to_string())
}

fn tempo_or_own(text: &str) -> Result<ChoiceArg<f64>, String> {
    if text == OWN { Ok(ChoiceArg(None)) } else { tempo(text).map(|qpm| ChoiceArg(Some(qpm))) }
}

/// A loudness, or none to leave it.
#[derive(Clone, Copy, Debug)]
struct LoudnessArg(Option<f64>);

impl std::fmt::Display for LoudnessArg {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(loudness) => write!(formatter, "{loudness}"),
            None => formatter.write_str(OWN),
        }
    }
}

fn loudness(text: &str) -> Result<LoudnessArg, String> {
    if text == OWN {
        return Ok(LoudnessArg(None));
    }
    let loudness = text.parse().ok().filter(|loudness| (-60.0..=-5.0).contains(loudness));
    loudness
        .map(|loudness| LoudnessArg(Some(loudness)))
        .ok_or_else(|| format!("expected a number from -60 to -5, or {OWN}"))
}

fn decibels(text: &str) -> Result<f64, String> {
    let decibels = text.parse().ok().filter(|decibels| (-60.0..=30.0).contains(decibels));
    decibels.ok_or_else(|| "expected a number from -60 to 30".to_owned())
}
