//! What single instruments play: melodies, basses, and chords struck together.

use super::piece::{Piece, Placed, chords};
use super::row::{Moments, Row, ratio};

/// Programs of General MIDI that are basses.
const BASSES: std::ops::RangeInclusive<u8> = 32..=39;
/// Programs that are guitars with overdrive.
const DISTORTED: std::ops::RangeInclusive<u8> = 29..=31;
/// A silence longer than this ends a line, in quarter notes.
const MAX_REST: f64 = 4.0;
/// Lowest notes of power chords lie below this: G3.
const LOW: u8 = 55;

/// What was counted along the lines of many instruments.
#[derive(Default)]
struct Line {
    /// Steps from note to note by size in semitones; the last stands for more than an octave.
    intervals: [f64; 14],
    up: f64,
    down: f64,
    notes: f64,
    /// Begins by sixteenth of the beat.
    in_beat: [f64; 4],
    pitch: Option<Moments>,
    beats: Moments,
}

impl Line {
    fn add(&mut self, note: &Placed, before: Option<&Placed>) {
        self.notes += 1.0;
        self.in_beat[(note.in_bar.fract() * 4.0).round() as usize % 4] += 1.0;
        self.pitch.get_or_insert_default().add(f64::from(note.pitch));
        self.beats.add(note.beats.min(16.0));
        let Some(before) = before.filter(|before| note.beat - before.beat <= MAX_REST) else {
            return;
        };
        self.intervals[usize::from(note.pitch.abs_diff(before.pitch)).min(13)] += 1.0;
        self.up += f64::from(u8::from(note.pitch > before.pitch));
        self.down += f64::from(u8::from(note.pitch < before.pitch));
    }

    fn put(&self, row: &mut Row, name: &str, piece: &Piece<'_>) {
        row.put_shares(&format!("{name}_interval"), &self.intervals);
        row.put_shares(&format!("{name}_in_beat"), &self.in_beat);
        row.put(&format!("{name}_up"), ratio(self.up, self.up + self.down));
        row.put(&format!("{name}_a_beat"), ratio(self.notes, piece.beats).min(64.0));
        let pitch = self.pitch.unwrap_or_default();
        row.put(&format!("{name}_pitch_mean"), pitch.mean());
        row.put(&format!("{name}_pitch_deviation"), pitch.deviation());
        row.put(&format!("{name}_length"), self.beats.mean());
    }
}

/// What was counted of notes struck together.
#[derive(Default)]
struct Struck {
    /// By number of notes: one, two, three, four or more.
    sizes: [f64; 4],
    /// Of each note above the lowest, by semitones within the octave.
    intervals: [f64; 12],
    power: f64,
    triads: f64,
    octaves: f64,
    distorted: f64,
    distorted_power: f64,
}

impl Struck {
    fn add(&mut self, chord: &[Placed]) {
        let Some(lowest) = chord.iter().map(|note| note.pitch).min() else { return };
        self.sizes[chord.len().min(4) - 1] += 1.0;
        let mut set = 0_u16;
        for note in chord.iter().filter(|note| note.pitch > lowest) {
            let interval = usize::from((note.pitch - lowest) % 12);
            self.intervals[interval] += 1.0;
            set |= 1 << interval;
        }
        let is = |shape: u16| set & shape == shape;
        let power = f64::from(u8::from(lowest < LOW && is(1 << 7) && set & !(1 | 1 << 7) == 0));
        self.power += power;
        self.octaves += f64::from(u8::from(set == 1));
        let triad = is(1 << 7 | 1 << 4) || is(1 << 7 | 1 << 3) || is(1 << 3 | 1 << 8);
        self.triads += f64::from(u8::from(triad || is(1 << 5 | 1 << 9)));
        if DISTORTED.contains(&chord[0].program) {
            self.distorted += 1.0;
            self.distorted_power += power;
        }
    }

    fn put(&self, row: &mut Row) {
        let all: f64 = self.sizes.iter().sum();
        row.put_shares("struck", &self.sizes);
        row.put_shares("struck_interval", &self.intervals);
        row.put("power_chords", ratio(self.power, all));
        row.put("triads", ratio(self.triads, all));
        row.put("octaves", ratio(self.octaves, all));
        row.put("distorted_power_chords", ratio(self.distorted_power, self.distorted));
    }
}

pub(super) fn put(row: &mut Row, piece: &Piece<'_>) {
    let (mut melody, mut bass, mut struck) = (Line::default(), Line::default(), Struck::default());
    let lowest = lowest_part(piece);
    for notes in piece.instruments() {
        let is_bass = match lowest {
            Some(instrument) => notes[0].instrument == instrument,
            None => BASSES.contains(&notes[0].program),
        };
        let mut before = None;
        for chord in chords(notes) {
            struck.add(chord);
            let (Some(low), Some(high)) = (chord.first(), chord.iter().max_by_key(|n| n.pitch))
            else {
                continue;
            };
            let note = if is_bass { low } else { high };
            let line = if is_bass { &mut bass } else { &mut melody };
            // Chords are no melody, though a bass may strike two at once.
            if is_bass || chord.len() == 1 {
                line.add(note, before);
                before = Some(note);
            } else {
                before = None;
            }
        }
    }
    melody.put(row, "melody", piece);
    bass.put(row, "bass", piece);
    struck.put(row);
}

/// The instrument that takes the part of the bass where no bass plays: the lowest of several.
fn lowest_part(piece: &Piece<'_>) -> Option<u32> {
    let has_bass = piece.instruments().any(|notes| BASSES.contains(&notes[0].program));
    if has_bass {
        return None;
    }
    let mean = |notes: &[Placed]| {
        notes.iter().map(|note| f64::from(note.pitch)).sum::<f64>() / notes.len() as f64
    };
    let parts = piece.instruments().map(|notes| (notes[0].instrument, mean(notes)));
    parts.min_by(|one, other| one.1.total_cmp(&other.1)).map(|(instrument, _)| instrument)
}
