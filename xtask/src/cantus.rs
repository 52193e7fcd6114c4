//! Cantus itself: the program, built like this one.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result};
use crate::process::Program;

/// The program `cantus` of this repository.
#[derive(Debug)]
pub(crate) struct Cantus {
    binary: PathBuf,
}

impl Cantus {
    /// Builds it with the profile of releases, to be measured.
    pub(crate) fn build() -> Result<Self> {
        Self::build_as("release", &["--release"])
    }

    /// Builds it quickly, to be tried.
    pub(crate) fn build_to_try() -> Result<Self> {
        Self::build_as("debug", &[])
    }

    /// Builds it beside this program, in the subfolder that cargo has for `flags`.
    fn build_as(subfolder: &str, flags: &[&str]) -> Result<Self> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["build", "--locked", "--package", "cantus"]).args(flags);
        let status = command.current_dir(repository()).status().map_err(Error::at("cargo"))?;
        if !status.success() {
            let (program, status) = ("cargo build".to_owned(), status.to_string());
            return Err(Error::Program { program, status, last_words: "see above".to_owned() });
        }
        let name = format!("cantus{}", env::consts::EXE_SUFFIX);
        Ok(Self { binary: target()?.join(subfolder).join(name) })
    }

    /// One of its verbs, on so many threads and silent.
    pub(crate) fn verb(&self, verb: &str, threads: usize) -> Program {
        Program::new(&self.binary).args([verb, "--quiet", "--threads"]).arg(threads.to_string())
    }
}

/// The folder that holds `xtask`.
pub(crate) fn repository() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest)
}

/// The folder of what cargo builds: two above this program.
pub(crate) fn target() -> Result<PathBuf> {
    let this = env::current_exe().map_err(Error::at("xtask"))?;
    Ok(this.ancestors().nth(2).unwrap_or(&this).to_path_buf())
}
