//! From a tune as it is written to its notes in seconds.

use music::{
    Encoding, InstrumentInfo, KeySignature, Notation, Note, NoteSequence, Parser, PartInfo,
    STANDARD_TICKS_PER_QUARTER, SectionAnnotation, SectionGroup, SequenceMetadata, Source,
    SourceInfo, Tempo, TextAnnotation,
};

use super::clock::Clock;
use super::repeats::{Structure, structure};
use super::score::Score;
use super::voice::{Layer, Moment, Voice};
use super::warning::{Warning, Warnings};
use crate::fraction::Fraction;

/// The tune with each section once, in the order in which it is written.
pub(super) fn perform(mut score: Score) -> (NoteSequence, Vec<Warning>) {
    let mut warnings = std::mem::take(&mut score.warnings);
    let structure = sections(&score, &mut warnings);
    let mut clock = Clock::new(std::mem::take(&mut score.tempos));
    let mut sequence = NoteSequence {
        reference_number: score.reference_number.unwrap_or(0),
        ticks_per_quarter: STANDARD_TICKS_PER_QUARTER,
        source_info: SourceInfo {
            source: Source::Score,
            encoding: Encoding::Abc,
            parser: Parser::MagentaAbc,
        },
        metadata: SequenceMetadata {
            title: score.titles.join("; "),
            artist: score.composers.first().cloned().unwrap_or_default(),
            composers: std::mem::take(&mut score.composers),
            ..SequenceMetadata::default()
        },
        ..NoteSequence::default()
    };
    play_voices(&score.voices, &structure.starts, &mut clock, &mut sequence);
    place_events(score, &structure, &mut clock, &mut sequence);
    let end = sequence.notes.iter().fold(sequence.total_time, |end, note| end.max(note.end_time));
    sequence.total_time = end;
    (sequence, warnings.finish())
}

/// The sections as the first voice that has any writes them.
fn sections(score: &Score, warnings: &mut Warnings) -> Structure {
    let voice = score.voices.iter().find(|voice| !voice.marks.is_empty());
    let Some(voice) = voice.or(score.voices.first()) else { return Structure::default() };
    let mut marks = voice.marks.clone();
    marks.extend_from_slice(&score.parts);
    marks.sort_by_key(|&(position, _, place)| (position, place));
    structure(&marks, voice.layers[0].position, score.order.as_ref(), warnings)
}

fn play_voices(
    voices: &[Voice],
    section_starts: &[Fraction],
    clock: &mut Clock,
    sequence: &mut NoteSequence,
) {
    // The voices have the first numbers, then come what lies over them.
    let mut overlay = voices.len();
    for (number, voice) in voices.iter().enumerate() {
        for (layer, line) in voice.layers.iter().enumerate() {
            let instrument = if layer == 0 { number } else { overlay };
            overlay += usize::from(layer > 0);
            let place = InstrumentPlace {
                instrument: u32::try_from(instrument).unwrap_or(u32::MAX),
                part: u16::try_from(number).unwrap_or(u16::MAX),
                voice: u16::try_from(layer + 1).unwrap_or(u16::MAX),
                is_drum: voice.is_drum,
            };
            play(line, place, section_starts, clock, sequence);
            let name = voice.name.clone();
            if !name.is_empty() {
                sequence
                    .instrument_infos
                    .push(InstrumentInfo { instrument: place.instrument, name });
            }
        }
        let name = if voice.name.is_empty() { &voice.id } else { &voice.name };
        if voices.len() > 1 {
            let part = u16::try_from(number).unwrap_or(u16::MAX);
            sequence.part_infos.push(PartInfo { part, name: name.clone() });
        }
    }
}

#[derive(Clone, Copy)]
struct InstrumentPlace {
    instrument: u32,
    part: u16,
    voice: u16,
    is_drum: bool,
}

/// Exact begin and end of a moment, and the same in seconds.
struct Span {
    from: Fraction,
    to: Fraction,
    start: f64,
    end: f64,
}

/// A note that may go on, and how long it is so far.
struct Tied {
    note: usize,
    length: Option<Fraction>,
}

fn play(
    layer: &Layer,
    place: InstrumentPlace,
    section_starts: &[Fraction],
    clock: &mut Clock,
    sequence: &mut NoteSequence,
) {
    let mut tied: Vec<Tied> = Vec::new();
    let mut shift = (Fraction::ZERO, 0.0);
    let mut last_end = Fraction::ZERO;
    for (index, moment) in layer.moments.iter().enumerate() {
        let (mut span, next_shift) = span(moment, layer.moments.get(index + 1), clock);
        span.from = span.from.plus(shift.0).unwrap_or(span.from);
        span.start += shift.1;
        // What is tied over the end of a section is struck again, since something else may be played after it.
        if moment.start != last_end || section_starts.binary_search(&moment.start).is_ok() {
            tied.clear();
        }
        tied = play_moment(layer, moment, &span, place, &tied, clock, sequence);
        shift = next_shift;
        last_end = moment.start.plus(moment.length).unwrap_or(last_end);
        sequence.total_time = sequence.total_time.max(span.end);
    }
}

/// When a moment is played, its begin not yet moved by the broken rhythm before it, and by how much its end is moved,
/// which is where the next begins.
fn span(moment: &Moment, next: Option<&Moment>, clock: &mut Clock) -> (Span, (Fraction, f64)) {
    let to = moment.start.plus(moment.length).unwrap_or(moment.start);
    let (start, end) = (clock.at(moment.start), clock.advance(moment.start, to));
    let mut span = Span { from: moment.start, to, start, end };
    let mut shift = (Fraction::ZERO, 0.0);
    if moment.lean != 0
        && let Some(next) = next.filter(|next| next.start == to)
        && let Some(next_end) = to.plus(next.length)
    {
        // `>` takes a half of the next note, `>>` three quarters, `>>>` seven eighths.
        let divisor = 1_u32 << moment.lean.unsigned_abs();
        let share = Fraction::of(divisor - 1, divisor);
        let next_end = clock.advance(to, next_end);
        let shorter = moment.length.min(next.length);
        let seconds = if moment.length <= next.length { end - start } else { next_end - end };
        let sign = if moment.lean > 0 { 1 } else { -1 };
        let exact = shorter.times(share).and_then(|exact| exact.times(Fraction::new(sign, 1)?));
        shift = (exact.unwrap_or(Fraction::ZERO), sign as f64 * (seconds * share.to_f64()));
        span.to = to.plus(shift.0).unwrap_or(to);
        span.end = end + shift.1;
    }
    (span, shift)
}

fn play_moment(
    layer: &Layer,
    moment: &Moment,
    span: &Span,
    place: InstrumentPlace,
    tied: &[Tied],
    clock: &mut Clock,
    sequence: &mut NoteSequence,
) -> Vec<Tied> {
    let mut going_on = Vec::new();
    for head in &layer.heads[moment.heads.clone()] {
        let (mut to, mut end) = (span.to, span.end);
        if head.length != moment.length
            && let Some(own) = moment.start.plus(head.length)
        {
            (to, end) = (own, clock.at(own));
        }
        // Broken rhythm on both sides may take more of a note than it has.
        end = end.max(span.start);
        let length = to.minus(span.from);
        let before = tied.iter().find(|tied| sequence.notes[tied.note].pitch == head.pitch);
        let (note, length) = match before {
            Some(tied) => (tied.note, tied.length.and_then(|before| before.plus(length?))),
            None => {
                sequence.notes.push(Note {
                    pitch: head.pitch,
                    velocity: moment.velocity,
                    start_time: span.start,
                    end_time: end,
                    instrument: place.instrument,
                    program: moment.program,
                    is_drum: place.is_drum,
                    notation: Notation::default(),
                });
                (sequence.notes.len() - 1, length)
            }
        };
        let played = &mut sequence.notes[note];
        played.end_time = end;
        played.notation = notation(place, length);
        if head.is_tied {
            going_on.push(Tied { note, length });
        }
    }
    going_on
}

fn notation(place: InstrumentPlace, length: Option<Fraction>) -> Notation {
    let numbers = length.and_then(|length| {
        let numerator = u16::try_from(length.numerator()).ok()?;
        Some((numerator, u16::try_from(length.denominator()).ok()?))
    });
    let (numerator, denominator) = numbers.unwrap_or_default();
    Notation { part: place.part, voice: place.voice, numerator, denominator }
}

/// Puts signatures, tempos, texts and sections where they belong.
fn place_events(
    score: Score,
    structure: &Structure,
    clock: &mut Clock,
    sequence: &mut NoteSequence,
) {
    let Score { keys, meters, mut texts, .. } = score;
    texts.sort_by_key(|(position, _)| *position);
    for (position, (tonic, mode)) in keys {
        let time = clock.at(position);
        sequence.key_signatures.push(KeySignature { time, tonic, mode });
    }
    for (position, meter) in meters {
        sequence.time_signatures.extend(meter.time_signature(clock.at(position)));
    }
    for (position, text) in texts {
        sequence.text_annotations.push(TextAnnotation { time: clock.at(position), ..text });
    }
    for (position, qpm) in clock.tempos().to_vec() {
        sequence.tempos.push(Tempo { time: clock.at(position), qpm });
    }
    for (section_id, start) in (0..).zip(&structure.starts) {
        sequence.section_annotations.push(SectionAnnotation { time: clock.at(*start), section_id });
    }
    for group in &structure.groups {
        let section_ids = group.sections.iter().map(|&section| section as i64).collect();
        sequence.section_groups.push(SectionGroup { section_ids, num_times: group.times });
    }
}
