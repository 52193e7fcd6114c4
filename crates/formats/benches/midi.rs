//! How fast MIDI files become notes and notes MIDI files.
//!
//! `cargo bench -p formats --bench midi`: the built-in tunes (240 small files of one track), and a made-up piece of 16 tracks
//! with the size of a pop song. Rates are bytes of MIDI and notes a second.

use std::fs;
use std::path::Path;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use formats::midi;
use music::{Note, NoteSequence};

fn main() {
    divan::main();
}

#[divan::bench]
fn read_tunes(bencher: Bencher) {
    read(bencher, &tunes());
}

#[divan::bench]
fn read_song(bencher: Bencher) {
    read(bencher, &[midi::write(&song()).expect("16 tracks fit")]);
}

#[divan::bench]
fn write_song(bencher: Bencher) {
    let song = song();
    let bytes = midi::write(&song).expect("16 tracks fit").len();
    bencher
        .counter(BytesCount::new(bytes))
        .counter(ItemsCount::new(song.notes.len()))
        .bench(|| midi::write(black_box(&song)));
}

fn read(bencher: Bencher, files: &[Vec<u8>]) {
    let notes: usize = files.iter().map(|file| notes_of(file).notes.len()).sum();
    bencher
        .counter(BytesCount::new(files.iter().map(Vec::len).sum::<usize>()))
        .counter(ItemsCount::new(notes))
        .bench_local(|| {
            let mut spare = NoteSequence::default();
            for file in files {
                let read = midi::read_reusing(black_box(file), std::mem::take(&mut spare));
                spare = read.expect("a good file").sequence;
            }
            spare
        });
}

fn notes_of(file: &[u8]) -> NoteSequence {
    midi::read(file).expect("a good file").sequence
}

/// The built-in tunes, in the order of their paths.
fn tunes() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/demo");
    let mut paths = Vec::new();
    for kind in ["hornpipe", "jig", "reel"] {
        for entry in fs::read_dir(root.join(kind)).expect("the built-in tunes") {
            paths.push(entry.expect("an entry").path());
        }
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "mid"));
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a file")).collect()
}

/// 16 instruments of 400 notes each; pitches, lengths and velocities by a linear congruence.
fn song() -> NoteSequence {
    let mut state = 1_u32;
    let mut draw = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let mut notes = Vec::new();
    for instrument in 0..16 {
        let mut step = 0;
        for _ in 0..400 {
            let start = step + draw(3);
            step = start + 1 + draw(4);
            notes.push(Note {
                pitch: 40 + draw(40) as u8,
                velocity: 40 + draw(80) as u8,
                start_time: f64::from(start) * 0.125,
                end_time: f64::from(step) * 0.125,
                instrument,
                program: instrument as u8,
                is_drum: false,
                ..Note::default()
            });
        }
    }
    NoteSequence { ticks_per_quarter: 480, notes, ..NoteSequence::default() }
}
