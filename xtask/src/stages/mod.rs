//! What is measured: one file a stage.

mod beam;
mod dataset;
mod generate;
mod ingest;
mod lstm;
mod map;
mod memory;
mod rate;
mod read;
mod update;

use crate::args::StageName;
use crate::bench::Bench;
use crate::error::Result;
use crate::report::Section;

/// What a stage measures.
pub(crate) fn title(stage: StageName) -> &'static str {
    match stage {
        StageName::Read => read::TITLE,
        StageName::Ingest => ingest::TITLE,
        StageName::Dataset => dataset::TITLE,
        StageName::Update => update::TITLE,
        StageName::Lstm => lstm::TITLE,
        StageName::Generate => generate::TITLE,
        StageName::Beam => beam::TITLE,
        StageName::Map => map::TITLE,
        StageName::Memory => memory::TITLE,
    }
}

/// Runs a stage.
pub(crate) fn run(stage: StageName, bench: &Bench) -> Result<Section> {
    match stage {
        StageName::Read => read::run(bench),
        StageName::Ingest => ingest::run(bench),
        StageName::Dataset => dataset::run(bench),
        StageName::Update => update::run(bench),
        StageName::Lstm => lstm::run(bench),
        StageName::Generate => generate::run(bench),
        StageName::Beam => beam::run(bench),
        StageName::Map => map::run(bench),
        StageName::Memory => memory::run(bench),
    }
}
