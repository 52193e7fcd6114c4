//! How fast a piece is.

use music::{DEFAULT_QPM, NoteSequence};

/// The tempo of a piece, in quarter notes a minute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PieceTempo {
    /// As it begins.
    pub start: f64,
    /// The mean over its time.
    pub mean: f64,
}

impl PieceTempo {
    /// The tempo of a piece; the default one where none is set. Tempos that are none are passed over.
    #[must_use]
    pub fn of(sequence: &NoteSequence) -> Self {
        let is_tempo = |qpm: f64| qpm > 0.0 && qpm.is_finite();
        let mut tempos: Vec<(f64, f64)> = sequence
            .tempos
            .iter()
            .filter(|tempo| tempo.time.is_finite() && is_tempo(tempo.qpm))
            .map(|tempo| (tempo.time, tempo.qpm))
            .collect();
        tempos.sort_by(|a, b| a.0.total_cmp(&b.0));
        let begun = tempos.iter().take_while(|tempo| tempo.0 <= 0.0);
        let start = begun.last().map_or(DEFAULT_QPM, |tempo| tempo.1);
        let (mut weighted, mut time, mut qpm) = (0.0, 0.0, start);
        let end = (f64::INFINITY, DEFAULT_QPM);
        for (next, next_qpm) in tempos.into_iter().filter(|tempo| tempo.0 > 0.0).chain([end]) {
            let next = next.min(sequence.total_time).max(time);
            weighted += qpm * (next - time);
            (time, qpm) = (next, next_qpm);
        }
        let mean = weighted / time;
        Self { start, mean: if is_tempo(mean) { mean } else { start } }
    }
}
