//! `cantus man`: manual pages.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use pipeline::files;
use serde::Serialize;

use crate::args::Cli;
use crate::failure::Failure;
use crate::terminal::Terminal;

const AFTER_HELP: &str = "\
Examples:
  cantus man --output-dir ~/.local/share/man/man1 && man cantus-generate";

/// Write manual pages, one for each command
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ManArgs {
    /// Folder for the pages; made when missing
    #[arg(long, value_name = "DIR")]
    output_dir: PathBuf,
}

#[derive(Serialize)]
struct Pages {
    output_dir: PathBuf,
    files: Vec<PathBuf>,
}

pub(crate) fn run(args: &ManArgs, terminal: Terminal) -> Result<(), Failure> {
    files::create_dir(&args.output_dir)?;
    let mut cli = Cli::command();
    cli.build();
    let mut result = Pages { output_dir: args.output_dir.clone(), files: Vec::new() };
    let name = cli.get_name().to_owned();
    write_pages(args, &cli, &name, &mut result.files)?;
    terminal.result(&result, |out| {
        writeln!(out, "Wrote {} manual pages to {}", result.files.len(), args.output_dir.display())
    })
}

/// Writes the pages of a command and of those within it.
fn write_pages(
    args: &ManArgs,
    command: &clap::Command,
    name: &str,
    files: &mut Vec<PathBuf>,
) -> Result<(), Failure> {
    files.push(write_page(args, command.clone(), name)?);
    for within in command.get_subcommands() {
        write_pages(args, within, &format!("{name}-{}", within.get_name()), files)?;
    }
    Ok(())
}

/// Writes the page of one command as `<name>.1`.
fn write_page(args: &ManArgs, command: clap::Command, name: &str) -> Result<PathBuf, Failure> {
    let mut page = Vec::new();
    // A static name is what clap asks for; there are some fifteen of them.
    let command = command.display_name(name.to_owned());
    clap_mangen::Man::new(command)
        .title(name)
        .render(&mut page)
        .map_err(|error| Failure::new(error.to_string()))?;
    let path = args.output_dir.join(format!("{name}.1"));
    files::write_whole(&path, &page)?;
    Ok(path)
}
