//! Key, chords and register.

use std::sync::LazyLock;

use super::piece::{Piece, Placed};
use super::row::{Moments, Row, entropy, ratio};

/// How well each degree fits a major and a minor key, as listeners said (Krumhansl & Kessler 1982).
const MAJOR: [f64; 12] = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88];
const MINOR: [f64; 12] = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17];

/// Beats that are looked at for chords.
const MAX_BEATS: usize = 1 << 14;
/// Beats that one note may count in.
const MAX_HELD: usize = 32;
/// Share of a beat's loudest pitch class that another must have to count.
const AUDIBLE: f64 = 0.2;

/// Kinds of chords, as pitch classes above the root.
const CHORDS: [(&str, u16); 10] = [
    ("one", 0b1),
    ("fifth", 0b1000_0001),
    ("major", 0b1001_0001),
    ("minor", 0b1000_1001),
    ("diminished", 0b100_1001),
    ("augmented", 0b1_0001_0001),
    ("suspended", 0b1010_0001),
    ("seventh", 0b100_1001_0001),
    ("major_seventh", 0b1000_1001_0001),
    ("minor_seventh", 0b100_1000_1001),
];

/// The chord that each set of pitch classes is nearest to: root and place in [`CHORDS`].
static NEAREST: LazyLock<Vec<(u8, u8)>> = LazyLock::new(|| (0..1 << 12).map(nearest).collect());

fn nearest(set: u16) -> (u8, u8) {
    let mut best = ((0, 0), i32::MIN);
    for (kind, &(_, shape)) in CHORDS.iter().enumerate() {
        for root in 0..12 {
            let chord = (shape << root | shape >> (12 - root)) & 0xfff;
            let (missing, extra) = ((chord & !set).count_ones(), (set & !chord).count_ones());
            let score = -(2 * missing.cast_signed() + 2 * extra.cast_signed());
            if score > best.1 {
                best = ((root as u8, kind as u8), score);
            }
        }
    }
    best.0
}

pub(super) fn put(row: &mut Row, piece: &Piece<'_>) {
    put_register(row, &piece.pitched);
    let mut classes = [0.0; 12];
    for note in &piece.pitched {
        classes[usize::from(note.pitch % 12)] += note.beats.min(16.0);
    }
    put_key(row, &classes);
    put_chords(row, &piece.pitched);
    put_polyphony(row, piece);
}

fn put_register(row: &mut Row, pitched: &[Placed]) {
    let mut counts = [0.0; 128];
    let mut pitch = Moments::default();
    for note in pitched {
        counts[usize::from(note.pitch)] += 1.0;
        pitch.add(f64::from(note.pitch));
    }
    let lowest = counts.iter().position(|&count| count > 0.0).unwrap_or_default() as f64;
    let highest = counts.iter().rposition(|&count| count > 0.0).unwrap_or_default() as f64;
    row.put("pitch_mean", pitch.mean());
    row.put("pitch_deviation", pitch.deviation());
    row.put("pitch_lowest", lowest);
    row.put("pitch_range", highest - lowest);
    let mut registers = [0.0; 8];
    for (pitch, count) in counts.iter().enumerate() {
        registers[(pitch.saturating_sub(24) / 12).min(7)] += count;
    }
    row.put_shares("octave", &registers);
}

/// Pitch classes from the tonic on, and how surely that is one.
fn put_key(row: &mut Row, classes: &[f64; 12]) {
    let fit = |profile: &[f64; 12], tonic: usize| correlation(profile, classes, tonic);
    let best = |profile: &[f64; 12]| {
        let fits = (0..12).map(|tonic| (tonic, fit(profile, tonic)));
        fits.fold((0, f64::NEG_INFINITY), |best, next| if next.1 > best.1 { next } else { best })
    };
    let (major, minor) = (best(&MAJOR), best(&MINOR));
    let tonic = if major.1 >= minor.1 { major.0 } else { minor.0 };
    let rotated: [f64; 12] = std::array::from_fn(|degree| classes[(tonic + degree) % 12]);
    row.put("major", major.1);
    row.put("minor", minor.1);
    row.put("major_less_minor", major.1 - minor.1);
    row.put_shares("degree", &rotated);
    row.put("pitch_class_entropy", entropy(classes));
}

/// Pearson's correlation of a key profile with pitch classes from `tonic` on.
fn correlation(profile: &[f64; 12], classes: &[f64; 12], tonic: usize) -> f64 {
    let mean = |values: &[f64; 12]| values.iter().sum::<f64>() / 12.0;
    let (profile_mean, class_mean) = (mean(profile), mean(classes));
    let (mut product, mut one, mut other) = (0.0, 0.0, 0.0);
    for degree in 0..12 {
        let x = profile[degree] - profile_mean;
        let y = classes[(tonic + degree) % 12] - class_mean;
        product += x * y;
        one += x * x;
        other += y * y;
    }
    ratio(product, (one * other).sqrt())
}

/// The chord of each beat: kinds, movements of roots, and how often they change.
fn put_chords(row: &mut Row, pitched: &[Placed]) {
    let end = pitched.iter().map(|note| note.beat + note.beats).fold(0.0, f64::max);
    let mut beats = vec![[0.0_f64; 12]; (end.ceil() as usize).min(MAX_BEATS)];
    for note in pitched {
        let class = usize::from(note.pitch % 12);
        let (begin, end) = (note.beat, note.beat + note.beats);
        for (number, beat) in beats.iter_mut().enumerate().skip(begin as usize).take(MAX_HELD) {
            let from = number as f64;
            if from >= end {
                break;
            }
            beat[class] += end.min(from + 1.0) - begin.max(from);
        }
    }
    let mut kinds = [0.0; CHORDS.len()];
    let mut motion = [0.0; 12];
    let mut sizes = Moments::default();
    let mut last = None;
    let mut changes = 0.0;
    for beat in &beats {
        let loudest = beat.iter().copied().fold(0.0, f64::max);
        if loudest <= 0.0 {
            continue;
        }
        let heard = |class: usize| u16::from(beat[class] > AUDIBLE * loudest) << class;
        let set = (0..12).map(heard).sum::<u16>();
        sizes.add(f64::from(set.count_ones()));
        let (root, kind) = NEAREST[usize::from(set)];
        kinds[usize::from(kind)] += 1.0;
        if let Some(before) = last.replace((root, kind)).filter(|&before| before != (root, kind)) {
            changes += 1.0;
            motion[usize::from((12 + root - before.0) % 12)] += 1.0;
        }
    }
    let chords: f64 = kinds.iter().sum();
    row.put_each("chord", &CHORDS.map(|(name, _)| name), &kinds.map(|kind| ratio(kind, chords)));
    row.put_shares("root_motion", &motion);
    row.put("chord_changes_a_beat", ratio(changes, chords));
    row.put("pitch_classes_a_beat", sizes.mean());
    row.put("pitch_classes_a_beat_deviation", sizes.deviation());
}

/// How many notes sound at once on the average, and how much of it is high or low.
fn put_polyphony(row: &mut Row, piece: &Piece<'_>) {
    let sounding: f64 = piece.pitched.iter().map(|note| note.seconds).sum();
    row.put("polyphony", ratio(sounding, piece.seconds).ln_1p());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords_are_named_by_their_notes() {
        let name = |set: u16| {
            let (root, kind) = NEAREST[usize::from(set)];
            (root, CHORDS[usize::from(kind)].0)
        };
        assert_eq!(name(1 << 0 | 1 << 4 | 1 << 7), (0, "major"));
        assert_eq!(name(1 << 9 | 1 << 0 | 1 << 4), (9, "minor"));
        assert_eq!(name(1 << 2 | 1 << 9), (2, "fifth"));
        assert_eq!(name(1 << 7 | 1 << 11 | 1 << 2 | 1 << 5), (7, "seventh"));
    }
}
