//! Rows as one JSON object: `{"columns": [...], "rows": [{...}, ...]}`.

use std::io::{self, Write};

use pipeline::Cell;
use serde_json::{Map, Value};

/// Rows on their way out.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Names of the columns; the second of two that are alike gets a number.
    names: Vec<String>,
    rows: u64,
}

impl Rows {
    pub(super) fn take(
        &mut self,
        names: &[String],
        cells: Option<&[Cell]>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Some(cells) = cells else {
            for name in names {
                let numbered = (2..).map(|number: u64| format!("{name}_{number}"));
                let mut candidates = std::iter::once(name.clone()).chain(numbered);
                self.names.extend(candidates.find(|name| !self.names.contains(name)));
            }
            return write!(out, "{{\"columns\":{},\"rows\":[", serde_json::to_string(&self.names)?);
        };
        if self.rows > 0 {
            out.write_all(b",")?;
        }
        self.rows += 1;
        let values = cells.iter().map(|cell| serde_json::to_value(cell).unwrap_or(Value::Null));
        let row: Map<String, Value> = self.names.iter().cloned().zip(values).collect();
        serde_json::to_writer(out, &row).map_err(io::Error::from)
    }

    pub(super) fn end(self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"]}\n")
    }
}
