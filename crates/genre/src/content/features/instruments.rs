//! Who plays.

use super::piece::Piece;
use super::row::{Row, entropy, ratio};

/// The families of General MIDI, eight programs each.
const FAMILIES: [&str; 16] = [
    "piano",
    "chromatic",
    "organ",
    "guitar",
    "bass",
    "strings",
    "ensemble",
    "brass",
    "reed",
    "pipe",
    "lead",
    "pad",
    "effects",
    "ethnic",
    "percussive",
    "sounds",
];

pub(super) fn put(row: &mut Row, piece: &Piece<'_>) {
    let mut notes = [0.0; 128];
    let mut time = [0.0; 128];
    for note in &piece.pitched {
        notes[usize::from(note.program)] += 1.0;
        time[usize::from(note.program)] += note.seconds;
    }
    let by_family = |programs: &[f64; 128]| {
        let mut families = [0.0; 16];
        for (family, programs) in families.iter_mut().zip(programs.chunks(8)) {
            *family = programs.iter().sum();
        }
        families
    };
    let (family_notes, family_time) = (by_family(&notes), by_family(&time));
    let total_notes = piece.pitched.len() as f64;
    let total_time: f64 = time.iter().sum();
    row.put_each("notes", &FAMILIES, &family_notes.map(|count| ratio(count, total_notes)));
    row.put_each("time", &FAMILIES, &family_time.map(|time| ratio(time, total_time)));
    // The root brings out who plays a little: a solo of eight bars says much.
    for (program, &count) in notes.iter().enumerate() {
        row.put(&format!("program.{program}"), ratio(count, total_notes).sqrt());
    }
    let parts: Vec<f64> = piece.instruments().map(|notes| notes.len() as f64).collect();
    row.put("parts", (parts.len() as f64).ln_1p());
    row.put("parts_entropy", entropy(&parts));
    row.put("programs", notes.iter().filter(|&&count| count > 0.0).count() as f64);
    row.put("programs_entropy", entropy(&notes));
    row.put("largest_part", ratio(parts.iter().copied().fold(0.0, f64::max), total_notes));
}
