//! Magenta's four commands with their own flags, files and log lines, for scripts that call them.
//!
//! `cantus magenta install DIR` puts them there under their names; what they do differently from the commands of
//! [`crate::commands`] is listed in `docs/magenta.md`.

mod config;
mod convert_dir;
mod create_dataset;
mod flags;
mod generate;
mod install;
mod log;
mod paths;
mod seed;
mod train;
mod watch;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

pub(crate) use install::install;

use crate::failure::Failure;
use crate::{interrupt, terminal};
use flags::{Effect, Flag, Flags, Outcome, SHARED, Values};
use log::Log;

/// The command of Cantus that has Magenta's below it.
pub(crate) const COMMAND: &str = "magenta";

/// Exit code of Magenta's commands when something went wrong, wrong flags included, and after `--help`.
const FAILED: u8 = 1;

/// A command of Magenta's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    ConvertDir,
    CreateDataset,
    Train,
    Generate,
}

impl Program {
    pub(crate) const ALL: [Program; 4] =
        [Program::ConvertDir, Program::CreateDataset, Program::Train, Program::Generate];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Program::ConvertDir => "convert_dir_to_note_sequences",
            Program::CreateDataset => "melody_rnn_create_dataset",
            Program::Train => "melody_rnn_train",
            Program::Generate => "melody_rnn_generate",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Program::ALL.into_iter().find(|program| program.name() == name)
    }

    fn about(self) -> &'static str {
        match self {
            Program::ConvertDir => convert_dir::ABOUT,
            Program::CreateDataset => create_dataset::ABOUT,
            Program::Train => train::ABOUT,
            Program::Generate => generate::ABOUT,
        }
    }

    fn flags(self) -> Flags {
        const CONVERT_DIR: &[&[Flag]] = &[convert_dir::FLAGS, SHARED];
        const CREATE_DATASET: &[&[Flag]] = &[create_dataset::FLAGS, config::FLAGS, SHARED];
        const TRAIN: &[&[Flag]] = &[train::FLAGS, config::FLAGS, SHARED];
        const GENERATE: &[&[Flag]] = &[generate::FLAGS, config::FLAGS, SHARED];
        Flags(match self {
            Program::ConvertDir => CONVERT_DIR,
            Program::CreateDataset => CREATE_DATASET,
            Program::Train => TRAIN,
            Program::Generate => GENERATE,
        })
    }

    fn work(self, values: &Values, log: Log) -> Result<(), Failure> {
        match self {
            Program::ConvertDir => convert_dir::run(values, log),
            Program::CreateDataset => create_dataset::run(values, log),
            Program::Train => train::run(values, log),
            Program::Generate => generate::run(values, log),
        }
    }
}

/// The command of Magenta's that these arguments call, by the name of the program or as a command of Cantus, and the words after it.
pub(crate) fn called(
    mut arguments: impl Iterator<Item = OsString>,
) -> Option<(Program, Vec<OsString>)> {
    let this = arguments.next()?;
    let name = Path::new(&this).file_stem()?.to_str().unwrap_or_default().to_owned();
    if let Some(program) = Program::named(&name) {
        return Some((program, arguments.collect()));
    }
    if arguments.next()? != COMMAND {
        return None;
    }
    let program = Program::named(arguments.next()?.to_str()?)?;
    Some((program, arguments.collect()))
}

/// Runs a command of Magenta's with the words after its name.
pub(crate) fn run(program: Program, words: Vec<OsString>) -> ExitCode {
    let words = words.into_iter().map(OsString::into_string).collect::<Result<Vec<_>, _>>();
    let outcome = match words {
        Ok(words) => flags::parse(program.flags(), words),
        Err(word) => Outcome::Refused(format!("{} is not UTF-8", word.display())),
    };
    match outcome {
        Outcome::Refused(message) => {
            let help = "Pass --helpshort or --helpfull to see help on flags.";
            let _ = writeln!(io::stderr(), "FATAL Flags parsing error: {message}\n{help}");
            ExitCode::from(FAILED)
        }
        Outcome::Parsed(values) => match go(program, &values) {
            Ok(code) => code,
            Err(failure) => failure.into_failed().report(),
        },
    }
}

fn go(program: Program, values: &Values) -> Result<ExitCode, Failure> {
    let full = values.switch("helpfull");
    if full || values.switch("help") || values.switch("helpshort") {
        let text = flags::help(program.about(), program.name(), program.flags(), full);
        terminal::print(&mut io::stdout().lock(), text.as_bytes())?;
        return Ok(ExitCode::from(FAILED));
    }
    if values.switch("only_check_args") {
        return Ok(ExitCode::SUCCESS);
    }
    let log = Log::new(values)?;
    for flag in values.given() {
        if let Effect::None(reason) = flag.effect {
            log.warning(format_args!("--{} has no effect: {reason}.", flag.name));
        }
    }
    if let Some(word) = values.words.first() {
        log.warning(format_args!("Nothing from the word '{word}' on is read: it is no flag."));
    }
    interrupt::listen();
    program.work(values, log)?;
    Ok(ExitCode::SUCCESS)
}
