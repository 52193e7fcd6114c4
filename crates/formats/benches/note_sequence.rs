//! How fast note sequences become the bytes that are stored, and bytes note sequences.
//!
//! `cargo bench -p formats --bench note_sequence`: a made-up piece of 16 instruments with the size of a pop song. Rates are
//! stored bytes and notes a second.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use formats::note_sequence;
use music::{ControlChange, Note, NoteSequence};

fn main() {
    divan::main();
}

#[divan::bench]
fn encode(bencher: Bencher) {
    let song = song();
    let mut buffer = Vec::new();
    note_sequence::encode(&song, &mut buffer);
    bencher
        .counter(BytesCount::new(buffer.len()))
        .counter(ItemsCount::new(song.notes.len()))
        .bench_local(|| {
            buffer.clear();
            note_sequence::encode(black_box(&song), &mut buffer);
        });
}

#[divan::bench]
fn decode(bencher: Bencher) {
    read(bencher, note_sequence::decode);
}

#[divan::bench]
fn decode_notes(bencher: Bencher) {
    read(bencher, note_sequence::decode_notes);
}

fn read(bencher: Bencher, decode: impl Fn(&[u8]) -> formats::Result<NoteSequence> + Sync) {
    let song = song();
    let mut bytes = Vec::new();
    note_sequence::encode(&song, &mut bytes);
    bencher
        .counter(BytesCount::new(bytes.len()))
        .counter(ItemsCount::new(song.notes.len()))
        .bench(|| decode(black_box(&bytes)));
}

/// 16 instruments, each with 400 notes and 50 controllers.
fn song() -> NoteSequence {
    let mut song = NoteSequence { ticks_per_quarter: 480, ..NoteSequence::default() };
    for instrument in 0..16_u32 {
        let (program, is_drum) = (instrument as u8, instrument == 9);
        song.notes.extend((1..=400_u32).map(|number| Note {
            pitch: 40 + (number * 7 % 40) as u8,
            velocity: 64,
            start_time: f64::from(number) * 0.3,
            end_time: f64::from(number) * 0.3 + 0.2,
            instrument,
            program,
            is_drum,
            ..Note::default()
        }));
        song.control_changes.extend((0..50_u8).map(|value| ControlChange {
            time: f64::from(value) * 2.4,
            number: 11,
            value,
            instrument,
            program,
            is_drum,
        }));
    }
    song
}
