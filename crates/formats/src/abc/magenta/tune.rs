//! note-seq's reading of a tune, line by line.

use std::collections::HashMap;

use ::music::{
    AnnotationKind, DEFAULT_QPM, Encoding, KeySignature, MAX_MIDI_PITCH, Note, NoteSequence,
    Parser, STANDARD_TICKS_PER_QUARTER, SectionAnnotation, SectionGroup, Source, SourceInfo, Tempo,
    TextAnnotation, TimeSignature,
};

use super::code::{self, Token};
use super::field;
use super::key;
use crate::abc::letter::{Accidentals, PITCHES, letter};
use crate::fraction::Fraction;
use crate::refusal::{Refusal, int};

type Result<T = ()> = std::result::Result<T, Refusal>;

/// The velocity of every note: mezzo forte.
const VELOCITY: u8 = 90;

const QUARTER: Fraction = Fraction::of(1, 4);

#[derive(Default)]
pub(super) struct Tune {
    sequence: NoteSequence,
    time: f64,
    key: Accidentals,
    bar: HashMap<usize, i32>,
    unit: Option<Fraction>,
    in_body: bool,
    header_tempo: Option<field::Tempo>,
    expected_repeats: Option<u32>,
}

impl Tune {
    pub(super) fn line(&mut self, line: &str) -> Result {
        let line = line.split('%').next().unwrap_or_default().trim();
        if line.is_empty() {
            return Ok(());
        }
        if let [name, b':', ..] = line.as_bytes()
            && name.is_ascii_alphabetic()
        {
            return self.field(char::from(*name), line[2..].trim_start());
        }
        if !self.in_body {
            self.end_header()?;
            self.in_body = true;
        }
        self.code(line)
    }

    pub(super) fn finish(mut self) -> Result<NoteSequence> {
        if !self.in_body {
            self.end_header()?;
        }
        if self.expected_repeats.is_some() {
            let message = "Expected a repeat at the end of the file, but did not get one.";
            return Err(Refusal::repeat(message));
        }
        self.end_sections()?;
        let mut sequence = self.sequence;
        sequence.source_info = SourceInfo {
            source: Source::Score,
            encoding: Encoding::Abc,
            parser: Parser::MagentaAbc,
        };
        sequence.ticks_per_quarter = STANDARD_TICKS_PER_QUARTER;
        sequence.total_time = sequence.notes.last().map_or(0.0, |note| note.end_time);
        Ok(sequence)
    }

    fn end_sections(&mut self) -> Result {
        let sequence = &mut self.sequence;
        if let Some(last) = sequence.section_annotations.last() {
            let note = sequence
                .notes
                .last()
                .ok_or_else(|| Refusal::new("IndexError", "list index (-1) out of range"))?;
            if last.time == note.end_time {
                sequence.section_annotations.pop();
            }
        }
        if let Some(last) = sequence.section_annotations.last()
            && let Some(group) = sequence.section_groups.last()
            && group.section_ids != [last.section_id]
        {
            let section_ids = vec![last.section_id];
            sequence.section_groups.push(SectionGroup { section_ids, num_times: 1 });
        }
        Ok(())
    }

    fn end_header(&mut self) -> Result {
        if self.unit.is_none_or(|unit| unit == Fraction::ZERO) {
            self.unit = Some(self.unit_of_meter()?);
        }
        match self.header_tempo.take() {
            Some(tempo) if tempo.rate != 0 => self.add_tempo(tempo),
            _ => Ok(()),
        }
    }

    fn unit_of_meter(&self) -> Result<Fraction> {
        let (numerator, denominator) = match *self.sequence.time_signatures {
            [] => return Ok(Fraction::of(1, 8)),
            [meter] => (meter.numerator, meter.denominator),
            _ => return Err(Refusal::parse("Multiple time signatures set in header.")),
        };
        if denominator == 0 {
            return Err(Refusal::new("ZeroDivisionError", "division by zero"));
        }
        let short = f64::from(numerator) / f64::from(denominator) < 0.75;
        Ok(Fraction::of(1, if short { 16 } else { 8 }))
    }

    fn unit(&self) -> Fraction {
        self.unit.unwrap_or(Fraction::ZERO)
    }

    fn add_tempo(&mut self, tempo: field::Tempo) -> Result {
        let qpm = Fraction::new(tempo.rate, 1)
            .and_then(|rate| tempo.beat.unwrap_or(self.unit()).over(QUARTER)?.times(rate))
            .ok_or_else(Refusal::overflow)?
            .to_f64();
        self.sequence.tempos.push(Tempo { time: self.time, qpm });
        Ok(())
    }

    fn field(&mut self, name: char, content: &str) -> Result {
        match name {
            'C' => {
                let metadata = &mut self.sequence.metadata;
                metadata.composers.push(content.to_owned());
                if metadata.artist.is_empty() {
                    content.clone_into(&mut metadata.artist);
                }
            }
            'K' => {
                let key = key::parse(content)?;
                self.key = key.accidentals;
                let (tonic, mode) = (key.tonic, key.mode);
                self.sequence.key_signatures.push(KeySignature { time: self.time, tonic, mode });
            }
            'L' => self.unit = Some(field::unit_length(content)?),
            'M' => self.meter(content)?,
            'P' => return Err(Refusal::new("PartError", "ABC parts are not yet supported.")),
            'V' => {
                let message = "Multi-voice files are not currently supported.";
                return Err(Refusal::new("MultiVoiceError", message));
            }
            'Q' => match field::tempo(content)? {
                Some(tempo) if self.in_body => self.add_tempo(tempo)?,
                Some(tempo) => self.header_tempo = Some(tempo),
                None => {}
            },
            'T' if !self.in_body => {
                let title = &mut self.sequence.metadata.title;
                if !title.is_empty() {
                    title.push_str("; ");
                }
                title.push_str(content);
            }
            'X' => self.sequence.reference_number = int(content)?,
            _ => {}
        }
        Ok(())
    }

    fn meter(&mut self, content: &str) -> Result {
        let Some((numerator, denominator)) = field::meter(content)? else { return Ok(()) };
        let fit = |number: i64| {
            let out = || Refusal::new("ValueError", format!("Value out of range: {number}"));
            u32::try_from(number)
                .ok()
                .filter(|&number| i32::try_from(number).is_ok())
                .ok_or_else(out)
        };
        let (numerator, denominator) = (fit(numerator)?, fit(denominator)?);
        self.sequence.time_signatures.push(TimeSignature {
            time: self.time,
            numerator,
            denominator,
        });
        Ok(())
    }

    fn code(&mut self, line: &str) -> Result {
        let mut rest = line;
        let mut broken = None;
        while !rest.is_empty() {
            let (token, length) = code::next(rest);
            rest = &rest[length..];
            match token {
                Token::Note { accidental, letter, octaves, length } => {
                    self.note(accidental, letter, octaves, length)?;
                    broken.take().map_or(Ok(()), |signs| self.break_rhythm(signs))?;
                }
                Token::Broken(_) if broken.is_some() => {
                    let message = "Cannot specify a broken rhythm twice in a row.";
                    return Err(Refusal::parse(message));
                }
                Token::Broken(signs) => broken = Some(signs),
                Token::Chord => {
                    return Err(Refusal::new("ChordError", "Chords are not supported."));
                }
                Token::Tuplet => {
                    return Err(Refusal::new("TupletError", "Tuplets are not supported."));
                }
                Token::Variant(text) => {
                    let message = format!("Variant ending {text} is not supported.");
                    return Err(Refusal::new("VariantEndingError", message));
                }
                Token::Field(name, content) => self.field(name, content)?,
                Token::Bar { before, bars, after } => self.bar(before, bars, after)?,
                Token::Colons(count) => self.colons(count)?,
                Token::Text(text) => self.text(text),
                Token::Ignored | Token::Space => {}
                Token::Unexpected(character) => {
                    let mut bytes = [0; 4];
                    let bytes = character.encode_utf8(&mut bytes).as_bytes();
                    let quote = if character == '\'' { '"' } else { '\'' };
                    let bytes: String = match character {
                        '\'' | '"' => character.into(),
                        _ => bytes.escape_ascii().to_string(),
                    };
                    let message = format!("Unexpected character: [b{quote}{bytes}{quote}]");
                    return Err(Refusal::new("InvalidCharacterError", message));
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, accidental: &[u8], name: u8, octaves: &[u8], length: &str) -> Result {
        let Some(letter) = letter(name) else { return Ok(()) };
        let mut pitch = PITCHES[letter] + if name.is_ascii_lowercase() { 12 } else { 0 };
        pitch += match accidental {
            b"" => self.bar.get(&letter).copied().unwrap_or(self.key[letter]),
            sign => {
                let change = match sign {
                    b"^" => 1,
                    b"_" => -1,
                    b"=" => 0,
                    _ => return Err(key::invalid_accidental(sign)),
                };
                self.bar.insert(letter, change);
                change
            }
        };
        let octaves = octaves.iter().map(|sign| if *sign == b'\'' { 1 } else { -1 }).sum::<i32>();
        let pitch = i64::from(pitch) + 12 * i64::from(octaves);
        let valid = u8::try_from(pitch).ok().filter(|&pitch| pitch <= MAX_MIDI_PITCH);
        let valid = valid.ok_or_else(|| Refusal::parse(format!("pitch {pitch} is invalid")))?;
        let quarters =
            length_of(self.unit(), length)?.over(QUARTER).ok_or_else(Refusal::overflow)?;
        let qpm = self.sequence.tempos.last().map_or(DEFAULT_QPM, |tempo| tempo.qpm);
        if qpm == 0.0 {
            return Err(Refusal::new("ZeroDivisionError", "float division by zero"));
        }
        let start_time = self.time;
        self.time += (1.0 / (qpm / 60.0)) * quarters.to_f64();
        let end_time = self.time;
        self.sequence.notes.push(Note {
            pitch: valid,
            velocity: VELOCITY,
            start_time,
            end_time,
            ..Note::default()
        });
        Ok(())
    }

    fn break_rhythm(&mut self, signs: &str) -> Result {
        let [.., first, second] = &mut *self.sequence.notes else {
            let message = "Cannot apply a broken rhythm with fewer than 2 notes";
            return Err(Refusal::parse(message));
        };
        let length = first.end_time - first.start_time;
        if length != second.end_time - second.start_time {
            let message = "Cannot apply broken rhythm to two notes of different lengths";
            return Err(Refusal::parse(message));
        }
        let change = length / 2_f64.powi(i32::try_from(signs.len()).unwrap_or(i32::MAX));
        let change = if signs.starts_with('<') { -change } else { change };
        first.end_time += change;
        second.start_time += change;
        Ok(())
    }

    fn text(&mut self, text: &str) {
        let chord = text.bytes().next().is_some_and(|first| letter(first).is_some());
        let kind = if chord { AnnotationKind::ChordSymbol } else { AnnotationKind::Unknown };
        let text = text.to_owned();
        self.sequence.text_annotations.push(TextAnnotation { time: self.time, text, kind });
    }

    fn bar(&mut self, before: usize, bars: usize, after: usize) -> Result {
        self.bar.clear();
        let times =
            |colons: usize| (colons > 0).then(|| u32::try_from(colons + 1).unwrap_or(u32::MAX));
        if before > 0 || after > 0 {
            return self.repeat(times(before), times(after));
        }
        if bars >= 2 && self.expected_repeats.is_none() && self.time > 0.0 && self.add_section() {
            self.group_last_but_one(1);
        }
        Ok(())
    }

    fn colons(&mut self, count: usize) -> Result {
        if !count.is_multiple_of(2) {
            let colons = ":".repeat(count);
            let message = format!("Colon-only repeats must be divisible by 2: {colons}");
            return Err(Refusal::repeat(message));
        }
        let times = u32::try_from(count / 2 + 1).ok();
        self.repeat(times, times)
    }

    fn repeat(&mut self, backward: Option<u32>, forward: Option<u32>) -> Result {
        if let Some(expected) = self.expected_repeats
            && backward != Some(expected)
        {
            let found = backward.map_or("None".to_owned(), |times| times.to_string());
            let message = format!(
                "Mismatched forward/backward repeat symbols. Expected {expected} but got {found}."
            );
            return Err(Refusal::repeat(message));
        }
        let is_new = self.add_section();
        match backward {
            Some(_) if self.time == 0.0 => {
                return Err(Refusal::repeat("Cannot have a backward repeat at time 0"));
            }
            Some(times) => self.group_last_but_one(times),
            None if self.time > 0.0 && is_new => self.group_last_but_one(1),
            None => {}
        }
        self.expected_repeats = forward;
        Ok(())
    }

    /// Begins a section here unless one does so already.
    fn add_section(&mut self) -> bool {
        let sections = &mut self.sequence.section_annotations;
        if sections.is_empty() && self.time > 0.0 {
            sections.push(SectionAnnotation { time: 0.0, section_id: 0 });
        }
        let section_id = match sections.last() {
            Some(last) if last.time == self.time => return false,
            Some(last) => last.section_id + 1,
            None => 0,
        };
        sections.push(SectionAnnotation { time: self.time, section_id });
        true
    }

    fn group_last_but_one(&mut self, num_times: u32) {
        if let [.., section, _] = *self.sequence.section_annotations {
            let section_ids = vec![section.section_id];
            self.sequence.section_groups.push(SectionGroup { section_ids, num_times });
        }
    }
}

/// A note's length in whole notes.
fn length_of(unit: Fraction, text: &str) -> Result<Fraction> {
    let slashes = text.matches('/').count();
    let overflow = Refusal::overflow;
    if text.is_empty() {
        return Ok(unit);
    }
    if slashes == text.len() {
        let power = u32::try_from(slashes).ok().and_then(|power| 1_i64.checked_shl(power));
        let divisor = power.filter(|&power| power > 0).ok_or_else(overflow)?;
        return unit.times(Fraction::new(1, divisor).ok_or_else(overflow)?).ok_or_else(overflow);
    }
    if let Some(divisor) = text.strip_prefix('/') {
        let divisor = int(divisor)?;
        if divisor == 0 {
            return Err(Refusal::zero_denominator(unit.numerator().signum()));
        }
        return Fraction::new(1, divisor).and_then(|part| unit.times(part)).ok_or_else(overflow);
    }
    if slashes > 1 {
        return Err(Refusal::parse(format!("Could not parse note length: {text}")));
    }
    let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
    let numerator = int(numerator)?;
    let denominator = if denominator.is_empty() { 2 } else { int(denominator)? };
    if denominator == 0 {
        return Err(Refusal::zero_denominator(numerator));
    }
    Fraction::new(numerator, denominator).and_then(|part| unit.times(part)).ok_or_else(overflow)
}
