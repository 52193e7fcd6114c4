//! The one genre that an artist stands for, by a table.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use genre::GenreTable;
use genre::table::TableFormat;
use genre::words::Vocabulary;
use serde::Serialize;

use crate::{Error, Result};

/// How fine genres fold into few.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// By the words in their names: the last of [`RECIPE`] that a genre's name holds.
    #[default]
    Recipe,
}

/// Meta-genres of the recipe; the first is for what holds none of the others.
const RECIPE: [&str; 8] =
    ["other", "rock", "metal", "pop", "mellow", "country", "rap", "classical"];

impl Rule {
    /// The place of a genre's meta-genre in [`Self::meta_genres`].
    fn place(self, genre: &str) -> usize {
        let genre = genre.to_lowercase();
        RECIPE.iter().rposition(|&word| genre.contains(word)).unwrap_or_default()
    }

    /// The meta-genre that most of these genres belong to, `other` only if there is none beside it; of equals the last of the recipe.
    fn dominating(self, genres: &[String]) -> Option<&'static str> {
        let mut votes = [0_usize; RECIPE.len()];
        genres.iter().for_each(|genre| votes[self.place(genre)] += 1);
        let most = (1..RECIPE.len()).max_by_key(|&place| (votes[place], place))?;
        let place = if votes[most] > 0 { most } else { 0 };
        (votes[place] > 0).then_some(RECIPE[place])
    }
}

/// The genres that are looked for in words: those of the artists of Clean MIDI.
const KNOWN: &[u8] = include_bytes!("../../../../data/genres/clean_midi_spotify.csv");

/// Genres among them that are instruments, too.
const INSTRUMENTS: [&str; 2] = ["harpsichord", "violin"];

/// All genres that are known by name.
pub(super) fn vocabulary() -> Result<Vocabulary> {
    let table = GenreTable::read(KNOWN, TableFormat::Csv)?;
    // A track of such a name is no more than one.
    let genres = table.genres().into_iter().filter(|genre| !INSTRUMENTS.contains(genre));
    let folded = RECIPE.iter().copied().skip(1);
    Ok(Vocabulary::new(genres.chain(folded).collect::<BTreeSet<_>>()))
}

/// Reads tables and puts them together.
pub(super) fn read_tables(paths: &[PathBuf]) -> Result<GenreTable> {
    let mut all = GenreTable::default();
    for path in paths {
        for artist in read_table(path)?.artists() {
            all.add(&artist.name, artist.genres.iter().cloned());
        }
    }
    Ok(all)
}

fn read_table(path: &Path) -> Result<GenreTable> {
    let format = TableFormat::of(path).unwrap_or(TableFormat::Csv);
    let bytes = std::fs::read(path).map_err(|source| Error::read(path, source))?;
    GenreTable::read(&bytes, format)
        .map_err(|source| Error::Genre { path: path.to_owned(), source })
}

/// What tells the label of an artist: the only thing that learning wants to know of tables and names.
pub(super) fn labeller(table: &GenreTable, rule: Rule) -> impl Fn(&str) -> Option<String> + '_ {
    move |artist| {
        let genres = &table.get(artist)?.genres;
        rule.dominating(genres).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_the_recipe_names_a_genre_and_most_genres_an_artist() {
        let of = |genres: &[&str]| {
            let genres: Vec<String> = genres.iter().map(|&genre| genre.to_owned()).collect();
            Rule::Recipe.dominating(&genres)
        };
        assert_eq!(of(&["Rap Metal"]), Some("rap"));
        assert_eq!(of(&["pop rock"]), Some("pop"));
        assert_eq!(of(&["album rock", "hard rock", "europop"]), Some("rock"));
        assert_eq!(of(&["disco", "jazz", "europop"]), Some("pop"));
        assert_eq!(of(&["rock", "mellow gold"]), Some("mellow"));
        assert_eq!(of(&["disco", "jazz"]), Some("other"));
        assert_eq!(of(&[]), None);
    }
}
