//! What the drums do.

use std::collections::HashMap;

use super::piece::{Piece, Placed};
use super::row::{Moments, Row, ratio};

/// Kinds of drums.
const KINDS: [&str; 17] = [
    "kick",
    "snare",
    "closed_hihat",
    "open_hihat",
    "side_stick",
    "clap",
    "tom",
    "crash",
    "ride",
    "tambourine",
    "cowbell",
    "hand",
    "timbale",
    "shaker",
    "wood",
    "triangle",
    "other",
];
const KICK: usize = 0;
const SNARE: usize = 1;
const CLOSED_HIHAT: usize = 2;
const OPEN_HIHAT: usize = 3;
const RIDE: usize = 8;
/// Sixteenths in the longest pattern.
const POSITIONS: usize = 16;

/// The kind of a drum by its key in General MIDI.
fn kind(pitch: u8) -> usize {
    match pitch {
        35 | 36 => KICK,
        38 | 40 => SNARE,
        42 | 44 => CLOSED_HIHAT,
        46 => OPEN_HIHAT,
        37 => 4,
        39 => 5,
        41 | 43 | 45 | 47 | 48 | 50 => 6,
        49 | 52 | 55 | 57 => 7,
        51 | 53 | 59 => RIDE,
        54 => 9,
        56 => 10,
        60..=64 | 78 | 79 => 11,
        65..=68 => 12,
        69 | 70 | 73 | 74 | 82 => 13,
        75..=77 => 14,
        80 | 81 => 15,
        _ => 16,
    }
}

/// The sixteenth of its bar that a note is nearest to.
fn position(note: &Placed) -> usize {
    ((note.in_bar * 4.0).round() as usize) % POSITIONS
}

pub(super) fn put(row: &mut Row, piece: &Piece<'_>) {
    let hits = piece.drums.len() as f64;
    let all = hits + piece.pitched.len() as f64;
    row.put("share", ratio(hits, all));
    row.put("present", f64::from(hits > 0.0));
    let mut kinds = [0.0; KINDS.len()];
    let mut at = [[0.0; POSITIONS]; KINDS.len()];
    for note in &piece.drums {
        let kind = kind(note.pitch);
        kinds[kind] += 1.0;
        at[kind][position(note)] += 1.0;
    }
    row.put_each("kind", &KINDS, &kinds.map(|count| ratio(count, hits)));
    for kind in [KICK, SNARE, CLOSED_HIHAT, OPEN_HIHAT, RIDE] {
        row.put(&format!("{}_a_beat", KINDS[kind]), ratio(kinds[kind], piece.beats).min(16.0));
    }
    row.put("a_beat", ratio(hits, piece.beats).min(64.0));
    row.put_shares("kick_at", &at[KICK]);
    row.put_shares("snare_at", &at[SNARE]);
    let mut cymbals = at[CLOSED_HIHAT];
    for other in [OPEN_HIHAT, RIDE] {
        cymbals.iter_mut().zip(at[other]).for_each(|(sum, count)| *sum += count);
    }
    row.put_shares("cymbals_at", &cymbals);
    put_figures(row, &at, &kinds);
    put_swing(row, &piece.drums);
    put_fast_kicks(row, &piece.drums);
    put_patterns(row, &piece.drums);
}

/// Figures that have names, each as the share of a drum's hits.
fn put_figures(row: &mut Row, at: &[[f64; POSITIONS]; KINDS.len()], kinds: &[f64; KINDS.len()]) {
    let share = |kind: usize, positions: &[usize]| {
        let hits = positions.iter().map(|&position| at[kind][position]).sum();
        ratio(hits, kinds[kind])
    };
    let backbeat = share(SNARE, &[4, 12]);
    row.put("backbeat", backbeat);
    row.put("half_time", share(SNARE, &[8]));
    let beats = [0, 4, 8, 12].map(|position| share(KICK, &[position]));
    row.put("four_on_the_floor", 4.0 * beats.into_iter().fold(1.0, f64::min));
    row.put("kick_off_beat", 1.0 - beats.iter().sum::<f64>());
    let open = share(OPEN_HIHAT, &[2, 6, 10, 14]);
    row.put("open_hihat_off_beat", open);
    row.put("cymbal_sixteenths", share(CLOSED_HIHAT, &[1, 3, 5, 7, 9, 11, 13, 15]));
}

/// Where within a beat hits fall, in twelfths; and how much the eighths swing.
fn put_swing(row: &mut Row, drums: &[Placed]) {
    let mut twelfths = [0.0; 12];
    for note in drums {
        twelfths[(note.in_bar.fract() * 12.0).round() as usize % 12] += 1.0;
    }
    row.put_shares("in_beat", &twelfths);
    let (long, even) = (twelfths[7] + twelfths[8], twelfths[5] + twelfths[6]);
    row.put("swing", ratio(long, long + even));
}

/// Kicks that follow one another within an eighth and a sixteenth, as shares of kicks.
fn put_fast_kicks(row: &mut Row, drums: &[Placed]) {
    let (mut last, mut kicks) = (f64::NEG_INFINITY, 0.0);
    let (mut eighths, mut sixteenths) = (0.0, 0.0);
    for note in drums.iter().filter(|note| kind(note.pitch) == KICK) {
        let apart = note.beat - last;
        eighths += f64::from(u8::from((0.05..0.55).contains(&apart)));
        sixteenths += f64::from(u8::from((0.05..0.3).contains(&apart)));
        (last, kicks) = (note.beat, kicks + 1.0);
    }
    row.put("kick_eighths", ratio(eighths, kicks));
    row.put("kick_sixteenths", ratio(sixteenths, kicks));
}

/// How alike the bars are: patterns of kick and snare, and how hard they are hit.
fn put_patterns(row: &mut Row, drums: &[Placed]) {
    let mut bars: HashMap<u32, u32> = HashMap::new();
    let (mut last, mut same, mut number) = (0, 0.0, 0.0);
    for bar in drums.chunk_by(|one, other| one.bar == other.bar) {
        let pattern = bar.iter().fold(0, |pattern, note| match kind(note.pitch) {
            KICK => pattern | 1 << position(note),
            SNARE => pattern | 1 << (POSITIONS + position(note)),
            _ => pattern,
        });
        same += f64::from(u8::from(pattern == last));
        *bars.entry(pattern).or_default() += 1;
        (last, number) = (pattern, number + 1.0);
    }
    let commonest = bars.values().copied().max().unwrap_or_default();
    row.put("bars_like_the_last", ratio(same, number));
    row.put("commonest_bar", ratio(f64::from(commonest), number));
    row.put("different_bars", ratio(bars.len() as f64, number));
    let mut velocity = Moments::default();
    drums.iter().for_each(|note| velocity.add(f64::from(note.velocity)));
    row.put("velocity_mean", velocity.mean());
    row.put("velocity_deviation", velocity.deviation());
}
