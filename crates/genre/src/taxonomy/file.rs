//! Taxonomies as TOML.

use std::collections::HashMap;

use serde::Deserialize;

use super::{MetaGenre, MetaId, Precedence, Taxonomy, key};
use crate::{Error, Result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    common: Vec<String>,
    #[serde(default)]
    instruments: Vec<String>,
    #[serde(default)]
    meta: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    display: Option<String>,
    #[serde(default)]
    description: String,
    colour: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    substrings: Vec<String>,
    #[serde(default)]
    genres: Vec<String>,
}

pub(super) fn read(text: &str) -> Result<Taxonomy> {
    let file: File = toml::from_str(text).map_err(|error| Error::toml(text, &error))?;
    if file.meta.is_empty() {
        return Err(Error::NoMetaGenre);
    }
    let metas = file.meta.into_iter().enumerate();
    let metas: Vec<MetaGenre> =
        metas.map(|(place, entry)| entry.meta_genre(place)).collect::<Result<_>>()?;
    Ok(Taxonomy {
        by_genre: by_genre(&metas)?,
        metas,
        precedence: Precedence::EndsLast,
        common: file.common,
        instruments: file.instruments,
    })
}

impl Entry {
    fn meta_genre(self, place: usize) -> Result<MetaGenre> {
        let colour = self.colour.parse();
        let colour =
            colour.map_err(|_| Error::Colour { meta: self.name.clone(), found: self.colour })?;
        let substrings = self.substrings.iter().map(|part| part.to_lowercase());
        Ok(MetaGenre {
            id: MetaId(place),
            display: self.display.unwrap_or_else(|| self.name.clone()),
            name: self.name,
            description: self.description,
            colour,
            aliases: self.aliases,
            substrings: substrings.filter(|part| !part.is_empty()).collect(),
            genres: self.genres,
        })
    }
}

/// Fine genres, and names of meta-genres where no list has them, to their meta-genres.
fn by_genre(metas: &[MetaGenre]) -> Result<HashMap<String, MetaId>> {
    let repeated = |name: &str, first: MetaId, second: MetaId| Error::Repeated {
        name: name.to_owned(),
        metas: [first, second].map(|id| metas[id.0].name.clone()),
    };
    let mut names = HashMap::new();
    for meta in metas {
        if let Some(first) = names.insert(key(&meta.name), meta.id) {
            return Err(repeated(&meta.name, first, meta.id));
        }
    }
    let mut genres = HashMap::new();
    for meta in metas {
        for genre in &meta.genres {
            if let Some(first) = genres.insert(key(genre), meta.id) {
                return Err(repeated(genre, first, meta.id));
            }
        }
    }
    for meta in metas {
        genres.entry(key(&meta.name)).or_insert(meta.id);
    }
    Ok(genres)
}
