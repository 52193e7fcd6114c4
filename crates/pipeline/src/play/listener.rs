//! Who listens to music that is played, and what they want.

use crate::{Observer, Unobserved};

/// An observer of music that is played, which may ask for something else.
pub trait Listener: Observer {
    /// A piece begins.
    fn begins(&self, _piece: &Piece) {}

    /// Where it is. Called some forty times a second.
    fn at(&self, _place: &Place) {}

    /// What the listener wants next, if anything. Asked as often.
    fn command(&self) -> Option<Command> {
        None
    }
}

impl Listener for Unobserved {}

/// A piece that is played, as far as it can be shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Piece {
    /// Its title, or the name of its file.
    pub title: String,
    /// Which it is, counted from 1, and of how many.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// Seconds up to the end of the last note.
    pub seconds: f64,
    /// Its notes, by when they begin; drums and clicks only where there is nothing else.
    pub notes: Vec<Sound>,
    /// Its beats, by time.
    pub beats: Vec<Beat>,
}

/// A note.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sound {
    /// MIDI note number.
    pub pitch: u8,
    /// When it begins, in seconds.
    pub start: f64,
    /// When it ends.
    pub end: f64,
}

/// A beat, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beat {
    /// When, in seconds.
    pub time: f64,
    /// Its bar, counted from 1.
    pub bar: u32,
    /// Which of that bar it is, counted from 1.
    pub beat: u32,
}

/// A place in a piece that is played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Seconds from its beginning to what is heard.
    pub seconds: f64,
    /// Whether it stands still.
    pub is_paused: bool,
    /// Volume in percent.
    pub volume: u32,
}

/// What a listener may want.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// To stand still, or to go on.
    Pause,
    /// To go so many seconds forth, or back.
    Seconds(f64),
    /// To go so many bars forth, or back.
    Bars(i32),
    /// To go to the beginning.
    Beginning,
    /// Another volume: so many percent more, or less.
    Volume(i32),
    /// The next piece.
    Next,
    /// The piece before, or the beginning of this one if that is some seconds ago.
    Previous,
    /// To hear no more.
    Quit,
}

impl Piece {
    /// The beat that lasts at a time; none where there are none.
    #[must_use]
    pub fn beat_at(&self, seconds: f64) -> Option<&Beat> {
        let after = self.beats.partition_point(|beat| beat.time <= seconds);
        self.beats.get(after.saturating_sub(1))
    }

    /// When a bar begins, counted from 1; none if there is no such bar.
    #[must_use]
    pub fn start_of(&self, bar: u32) -> Option<f64> {
        let first = self.beats.partition_point(|beat| beat.bar < bar);
        self.beats.get(first).filter(|beat| beat.bar == bar).map(|beat| beat.time)
    }

    /// Where one is so many bars before or after a time: at the beginning of a bar. A bar that has just begun is not gone back to.
    #[must_use]
    pub fn bars_from(&self, seconds: f64, bars: i32) -> f64 {
        let Some(now) = self.beat_at(seconds) else { return seconds };
        let into = seconds - self.start_of(now.bar).unwrap_or(seconds);
        // Back from the middle of a bar is to its beginning.
        let back = i32::from(bars < 0 && into > JUST);
        let bar = i64::from(now.bar) + i64::from(bars) + i64::from(back);
        let bar = u32::try_from(bar.max(1)).unwrap_or(u32::MAX);
        self.start_of(bar).unwrap_or(self.seconds)
    }
}

/// Seconds after which something has no longer just begun.
const JUST: f64 = 0.5;

#[cfg(test)]
mod tests {
    use super::*;

    /// Four bars of two beats of a second.
    fn piece() -> Piece {
        let beat = |n: u32| Beat { time: f64::from(n), bar: n / 2 + 1, beat: n % 2 + 1 };
        Piece { seconds: 8.0, beats: (0..8).map(beat).collect(), ..Piece::default() }
    }

    #[test]
    fn a_time_has_a_beat_and_a_bar_a_time() {
        let piece = piece();
        let beat = |seconds| piece.beat_at(seconds).map(|beat| (beat.bar, beat.beat));
        assert_eq!((beat(0.0), beat(3.9), beat(99.0)), (Some((1, 1)), Some((2, 2)), Some((4, 2))));
        assert_eq!(
            (piece.start_of(3), piece.start_of(5), piece.start_of(0)),
            (Some(4.0), None, None)
        );
        assert_eq!(Piece::default().beat_at(1.0), None);
    }

    #[test]
    fn bars_are_counted_from_the_beginning_of_this_one() {
        let piece = piece();
        assert_eq!((piece.bars_from(3.0, 1), piece.bars_from(3.0, -1)), (4.0, 2.0));
        assert_eq!((piece.bars_from(2.2, -1), piece.bars_from(0.1, -1)), (0.0, 0.0));
        assert_eq!((piece.bars_from(7.0, 1), piece.bars_from(7.0, i32::MIN)), (8.0, 0.0));
        assert_eq!(Piece::default().bars_from(3.0, 1), 3.0);
    }
}
