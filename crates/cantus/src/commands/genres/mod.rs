//! `cantus genres`: which artists have which genres.

mod tag;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::terminal::Terminal;

const AFTER_HELP: &str = "\
Examples:
  cantus genres tag --catalog catalog.db --table genres.csv";

/// Give the artists of a collection their genres
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP, disable_help_subcommand = true)]
pub(crate) struct GenresArgs {
    #[command(subcommand)]
    command: GenresCommand,
}

#[derive(Debug, Subcommand)]
enum GenresCommand {
    Tag(tag::TagArgs),
}

pub(crate) fn run(args: &GenresArgs, terminal: Terminal) -> Result<(), Failure> {
    match &args.command {
        GenresCommand::Tag(args) => tag::run(args, terminal),
    }
}
