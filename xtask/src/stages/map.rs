//! The map of genres, against scikit-learn.

use std::fs;
use std::path::{Path, PathBuf};

use genre::table::TableFormat;
use genre::{GenreMatrix, GenreTable};
use nn::rng::Rng;
use serde_json::json;

use crate::bench::Bench;
use crate::error::{Error, Result};
use crate::peer::Home;
use crate::report::{Section, Target, count, standings};
use crate::rounds::{Contestant, alternate};

pub(super) const TITLE: &str = "The map of genres: t-SNE";

/// The real table.
const TABLE: &str = "data/genres/clean_midi_spotify.csv";
/// Artists of the table that is made up.
const MANY: usize = 50_000;
/// How many times as fast as scikit-learn.
const TARGET: f64 = 3.0;
/// Seconds that a map of many artists may take.
const PATIENCE: f64 = 120.0;
/// One in so many genres of an artist is lost, and one in so many of a related artist comes in.
const CHANGES: usize = 5;

pub(super) fn run(bench: &Bench) -> Result<Section> {
    let table = PathBuf::from(TABLE);
    let grown = bench.file("grown.csv");
    let many = grow(&table, &grown)?;
    let mut section = Section::new(TITLE).say(format!(
        "1,000 iterations at a perplexity of 30 on all cores. Cantus is the whole program, from a table to points in a file, its \
         divergence computed over all pairs; scikit-learn is `TSNE().fit_transform` on a dense matrix that it has already. First the \
         1,970 artists of Clean MIDI with 600 genres, then {} that are made up of them: each is one of the real ones, which has lost one \
         in {CHANGES} genres and got one in {CHANGES} of another with whom it shares one. How good the maps are is in `docs/genre-map.md`.",
        count(many)
    ));
    for dimensions in [2, 3] {
        let outcomes = alternate(vec![
            cantus(bench, &table, dimensions, bench.runs),
            scikit_learn(bench, &table, dimensions),
        ]);
        let what = format!("map in {dimensions} dimensions against scikit-learn");
        section.compare(&what, TARGET, &outcomes[0], &outcomes[1]);
        section.tables.push(standings(&outcomes, None));
        section.outcomes.extend(outcomes);
    }
    let large = alternate(vec![cantus(bench, &grown, 2, 1).cold()]);
    let what = format!("map of {} artists", count(many));
    section.judge(what, Target::SecondsAtMost(PATIENCE), large[0].wall());
    section.tables.push(standings(&large, None));
    section.outcomes.extend(large);
    Ok(section)
}

fn cantus<'a>(bench: &'a Bench, table: &Path, dimensions: usize, runs: u32) -> Contestant<'a> {
    let program = bench.cantus.verb("genres", bench.threads).arg("map").arg("--table").arg(table);
    let program = program.arg("--dims").arg(dimensions.to_string());
    let program = program.arg("--output").arg(bench.file("map.csv"));
    let name = format!("`cantus genres map`, {dimensions} dimensions");
    Contestant::new(name, runs, move || Ok(program.measure()?.of(1.0)))
}

fn scikit_learn<'a>(bench: &'a Bench, table: &Path, dimensions: usize) -> Contestant<'a> {
    let setup = json!({ "threads": bench.threads, "table": table, "dimensions": dimensions });
    let mut peer = bench.peer("tsne.py", Home::Readers, setup);
    let name = format!("scikit-learn, {dimensions} dimensions");
    Contestant::new(name, bench.slow_runs(), move || peer.ask())
}

/// Writes a table of many artists, and tells how many.
fn grow(table: &Path, grown: &Path) -> Result<usize> {
    let bytes = fs::read(table).map_err(Error::at(table))?;
    let real = GenreMatrix::new(&GenreTable::read(&bytes, TableFormat::Csv)?);
    let mut rng = Rng::new(1);
    let mut below = |bound: usize| rng.below(bound as u64) as usize;
    let mut artists = GenreTable::default();
    for number in 0..MANY {
        let own = real.genres_of(below(real.artists().len()));
        let akin = real.artists_of(own[below(own.len())] as usize);
        let akin = real.genres_of(akin[below(akin.len())] as usize);
        let mut genres: Vec<u32> = own.iter().copied().filter(|_| below(CHANGES) > 0).collect();
        genres.extend(akin.iter().filter(|_| below(CHANGES) == 0));
        if genres.is_empty() {
            genres.push(own[0]);
        }
        let names = genres.iter().map(|&genre| real.genres()[genre as usize].clone());
        artists.add(&number.to_string(), names);
    }
    fs::write(grown, artists.write(TableFormat::Csv)?).map_err(Error::at(grown))?;
    Ok(MANY)
}
