//! Fetch: the genres of artists, from those who know them, into a table.

use std::path::{Path, PathBuf};
use std::time::Duration;

use genre::GenreTable;
use genre::provider::{Answer, Fault, LastFm, MusicBrainz, Provider, ProviderName, Spotify};
use genre::table::TableFormat;
use serde::Serialize;

use super::answers::Answers;
use super::artists::Artists;
use super::keys::Keys;
use super::polite::PoliteClient;
use super::report::{self, Outcome, Row};
use super::table::{format_of, table as read_table};
use crate::models::Patience;
use crate::{Error, Event, Observer, Result, files, user};

/// After so many artists in a row without an answer, a provider is given up.
const MAX_FAILURES: u32 = 3;

/// Whom to ask about whom, and where to put what they say.
#[derive(Clone, Debug)]
pub struct FetchOptions {
    /// Who is asked about.
    pub artists: Artists,
    /// Who is asked, in this order: each about those of whose genres the ones before know nothing.
    pub providers: Vec<Asked>,
    /// A table of which each artist with genres stays as it is, and the others are asked about if they are among `artists`.
    pub table: Option<PathBuf>,
    /// The table to write.
    pub output: PathBuf,
    /// Where to list what became of each artist, as JSON Lines.
    pub report: PathBuf,
    /// The folder in which answers are kept.
    pub answers: PathBuf,
    /// Answers older than this are asked for again; none for as old as they may be.
    pub max_age: Option<Duration>,
    /// The least confidence with which a genre comes into the table, in [0, 1].
    pub min_confidence: f64,
    /// Who the user is to those who are asked.
    pub keys: Keys,
    /// How much trouble to take over one request.
    pub patience: Patience,
}

/// A provider that is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Which.
    pub name: ProviderName,
    /// Where, if not at its own address: a mirror of it.
    pub base_url: Option<String>,
    /// The least time between two requests to a mirror; its own address is asked as often as it allows.
    pub interval: Option<Duration>,
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Fetched {
    /// The table.
    pub output: PathBuf,
    /// What became of each artist.
    pub report: PathBuf,
    /// How many were asked about.
    pub artists: u64,
    /// How many of them have genres now.
    pub with_genres: u64,
    /// How many had genres before, and were not asked about.
    pub had_genres: u64,
    /// What each provider said.
    pub providers: Vec<Told>,
}

/// What a provider said.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// Which.
    pub provider: ProviderName,
    /// About how many artists it was asked, now or before.
    pub artists: u64,
    /// How many of these answers were there from before.
    pub kept: u64,
    /// Requests that were sent.
    pub requests: u64,
    /// Artists whose genres it knows.
    pub found: u64,
    /// Of these, artists whose name it writes so differently that it may be somebody else.
    pub inexact: u64,
    /// Artists that it knows, but no genre of theirs.
    pub no_genres: u64,
    /// Artists that it does not know.
    pub not_found: u64,
    /// Artists about whom it gave no answer: the same call asks again.
    pub failed: u64,
    /// Whether it gives no genres to the user's application.
    pub withheld: bool,
}

/// The user's folder for answers: `genres` in `$CANTUS_CACHE_DIR`, or in `cantus` where the system keeps caches.
///
/// # Errors
///
/// [`Error::NoCacheDir`] when the user has no home.
pub fn answers_of_user() -> Result<PathBuf> {
    user::cache_dir("genres")
}

/// Asks providers about the genres of artists and writes them into a table. Each answer is kept when it comes: after an interruption, and in any
/// later call, what has been answered is not asked again.
///
/// # Errors
///
/// [`Error::NoKey`], [`Error::NoContact`], [`Error::BadContact`] and [`Error::BaseUrl`] before anything is asked;
/// [`Error::Provider`] when a provider refuses a key or gives no answer about several artists in a row; [`Error::Interrupted`];
/// [`Error::FetchInProgress`], [`Error::Answers`], [`Error::Genres`], and files that cannot be read or written.
pub fn fetch(options: &FetchOptions, observer: &dyn Observer) -> Result<Fetched> {
    let format = format_of(&options.output)?;
    let mut providers = Vec::with_capacity(options.providers.len());
    for asked in &options.providers {
        providers.push((provider(asked, &options.keys)?, asked));
    }
    let mut table = match &options.table {
        Some(path) => read_table(Some(path), observer)?,
        None => GenreTable::default(),
    };
    let names = match options.artists {
        Artists::OfTable => table.artists().iter().map(|artist| artist.name.clone()).collect(),
        ref artists => artists.names()?,
    };
    if names.is_empty() {
        return Err(Error::NobodyToAskAbout);
    }
    files::create_parent(&options.output)?;
    files::create_parent(&options.report)?;
    names.iter().for_each(|name| table.add(name, []));
    let answers = Answers::open(&options.answers, options.max_age)?;

    let mut open: Vec<usize> =
        (0..names.len()).filter(|&i| !has_genres(&table, &names[i])).collect();
    let had_genres = names.len() - open.len();
    let mut rows: Vec<Vec<Row>> = names.iter().map(|_| Vec::new()).collect();
    let (mut tellings, mut earlier) = (Vec::new(), 0);
    for (provider, asked) in &mut providers {
        let contact = options.keys.contact.as_deref();
        let base = asked.base_url.as_deref();
        let interval = asked.interval.filter(|_| base.is_some());
        let interval = interval.unwrap_or_else(|| asked.name.interval());
        let client = PoliteClient::new(base, contact, interval, options.patience, observer);
        let mut pass = Pass {
            provider: provider.as_mut(),
            client,
            answers: &answers,
            observer,
            earlier,
            told: Told::new(asked.name),
        };
        let outcomes = pass.run(&names, &open);
        observer.observe(Event::Ended);
        let outcomes = outcomes?;
        earlier += outcomes.len() as u64;
        for (artist, outcome) in outcomes {
            let genres = pass.told.count(&outcome, options.min_confidence);
            table.add(&names[artist], genres);
            rows[artist].push(Row { artist: names[artist].clone(), provider: asked.name, outcome });
        }
        pass.told.requests = pass.client.sent();
        tellings.push(pass.told);
        open.retain(|&artist| !has_genres(&table, &names[artist]));
    }
    write_table(&table, format, &options.output)?;
    report::write(&options.report, rows.iter().flatten())?;
    Ok(Fetched {
        output: options.output.clone(),
        report: options.report.clone(),
        artists: names.len() as u64,
        with_genres: (names.len() - open.len()) as u64,
        had_genres: had_genres as u64,
        providers: tellings,
    })
}

/// One provider is asked about many artists.
struct Pass<'a> {
    provider: &'a mut dyn Provider,
    client: PoliteClient<'a>,
    answers: &'a Answers,
    observer: &'a dyn Observer,
    /// What those who were asked before have said, in answers.
    earlier: u64,
    told: Told,
}

impl Pass<'_> {
    /// What it says of each of these artists.
    fn run(&mut self, names: &[String], open: &[usize]) -> Result<Vec<(usize, Outcome)>> {
        let name = self.provider.name();
        let (mut outcomes, mut pending) = (Vec::with_capacity(open.len()), Vec::new());
        for &artist in open {
            match self.answers.get(name, &names[artist])? {
                Some(answer) => outcomes.push((artist, Outcome::Answer(answer))),
                None => pending.push(artist),
            }
        }
        self.told.kept = outcomes.len() as u64;
        let (mut done, total) = (outcomes.len() as u64, Some(open.len() as u64));
        let task = format!("asking {}", name.as_str());
        self.observer.observe(Event::Began { task: &task, unit: "artists", total, done });
        let (mut failures, mut kept) = (0, done);
        for artist in pending {
            self.observer.observe(Event::Advanced { done, total, detail: &names[artist] });
            let fault = match self.ask(&names[artist])? {
                Ok(answer) => {
                    (failures, done, kept) = (0, done + 1, kept + 1);
                    outcomes.push((artist, Outcome::Answer(answer)));
                    continue;
                }
                Err(fault) => fault,
            };
            failures += 1;
            match fault {
                Fault::Cancelled => {
                    let kept = match (self.earlier, kept) {
                        (0, 0) => None,
                        (0, kept) => Some(format!("with {kept} of {} answers kept", open.len())),
                        (earlier, kept) => Some(format!("with {} answers kept", earlier + kept)),
                    };
                    return Err(Error::Interrupted { kept });
                }
                // It would say the same of everybody.
                Fault::Withheld => {
                    self.told.withheld = true;
                    self.warn_of_withheld();
                    break;
                }
                fault if failures == MAX_FAILURES || is_final(&fault) => {
                    let (provider, artist) = (name.as_str(), names[artist].clone());
                    return Err(Error::Provider { provider, artist, kept, source: fault });
                }
                fault => {
                    let text =
                        format!("nothing from {} about {}: {fault}", name.as_str(), names[artist]);
                    self.observer.observe(Event::Warning(&text));
                    done += 1;
                    outcomes.push((artist, Outcome::failed(fault.to_string())));
                }
            }
        }
        self.observer.observe(Event::Advanced { done, total, detail: "" });
        outcomes.sort_by_key(|&(artist, _)| artist);
        Ok(outcomes)
    }

    /// What it says of an artist; an answer is kept before it is used.
    fn ask(&mut self, artist: &str) -> Result<std::result::Result<Answer, Fault>> {
        let name = self.provider.name();
        // Another name may have been the same question.
        if let Some(answer) = self.answers.get(name, artist)? {
            return Ok(Ok(answer));
        }
        if self.observer.cancelled() {
            return Ok(Err(Fault::Cancelled));
        }
        let found = self.provider.find(artist, &self.client);
        if let Ok(answer) = &found {
            self.answers.put(name, artist, answer)?;
        }
        Ok(found)
    }

    fn warn_of_withheld(&self) {
        let name = self.provider.name().as_str();
        let text = format!(
            "{name} gives no genres to this application, as to all in Development Mode since March 2026: it is not asked any further"
        );
        self.observer.observe(Event::Warning(&text));
    }
}

/// Whether the next artist would fare no better.
fn is_final(fault: &Fault) -> bool {
    matches!(fault, Fault::Refused { .. } | Fault::Busy { status: 429, .. })
}

impl Told {
    fn new(provider: ProviderName) -> Self {
        Self {
            provider,
            artists: 0,
            kept: 0,
            requests: 0,
            found: 0,
            inexact: 0,
            no_genres: 0,
            not_found: 0,
            failed: 0,
            withheld: false,
        }
    }

    /// Counts what was said of an artist; gives the genres that are sure enough.
    fn count(&mut self, outcome: &Outcome, min_confidence: f64) -> Vec<String> {
        self.artists += 1;
        let found = match outcome {
            Outcome::Failed { .. } => {
                self.failed += 1;
                return Vec::new();
            }
            Outcome::Answer(Answer::NotFound { .. }) => {
                self.not_found += 1;
                return Vec::new();
            }
            Outcome::Answer(Answer::Found(found)) => found,
        };
        let sure = found.genres.iter().filter(|vote| vote.confidence >= min_confidence);
        let genres: Vec<String> = sure.map(|vote| vote.genre.clone()).collect();
        match genres.is_empty() {
            true => self.no_genres += 1,
            false => self.found += 1,
        }
        self.inexact += u64::from(!genres.is_empty() && found.score < 1.0);
        genres
    }
}

fn has_genres(table: &GenreTable, artist: &str) -> bool {
    table.get(artist).is_some_and(|artist| !artist.genres.is_empty())
}

/// The provider that is meant, with its key.
fn provider(asked: &Asked, keys: &Keys) -> Result<Box<dyn Provider>> {
    let provider = asked.name.as_str();
    let base = asked.base_url.as_deref();
    let no_key = |variables| Error::NoKey { provider, variables };
    if let Some(url) = base {
        let wants_key = asked.name != ProviderName::MusicBrainz;
        check_address(url, wants_key).map_err(|reason| Error::BaseUrl {
            provider,
            url: bare(url).to_owned(),
            reason,
        })?;
    }
    if let Some(contact) = &keys.contact
        && (contact.is_empty() || !contact.bytes().all(|byte| matches!(byte, b' '..=b'~')))
    {
        return Err(Error::BadContact);
    }
    Ok(match asked.name {
        ProviderName::Spotify => {
            let variables: &[&str] = &["SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"];
            let keys = keys.spotify.as_ref().ok_or_else(|| no_key(variables))?;
            Box::new(Spotify::new(base, &keys.id, &keys.secret))
        }
        ProviderName::LastFm => {
            let key = keys.lastfm.clone().ok_or_else(|| no_key(&["LASTFM_API_KEY"]))?;
            Box::new(LastFm::new(base, key))
        }
        // Only its own server insists on an address.
        _ if base.is_none() && keys.contact.is_none() => return Err(Error::NoContact),
        _ => Box::new(MusicBrainz::new(base)),
    })
}

/// An address without a query; keys go over lines that nobody can listen to, or stay on this machine.
fn check_address(url: &str, wants_key: bool) -> std::result::Result<(), &'static str> {
    let (scheme, rest) = url.split_once("://").ok_or("it has no http:// or https://")?;
    let host = rest.split('/').next().unwrap_or_default();
    if host.is_empty() || rest.contains(['?', '#', '@', ' ']) {
        return Err("it is more or less than a host and a path");
    }
    match scheme.to_ascii_lowercase().as_str() {
        "https" => Ok(()),
        "http" if !wants_key || is_loopback(host) => Ok(()),
        "http" => Err("a key is sent over https:// only"),
        _ => Err("it has no http:// or https://"),
    }
}

/// An address without the name and password, and without the query, that may be in it.
fn bare(url: &str) -> &str {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    url.rsplit('@').next().unwrap_or_default()
}

fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host }
    });
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

fn write_table(table: &GenreTable, format: TableFormat, path: &Path) -> Result<()> {
    let bytes = table.write(format);
    let bytes = bytes.map_err(|source| Error::Genres { path: path.to_owned(), source })?;
    files::write_whole(path, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_not_told() {
        assert_eq!(bare("https://me:hunter2@x.example/a?key=hunter2"), "x.example/a");
        assert_eq!(bare("http://x.example"), "http://x.example");
    }

    #[test]
    fn keys_go_over_safe_lines_only() {
        for url in
            ["https://x.example", "http://127.0.0.1:80/a", "http://localhost", "HTTP://[::1]:8"]
        {
            assert_eq!(check_address(url, true), Ok(()), "{url}");
        }
        for url in [
            "http://x.example",
            "ftp://x",
            "x",
            "https://",
            "https://a@b",
            "http://127.0.0.1.x.example",
        ] {
            assert!(check_address(url, true).is_err(), "{url}");
        }
        assert_eq!(check_address("http://mirror.example/mb", false), Ok(()));
    }
}
