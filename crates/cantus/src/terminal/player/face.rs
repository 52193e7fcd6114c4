//! What stands on the screen: title, time, notes, keys.

use std::time::Duration;

use pipeline::play::{Piece, Place};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::roll::{LABEL, Roll};
use crate::terminal::{bold, dim, duration, good};

/// Lines that are no notes: title, time, numbers of bars, an empty one, keys.
const OTHER_LINES: usize = 5;

/// Screens that are smaller have no notes.
const LEAST_WIDTH: usize = 24;
const LEAST_HEIGHT: usize = OTHER_LINES + 4;

/// Keys and what they do, the most useful first; those of the second list only mean something where there are several pieces.
const KEYS: [(&str, &str); 5] =
    [("space", "pause"), ("q", "quit"), ("←→", "5 s"), ("[ ]", "bar"), ("+-", "volume")];
const KEYS_OF_SEVERAL: (&str, &str) = ("n p", "next, previous");

/// A piece as it is shown.
pub(super) struct Face {
    piece: Piece,
    title: String,
    roll: Option<Roll>,
    size: (usize, usize),
}

impl Face {
    pub(super) fn new(piece: Piece) -> Self {
        let title = piece.title.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
        Self { piece, title, roll: None, size: (0, 0) }
    }

    /// The lines of the screen, which is so many columns wide and lines high.
    pub(super) fn lines(&mut self, place: &Place, size: (usize, usize)) -> Vec<String> {
        let (width, height) = size;
        if self.size != size {
            self.size = size;
            let fits = width >= LEAST_WIDTH && height >= LEAST_HEIGHT;
            self.roll = fits.then(|| Roll::new(&self.piece, width - LABEL, height - OTHER_LINES));
        }
        let mut lines = vec![self.heading(width), self.time(place, width)];
        if let Some(roll) = &mut self.roll {
            lines.extend(roll.lines(&self.piece, place.seconds));
            lines.push(String::new());
            lines.push(self.keys(width));
        }
        lines.truncate(height.max(1));
        lines
    }

    fn heading(&self, width: usize) -> String {
        let (number, of) = (self.piece.number, self.piece.of);
        let count = if of > 1 { format!("  {number} of {of}") } else { String::new() };
        let title = cut(&self.title, width.saturating_sub(count.len()));
        let gap = width.saturating_sub(title.width() + count.len());
        format!("{}{}{}", bold(title), " ".repeat(gap), dim(count))
    }

    /// Where it is, in time, as a line, in bars.
    fn time(&self, place: &Place, width: usize) -> String {
        let clock = |seconds: f64| duration(Duration::from_secs_f64(seconds.max(0.0)));
        let sign = if place.is_paused { "‖" } else { "▶" };
        let (now, end) = (clock(place.seconds.min(self.piece.seconds)), clock(self.piece.seconds));
        let last = self.piece.beats.last().map_or(1, |beat| beat.bar).to_string().len();
        let bar = self.piece.beat_at(place.seconds);
        let bar = bar.map(|it| format!("  bar {:last$}:{}", it.bar, it.beat)).unwrap_or_default();
        let volume = match place.volume {
            100 => String::new(),
            volume => format!("  vol {volume}%"),
        };
        // The line between the times gives way first, then the bar, then the volume.
        let times = [sign, &now, &end].map(|text| text.width()).iter().sum::<usize>() + 3;
        let fits = |tail: &String| times + tail.width() <= width;
        let tail = [format!("{bar}{volume}"), volume].into_iter().find(fits).unwrap_or_default();
        let room = width.saturating_sub(times + tail.width());
        let share = (place.seconds / self.piece.seconds.max(1e-9)).clamp(0.0, 1.0);
        let line = if room > 3 { line(share, room - 1) + " " } else { String::new() };
        format!("{} {now} {line}{end}{tail}", good(sign))
    }

    fn keys(&self, width: usize) -> String {
        let several = (self.piece.of > 1).then_some(KEYS_OF_SEVERAL);
        let (mut line, mut used) = (String::new(), 0);
        for (key, does) in KEYS[..2].iter().copied().chain(several).chain(KEYS[2..].iter().copied())
        {
            let gap = if used == 0 { "" } else { "   " };
            let more = gap.len() + key.width() + 1 + does.len();
            if used + more > width {
                break;
            }
            line.push_str(&format!("{gap}{} {}", bold(key), dim(does)));
            used += more;
        }
        line
    }
}

/// A line of which a share is behind.
fn line(share: f64, width: usize) -> String {
    let behind = (share * width as f64) as usize;
    let ahead = width.saturating_sub(behind + 1);
    let tip = if behind < width { "╸" } else { "" };
    format!("{}{}", good("━".repeat(behind) + tip), dim("─".repeat(ahead)))
}

/// As much of a text as fits.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let (mut cut, mut used) = (String::new(), 1);
    for letter in text.chars() {
        used += letter.width().unwrap_or(0);
        if used > width {
            break;
        }
        cut.push(letter);
    }
    if width > 0 { cut + "…" } else { cut }
}

#[cfg(test)]
mod tests {
    use pipeline::play::{Beat, Sound};

    use super::*;

    fn plain(lines: &[String]) -> Vec<String> {
        lines.iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect()
    }

    fn piece(title: &str, of: usize) -> Piece {
        let note = |n: u32| Sound {
            pitch: 60 + (n % 13) as u8,
            start: f64::from(n),
            end: f64::from(n) + 0.9,
        };
        let beat = |n: u32| Beat { time: f64::from(n), bar: n / 4 + 1, beat: n % 4 + 1 };
        Piece {
            title: title.to_owned(),
            number: 2.min(of),
            of,
            seconds: 75.0,
            notes: (0..75).map(note).collect(),
            beats: (0..75).map(beat).collect(),
        }
    }

    fn place(seconds: f64) -> Place {
        Place { seconds, is_paused: false, volume: 100 }
    }

    #[test]
    fn nothing_is_wider_or_higher_than_the_screen() {
        for title in ["Jig", &"ein langer Titel ".repeat(9), "酒狂 酒狂 酒狂 酒狂 酒狂 酒狂 酒狂"]
        {
            let mut face = Face::new(piece(title, 3));
            for size in
                [(80, 24), (200, 60), (40, 12), (30, 9), (24, 30), (23, 30), (80, 5), (9, 1)]
            {
                for seconds in [0.0, 33.3, 80.0] {
                    let place = Place { volume: 50, is_paused: true, ..place(seconds) };
                    let lines = plain(&face.lines(&place, size));
                    assert!(lines.len() <= size.1, "{size:?}: {lines:#?}");
                    let widest = lines.iter().map(|line| line.width()).max();
                    // Of the time there is always at least the time.
                    assert!(widest <= Some(size.0.max(12)), "{size:?}: {lines:#?}");
                }
            }
        }
    }

    #[test]
    fn title_time_and_bars_are_told() {
        let mut face = Face::new(piece("A\x1b[2J jig", 3));
        let lines = plain(&face.lines(&place(65.2), (80, 24)));
        assert!(lines[0].starts_with("A [2J jig") && lines[0].ends_with("2 of 3"), "{}", lines[0]);
        assert!(lines[1].starts_with("▶ 1:05 ━━") && lines[1].ends_with("─ 1:15  bar 17:2"));
        assert!(lines.last().is_some_and(|keys| keys.contains("n p next, previous")));
        let one = plain(&Face::new(piece("A", 1)).lines(&place(1.0), (80, 24)));
        assert!(!one[0].contains("of") && !one.concat().contains("next"), "{one:#?}");
        assert!(Face::new(piece("A", 1)).lines(&place(1.0), (20, 8)).len() == 2);
    }
}
