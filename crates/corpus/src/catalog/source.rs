//! Where a genre comes from.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// Where a genre comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GenreSource {
    /// A table of artists.
    Table,
    /// Spotify.
    Spotify,
    /// MusicBrainz.
    MusicBrainz,
    /// Last.fm.
    LastFm,
    /// The notes themselves, by a classifier.
    Content,
    /// Words in the names of folders, files and tracks.
    Words,
    /// Somebody who said so.
    Hand,
}

const ALL: [GenreSource; 7] = [
    GenreSource::Table,
    GenreSource::Spotify,
    GenreSource::MusicBrainz,
    GenreSource::LastFm,
    GenreSource::Content,
    GenreSource::Words,
    GenreSource::Hand,
];

impl GenreSource {
    /// The word for it in the catalog and in queries.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Spotify => "spotify",
            Self::MusicBrainz => "musicbrainz",
            Self::LastFm => "lastfm",
            Self::Content => "content",
            Self::Words => "words",
            Self::Hand => "hand",
        }
    }
}

impl fmt::Display for GenreSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for GenreSource {
    type Err = String;

    /// The source of that name; the error is a list of the names that there are.
    fn from_str(name: &str) -> Result<Self, String> {
        let found = ALL.into_iter().find(|source| source.name() == name);
        found.ok_or_else(|| ALL.map(GenreSource::name).join(", "))
    }
}
