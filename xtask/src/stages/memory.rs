//! Peak memory of whole programs.

use std::fs;
use std::path::{Path, PathBuf};

use formats::midi;
use music::{Melody, MelodyEvent, ToSequence};
use nn::rng::Rng;

use crate::bench::Bench;
use crate::clock::Run;
use crate::error::{Error, Result};
use crate::report::{Section, Table, Target, mebibytes, or_dash};
use crate::rounds::{Contestant, Outcome, alternate, ratio};

pub(super) const TITLE: &str = "Peak memory";

/// Parts of the corpus: its name, and how many of its files make one.
const PARTS: [(&str, usize); 3] = [("a quarter", 4), ("half", 2), ("all", 1)];
/// Growth from a quarter to all that still counts as none.
const FLAT: f64 = 1.5;
/// MiB of training.
const TRAINING: f64 = 500.0;
/// Melodies and their length, for training.
const MELODIES: usize = 160;
const STEPS: usize = 512;

pub(super) fn run(bench: &Bench) -> Result<Section> {
    let mut section = Section::new(TITLE).say(format!(
        "Peaks of the resident memory of `cantus ingest` and `cantus dataset` on parts of the collection, and of `cantus \
         train` (attention_rnn [128,128], batches of 128) on {MELODIES} melodies of {STEPS} steps, all on {} threads.",
        bench.threads
    ));
    let mut table = Table::new(["", PARTS[0].0, PARTS[1].0, PARTS[2].0]);
    let folders = PARTS.map(|(name, every)| part(bench, name, every));
    let [quarter, half, all] = folders;
    let folders = [quarter?, half?, all?];
    for verb in ["ingest", "dataset"] {
        let outcomes = alternate(contestants(bench, verb, &folders));
        let peaks: Vec<Option<f64>> = outcomes.iter().map(peak).collect();
        let mut row = vec![format!("`cantus {verb}`")];
        row.extend(peaks.iter().map(|&peak| or_dash(peak, mebibytes)));
        table.row(row);
        let what = format!("memory of `cantus {verb}`, all files against a quarter");
        section.judge(what, Target::TimesAtMost(FLAT), ratio(peaks[2], peaks[0]));
        section.outcomes.extend(outcomes);
    }
    let training = alternate(vec![train(bench)?]).remove(0);
    let found = peak(&training);
    table.row(vec![
        "`cantus train`".to_owned(),
        String::new(),
        String::new(),
        or_dash(found, mebibytes),
    ]);
    section.judge("memory of `cantus train`", Target::MebibytesBelow(TRAINING), found);
    section.outcomes.push(training);
    section.tables.push(table);
    Ok(section)
}

fn peak(outcome: &Outcome) -> Option<f64> {
    outcome.runs.iter().filter_map(|run| run.peak).max_by(f64::total_cmp)
}

/// A run counts only where its peak is known.
fn with_peak(run: Run) -> Result<Run> {
    let unknown = Error::Unavailable("this system does not tell the peak of a process");
    run.peak.map(|_| run).ok_or(unknown)
}

/// A folder with one in `every` of the files.
fn part(bench: &Bench, name: &str, every: usize) -> Result<PathBuf> {
    if every == 1 {
        return Ok(bench.corpus.folder().to_path_buf());
    }
    let folder = bench.file(name);
    bench.corpus.copy(&bench.corpus.sample(bench.corpus.files.len() / every), &folder)?;
    Ok(folder)
}

fn contestants<'a>(bench: &'a Bench, verb: &'a str, folders: &'a [PathBuf]) -> Vec<Contestant<'a>> {
    let contestant = |(folder, (name, _)): (&'a PathBuf, (&str, usize))| {
        let notes = bench.file(&format!("memory {name}.tfrecord"));
        let output = bench.file(&format!("memory {name}"));
        let work = move || {
            let ingest = bench.ingest(folder, &notes, bench.threads);
            with_peak(match verb {
                "ingest" => ingest.measure()?,
                _ => bench.dataset("attention_rnn", &notes, &output).measure()?,
            })
        };
        Contestant::new(format!("{verb}, {name}"), 1, work).cold()
    };
    folders.iter().zip(PARTS).map(contestant).collect()
}

fn train(bench: &Bench) -> Result<Contestant<'_>> {
    let (folder, output) = (bench.file("long"), bench.file("long-examples"));
    write_melodies(&folder)?;
    let notes = bench.notes(&folder, "long-notes")?;
    bench.dataset("attention_rnn", &notes, &output).args(["--eval-ratio", "0"]).run()?;
    let train = bench.cantus.verb("train", bench.threads).args(["--config", "attention_rnn"]);
    let train = train.args(["--hparams", "batch_size=128,rnn_layer_sizes=[128,128]"]);
    let train = train.args(["--num-training-steps", "3", "--run-dir"]).arg(bench.file("long-run"));
    let train = train.arg("--examples").arg(output.join("training_melodies.tfrecord"));
    Ok(Contestant::new("train", 1, move || with_peak(train.measure()?)).cold())
}

/// Melodies as long as the network learns from, as MIDI files.
fn write_melodies(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(Error::at(folder))?;
    for number in 0..MELODIES {
        let mut rng = Rng::stream(1, &[number as u64]);
        let event = |step| match step % 2 {
            0 => MelodyEvent::NoteOn(48 + rng.below(36) as u8),
            _ => MelodyEvent::NoEvent,
        };
        let melody = Melody::new((0..STEPS).map(event).collect());
        let file = folder.join(format!("{number}.mid"));
        let bytes = midi::write(&melody.to_sequence(&ToSequence::default()))?;
        fs::write(&file, bytes).map_err(Error::at(&file))?;
    }
    Ok(())
}
