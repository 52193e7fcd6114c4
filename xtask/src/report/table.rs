//! Tables.

use serde::Serialize;

use super::numbers::{duration, number, or_dash, times};
use crate::rounds::Outcome;

/// Cells; the first column is text, the others are figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new<const N: usize>(header: [&str; N]) -> Self {
        Self { header: header.map(str::to_owned).to_vec(), rows: Vec::new() }
    }

    /// Adds a row, as long as the header.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.header.len());
        self.rows.push(cells);
    }

    /// In Markdown, its columns as wide as their widest cell; columns in `left` begin at the left, like the first.
    pub(super) fn markdown(&self, left: &[usize]) -> String {
        let widths: Vec<usize> = (0..self.header.len()).map(|column| self.width(column)).collect();
        let is_left = |column: usize| column == 0 || left.contains(&column);
        let line = |cells: &[String]| {
            let padded = cells.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
                if is_left(column) {
                    format!(" {cell:width$} ")
                } else {
                    format!(" {cell:>width$} ")
                }
            });
            format!("|{}|\n", padded.collect::<Vec<_>>().join("|"))
        };
        let rule = widths.iter().enumerate().map(|(column, &width)| {
            let dashes = "-".repeat(width + 1);
            if is_left(column) { format!("{dashes}-") } else { format!("{dashes}:") }
        });
        let rule = format!("|{}|\n", rule.collect::<Vec<_>>().join("|"));
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        line(&self.header) + &rule + &rows
    }

    fn width(&self, column: usize) -> usize {
        let cells = std::iter::once(&self.header).chain(&self.rows);
        cells.map(|row| row[column].chars().count()).max().unwrap_or(0).max(2)
    }
}

/// Who took how long, with the rate in `unit`s a second if there is one. The first is what the others are compared to.
pub(crate) fn standings(outcomes: &[Outcome], unit: Option<&str>) -> Table {
    let rate = unit.map(|unit| format!("{unit}/s"));
    let mut header = ["", "runs", "median", "least", "processor"].map(str::to_owned).to_vec();
    header.extend(rate);
    header.push("Cantus is".to_owned());
    let rows = outcomes.iter().enumerate().map(|(place, outcome)| {
        let mut row = figures(outcome);
        row.extend(unit.map(|_| or_dash(outcome.rate(), number)));
        let ratio = outcomes[0].times_as_fast_as(outcome).filter(|_| place > 0);
        row.push(or_dash(ratio, |ratio| format!("{} as fast", times(ratio))));
        row
    });
    Table { rows: rows.collect(), header }
}

fn figures(outcome: &Outcome) -> Vec<String> {
    let runs = match outcome.runs.len() {
        _ if outcome.quoted => "quoted".to_owned(),
        runs => runs.to_string(),
    };
    let cpu = outcome.median(|run| run.cpu).filter(|_| !outcome.quoted);
    let least = outcome.least().filter(|_| !outcome.quoted);
    let wall = or_dash(outcome.wall(), duration);
    vec![outcome.name.clone(), runs, wall, or_dash(least, duration), or_dash(cpu, duration)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(["", "runs"]);
        table.row(vec!["Cantus".to_owned(), "7".to_owned()]);
        assert_eq!(
            table.markdown(&[]),
            "|        | runs |\n|--------|-----:|\n| Cantus |    7 |\n"
        );
        assert_eq!(
            table.markdown(&[1]),
            "|        | runs |\n|--------|------|\n| Cantus | 7    |\n"
        );
    }

    #[test]
    fn standings_compare_rates() {
        let outcomes = [Outcome::quoted("Cantus", 0.5, 10.0), Outcome::quoted("slow", 2.0, 20.0)];
        let text = standings(&outcomes, Some("files")).markdown(&[]);
        assert!(text.contains("| files/s |"), "{text}");
        assert!(text.lines().last().unwrap().ends_with("| 2.0x as fast |"), "{text}");
    }
}
