//! Beam search, wider and wider.

use model::checkpoint::{self, Which};
use model::generate::{GenerateOptions, generate};
use music::{Melody, MelodyEvent};

use crate::bench::Bench;
use crate::clock::time;
use crate::error::Result;
use crate::report::{Section, Table, Target, duration, or_dash, times};
use crate::rounds::{Contestant, alternate, ratio};

pub(super) const TITLE: &str = "Beam search, wider and wider";

/// Beam size and branch factor.
const BEAMS: [(usize, usize); 6] = [(1, 1), (2, 2), (4, 4), (8, 4), (16, 4), (8, 8)];

pub(super) fn run(bench: &Bench) -> Result<Section> {
    let model = checkpoint::load(bench.trained()?, Which::Newest)?.model;
    let primer = Melody::new(vec![MelodyEvent::NoteOn(60)]);
    let contestants = BEAMS.map(|(beam_size, branch_factor)| {
        let options = GenerateOptions {
            num_outputs: 1,
            beam_size,
            branch_factor,
            ..GenerateOptions::default()
        };
        let (model, primer) = (&model, &primer);
        Contestant::new(format!("{beam_size} x {branch_factor}"), bench.runs, move || {
            let mut made = Ok(Vec::new());
            let run = time(|| {
                made = generate(model, primer, &options);
                1.0
            });
            made?;
            Ok(run)
        })
    });
    let outcomes = alternate(contestants.into());
    let mut table =
        Table::new(["beam x branches", "rows", "median", "of 1 x 1", "of 1 x 1, a row"]);
    let mut section = Section::new(TITLE).say(
        "One melody of 128 steps in a running process, attention_rnn with two layers of 64. All branches go through the \
         network as rows of one batch, so that time grows at most like their number.",
    );
    for ((beam, branches), outcome) in BEAMS.into_iter().zip(&outcomes) {
        let (rows, growth) = (beam * branches, ratio(outcome.wall(), outcomes[0].wall()));
        let share = growth.map(|growth| growth / rows as f64);
        table.row(vec![
            outcome.name.clone(),
            rows.to_string(),
            or_dash(outcome.wall(), duration),
            or_dash(growth, times),
            or_dash(share, |share| format!("{share:.2}")),
        ]);
        if (beam, branches) == (8, 8) {
            let what = "beam 8 x 8 takes, of the time of 1 x 1";
            section.judge(what, Target::TimesAtMost(rows as f64), growth);
        }
    }
    section.tables.push(table);
    section.outcomes = outcomes;
    Ok(section)
}
