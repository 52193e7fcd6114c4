//! `cantus genres`: genres of artists.

mod fetch;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::terminal::Terminal;

const AFTER_HELP: &str = "\
Examples:
  cantus genres fetch clean_midi/ --provider musicbrainz \\
      --contact me@example.org --output genres.csv";

/// Get the genres of artists
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP, disable_help_subcommand = true)]
pub(crate) struct GenresArgs {
    #[command(subcommand)]
    command: GenresCommand,
}

/// What can be done with genres.
#[derive(Debug, Subcommand)]
enum GenresCommand {
    Fetch(fetch::FetchArgs),
}

pub(crate) fn run(args: &GenresArgs, terminal: Terminal) -> Result<(), Failure> {
    match &args.command {
        GenresCommand::Fetch(args) => fetch::run(args, terminal),
    }
}
