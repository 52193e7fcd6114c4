//! How a command ends when it cannot do what it was asked for: one `error:` line, a `hint:`, an exit code.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::hint;
use crate::interrupt;
use crate::terminal::{bad, good};

/// Exit code of a command that failed.
const FAILED: u8 = 1;

/// Exit code of a command that was called in a wrong way.
const USAGE: u8 = 2;

/// Characters of what the user typed that are shown before the place that a message speaks of.
const EXCERPT: usize = 60;

/// Why a command ends, and what the user may do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    /// Nothing is printed without a message.
    message: Option<String>,
    hint: Option<String>,
    /// What the user typed, with a mark under the place that the message speaks of.
    excerpt: Option<[String; 2]>,
}

impl Failure {
    /// The command could not do its work.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Failure { code: FAILED, message: Some(message.into()), hint: None, excerpt: None }
    }

    /// The command was called in a wrong way.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Failure { code: USAGE, ..Failure::new(message) }
    }

    /// The user pressed Ctrl-C.
    fn interrupted(message: impl Into<String>) -> Self {
        Failure { code: interrupt::EXIT_CODE, ..Failure::new(message) }
    }

    /// stdout took no more. A reader that has seen enough, such as `head`, is no failure.
    pub(crate) fn stdout(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure { code: 0, message: None, hint: None, excerpt: None };
        }
        Failure::new(format!("cannot write to the standard output: {error}"))
            .with_hint("check the disk or the program that reads from cantus")
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Shows what the user typed, with carets under `length` bytes from `offset` on.
    pub(crate) fn with_excerpt(mut self, typed: &str, offset: usize, length: usize) -> Self {
        let line = |text: &str| -> String {
            text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
        };
        let before = typed.get(..offset).unwrap_or(typed);
        let marked = typed.get(offset..offset + length).unwrap_or("x");
        let (before_width, marked_width) = (before.chars().count(), marked.chars().count());
        // Of a long line what is around the place.
        let skipped = (before_width + marked_width.min(EXCERPT / 2)).saturating_sub(EXCERPT);
        let shown: String = line(typed).chars().skip(skipped).take(EXCERPT + EXCERPT / 4).collect();
        let carets = "^".repeat(marked_width.clamp(1, EXCERPT / 2));
        self.excerpt = Some([shown, format!("{}{carets}", " ".repeat(before_width - skipped))]);
        self
    }

    /// The same failure with the exit code of programs that know no wrong calls; Ctrl-C keeps its own.
    pub(crate) fn into_failed(self) -> Self {
        let code = if self.code == USAGE { FAILED } else { self.code };
        Failure { code, ..self }
    }

    /// Tells the user on stderr, and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        let mut stderr = anstream::stderr().lock();
        // When stderr is closed as well, the exit code is all that is left to say.
        if let Some(message) = &self.message {
            let _ = writeln!(stderr, "{} {message}", bad("error:"));
        }
        for line in self.excerpt.iter().flatten() {
            let _ = writeln!(stderr, "  {line}");
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(stderr, "{} {hint}", good("hint:"));
        }
        ExitCode::from(self.code)
    }
}

impl From<pipeline::Error> for Failure {
    fn from(error: pipeline::Error) -> Self {
        if hint::io_error(&error).is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            // Files do not break like that: it is stdout, and its reader has seen enough.
            return Failure::stdout(io::ErrorKind::BrokenPipe.into());
        }
        if let pipeline::Error::Query(error) = &error {
            return crate::commands::subset::wrong_query(error);
        }
        let message = chain(&error);
        let failure = match &error {
            pipeline::Error::Interrupted { .. } => Failure::interrupted(message),
            error if error.is_usage() => Failure::usage(message),
            _ => Failure::new(message),
        };
        failure.with_hint(hint::for_error(&error))
    }
}

/// The error and what caused it, in one line.
fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !line.ends_with(&text) {
            line.push_str(": ");
            line.push_str(&text);
        }
        source = cause.source();
    }
    plain(&line.replace('\n', " ")).to_owned()
}

/// What the system says, without its number and the temporary name of a file.
fn plain(line: &str) -> &str {
    match line.split_once(" (os error ") {
        Some((before, after)) if after.contains(')') => before,
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_of_causes_is_one_line() {
        let error = pipeline::Error::Write {
            path: "out/a.mid".into(),
            source: io::Error::from(io::ErrorKind::StorageFull),
        };
        assert_eq!(chain(&error), "cannot write out/a.mid: no storage space");
    }

    #[test]
    fn numbers_of_the_system_and_temporary_names_are_left_out() {
        let line = "out/x: No such file or directory (os error 2) at path \"out/.writing-rAbRya\"";
        assert_eq!(plain(line), "out/x: No such file or directory");
        assert_eq!(plain("data byte (os error"), "data byte (os error");
    }

    #[test]
    fn carets_stand_under_the_place() {
        let excerpt = |typed: &str, offset, length| {
            Failure::new("x").with_excerpt(typed, offset, length).excerpt.unwrap().join("\n")
        };
        assert_eq!(excerpt("\u{e9} rock)", 7, 1), "\u{e9} rock)\n      ^");
        assert_eq!(excerpt("rock and", 8, 1), "rock and\n        ^");
        let long = excerpt(&format!("{} yaer", "a".repeat(500)), 501, 4);
        assert!(long.ends_with("^^^^") && long.lines().all(|line| line.len() <= 80), "{long}");
    }

    #[test]
    fn a_closed_pipe_is_silent_and_no_failure() {
        let failure = Failure::stdout(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((failure.code, failure.message), (0, None));
    }

    #[test]
    fn ctrl_c_has_the_exit_code_of_shells() {
        assert_eq!(Failure::from(pipeline::Error::Interrupted { kept: None }).code, 130);
    }
}
