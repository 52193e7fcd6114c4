//! Whole programs, from start to end.
//!
//! The operating system keeps one peak of memory for all children of a process. So each program that is measured is the
//! only child of another call of this one, which prints what it took.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::clock::{Run, time_children};
use crate::error::{Error, Result};

/// A program with its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(&'static str, Option<String>)>,
}

impl Program {
    /// One without arguments.
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), arguments: Vec::new(), environment: Vec::new() }
    }

    /// With one more argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// With more arguments.
    pub(crate) fn args<S: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = S>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// With a variable of the environment set, or taken away.
    pub(crate) fn env(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.environment.push((name, value.map(str::to_owned)));
        self
    }

    /// As the standard library has it.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments);
        self.give_environment(&mut command);
        command
    }

    /// Runs it to the end.
    pub(crate) fn run(&self) -> Result<()> {
        finish(&self.path, self.command().stdout(Stdio::null())).map(|_| ())
    }

    /// Runs it to the end and gives what it prints.
    pub(crate) fn output(&self) -> Result<Vec<u8>> {
        finish(&self.path, &mut self.command())
    }

    /// Runs it to the end and tells what it took.
    pub(crate) fn measure(&self) -> Result<Run> {
        let this = env::current_exe().map_err(Error::at("xtask"))?;
        let mut command = Command::new(this);
        command.args(["measure", "--"]).arg(&self.path).args(&self.arguments);
        self.give_environment(&mut command);
        Ok(serde_json::from_slice(&finish(&self.path, &mut command)?)?)
    }

    fn give_environment(&self, command: &mut Command) {
        for (name, value) in &self.environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
    }
}

/// What a command prints, or what it said last when it failed.
fn finish(program: &Path, command: &mut Command) -> Result<Vec<u8>> {
    let output = command.stdin(Stdio::null()).output().map_err(Error::at(program))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(Error::Program {
        program: program.display().to_string(),
        status: output.status.to_string(),
        last_words: last_line(&String::from_utf8_lossy(&output.stderr)),
    })
}

/// The last line that says something.
pub(crate) fn last_line(text: &str) -> String {
    text.lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("no message")
        .trim()
        .to_owned()
}

/// The other side of [`Program::measure`]: runs the command as the only child and prints what it took.
pub(crate) fn measure_here(words: &[OsString]) -> Result<()> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(Error::Unavailable("nothing to measure"));
    };
    let program = Path::new(program);
    let mut command = Command::new(program);
    command.args(arguments);
    let (output, run) = time_children(|| finish(program, &mut command));
    output?;
    println!("{}", serde_json::to_string(&run)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_are_kept() {
        assert_eq!(last_line("one\n two \n\n"), "two");
        assert_eq!(last_line(""), "no message");
    }

    #[test]
    fn a_program_that_is_missing_is_an_error() {
        assert!(Program::new("/nowhere/at-all").arg("x").run().is_err());
    }
}
