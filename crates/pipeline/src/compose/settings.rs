//! What is wanted of a composition.

use std::path::PathBuf;

use serde::Serialize;

use genre::Query;

use crate::subset::safe_names;
use crate::{Error, ExtractOptions, MelodyConfig, Result};

/// What to compose, from what, and how.
#[derive(Clone, Debug)]
pub struct ComposeOptions {
    /// Folders, files and archives of music.
    pub inputs: Vec<PathBuf>,
    /// The genres to compose in.
    pub genres: Vec<GenreChoice>,
    /// Folder for everything.
    pub output_dir: PathBuf,
    /// Which artist has which genres: files of tables, earlier ones first; the built-in table if there are none.
    pub tables: Vec<PathBuf>,
    /// Guess the genres of pieces whose artist has none, from their notes.
    pub by_content: bool,
    /// Leave out pieces that have the notes of an earlier one.
    pub skip_duplicates: bool,
    /// Leave out artists that are in more than one of the subsets.
    pub exclusive: bool,
    /// The configuration to encode for and to train.
    pub config: MelodyConfig,
    /// Changes to the configuration's hyper-parameters, as Magenta's flag spells them.
    pub hparams: String,
    /// Share of the songs to hold out, 0 to 1.
    pub eval_ratio: f64,
    /// What counts as a melody.
    pub extract: ExtractOptions,
    /// Updates of each network.
    pub num_training_steps: u64,
    /// Melodies of each genre.
    pub num_outputs: usize,
    /// Length of each melody in steps.
    pub num_steps: usize,
    /// How daring the networks are.
    pub temperature: f64,
    /// What melodies begin with, as Magenta's list of events; none for middle C.
    pub primer_melody: Option<String>,
    /// Tempo of the melodies in quarter notes a minute; none for what suits the genre's pieces: the median of their tempos.
    pub qpm: Option<f64>,
    /// Seed of the splits, of training and of the melodies.
    pub seed: u64,
    /// Remove the stages of other settings.
    pub prune: bool,
    /// Threads to use; the result does not depend on them.
    pub threads: usize,
}

/// A genre, or a mixture of several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GenreChoice {
    /// What it is called in the names of folders and files.
    pub name: String,
    /// Which pieces are meant, in the words of [`genre::query`].
    pub query: String,
}

/// The genres in a list that commas divide, outside quotation marks and brackets: `metal, "soft rock"`, `loud=metal or punk`.
///
/// # Errors
///
/// [`Error::Query`] for one that is no query; [`Error::NoGenre`] for a list without any.
pub fn genre_choices(list: &str) -> Result<Vec<GenreChoice>> {
    let mut given = Vec::new();
    for item in split(list).into_iter().map(str::trim).filter(|item| !item.is_empty()) {
        let (name, query) = match item.split_once('=') {
            // `=metal` is a query: exactly this genre. So is one with an `=` behind other signs than those of a name.
            Some((name, query)) if is_name(name) && !Query::is_field(name.trim()) => {
                (name.trim(), query.trim())
            }
            _ => (item, item),
        };
        query.parse::<Query>().map_err(Error::Query)?;
        given.push((name, query));
    }
    if given.is_empty() {
        return Err(Error::NoGenre { list: list.to_owned() });
    }
    let names = safe_names(given.iter().map(|(name, _)| *name));
    let choice =
        |(name, (_, query)): (String, (&str, &str))| GenreChoice { name, query: query.to_owned() };
    Ok(names.into_iter().zip(given).map(choice).collect())
}

/// Cuts at commas outside quotation marks and brackets.
fn split(list: &str) -> Vec<&str> {
    let (mut quoted, mut depth) = (false, 0_usize);
    list.split(|letter| {
        match letter {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && !quoted && depth == 0
    })
    .collect()
}

fn is_name(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text.chars().all(|letter| letter.is_alphanumeric() || " _-&".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(list: &str) -> Vec<(String, String)> {
        genre_choices(list).unwrap().into_iter().map(|choice| (choice.name, choice.query)).collect()
    }

    #[test]
    fn genres_stand_apart_by_commas() {
        let pair = |name: &str, query: &str| (name.to_owned(), query.to_owned());
        assert_eq!(
            choices("metal, classical"),
            [pair("metal", "metal"), pair("classical", "classical")]
        );
        assert_eq!(
            choices("\"r&b\" or (funk, soul), loud = metal or punk,"),
            [
                pair("r_and_b_or_funk_soul", "\"r&b\" or (funk, soul)"),
                pair("loud", "metal or punk")
            ]
        );
        assert_eq!(choices("=metal"), [pair("metal", "=metal")]);
        assert_eq!(choices("year=1984"), [pair("year_1984", "year=1984")]);
    }

    #[test]
    fn what_is_no_list_of_genres_is_refused() {
        assert!(matches!(genre_choices(" ,"), Err(Error::NoGenre { .. })));
        assert!(matches!(genre_choices("metal and"), Err(Error::Query(_))));
    }
}
