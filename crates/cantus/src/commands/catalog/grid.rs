//! Rows in columns, as wide as they must be and the terminal is.

use std::io::{self, Write};

use pipeline::Cell;

use crate::terminal::{count, dim};

/// Rows that say how wide columns are; those that follow are cut to that.
const ROWS_FOR_WIDTHS: usize = 200;

/// Least width that a column is cut to.
const LEAST: usize = 8;

/// A cell as it is shown.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) text: String,
    pub(super) is_number: bool,
}

/// Rows on their way to the terminal.
#[derive(Debug)]
pub(super) struct Grid {
    width: usize,
    names: Vec<String>,
    waiting: Vec<Vec<Entry>>,
    widths: Vec<usize>,
    rows: u64,
}

impl Grid {
    /// For a terminal of so many columns.
    pub(super) fn new(width: usize) -> Self {
        Self { width, names: Vec::new(), waiting: Vec::new(), widths: Vec::new(), rows: 0 }
    }

    pub(super) fn take(
        &mut self,
        names: &[String],
        cells: Option<&[Cell]>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Some(cells) = cells else {
            self.names = names.iter().map(|name| one_line(name)).collect();
            return Ok(());
        };
        let entry = |cell| {
            let entry = Entry::from(cell);
            Entry { text: one_line(&entry.text), ..entry }
        };
        self.rows += 1;
        self.waiting.push(cells.iter().map(entry).collect());
        if self.widths.is_empty() && self.waiting.len() < ROWS_FOR_WIDTHS {
            return Ok(());
        }
        self.flush(out)
    }

    /// Prints what is left, and how many rows there were.
    pub(super) fn end(mut self, out: &mut dyn Write) -> io::Result<()> {
        self.flush(out)?;
        let rows = if self.rows == 1 { "row" } else { "rows" };
        writeln!(out, "{}", dim(format!("{} {rows}", count(self.rows))))
    }

    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.widths.is_empty() {
            self.widths = self.measure();
            let head: Vec<Entry> = self
                .names
                .iter()
                .enumerate()
                .map(|(column, name)| Entry {
                    text: name.clone(),
                    is_number: self.waiting.first().is_some_and(|row| row[column].is_number),
                })
                .collect();
            writeln!(out, "{}", dim(line(&head, &self.widths)))?;
        }
        for row in std::mem::take(&mut self.waiting) {
            writeln!(out, "{}", line(&row, &self.widths))?;
        }
        Ok(())
    }

    /// Widths that all rows so far fit in, the widest columns cut until the line fits the terminal.
    fn measure(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self.names.iter().map(|name| length(name)).collect();
        for row in &self.waiting {
            for (width, entry) in widths.iter_mut().zip(row) {
                *width = (*width).max(length(&entry.text));
            }
        }
        let between = 2 * widths.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + between > self.width {
            let Some(widest) = widths.iter_mut().max().filter(|width| **width > LEAST) else {
                break;
            };
            *widest -= 1;
        }
        widths
    }
}

fn line(row: &[Entry], widths: &[usize]) -> String {
    let mut line = String::new();
    for (Entry { text, is_number }, &width) in row.iter().zip(widths) {
        let text = cut(text, width);
        let gap = " ".repeat(width.saturating_sub(length(&text)));
        if *is_number {
            line += &format!("{gap}{text}  ");
        } else {
            line += &format!("{text}{gap}  ");
        }
    }
    line.truncate(line.trim_end().len());
    line
}

fn cut(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    let mut text: String = text.chars().take(width.saturating_sub(1)).collect();
    text.push('\u{2026}');
    text
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// A text without what would leave its line.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(width: usize, rows: &[Vec<Cell>]) -> String {
        let mut grid = Grid::new(width);
        let names = ["name".to_owned(), "n".to_owned()];
        let mut out = Vec::new();
        grid.take(&names, None, &mut out).unwrap();
        for row in rows {
            grid.take(&names, Some(row), &mut out).unwrap();
        }
        grid.end(&mut out).unwrap();
        anstream::adapter::strip_str(&String::from_utf8(out).unwrap()).to_string()
    }

    #[test]
    fn columns_stand_under_one_another() {
        let rows = [
            vec![Cell::Text("a\nb".into()), Cell::Integer(7)],
            vec![Cell::Null, Cell::Real(123.5)],
        ];
        assert_eq!(shown(80, &rows), "name      n\na b       7\n      123.5\n2 rows\n");
        assert_eq!(shown(80, &[]), "name  n\n0 rows\n");
    }

    #[test]
    fn long_texts_are_cut() {
        let rows = [vec![Cell::Text("x".repeat(100)), Cell::Integer(7)]];
        let expected = format!("name              n\n{}\u{2026}  7\n1 row\n", "x".repeat(15));
        assert_eq!(shown(19, &rows), expected);
    }
}
