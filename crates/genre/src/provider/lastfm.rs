//! Last.fm: [artist.getTopTags](https://www.last.fm/api/show/artist.getTopTags).

use serde::{Deserialize, Deserializer};

use super::exchange::words;
use super::{
    Answer, Choice, Client, Fault, Match, Provider, ProviderName, Request, Response, Secret,
    choose, name, rounded, tags, votes,
};

/// Last.fm.
#[derive(Debug)]
pub struct LastFm {
    base: String,
    key: Secret,
}

/// What is answered, with whatever status: tags, or an error.
#[derive(Deserialize)]
struct Told {
    toptags: Option<TopTags>,
    error: Option<u32>,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct TopTags {
    #[serde(default, deserialize_with = "one_or_many")]
    tag: Vec<Tag>,
    #[serde(rename = "@attr")]
    about: Option<About>,
}

#[derive(Deserialize)]
struct About {
    artist: String,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
    /// In hundredths of the surest one, as a number or as a text.
    count: Count,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Count {
    Number(f64),
    Text(String),
}

/// What there is one of comes without a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<Tag>),
    One(Tag),
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Tag>, D::Error> {
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::Many(tags) => tags,
        OneOrMany::One(tag) => vec![tag],
    })
}

impl LastFm {
    /// Last.fm, or what stands for it at `base`, with an API key.
    #[must_use]
    pub fn new(base: Option<&str>, key: Secret) -> Self {
        let base = base.unwrap_or("https://ws.audioscrobbler.com").trim_end_matches('/').to_owned();
        Self { base, key }
    }

    fn request(&self, asked: &str) -> Request {
        let query = vec![
            ("method", "artist.getTopTags".into()),
            ("autocorrect", "1".into()),
            ("format", "json".into()),
            ("artist", asked.into()),
            ("api_key", self.key.clone().into()),
        ];
        Request { is_busy, ..Request::get(format!("{}/2.0/", self.base), query) }
    }
}

impl Provider for LastFm {
    fn name(&self) -> ProviderName {
        ProviderName::LastFm
    }

    fn find(&mut self, artist: &str, client: &dyn Client) -> Result<Answer, Fault> {
        let asked = name::question(artist);
        let request = self.request(&asked);
        let response = client.send(&request)?;
        let told: Option<Told> = response.json().ok();
        let status = response.status;
        match told {
            Some(Told { error: Some(code), message, .. }) => {
                let reason = format!("error {code}: {}", request.redact(&words(&message)));
                match code {
                    // Invalid parameters, of which only the artist can be one.
                    6 => Ok(Answer::NotFound { candidates: Vec::new() }),
                    4 | 10 | 14 | 26 => Err(Fault::Refused { status, reason }),
                    _ => Err(Fault::Answer { status, reason }),
                }
            }
            Some(Told { toptags: Some(tags), .. }) if status == 200 => Ok(answer(&asked, tags)),
            _ if status == 200 => {
                let reason = match response.json::<Told>() {
                    Err(fault) => return Err(fault),
                    Ok(_) => "neither tags nor an error".to_owned(),
                };
                Err(Fault::Answer { status, reason })
            }
            _ if status == 404 => Ok(Answer::NotFound { candidates: Vec::new() }),
            _ if matches!(status, 401 | 403) => {
                Err(Fault::Refused { status, reason: String::new() })
            }
            _ => Err(response.fault()),
        }
    }
}

/// Whether to ask again: the operation failed (8), the service is offline (11) or for now (16), or too much was asked (29).
fn is_busy(response: &Response) -> bool {
    let told: Option<Told> = response.json().ok();
    match told.and_then(|told| told.error) {
        Some(code) => matches!(code, 8 | 11 | 16 | 29),
        None => response.is_busy(),
    }
}

fn answer(asked: &str, tags: TopTags) -> Answer {
    let artist = tags.about.map_or_else(|| asked.to_owned(), |about| about.artist);
    match choose(asked, vec![artist], |artist| vec![artist]) {
        Choice::One(score, artist) => {
            let genres = tags.tag.iter().filter_map(|tag| {
                Some((tags::genre_of_tag(&tag.name, &artist)?, tag.count.hundredths()))
            });
            let genres = votes(genres);
            Answer::Found(Match {
                matched: words(&artist),
                id: None,
                score: rounded(score),
                genres,
            })
        }
        Choice::None(candidates) => Answer::NotFound { candidates },
    }
}

impl Count {
    fn hundredths(&self) -> u32 {
        let count = match self {
            Self::Number(number) => *number,
            Self::Text(text) => text.trim().parse().unwrap_or(0.0),
        };
        // Out of range is made to fit; what is no number is 0.
        count.clamp(0.0, 100.0) as u32
    }
}
