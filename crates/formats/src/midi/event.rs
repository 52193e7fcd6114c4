//! The events of a track, decoded one by one.
//!
//! mido 1.2.6 decides what an event is: the time before a meta event of unknown type is lost, a status of its own is
//! kept running for system messages too, events after the end-of-track event count, numbers may have any length.

use super::meta::Meta;
use super::warning::{WarningKind, Warnings};

/// First tick that is too far: Magenta takes a file that comes so far for corrupt.
pub(super) const MAX_TICK: u64 = 10_000_000_000;

/// Bad data bytes in one track after which it is taken for garbage.
const MAX_BAD_BYTES: usize = 32;

/// What happens at one point of a track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Event<'a> {
    NoteOn { channel: u8, pitch: u8, velocity: u8 },
    NoteOff { channel: u8, pitch: u8 },
    Control { channel: u8, number: u8, value: u8 },
    Program { channel: u8, program: u8 },
    Bend { channel: u8, bend: i16 },
    Meta(Meta<'a>),
    Ignored,
}

/// Reads the events of one track.
#[derive(Debug)]
pub(super) struct Events<'a> {
    /// The file up to the end of the track.
    data: &'a [u8],
    /// The next byte, or where a fault stopped the track.
    position: usize,
    /// Ticks from the start of the track to the last event.
    tick: u64,
    /// The status byte that a data byte without one continues.
    running: Option<u8>,
    /// The last status byte of a channel message.
    running_channel: Option<u8>,
    bad_bytes: usize,
    /// What stopped the track before its end.
    fault: Option<WarningKind>,
}

/// `None` where the track stops: at [`Events::fault`], or cut off inside an event.
///
/// A fault travels beside the events, not within them, which keeps them small: this loop is where reading spends its
/// time.
type Step<T> = Option<T>;

impl<'a> Events<'a> {
    /// Reads the track in `bytes[start..end]`, where `end` is not past the file.
    pub(super) fn new(bytes: &'a [u8], start: usize, end: usize) -> Self {
        Self {
            data: &bytes[..end],
            position: start,
            tick: 0,
            running: None,
            running_channel: None,
            bad_bytes: 0,
            fault: None,
        }
    }

    /// Ticks from the start of the track to the event read last; less than [`MAX_TICK`].
    pub(super) fn tick(&self) -> u64 {
        self.tick
    }

    /// The byte offset of what comes next, or of the event that stopped the track.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Reads messages of the kind that nearly all are of, and hands each with its tick to `take`, up to the first that
    /// is not: a time of one or two bytes, a status or none, and two data bytes. Anything else, be it right or wrong, is
    /// left for [`next`](Self::next), which gives the same for these.
    #[inline]
    pub(super) fn usual(&mut self, mut take: impl FnMut(u64, Message)) {
        // Here, since what is reached through a reference is stored and loaded at every event.
        let Self { data, mut position, mut tick, running, .. } = *self;
        let mut running = running.unwrap_or(0);
        while let Some(bytes) = data.get(position..).and_then(|rest| rest.first_chunk()) {
            let Some((delta, message, length)) = usual(*bytes, running) else { break };
            if tick + delta >= MAX_TICK {
                break;
            }
            position += length;
            tick += delta;
            running = message.status;
            take(tick, message);
        }
        if position > self.position {
            (self.running, self.running_channel) = (Some(running), Some(running));
            (self.position, self.tick) = (position, tick);
        }
    }

    /// The next event, or `None` at the end of the track or at a fault that ends it, which is reported.
    #[inline(never)]
    pub(super) fn next(&mut self, warnings: &mut Warnings) -> Option<Event<'a>> {
        if self.position >= self.data.len() {
            return None;
        }
        let start = self.position;
        let event = self.event(start, warnings);
        if event.is_none() {
            self.stop(start, warnings);
        }
        event
    }

    #[cold]
    fn stop(&mut self, start: usize, warnings: &mut Warnings) {
        warnings.push(Some(start), self.fault.unwrap_or(WarningKind::TruncatedEvent));
        self.position = start;
        self.data = &self.data[..start];
    }

    #[cold]
    fn fail<T>(&mut self, fault: WarningKind) -> Step<T> {
        self.fault = Some(fault);
        None
    }

    #[inline]
    fn event(&mut self, start: usize, warnings: &mut Warnings) -> Step<Event<'a>> {
        let delta = self.number()?;
        let byte = self.byte()?;
        let (status, first) = if byte >= 0x80 {
            (byte, None)
        } else if let Some(running) = self.running {
            (running, Some(byte))
        } else {
            return self.fail(WarningKind::NoRunningStatus { byte });
        };
        if status == 0xff {
            return self.meta(start, delta, warnings);
        }
        self.advance(delta)?;
        self.running = Some(status);
        if status < 0xf0 {
            self.running_channel = self.running;
            return self.channel(start, status, first, warnings);
        }
        self.system(start, status, first, warnings)
    }

    #[inline]
    fn channel(
        &mut self,
        start: usize,
        status: u8,
        first: Option<u8>,
        warnings: &mut Warnings,
    ) -> Step<Event<'a>> {
        let first = match first {
            Some(byte) => byte,
            None => self.byte()?,
        };
        let second = if matches!(status & 0xf0, 0xc0 | 0xd0) { 0 } else { self.byte()? };
        if (first | second) < 0x80 {
            return Some(message(status, first, second));
        }
        let byte = if first < 0x80 { second } else { first };
        self.bad_byte(start, status, byte, warnings)?;
        Some(match status & 0xf0 {
            // What was meant by a value of more than 127 is plain; which note or controller was meant is not.
            0x80 | 0x90 | 0xb0 if first < 0x80 => message(status, first, second.min(0x7f)),
            _ => Event::Ignored,
        })
    }

    #[cold]
    fn bad_byte(
        &mut self,
        start: usize,
        status: u8,
        byte: u8,
        warnings: &mut Warnings,
    ) -> Step<()> {
        warnings.push(Some(start), WarningKind::DataByte { status, byte });
        self.bad_bytes += 1;
        if self.bad_bytes > MAX_BAD_BYTES { self.fail(WarningKind::Garbage) } else { Some(()) }
    }

    /// A system message. Common and real-time ones have no place in a file but are accepted.
    #[inline(never)]
    fn system(
        &mut self,
        start: usize,
        status: u8,
        first: Option<u8>,
        warnings: &mut Warnings,
    ) -> Step<Event<'a>> {
        let length = match status {
            0xf0 | 0xf7 => return self.sysex(start, first.is_some(), warnings),
            0xf2 => 2,
            0xf1 | 0xf3 => 1,
            0xf6 | 0xf8 | 0xfa..=0xfc | 0xfe => 0,
            _ => return self.fail(WarningKind::UndefinedStatus { status }),
        };
        if length == 0
            && let Some(byte) = first
        {
            warnings.push(Some(start), WarningKind::RunningSystem { status });
            let Some(status) = self.running_channel else {
                return self.fail(WarningKind::NoRunningStatus { byte });
            };
            self.running = Some(status);
            return self.channel(start, status, first, warnings);
        }
        let mut bad = None;
        for _ in usize::from(first.is_some())..length {
            bad = Some(self.byte()?).filter(|byte| *byte >= 0x80).or(bad);
        }
        if let Some(byte) = bad {
            self.bad_byte(start, status, byte, warnings)?;
        }
        Some(Event::Ignored)
    }

    /// A system exclusive message; one that runs on has lost its first byte already.
    fn sysex(&mut self, start: usize, runs_on: bool, warnings: &mut Warnings) -> Step<Event<'a>> {
        if runs_on {
            warnings.push(Some(start), WarningKind::RunningSysex);
        }
        let mut data = self.block()?;
        data = data.strip_prefix(&[0xf0]).unwrap_or(data);
        data = data.strip_suffix(&[0xf7]).unwrap_or(data);
        if !data.is_ascii() {
            warnings.push(Some(start), WarningKind::SysexByte);
        }
        Some(Event::Ignored)
    }

    #[inline(never)]
    fn meta(&mut self, start: usize, delta: u64, warnings: &mut Warnings) -> Step<Event<'a>> {
        let kind = self.byte()?;
        let data = self.block()?;
        let meta = match Meta::read(kind, data) {
            Ok(meta) => meta,
            Err(fault) => {
                warnings.push(Some(start), fault);
                Meta::Other
            }
        };
        if meta == Meta::Unknown {
            if delta > 0 {
                warnings.push(Some(start), WarningKind::UnknownMetaTime { kind, ticks: delta });
            }
        } else {
            self.advance(delta)?;
        }
        Some(Event::Meta(meta))
    }

    #[inline]
    fn advance(&mut self, delta: u64) -> Step<()> {
        let tick = self.tick.saturating_add(delta);
        if tick >= MAX_TICK {
            return self.fail(WarningKind::HugeTick);
        }
        self.tick = tick;
        Some(())
    }

    #[inline]
    fn byte(&mut self) -> Step<u8> {
        let byte = *self.data.get(self.position)?;
        self.position += 1;
        Some(byte)
    }

    /// A number of seven bits a byte; one that is too large for 64 bits becomes the largest.
    #[inline]
    fn number(&mut self) -> Step<u64> {
        let mut value: u64 = 0;
        loop {
            let byte = self.byte()?;
            value = if value >> 57 == 0 { value << 7 | u64::from(byte & 0x7f) } else { u64::MAX };
            if byte < 0x80 {
                return Some(value);
            }
        }
    }

    /// Bytes behind a number that counts them.
    fn block(&mut self) -> Step<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let block = self.data.get(self.position..)?.get(..length)?;
        self.position += length;
        Some(block)
    }
}

/// A channel message of two data bytes, both good.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message {
    /// Kind and channel.
    pub(super) status: u8,
    pub(super) first: u8,
    pub(super) second: u8,
}

impl Message {
    /// What it means.
    pub(super) fn event(self) -> Event<'static> {
        message(self.status, self.first, self.second)
    }
}

/// The time, the message and the length of the event at the start of `bytes`, if it is of the usual kind.
///
/// There is one way through for all of these: whether a status or a second byte of time is there cannot be foreseen, and a
/// wrong guess costs more than the decoding.
#[inline]
fn usual(bytes: [u8; 8], running: u8) -> Option<(u64, Message, usize)> {
    let word = u64::from_le_bytes(bytes);
    let long = word >> 7 & 1;
    let delta = if long == 0 { word & 0x7f } else { (word & 0x7f) << 7 | word >> 8 & 0xff };
    let rest = word >> (8 + 8 * long);
    let stated = rest >> 7 & 1;
    let status = if stated == 0 { running } else { rest as u8 };
    let data = rest >> (8 * stated);
    let longer = long & word >> 15 != 0;
    // Of the kinds 8 to 15 the bits of those with two data bytes: all but program, channel pressure and system.
    let two_bytes = 0b0100_1111_u32 >> (status >> 4 & 7) & u32::from(status >> 7) != 0;
    if longer || !two_bytes || data & 0x8080 != 0 {
        return None;
    }
    let message = Message { status, first: data as u8, second: (data >> 8) as u8 };
    Some((delta, message, (3 + long + stated) as usize))
}

/// A channel message of good data bytes.
#[inline]
fn message<'a>(status: u8, first: u8, second: u8) -> Event<'a> {
    let channel = status & 0x0f;
    match status & 0xf0 {
        0x90 if second > 0 => Event::NoteOn { channel, pitch: first, velocity: second },
        0x80 | 0x90 => Event::NoteOff { channel, pitch: first },
        0xb0 => Event::Control { channel, number: first, value: second },
        0xc0 => Event::Program { channel, program: first },
        0xe0 => {
            let bend = (i16::from(second) << 7 | i16::from(first)) - 8192;
            Event::Bend { channel, bend }
        }
        _ => Event::Ignored,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Events with their ticks.
    type Timed<'a> = Vec<(u64, Event<'a>)>;

    /// What is read with the short way for usual events, which is held against what is read without.
    fn events(bytes: &[u8]) -> (Timed<'_>, Vec<(Option<usize>, WarningKind)>) {
        let read = read(bytes, true);
        assert_eq!(read, self::read(bytes, false));
        read
    }

    fn read(bytes: &[u8], short: bool) -> (Timed<'_>, Vec<(Option<usize>, WarningKind)>) {
        let mut warnings = Warnings::default();
        let mut events = Events::new(bytes, 0, bytes.len());
        let mut list = Vec::new();
        loop {
            if short {
                events.usual(|tick, message| list.push((tick, message.event())));
            }
            let Some(event) = events.next(&mut warnings) else { break };
            list.push((events.tick(), event));
        }
        let (warnings, _) = warnings.finish();
        (list, warnings.into_iter().map(|warning| (warning.offset, warning.kind)).collect())
    }

    proptest! {
        #[test]
        fn the_short_way_gives_what_the_long_one_gives(
            // Bytes as tracks have them: times, notes, statuses, and now and then anything.
            bytes in vec(prop_oneof![0_u8..4, 0x3c_u8..0x40, 0x80_u8..0xf0, any::<u8>()], 0..200),
        ) {
            events(&bytes);
        }
    }

    const ON: Event<'static> = Event::NoteOn { channel: 1, pitch: 60, velocity: 64 };

    #[test]
    fn a_status_runs_on_over_meta_events() {
        let (list, warnings) = events(&[0, 0x91, 60, 64, 5, 0xff, 1, 0, 0x81, 0, 60, 64]);
        let text = Event::Meta(Meta::Text(&[]));
        assert_eq!(list, [(0, ON), (5, text), (133, ON)]);
        assert_eq!(warnings, []);
    }

    #[test]
    fn the_time_of_an_unknown_meta_event_is_lost() {
        let (list, warnings) = events(&[9, 0xff, 0x60, 0, 1, 0x91, 60, 64]);
        assert_eq!(list, [(0, Event::Meta(Meta::Unknown)), (1, ON)]);
        assert_eq!(warnings, [(Some(0), WarningKind::UnknownMetaTime { kind: 0x60, ticks: 9 })]);
    }

    #[test]
    fn a_running_sysex_loses_its_first_byte() {
        let (list, warnings) = events(&[0, 0xf0, 2, 1, 0xf7, 0, 60, 1, 2, 3, 0x91, 60, 64]);
        assert_eq!(list, [(0, Event::Ignored), (0, Event::Ignored), (3, ON)]);
        assert_eq!(warnings, [(Some(5), WarningKind::RunningSysex)]);
    }

    #[test]
    fn values_over_127_are_cut_and_pitches_over_127_dropped() {
        let (list, warnings) = events(&[0, 0x91, 60, 0xc8, 0, 0x91, 200, 64]);
        let cut = Event::NoteOn { channel: 1, pitch: 60, velocity: 127 };
        assert_eq!(list, [(0, cut), (0, Event::Ignored)]);
        let bad = WarningKind::DataByte { status: 0x91, byte: 200 };
        assert_eq!(warnings, [(Some(0), bad), (Some(4), bad)]);
    }

    #[test]
    fn a_fault_ends_the_track_where_it_stands() {
        let (list, warnings) = events(&[0, 0x91, 60, 64, 0, 0xf4, 0, 0x91, 60, 64]);
        assert_eq!(list, [(0, ON)]);
        assert_eq!(warnings, [(Some(4), WarningKind::UndefinedStatus { status: 0xf4 })]);
        assert_eq!(events(&[0, 60]).1, [(Some(0), WarningKind::NoRunningStatus { byte: 60 })]);
        assert_eq!(events(&[0, 0x91, 60]).1, [(Some(0), WarningKind::TruncatedEvent)]);
    }

    #[test]
    fn huge_numbers_end_the_track_instead_of_overflowing() {
        let mut bytes = vec![0xff; 40];
        bytes.extend([0x7f, 0x91, 60, 64]);
        assert_eq!(events(&bytes), (vec![], vec![(Some(0), WarningKind::HugeTick)]));
        bytes.splice(
            ..41,
            [0, 0xff, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        );
        assert_eq!(events(&bytes).1, [(Some(0), WarningKind::TruncatedEvent)]);
    }

    #[test]
    fn real_time_messages_do_not_end_a_running_channel_message() {
        let (list, warnings) = events(&[0, 0x91, 60, 64, 0, 0xf8, 0, 60, 64, 1, 60, 64]);
        assert_eq!(list, [(0, ON), (0, Event::Ignored), (0, ON), (1, ON)]);
        assert_eq!(warnings, [(Some(6), WarningKind::RunningSystem { status: 0xf8 })]);
    }
}
