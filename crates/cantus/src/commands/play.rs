//! `cantus play`: music through the sound card.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};
use pipeline::Error;
use pipeline::play::{DeviceChoice, PlayOptions, Played, SoundCards, Start, play, sound_cards};

use super::playing::{PlayingArgs, SynthesisArgs};
use crate::failure::Failure;
use crate::terminal::{Screen, Terminal, bold, count, dim, duration};

const AFTER_HELP: &str = "\
Examples:
  cantus play melody.mid
  cantus play out/ --genre metal --click
  cantus play tunes.abc --loop --program whistle --tempo 90
  cantus play song.musicxml --start bar:17
  cat melody.mid | cantus play -
  cantus play --list-devices
  cantus play melody.mid --device \"USB Audio\"

Keys:
  space     stop, go on          n  p    next piece, piece before
  <- ->     5 seconds            + -     louder, softer
  [ ]       a bar                Home    from the beginning
  q         quit                 Ctrl-C  quit, with exit code 130

Where stderr is no terminal, and with --quiet or --json, nothing is drawn and no
keys are read. On Linux it plays through PulseAudio, PipeWire or ALSA.";

/// Play music through the sound card: MIDI, MusicXML and ABC files
///
/// Draws the notes with a cursor that moves, and listens to keys. The sound is that of `cantus render`, made while it plays; of pieces longer
/// than 24 seconds the loudness is that of eight places.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct PlayArgs {
    /// Files of music, and folders of them; `-` is stdin
    #[arg(required_unless_present = "list_devices", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    inputs: Vec<PathBuf>,
    /// Sound card: its name or a part of it, the sound system that it belongs to (`alsa`, `jack`), or `null` to play to nobody [default: that
    /// of the system]
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
    /// List the sound cards and end
    #[arg(long, conflicts_with_all = ["inputs", "device", "start", "repeat"])]
    list_devices: bool,
    /// Where each piece begins: seconds (`12.5`, `1:05`) or a bar (`bar:9`)
    #[arg(long, value_name = "PLACE", value_parser = start, default_value = "0", hide_default_value = true)]
    start: Start,
    /// Begin again after the last piece, until you quit
    #[arg(long = "loop")]
    repeat: bool,
    #[command(flatten)]
    playing: PlayingArgs,
    #[command(flatten)]
    synthesis: SynthesisArgs,
    /// Samples a second
    #[arg(long, value_name = "HZ", default_value_t = 48_000, value_parser = clap::value_parser!(u32).range(16_000..=192_000), help_heading = "Sound")]
    sample_rate: u32,
}

/// Seconds, minutes and seconds, or a bar.
fn start(text: &str) -> Result<Start, String> {
    let wrong = || "expected seconds, minutes and seconds (1:05) or a bar (bar:9)".to_owned();
    if let Some(bar) = text.strip_prefix("bar:") {
        return bar.parse().ok().filter(|&bar| bar > 0).map(Start::Bar).ok_or_else(wrong);
    }
    let (minutes, seconds) = text.split_once(':').unwrap_or(("0", text));
    let minutes: u32 = minutes.parse().map_err(|_| wrong())?;
    let seconds = seconds.parse().ok().filter(|seconds| (0.0..1e9).contains(seconds));
    seconds
        .map(|seconds: f64| Start::Seconds(f64::from(minutes) * 60.0 + seconds))
        .ok_or_else(wrong)
}

pub(crate) fn run(args: &PlayArgs, terminal: Terminal) -> Result<(), Failure> {
    if args.list_devices {
        let cards = sound_cards()?;
        return terminal.answer(&cards, |out| list(&cards, out));
    }
    let options = PlayOptions {
        inputs: args.inputs.clone(),
        soundfont: args.synthesis.soundfont(),
        playing: args.playing.playing(),
        level: args.synthesis.level(),
        sample_rate: args.sample_rate,
        device: args.device.as_deref().map(DeviceChoice::of).unwrap_or_default(),
        start: args.start,
        repeat: args.repeat,
    };
    let played = if terminal.can_draw() {
        play(&options, &Screen::new(terminal))
    } else {
        play(&options, &terminal.progress())
    };
    let played = played.map_err(failure)?;
    terminal.result(&played, |out| summary(&played, out))
}

/// Music that is broken off can be gone on with.
fn failure(error: Error) -> Failure {
    let is_interrupted = matches!(error, Error::Interrupted { .. });
    let failure = Failure::from(error);
    if is_interrupted { failure.with_hint("--start SECONDS begins at a place") } else { failure }
}

fn list(cards: &SoundCards, out: &mut dyn Write) -> io::Result<()> {
    for card in &cards.devices {
        let mark = if card.is_default { "*" } else { " " };
        writeln!(out, "{mark} {}  {}", bold(&card.name), dim(card.host))?;
    }
    Ok(())
}

fn summary(played: &Played, out: &mut dyn Write) -> io::Result<()> {
    let pieces = match played.pieces.len() {
        1 => "1 piece".to_owned(),
        many => format!("{} pieces", count(many as u64)),
    };
    let on = if played.device.is_empty() { played.host } else { &played.device };
    writeln!(out, "Played {} on {on} (SoundFont: {})", bold(pieces), played.soundfont)?;
    for piece in played.pieces.iter().take(LISTED) {
        let time = |seconds| duration(Duration::from_secs_f64(seconds));
        let left = piece.left_at < piece.seconds;
        let left = if left { format!(", left at {}", time(piece.left_at)) } else { String::new() };
        let times =
            if piece.times > 1 { format!(", {} times", piece.times) } else { String::new() };
        let title: String = piece.title.chars().filter(|letter| !letter.is_control()).collect();
        writeln!(out, "  {title}  {}", dim(format!("{}{left}{times}", time(piece.seconds))))?;
    }
    match played.pieces.len().saturating_sub(LISTED) {
        0 => {}
        more => writeln!(out, "  and {} more", count(more as u64))?,
    }
    match played.failed.len() {
        0 => Ok(()),
        failed => writeln!(out, "  not played: {}", count(failed as u64)),
    }
}

/// Pieces that are listed one by one.
const LISTED: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_time_or_a_bar() {
        assert_eq!(start("12.5"), Ok(Start::Seconds(12.5)));
        assert_eq!(start("1:05"), Ok(Start::Seconds(65.0)));
        assert_eq!(start("bar:9"), Ok(Start::Bar(9)));
        for wrong in ["", "x", "-1", "bar:0", "bar:", "1:2:3", "NaN", "inf", ":5"] {
            assert!(start(wrong).is_err(), "{wrong}");
        }
    }
}
