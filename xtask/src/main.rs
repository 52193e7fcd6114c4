//! Chores of this repository that are no part of the product: `cargo xtask bench`, `cargo xtask peers`,
//! `cargo xtask tensorboard`.
//!
//! * [`args`]: what can be typed
//! * [`bench`]: what all stages of a benchmark share
//! * [`stages`]: what is measured, one file each
//! * [`rounds`]: runs that alternate in time
//! * [`report`]: what `docs/benchmarks.md` says
//! * [`tensorboard`]: runs read back by TensorBoard
#![forbid(unsafe_code)]

mod args;
mod bench;
mod cantus;
mod clock;
mod corpus;
mod error;
mod files;
mod machine;
mod magenta;
mod peer;
mod process;
mod quoted;
mod report;
mod rounds;
mod stages;
mod tensorboard;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command};

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Bench(args) => bench::run(&args),
        Command::Peers(args) => peer::set_up(&args).map(|()| true),
        Command::Tensorboard(args) => tensorboard::run(&args),
        Command::Measure(args) => process::measure_here(&args.command).map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
