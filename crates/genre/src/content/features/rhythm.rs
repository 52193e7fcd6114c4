//! When notes begin and how long they last.

use std::collections::HashSet;

use super::piece::{Piece, Placed, chords};
use super::row::{Moments, Row, ratio};

/// Bins of lengths by halves: up to a 64th, ..., up to a whole note, longer.
const LENGTHS: usize = 9;

pub(super) fn put(row: &mut Row, piece: &Piece<'_>) {
    let notes = piece.pitched.len() as f64;
    row.put("notes", (notes + piece.drums.len() as f64).ln_1p());
    row.put("notes_a_second", ratio(notes, piece.seconds).ln_1p());
    row.put("notes_a_beat", ratio(notes, piece.beats).ln_1p());
    put_lengths(row, &piece.pitched);
    put_gaps(row, piece);
    put_places(row, &piece.pitched);
    put_repeats(row, piece);
}

/// The bin of a length in quarter notes.
fn bin(beats: f64) -> usize {
    // 1/16 of a quarter note or less is the first, above a whole note the last.
    let halvings = (beats.max(1e-9) * 16.0).log2().ceil();
    halvings.clamp(0.0, LENGTHS as f64 - 1.0) as usize
}

fn put_lengths(row: &mut Row, pitched: &[Placed]) {
    let mut lengths = [0.0; LENGTHS];
    let mut log = Moments::default();
    for note in pitched {
        lengths[bin(note.beats)] += 1.0;
        log.add(note.beats.clamp(1.0 / 64.0, 64.0).log2());
    }
    row.put_shares("length", &lengths);
    row.put("length_mean", log.mean());
    row.put("length_deviation", log.deviation());
}

/// Quarter notes from one begin to the next of an instrument, and the share that sounds.
fn put_gaps(row: &mut Row, piece: &Piece<'_>) {
    let mut gaps = [0.0; LENGTHS];
    let mut legato = Moments::default();
    for notes in piece.instruments() {
        let mut before: Option<&Placed> = None;
        for chord in chords(notes) {
            if let Some(before) = before {
                let gap = chord[0].beat - before.beat;
                gaps[bin(gap)] += 1.0;
                legato.add(ratio(before.beats, gap).min(2.0));
            }
            before = Some(&chord[0]);
        }
    }
    row.put_shares("gap", &gaps);
    row.put("legato_mean", legato.mean());
    row.put("legato_deviation", legato.deviation());
}

/// Where in the beat notes begin, in twelfths; syncopation; distance from the grid.
fn put_places(row: &mut Row, pitched: &[Placed]) {
    let mut twelfths = [0.0; 12];
    let (mut syncopated, mut bars) = (0.0, [0.0; 4]);
    let mut off = Moments::default();
    for note in pitched {
        let in_beat = note.in_bar.fract();
        twelfths[(in_beat * 12.0).round() as usize % 12] += 1.0;
        let late = (1.0 / 12.0..11.0 / 12.0).contains(&in_beat);
        syncopated += f64::from(u8::from(late && in_beat + note.beats > 1.05));
        bars[note.in_bar as usize % 4] += 1.0;
        let grid = (note.beat * 12.0 - (note.beat * 12.0).round()).abs() / 12.0;
        let sixteenths = (note.beat * 4.0 - (note.beat * 4.0).round()).abs() / 4.0;
        off.add(grid.min(sixteenths));
    }
    row.put_shares("in_beat", &twelfths);
    row.put_shares("beat_of_bar", &bars);
    row.put("syncopation", ratio(syncopated, pitched.len() as f64));
    row.put("off_grid_mean", off.mean());
    row.put("off_grid_deviation", off.deviation());
    let (long, even) = (twelfths[7] + twelfths[8], twelfths[5] + twelfths[6]);
    row.put("swing", ratio(long, long + even));
}

/// Bars of an instrument that were there before, note by note, or with other pitches.
fn put_repeats(row: &mut Row, piece: &Piece<'_>) {
    let (mut bars, mut repeated, mut rhythms) = (0.0, 0.0, 0.0);
    let mut seen = HashSet::new();
    let mut seen_rhythms = HashSet::new();
    for notes in piece.instruments() {
        seen.clear();
        seen_rhythms.clear();
        for bar in notes.chunk_by(|one, other| one.bar == other.bar) {
            let (mut tune, mut rhythm) = (0_u64, 0_u64);
            for note in bar {
                let place = (note.in_bar * 12.0).round() as u64;
                rhythm = mixed(rhythm, place);
                tune = mixed(tune, place << 8 | u64::from(note.pitch));
            }
            bars += 1.0;
            repeated += f64::from(u8::from(!seen.insert(tune)));
            rhythms += f64::from(u8::from(!seen_rhythms.insert(rhythm)));
        }
    }
    row.put("bars_repeated", ratio(repeated, bars));
    row.put("rhythms_repeated", ratio(rhythms, bars));
    row.put("bars_a_part", ratio(bars, piece.instruments().count() as f64).ln_1p());
}

/// A number that depends on all that went before (FNV-1a, by words).
fn mixed(before: u64, next: u64) -> u64 {
    (before ^ next ^ 0xcbf2_9ce4_8422_2325).wrapping_mul(0x0100_0000_01b3).rotate_left(29)
}
