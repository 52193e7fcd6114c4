//! Tempo, metre, key signatures and length.

use music::Mode;

use super::piece::Piece;
use super::row::{Row, ratio};

pub(super) fn put(row: &mut Row, piece: &Piece<'_>) {
    let end = piece.seconds;
    let (mut sum, mut least, mut most) = (0.0, f64::INFINITY, 0.0_f64);
    let paces = &piece.clock.paces;
    for (number, pace) in paces.iter().enumerate().filter(|(_, pace)| pace.time <= end) {
        let until = paces.get(number + 1).map_or(end, |next| next.time.min(end));
        sum += (until - pace.time) * pace.qpm;
        (least, most) = (least.min(pace.qpm), most.max(pace.qpm));
    }
    let mean = if end > 0.0 { sum / end } else { paces[0].qpm };
    row.put("tempo_mean", mean);
    row.put("tempo_first", paces[0].qpm);
    row.put("tempo_spread", ratio(most, least).max(1.0).ln());
    row.put("tempo_changes", (paces.len() as f64).ln());
    row.put("tempo_changes_a_minute", (60.0 * ratio(paces.len() as f64 - 1.0, end)).ln_1p());
    row.put("seconds", end.ln_1p());
    row.put("beats", piece.beats.ln_1p());
    put_metres(row, piece);
    let keys = &piece.sequence.key_signatures;
    row.put("key_signatures", (keys.len() as f64).ln_1p());
    row.put("minor_signature", f64::from(keys.iter().any(|key| key.mode == Mode::Minor)));
}

/// Shares of the piece in each metre, in beats.
fn put_metres(row: &mut Row, piece: &Piece<'_>) {
    const METRES: [&str; 5] = ["4/4", "2/4", "3/4", "compound", "other"];
    let metres = &piece.clock.metres;
    let mut beats = [0.0; METRES.len()];
    for (number, metre) in metres.iter().enumerate() {
        let end = metres.get(number + 1).map_or(piece.beats, |next| next.beat.min(piece.beats));
        let kind = match metre.written {
            (4, 4) => 0,
            (2, 4) | (2, 2) => 1,
            (3, _) => 2,
            (6 | 9 | 12, 8 | 16) => 3,
            _ => 4,
        };
        beats[kind] += (end - metre.beat).max(0.0);
    }
    let total: f64 = beats.iter().sum();
    row.put_each("metre", &METRES, &beats.map(|beats| ratio(beats, total)));
    row.put("metre_changes", (metres.len() as f64).ln());
}
