//! `cantus render`: music to files of audio.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};
use pipeline::Error;
use pipeline::render::{
    AudioFormat, AudioOptions, RenderOptions, RenderOutput, Rendered, RenderedFile, Tags, render,
};

use super::playing::{PlayingArgs, SynthesisArgs};
use crate::args::{is_dash, positive};
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, columns, count, dim, duration};

const AFTER_HELP: &str = "\
Examples:
  cantus render melody.mid --output melody.mp3
  cantus render out/ --format mp3 --output-dir mp3
  cantus render melody.mid --output melody.flac --genre metal --click
  cantus render tune.abc --output tune.ogg --program whistle --tempo 90
  cantus render melody.mid --output melody.wav \\
      --program \"Electric Guitar (clean)\" --soundfont FluidR3_GM.sf2
  cat melody.mid | cantus render - --format wav --output - | aplay

Without --soundfont the built-in one plays, which sounds the same everywhere;
`--soundfont system` takes the best that is installed. CANTUS_SOUNDFONT names
another one for all calls. Genres with a style of their own: rock, metal, punk,
pop, mellow, country, rap, classical, jazz, folk, blues, electronic, dance,
soul, funk, reggae, latin, world.";

/// Make sound of music: MIDI, MusicXML and ABC files to WAV, MP3, FLAC or Ogg Vorbis
///
/// A synthesizer plays each piece with the instruments of a SoundFont, with reverb, until the last sound has died away. All pieces
/// come out equally loud and without clipping. The same files, flags and SoundFont give the same bytes.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct RenderArgs {
    /// Files of music, and folders of them; `-` is stdin
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    inputs: Vec<PathBuf>,
    /// File to write; its ending says the format. `-` is stdout
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[arg(required_unless_present = "output_dir", conflicts_with = "output_dir")]
    output: Option<PathBuf>,
    /// Folder for a file of each piece, in folders as those of the inputs; made when missing
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output_dir: Option<PathBuf>,
    /// What to write [default: what the ending of the output says, else mp3]
    #[arg(long, short, value_name = "FORMAT", value_enum)]
    format: Option<FormatArg>,
    #[command(flatten)]
    playing: PlayingArgs,
    #[command(flatten)]
    sound: SoundArgs,
    #[command(flatten)]
    tags: TagArgs,
}

/// Formats of audio.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FormatArg {
    /// RIFF WAVE, 16 bits
    Wav,
    /// MP3, constant bit rate
    Mp3,
    /// FLAC, 16 bits
    Flac,
    /// Ogg Vorbis
    Ogg,
}

/// What the sound is like.
#[derive(Args, Debug)]
#[command(next_help_heading = "Sound")]
struct SoundArgs {
    #[command(flatten)]
    synthesis: SynthesisArgs,
    /// Samples a second
    #[arg(long, value_name = "HZ", default_value_t = 44_100, value_parser = clap::value_parser!(u32).range(16_000..=192_000))]
    sample_rate: u32,
    /// Kilobits a second of MP3 (the nearest that exists) and Ogg Vorbis [default: 192 for MP3, quality 5 for Ogg Vorbis, about 160]
    #[arg(long, value_name = "KBPS", value_parser = clap::value_parser!(u32).range(8..=500))]
    bitrate: Option<u32>,
    /// Refuse pieces that last longer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3600.0, value_parser = positive)]
    max_duration: f64,
}

/// What is said in the files.
#[derive(Args, Debug)]
#[command(next_help_heading = "Tags")]
struct TagArgs {
    /// Title [default: that of the piece, else the name of its file]
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Artist [default: that of the piece]
    #[arg(long, value_name = "TEXT")]
    artist: Option<String>,
    /// Album
    #[arg(long, value_name = "TEXT")]
    album: Option<String>,
}

impl FormatArg {
    pub(super) fn format(self) -> AudioFormat {
        match self {
            Self::Wav => AudioFormat::Wav,
            Self::Mp3 => AudioFormat::Mp3,
            Self::Flac => AudioFormat::Flac,
            Self::Ogg => AudioFormat::Ogg,
        }
    }
}

impl RenderArgs {
    fn output(&self) -> RenderOutput {
        match (&self.output, &self.output_dir) {
            (Some(file), _) if is_dash(file) => RenderOutput::Stdout,
            (Some(file), _) => RenderOutput::File(file.clone()),
            (None, folder) => RenderOutput::Folder(folder.clone().unwrap_or_default()),
        }
    }

    fn format(&self) -> Result<AudioFormat, Failure> {
        let named = self.output.as_ref().filter(|file| !is_dash(file));
        match (self.format, named) {
            (Some(format), _) => Ok(format.format()),
            (None, None) => Ok(AudioFormat::Mp3),
            (None, Some(file)) => AudioFormat::of(file).ok_or_else(|| {
                Failure::usage(format!("{} has no ending of an audio file", file.display()))
                    .with_hint("end its name with .wav, .mp3, .flac or .ogg, or give --format")
            }),
        }
    }

    fn options(&self, threads: usize) -> Result<RenderOptions, Failure> {
        let mut audio = AudioOptions { format: self.format()?, ..AudioOptions::default() };
        audio.bitrate = self.sound.bitrate;
        audio.level = self.sound.synthesis.level();
        audio.render.sample_rate = self.sound.sample_rate;
        audio.render.max_seconds = self.sound.max_duration;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Ok(RenderOptions {
            inputs: self.inputs.clone(),
            output: self.output(),
            soundfont: self.sound.synthesis.soundfont(),
            playing: self.playing.playing(),
            audio,
            tags: Tags {
                title: text(&self.tags.title),
                artist: text(&self.tags.artist),
                album: text(&self.tags.album),
                ..Tags::default()
            },
            threads,
        })
    }
}

pub(crate) fn run(args: &RenderArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let options = args.options(threads)?;
    let to_stdout = options.output == RenderOutput::Stdout;
    if to_stdout && terminal.json {
        return Err(Failure::usage("--json and `--output -` cannot both have stdout")
            .with_hint("write to a file, or leave out --json"));
    }
    let terminal = Terminal { data_on_stdout: to_stdout, ..terminal };
    let rendered = {
        let progress = terminal.progress();
        render(&options, &progress).map_err(failure)?
    };
    terminal.result(&rendered, |out| summary(&rendered, out))
}

/// Several pieces want a folder.
fn failure(error: Error) -> Failure {
    let is_many = matches!(error, Error::ManyPieces { .. });
    let failure = Failure::from(error);
    if is_many { failure.with_hint("give a folder for them: --output-dir DIR") } else { failure }
}

fn summary(rendered: &Rendered, out: &mut dyn Write) -> io::Result<()> {
    let seconds: f64 = rendered.files.iter().map(|file| file.seconds).sum();
    let pieces = match rendered.files.len() {
        1 => "1 piece".to_owned(),
        many => format!("{} pieces", count(many as u64)),
    };
    let length = duration(Duration::from_secs_f64(seconds));
    writeln!(
        out,
        "Rendered {}, {length} of sound (SoundFont: {})",
        bold(pieces),
        rendered.soundfont
    )?;
    let outputs: Vec<String> = rendered.files.iter().map(name).collect();
    let longest = outputs.iter().map(|output| output.chars().count()).max().unwrap_or(0);
    let width = longest.min(columns().saturating_sub(MARGIN));
    for (file, output) in rendered.files.iter().zip(&outputs).take(LISTED) {
        writeln!(out, "  {output:width$}  {}", dim(figures(file)))?;
    }
    match rendered.files.len().saturating_sub(LISTED) {
        0 => {}
        more => writeln!(out, "  and {} more", count(more as u64))?,
    }
    match rendered.failed.len() {
        0 => Ok(()),
        failed => writeln!(out, "  not rendered: {}", count(failed as u64)),
    }
}

/// Files that are listed one by one.
const LISTED: usize = 20;
/// Columns that figures take.
const MARGIN: usize = 40;

fn name(file: &RenderedFile) -> String {
    file.output
        .as_ref()
        .map_or_else(|| "standard output".to_owned(), |output| output.display().to_string())
}

fn figures(file: &RenderedFile) -> String {
    let length = duration(Duration::from_secs_f64(file.seconds));
    let value = |value: Option<f64>, unit: &str| {
        value.map_or_else(|| "silent".to_owned(), |value| format!("{value:6.1} {unit}"))
    };
    format!("{length}  {}  {}", value(file.loudness, "LUFS"), value(file.true_peak, "dBTP"))
}
