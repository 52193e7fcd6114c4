//! The other programs: small Python scripts that do one measured thing for each line that they are sent.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};

use serde_json::Value;
use tempfile::NamedTempFile;

use crate::args::PeersArgs;
use crate::clock::Run;
use crate::error::{Error, Result};
use crate::process::{Program, last_line};

/// Where the scripts are.
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers");

/// Settings that some machines have for old programs, and that slow new ones down.
const UNWANTED: [&str; 2] = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"];

/// Which virtual environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// Readers and PyTorch.
    Readers,
    /// Magenta and TensorFlow.
    Magenta,
    /// TensorBoard, without TensorFlow.
    TensorBoard,
}

impl Home {
    fn folder(self) -> &'static str {
        match self {
            Self::Readers => "venv",
            Self::Magenta => "magenta",
            Self::TensorBoard => "tensorboard",
        }
    }

    /// Its Python, with `threads` for libraries that ask the environment (none: as many as they like).
    pub(crate) fn python(self, peers: &Path, threads: Option<usize>) -> Result<Program> {
        let binary = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
        let python = peers.join(self.folder()).join(binary);
        if !python.exists() {
            let flag = if self == Self::Magenta { " --magenta" } else { "" };
            return Err(Error::NoPeer { python, flag });
        }
        let python = UNWANTED.iter().fold(Program::new(python), |p, name| p.env(name, None));
        let python = python.env("TF_CPP_MIN_LOG_LEVEL", Some("2"));
        let python = python.env("CUDA_VISIBLE_DEVICES", Some(""));
        Ok(match threads {
            Some(threads) => python.env("OMP_NUM_THREADS", Some(&threads.to_string())),
            None => python,
        })
    }
}

/// A script that waits for lines. It is started when it is first asked.
#[derive(Debug)]
pub(crate) struct Peer {
    script: &'static str,
    home: Home,
    peers: PathBuf,
    threads: Option<usize>,
    setup: Value,
    running: Option<Running>,
}

/// A script at work. Its messages go to a file, so that they fill no pipe.
#[derive(Debug)]
struct Running {
    child: Child,
    answers: BufReader<ChildStdout>,
    messages: NamedTempFile,
}

impl Peer {
    /// `script` of `home` under `peers`, to be set up with `setup`.
    pub(crate) fn new(script: &'static str, home: Home, peers: &Path, setup: Value) -> Self {
        let threads = setup.get("threads").and_then(Value::as_u64).map(|n| n as usize);
        Self { script, home, peers: peers.to_path_buf(), threads, setup, running: None }
    }

    /// Lets it do its thing once.
    pub(crate) fn ask(&mut self) -> Result<Run> {
        Ok(serde_json::from_value(self.answer()?)?)
    }

    /// What it answers to the next line.
    pub(crate) fn answer(&mut self) -> Result<Value> {
        let running = match &mut self.running {
            Some(running) => running,
            None => {
                let started = self.start()?;
                self.running.insert(started)
            }
        };
        let mut line = String::new();
        // A script that has died cannot be written to; what it said last is the better message.
        if running.child.stdin.as_mut().is_some_and(|stdin| stdin.write_all(b"\n").is_ok()) {
            running.answers.read_line(&mut line).map_err(Error::at(self.script))?;
        }
        if line.is_empty() {
            let words = fs::read(running.messages.path()).unwrap_or_default();
            return Err(self.error(last_line(&String::from_utf8_lossy(&words))));
        }
        let answer: Value = serde_json::from_str(&line)?;
        match answer.get("error").and_then(Value::as_str) {
            Some(reason) => Err(self.error(reason.to_owned())),
            None => Ok(answer),
        }
    }

    fn start(&self) -> Result<Running> {
        let script = script(self.script);
        let python = self.home.python(&self.peers, self.threads)?;
        let messages = NamedTempFile::new().map_err(Error::at(&script))?;
        let log = messages.reopen().map_err(Error::at(messages.path()))?;
        let mut command = python.arg(&script).arg(self.setup.to_string()).command();
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().map_err(Error::at(&script))?;
        match child.stdout.take().map(BufReader::new) {
            Some(answers) => Ok(Running { child, answers, messages }),
            None => Err(self.error("no stdout".to_owned())),
        }
    }

    fn error(&self, reason: String) -> Error {
        Error::Peer { name: self.script.to_owned(), reason }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            // It may have ended already.
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }
}

/// Where a script is.
pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(SCRIPTS).join(name)
}

/// Makes the virtual environments of the benchmark.
pub(crate) fn set_up(args: &PeersArgs) -> Result<()> {
    let setup = Program::new(&args.python).arg(script("setup.py")).arg(&args.peers);
    let setup = setup.arg("--magenta-python").arg(&args.magenta_python);
    run_to_its_end(&if args.magenta { setup.arg("--magenta") } else { setup })
}

/// Makes the virtual environment of TensorBoard with the Python `python`.
pub(crate) fn set_up_tensorboard(python: &Path, peers: &Path) -> Result<()> {
    let setup = Program::new(python).arg(script("setup.py")).arg(peers);
    run_to_its_end(&setup.arg("--tensorboard"))
}

/// Runs `setup`, which says itself what it does.
fn run_to_its_end(setup: &Program) -> Result<()> {
    let status = setup.command().status().map_err(Error::at("setup.py"))?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Program {
        program: "setup.py".to_owned(),
        status: status.to_string(),
        last_words: "see above".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_peer_that_is_not_installed_says_how_to_get_it() {
        let empty = tempfile::tempdir().unwrap();
        let setup = json!({ "threads": 2 });
        let mut peer = Peer::new("magenta_update.py", Home::Magenta, empty.path(), setup);
        let message = peer.ask().unwrap_err().to_string();
        assert!(message.contains("cargo xtask peers --magenta"), "{message}");
        assert_eq!(peer.threads, Some(2));
    }

    /// What a peer says whose Python is really `program`.
    #[cfg(target_os = "linux")]
    fn answer_of(program: &str) -> String {
        let peers = tempfile::tempdir().unwrap();
        let folder = peers.path().join("venv/bin");
        fs::create_dir_all(&folder).unwrap();
        std::os::unix::fs::symlink(program, folder.join("python")).unwrap();
        let mut peer = Peer::new("versions.py", Home::Readers, peers.path(), json!([]));
        peer.ask().unwrap_err().to_string()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_peer_that_dies_or_talks_nonsense_is_an_error() {
        assert_eq!(answer_of("/bin/false"), "versions.py: no message");
        // It repeats its arguments for ever, so that it cannot have died before it is asked.
        let message = answer_of("/usr/bin/yes");
        assert!(message.contains("not the JSON"), "{message}");
    }
}
