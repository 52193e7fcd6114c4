//! `cantus genres`: what is known of artists' genres, and what can be seen in it.

mod map;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::terminal::Terminal;

const AFTER_HELP: &str = "\
Examples:
  cantus genres map --table data/genres/clean_midi_spotify.csv --output map.csv";

/// Know the genres of artists and see them on a map
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP, disable_help_subcommand = true)]
pub(crate) struct GenresArgs {
    #[command(subcommand)]
    command: GenresCommand,
}

/// What can be done with genres.
#[derive(Debug, Subcommand)]
enum GenresCommand {
    Map(map::MapArgs),
}

pub(crate) fn run(args: &GenresArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    match &args.command {
        GenresCommand::Map(args) => map::run(args, terminal, threads),
    }
}
