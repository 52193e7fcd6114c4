//! A piano roll in a terminal, page by page.

use pipeline::play::{Piece, Sound};

use crate::terminal::{bold, dim, good};

/// Columns for the names of pitches.
pub(super) const LABEL: usize = 4;

/// Rows, at most and at least.
const MAX_ROWS: usize = 30;
const LEAST_ROWS: usize = 6;

/// Columns of a beat: four, or six where that is where notes are.
const BEAT: [usize; 2] = [4, 6];

/// Notes that are looked at for that.
const LOOKED_AT: usize = 1000;

/// The notes of a piece on a grid: a row for one or more pitches, a column for a part of a beat.
pub(super) struct Roll {
    /// The highest pitch, and how many there are in a row.
    high: usize,
    pitches: usize,
    rows: usize,
    /// Columns of a page, and of a beat.
    columns: usize,
    beat: usize,
    page: Page,
}

/// What is seen at a time.
#[derive(Default)]
struct Page {
    number: Option<usize>,
    cells: Vec<Vec<Cell>>,
    /// Where bars begin, and which.
    bars: Vec<(usize, u32)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Empty,
    /// A bar begins.
    Bar,
    /// A note begins.
    Struck,
    /// A note sounds on.
    Held,
}

/// How a piece of a row is painted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Paint {
    Behind,
    Now,
    Sounding,
    Ahead,
    Line,
}

impl Roll {
    /// A roll of a piece in so many columns and rows, at most.
    pub(super) fn new(piece: &Piece, width: usize, height: usize) -> Self {
        let pitches = || piece.notes.iter().map(|note| usize::from(note.pitch));
        let (low, high) = (pitches().min().unwrap_or(60), pitches().max().unwrap_or(60));
        let most = height.clamp(1, MAX_ROWS);
        let range = high - low + 1;
        let in_a_row = range.div_ceil(most);
        let rows = range.div_ceil(in_a_row).max(LEAST_ROWS.min(most));
        let spare = rows - range.div_ceil(in_a_row);
        let beat = columns_of_a_beat(piece);
        let beats = piece.beats.iter().take_while(|beat| beat.bar <= 1).count().max(1);
        let bar = beats * beat;
        // Pages are of whole bars, if one fits.
        let columns = if bar <= width { width / bar * bar } else { width };
        Self {
            high: high + spare / 2 * in_a_row,
            pitches: in_a_row,
            rows,
            columns: columns.max(1),
            beat,
            page: Page::default(),
        }
    }

    /// The numbers of bars, and the rows, with a cursor at a time.
    pub(super) fn lines(&mut self, piece: &Piece, seconds: f64) -> Vec<String> {
        let at = self.column_of(piece, seconds.min(piece.seconds)) as usize;
        let number = at / self.columns;
        if self.page.number != Some(number) {
            self.page = self.turn_to(piece, number);
        }
        let cursor = at % self.columns;
        let mut lines = vec![self.ruler()];
        lines.extend((0..self.rows).map(|row| self.row(row, cursor)));
        lines
    }

    /// Where a time is, in columns from the beginning of the piece.
    fn column_of(&self, piece: &Piece, seconds: f64) -> f64 {
        let (beat, share) = beat_of(piece, seconds);
        ((beat as f64 + share) * self.beat as f64).max(0.0)
    }

    fn turn_to(&self, piece: &Piece, number: usize) -> Page {
        let first = number * self.columns;
        let mut cells = vec![vec![Cell::Empty; self.columns]; self.rows];
        let bars: Vec<(usize, u32)> = self.bars(piece, first);
        for (column, _) in &bars {
            for cell in cells.iter_mut().filter_map(|row| row.get_mut(*column)) {
                *cell = Cell::Bar;
            }
        }
        for note in &piece.notes {
            let start = self.column_of(piece, note.start).round() as usize;
            if start >= first + self.columns {
                break;
            }
            self.put(&mut cells, note, (start, self.column_of(piece, note.end)), first);
        }
        Page { number: Some(number), cells, bars }
    }

    /// Puts a note on a page whose first column is `first`.
    fn put(&self, cells: &mut [Vec<Cell>], note: &Sound, (start, end): (usize, f64), first: usize) {
        let end = (end.round() as usize).max(start + 1);
        let row = self.high.saturating_sub(note.pitch.into()) / self.pitches;
        let Some(row) = cells.get_mut(row).filter(|_| end > first) else { return };
        for column in start.max(first)..end.min(first + self.columns) {
            let Some(cell) = row.get_mut(column - first) else { break };
            match *cell {
                _ if column == start => *cell = Cell::Struck,
                // Two notes on one row: where the second begins is still seen.
                Cell::Struck => {}
                _ => *cell = Cell::Held,
            }
        }
    }

    /// Where on a page bars begin.
    fn bars(&self, piece: &Piece, first: usize) -> Vec<(usize, u32)> {
        let beats = piece.beats.iter().enumerate().skip(first / self.beat);
        let on_page = beats.take_while(|(n, _)| n * self.beat < first + self.columns);
        let firsts = on_page.filter(|(n, beat)| beat.beat == 1 && n * self.beat >= first);
        firsts.map(|(n, beat)| (n * self.beat - first, beat.bar)).collect()
    }

    fn ruler(&self) -> String {
        let mut line = " ".repeat(LABEL);
        for (column, bar) in &self.page.bars {
            let used = line.len() - LABEL;
            let number = bar.to_string();
            // With a gap to the one before, and not over the edge.
            if (used == 0 || *column > used) && column + number.len() <= self.columns {
                line.push_str(&" ".repeat(column - used));
                line.push_str(&number);
            }
        }
        dim(line)
    }

    fn row(&self, row: usize, cursor: usize) -> String {
        let cells = self.page.cells.get(row).map_or(&[][..], Vec::as_slice);
        let mut line = dim(format!("{:LABEL$}", self.label(row)));
        let mut run: Option<(Paint, String)> = None;
        for (column, cell) in cells.iter().enumerate() {
            let is_note = matches!(cell, Cell::Struck | Cell::Held);
            let (paint, letter) = match (column.cmp(&cursor), cell) {
                (std::cmp::Ordering::Equal, _) if is_note => (Paint::Sounding, '█'),
                (std::cmp::Ordering::Equal, _) => (Paint::Now, '│'),
                (_, Cell::Empty) => (Paint::Line, ' '),
                (_, Cell::Bar) => (Paint::Line, '┊'),
                (order, cell) => {
                    let paint = if order.is_lt() { Paint::Behind } else { Paint::Ahead };
                    (paint, if *cell == Cell::Struck { '▐' } else { '█' })
                }
            };
            match &mut run {
                Some((same, text)) if *same == paint => text.push(letter),
                run => line.extend(run.replace((paint, letter.to_string())).map(painted)),
            }
        }
        line.extend(run.map(painted));
        line
    }

    /// The name of a C in a row, or of the pitch of the highest and the lowest row.
    fn label(&self, row: usize) -> String {
        let top = self.high.saturating_sub(row * self.pitches);
        let c = (top.saturating_sub(self.pitches - 1)..=top).find(|pitch| pitch % 12 == 0);
        c.map(|pitch| format!("C{}", pitch as i32 / 12 - 1)).unwrap_or_default()
    }
}

fn painted((paint, text): (Paint, String)) -> String {
    match paint {
        Paint::Behind | Paint::Line => dim(text),
        Paint::Now => bold(text),
        Paint::Sounding => good(text),
        Paint::Ahead => text,
    }
}

/// The beat that a time is in, from 0, and how much of it has passed; after the last one, more than all of it.
fn beat_of(piece: &Piece, seconds: f64) -> (usize, f64) {
    let after = piece.beats.partition_point(|beat| beat.time <= seconds);
    let number = after.saturating_sub(1);
    let time = |number: usize| piece.beats.get(number).map(|beat| beat.time);
    let start = time(number).unwrap_or(0.0);
    let length = match (time(number + 1), number.checked_sub(1).and_then(time)) {
        (Some(next), _) => next - start,
        (None, Some(last)) => start - last,
        (None, None) => 0.5,
    };
    (number, (seconds - start) / length.max(1e-6))
}

/// The division of beats that the notes are nearer to.
fn columns_of_a_beat(piece: &Piece) -> usize {
    let error = |division: usize| -> f64 {
        let off = |note: &Sound| {
            let place = beat_of(piece, note.start).1 * division as f64;
            (place - place.round()).abs() / division as f64
        };
        piece.notes.iter().take(LOOKED_AT).map(off).sum()
    };
    let [plain, compound] = BEAT;
    if error(compound) < 0.7 * error(plain) { compound } else { plain }
}

#[cfg(test)]
mod tests {
    use pipeline::play::Beat;

    use super::*;

    fn piece(notes: &[(u8, f64, f64)], beats_in_a_bar: u32, beats: u32) -> Piece {
        let beat = |n: u32| Beat {
            time: f64::from(n),
            bar: n / beats_in_a_bar + 1,
            beat: n % beats_in_a_bar + 1,
        };
        let notes = notes.iter().map(|&(pitch, start, end)| Sound { pitch, start, end });
        Piece {
            seconds: f64::from(beats),
            notes: notes.collect(),
            beats: (0..beats).map(beat).collect(),
            ..Piece::default()
        }
    }

    fn lines(piece: &Piece, (width, height): (usize, usize), seconds: f64) -> Vec<String> {
        let lines = Roll::new(piece, width, height).lines(piece, seconds);
        lines.iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect()
    }

    #[test]
    fn notes_stand_where_they_sound_and_the_cursor_where_it_is() {
        let piece = piece(&[(65, 0.0, 0.5), (60, 0.5, 1.5), (60, 1.5, 2.0), (62, 2.0, 4.0)], 2, 4);
        let expected = [
            "    1       2",
            "    ▐█ │    ┊       ",
            "    ┊  │    ┊       ",
            "    ┊  │    ┊       ",
            "    ┊  │    ▐███████",
            "    ┊  │    ┊       ",
            "C4  ┊ ▐███▐█┊       ",
        ];
        assert_eq!(lines(&piece, (20, 20), 0.75), expected);
    }

    #[test]
    fn pages_turn_at_bars_and_numbers_go_on() {
        let notes: Vec<(u8, f64, f64)> =
            (0..12).map(|n| (60 + n, f64::from(n), f64::from(n) + 1.0)).collect();
        let piece = piece(&notes, 3, 12);
        // A bar has 12 columns; two of them fit.
        let second = lines(&piece, (30, 20), 6.0);
        assert_eq!(second[0], "    3           4");
        assert!(second[1].ends_with("▐███") && second[6].starts_with("    █"), "{second:#?}");
        assert_eq!(lines(&piece, (30, 20), 5.99)[0], "    1           2");
        assert_eq!(lines(&piece, (30, 20), 99.0)[0].trim(), "");
    }

    #[test]
    fn many_pitches_share_rows_and_few_have_room() {
        let wide = piece(&[(0, 0.0, 1.0), (127, 1.0, 2.0)], 4, 4);
        let lines = lines(&wide, (40, 10), 0.0);
        assert!(lines.len() <= 11, "{lines:#?}");
        assert!(lines[1].contains('▐') && lines.last().unwrap().contains('█'), "{lines:#?}");
        let one = Roll::new(&piece(&[(60, 0.0, 1.0)], 4, 4), 40, 10);
        assert_eq!((one.rows, one.pitches), (LEAST_ROWS, 1));
    }

    #[test]
    fn thirds_of_beats_have_columns_and_nothing_has_none() {
        let jig: Vec<(u8, f64, f64)> =
            (0..9).map(|n| (60, f64::from(n) / 3.0, f64::from(n + 1) / 3.0)).collect();
        assert_eq!(columns_of_a_beat(&piece(&jig, 2, 3)), 6);
        assert_eq!(columns_of_a_beat(&piece(&[(60, 0.25, 0.5)], 2, 3)), 4);
        assert_eq!(lines(&Piece::default(), (20, 8), 0.0).len(), 7);
    }
}
