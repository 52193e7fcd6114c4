//! How many artists each genre has.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::table::GenreTable;

/// How often a genre occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GenreCount {
    /// The genre.
    pub genre: String,
    /// Artists that have it.
    pub artists: u64,
    /// Files by these artists, where that is known.
    pub files: Option<u64>,
}

/// The genres of a table by the number of their artists, the most frequent first, equal ones in the order of their names.
#[must_use]
pub fn genres_by_artists(table: &GenreTable) -> Vec<GenreCount> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for genre in table.artists().iter().flat_map(|artist| &artist.genres) {
        *counts.entry(genre).or_default() += 1;
    }
    let count = |(genre, artists): (&str, u64)| GenreCount {
        genre: genre.to_owned(),
        artists,
        files: None,
    };
    let mut counts: Vec<GenreCount> = counts.into_iter().map(count).collect();
    // Stable: names are in order already.
    counts.sort_by_key(|count| std::cmp::Reverse(count.artists));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::TableFormat;

    #[test]
    fn the_counts_of_clean_midi_are_known() {
        let bytes = include_bytes!("../../../data/genres/clean_midi_spotify.csv");
        let table = GenreTable::read(bytes, TableFormat::Csv).unwrap();
        let counts = genres_by_artists(&table);
        let top: Vec<(&str, u64)> =
            counts.iter().map(|count| (count.genre.as_str(), count.artists)).take(7).collect();
        assert_eq!(
            top,
            [
                ("mellow gold", 385),
                ("soft rock", 373),
                ("rock", 355),
                ("classic rock", 289),
                ("album rock", 275),
                ("folk rock", 262),
                ("new wave pop", 247),
            ]
        );
        assert!(
            counts
                .is_sorted_by_key(|count| (std::cmp::Reverse(count.artists), count.genre.clone()))
        );
        assert_eq!(counts.len(), 600);
    }
}
