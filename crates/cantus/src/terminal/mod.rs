//! What the user sees: results on stdout, everything else on stderr.

mod contour;
mod numbers;
mod player;
mod progress;
mod style;

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

pub(crate) use contour::contour;
pub(crate) use numbers::{count, duration, percent};
pub(crate) use player::Screen;
pub(crate) use progress::Progress;
pub(crate) use style::{bad, bold, dim, good};

use crate::args::Global;
use crate::failure::Failure;

/// How much is shown, and in which form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    /// Nothing but errors, and results that were asked for.
    pub(crate) quiet: bool,
    /// Details and warnings about single files.
    pub(crate) verbose: bool,
    /// The result as one JSON object.
    pub(crate) json: bool,
    /// Somebody is watching stderr: bars may be drawn.
    pub(crate) live: bool,
    /// stdout carries data: the summary goes to stderr.
    pub(crate) data_on_stdout: bool,
}

impl Terminal {
    pub(crate) fn new(global: &Global) -> Self {
        Terminal {
            quiet: global.quiet,
            verbose: global.verbose,
            json: global.json,
            live: io::stderr().is_terminal(),
            data_on_stdout: false,
        }
    }

    /// Starts to show the progress of a verb.
    pub(crate) fn progress(&self) -> Progress {
        Progress::new(*self)
    }

    /// Whether a whole screen may be drawn, and drawn again.
    pub(crate) fn can_draw(&self) -> bool {
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
        self.live && !self.quiet && !self.json && (cfg!(windows) || !is_dumb)
    }

    /// Hands the result to the user: one JSON object, or `summary` in plain words unless `-q` was given.
    pub(crate) fn result<T: Serialize>(
        &self,
        result: &T,
        summary: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        if self.json { self.json(result) } else { self.summary(summary) }
    }

    /// The same for a command whose result is what it prints: `-q` does not silence it.
    pub(crate) fn answer<T: Serialize>(
        &self,
        result: &T,
        summary: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        Terminal { quiet: false, ..*self }.result(result, summary)
    }

    fn json<T: Serialize>(&self, result: &T) -> Result<(), Failure> {
        let mut line =
            serde_json::to_vec(result).map_err(|error| Failure::new(error.to_string()))?;
        line.push(b'\n');
        print(&mut io::stdout().lock(), &line)
    }

    fn summary(
        &self,
        summary: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        if self.quiet {
            return Ok(());
        }
        let mut text = Vec::new();
        summary(&mut text).map_err(Failure::stdout)?;
        if self.data_on_stdout {
            print(&mut anstream::stderr().lock(), &text)
        } else {
            print(&mut anstream::stdout().lock(), &text)
        }
    }
}

/// How the user called this program, for commands to be copied from what it prints.
pub(crate) fn program() -> String {
    let called = std::env::args().next().unwrap_or_default();
    if called.contains(['/', '\\']) && !called.contains(' ') { called } else { "cantus".to_owned() }
}

/// Columns of the user's terminal; many when there is none, as files can be scrolled.
pub(crate) fn columns() -> usize {
    terminal_size::terminal_size().map_or(120, |(width, _)| usize::from(width.0))
}

/// Writes `bytes` and flushes: an error of the stream must not go unseen.
pub(crate) fn print(stream: &mut dyn Write, bytes: &[u8]) -> Result<(), Failure> {
    stream.write_all(bytes).and_then(|()| stream.flush()).map_err(Failure::stdout)
}
