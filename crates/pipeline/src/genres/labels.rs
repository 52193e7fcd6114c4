//! The one genre that an artist stands for, by tables.

use std::path::PathBuf;

use genre::{GenreTable, Matcher, Taxonomy};
use serde::Serialize;

use super::table;
use crate::{Observer, Result};

/// How fine genres fold into few.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// By the words in their names, [`Taxonomy::recipe`].
    #[default]
    Recipe,
    /// By the built-in taxonomy.
    Taxonomy,
}

impl Rule {
    pub(super) fn taxonomy(self) -> Taxonomy {
        match self {
            Self::Recipe => Taxonomy::recipe(),
            Self::Taxonomy => Taxonomy::built_in(),
        }
    }
}

/// Reads tables and puts them together; the built-in one if there are none.
pub(super) fn read_tables(paths: &[PathBuf], observer: &dyn Observer) -> Result<GenreTable> {
    if paths.is_empty() {
        return table(None, observer);
    }
    let tables =
        paths.iter().map(|path| table(Some(path), observer)).collect::<Result<Vec<_>>>()?;
    Ok(together(&tables))
}

/// Tables as one.
pub(super) fn together(tables: &[GenreTable]) -> GenreTable {
    let mut all = GenreTable::default();
    for artist in tables.iter().flat_map(GenreTable::artists) {
        all.add(&artist.name, artist.genres.iter().cloned());
    }
    all
}

/// What tells the label of an artist: the only thing that learning wants to know of tables and names. A name that is only like an artist's
/// teaches nothing.
pub(super) fn labeller<'a>(
    matcher: &'a Matcher<'a>,
    taxonomy: &'a Taxonomy,
) -> impl Fn(&str) -> Option<String> + 'a {
    move |artist| {
        let found = matcher.find(artist).filter(|found| found.how != genre::How::Fuzzy)?;
        Some(taxonomy.dominant(&found.artist.genres)?.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_artist_stands_for_what_most_of_its_genres_are() {
        let mut table = GenreTable::default();
        table.add("AC/DC", ["album rock", "hard rock", "europop"].map(str::to_owned));
        table.add("Nobody", []);
        let (matcher, taxonomy) = (Matcher::new(&table), Rule::Recipe.taxonomy());
        let label = labeller(&matcher, &taxonomy);
        assert_eq!(label("AC DC").as_deref(), Some("rock"));
        assert_eq!((label("Nobody"), label("Somebody")), (None, None));
    }
}
