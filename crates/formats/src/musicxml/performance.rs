//! A score as a player reads it.

use std::collections::BTreeMap;

use music::{
    AnnotationKind, InstrumentInfo, KeySignature, Mode, NOTES_PER_OCTAVE, Notation, NoteSequence,
    PartInfo, STANDARD_TICKS_PER_QUARTER, TextAnnotation, TimeSignature,
};

use super::bars::{Bars, Counter, Fault, Span};
use super::score::{Harmony, Item, Key, Note, NoteKind, Part, Score, Transpose};
use super::tempo_map::TempoMap;
use super::warning::{WarningKind, Warnings};
use crate::fraction::Fraction;
use crate::layout::MAX_QUARTERS;

/// MIDI velocity until a score says otherwise, as in note-seq.
pub(super) const DEFAULT_VELOCITY: u8 = 64;

/// The MIDI channel of drums, counted from 1.
const DRUMS: i64 = 10;

/// Voices of one pitch among which the beginning of a tie is looked for.
const MAX_VOICES_TIED: usize = 64;

/// The notes of a score with all that belongs to them. Each voice of each part is an instrument of its own.
pub(super) fn perform(score: &Score, warnings: &mut Warnings) -> NoteSequence {
    let bars = Bars::new(score, warnings);
    let mut page = Page::default();
    for (index, part) in score.parts.iter().enumerate() {
        Player::new(index, part, &mut page, warnings).play(&bars);
    }
    page.into_sequence(score, &bars)
}

/// What all parts say, in quarter notes.
#[derive(Default)]
struct Page {
    notes: Vec<Played>,
    tempos: Vec<(Fraction, f64)>,
    keys: Vec<(Fraction, Key, Transpose)>,
    chords: Vec<(Fraction, String)>,
}

/// A note with its place in quarter notes.
struct Played {
    span: Span,
    /// Its written length in whole notes.
    written: Option<Fraction>,
    note: music::Note,
}

/// Plays one part.
struct Player<'a> {
    index: usize,
    part: &'a Part,
    page: &'a mut Page,
    warnings: &'a mut Warnings,
    counter: Counter,
    transpose: Transpose,
    velocity: u8,
    /// Index of the first key of this part in [`Page::keys`].
    first_key: usize,
    /// Notes that a tie leads on from, by pitch and voice.
    tied: BTreeMap<(u8, u16), usize>,
}

impl<'a> Player<'a> {
    fn new(index: usize, part: &'a Part, page: &'a mut Page, warnings: &'a mut Warnings) -> Self {
        let first_key = page.keys.len();
        Self {
            index,
            part,
            page,
            warnings,
            counter: Counter::new(),
            transpose: Transpose::default(),
            velocity: DEFAULT_VELOCITY,
            first_key,
            tied: BTreeMap::new(),
        }
    }

    fn play(mut self, bars: &Bars) {
        let outcome = self.play_measures(bars);
        let (part, limit) = (self.index, MAX_QUARTERS);
        match outcome {
            Err(Fault::TooLong) => self.warnings.push(None, WarningKind::TooLong { part, limit }),
            Err(Fault::TooFine) => self.warnings.push(None, WarningKind::TooFine { part }),
            Ok(()) => {}
        }
        if self.counter.went_negative {
            self.warnings.push(None, WarningKind::NegativeTime { part });
        }
    }

    fn play_measures(&mut self, bars: &Bars) -> Result<(), Fault> {
        for (index, measure) in self.part.measures.iter().enumerate() {
            let start = *bars.starts.get(index).ok_or(Fault::TooLong)?;
            self.counter.begin_measure(start);
            for item in &measure.items {
                let span = self.counter.count(item)?;
                self.item(item, span)?;
            }
        }
        Ok(())
    }

    fn item(&mut self, item: &Item, span: Span) -> Result<(), Fault> {
        match item {
            Item::Note(note) => self.note(note, span),
            Item::Tempo(mark) => {
                let place = self.later(span.start, mark.offset)?;
                self.page.tempos.push((place, mark.qpm));
                self.velocity = mark.dynamics.unwrap_or(self.velocity);
            }
            Item::Key(key) if self.own_key(span.start).is_none() => {
                self.page.keys.push((span.start, *key, self.transpose));
            }
            Item::Transpose(transpose) => {
                self.transpose = *transpose;
                // It follows the key to which it belongs.
                if let Some(of_key) = self.own_key(span.start) {
                    *of_key = *transpose;
                }
            }
            Item::Harmony(harmony) => self.chord(harmony, span.start)?,
            _ => {}
        }
        Ok(())
    }

    /// The transposition of the last key of this part, if it stands at `place`.
    fn own_key(&mut self, place: Fraction) -> Option<&mut Transpose> {
        let (found, _, transpose) = self.page.keys[self.first_key..].last_mut()?;
        (*found == place).then_some(transpose)
    }

    /// The place that many divisions after `start`, not before the beginning.
    fn later(&self, start: Fraction, offset: Fraction) -> Result<Fraction, Fault> {
        let place = start.plus(self.counter.quarters(offset)?).ok_or(Fault::TooFine)?;
        if place.to_f64() > MAX_QUARTERS as f64 {
            return Err(Fault::TooLong);
        }
        Ok(place.max(Fraction::ZERO))
    }

    fn chord(&mut self, harmony: &Harmony, start: Fraction) -> Result<(), Fault> {
        let place = self.later(start, harmony.offset.unwrap_or(Fraction::ZERO))?;
        self.page.chords.push((place, harmony.figure(self.transpose.fifths())));
        Ok(())
    }

    fn note(&mut self, note: &Note, span: Span) {
        let NoteKind::Pitched { pitch_class, alter, octave } = note.kind else { return };
        if note.is_cue || note.duration.is_none() {
            return;
        }
        let octaves = octave + 1 + self.transpose.octaves;
        let sounding = pitch_class + alter + self.transpose.chromatic;
        let pitch = sounding + octaves * i64::from(NOTES_PER_OCTAVE);
        let Some(pitch) = u8::try_from(pitch).ok().filter(|pitch| *pitch < 128) else {
            return self.warnings.push(Some(note.offset), WarningKind::Pitch { pitch });
        };
        let quarter = Fraction::new(1, 4).unwrap_or(Fraction::ONE);
        let written = note.written.or_else(|| span.length.times(quarter));
        if self.prolong(note, pitch, span, written) {
            return;
        }
        let sound = note.sound.and_then(|index| self.part.sounds.get(index));
        let sound = sound.or(self.part.sounds.first());
        let program = sound.and_then(|sound| sound.program).unwrap_or(1);
        let played = music::Note {
            pitch,
            velocity: self.velocity,
            program: (program.clamp(1, 128) - 1) as u8,
            is_drum: sound.and_then(|sound| sound.channel) == Some(DRUMS),
            notation: Notation {
                part: self.index as u16,
                voice: note.voice,
                ..Notation::default()
            },
            ..music::Note::default()
        };
        if note.tie_starts {
            self.tied.insert((pitch, note.voice), self.page.notes.len());
        }
        self.page.notes.push(Played { span, written, note: played });
    }

    /// Makes the note that is tied to this one longer. `false` if there is none that ends here.
    ///
    /// Within a voice a tie need not be marked at its second note, which some programs forget.
    fn prolong(&mut self, note: &Note, pitch: u8, span: Span, written: Option<Fraction>) -> bool {
        let ends_here = |index: &usize| self.page.notes[*index].span.end() == Some(span.start);
        let own = (pitch, note.voice);
        let key = if self.tied.get(&own).is_some_and(ends_here) {
            own
        } else if !note.tie_stops {
            return false;
        } else {
            // Voices may hand on a note.
            let mut others = self.tied.range((pitch, 0)..=(pitch, u16::MAX));
            match others.by_ref().take(MAX_VOICES_TIED).find(|(_, index)| ends_here(index)) {
                Some((key, _)) => *key,
                None => return false,
            }
        };
        let Some(index) = self.tied.remove(&key) else { return false };
        let first = &mut self.page.notes[index];
        let Some(length) = first.span.length.plus(span.length) else { return false };
        first.span.length = length;
        first.written = first.written.zip(written).and_then(|(first, more)| first.plus(more));
        if note.tie_starts {
            self.tied.insert(own, index);
        }
        true
    }
}

impl Page {
    fn into_sequence(mut self, score: &Score, bars: &Bars) -> NoteSequence {
        let map = TempoMap::new(std::mem::take(&mut self.tempos));
        let last = self.notes.iter().filter_map(|played| played.span.end()).max();
        let mut sequence = NoteSequence {
            ticks_per_quarter: STANDARD_TICKS_PER_QUARTER,
            tempos: map.tempos().collect(),
            key_signatures: self.keys(&map),
            text_annotations: self.texts(&map),
            total_time: map.seconds(last.unwrap_or(bars.end).max(bars.end)),
            part_infos: part_infos(score),
            ..NoteSequence::default()
        };
        for (place, meter) in &bars.meters {
            let (numerator, denominator) = (meter.numerator, meter.denominator);
            let time = map.seconds(*place);
            sequence.time_signatures.push(TimeSignature { time, numerator, denominator });
        }
        sequence.metadata.title.clone_from(&score.title);
        sequence.metadata.composers.clone_from(&score.composers);
        let voices = self.voices();
        sequence.instrument_infos = instrument_infos(score, &voices);
        for Played { span, written, mut note } in self.notes {
            note.start_time = map.seconds(span.start);
            note.end_time = map.seconds(span.end().unwrap_or(span.start));
            note.instrument = voices[&(note.notation.part, note.notation.voice)];
            (note.notation.numerator, note.notation.denominator) = written_length(written);
            sequence.notes.push(note);
        }
        let order = |note: &music::Note| (note.instrument, note.start_time);
        sequence.notes.sort_by(|a, b| {
            let ((a, start), (b, other)) = (order(a), order(b));
            a.cmp(&b).then(start.total_cmp(&other))
        });
        sequence
    }

    /// The instrument of each voice: numbered part by part, in the order in which they begin in the file.
    fn voices(&self) -> BTreeMap<(u16, u16), u32> {
        let mut voices = BTreeMap::new();
        for Notation { part, voice, .. } in self.notes.iter().map(|played| played.note.notation) {
            let count = voices.len() as u32;
            voices.entry((part, voice)).or_insert(count);
        }
        voices
    }

    /// Keys as they sound: of several at one place that of the first part, and C major if there are none, as in
    /// note-seq.
    fn keys(&mut self, map: &TempoMap) -> Vec<KeySignature> {
        self.keys.sort_by_key(|(place, ..)| *place);
        self.keys.dedup_by_key(|(place, ..)| *place);
        let mut keys: Vec<KeySignature> = Vec::new();
        for (place, key, transpose) in &self.keys {
            let tonic = tonic(*key, transpose.chromatic);
            if keys.last().is_none_or(|last| (last.tonic, last.mode) != (tonic, key.mode)) {
                keys.push(KeySignature { time: map.seconds(*place), tonic, mode: key.mode });
            }
        }
        if keys.is_empty() {
            keys.push(KeySignature { time: 0.0, tonic: 0, mode: Mode::Major });
        }
        keys
    }

    /// Chord symbols by time, each once.
    fn texts(&mut self, map: &TempoMap) -> Vec<TextAnnotation> {
        self.chords.sort();
        self.chords.dedup();
        let kind = AnnotationKind::ChordSymbol;
        let chords = std::mem::take(&mut self.chords).into_iter();
        chords
            .map(|(place, text)| TextAnnotation { time: map.seconds(place), text, kind })
            .collect()
    }
}

/// The tonic of a key that is written with those sharps and sounds `chromatic` semitones higher.
fn tonic(key: Key, chromatic: i64) -> u8 {
    let steps_above_major = match key.mode {
        Mode::Minor => 9,
        Mode::Dorian => 2,
        Mode::Phrygian => 4,
        Mode::Lydian => 5,
        Mode::Mixolydian => 7,
        Mode::Locrian => 11,
        Mode::Major | Mode::NotSpecified => 0,
    };
    (7 * key.fifths + steps_above_major + chromatic).rem_euclid(NOTES_PER_OCTAVE.into()) as u8
}

/// Numerator and denominator, or 0 of 0 for what is unknown or does not fit.
pub(super) fn written_length(length: Option<Fraction>) -> (u16, u16) {
    let parts = length.and_then(|length| {
        let numerator = u16::try_from(length.numerator()).ok()?;
        Some((numerator, u16::try_from(length.denominator()).ok()?))
    });
    parts.unwrap_or_default()
}

fn part_infos(score: &Score) -> Vec<PartInfo> {
    let parts = score.parts.iter().enumerate();
    parts.map(|(part, it)| PartInfo { part: part as u16, name: one_line(&it.name) }).collect()
}

/// Names of several lines stand beside a staff; elsewhere they are one.
fn one_line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An instrument is called after its part, and by its voice if the part has several.
fn instrument_infos(score: &Score, voices: &BTreeMap<(u16, u16), u32>) -> Vec<InstrumentInfo> {
    let mut infos: Vec<InstrumentInfo> = Vec::new();
    for (&(part, voice), &instrument) in voices {
        let part_name = one_line(&score.parts[usize::from(part)].name);
        let alone = voices.range((part, 0)..=(part, u16::MAX)).nth(1).is_none();
        let name = match (alone, part_name.is_empty()) {
            (true, true) => continue,
            (true, false) => part_name,
            (false, true) => format!("voice {voice}"),
            (false, false) => format!("{part_name} (voice {voice})"),
        };
        infos.push(InstrumentInfo { instrument, name });
    }
    infos.sort_by_key(|info| info.instrument);
    infos
}
