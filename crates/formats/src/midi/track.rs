//! One track: its events go to the tempo map, to the signatures and to the instruments.

use music::{KeySignature, NoteSequence, TimeSignature};

use super::event::{Event, Events, Message};
use super::header::TrackChunk;
use super::instruments::Instruments;
use super::meta::Meta;
use super::spoken::Spoken;
use super::tempo_map::{Clock, TempoMap};
use super::warning::{WarningKind, Warnings};
use crate::TextKind;

/// Largest power of two that fits the denominator of a stored time signature, an `int32`.
const MAX_POWER: u8 = 30;

/// What the tracks of a file are read into.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    pub(super) tempo_map: TempoMap,
    pub(super) instruments: Instruments,
    pub(super) sequence: NoteSequence,
    pub(super) warnings: Warnings,
    pub(super) spoken: Spoken<'a>,
}

impl Piece<'_> {
    /// Reads track number `index` of the file `bytes` and returns where to look for the next one.
    pub(super) fn read_track(&mut self, bytes: &[u8], chunk: TrackChunk, index: usize) -> usize {
        let mut events = Events::new(bytes, chunk.start, chunk.end);
        let mut signatures = Signatures::default();
        let mut ended = false;
        self.spoken.begin_track();
        loop {
            let start = events.position();
            events.usual(|tick, message| self.message(tick, message));
            let at = events.position();
            ended &= at == start;
            let Some(event) = events.next(&mut self.warnings) else { break };
            ended = false;
            match event {
                Event::Meta(Meta::EndOfTrack) => ended = true,
                Event::Meta(Meta::TrackName(name)) => {
                    self.instruments.set_name(name);
                    self.spoken.take(TextKind::TrackName, name);
                }
                Event::Meta(Meta::Text(text)) => self.spoken.take(TextKind::Text, text),
                Event::Meta(Meta::Copyright(notice)) => {
                    self.spoken.take(TextKind::Copyright, notice);
                }
                Event::Meta(meta) if meta.is_for_first_track() && index > 0 => {
                    signatures.ignored.get_or_insert(at);
                }
                Event::Meta(meta) => self.signature(meta, events.tick(), at, &mut signatures),
                event => self.sound(event, events.tick()),
            }
        }
        let left_on = self.instruments.end_track();
        self.report(chunk, index, left_on, signatures.ignored, ended);
        events.position()
    }

    /// Takes in a channel message. Notes first: they are nearly all of them.
    #[inline]
    fn message(&mut self, tick: u64, message: Message) {
        let Message { status, first, second } = message;
        let Self { tempo_map: map, instruments, .. } = self;
        let channel = status & 0x0f;
        match status >> 4 {
            0x9 if second > 0 => instruments.note_on(map, tick, channel, first, second),
            0x8 | 0x9 => instruments.note_off(map, tick, channel, first),
            _ => self.sound(message.event(), tick),
        }
    }

    /// Takes in a channel event.
    fn sound(&mut self, event: Event<'_>, tick: u64) {
        let Self { tempo_map: map, instruments, .. } = self;
        match event {
            Event::NoteOn { channel, pitch, velocity } => {
                instruments.note_on(map, tick, channel, pitch, velocity);
            }
            Event::NoteOff { channel, pitch } => instruments.note_off(map, tick, channel, pitch),
            Event::Control { channel, number, value } => {
                instruments.control(map, tick, channel, number, value);
            }
            Event::Program { channel, program } => instruments.set_program(channel, program),
            Event::Bend { channel, bend } => instruments.bend(map, tick, channel, bend),
            Event::Meta(_) | Event::Ignored => {}
        }
    }

    /// Takes in a tempo, time signature or key signature of the first track.
    fn signature(&mut self, meta: Meta<'_>, tick: u64, at: usize, signatures: &mut Signatures) {
        let result = match meta {
            Meta::Tempo(0) => Err(WarningKind::ZeroTempo),
            Meta::Tempo(microseconds) => {
                self.tempo_map.change(tick, microseconds);
                signatures.clock.refresh();
                self.instruments.tempo_changed();
                Ok(())
            }
            Meta::TimeSignature { numerator: 0, .. } => Err(WarningKind::ZeroNumerator),
            Meta::TimeSignature { power, .. } if power > MAX_POWER => {
                Err(WarningKind::LargeDenominator { power })
            }
            Meta::TimeSignature { numerator, power } => {
                self.signature_time(tick, signatures).map(|time| {
                    let (numerator, denominator) = (u32::from(numerator), 1 << power);
                    self.sequence.time_signatures.push(TimeSignature {
                        time,
                        numerator,
                        denominator,
                    });
                })
            }
            Meta::KeySignature { tonic, mode } => {
                self.signature_time(tick, signatures).map(|time| {
                    self.sequence.key_signatures.push(KeySignature { time, tonic, mode });
                })
            }
            _ => Ok(()),
        };
        if let Err(kind) = result {
            self.warnings.push(Some(at), kind);
        }
    }

    fn signature_time(&self, tick: u64, signatures: &mut Signatures) -> Result<f64, WarningKind> {
        let time = signatures.clock.seconds(&self.tempo_map, tick);
        if time < 0.0 { Err(WarningKind::NegativeTime { seconds: time }) } else { Ok(time) }
    }

    fn report(
        &mut self,
        chunk: TrackChunk,
        track: usize,
        left_on: usize,
        ignored: Option<usize>,
        ended: bool,
    ) {
        let warnings = &mut self.warnings;
        let found = chunk.end - chunk.start;
        if chunk.declared > found {
            let kind = WarningKind::TruncatedTrack { declared: chunk.declared, found };
            warnings.push(Some(chunk.start), kind);
        }
        if let Some(offset) = ignored {
            warnings.push(Some(offset), WarningKind::MetaOutsideFirstTrack { track });
        }
        if left_on > 0 {
            warnings.push(None, WarningKind::NotesLeftOn { track, count: left_on });
        }
        if !ended {
            warnings.push(Some(chunk.end), WarningKind::NoEndOfTrack { track });
        }
    }
}

/// What is remembered of signatures within a track.
#[derive(Debug, Default)]
struct Signatures {
    clock: Clock,
    /// Byte offset of the first one that is ignored.
    ignored: Option<usize>,
}
