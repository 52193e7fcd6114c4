//! How fast melodies are found, and how fast a piece gets its fingerprint.
//!
//! `cargo bench -p corpus --bench extract`: a made-up piece of 16 instruments, four of them polyphonic and one a drum kit, with
//! the size of a pop song. Rates are notes a second.

use corpus::NoteDigest;
use corpus::extract::{ExtractOptions, melodies_of};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use music::{Note, NoteSequence, Tempo};

fn main() {
    divan::main();
}

#[divan::bench(args = [false, true])]
fn melodies(bencher: Bencher, ignore_polyphonic_notes: bool) {
    let song = song();
    let options = ExtractOptions { ignore_polyphonic_notes, ..ExtractOptions::default() };
    bencher
        .counter(ItemsCount::new(song.notes.len()))
        .bench(|| melodies_of(black_box(&song), &options));
}

#[divan::bench]
fn digest(bencher: Bencher) {
    let song = song();
    bencher.counter(ItemsCount::new(song.notes.len())).bench(|| NoteDigest::of(black_box(&song)));
}

/// 400 notes an instrument, or chords; a tempo change in the middle.
fn song() -> NoteSequence {
    let mut notes = Vec::new();
    for instrument in 0..16_u32 {
        let chord = if instrument < 4 { 3 } else { 1 };
        for number in 0..400_u32 {
            notes.push(Note {
                pitch: 40 + (number * 7 % 40) as u8,
                velocity: 64,
                start_time: f64::from(number / chord * chord) * 0.25,
                end_time: f64::from(number / chord * chord + 1) * 0.25,
                instrument,
                program: instrument as u8,
                is_drum: instrument == 9,
                ..Note::default()
            });
        }
    }
    let tempos = vec![Tempo { time: 0.0, qpm: 120.0 }, Tempo { time: 50.0, qpm: 90.0 }];
    NoteSequence { notes, tempos, total_time: 100.0, ..NoteSequence::default() }
}
