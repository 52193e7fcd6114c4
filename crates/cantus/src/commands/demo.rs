//! `cantus demo`: the whole chain on the built-in tunes.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use pipeline::album::AlbumOptions;
use pipeline::demo::{Demo, DemoOptions, UPDATES, demo};
use pipeline::render::AudioFormat;

use super::generate::list;
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, program};

const AFTER_HELP: &str = "\
Examples:
  cantus demo
  cantus demo --output-dir /tmp/demo --seed 8

Ctrl-C at any time: the same command goes on from there.";

/// How the new tunes sound.
const GENRE: &str = "folk";

/// See all of it at work on built-in tunes, in less than a minute
///
/// Takes dance tunes of two kinds from Ryan's Mammoth Collection (Boston, 1883), trains a network on each kind and lets
/// both make melodies. Everything lands in one folder: tunes, datasets, networks, melodies with their sound, piano rolls and
/// scores, and a page to hear and see them.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct DemoArgs {
    /// Folder for everything; made when missing
    #[arg(long, short, value_name = "DIR", default_value = "cantus-demo", value_hint = ValueHint::DirPath)]
    output_dir: PathBuf,
    /// Seed of training and of the melodies
    #[arg(long, value_name = "N", default_value_t = 7)]
    seed: u64,
    /// Updates of each network: fewer are sooner done, more copy the old tunes rather than their manner
    #[arg(long, value_name = "N", default_value_t = UPDATES, value_parser = clap::value_parser!(u64).range(1..))]
    num_training_steps: u64,
}

pub(crate) fn run(args: &DemoArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let options = DemoOptions {
        output_dir: args.output_dir.clone(),
        seed: args.seed,
        updates: args.num_training_steps,
        album: AlbumOptions {
            audio: Some(AudioFormat::Mp3),
            plot: true,
            score: true,
            genre: Some(GENRE.to_owned()),
            threads,
            ..AlbumOptions::default()
        },
        threads,
    };
    let demo = demo(&options, &terminal.progress())?;
    terminal.result(&demo, |out| summary(&demo, out))
}

fn summary(demo: &Demo, out: &mut dyn Write) -> io::Result<()> {
    for genre in &demo.genres {
        let made = genre.generated.melodies.len();
        writeln!(out)?;
        writeln!(
            out,
            "{} new {}, by a network that read {} old ones:",
            bold(made),
            bold(genre.plural),
            count(genre.dataset.pieces)
        )?;
        list(&genre.generated, out)?;
    }
    writeln!(out)?;
    surprise(demo, out)?;
    next(demo, out)
}

/// A table: networks by tunes.
fn surprise(demo: &Demo, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "How surprising each network finds old tunes that neither has heard (perplexity):"
    )?;
    write!(out, "{:24}", "")?;
    for genre in &demo.genres {
        write!(out, "{:>8}", genre.plural)?;
    }
    for genre in &demo.genres {
        write!(out, "\n  {:22}", format!("the {} network", genre.genre))?;
        for heard in demo.surprise.iter().filter(|surprise| surprise.network == genre.genre) {
            write!(out, "{:>8.2}", heard.perplexity)?;
        }
    }
    writeln!(out, "\n")
}

fn next(demo: &Demo, out: &mut dyn Write) -> io::Result<()> {
    let (folder, program) = (demo.output_dir.display(), program());
    writeln!(out, "Everything is in {}: the new tunes as MIDI, MP3, piano rolls", bold(&folder))?;
    writeln!(out, "and scores, and for each genre its old tunes, its examples and its network.")?;
    writeln!(out)?;
    writeln!(out, "{}", bold("What to try next"))?;
    writeln!(out, "  Listen: open {} in a browser.", demo.page.display())?;
    writeln!(out, "  Begin a jig yourself and let the network go on:")?;
    writeln!(out, "    {program} generate --run-dir {folder}/jig/run --output-dir my-jigs \\")?;
    writeln!(
        out,
        "        --primer-melody \"[67, -2, 71, -2, 74, -2, 79, -2, 74, -2, 71, -2]\" \\"
    )?;
    writeln!(out, "        --qpm 180 --temperature 0.85")?;
    writeln!(out, "  Learn from music of your own:")?;
    writeln!(out, "    {program} ingest FOLDER --output notes.tfrecord")
}
