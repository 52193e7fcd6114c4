//! Those who know the genres of artists: [`Spotify`], [`MusicBrainz`] and [`LastFm`].
//!
//! A [`Provider`] turns the name of an artist into requests, and their responses into an [`Answer`]. It sends nothing itself: a [`Client`] does,
//! which minds rates, time-outs and repetitions for all of them. Here is what each of them speaks, and no network.

mod exchange;
mod fault;
mod lastfm;
mod musicbrainz;
mod name;
mod secret;
mod spotify;
mod tags;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use exchange::{Client, Request, Response, Value};
pub use fault::Fault;
pub use lastfm::LastFm;
pub use musicbrainz::MusicBrainz;
pub use name::normal;
pub use secret::Secret;
pub use spotify::Spotify;

/// Most names that are told of those that were not the artist.
const MAX_CANDIDATES: usize = 5;

/// Which provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ProviderName {
    /// <https://developer.spotify.com>
    Spotify,
    /// <https://musicbrainz.org>
    MusicBrainz,
    /// <https://www.last.fm/api>
    LastFm,
}

/// Somebody who knows the genres of artists.
pub trait Provider {
    /// Which one.
    fn name(&self) -> ProviderName;

    /// What is known of an artist.
    ///
    /// # Errors
    ///
    /// Those of [`Client::send`], [`Fault::Status`], [`Fault::Refused`], [`Fault::Withheld`], [`Fault::Answer`]. An artist who is not known is none.
    fn find(&mut self, artist: &str, client: &dyn Client) -> Result<Answer, Fault>;
}

/// What a provider knows of an artist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Answer {
    /// An artist of that name.
    Found(Match),
    /// No artist of that name.
    NotFound {
        /// Artists whose names came nearest, the best first.
        candidates: Vec<Candidate>,
    },
}

/// An artist with genres.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// Name, as the provider writes it.
    pub matched: String,
    /// The provider's own name for the artist, if it has one.
    pub id: Option<String>,
    /// How well the name agrees with the one that was asked for, up to 1, where nothing but case, accents, punctuation and "The" differ.
    pub score: f64,
    /// Genres, the surest first; none where the provider knows none.
    pub genres: Vec<Vote>,
}

/// A genre, and how sure it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vote {
    /// The genre, in small letters.
    pub genre: String,
    /// How sure it is, in (0, 1]: votes by those of the surest one; 1 where the provider does not count.
    pub confidence: f64,
    /// Votes at MusicBrainz; at Last.fm the share of the surest one in a hundred; none at Spotify.
    pub votes: Option<u32>,
}

/// An artist of another name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Name, as the provider writes it.
    pub name: String,
    /// How well it agrees, in [0, 1].
    pub score: f64,
}

impl ProviderName {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Spotify, Self::MusicBrainz, Self::LastFm];

    /// The name in small letters.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Spotify => "spotify",
            Self::MusicBrainz => "musicbrainz",
            Self::LastFm => "lastfm",
        }
    }

    /// The provider of this name in small letters.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == name)
    }

    /// The least time between two requests: MusicBrainz allows one a second, Last.fm five; Spotify does not say how many.
    #[must_use]
    pub fn interval(self) -> Duration {
        Duration::from_millis(match self {
            Self::MusicBrainz => 1000,
            Self::LastFm => 250,
            Self::Spotify => 100,
        })
    }
}

/// The normal form of the name by which a provider would be asked for an artist: what has the same has the same answer.
#[must_use]
pub fn question(artist: &str) -> String {
    normal(&name::question(artist))
}

/// Which of the artists in an answer is the one that was asked for: the one whose name agrees best, the first among equals.
fn choose<T>(asked: &str, artists: Vec<T>, names: impl Fn(&T) -> Vec<&str>) -> Choice<T> {
    let mut scored: Vec<(f64, T)> = Vec::with_capacity(artists.len());
    for artist in artists {
        let scores = names(&artist).into_iter().map(|name| name::similarity(asked, name));
        scored.push((scores.fold(0.0, f64::max), artist));
    }
    // A stable sort: among equals the provider's order counts.
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    match scored.first() {
        Some(&(score, _)) if score >= name::AGREEMENT => {
            Choice::One(score, scored.swap_remove(0).1)
        }
        _ => Choice::None(
            scored
                .iter()
                .take(MAX_CANDIDATES)
                .filter_map(|(score, artist)| {
                    let name = exchange::words(names(artist).first()?);
                    Some(Candidate { name, score: rounded(*score) })
                })
                .collect(),
        ),
    }
}

enum Choice<T> {
    One(f64, T),
    None(Vec<Candidate>),
}

/// Genres with votes, each once, the surest first; what nobody voted for is left out.
fn votes(counted: impl IntoIterator<Item = (String, u32)>) -> Vec<Vote> {
    let mut counted: Vec<_> = counted.into_iter().filter(|&(_, votes)| votes > 0).collect();
    counted.sort_by_key(|&(_, votes)| std::cmp::Reverse(votes));
    let most = counted.first().map_or(1.0, |&(_, votes)| f64::from(votes));
    let mut genres: Vec<Vote> = Vec::with_capacity(counted.len());
    for (genre, votes) in counted {
        if genres.iter().all(|known| known.genre != genre) {
            let confidence = rounded(f64::from(votes) / most);
            genres.push(Vote { genre, confidence, votes: Some(votes) });
        }
    }
    genres
}

/// Three decimals are all that a share is worth.
fn rounded(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod canned;
