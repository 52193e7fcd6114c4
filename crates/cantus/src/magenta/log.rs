//! Lines on stderr as TensorFlow writes them: `INFO:tensorflow:Converted MIDI file a.mid.`

use std::fmt::Display;
use std::io::{self, Write as _};

use super::flags::{Flag, Kind, Values};
use crate::failure::Failure;

/// The flag that says what to log.
pub(super) const FLAG: Flag = Flag::new(
    "log",
    Kind::Text,
    Some("INFO"),
    "The threshold for what is logged: DEBUG, INFO, WARN, ERROR, or FATAL.",
);

/// How grave a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Debug,
    Info,
    Warning,
    Error,
    Critical,
}

/// Where messages go to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Log {
    threshold: Level,
}

impl Log {
    /// The log that `--log` asks for.
    pub(super) fn new(values: &Values) -> Result<Self, Failure> {
        let name = values.text(FLAG.name).unwrap_or_default();
        let threshold = match name.as_str() {
            "DEBUG" => Level::Debug,
            "INFO" => Level::Info,
            "WARN" | "WARNING" => Level::Warning,
            "ERROR" => Level::Error,
            "FATAL" | "CRITICAL" => Level::Critical,
            _ => {
                return Err(Failure::new(format!("ValueError: Unknown level: '{name}'"))
                    .with_hint("--log is one of DEBUG, INFO, WARN, ERROR and FATAL"));
            }
        };
        Ok(Log { threshold })
    }

    pub(super) fn debug(&self, message: impl Display) {
        self.write(Level::Debug, "DEBUG", &message);
    }

    pub(super) fn info(&self, message: impl Display) {
        self.write(Level::Info, "INFO", &message);
    }

    pub(super) fn warning(&self, message: impl Display) {
        self.write(Level::Warning, "WARNING", &message);
    }

    /// What Magenta calls fatal: it says so, and often goes on all the same.
    pub(super) fn fatal(&self, message: impl Display) {
        self.write(Level::Critical, "CRITICAL", &message);
    }

    fn write(&self, level: Level, name: &str, message: &dyn Display) {
        if level >= self.threshold {
            // Nothing is left to say when stderr is closed.
            let _ = writeln!(io::stderr().lock(), "{name}:tensorflow:{message}");
        }
    }
}
