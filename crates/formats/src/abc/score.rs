//! A tune as it is written: what its fields say. Its music is read in [`super::body`].

use std::collections::BTreeMap;

use music::{Mode, TextAnnotation};

use super::field::{self, Directive, Meter, Tempo};
use super::key::{self, words};
use super::letter::letter;
use super::parts::{self, MAX_PARTS, Order};
use super::repeats::Mark;
use super::voice::Voice;
use super::warning::{Place, WarningKind, Warnings, quote};
use crate::Result;
use crate::fraction::Fraction;

/// The channel of the drums.
const DRUM_CHANNEL: u8 = 10;

/// Voices of one tune beyond this are passed over: each could take all the time there is.
const MAX_VOICES: usize = 256;

/// A tune as it is written, and what is known at the place that has been read.
#[derive(Debug, Default)]
pub(super) struct Score {
    pub(super) reference_number: Option<i64>,
    pub(super) titles: Vec<String>,
    pub(super) composers: Vec<String>,
    pub(super) voices: Vec<Voice>,
    pub(super) tempos: Vec<(Fraction, f64)>,
    /// By place, like the metres: where voices differ, the first has its way.
    pub(super) keys: BTreeMap<Fraction, (u8, Mode)>,
    pub(super) meters: BTreeMap<Fraction, Meter>,
    /// Chord symbols and other texts, whose `time` is still to be found.
    pub(super) texts: Vec<(Fraction, TextAnnotation)>,
    pub(super) order: Option<Order>,
    /// Where parts begin, whatever voice was read there.
    pub(super) parts: Vec<(Fraction, Mark, Place)>,
    pub(super) warnings: Warnings,
    /// What voices begin with.
    default: Voice,
    /// The voice that is being read.
    current: Option<usize>,
    state: State,
    tempo: Option<Tempo>,
    is_text: bool,
}

/// How far a tune has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// Before the key; music before it is no music.
    #[default]
    Header,
    /// After the key.
    Body,
    /// After the first note.
    Music,
}

impl Score {
    /// Reads the lines of a tune with their numbers, those of the book's header before its own.
    pub(super) fn read<'a>(lines: impl Iterator<Item = (usize, &'a str)> + Clone) -> Result<Self> {
        let mut score = Self::default();
        let is_key = |(_, line): (usize, &str)| line.trim_start().starts_with("K:");
        let first = lines.clone().next().map_or(1, |(line, _)| line);
        if !lines.clone().any(is_key) {
            score.warnings.push(Place { line: first, column: 1 }, WarningKind::NoKey);
            score.state = State::Body;
        }
        for (number, line) in lines {
            score.line(line, Place { line: number, column: 1 })?;
        }
        score.begin_music();
        if score.reference_number.is_none() {
            score.warnings.push(Place { line: first, column: 1 }, WarningKind::NoReferenceNumber);
        }
        Ok(score)
    }

    fn line(&mut self, line: &str, mut place: Place) -> Result<()> {
        let trimmed = line.trim_start();
        place.column += line.len() - trimmed.len();
        if let Some(text) = trimmed.strip_prefix("%%") {
            self.directive(text);
            return Ok(());
        }
        let line = without_comment(trimmed).trim_end();
        if line.is_empty() || self.is_text || line.starts_with("+:") {
            return Ok(());
        }
        if self.is_field(line) {
            let content = line[2..].trim_start();
            place.column += line.len() - content.len();
            self.field(char::from(line.as_bytes()[0]), content, place);
        } else if self.state == State::Header {
            self.warnings.push(place, WarningKind::Text { text: quote(line) });
        } else {
            self.begin_music();
            self.music(line, place)?;
        }
        Ok(())
    }

    /// In the body `A:|` is music.
    fn is_field(&self, line: &str) -> bool {
        match line.as_bytes() {
            [name, b':', b'|' | b':' | b']', ..] if letter(*name).is_some() => {
                self.state == State::Header
            }
            [name, b':', ..] => name.is_ascii_alphabetic(),
            _ => false,
        }
    }

    /// Reads a field, on a line of its own or within music.
    pub(super) fn field(&mut self, name: char, content: &str, place: Place) {
        let understood = match name {
            'X' => {
                content.trim().parse().map(|number| self.reference_number = Some(number)).is_ok()
            }
            'T' if self.state == State::Header => {
                self.titles.push(content.to_owned());
                true
            }
            'C' => {
                self.composers.push(content.to_owned());
                true
            }
            'K' => self.key(content),
            'L' => match field::unit_length(content) {
                Some(unit) => self.each_voice(|voice| voice.unit = Some(unit)),
                None => false,
            },
            'M' => field::meter(content).map(|meter| self.meter(meter)).is_some(),
            'Q' => field::tempo(content).is_some_and(|tempo| self.tempo(tempo)),
            'V' => self.voice_field(content),
            'P' => {
                self.part(content, place);
                true
            }
            'I' => {
                self.directive(content);
                true
            }
            'm' => {
                self.warnings.push(place, WarningKind::Macro);
                true
            }
            _ => true,
        };
        if !understood {
            self.warnings.push(place, WarningKind::Field { name, content: quote(content) });
        }
    }

    /// Changes the voice that is read, or all of them while none is.
    fn each_voice(&mut self, mut change: impl FnMut(&mut Voice)) -> bool {
        match self.current.and_then(|current| self.voices.get_mut(current)) {
            Some(voice) if self.state > State::Header => change(voice),
            _ => {
                self.voices.iter_mut().for_each(&mut change);
                change(&mut self.default);
            }
        }
        true
    }

    /// The place that has been read, in whole notes.
    pub(super) fn position(&self) -> Fraction {
        let voice = self.current.and_then(|current| self.voices.get(current));
        voice.map_or(Fraction::ZERO, Voice::position)
    }

    fn key(&mut self, content: &str) -> bool {
        let key = key::parse(content);
        if self.state == State::Header {
            self.state = State::Body;
            // Voices that were declared are not being read yet.
            self.current = None;
        }
        self.each_voice(|voice| {
            voice.shift = voice.shift.updated(key.shift);
            voice.key = key.accidentals.unwrap_or(voice.key);
        });
        if self.current.is_none() && !self.voices.is_empty() {
            self.current = Some(0);
        }
        if let Some(tonality) = key.tonality {
            let position = self.position();
            set(&mut self.keys, position, tonality, self.state);
        }
        key.unknown.is_none()
    }

    fn meter(&mut self, meter: Meter) {
        self.each_voice(|voice| voice.meter = meter);
        let position = self.position();
        set(&mut self.meters, position, meter, self.state);
    }

    /// A tempo of the header waits for the unit note length, which may come after it.
    fn tempo(&mut self, tempo: Tempo) -> bool {
        if tempo == Tempo::Words {
            return true;
        }
        if self.state < State::Music {
            self.tempo = Some(tempo);
            return true;
        }
        let unit = self.voice().unit();
        let qpm = tempo.qpm(unit);
        let position = self.position();
        self.tempos.extend(qpm.map(|qpm| (position, qpm)));
        qpm.is_some()
    }

    /// The header is over for good: what it left open is decided.
    fn begin_music(&mut self) {
        if self.state == State::Music {
            return;
        }
        self.state = State::Music;
        let unit = self.default.unit();
        for voice in &mut self.voices {
            voice.unit.get_or_insert(unit);
        }
        let qpm = self.tempo.take().and_then(|tempo| tempo.qpm(unit));
        self.tempos.extend(qpm.map(|qpm| (Fraction::ZERO, qpm)));
    }

    /// The voice that is read; the first or an only one if none was named.
    pub(super) fn voice(&mut self) -> &mut Voice {
        if self.voices.is_empty() {
            self.voices.push(self.default.named("1"));
        }
        let current = *self.current.get_or_insert(0);
        &mut self.voices[current]
    }

    fn voice_field(&mut self, content: &str) -> bool {
        let properties = words(content);
        let Some(&(id, _)) = properties.first() else { return false };
        if id == "*" {
            return true;
        }
        let index = match self.voices.iter().position(|voice| voice.id == id) {
            Some(index) => index,
            None if self.voices.len() == MAX_VOICES => return false,
            None => {
                self.voices.push(self.default.named(id));
                self.voices.len() - 1
            }
        };
        let voice = &mut self.voices[index];
        for &(name, value) in &properties[1..] {
            if voice.shift.word(name, value) {
                continue;
            }
            if let ("name" | "nm", Some(value)) = (name, value) {
                value.clone_into(&mut voice.name);
            }
        }
        self.current = Some(index);
        true
    }

    fn part(&mut self, content: &str, place: Place) {
        if self.state > State::Header {
            let label = content.trim().to_owned();
            self.parts.push((self.position(), Mark::Part(label), place));
            return;
        }
        match parts::order(content) {
            Some(labels) => self.order = Some(Order { labels, place }),
            None => self.warnings.push(place, WarningKind::PartOrder { limit: MAX_PARTS }),
        }
    }

    fn directive(&mut self, text: &str) {
        let Some(directive) = field::directive(text) else { return };
        let change: &dyn Fn(&mut Voice) = match &directive {
            Directive::Program(program) => &|voice| voice.program = *program,
            Directive::Channel(channel) => &|voice| voice.is_drum = *channel == DRUM_CHANNEL,
            Directive::Transpose(semitones) => &|voice| voice.transpose = *semitones,
            Directive::Accidentals(propagation) => &|voice| voice.propagation = *propagation,
            Directive::Text(is_text) => {
                self.is_text = *is_text;
                return;
            }
        };
        // In a header such a line belongs to the voice that was declared above it.
        match self.current.and_then(|current| self.voices.get_mut(current)) {
            Some(voice) => change(voice),
            None => {
                self.each_voice(change);
            }
        }
    }
}

/// A line up to the first `%` that is not written as `\%`.
fn without_comment(line: &str) -> &str {
    let mut escaped = false;
    for (place, byte) in line.bytes().enumerate() {
        match byte {
            b'%' if !escaped => return &line[..place],
            _ => escaped = byte == b'\\' && !escaped,
        }
    }
    line
}

/// Sets what holds from a place on; once there has been music, what another voice has set there stays.
fn set<T>(events: &mut BTreeMap<Fraction, T>, position: Fraction, event: T, state: State) {
    if state == State::Music {
        events.entry(position).or_insert(event);
    } else {
        events.insert(position, event);
    }
}
