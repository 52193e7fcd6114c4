//! Meta-genres: the few large genres that the many fine ones fold into.
//!
//! [`Taxonomy::built_in`] knows 600 fine genres; [`Taxonomy::read`] reads one of the user's own. [`Taxonomy::recipe`] is the rule that people
//! used in 2017: the last of eight words that a genre contains.

mod file;

use std::collections::HashMap;

use serde::Serialize;

use crate::Result;
pub use figure::Colour;

/// Which meta-genre of a taxonomy: its place in [`Taxonomy::metas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct MetaId(usize);

impl MetaId {
    /// The place, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

/// A large genre.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MetaGenre {
    /// Its place in the taxonomy.
    #[serde(skip)]
    pub id: MetaId,
    /// What it is called in tables, queries and names of files.
    pub name: String,
    /// What people read.
    pub display: String,
    /// What belongs to it, in a line.
    pub description: String,
    /// Its colour in pictures.
    pub colour: Colour,
    /// Other words for it.
    pub aliases: Vec<String>,
    /// Parts of names of genres that belong to it though no list has them.
    pub substrings: Vec<String>,
    /// The fine genres that belong to it.
    pub genres: Vec<String>,
}

/// Why a genre belongs to a meta-genre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The taxonomy lists it, or it is the name of the meta-genre.
    Listed,
    /// A substring in its name.
    Substring,
    /// It fits nowhere.
    Nowhere,
}

/// The part that a meta-genre has in several genres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The meta-genre.
    pub meta: MetaId,
    /// Its share in (0, 1]; those of one blend add up to 1.
    pub share: f64,
}

/// Which substring counts when a genre contains several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precedence {
    /// The one that ends last in the name of the genre, of those the longest: the noun of the name.
    EndsLast,
    /// That of the meta-genre that stands last.
    StandsLast,
}

/// Meta-genres, and which fine genres belong to them.
#[derive(Clone, Debug)]
pub struct Taxonomy {
    metas: Vec<MetaGenre>,
    by_genre: HashMap<String, MetaId>,
    precedence: Precedence,
    common: Vec<String>,
    instruments: Vec<String>,
}

impl Taxonomy {
    /// The taxonomy that comes with Cantus, `data/genres.toml`.
    ///
    /// # Panics
    ///
    /// Never: tests hold that the file can be read.
    #[must_use]
    pub fn built_in() -> Self {
        Self::read(include_str!("../../../../data/genres.toml"))
            .expect("the built-in taxonomy is well-formed")
    }

    /// Reads a taxonomy in TOML; `data/genres.toml` says how it is written.
    ///
    /// # Errors
    ///
    /// [`Error::Toml`](crate::Error::Toml), [`Error::Colour`](crate::Error::Colour), [`Error::Repeated`](crate::Error::Repeated),
    /// [`Error::NoMetaGenre`](crate::Error::NoMetaGenre).
    pub fn read(text: &str) -> Result<Self> {
        file::read(text)
    }

    /// The rule of the original recipe: of `other, rock, metal, pop, mellow, country, rap, classical`, in this order, the last one that is part of
    /// the genre's name, else `other`.
    #[must_use]
    pub fn recipe() -> Self {
        let names = ["rock", "metal", "pop", "mellow", "country", "rap", "classical", "other"];
        let colours: [u32; 8] =
            [0xd22d2d, 0x3c3c2d, 0xff87b4, 0x87b4d2, 0xb4784b, 0x782dc3, 0xc3a569, 0x969687];
        let colour = |rgb: u32| {
            let [_, r, g, b] = rgb.to_be_bytes();
            Colour::new(r, g, b)
        };
        let metas = names.iter().zip(colours).enumerate().map(|(place, (name, rgb))| MetaGenre {
            id: MetaId(place),
            name: (*name).to_owned(),
            display: (*name).to_owned(),
            description: format!("Genres with `{name}` in their names"),
            colour: colour(rgb),
            aliases: Vec::new(),
            substrings: vec![(*name).to_owned()],
            genres: Vec::new(),
        });
        Taxonomy {
            metas: metas.collect(),
            by_genre: HashMap::new(),
            precedence: Precedence::StandsLast,
            common: Vec::new(),
            instruments: Vec::new(),
        }
    }

    /// The meta-genres in the order of the file: at least one, of which the last takes what fits nowhere.
    #[must_use]
    pub fn metas(&self) -> &[MetaGenre] {
        &self.metas
    }

    /// The meta-genre with this id, which must be of this taxonomy.
    #[must_use]
    pub fn get(&self, id: MetaId) -> &MetaGenre {
        &self.metas[id.0]
    }

    /// The meta-genre of this name, display name or alias, in capitals or not.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&MetaGenre> {
        let name = key(name);
        let is = |text: &String| key(text) == name;
        let by_name = self.metas.iter().find(|meta| is(&meta.name) || is(&meta.display));
        by_name.or_else(|| self.metas.iter().find(|meta| meta.aliases.iter().any(is)))
    }

    /// The meta-genre that a fine genre belongs to.
    #[must_use]
    pub fn meta_of(&self, genre: &str) -> &MetaGenre {
        self.place_of(genre).0
    }

    /// The meta-genre that a fine genre belongs to, and why.
    #[must_use]
    pub fn place_of(&self, genre: &str) -> (&MetaGenre, Why) {
        let genre = key(genre);
        if let Some(&id) = self.by_genre.get(&genre) {
            return (self.get(id), Why::Listed);
        }
        match self.by_substring(&genre) {
            Some(meta) => (meta, Why::Substring),
            None => (self.last(), Why::Nowhere),
        }
    }

    fn by_substring(&self, genre: &str) -> Option<&MetaGenre> {
        let mut found = self.metas.iter().filter_map(|meta| {
            let ends = meta
                .substrings
                .iter()
                .filter_map(|part| Some((genre.rfind(part.as_str())? + part.len(), part.len())));
            ends.max().map(|end| (end, meta))
        });
        match self.precedence {
            Precedence::StandsLast => found.next_back(),
            Precedence::EndsLast => {
                found.reduce(|best, next| if next.0 > best.0 { next } else { best })
            }
        }
        .map(|(_, meta)| meta)
    }

    /// The meta-genre for what fits nowhere.
    fn last(&self) -> &MetaGenre {
        &self.metas[self.metas.len() - 1]
    }

    /// The shares of the meta-genres in some fine genres, each of which counts the same: the largest first, of equal ones the one that stands first
    /// in the taxonomy, but the last meta-genre (of what fits nowhere) behind all others. Empty if there are no genres.
    pub fn blend<G: AsRef<str>>(&self, genres: impl IntoIterator<Item = G>) -> Vec<Share> {
        let mut counts = vec![0_usize; self.metas.len()];
        for genre in genres {
            counts[self.meta_of(genre.as_ref()).id.0] += 1;
        }
        let all: usize = counts.iter().sum();
        let mut metas: Vec<usize> = (0..counts.len()).filter(|&meta| counts[meta] > 0).collect();
        let last = self.metas.len() - 1;
        metas.sort_by_key(|&meta| (meta == last, std::cmp::Reverse(counts[meta]), meta));
        let share =
            |meta: usize| Share { meta: MetaId(meta), share: counts[meta] as f64 / all as f64 };
        metas.into_iter().map(share).collect()
    }

    /// The meta-genre with the largest share in some genres, the first of their [`blend`](Self::blend); none if there are no genres.
    pub fn dominant<G: AsRef<str>>(
        &self,
        genres: impl IntoIterator<Item = G>,
    ) -> Option<&MetaGenre> {
        self.blend(genres).first().map(|share| self.get(share.meta))
    }

    /// Words that mean a genre as the name of a folder, but elsewhere often something else.
    pub(crate) fn common(&self) -> &[String] {
        &self.common
    }

    /// Words for instruments.
    pub(crate) fn instruments(&self) -> &[String] {
        &self.instruments
    }
}

/// The form in which genres are compared.
fn key(genre: &str) -> String {
    genre.trim().to_lowercase()
}

#[cfg(test)]
mod tests;
