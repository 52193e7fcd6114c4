//! Spotify: [client credentials](https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow) for a token, then
//! [search](https://developer.spotify.com/documentation/web-api/reference/search).
//!
//! Since March 2026 artists have no `genres` for applications in Development Mode, and a search gives at most ten.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::exchange::words;
use super::{
    Answer, Choice, Client, Fault, Match, Provider, ProviderName, Request, Response, Secret, Value,
    Vote, choose, name, rounded, tags,
};

/// Artists that are asked for.
const LIMIT: &str = "10";
/// How long before its end a token is not used any more.
const MARGIN: Duration = Duration::from_secs(30);

/// Spotify.
#[derive(Debug)]
pub struct Spotify {
    /// Where tokens are given.
    accounts: String,
    /// Where questions are answered.
    api: String,
    /// Identity and secret of the application.
    basic: Secret,
    token: Option<Token>,
}

#[derive(Debug)]
struct Token {
    bearer: Secret,
    /// None for one that does not end while this runs.
    end: Option<Instant>,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default)]
    expires_in: u64,
}

/// Why no token was given.
#[derive(Default, Deserialize)]
#[serde(default)]
struct TokenError {
    error: String,
}

/// Why a question was not answered.
#[derive(Deserialize)]
struct ApiError {
    error: ApiErrorBody,
}

#[derive(Deserialize)]
struct ApiErrorBody {
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct Found {
    artists: Page,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Option<Artist>>,
}

#[derive(Deserialize)]
struct Artist {
    name: String,
    id: Option<String>,
    genres: Option<Vec<String>>,
}

impl Spotify {
    /// An application with an identity and a secret; `base` stands for both of Spotify's hosts, if it is given.
    #[must_use]
    pub fn new(base: Option<&str>, id: &Secret, secret: &Secret) -> Self {
        let basic = STANDARD.encode(format!("{}:{}", id.expose(), secret.expose()));
        let host = |own: &str| base.unwrap_or(own).trim_end_matches('/').to_owned();
        Self {
            accounts: host("https://accounts.spotify.com"),
            api: host("https://api.spotify.com"),
            basic: Secret::new(format!("Basic {basic}")),
            token: None,
        }
    }

    /// A token that is good for a while.
    fn bearer(&mut self, client: &dyn Client) -> Result<Secret, Fault> {
        let now = Instant::now();
        if let Some(token) = &self.token
            && token.end.is_none_or(|end| now + MARGIN < end)
        {
            return Ok(token.bearer.clone());
        }
        let mut request = Request::get(format!("{}/api/token", self.accounts), Vec::new());
        request.headers.push(("authorization", self.basic.clone().into()));
        request.form = Some(vec![("grant_type", "client_credentials".into())]);
        let response = client.send(&request)?;
        match response.status {
            200 => {
                let token: TokenAnswer = response.json()?;
                let bearer = Secret::new(format!("Bearer {}", token.access_token));
                let end = now.checked_add(Duration::from_secs(token.expires_in));
                self.token = Some(Token { bearer: bearer.clone(), end });
                Ok(bearer)
            }
            status @ (400 | 401 | 403) => {
                let error: TokenError = response.json().unwrap_or_default();
                Err(Fault::Refused { status, reason: request.redact(&words(&error.error)) })
            }
            _ => Err(response.fault()),
        }
    }

    fn search(&mut self, asked: &str, client: &dyn Client) -> Result<Response, Fault> {
        let query = vec![("type", "artist".into()), ("limit", LIMIT.into()), ("q", asked.into())];
        let mut request = Request::get(format!("{}/v1/search", self.api), query);
        request.headers.push(("authorization", Value::Secret(self.bearer(client)?)));
        let response = client.send(&request)?;
        if response.status != 401 {
            return Ok(response);
        }
        // A token may end before its time: another one is asked for once.
        self.token = None;
        request.headers = vec![("authorization", Value::Secret(self.bearer(client)?))];
        client.send(&request)
    }
}

impl Provider for Spotify {
    fn name(&self) -> ProviderName {
        ProviderName::Spotify
    }

    fn find(&mut self, artist: &str, client: &dyn Client) -> Result<Answer, Fault> {
        let asked = name::question(artist);
        let response = self.search(&asked, client)?;
        match response.status {
            200 => answer(&asked, &response),
            404 => Ok(Answer::NotFound { candidates: Vec::new() }),
            status @ (401 | 403) => {
                let error: Option<ApiError> = response.json().ok();
                let reason = error.map(|error| words(&error.error.message)).unwrap_or_default();
                Err(Fault::Refused { status, reason })
            }
            _ => Err(response.fault()),
        }
    }
}

fn answer(asked: &str, response: &Response) -> Result<Answer, Fault> {
    let found: Found = response.json()?;
    let artists: Vec<Artist> = found.artists.items.into_iter().flatten().collect();
    match choose(asked, artists, |artist| vec![artist.name.as_str()]) {
        Choice::One(score, artist) => {
            let genres = artist.genres.ok_or(Fault::Withheld)?;
            let mut votes: Vec<Vote> = Vec::new();
            for genre in genres.iter().filter_map(|genre| tags::genre(genre)) {
                if votes.iter().all(|known| known.genre != genre) {
                    votes.push(Vote { genre, confidence: 1.0, votes: None });
                }
            }
            let matched = words(&artist.name);
            Ok(Answer::Found(Match {
                matched,
                id: artist.id,
                score: rounded(score),
                genres: votes,
            }))
        }
        Choice::None(candidates) => Ok(Answer::NotFound { candidates }),
    }
}
