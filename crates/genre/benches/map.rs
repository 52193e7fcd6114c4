//! How fast artists are laid out.
//!
//! `cargo bench -p genre --bench map`: the 1,970 artists of the Clean MIDI collection that have genres, of which there are 600. Rates
//! are artists a second. `cargo xtask bench --only map` compares with scikit-learn, on 50,000 artists, too.

use std::ops::ControlFlow;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use genre::map::{Dimensions, TsneOptions, pca, trustworthiness, tsne};
use genre::table::TableFormat;
use genre::{GenreMatrix, GenreTable};

fn main() {
    divan::main();
}

#[divan::bench(args = [2, 3])]
fn principal_components(bencher: Bencher, count: usize) {
    let matrix = matrix();
    bencher
        .counter(ItemsCount::new(matrix.artists().len()))
        .bench(|| pca(black_box(&matrix), dimensions(count)).expect("artists"));
}

/// A tenth of the iterations that a map takes.
#[divan::bench(args = [2, 3], sample_count = 10)]
fn tsne_100_iterations(bencher: Bencher, count: usize) {
    let matrix = matrix();
    let options = TsneOptions { iterations: 100, ..TsneOptions::new(dimensions(count)) };
    bencher.counter(ItemsCount::new(matrix.artists().len())).bench(|| {
        tsne(black_box(&matrix), &options, &mut |_| ControlFlow::Continue(())).expect("artists")
    });
}

#[divan::bench(sample_count = 20)]
fn trust(bencher: Bencher) {
    let matrix = matrix();
    let map = pca(&matrix, Dimensions::Two).expect("artists");
    bencher
        .counter(ItemsCount::new(matrix.artists().len()))
        .bench(|| trustworthiness(black_box(&matrix), &map, 12).expect("enough artists"));
}

fn dimensions(count: usize) -> Dimensions {
    if count == 2 { Dimensions::Two } else { Dimensions::Three }
}

fn matrix() -> GenreMatrix {
    let bytes = include_bytes!("../../../data/genres/clean_midi_spotify.csv");
    GenreMatrix::new(&GenreTable::read(bytes, TableFormat::Csv).expect("a table"))
}
