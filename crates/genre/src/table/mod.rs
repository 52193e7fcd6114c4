//! Which artist has which genres.
//!
//! As CSV or TSV a table has a column `artist` and a column `genres`, in which genres stand apart by `|`; as JSON it is a list of
//! `{"artist": "ABBA", "genres": ["pop", "europop"]}` or an object `{"ABBA": ["pop", "europop"]}`.

mod json;
mod separated;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Result;

/// An artist with genres.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artist {
    /// Name, as the table has it.
    #[serde(rename = "artist")]
    pub name: String,
    /// Genres in the order of the table, each once; none where nobody knows.
    #[serde(default)]
    pub genres: Vec<String>,
}

/// Which artist has which genres. Each artist stands in it once, at the place of the first mention.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenreTable {
    artists: Vec<Artist>,
    places: BTreeMap<String, usize>,
}

/// How a table is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Comma-separated values, RFC 4180.
    Csv,
    /// The same with tabs.
    Tsv,
    /// A JSON list or object.
    Json,
}

impl TableFormat {
    /// The format that the ending of a file's name stands for.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "csv" => Some(Self::Csv),
            "tsv" | "tab" => Some(Self::Tsv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

impl GenreTable {
    /// Reads a table.
    ///
    /// # Errors
    ///
    /// [`Error::Table`](crate::Error::Table), [`Error::NoColumn`](crate::Error::NoColumn), [`Error::Json`](crate::Error::Json).
    pub fn read(bytes: &[u8], format: TableFormat) -> Result<Self> {
        match format {
            TableFormat::Csv => separated::read(bytes, b','),
            TableFormat::Tsv => separated::read(bytes, b'\t'),
            TableFormat::Json => json::read(bytes),
        }
    }

    /// Writes the table as bytes that [`read`](Self::read) makes the same table of.
    ///
    /// # Errors
    ///
    /// None but for want of memory.
    pub fn write(&self, format: TableFormat) -> Result<Vec<u8>> {
        match format {
            TableFormat::Csv => separated::write(self, b','),
            TableFormat::Tsv => separated::write(self, b'\t'),
            TableFormat::Json => json::write(self),
        }
    }

    /// Adds genres to an artist, and the artist if it is new.
    pub fn add(&mut self, artist: &str, genres: impl IntoIterator<Item = String>) {
        let place = match self.places.get(artist) {
            Some(&place) => place,
            None => {
                self.artists.push(Artist { name: artist.to_owned(), genres: Vec::new() });
                self.places.insert(artist.to_owned(), self.artists.len() - 1);
                self.artists.len() - 1
            }
        };
        let known = &mut self.artists[place].genres;
        for genre in genres {
            if !known.contains(&genre) {
                known.push(genre);
            }
        }
    }

    /// All artists, in order.
    #[must_use]
    pub fn artists(&self) -> &[Artist] {
        &self.artists
    }

    /// The artist of exactly this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Artist> {
        self.places.get(name).map(|&place| &self.artists[place])
    }

    /// All genres, each once, in the order of their names.
    #[must_use]
    pub fn genres(&self) -> Vec<&str> {
        let genres = self.artists.iter().flat_map(|artist| &artist.genres);
        genres.map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_change_to_a_table_makes_the_reader_panic(place in 0_usize..400, cut in 0_usize..8, bytes in prop::collection::vec(any::<u8>(), 0..4)) {
            for format in [TableFormat::Csv, TableFormat::Tsv, TableFormat::Json] {
                let mut changed = table().write(format).unwrap();
                let from = place % changed.len();
                let to = (from + cut).min(changed.len());
                changed.splice(from..to, bytes.iter().copied());
                if let Ok(table) = GenreTable::read(&changed, format) {
                    prop_assert!(table.artists().len() <= changed.len());
                }
                let _ = GenreTable::read(&changed[..from], format);
            }
        }
    }

    fn table() -> GenreTable {
        let mut table = GenreTable::default();
        table.add("\"Weird Al\" Yankovic", ["comedy rock".to_owned(), "comic".to_owned()]);
        table.add("10,000 Maniacs", ["folk".to_owned()]);
        table.add("Nobody", []);
        table.add("10,000 Maniacs", ["folk".to_owned(), "pop rock".to_owned()]);
        table
    }

    #[test]
    fn an_artist_stands_once() {
        assert_eq!(table().artists().len(), 3);
        assert_eq!(table().get("10,000 Maniacs").unwrap().genres, ["folk", "pop rock"]);
        assert_eq!(table().genres(), ["comedy rock", "comic", "folk", "pop rock"]);
    }

    #[test]
    fn what_is_written_is_read() {
        for format in [TableFormat::Csv, TableFormat::Tsv, TableFormat::Json] {
            let bytes = table().write(format).unwrap();
            assert_eq!(GenreTable::read(&bytes, format).unwrap(), table(), "{format:?}");
        }
    }

    #[test]
    fn the_table_of_clean_midi_is_read() {
        let bytes = include_bytes!("../../../../data/genres/clean_midi_spotify.csv");
        let table = GenreTable::read(bytes, TableFormat::Csv).unwrap();
        let without = table.artists().iter().filter(|artist| artist.genres.is_empty()).count();
        assert_eq!((table.artists().len(), table.genres().len(), without), (2178, 600, 208));
    }
}
