//! The command line of Cantus: melodies of a genre from a folder of music files.
//!
//! `main` is the plot: arguments, a command, an exit code. Called by the name of one of Magenta's commands, it is that command
//! ([`magenta`]). What a command does lives in the crate
//! `pipeline`; what it looks like on a terminal lives here, in [`commands`] and [`terminal`].
#![forbid(unsafe_code)]

mod args;
mod commands;
mod failure;
mod hint;
mod interrupt;
mod magenta;
mod terminal;
mod usage;

use std::process::ExitCode;

use clap::Parser as _;

use args::Cli;
use failure::Failure;
use terminal::Terminal;

fn main() -> ExitCode {
    report_panics();
    if let Some((program, words)) = magenta::called(std::env::args_os()) {
        return magenta::run(program, words);
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run() -> Result<(), Failure> {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(text) if usage::is_help(&text) => return usage::print(&text),
        Err(error) => return Err(usage::failure(&error)),
    };
    interrupt::listen();
    commands::run(&cli.command, Terminal::new(&cli.global), &cli.global)
}

/// A defect of Cantus is reported as clearly as any other error.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        Failure::new(format!("a defect in cantus: {}", panic.to_string().replace('\n', " ")))
            .with_hint("please report this line, with the command that you typed")
            .report();
    }));
}
