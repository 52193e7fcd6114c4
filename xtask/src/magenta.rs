//! Magenta's programs, as whole processes.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use crate::clock::Run;
use crate::error::{Error, Result};
use crate::files::remove;
use crate::peer::Home;

/// A call of one of Magenta's programs.
#[derive(Debug)]
pub(crate) struct Call {
    module: &'static str,
    arguments: Vec<String>,
    output: PathBuf,
}

impl Call {
    /// A call of the program in `module`, whose flag `output_flag` says what it is to write.
    pub(crate) fn new(module: &'static str, output_flag: &str, output: PathBuf) -> Self {
        let call = Self { module, arguments: Vec::new(), output };
        let written = call.output.display().to_string();
        call.flag(output_flag, written)
    }

    /// With one more flag.
    pub(crate) fn flag(mut self, name: &str, value: impl Display) -> Self {
        self.arguments.push(format!("--{name}={value}"));
        self
    }

    /// Runs it to the end and tells what it took. What an earlier run wrote is taken away before.
    pub(crate) fn measure(&self, peers: &Path) -> Result<Run> {
        remove(&self.output)?;
        let python = Home::Magenta.python(peers, None)?;
        let run = python.args(["-m", self.module]).args(&self.arguments).measure()?;
        // Some failures end with exit code 0.
        if self.output.exists() {
            return Ok(run);
        }
        Err(Error::NothingWritten { program: self.module.to_owned(), path: self.output.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_have_names_and_values() {
        let call = Call::new("a.module", "output_dir", "out".into()).flag("num_steps", 128);
        assert_eq!(call.arguments, ["--output_dir=out", "--num_steps=128"]);
        let nowhere = tempfile::tempdir().unwrap();
        assert!(matches!(call.measure(nowhere.path()), Err(Error::NoPeer { .. })));
    }
}
