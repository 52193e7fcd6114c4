//! The commands: each file declares the flags of one, turns them into options of the verb of the same name in
//! `pipeline`, and says in plain words what came of it.

mod album;
pub(crate) mod catalog;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod compose;
mod config;
pub(crate) mod convert;
pub(crate) mod dataset;
pub(crate) mod demo;
mod drawing;
pub(crate) mod evaluate;
pub(crate) mod export;
pub(crate) mod generate;
pub(crate) mod genres;
pub(crate) mod ingest;
pub(crate) mod likelihood;
pub(crate) mod magenta;
pub(crate) mod man;
mod melodies;
pub(crate) mod models;
pub(crate) mod moods;
mod origin;
pub(crate) mod play;
mod playing;
pub(crate) mod plot;
pub(crate) mod render;
pub(crate) mod runs;
pub(crate) mod score;
pub(crate) mod subset;
pub(crate) mod sweep;
pub(crate) mod train;

use crate::args::{Command, Global};
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Does what was asked for.
pub(crate) fn run(command: &Command, terminal: Terminal, global: &Global) -> Result<(), Failure> {
    let threads = global.threads();
    match command {
        Command::Demo(args) => demo::run(args, terminal, threads),
        Command::Ingest(args) => ingest::run(args, terminal, threads),
        Command::Dataset(args) => dataset::run(args, terminal, threads),
        Command::Train(args) => train::run(args, terminal, threads),
        Command::Sweep(args) => sweep::run(args, terminal, threads),
        Command::Runs(args) => runs::run(args, terminal),
        Command::Evaluate(args) => evaluate::run(args, terminal, threads),
        Command::Generate(args) => generate::run(args, terminal, threads),
        Command::Moods(args) => moods::run(args, terminal, threads),
        Command::Genres(args) => genres::run(args, terminal, threads),
        Command::Compare(args) => compare::run(args, terminal, threads),
        Command::Convert(args) => convert::run(args, terminal),
        Command::Compose(args) => compose::run(args, terminal, threads),
        Command::Play(args) => play::run(args, terminal),
        Command::Plot(args) => plot::run(args, terminal),
        Command::Score(args) => score::run(args, terminal),
        Command::Catalog(args) => catalog::run(args, terminal),
        Command::Subset(args) => subset::run(args, terminal),
        Command::Render(args) => render::run(args, terminal, threads),
        Command::Export(args) => export::run(args, terminal),
        Command::Likelihood(args) => likelihood::run(args, terminal),
        Command::Magenta(args) => magenta::run(args, terminal),
        Command::Models(args) => models::run(args, terminal),
        Command::Completions(args) => completions::run(args, terminal),
        Command::Man(args) => man::run(args, terminal),
    }
}
