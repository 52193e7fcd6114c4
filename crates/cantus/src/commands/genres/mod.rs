//! `cantus genres`: which artist has which genres, and what a piece sounds like.

mod guess;
mod learn;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::terminal::Terminal;
use guess::GuessArgs;
use learn::LearnArgs;

const AFTER_HELP: &str = "\
Examples:
  cantus genres learn --records notes.tfrecord --table genres.csv \\
      --output genres.model
  cantus genres guess --model genres.model unknown/";

/// Learn what genres sound like, and guess those of other pieces
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP, disable_help_subcommand = true)]
pub(crate) struct GenresArgs {
    #[command(subcommand)]
    command: GenresCommand,
}

/// What can be done with genres.
#[derive(Debug, Subcommand)]
enum GenresCommand {
    Learn(LearnArgs),
    Guess(GuessArgs),
}

pub(crate) fn run(args: &GenresArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    match &args.command {
        GenresCommand::Learn(args) => learn::run(args, terminal, threads),
        GenresCommand::Guess(args) => guess::run(args, terminal, threads),
    }
}
