//! `cantus genres fetch`: ask Spotify, MusicBrainz and Last.fm for the genres of artists.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};
use pipeline::genres::{
    Artists, Asked, FetchOptions, Fetched, Keys, ProviderName, Told, answers_of_user, fetch,
};
use pipeline::models::Patience;

use crate::args::{is_dash, not_negative, seconds, share};
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count};

/// Seconds in a day.
const DAY: f64 = 86_400.0;

const AFTER_HELP: &str = "\
Examples:
  cantus genres fetch clean_midi/ --provider musicbrainz \\
      --contact me@example.org --output genres.csv
  LASTFM_API_KEY=... cantus genres fetch --artists names.txt \\
      --provider lastfm --provider musicbrainz --contact me@example.org \\
      --output genres.csv
  cantus genres fetch --table genres.csv --provider lastfm --output more.csv

Keys are taken from SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET and LASTFM_API_KEY,
or from `providers.toml` in $CANTUS_CONFIG_DIR [default: `cantus` where the
system keeps settings, such as ~/.config]; the contact from CANTUS_CONTACT, too:
  contact = \"me@example.org\"
  [spotify]
  client_id = \"...\"
  client_secret = \"...\"
  [lastfm]
  api_key = \"...\"

MusicBrainz answers one question a second and is asked two for an artist: 500
artists take a quarter of an hour. Every answer is kept. Ctrl-C loses none, and
the same command again asks for the rest only.";

/// Ask Spotify, MusicBrainz or Last.fm for the genres of artists
///
/// Takes artists from a list, from the folders of a collection, or from a table that lacks genres of some, asks those who know them, and writes a
/// table of artists and genres. The names must agree but for case, accents, punctuation and "The"; a similar name counts with its score, and
/// where none is similar enough the artist is listed as not found, with those that came nearest.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct FetchArgs {
    /// Folders of a collection: each folder with music files in it is an artist
    #[arg(value_name = "PATH", value_hint = ValueHint::DirPath)]
    folders: Vec<PathBuf>,
    /// File with the name of an artist on each line; `-` is stdin
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "folders")]
    artists: Option<PathBuf>,
    /// Table of genres to complete: who has genres in it is not asked about
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    table: Option<PathBuf>,
    /// Whom to ask; given again, each is asked about those whom the ones before do not know
    #[arg(long = "provider", required = true, value_name = "NAME", value_parser = names())]
    providers: Vec<String>,
    /// Table to write: .csv, .tsv or .json
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: PathBuf,
    /// Where to list what was said of each artist [default: the output with the ending .report.jsonl]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    report: Option<PathBuf>,
    /// Leave out genres that are less sure than this: votes by those of the artist's first genre
    #[arg(long, value_name = "SHARE", default_value_t = 0.1, value_parser = share)]
    min_confidence: f64,
    /// E-mail or web address at which MusicBrainz finds you
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<String>,
    /// Folder for answers [default: `genres` in $CANTUS_CACHE_DIR]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    cache_dir: Option<PathBuf>,
    /// Ask again for answers older than so many days [default: never]
    #[arg(long, value_name = "DAYS", value_parser = not_negative)]
    max_age: Option<f64>,
    /// Seconds to wait for an answer
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0, value_parser = seconds)]
    timeout: f64,
    /// Ask so many times again after failures that may pass
    #[arg(long, value_name = "N", default_value_t = 4)]
    retries: u32,
    /// Ask a mirror of a provider, such as musicbrainz=https://mb.example
    #[arg(long, value_name = "NAME=URL", help_heading = "Mirrors")]
    base_url: Vec<String>,
    /// Seconds between requests to mirrors [default: as for the provider itself]
    #[arg(long, value_name = "SECONDS", value_parser = not_negative, requires = "base_url", help_heading = "Mirrors")]
    interval: Option<f64>,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(ProviderName::ALL.map(ProviderName::as_str))
}

pub(super) fn run(args: &FetchArgs, terminal: Terminal) -> Result<(), Failure> {
    let progress = terminal.progress();
    let mut keys = Keys::of_user(&progress)?;
    keys.contact = args.contact.clone().or(keys.contact);
    let fetched = fetch(&args.options(keys)?, &progress)?;
    terminal.result(&fetched, |out| summary(&fetched, out))
}

impl FetchArgs {
    fn options(&self, keys: Keys) -> Result<FetchOptions, Failure> {
        let cache_dir = self.cache_dir.clone().map_or_else(answers_of_user, Ok)?;
        Ok(FetchOptions {
            artists: self.who()?,
            providers: self.asked()?,
            table: self.table.clone(),
            output: self.output.clone(),
            report: self
                .report
                .clone()
                .unwrap_or_else(|| self.output.with_extension("report.jsonl")),
            answers: cache_dir,
            max_age: self.max_age.map(|days| duration(days * DAY)),
            min_confidence: self.min_confidence,
            keys,
            patience: Patience {
                timeout: Duration::from_secs_f64(self.timeout),
                retries: self.retries,
                ..Patience::default()
            },
        })
    }

    fn who(&self) -> Result<Artists, Failure> {
        match (&self.artists, &self.folders[..]) {
            (Some(path), _) if is_dash(path) => Ok(Artists::List(None)),
            (Some(path), _) => Ok(Artists::List(Some(path.clone()))),
            (None, []) if self.table.is_some() => Ok(Artists::OfTable),
            (None, []) => Err(Failure::usage("no artists to ask about")
                .with_hint("give folders of a collection, --artists FILE or --table FILE")),
            (None, folders) => Ok(Artists::Folders(folders.to_vec())),
        }
    }

    /// The providers, each once, with the mirrors that stand for them.
    fn asked(&self) -> Result<Vec<Asked>, Failure> {
        let mut asked: Vec<Asked> = Vec::new();
        for name in self.providers.iter().filter_map(|name| ProviderName::named(name)) {
            if asked.iter().all(|known| known.name != name) {
                let interval = self.interval.map(duration);
                asked.push(Asked { name, base_url: None, interval });
            }
        }
        for mirror in &self.base_url {
            let (name, url) = mirror.split_once('=').unwrap_or_default();
            let provider = asked.iter_mut().find(|asked| asked.name.as_str() == name);
            let provider = provider.ok_or_else(|| {
                Failure::usage("--base-url names no provider that is asked")
                    .with_hint("write --base-url NAME=URL, with a NAME that --provider has")
            })?;
            provider.base_url = Some(url.to_owned());
        }
        Ok(asked)
    }
}

/// So many seconds, at most as many as can be counted.
fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

fn summary(fetched: &Fetched, out: &mut dyn Write) -> io::Result<()> {
    let (with, all) = (bold(count(fetched.with_genres)), count(fetched.artists));
    let before = match fetched.had_genres {
        0 => String::new(),
        before => format!(", {} of them from before", count(before)),
    };
    writeln!(out, "{with} of {all} artists have genres{before}")?;
    for told in &fetched.providers {
        said(told, out)?;
    }
    writeln!(out, "Table: {}", fetched.output.display())?;
    writeln!(out, "What was said of each artist: {}", fetched.report.display())
}

fn said(told: &Told, out: &mut dyn Write) -> io::Result<()> {
    let name = bold(told.provider.as_str());
    let (artists, requests) = (count(told.artists), count(told.requests));
    writeln!(
        out,
        "{name}: {artists} artists, {} of them answered before; {requests} requests",
        count(told.kept)
    )?;
    let inexact = match told.inexact {
        0 => String::new(),
        inexact => format!(", {} of them under a similar name (see the report)", count(inexact)),
    };
    let lines = [
        (told.found, format!("with genres{inexact}")),
        (told.no_genres, "known, without a genre".to_owned()),
        (told.not_found, "not known by that name".to_owned()),
        (told.failed, "without an answer: the same command asks again".to_owned()),
    ];
    for (artists, what) in lines.into_iter().filter(|(artists, _)| *artists > 0) {
        writeln!(out, "  {:>9}  {what}", count(artists))?;
    }
    Ok(())
}
