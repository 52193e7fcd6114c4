//! Channel events to instruments.
//!
//! An instrument is one (program, channel, track). It comes into being when its first note ends, and is numbered in
//! that order. Controllers and bends of a channel that have no instrument yet wait in a list of the (channel, track);
//! every instrument that comes into being on it later takes part in that list, so that two may share it.
//!
//! Notes go straight into the sequence, as they end. Mostly that is instrument by instrument; if not, they are brought into
//! that order at the end.

use std::collections::BTreeMap;

use music::{ControlChange, InstrumentInfo, Notation, Note, NoteSequence, PitchBend};

use super::tempo_map::{Clock, TempoMap};
use super::warning::{WarningKind, Warnings};

/// MIDI channels.
const CHANNELS: usize = 16;

/// Pitches of a channel; also its programs.
const PITCHES: usize = 128;

/// The channel of drums, counted from 0.
const DRUMS: u8 = 9;

/// No index.
const NONE: u32 = u32::MAX;

/// Controllers and bends that a sequence may hold if instruments share them; without sharing, the length of the file
/// is the limit.
const MAX_SHARED_CONTROLS: usize = 4_000_000;

/// A note that has begun.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    tick: u64,
    seconds: f64,
    velocity: u8,
}

/// The notes of one channel and pitch that sound. Seldom more than one.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// The one that began first.
    first: Open,
    /// How many there are; all but the first are in [`Instruments::more`].
    count: u32,
}

#[derive(Debug)]
struct Instrument {
    program: u8,
    is_drum: bool,
    name: String,
    /// How many notes it has.
    notes: usize,
    /// Index of its [`Controls`], which others may share.
    controls: u32,
}

/// Controllers and bends, without the instrument that they belong to.
#[derive(Debug, Default)]
struct Controls {
    changes: Vec<(f64, u8, u8)>,
    bends: Vec<(f64, i16)>,
}

/// One channel of the track that is being read.
#[derive(Clone, Copy, Debug)]
struct Channel {
    program: u8,
    /// Index of the controls that wait for an instrument.
    waiting: u32,
}

/// The instruments of a file, as its tracks are read one after the other.
#[derive(Debug)]
pub(super) struct Instruments {
    list: Vec<Instrument>,
    controls: Vec<Controls>,
    channels: [Channel; CHANNELS],
    /// Notes that have ended, in the order of their ends.
    notes: Vec<Note>,
    /// Whether they are instrument by instrument.
    in_order: bool,
    /// The last end of a note, in seconds.
    last_end: f64,
    /// Notes that sound, by channel and pitch.
    open: Vec<Slot>,
    /// Those of a slot that has more than one, without the first, in the order in which they began.
    more: BTreeMap<u16, Vec<Open>>,
    /// Notes that sound, over all slots.
    sounding: usize,
    /// Index of the instrument, by channel and program.
    by_program: Vec<u32>,
    /// Name of the track, as last heard.
    name: String,
    clock: Clock,
}

fn place(channel: u8, pitch_or_program: u8) -> usize {
    usize::from(channel) * PITCHES + usize::from(pitch_or_program)
}

impl Instruments {
    /// No instrument yet; notes will go to `notes`, which is empty.
    pub(super) fn new(notes: Vec<Note>) -> Self {
        Self {
            list: Vec::new(),
            controls: Vec::new(),
            channels: [Channel { program: 0, waiting: NONE }; CHANNELS],
            notes,
            in_order: true,
            last_end: f64::NEG_INFINITY,
            open: vec![Slot::default(); CHANNELS * PITCHES],
            more: BTreeMap::new(),
            sounding: 0,
            by_program: vec![NONE; CHANNELS * PITCHES],
            name: String::new(),
            clock: Clock::default(),
        }
    }

    /// Ends a track and makes ready for the next. Returns how many notes were left on.
    pub(super) fn end_track(&mut self) -> usize {
        let left_on = std::mem::take(&mut self.sounding);
        if left_on > 0 {
            self.open.fill(Slot::default());
            self.more.clear();
        }
        self.channels.fill(Channel { program: 0, waiting: NONE });
        self.by_program.fill(NONE);
        self.name.clear();
        self.clock = Clock::default();
        left_on
    }

    /// The tempo map has changed.
    pub(super) fn tempo_changed(&mut self) {
        self.clock.refresh();
    }

    /// Names the track. `name` is in Latin-1, where each byte is the character of that number.
    pub(super) fn set_name(&mut self, name: &[u8]) {
        self.name = name.iter().copied().map(char::from).collect();
    }

    pub(super) fn set_program(&mut self, channel: u8, program: u8) {
        self.channels[usize::from(channel)].program = program;
    }

    #[inline]
    pub(super) fn note_on(
        &mut self,
        map: &TempoMap,
        tick: u64,
        channel: u8,
        pitch: u8,
        velocity: u8,
    ) {
        let index = place(channel, pitch);
        let open = Open { tick, seconds: self.clock.seconds(map, tick), velocity };
        let slot = &mut self.open[index];
        let before = slot.count;
        slot.count = before + 1;
        self.sounding += 1;
        if before == 0 {
            slot.first = open;
        } else {
            self.more.entry(index as u16).or_default().push(open);
        }
    }

    /// Ends the notes of that channel and pitch that began before `tick`.
    ///
    /// Those that began at `tick` go on if another ended, and are dropped if none did.
    #[inline]
    pub(super) fn note_off(&mut self, map: &TempoMap, tick: u64, channel: u8, pitch: u8) {
        let index = place(channel, pitch);
        let Slot { first, count } = self.open[index];
        if count == 0 {
            return;
        }
        if count > 1 {
            return self.end_several(map, tick, channel, pitch);
        }
        self.open[index].count = 0;
        self.sounding -= 1;
        if first.tick != tick {
            self.end(map, tick, channel, pitch, first);
        }
    }

    /// Ends a note that has left its slot.
    #[inline(always)]
    fn end(&mut self, map: &TempoMap, tick: u64, channel: u8, pitch: u8, open: Open) {
        let end_time = self.clock.seconds(map, tick);
        let number = self.sounding_instrument(channel);
        let &mut Instrument { program, is_drum, ref mut notes, .. } =
            &mut self.list[number as usize];
        *notes += 1;
        self.in_order &= number as usize + 1 == self.list.len();
        self.last_end = if end_time > self.last_end { end_time } else { self.last_end };
        let Open { seconds: start_time, velocity, .. } = open;
        let instrument = number;
        self.notes.push(Note {
            pitch,
            velocity,
            start_time,
            end_time,
            instrument,
            program,
            is_drum,
            notation: Notation::default(),
        });
    }

    /// [`note_off`](Self::note_off) for a slot of more than one note.
    #[cold]
    fn end_several(&mut self, map: &TempoMap, tick: u64, channel: u8, pitch: u8) {
        let index = place(channel, pitch);
        let mut more = self.more.remove(&(index as u16)).unwrap_or_default();
        let first = self.open[index].first;
        let before = self.open[index].count as usize;
        if first.tick == tick {
            more.clear();
        } else {
            self.end(map, tick, channel, pitch, first);
            // Ticks never fall, so the notes that began at this one are the last.
            let ended = more.partition_point(|open| open.tick != tick);
            for open in more.drain(..ended) {
                self.end(map, tick, channel, pitch, open);
            }
        }
        let count = more.len();
        self.sounding -= before - count;
        self.open[index].count = count as u32;
        if count > 0 {
            self.open[index].first = more.remove(0);
            self.more.insert(index as u16, more);
        }
    }

    pub(super) fn control(
        &mut self,
        map: &TempoMap,
        tick: u64,
        channel: u8,
        number: u8,
        value: u8,
    ) {
        let seconds = self.clock.seconds(map, tick);
        self.controls_of(channel).changes.push((seconds, number, value));
    }

    pub(super) fn bend(&mut self, map: &TempoMap, tick: u64, channel: u8, bend: i16) {
        let seconds = self.clock.seconds(map, tick);
        self.controls_of(channel).bends.push((seconds, bend));
    }

    /// The instrument of the channel's program, made if need be.
    #[inline(always)]
    fn sounding_instrument(&mut self, channel: u8) -> u32 {
        let program = self.channels[usize::from(channel)].program;
        match self.by_program[place(channel, program)] {
            NONE => self.new_instrument(channel),
            number => number,
        }
    }

    #[cold]
    fn new_instrument(&mut self, channel: u8) -> u32 {
        let Channel { program, waiting } = self.channels[usize::from(channel)];
        let controls = if waiting == NONE { self.new_controls() } else { waiting };
        let (name, is_drum) = (self.name.clone(), channel == DRUMS);
        let number = self.list.len() as u32;
        self.list.push(Instrument { program, is_drum, name, notes: 0, controls });
        self.by_program[place(channel, program)] = number;
        number
    }

    /// Where controllers and bends of the channel go: to its instrument, or to those that wait for one.
    fn controls_of(&mut self, channel: u8) -> &mut Controls {
        let Channel { program, waiting } = self.channels[usize::from(channel)];
        let index = match self.by_program[place(channel, program)] {
            NONE if waiting == NONE => {
                let index = self.new_controls();
                self.channels[usize::from(channel)].waiting = index;
                index
            }
            NONE => waiting,
            instrument => self.list[instrument as usize].controls,
        };
        &mut self.controls[index as usize]
    }

    fn new_controls(&mut self) -> u32 {
        self.controls.push(Controls::default());
        (self.controls.len() - 1) as u32
    }

    /// Moves all into `sequence`, instrument by instrument, and sets its total time.
    pub(super) fn finish(self, sequence: &mut NoteSequence, warnings: &mut Warnings) {
        let owned: usize = self.controls.iter().map(Controls::len).sum();
        let mut room = owned.max(MAX_SHARED_CONTROLS);
        for (number, instrument) in (0..).zip(&self.list) {
            let controls = &self.controls[instrument.controls as usize];
            match room.checked_sub(controls.len()) {
                Some(left) => {
                    room = left;
                    instrument.add_controls(number, controls, sequence);
                }
                None => warnings.push(None, WarningKind::TooManyControls),
            }
            if !instrument.name.is_empty() {
                let name = instrument.name.clone();
                sequence.instrument_infos.push(InstrumentInfo { instrument: number, name });
            }
        }
        // In SMPTE time all ends are negative, so 0 is the total of no notes and of none else.
        sequence.total_time = if self.notes.is_empty() { 0.0 } else { self.last_end };
        sequence.notes =
            if self.in_order { self.notes } else { by_instrument(&self.notes, &self.list) };
    }
}

/// The notes instrument by instrument, each one's in the order in which they stood.
fn by_instrument(notes: &[Note], instruments: &[Instrument]) -> Vec<Note> {
    let mut places = Vec::with_capacity(instruments.len());
    let mut next = 0;
    for instrument in instruments {
        places.push(next);
        next += instrument.notes;
    }
    let mut sorted = vec![Note::default(); notes.len()];
    for note in notes {
        let place = &mut places[note.instrument as usize];
        sorted[*place] = *note;
        *place += 1;
    }
    sorted
}

impl Controls {
    fn len(&self) -> usize {
        self.changes.len() + self.bends.len()
    }
}

impl Instrument {
    fn add_controls(&self, instrument: u32, controls: &Controls, sequence: &mut NoteSequence) {
        let &Self { program, is_drum, .. } = self;
        let bend = |&(time, bend)| PitchBend { time, bend, instrument, program, is_drum };
        sequence.pitch_bends.extend(controls.bends.iter().map(bend));
        let change = |&(time, number, value)| ControlChange {
            time,
            number,
            value,
            instrument,
            program,
            is_drum,
        };
        sequence.control_changes.extend(controls.changes.iter().map(change));
    }
}
