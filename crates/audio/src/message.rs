//! What a synthesizer is told, and when.
//!
//! A synthesizer has sixteen channels, one of them for drums; a piece may have any number of instruments. Each instrument gets a channel
//! of its own, on as many synthesizers (*ports*) as that takes.

use std::collections::{BTreeMap, BTreeSet};

use music::{Note, NoteSequence};

use crate::soundfont::{KeySet, SoundFont, Wanted};

/// The channel of drums.
const DRUM_CHANNEL: u8 = 9;

/// Channels of a port for other instruments.
const MELODIC_CHANNELS: usize = 15;

/// Ports, at most: each has a reverb of its own, which takes its time. There are channels for all programs of General MIDI.
const MAX_PORTS: usize = 9;

/// Commands, as in MIDI.
pub(crate) const NOTE_OFF: u8 = 0x80;
pub(crate) const NOTE_ON: u8 = 0x90;
pub(crate) const CONTROL: u8 = 0xb0;
pub(crate) const PROGRAM: u8 = 0xc0;
pub(crate) const BEND: u8 = 0xe0;

/// Controllers that the synthesizer knows and that a piece may use. Banks are chosen by program, not by the piece.
const CONTROLLERS: [u8; 17] = [1, 6, 7, 10, 11, 33, 38, 39, 42, 43, 64, 91, 93, 100, 101, 121, 123];

/// Something that a synthesizer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// When, in frames.
    pub(crate) frame: u64,
    pub(crate) port: u8,
    pub(crate) channel: u8,
    pub(crate) command: u8,
    pub(crate) data: [u8; 2],
}

/// A piece as messages, by time.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    /// What is told before the first frame.
    pub(crate) setup: Vec<Message>,
    pub(crate) list: Vec<Message>,
    pub(crate) ports: usize,
    pub(crate) wanted: Wanted,
    pub(crate) warnings: Vec<String>,
}

/// Who plays: instrument, program, whether it is a drum kit. Where there are too many, all instruments with one program are one.
type Player = (u32, u8, bool);

impl Messages {
    /// Translates a piece for a SoundFont. Notes that have no time or no length that can be played are left out.
    pub(crate) fn new(sequence: &NoteSequence, font: &SoundFont, sample_rate: u32) -> Self {
        let notes: Vec<&Note> = sequence.notes.iter().filter(|note| is_playable(note)).collect();
        let players = Players::new(&notes);
        let mut messages = Self { ports: players.ports, ..Self::default() };
        let presets = messages.choose(&notes, font, &players);
        let frame = |time: f64| (time * f64::from(sample_rate)).round() as u64;
        // Offs before controls before ons: what ends where another begins does not end that one.
        let mut timed: Vec<(u64, u8, Message)> = Vec::new();
        for note in &notes {
            let place = players.place(player(note));
            let Some(&(port, channel)) =
                place.filter(|_| presets.contains(&(note.program, note.is_drum)))
            else {
                continue;
            };
            let (on, off) = (frame(note.start_time), frame(note.end_time));
            let message = |frame, command, velocity| Message {
                frame,
                port,
                channel,
                command,
                data: [note.pitch & 127, velocity],
            };
            timed.push((on, 2, message(on, NOTE_ON, note.velocity.min(127))));
            timed.push((off.max(on + 1), 0, message(off.max(on + 1), NOTE_OFF, 0)));
        }
        for control in &sequence.control_changes {
            let place = players.place((control.instrument, control.program & 127, control.is_drum));
            let Some(&(port, channel)) = place.filter(|_| is_time(control.time)) else { continue };
            if CONTROLLERS.contains(&control.number) {
                let frame = frame(control.time);
                let data = [control.number, control.value.min(127)];
                timed.push((frame, 1, Message { frame, port, channel, command: CONTROL, data }));
            }
        }
        for bend in &sequence.pitch_bends {
            let place = players.place((bend.instrument, bend.program & 127, bend.is_drum));
            let Some(&(port, channel)) = place.filter(|_| is_time(bend.time)) else { continue };
            let (frame, value) = (frame(bend.time), (i32::from(bend.bend) + 8192).clamp(0, 16_383));
            let data = [(value & 127) as u8, (value >> 7) as u8];
            timed.push((frame, 1, Message { frame, port, channel, command: BEND, data }));
        }
        timed.sort_by_key(|(frame, order, _)| (*frame, *order));
        messages.list = without_overlaps(timed.into_iter().map(|(.., message)| message));
        messages
    }

    /// Chooses a preset for each program, and gives the programs that have one.
    fn choose(
        &mut self,
        notes: &[&Note],
        font: &SoundFont,
        players: &Players,
    ) -> BTreeSet<(u8, bool)> {
        let mut keys: BTreeMap<(u8, bool), KeySet> = BTreeMap::new();
        for note in notes {
            keys.entry((note.program & 127, note.is_drum)).or_default().insert(note.pitch);
        }
        let mut presets = BTreeMap::new();
        for ((program, is_drum), keys) in keys {
            let kind = if is_drum { "drum kit" } else { "program" };
            let Some(preset) = font.preset_for(u16::from(program), is_drum) else {
                self.warnings.push(format!(
                    "the SoundFont has no {kind} {program} and none like it: its notes are silent"
                ));
                continue;
            };
            if preset.1 != u16::from(program) && !(is_drum && preset.1 == 0) {
                self.warnings
                    .push(format!("the SoundFont has no {kind} {program}: {} plays", preset.1));
            }
            self.wanted.entry(preset).or_default().extend(keys);
            presets.insert((program, is_drum), preset);
        }
        for (&(_, program, is_drum), &(port, channel)) in &players.places {
            let Some(&(bank, number)) = presets.get(&(program, is_drum)) else { continue };
            let message = |command, data| Message { frame: 0, port, channel, command, data };
            if !is_drum {
                self.setup.push(message(CONTROL, [0, (bank & 127) as u8]));
            }
            self.setup.push(message(PROGRAM, [(number & 127) as u8, 0]));
        }
        presets.into_keys().collect()
    }
}

/// A channel for each player.
#[derive(Debug)]
struct Players {
    places: BTreeMap<Player, (u8, u8)>,
    by_program: bool,
    ports: usize,
}

impl Players {
    fn new(notes: &[&Note]) -> Self {
        let mut players: BTreeSet<Player> = notes.iter().map(|note| player(note)).collect();
        let melodic = players.iter().filter(|player| !player.2).count();
        let by_program = melodic > MELODIC_CHANNELS * (MAX_PORTS - 1);
        if by_program {
            players =
                players.into_iter().map(|(_, program, is_drum)| (0, program, is_drum)).collect();
        }
        let (mut melodic, mut kits) = (0, BTreeMap::new());
        let mut places = BTreeMap::new();
        for player in players {
            let (port, channel) = if player.2 {
                let next = kits.len();
                (*kits.entry(player.1).or_insert(next) % MAX_PORTS, DRUM_CHANNEL)
            } else {
                melodic += 1;
                let slot = (melodic - 1) % MELODIC_CHANNELS;
                let channel = slot as u8 + u8::from(slot as u8 >= DRUM_CHANNEL);
                ((melodic - 1) / MELODIC_CHANNELS, channel)
            };
            places.insert(player, (port as u8, channel));
        }
        let ports = places.values().map(|(port, _)| usize::from(*port) + 1).max().unwrap_or(1);
        Self { places, by_program, ports }
    }

    fn place(&self, (instrument, program, is_drum): Player) -> Option<&(u8, u8)> {
        let instrument = if self.by_program { 0 } else { instrument };
        self.places.get(&(instrument, program, is_drum))
    }
}

fn player(note: &Note) -> Player {
    (note.instrument, note.program & 127, note.is_drum)
}

/// Whether a note can be heard: at a time that exists, with a velocity.
fn is_playable(note: &Note) -> bool {
    is_time(note.start_time)
        && is_time(note.end_time)
        && note.end_time >= note.start_time
        && note.velocity > 0
        && note.pitch < 128
}

/// Longer than anything that is played: 10^9 seconds.
const END_OF_TIME: f64 = 1e9;

fn is_time(time: f64) -> bool {
    (0.0..END_OF_TIME).contains(&time)
}

/// End of the last note that can be played, in seconds; none without one.
pub(crate) fn end_of(sequence: &NoteSequence) -> Option<f64> {
    sequence
        .notes
        .iter()
        .filter(|note| is_playable(note))
        .map(|note| note.end_time)
        .reduce(f64::max)
}

/// A key that is struck while it sounds ends the note before, as on a piano, and only the last release counts.
fn without_overlaps(messages: impl Iterator<Item = Message>) -> Vec<Message> {
    let mut held: BTreeMap<(u8, u8, u8), u32> = BTreeMap::new();
    let mut list = Vec::new();
    for message in messages {
        let key = (message.port, message.channel, message.data[0]);
        match message.command {
            NOTE_ON => {
                let count = held.entry(key).or_insert(0);
                if *count > 0 {
                    list.push(Message { command: NOTE_OFF, data: [message.data[0], 0], ..message });
                }
                *count += 1;
                list.push(message);
            }
            NOTE_OFF => {
                let count = held.entry(key).or_insert(1);
                *count -= 1;
                if *count == 0 {
                    held.remove(&key);
                    list.push(message);
                }
            }
            _ => list.push(message),
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use music::ControlChange;

    use super::*;

    fn note(pitch: u8, start_time: f64, end_time: f64) -> Note {
        Note { pitch, velocity: 80, start_time, end_time, ..Note::default() }
    }

    fn messages(notes: Vec<Note>) -> Messages {
        let sequence = NoteSequence { notes, ..NoteSequence::default() };
        Messages::new(&sequence, &SoundFont::built_in().unwrap(), 1000)
    }

    fn list(messages: &Messages) -> Vec<(u64, u8, u8)> {
        messages
            .list
            .iter()
            .map(|message| (message.frame, message.command, message.data[0]))
            .collect()
    }

    #[test]
    fn a_note_that_ends_where_the_next_begins_does_not_end_it() {
        let messages = messages(vec![note(60, 0.0, 1.0), note(60, 1.0, 2.0)]);
        let expected =
            [(0, NOTE_ON, 60), (1000, NOTE_OFF, 60), (1000, NOTE_ON, 60), (2000, NOTE_OFF, 60)];
        assert_eq!(list(&messages), expected);
    }

    #[test]
    fn of_notes_that_overlap_the_last_release_counts() {
        let messages = messages(vec![note(60, 0.0, 2.0), note(60, 1.0, 3.0)]);
        let expected =
            [(0, NOTE_ON, 60), (1000, NOTE_OFF, 60), (1000, NOTE_ON, 60), (3000, NOTE_OFF, 60)];
        assert_eq!(list(&messages), expected);
    }

    #[test]
    fn a_note_without_length_is_short_and_one_without_a_time_is_left_out() {
        let messages = messages(vec![
            note(60, 1.0, 1.0),
            note(61, f64::NAN, 1.0),
            note(62, -1.0, 1.0),
            note(63, 2.0, 1.0),
        ]);
        assert_eq!(list(&messages), [(1000, NOTE_ON, 60), (1001, NOTE_OFF, 60)]);
    }

    #[test]
    fn every_instrument_has_a_channel_and_drums_have_theirs() {
        let notes = (0..40).map(|instrument| Note { instrument, ..note(60, 0.0, 1.0) });
        let drums = Note { is_drum: true, instrument: 40, ..note(38, 0.0, 1.0) };
        let messages = messages(notes.chain([drums]).collect());
        let ons = messages.list.iter().filter(|message| message.command == NOTE_ON);
        let places: BTreeSet<(u8, u8)> =
            ons.map(|message| (message.port, message.channel)).collect();
        assert_eq!((places.len(), messages.ports), (41, 3));
        assert!(places.contains(&(0, DRUM_CHANNEL)) && !places.contains(&(1, DRUM_CHANNEL)));
    }

    #[test]
    fn thousands_of_instruments_share_the_channels_of_their_programs() {
        let notes = (0..5000).map(|instrument| Note {
            instrument,
            program: (instrument % 128) as u8,
            ..note(60, 0.0, 1.0)
        });
        let messages = messages(notes.collect());
        assert_eq!(messages.ports, MAX_PORTS);
        assert_eq!(messages.wanted.len(), 128);
    }

    #[test]
    fn only_controllers_that_mean_something_here_are_passed_on() {
        let control =
            |number, time| ControlChange { number, time, value: 100, ..ControlChange::default() };
        let sequence = NoteSequence {
            notes: vec![note(60, 0.0, 1.0)],
            control_changes: vec![control(7, 0.5), control(0, 0.5), control(64, f64::INFINITY)],
            ..NoteSequence::default()
        };
        let messages = Messages::new(&sequence, &SoundFont::built_in().unwrap(), 1000);
        assert_eq!(list(&messages), [(0, NOTE_ON, 60), (500, CONTROL, 7), (1000, NOTE_OFF, 60)]);
    }
}
