//! Reads the lines of music of a tune.

use music::{AnnotationKind, TextAnnotation};

use super::letter::letter;
use super::repeats::{MAX_PASSES, Mark};
use super::score::Score;
use super::token::{self, Brackets, Context, Length, Token};
use super::voice::{Head, Moment};
use super::warning::{Place, WarningKind, quote};
use crate::fraction::Fraction;
use crate::{Error, Result};

/// Longest note or rest, in whole notes.
const MAX_LENGTH: Fraction = Fraction::of(1024, 1);

/// Most notes of a tuplet.
const MAX_TUPLET: u32 = 64;

/// Dynamics and the velocities that note-seq gives them.
const DYNAMICS: [(&str, u8); 10] = [
    ("pppp", 30),
    ("ppp", 30),
    ("pp", 45),
    ("p", 60),
    ("mp", 75),
    ("mf", 90),
    ("f", 105),
    ("ff", 120),
    ("fff", 127),
    ("ffff", 127),
];

/// How texts and decorations begin that send the player elsewhere.
const JUMPS: [&str; 6] = ["D.C.", "D.S.", "DC", "DS", "dacapo", "dacoda"];

/// A chord that is being read.
#[derive(Debug, Default)]
struct Chord {
    heads: Vec<Head>,
    /// Length of its first note or rest.
    length: Option<Fraction>,
}

impl Score {
    /// Reads a line of music that begins at `start`.
    pub(super) fn music(&mut self, line: &str, start: Place) -> Result<()> {
        let mut context = Context::default();
        let mut chord = Chord::default();
        let mut rest = line;
        while !rest.is_empty() {
            let place = Place { column: start.column + line.len() - rest.len(), ..start };
            let (token, length) = token::next(rest, context);
            let is_space = rest.starts_with([' ', '\t']);
            let text = &rest[..length];
            rest = &rest[length..];
            context.after_bar = matches!(token, Token::Bar { .. }) || context.after_bar && is_space;
            match token {
                Token::ChordStart => {
                    let plus = text.starts_with('+');
                    context.chord = Some(if plus { Brackets::Plus } else { Brackets::Square });
                    chord = Chord::default();
                }
                Token::ChordEnd(length) => {
                    context.chord = None;
                    self.end_chord(std::mem::take(&mut chord), length, place)?;
                }
                Token::Note { .. } | Token::Rest(_) if context.chord.is_some() => {
                    self.chord_note(&mut chord, token, place);
                }
                Token::Tie if context.chord.is_some() => {
                    chord.heads.iter_mut().last().into_iter().for_each(|head| head.is_tied = true);
                }
                token => self.token(token, place)?,
            }
        }
        if context.chord.is_some() {
            let end = Place { column: start.column + line.len(), ..start };
            self.warnings.push(end, WarningKind::Unclosed { what: "a chord" });
            let none = Length { text: "", value: Some(Fraction::ONE) };
            self.end_chord(chord, none, end)?;
        }
        Ok(())
    }

    fn token(&mut self, token: Token<'_>, place: Place) -> Result<()> {
        match token {
            Token::Note { .. } => self.note(token, place)?,
            Token::Rest(length) => {
                let length = self.length(length, place);
                self.push(Vec::new(), length, place)?;
            }
            Token::BarRest(bars) => {
                let bar = self.voice().meter.bar();
                let length = bars.value.and_then(|bars| bars.times(bar));
                let length = self.checked(length, bar, bars.text, place);
                self.push(Vec::new(), length, place)?;
            }
            Token::Broken(count) => {
                let layer = self.voice().layer();
                layer.broken = count;
                if layer.moments.is_empty() {
                    layer.broken = 0;
                    self.warnings.push(place, WarningKind::Broken);
                }
            }
            Token::Field(name, content) => self.field(name, content, place),
            Token::Bar { before, lines, after } => self.bar(before, lines, after, place),
            Token::Ending(text) => self.ending(text, place),
            Token::Text(text) => self.text(text, place),
            Token::Decoration(name) => self.decoration(name, place),
            Token::Tie => {
                self.voice().layer().last_heads().iter_mut().for_each(|head| head.is_tied = true);
            }
            Token::Tuplet { notes, time, span } => self.tuplet(notes, time, span, place),
            Token::Overlay => self.voice().overlay(),
            Token::Unclosed(what) => self.warnings.push(place, WarningKind::Unclosed { what }),
            Token::Unexpected(found) => {
                self.warnings.push(place, WarningKind::Character { found });
            }
            Token::Nothing | Token::ChordStart | Token::ChordEnd(_) => {}
        }
        Ok(())
    }

    /// A length as it is written, in unit note lengths; 0 if there is nothing of that length.
    fn units(&mut self, length: Length<'_>, place: Place) -> Fraction {
        if length.value == Some(Fraction::ZERO) {
            self.warnings.push(place, WarningKind::ZeroLength);
            return Fraction::ZERO;
        }
        self.checked(length.value, Fraction::ONE, length.text, place)
    }

    fn checked(
        &mut self,
        length: Option<Fraction>,
        or: Fraction,
        text: &str,
        place: Place,
    ) -> Fraction {
        if let Some(length) = length.filter(|length| *length <= MAX_LENGTH) {
            return length;
        }
        self.warnings.push(place, WarningKind::Length { text: quote(text) });
        or
    }

    /// A length in whole notes, tuplets counted in.
    fn length(&mut self, length: Length<'_>, place: Place) -> Fraction {
        let units = self.units(length, place);
        self.whole_notes(units)
    }

    fn whole_notes(&mut self, units: Fraction) -> Fraction {
        let voice = self.voice();
        let unit = voice.unit();
        let factor = voice.layer().factor();
        units.times(unit).and_then(|length| length.times(factor)).unwrap_or(unit)
    }

    fn push(&mut self, heads: Vec<Head>, length: Fraction, place: Place) -> Result<()> {
        if length == Fraction::ZERO {
            return Ok(());
        }
        let voice = self.voice();
        let (velocity, program) = (voice.velocity, voice.program);
        let layer = voice.layer();
        let first = layer.heads.len();
        layer.heads.extend(heads);
        let heads = first..layer.heads.len();
        let start = layer.position;
        let moment = Moment { start, length, heads, lean: 0, velocity, program };
        layer.push(moment).ok_or(Error::AbcTooFine { line: place.line, column: place.column })
    }

    /// The note of a token, unless its pitch is none.
    fn head(&mut self, token: Token<'_>, length: Fraction, place: Place) -> Option<Head> {
        let Token::Note { accidental, microtone, letter, octave, .. } = token else { return None };
        if microtone {
            self.warnings.push(place, WarningKind::Microtone);
        }
        let voice = self.voice();
        let tied = match accidental {
            None => voice.layer().tied_pitch(letter, octave),
            Some(_) => None,
        };
        let pitch = tied.map_or_else(|| voice.pitch(letter, octave, accidental), i64::from);
        match u8::try_from(pitch).ok().filter(|pitch| *pitch <= music::MAX_MIDI_PITCH) {
            Some(pitch) => Some(Head { pitch, letter, octave, length, is_tied: false }),
            None => {
                self.warnings.push(place, WarningKind::Pitch { pitch });
                None
            }
        }
    }

    fn note(&mut self, token: Token<'_>, place: Place) -> Result<()> {
        let Token::Note { length, .. } = token else { return Ok(()) };
        let length = self.length(length, place);
        let head = self.head(token, length, place);
        self.push(head.into_iter().collect(), length, place)
    }

    fn chord_note(&mut self, chord: &mut Chord, token: Token<'_>, place: Place) {
        let (Token::Note { length, .. } | Token::Rest(length)) = token else { return };
        // Multiplied and put in whole notes at the end of the chord.
        let units = self.units(length, place);
        chord.length.get_or_insert(units);
        chord.heads.extend(self.head(token, units, place));
    }

    fn end_chord(&mut self, mut chord: Chord, length: Length<'_>, place: Place) -> Result<()> {
        let Some(first) = chord.length else { return Ok(()) };
        let times = self.units(length, place);
        for head in &mut chord.heads {
            let units = head.length.times(times).unwrap_or(Fraction::ONE);
            head.length = self.whole_notes(units);
        }
        let units = first.times(times).unwrap_or(Fraction::ONE);
        let length = self.whole_notes(units);
        self.push(chord.heads, length, place)
    }

    fn bar(&mut self, before: usize, lines: usize, after: usize, place: Place) {
        let voice = self.voice();
        voice.end_bar();
        let played = |colons: usize| {
            (colons > 0).then(|| u32::try_from(colons).unwrap_or(u32::MAX).saturating_add(1))
        };
        let mark = match (before, after) {
            (0, 0) if lines < 2 => return,
            (0, 0) => Mark::Double,
            _ if lines == 0 => {
                let times = played(before / 2);
                Mark::Repeat { backward: times, forward: times }
            }
            _ => Mark::Repeat { backward: played(before), forward: played(after) },
        };
        let position = voice.position();
        voice.marks.push((position, mark, place));
    }

    fn ending(&mut self, text: &str, place: Place) {
        let voice = self.voice();
        let position = voice.position();
        match passes(text) {
            Some(passes) => voice.marks.push((position, Mark::Ending(passes), place)),
            None => {
                let kind = WarningKind::Ending { text: quote(text), limit: MAX_PASSES };
                self.warnings.push(place, kind);
            }
        }
    }

    /// A text is taken for a chord symbol if it begins with the letter of a note, as note-seq has it.
    fn text(&mut self, text: &str, place: Place) {
        self.jump(text, place);
        let chord = text.bytes().next().is_some_and(|first| letter(first).is_some());
        let kind = if chord { AnnotationKind::ChordSymbol } else { AnnotationKind::Unknown };
        let text = TextAnnotation { time: 0.0, text: text.to_owned(), kind };
        let position = self.voice().position();
        self.texts.push((position, text));
    }

    fn decoration(&mut self, name: &str, place: Place) {
        self.jump(name, place);
        if let Some((_, velocity)) = DYNAMICS.into_iter().find(|(known, _)| *known == name) {
            self.voice().velocity = velocity;
        }
    }

    fn jump(&mut self, text: &str, place: Place) {
        let bare = text.trim_start_matches(['^', '_', '<', '>', '@', ' ']);
        if JUMPS.iter().any(|jump| bare.starts_with(jump)) {
            self.warnings.push(place, WarningKind::DaCapo { text: quote(bare) });
        }
    }

    fn tuplet(&mut self, notes: u32, time: Option<u32>, span: Option<u32>, place: Place) {
        let voice = self.voice();
        let usual = match notes {
            2 | 4 | 8 => 3,
            3 | 6 => 2,
            _ if voice.meter.is_compound() => 3,
            _ => 2,
        };
        let time = time.unwrap_or(usual);
        let valid = (2..=MAX_TUPLET).contains(&notes) && (1..=MAX_TUPLET).contains(&time);
        match Fraction::new(time.into(), notes.into()).filter(|_| valid) {
            Some(factor) => voice.layer().start_tuplet(factor, span.unwrap_or(notes)),
            None => self.warnings.push(place, WarningKind::Tuplet { notes }),
        }
    }
}

/// The passes of an ending such as `1,3` or `1-3`.
fn passes(text: &str) -> Option<Vec<u32>> {
    let mut passes = Vec::new();
    for part in text.trim_end_matches(['.', ',', '-']).split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        if first == 0 || first > last || last > MAX_PASSES {
            return None;
        }
        passes.extend(first..=last);
    }
    (passes.len() <= MAX_PASSES as usize).then_some(passes)
}
