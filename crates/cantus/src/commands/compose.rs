//! `cantus compose`: a collection and some genres to new melodies of each.

mod settings;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use pipeline::compose::{Composed, Plan, State, check_apart, compose, plan};

use self::settings::Settings;
use super::generate::list;
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, dim, program};

const AFTER_HELP: &str = "\
Examples:
  cantus compose clean_midi/ --genres metal,classical --output-dir out
  cantus compose midi/ --genres 'loud=metal or punk,\"soft rock\"' \\
      --output-dir out --table artists.csv --num-training-steps 1000
  cantus compose midi/ --genres jazz --output-dir out --plan
  cantus compose --settings out/cantus.toml --temperature 1.2

A genre is a query (cantus subset --help), with a name of its own if it needs
one. Ctrl-C, a kill or a power cut at any time: the same command does what is
missing. So does another genre, or a flag that changes only what comes late.
Whatever can be a flag can stand in a file, too, as in the cantus.toml that
each call leaves in the output folder; flags come first.";

/// Compose in some genres from a collection, in one call
///
/// Reads all music, finds out the genres, and for each genre takes its pieces, finds their melodies, trains a network on them and
/// lets it compose. Everything lands in one folder, with a page that shows what was read, what was dropped and why, the map
/// of genres, the learning curves and every melody. What is done already is used again.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ComposeArgs {
    /// File with settings, as another call left it [default: cantus.toml, if it is there]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    settings: Option<PathBuf>,
    /// Only tell what would be done, and what is done already
    #[arg(long)]
    plan: bool,
    /// Remove the stages of other settings from the output folder
    #[arg(long)]
    prune: bool,
    #[command(flatten)]
    flags: Settings,
}

pub(crate) fn run(args: &ComposeArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let settings = settings::read(args.settings.as_deref(), &args.flags)?;
    let progress = terminal.progress();
    let mut options = settings.options(threads, &progress)?;
    options.prune = args.prune;
    if args.plan {
        let plan = plan(&options, &progress)?;
        return terminal.answer(&plan, |out| list_plan(&plan, out));
    }
    check_apart(&options.inputs, &options.output_dir)?;
    settings.keep(&options.output_dir)?;
    let composed = compose(&options, &progress)?;
    terminal.result(&composed, |out| summary(&composed, out))
}

fn list_plan(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    for stage in &plan.stages {
        let state = match stage.state {
            State::Done => "done",
            State::Begun => "begun",
            State::Missing => "to do",
        };
        let genre = stage.genre.as_deref().unwrap_or_default();
        let task = stage.task.name();
        writeln!(out, "{state:>7}  {task:8}  {genre:16}  {}", dim(stage.folder.display()))?;
    }
    match plan.unused.len() {
        0 => Ok(()),
        unused => writeln!(out, "{unused} stages of other settings; --prune removes them"),
    }
}

fn summary(composed: &Composed, out: &mut dyn Write) -> io::Result<()> {
    for genre in &composed.genres {
        writeln!(out)?;
        match &genre.generated {
            Some(generated) => {
                writeln!(
                    out,
                    "{} in {}, from {} melodies of {} pieces by {} artists:",
                    bold(format!("{} melodies", generated.melodies.len())),
                    bold(&genre.name),
                    count(genre.melodies),
                    count(genre.pieces),
                    count(genre.artists)
                )?;
                list(generated, out)?;
            }
            None => {
                let reason = genre.reason.as_deref().unwrap_or("nothing came of it");
                writeln!(out, "{}: {reason}", bold(&genre.name))?;
            }
        }
    }
    writeln!(out)?;
    for overlap in &composed.overlaps {
        if !overlap.artists.is_empty() {
            let [one, other] = &overlap.subsets;
            let artists = count(overlap.artists.len() as u64);
            writeln!(
                out,
                "{one} and {other} share {artists} artists and {} pieces; --exclusive leaves them out",
                count(overlap.pieces)
            )?;
        }
    }
    if composed.reused > 0 {
        writeln!(out, "{} stages were done already", composed.reused)?;
    }
    writeln!(out, "All of it on one page: {}", bold(composed.page.display()))?;
    writeln!(out, "Again: {} compose --settings {}", program(), composed.settings().display())
}
