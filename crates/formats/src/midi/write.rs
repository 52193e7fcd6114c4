//! A [`NoteSequence`] to MIDI bytes.

use std::collections::BTreeMap;

use music::{ControlChange, DEFAULT_QPM, KeySignature, Mode, Note, NoteSequence, PitchBend};

use super::tempo_map::TempoMap;
use super::track_writer::TrackWriter;
use crate::error::check;
use crate::{Error, Result};

/// Ticks a quarter note where the sequence does not say, as in note-seq.
const DEFAULT_RESOLUTION: i16 = 220;

/// The channel of drums, counted from 0.
const DRUMS: u8 = 9;

/// Sharps of each major key from C up, flats negative, with the enharmonic choices of pretty_midi 0.2.9.
pub(crate) const MAJOR_SHARPS: [i8; 12] = [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5];

/// Sharps of each minor key from C up.
const MINOR_SHARPS: [i8; 12] = [-3, 4, -1, 6, 1, -4, 3, -2, 5, 0, -5, 2];

/// Writes `sequence` as a Standard MIDI File of type 1: tempos and signatures in the first track, then one track for
/// each instrument, with instrument 0 first even if it is silent.
///
/// The bytes are those of note-seq 0.0.3 with pretty_midi 0.2.9 and mido 1.2.6, with these exceptions, where it would
/// lose or spoil notes: a note too short for a tick lasts one tick instead of hanging; several programs under
/// instrument 0 get a track each; tempos may come in any order; characters of an instrument's name that Latin-1 does
/// not have become question marks.
///
/// # Errors
///
/// [`Error::OutOfRange`] for values that MIDI cannot hold, [`Error::TooManyTracks`].
pub fn write(sequence: &NoteSequence) -> Result<Vec<u8>> {
    let resolution = resolution(sequence)?;
    let map = tempo_map(sequence, resolution)?;
    let parts = Parts::new(sequence);
    let tracks = parts.0.len() + 1;
    let declared = i16::try_from(tracks).map_err(|_| Error::TooManyTracks { tracks })?;

    let mut file = Vec::with_capacity(64 + 10 * sequence.notes.len());
    file.extend(b"MThd\0\0\0\x06\0\x01");
    file.extend(declared.to_be_bytes());
    file.extend(resolution.to_be_bytes());
    finish(timing_track(sequence, &map)?, 0, &mut file)?;
    for (index, part) in parts.0.iter().enumerate() {
        finish(part.track(index, &map)?, index + 1, &mut file)?;
    }
    Ok(file)
}

fn finish(track: TrackWriter, index: usize, file: &mut Vec<u8>) -> Result<()> {
    if track.finish(file) {
        return Ok(());
    }
    let expected = "at most 2^28 - 1 ticks between two events";
    Err(Error::OutOfRange { field: "track.delta", index, value: f64::INFINITY, expected })
}

fn resolution(sequence: &NoteSequence) -> Result<i16> {
    match i16::try_from(sequence.ticks_per_quarter) {
        Ok(0) => Ok(DEFAULT_RESOLUTION),
        Ok(resolution) if resolution > 0 => Ok(resolution),
        _ => Err(Error::OutOfRange {
            field: "ticks_per_quarter",
            index: 0,
            value: sequence.ticks_per_quarter.into(),
            expected: "0..=32767",
        }),
    }
}

/// The tempo map of the sequence. The first tempo at time 0 is the initial one.
fn tempo_map(sequence: &NoteSequence, resolution: i16) -> Result<TempoMap> {
    let initial = sequence.tempos.iter().find(|tempo| tempo.time == 0.0);
    let mut later: Vec<_> = Vec::new();
    for (index, tempo) in sequence.tempos.iter().enumerate() {
        check("tempo.time", index, tempo.time, "a finite number", tempo.time.is_finite())?;
        let valid = tempo.qpm.is_finite() && tempo.qpm > 0.0;
        check("tempo.qpm", index, tempo.qpm, "more than 0", valid)?;
        if initial != Some(tempo) {
            later.push(*tempo);
        }
    }
    later.sort_by(|a, b| a.time.total_cmp(&b.time));
    let mut map = TempoMap::new(resolution, initial.map_or(DEFAULT_QPM, |tempo| tempo.qpm));
    for tempo in later {
        map.change_at(tempo.time, tempo.qpm);
    }
    Ok(map)
}

/// The first track: tempos, then time signatures, then key signatures where they fall on one tick.
fn timing_track(sequence: &NoteSequence, map: &TempoMap) -> Result<TrackWriter> {
    let mut events: Vec<(u64, u8, Vec<u8>)> = Vec::new();
    if sequence.time_signatures.iter().all(|signature| signature.time > 0.0) {
        events.push((0, 0x58, vec![4, 2, 24, 8]));
    }
    for (index, (tick, microseconds)) in map.set_tempos().enumerate() {
        let valid = (1.0..16_777_216.0).contains(&microseconds);
        check("tempo.qpm", index, 6e7 / microseconds, "3.58 to 60000000", valid)?;
        events.push((tick, 0x51, (microseconds as u32).to_be_bytes()[1..].to_vec()));
    }
    for (index, signature) in sequence.time_signatures.iter().enumerate() {
        let tick = tick("time_signature.time", index, signature.time, map)?;
        let (numerator, denominator) = (signature.numerator, signature.denominator);
        let valid = (1..=255).contains(&numerator);
        check("time_signature.numerator", index, numerator.into(), "1..=255", valid)?;
        let valid = denominator.is_power_of_two();
        check("time_signature.denominator", index, denominator.into(), "a power of 2", valid)?;
        // A metronome click a quarter note, of eight 32nds.
        events.push((tick, 0x58, vec![numerator as u8, denominator.ilog2() as u8, 24, 8]));
    }
    for (index, key) in sequence.key_signatures.iter().enumerate() {
        let tick = tick("key_signature.time", index, key.time, map)?;
        events.push((tick, 0x59, key_signature(key, index)?.to_vec()));
    }
    // The numbers of the event types happen to be in the right order.
    events.sort_by_key(|(tick, kind, _)| (*tick, *kind));
    let mut track = TrackWriter::default();
    for (tick, kind, data) in events {
        track.meta(tick, kind, &data);
    }
    Ok(track)
}

/// Sharps and mode; all modes but minor are written as major.
fn key_signature(key: &KeySignature, index: usize) -> Result<[u8; 2]> {
    let (table, mode) = if key.mode == Mode::Minor { (MINOR_SHARPS, 1) } else { (MAJOR_SHARPS, 0) };
    let sharps = table.get(usize::from(key.tonic)).ok_or(Error::OutOfRange {
        field: "key_signature.tonic",
        index,
        value: key.tonic.into(),
        expected: "0..=11",
    })?;
    Ok([sharps.cast_unsigned(), mode])
}

/// What one track plays.
#[derive(Debug, Default)]
struct Part<'a> {
    program: u8,
    is_drum: bool,
    name: &'a str,
    notes: Vec<(usize, &'a Note)>,
    bends: Vec<(usize, &'a PitchBend)>,
    controls: Vec<(usize, &'a ControlChange)>,
}

/// All parts, by instrument, then program, then drums last.
struct Parts<'a>(Vec<Part<'a>>);

impl<'a> Parts<'a> {
    fn new(sequence: &'a NoteSequence) -> Self {
        let mut parts: BTreeMap<(u32, u8, bool), Part<'a>> = BTreeMap::new();
        for item in sequence.notes.iter().enumerate() {
            let key = (item.1.instrument, item.1.program, item.1.is_drum);
            parts.entry(key).or_default().notes.push(item);
        }
        for item in sequence.pitch_bends.iter().enumerate() {
            let key = (item.1.instrument, item.1.program, item.1.is_drum);
            parts.entry(key).or_default().bends.push(item);
        }
        for item in sequence.control_changes.iter().enumerate() {
            let key = (item.1.instrument, item.1.program, item.1.is_drum);
            parts.entry(key).or_default().controls.push(item);
        }
        let infos = sequence.instrument_infos.iter();
        let names: BTreeMap<u32, &str> =
            infos.map(|info| (info.instrument, info.name.as_str())).collect();
        let has_first = parts.keys().next().is_some_and(|(instrument, ..)| *instrument == 0);
        let mut list = if has_first { Vec::new() } else { vec![Part::default()] };
        for ((instrument, program, is_drum), part) in parts {
            let name = names.get(&instrument).copied().unwrap_or_default();
            list.push(Part { program, is_drum, name, ..part });
        }
        Self(list)
    }
}

/// A channel message with its place: tick, then the order of messages on one tick.
type Message = (u64, i32, [u8; 3]);

impl Part<'_> {
    fn track(&self, index: usize, map: &TempoMap) -> Result<TrackWriter> {
        let mut track = TrackWriter::default();
        if !self.name.is_empty() {
            let latin1 = |character| u8::try_from(character).unwrap_or(b'?');
            track.meta(0, 0x03, &self.name.chars().map(latin1).collect::<Vec<_>>());
        }
        let channel = if self.is_drum { DRUMS } else { melodic_channel(index) };
        seven_bits("instrument.program", index, self.program)?;
        track.message(0, &[0xc0 | channel, self.program]);
        let mut messages = Vec::with_capacity(2 * self.notes.len());
        self.add_controls(channel, map, &mut messages)?;
        self.add_notes(channel, map, &mut messages)?;
        messages.sort_unstable();
        for (tick, _, message) in messages {
            track.message(tick, &message);
        }
        Ok(track)
    }

    fn add_controls(&self, channel: u8, map: &TempoMap, messages: &mut Vec<Message>) -> Result<()> {
        for &(index, bend) in &self.bends {
            let tick = tick("pitch_bend.time", index, bend.time, map)?;
            let valid = (-8192..=8191).contains(&bend.bend);
            check("pitch_bend.bend", index, bend.bend.into(), "-8192..=8191", valid)?;
            let raw = (bend.bend + 8192).cast_unsigned();
            let message = [0xe0 | channel, raw as u8 & 0x7f, (raw >> 7) as u8];
            messages.push((tick, (1 << 16) + i32::from(bend.bend), message));
        }
        for &(index, control) in &self.controls {
            let tick = tick("control_change.time", index, control.time, map)?;
            seven_bits("control_change.number", index, control.number)?;
            seven_bits("control_change.value", index, control.value)?;
            let message = [0xb0 | channel, control.number, control.value];
            messages.push((tick, rank(2, control.number, control.value), message));
        }
        Ok(())
    }

    /// Notes; on one tick those that end come before those that begin, if they have the same pitch.
    fn add_notes(&self, channel: u8, map: &TempoMap, messages: &mut Vec<Message>) -> Result<()> {
        for &(index, note) in &self.notes {
            seven_bits("note.pitch", index, note.pitch)?;
            seven_bits("note.velocity", index, note.velocity)?;
            let start = tick("note.start_time", index, note.start_time, map)?;
            let end =
                tick("note.end_time", index, note.end_time, map)?.max(start.saturating_add(1));
            let status = 0x90 | channel;
            let Note { pitch, velocity, .. } = *note;
            messages.push((start, rank(3, pitch, velocity), [status, pitch, velocity]));
            messages.push((end, rank(3, pitch, 0), [status, pitch, 0]));
        }
        Ok(())
    }
}

/// The order of messages on one tick: by class, then by their data.
fn rank(class: i32, first: u8, second: u8) -> i32 {
    class << 16 | i32::from(first) << 8 | i32::from(second)
}

/// Part number `index` gets the channel of that number, drums left out, and after 15 it begins again.
fn melodic_channel(index: usize) -> u8 {
    let channel = (index % 15) as u8;
    if channel < DRUMS { channel } else { channel + 1 }
}

fn tick(field: &'static str, index: usize, time: f64, map: &TempoMap) -> Result<u64> {
    check(field, index, time, "a finite number", time.is_finite())?;
    Ok(map.tick(time))
}

fn seven_bits(field: &'static str, index: usize, value: u8) -> Result<()> {
    check(field, index, value.into(), "0..=127", value < 128)
}
