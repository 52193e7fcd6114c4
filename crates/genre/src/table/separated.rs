//! Tables as comma- or tab-separated values.

use csv::{ReaderBuilder, StringRecord, WriterBuilder};

use super::GenreTable;
use crate::{Error, Result};

/// What stands between two genres.
const BETWEEN: char = '|';

pub(super) fn read(bytes: &[u8], delimiter: u8) -> Result<GenreTable> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes);
    let head = reader.headers()?.clone();
    let (artist, genres) = (column(&head, "artist")?, column(&head, "genres")?);
    let mut table = GenreTable::default();
    for record in reader.records() {
        let record = record?;
        let name = record.get(artist).unwrap_or_default().trim();
        if name.is_empty() {
            continue;
        }
        let genres = record.get(genres).unwrap_or_default().split(BETWEEN).map(str::trim);
        table.add(name, genres.filter(|genre| !genre.is_empty()).map(str::to_owned));
    }
    Ok(table)
}

fn column(head: &StringRecord, column: &'static str) -> Result<usize> {
    let mut names = head.iter().map(|name| name.trim().to_lowercase());
    names
        .position(|name| name == column)
        .ok_or_else(|| Error::NoColumn { column, found: head.iter().map(str::to_owned).collect() })
}

pub(super) fn write(table: &GenreTable, delimiter: u8) -> Result<Vec<u8>> {
    let mut writer = WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(["artist", "genres"])?;
    for artist in table.artists() {
        let genres = artist.genres.join(&BETWEEN.to_string());
        writer.write_record([artist.name.as_str(), genres.as_str()])?;
    }
    writer.into_inner().map_err(|error| Error::Table { line: 0, reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_by_their_names() {
        let table =
            read(b"\xef\xbb\xbfid,Genres , Artist\r\n1,a| b |a,X\r\n2,,\r\n3\r\n", b',').unwrap();
        assert_eq!(table.artists().len(), 1);
        assert_eq!(table.get("X").unwrap().genres, ["a", "b"]);
        let error = read(b"name,genres\n", b',').unwrap_err();
        assert_eq!(error.to_string(), "the table has no column `artist`, only name, genres");
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_line() {
        let error = read(b"artist,genres\nX,a\n\xff,b\n", b',').unwrap_err();
        assert!(matches!(error, Error::Table { line: 3, .. }), "{error:?}");
    }
}
