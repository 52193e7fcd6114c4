//! MusicBrainz: [search](https://musicbrainz.org/doc/MusicBrainz_API/Search) for an artist, then
//! [look-up](https://musicbrainz.org/doc/MusicBrainz_API) of the genres and tags that people voted for.

use serde::Deserialize;

use super::exchange::words;
use super::{
    Answer, Choice, Client, Fault, Match, Provider, ProviderName, Request, Response, Value, choose,
    name, rounded, tags, votes,
};

/// Artists that are asked for.
const LIMIT: &str = "10";
/// Letters and digits of an MBID, with its hyphens.
const MBID_LENGTH: usize = 36;

/// MusicBrainz, or a mirror of it.
#[derive(Debug)]
pub struct MusicBrainz {
    base: String,
}

#[derive(Deserialize)]
struct Found {
    artists: Vec<Artist>,
}

#[derive(Deserialize)]
struct Artist {
    id: String,
    name: String,
    #[serde(rename = "sort-name")]
    sort_name: Option<String>,
    aliases: Option<Vec<Alias>>,
}

#[derive(Deserialize)]
struct Alias {
    name: String,
}

/// Genres are tags of which MusicBrainz keeps a list.
#[derive(Deserialize)]
struct Known {
    genres: Option<Vec<Tag>>,
    tags: Option<Vec<Tag>>,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
    /// Votes for it less those against it.
    #[serde(default)]
    count: i64,
}

/// Why a question was not answered.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ApiError {
    error: String,
}

impl MusicBrainz {
    /// MusicBrainz itself, or the mirror at `base`.
    #[must_use]
    pub fn new(base: Option<&str>) -> Self {
        let base = base.unwrap_or("https://musicbrainz.org").trim_end_matches('/').to_owned();
        Self { base }
    }

    fn ask(
        &self,
        path: &str,
        query: Vec<(&'static str, Value)>,
        client: &dyn Client,
    ) -> Result<Option<Response>, Fault> {
        let response = client.send(&Request::get(format!("{}/ws/2/{path}", self.base), query))?;
        match response.status {
            200 => Ok(Some(response)),
            404 => Ok(None),
            status @ (401 | 403) => {
                let error: ApiError = response.json().unwrap_or_default();
                Err(Fault::Refused { status, reason: words(&error.error) })
            }
            _ => Err(response.fault()),
        }
    }
}

impl Provider for MusicBrainz {
    fn name(&self) -> ProviderName {
        ProviderName::MusicBrainz
    }

    fn find(&mut self, artist: &str, client: &dyn Client) -> Result<Answer, Fault> {
        let asked = name::question(artist);
        let query = vec![
            ("query", Value::Plain(lucene(&asked))),
            ("limit", LIMIT.into()),
            ("fmt", "json".into()),
        ];
        let Some(response) = self.ask("artist", query, client)? else {
            return Ok(Answer::NotFound { candidates: Vec::new() });
        };
        let found: Found = response.json()?;
        let (score, artist) = match choose(&asked, found.artists, names) {
            Choice::One(score, artist) => (score, artist),
            Choice::None(candidates) => return Ok(Answer::NotFound { candidates }),
        };
        if !is_mbid(&artist.id) {
            let reason = "the artist has no MBID".to_owned();
            return Err(Fault::Answer { status: response.status, reason });
        }
        let query = vec![("inc", "genres tags".into()), ("fmt", "json".into())];
        let known = match self.ask(&format!("artist/{}", artist.id), query, client)? {
            Some(response) => response.json()?,
            None => Known { genres: None, tags: None },
        };
        let genres = genres(&known, &artist.name);
        let matched = words(&artist.name);
        Ok(Answer::Found(Match { matched, id: Some(artist.id), score: rounded(score), genres }))
    }
}

fn names(artist: &Artist) -> Vec<&str> {
    let aliases = artist.aliases.iter().flatten().map(|alias| alias.name.as_str());
    [artist.name.as_str()].into_iter().chain(artist.sort_name.as_deref()).chain(aliases).collect()
}

/// Genres with votes; tags where there are none.
fn genres(known: &Known, artist: &str) -> Vec<super::Vote> {
    let counted = |tags: &Option<Vec<Tag>>| {
        let genres = tags.iter().flatten().filter_map(|tag| {
            let count = u32::try_from(tag.count.max(0)).unwrap_or(u32::MAX);
            Some((tags::genre_of_tag(&tag.name, artist)?, count))
        });
        votes(genres)
    };
    let genres = counted(&known.genres);
    if genres.is_empty() { counted(&known.tags) } else { genres }
}

/// A query for artists of this name, or with this alias, in the language of
/// [Lucene](https://lucene.apache.org/core/7_7_2/queryparser/org/apache/lucene/queryparser/classic/package-summary.html).
fn lucene(name: &str) -> String {
    let phrase = phrase(name);
    format!("artist:{phrase} OR alias:{phrase} OR sortname:{phrase}")
}

/// Within quotation marks, only these and `\` mean something.
fn phrase(name: &str) -> String {
    let mut phrase = String::from("\"");
    for c in name.chars().filter(|c| !c.is_control()) {
        if matches!(c, '"' | '\\') {
            phrase.push('\\');
        }
        phrase.push(c);
    }
    phrase.push('"');
    phrase
}

fn is_mbid(text: &str) -> bool {
    text.len() == MBID_LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_for_lucene() {
        assert_eq!(phrase(r#""Weird Al" \ AC/DC (UK)"#), r#""\"Weird Al\" \\ AC/DC (UK)""#);
        assert_eq!(phrase("a\nb"), "\"ab\"");
    }

    #[test]
    fn what_would_lead_elsewhere_is_no_mbid() {
        assert!(is_mbid("0383dadf-2a4e-4d10-a46a-e9e041da8eb3"));
        assert!(!is_mbid("../../../2a4e-4d10-a46a-e9e041da8eb3") && !is_mbid(""));
    }
}
