//! `convert_dir_to_note_sequences`: a folder of music files to a TFRecord file of NoteSequences.

use pipeline::convert_directory::{ConvertOptions, convert_directory};
use pipeline::{DirectoryEvent, DirectoryOptions};

use super::flags::{Flag, Kind, Origin, Values};
use super::log::{self, Log};
use super::paths::expand_user;
use super::watch::Watch;
use crate::failure::Failure;

pub(super) const ABOUT: &str =
    "Converts music files to NoteSequence protos and writes TFRecord file.";

pub(super) const FLAGS: &[Flag] = &[
    Flag::new("input_dir", Kind::Text, None, "Directory containing files to convert."),
    Flag::new(
        "output_file",
        Kind::Text,
        None,
        "Path to output TFRecord file. Replaced if it exists.",
    ),
    Flag::new(
        "recursive",
        Kind::Switch,
        Some("false"),
        "Whether or not to recurse into subdirectories.",
    ),
    log::FLAG,
    Flag::new("num_threads", Kind::Integer, Some("1"), "How many files to convert at once.")
        .from(Origin::OldMagenta)
        .idle("files are converted one after another, some thousand a second"),
    Flag::new(
        "lenient",
        Kind::Switch,
        Some("false"),
        "Read what can be read of damaged MIDI files and of all ABC tunes instead of skipping them.",
    )
    .from(Origin::Cantus),
];

/// Files between two lines that say how many were converted.
const COUNT_EVERY: u64 = 1000;
/// Largest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 64 << 20;

pub(super) fn run(values: &Values, log: Log) -> Result<(), Failure> {
    let Some(input_dir) = values.text("input_dir") else {
        log.fatal("--input_dir required");
        return Ok(());
    };
    let Some(output_file) = values.text("output_file") else {
        log.fatal("--output_file required");
        return Ok(());
    };
    let options = ConvertOptions {
        input_dir: expand_user(&input_dir),
        output_file: expand_user(&output_file).into(),
        directory: DirectoryOptions {
            recursive: values.switch("recursive"),
            lenient: values.switch("lenient"),
            max_file_bytes: MAX_FILE_BYTES,
        },
    };
    let (mut entries, mut converted) = (0, 0);
    // A file may become several pieces.
    let mut counted = false;
    convert_directory(&options, &Watch::new(log), &mut |event| {
        if event == DirectoryEvent::Entry {
            if entries % COUNT_EVERY == 0 {
                log.info(format_args!("{converted} files converted."));
            }
            entries += 1;
            counted = false;
        }
        if matches!(event, DirectoryEvent::Converted { .. }) && !counted {
            converted += 1;
            counted = true;
        }
        tell(event, log);
    })?;
    Ok(())
}

fn tell(event: DirectoryEvent<'_>, log: Log) {
    match event {
        DirectoryEvent::Folder(path) => log.info(format_args!("Converting files in '{path}'.")),
        DirectoryEvent::Converted { path, format, .. } => {
            log.info(format_args!("Converted {format} file {path}."));
        }
        DirectoryEvent::Refused { path, format, reason } => log.warning(format_args!(
            "Could not parse {format} file {path}. It will be skipped. Error was: {reason}"
        )),
        DirectoryEvent::TuneRefused { path, format, reason } => log.warning(format_args!(
            "Could not parse tune in {format} file {path}. It will be skipped. Error was: {reason}"
        )),
        DirectoryEvent::Failed { path, reason } => {
            log.fatal(format_args!("'{path}' generated an exception: {reason}"));
        }
        DirectoryEvent::NoConverter(path) => {
            log.warning(format_args!("Unable to find a converter for file {path}"));
        }
        _ => {}
    }
}
