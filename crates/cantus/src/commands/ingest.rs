//! `cantus ingest`: music files to a file of note sequences.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueHint};
use pipeline::ingest::{IngestOptions, Ingested, ingest};
use pipeline::{CorpusError, Error, Event, Observer, Recorded};
use serde_json::Value;

use crate::args::is_dash;
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, duration, program};

const AFTER_HELP: &str = "\
Examples:
  cantus ingest midi/ --output notes.tfrecord
  cantus ingest clean_midi.tar.gz more.zip one.mid --output notes.tfrecord \\
      --skip-duplicates
  cantus ingest clean_midi/ --output notes.tfrecord --catalog catalog.db
  cantus ingest reels.abc chorales/ --output notes.tfrecord
  cantus ingest midi/ --output - \\
      | cantus dataset --input - --output-dir examples

What could not be read is listed in the report, one JSON object a line, with
the reason; it never stops the rest.";

/// Read music files into one file of note sequences
///
/// Reads MIDI files (.mid, .midi, .kar), tunebooks in ABC (.abc) and scores in MusicXML (.xml, .musicxml, .mxl) in folders (with
/// the folders inside), in .zip, .tar, .tar.gz and .tgz archives, or given one by one, and writes their notes as NoteSequence
/// records in a TFRecord file, which Magenta reads, too. The folder of a file is taken for its artist and the file's name for
/// its title, as in the Lakh "Clean MIDI" collection; scores and tunes have the names that they give themselves. Each tune
/// of a tunebook is a piece of its own, with its repeats played.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct IngestArgs {
    /// Folders, files and archives to read
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    inputs: Vec<PathBuf>,
    /// File to write; `-` is stdout
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: PathBuf,
    /// Where to list what became of each file [default: the output with the ending .report.jsonl]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    report: Option<PathBuf>,
    /// Catalog to take note of all of it, made when missing: `cantus catalog` and `cantus subset` read it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    catalog: Option<PathBuf>,
    /// Leave out pieces that have the same notes as an earlier one
    #[arg(long)]
    skip_duplicates: bool,
}

pub(crate) fn run(args: &IngestArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let output = (!is_dash(&args.output)).then(|| args.output.clone());
    if output.is_none() && terminal.json {
        return Err(Failure::usage("--json and `--output -` cannot both have stdout")
            .with_hint("write to a file, or leave out --json"));
    }
    let report =
        args.report.clone().or_else(|| output.as_ref().map(|output| report_beside(output)));
    let terminal = Terminal { data_on_stdout: output.is_none(), ..terminal };
    let options = IngestOptions {
        inputs: args.inputs.clone(),
        output,
        report,
        catalog: args.catalog.clone(),
        skip_duplicates: args.skip_duplicates,
        threads,
    };
    let progress = terminal.progress();
    let ingested = ingest(&options, &progress).map_err(|error| failure(error, &options))?;
    if let Some(report) = ingested.report.as_ref().filter(|_| terminal.verbose) {
        list_oddities(report, &progress);
    }
    terminal.result(&ingested, |out| summary(&ingested, out))
}

/// `notes.tfrecord` has its report in `notes.report.jsonl`.
fn report_beside(output: &Path) -> PathBuf {
    output.with_extension("report.jsonl")
}

/// Leads to the report when it is all that was written.
fn failure(error: Error, options: &IngestOptions) -> Failure {
    let reported =
        matches!(&error, Error::Corpus(CorpusError::NothingRead { files }) if *files > 0);
    let failure = Failure::from(error);
    match options.report.as_ref().filter(|_| reported) {
        Some(report) => failure.with_hint(format!("{} says why, file by file", report.display())),
        None => failure,
    }
}

/// Tells about each file that gave nothing or not all, from the report.
fn list_oddities(report: &Path, observer: &dyn Observer) {
    let Ok(file) = File::open(report) else { return };
    for line in BufReader::new(file).lines().map_while(Result::ok) {
        let Ok(row) = serde_json::from_str::<Value>(&line) else { continue };
        let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
        if let Some(reason) = row.get("message").and_then(Value::as_str) {
            observer.observe(Event::Detail(&format!("{}: {reason}", text("path"))));
        } else if row.get("damaged") == Some(&Value::Bool(true)) {
            let warnings = row.get("warnings").and_then(Value::as_array);
            let first = warnings.and_then(|warnings| warnings.first()?.get("message")?.as_str());
            let first = first.unwrap_or("damaged");
            observer.observe(Event::Detail(&format!("{}: {first}", text("path"))));
        }
    }
}

fn summary(ingested: &Ingested, out: &mut dyn Write) -> io::Result<()> {
    let summary = &ingested.summary;
    let music = duration(Duration::from_secs_f64(summary.seconds.clamp(0.0, 1e12)));
    let (pieces, files) = (bold(count(summary.pieces)), count(summary.files));
    writeln!(
        out,
        "Read {pieces} pieces from {files} files: {} notes, {music} of music",
        count(summary.notes)
    )?;
    if summary.duplicates > 0 {
        writeln!(
            out,
            "  {:>9}  with the same notes as an earlier piece",
            count(summary.duplicates)
        )?;
    }
    if summary.damaged > 0 {
        writeln!(
            out,
            "  {:>9}  damaged, of which what could be read is kept",
            count(summary.damaged)
        )?;
    }
    if summary.dropped > 0 {
        writeln!(out, "{} files or tunes gave nothing:", bold(count(summary.dropped)))?;
        for (reason, files) in &summary.reasons {
            writeln!(out, "  {:>9}  {reason}", count(*files))?;
        }
    }
    if let Some(report) = &ingested.report {
        writeln!(out, "What became of each file: {}", report.display())?;
    }
    if let Some(Recorded { catalog, replaced, .. }) = &ingested.recorded {
        writeln!(out, "Catalog: {}", catalog.display())?;
        if *replaced > 0 {
            let replaced = count(*replaced);
            writeln!(
                out,
                "  {replaced:>9}  pieces not in it: another input of that name has the same path"
            )?;
        }
    }
    if let Some(output) = &ingested.output {
        let output = output.display();
        writeln!(out, "Notes: {output}")?;
        writeln!(out, "Next: {} dataset --input {output} --output-dir examples", program())?;
    }
    Ok(())
}
