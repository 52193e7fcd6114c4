//! How notes are played: loudness, bends, pedals and other controls.

use super::piece::Piece;
use super::row::{Moments, Row, entropy, ratio};

/// Controllers of MIDI that say something of the manner of playing.
const CONTROLS: [(&str, i64); 5] =
    [("modulation", 1), ("volume", 7), ("pan", 10), ("expression", 11), ("sustain", 64)];

pub(super) fn put(row: &mut Row, piece: &Piece<'_>) {
    let mut velocity = Moments::default();
    let mut levels = [0.0; 128];
    for note in &piece.pitched {
        velocity.add(f64::from(note.velocity));
        levels[usize::from(note.velocity)] += 1.0;
    }
    row.put("velocity_mean", velocity.mean());
    row.put("velocity_deviation", velocity.deviation());
    row.put("velocity_entropy", entropy(&levels));
    let notes = piece.notes().count() as f64;
    let sequence = piece.sequence;
    row.put("bends_a_note", ratio(sequence.pitch_bends.len() as f64, notes).ln_1p());
    let mut controls = [0.0; CONTROLS.len()];
    for change in &sequence.control_changes {
        let known = CONTROLS.iter().position(|&(_, number)| number == i64::from(change.number));
        known.into_iter().for_each(|place| controls[place] += 1.0);
    }
    row.put_each(
        "control_a_note",
        &CONTROLS.map(|(name, _)| name),
        &controls.map(|count| ratio(count, notes).ln_1p()),
    );
}
