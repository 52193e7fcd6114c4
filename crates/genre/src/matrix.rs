//! Artists and genres as a matrix of zeros and ones.

use std::collections::BTreeMap;

use crate::GenreTable;

/// Artists and genres as a matrix `[artists, genres]`: 1 where the artist has the genre, else 0. Of hundreds of genres an
/// artist has about ten, so only the ones are stored. Artists without genres are left out: nothing says where they belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenreMatrix {
    artists: Vec<String>,
    genres: Vec<String>,
    rows: Lists,
    columns: Lists,
}

impl GenreMatrix {
    /// The matrix of a table: artists in its order, genres in the order of their names.
    #[must_use]
    pub fn new(table: &GenreTable) -> Self {
        let genres: Vec<String> = table.genres().into_iter().map(str::to_owned).collect();
        let places: BTreeMap<&str, u32> = genres.iter().map(String::as_str).zip(0..).collect();
        let artists = || table.artists().iter().filter(|artist| !artist.genres.is_empty());
        let mut rows = Lists::default();
        for artist in artists() {
            let mut row: Vec<u32> =
                artist.genres.iter().map(|genre| places[genre.as_str()]).collect();
            row.sort_unstable();
            rows.push(&row);
        }
        let columns = rows.transposed(genres.len());
        Self {
            artists: artists().map(|artist| artist.name.clone()).collect(),
            genres,
            rows,
            columns,
        }
    }

    /// Names of the rows.
    #[must_use]
    pub fn artists(&self) -> &[String] {
        &self.artists
    }

    /// Names of the columns, in order.
    #[must_use]
    pub fn genres(&self) -> &[String] {
        &self.genres
    }

    /// The columns in which the row `artist` has a 1, in order.
    #[must_use]
    pub fn genres_of(&self, artist: usize) -> &[u32] {
        self.rows.get(artist)
    }

    /// The rows in which the column `genre` has a 1, in order.
    #[must_use]
    pub fn artists_of(&self, genre: usize) -> &[u32] {
        self.columns.get(genre)
    }
}

/// Lists of numbers, one after the other in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Lists {
    ends: Vec<usize>,
    items: Vec<u32>,
}

impl Lists {
    fn push(&mut self, list: &[u32]) {
        self.items.extend_from_slice(list);
        self.ends.push(self.items.len());
    }

    fn get(&self, index: usize) -> &[u32] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.items[start..self.ends[index]]
    }

    /// For each item below `bound` the lists that it is in.
    fn transposed(&self, bound: usize) -> Self {
        let mut lists = vec![Vec::new(); bound];
        for (list, number) in (0..self.ends.len()).zip(0..) {
            self.get(list).iter().for_each(|&item| lists[item as usize].push(number));
        }
        let mut transposed = Self::default();
        lists.iter().for_each(|list| transposed.push(list));
        transposed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ones_are_where_the_table_has_genres() {
        let mut table = GenreTable::default();
        table.add("Queen", ["rock".to_owned(), "glam".to_owned()]);
        table.add("Nobody", []);
        table.add("ABBA", ["pop".to_owned(), "glam".to_owned()]);
        let matrix = GenreMatrix::new(&table);
        assert_eq!(matrix.artists(), ["Queen", "ABBA"]);
        assert_eq!(matrix.genres(), ["glam", "pop", "rock"]);
        assert_eq!((matrix.genres_of(0), matrix.genres_of(1)), (&[0, 2][..], &[0, 1][..]));
        assert_eq!((matrix.artists_of(0), matrix.artists_of(1)), (&[0, 1][..], &[1][..]));
    }

    #[test]
    fn a_table_without_genres_is_an_empty_matrix() {
        let mut table = GenreTable::default();
        table.add("Nobody", []);
        let matrix = GenreMatrix::new(&table);
        assert!(matrix.artists().is_empty() && matrix.genres().is_empty());
    }
}
