//! Which artists of a table the names of a collection mean.

use std::path::PathBuf;

use genre::matching::{How, Lookup, Match, Matcher};
use genre::table::TableFormat;
use rayon::prelude::*;
use serde::Serialize;

use super::names::{NameList, names};
use super::separated::{Separator, separated};
use super::table::{format_of, table};
use crate::{Observer, Result, files};

/// Which names to look for, and where.
#[derive(Clone, Debug, Default)]
pub struct IdentifyOptions {
    /// Folders whose folders are artists, and reports of ingests (`.jsonl`).
    pub inputs: Vec<PathBuf>,
    /// A list of names.
    pub names: Option<NameList>,
    /// The table; none for the built-in one.
    pub table: Option<PathBuf>,
    /// Tell only of names that lead to no genre.
    pub unmatched: bool,
    /// Where to write what was found; the ending says whether as CSV, TSV or JSON.
    pub output: Option<PathBuf>,
}

/// What came of looking for a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// An artist with genres.
    Found,
    /// An artist of whom the table knows no genres.
    WithoutGenres,
    /// Several artists are about as near.
    Ambiguous,
    /// Nobody.
    Unknown,
}

/// An artist that a name may mean.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// Name in the table.
    pub artist: String,
    /// How sure.
    pub score: f64,
}

/// A name, and which artist it means.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Person {
    /// The name that was looked for.
    pub name: String,
    /// What came of it.
    pub outcome: Outcome,
    /// The artist, as the table names it.
    pub artist: Option<String>,
    /// In what the names differ.
    pub how: Option<How>,
    /// How sure this is, in (0, 1].
    pub score: Option<f64>,
    /// The artist's genres.
    pub genres: Vec<String>,
    /// Other spellings of the artist's name in the table, or those between whom there is no telling.
    pub candidates: Vec<Candidate>,
}

/// Which artists the names of a collection mean.
#[derive(Clone, Debug, Serialize)]
pub struct Identified {
    /// The table; none for the built-in one.
    pub table: Option<PathBuf>,
    /// Names that were looked for.
    pub names: usize,
    /// Names that mean an artist with genres.
    pub found: usize,
    /// Of these, by guess.
    pub fuzzy: usize,
    /// Names that mean an artist without genres.
    pub without_genres: usize,
    /// Names that may mean several artists.
    pub ambiguous: usize,
    /// Names that mean nobody in the table.
    pub unknown: usize,
    /// What was written.
    pub output: Option<PathBuf>,
    /// Each name, or each that leads to no genre, in order.
    pub artists: Vec<Person>,
}

/// Looks for the artists of a collection in a table.
///
/// # Errors
///
/// Those of [`table`]; [`crate::Error::Read`], [`crate::Error::NoArtists`] and [`crate::Error::Report`] for inputs,
/// [`crate::Error::NoNames`] if there is no name at all, a disk that cannot be written.
pub fn identify(options: &IdentifyOptions, observer: &dyn Observer) -> Result<Identified> {
    let format = options.output.as_deref().map(format_of).transpose()?;
    let names = names(&options.inputs, options.names.as_ref())?;
    let table = table(options.table.as_deref(), observer)?;
    let matcher = Matcher::new(&table);
    let person = |name: &String| {
        Person::new(name, matcher.look_up(name), |index| &table.artists()[index].name)
    };
    let mut artists: Vec<Person> = names.par_iter().map(person).collect();
    let count = |outcome| artists.iter().filter(|person| person.outcome == outcome).count();
    let mut identified = Identified {
        table: options.table.clone(),
        names: names.len(),
        found: count(Outcome::Found),
        fuzzy: artists.iter().filter(|person| person.is_guess()).count(),
        without_genres: count(Outcome::WithoutGenres),
        ambiguous: count(Outcome::Ambiguous),
        unknown: count(Outcome::Unknown),
        output: options.output.clone(),
        artists: Vec::new(),
    };
    if options.unmatched {
        artists.retain(|person| person.outcome != Outcome::Found);
    }
    identified.artists = artists;
    if let (Some(path), Some(format)) = (&options.output, format) {
        files::create_parent(path)?;
        files::write_whole(path, &identified.write(format))?;
    }
    Ok(identified)
}

impl Person {
    /// Whether its genres hang on a guess.
    fn is_guess(&self) -> bool {
        self.outcome == Outcome::Found && self.how == Some(How::Fuzzy)
    }

    fn new<'a>(name: &str, lookup: Lookup<'_>, name_of: impl Fn(usize) -> &'a String) -> Self {
        let name = name.to_owned();
        let candidate = |artist: &str, score| Candidate { artist: artist.to_owned(), score };
        let nobody = Person {
            name,
            outcome: Outcome::Unknown,
            artist: None,
            how: None,
            score: None,
            genres: Vec::new(),
            candidates: Vec::new(),
        };
        match lookup {
            Lookup::Found(Match { artist, how, score, also, .. }) => Person {
                outcome: if artist.genres.is_empty() {
                    Outcome::WithoutGenres
                } else {
                    Outcome::Found
                },
                artist: Some(artist.name.clone()),
                how: Some(how),
                score: Some(score),
                genres: artist.genres.clone(),
                candidates: also.iter().map(|&other| candidate(name_of(other), score)).collect(),
                ..nobody
            },
            Lookup::Ambiguous(matches) => Person {
                outcome: Outcome::Ambiguous,
                candidates: matches
                    .iter()
                    .map(|found| candidate(&found.artist.name, found.score))
                    .collect(),
                ..nobody
            },
            Lookup::Unknown => nobody,
        }
    }
}

impl Identified {
    /// The names with all that was found, as comma- or tab-separated values; genres and candidates stand apart by `|`.
    #[must_use]
    pub fn as_text(&self, separator: Separator) -> Vec<u8> {
        let rows = self.artists.iter().map(|person| {
            let candidates: Vec<&str> =
                person.candidates.iter().map(|other| other.artist.as_str()).collect();
            [
                person.name.clone(),
                outcome(person.outcome).to_owned(),
                person.artist.clone().unwrap_or_default(),
                person.how.map(How::name).unwrap_or_default().to_owned(),
                person.score.map(|score| format!("{score:.3}")).unwrap_or_default(),
                person.genres.join("|"),
                candidates.join("|"),
            ]
        });
        let head = ["name", "outcome", "artist", "how", "score", "genres", "candidates"];
        separated(head, rows, separator)
    }

    fn write(&self, format: TableFormat) -> Vec<u8> {
        match format {
            TableFormat::Csv => self.as_text(Separator::Comma),
            TableFormat::Tsv => self.as_text(Separator::Tab),
            TableFormat::Json => {
                let mut text =
                    serde_json::to_vec_pretty(&self.artists).expect("names and numbers are JSON");
                text.push(b'\n');
                text
            }
        }
    }
}

/// As `serde` has it.
fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Found => "found",
        Outcome::WithoutGenres => "without_genres",
        Outcome::Ambiguous => "ambiguous",
        Outcome::Unknown => "unknown",
    }
}
