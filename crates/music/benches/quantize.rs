//! How fast a piece is cut and laid on the grid.
//!
//! `cargo bench -p music --bench quantize`: a made-up piece of 6,400 notes, of one tempo and of fifty. Rates are notes a second.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use music::quantize::{parts_of, quantize, split_on_time_changes};
use music::{Note, NoteSequence, Tempo};

/// Seconds that the piece lasts.
const SECONDS: u32 = 400;
/// Numbers of tempos.
const TEMPOS: [u32; 2] = [1, 50];

fn main() {
    divan::main();
}

/// The parts as sequences of their own.
#[divan::bench(args = TEMPOS)]
fn split(bencher: Bencher, tempos: u32) {
    let piece = piece(tempos);
    counted(bencher).bench(|| split_on_time_changes(black_box(&piece)));
}

/// The parts alone, and every note on the grid of the first.
#[divan::bench(args = TEMPOS)]
fn parts(bencher: Bencher, tempos: u32) {
    let piece = piece(tempos);
    counted(bencher).bench(|| {
        let parts = parts_of(black_box(&piece), 4);
        piece.notes.iter().filter(|note| parts[0].quantize(note).is_ok()).count()
    });
}

#[divan::bench]
fn grid(bencher: Bencher) {
    let piece = piece(1);
    counted(bencher).bench(|| quantize(black_box(&piece), 4));
}

fn counted<'a, 'b>(bencher: Bencher<'a, 'b>) -> Bencher<'a, 'b> {
    bencher.counter(ItemsCount::new(16 * SECONDS))
}

/// 16 instruments, a note a second each.
fn piece(tempos: u32) -> NoteSequence {
    let note = |instrument: u32, second: u32| Note {
        pitch: 40 + (second * 7 % 40) as u8,
        velocity: 64,
        start_time: f64::from(second),
        end_time: f64::from(second) + 0.5,
        instrument,
        program: 0,
        is_drum: false,
        ..Note::default()
    };
    let tempo = |number: u32| Tempo {
        time: f64::from(number * SECONDS / tempos),
        qpm: f64::from(100 + number % 7),
    };
    NoteSequence {
        notes: (0..16)
            .flat_map(|part| (0..SECONDS).map(move |second| note(part, second)))
            .collect(),
        tempos: (0..tempos).map(tempo).collect(),
        total_time: f64::from(SECONDS),
        ..NoteSequence::default()
    }
}
