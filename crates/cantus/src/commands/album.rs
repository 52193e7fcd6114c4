//! The flags that have melodies heard and seen, for the commands that make some.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap::{Args, ValueHint};
use pipeline::album::AlbumOptions;
use pipeline::render::{Program, SoundFontChoice};

use super::render::FormatArg;
use crate::failure::Failure;
use crate::terminal::bold;

/// What is made of melodies beside their MIDI files.
#[derive(Args, Debug)]
#[command(next_help_heading = "Sound, pictures and a page")]
pub(super) struct AlbumArgs {
    /// Make sound of each melody, too
    #[arg(long, value_name = "FORMAT", value_enum)]
    audio: Option<FormatArg>,
    #[command(flatten)]
    made: MadeArgs,
}

/// The same where there is always sound.
#[derive(Args, Debug)]
#[command(next_help_heading = "Sound, pictures and a page")]
pub(super) struct MadeArgs {
    /// Draw a piano roll of each melody: SVG and PNG
    #[arg(long)]
    plot: bool,
    /// Write each melody down: SVG and MusicXML
    #[arg(long)]
    score: bool,
    /// Sound as the genre has it, as in `cantus render`; the tempo stays
    #[arg(long, value_name = "GENRE")]
    genre: Option<String>,
    /// General MIDI sound: a name, the beginning of one, or a number from 0 to 127 [default: that of the genre, else a piano]
    #[arg(long, value_name = "SOUND", value_parser = program)]
    program: Option<Program>,
    /// SoundFont to play with, SF2 or SF3: a file, `built-in` or `system`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    soundfont: Option<OsString>,
}

fn program(text: &str) -> Result<Program, String> {
    Program::find(text).map_err(|error| error.to_string())
}

impl AlbumArgs {
    /// What to make; nothing if no flag asks for anything.
    pub(super) fn options(&self, threads: usize) -> Result<Option<AlbumOptions>, Failure> {
        let made = &self.made;
        let says_how = made.genre.is_some() || made.program.is_some() || made.soundfont.is_some();
        if says_how && self.audio.is_none() {
            let message = "--genre, --program and --soundfont say how melodies sound";
            return Err(Failure::usage(message).with_hint("add --audio mp3, wav, flac or ogg"));
        }
        let is_wanted = self.audio.is_some() || made.plot || made.score;
        Ok(is_wanted.then(|| made.options(self.audio, threads)))
    }
}

impl MadeArgs {
    /// What to make, with sound in this format.
    pub(super) fn options(&self, audio: Option<FormatArg>, threads: usize) -> AlbumOptions {
        AlbumOptions {
            audio: audio.map(FormatArg::format),
            plot: self.plot,
            score: self.score,
            genre: self.genre.clone(),
            program: self.program,
            soundfont: self.soundfont.as_deref().map(SoundFontChoice::of).unwrap_or_default(),
            threads,
        }
    }
}

/// Where a page is.
pub(super) fn page(path: &Path, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "Open {} in a browser: all of it on one page", bold(path.display()))
}
