//! Guess: what genres pieces sound like.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use genre::Taxonomy;
use genre::content::features::layout;
use genre::content::model::Model;
use genre::words::{Source, Vocabulary};
use serde::Serialize;

use super::heard::{Heard, hear_files, hear_records, pool};
use super::table;
use crate::{Error, Observer, Result, Unobserved, files};

/// Longest model file that is read, in bytes.
const MAX_MODEL_BYTES: u64 = 256 << 20;
/// Probabilities below this count as it in the mean of an artist: one odd piece should not rule a genre out.
const LEAST: f64 = 1e-4;

/// Where pieces come from.
#[derive(Clone, Debug)]
pub enum GuessInput {
    /// Folders, files and archives of music.
    Music(Vec<PathBuf>),
    /// TFRecord files of note sequences, shards or patterns; `-` is stdin.
    Records(Vec<PathBuf>),
}

/// What to guess, and with what.
#[derive(Clone, Debug)]
pub struct GuessOptions {
    /// The model.
    pub model: PathBuf,
    /// The pieces.
    pub input: GuessInput,
    /// Where to write all guesses, as JSON Lines (`.jsonl`) or, whatever else the ending, CSV; none for nowhere.
    pub output: Option<PathBuf>,
    /// Treat all genres as equally frequent, instead of as frequent as in what was learnt from.
    pub even: bool,
    /// Threads to work with; the result does not depend on them.
    pub threads: usize,
}

/// A genre and how likely it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Likely {
    /// The genre.
    pub genre: String,
    /// 0 to 1.
    pub probability: f64,
}

/// All genres, the likeliest first.
pub type Guess = Vec<Likely>;

/// What a piece sounds like.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PieceGuess {
    /// Id of its record.
    pub id: String,
    /// Its path, as an ingest names it.
    pub path: String,
    /// Its artist.
    pub artist: String,
    /// Its title.
    pub title: String,
    /// The genres.
    pub genres: Guess,
    /// Genres that its folder, its tracks or its texts name; they have no part in the probabilities.
    pub words: Vec<Word>,
}

/// A genre that is named.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Word {
    /// The genre.
    pub genre: String,
    /// Where it is named.
    pub place: Source,
    /// How much that says, in (0, 1].
    pub confidence: f64,
    /// The whole text.
    pub text: String,
}

/// What an artist sounds like: the geometric mean over the pieces.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArtistGuess {
    /// The artist.
    pub artist: String,
    /// How many pieces were heard.
    pub pieces: usize,
    /// The genres.
    pub genres: Guess,
}

/// What came of guessing.
#[derive(Clone, Debug, Serialize)]
pub struct Guessed {
    /// The file of guesses, when one was written.
    pub output: Option<PathBuf>,
    /// The pieces, in the order of the input.
    pub pieces: Vec<PieceGuess>,
    /// Their artists, by name; those without a name are none.
    pub artists: Vec<ArtistGuess>,
}

/// Guesses the genres of pieces and of their artists.
///
/// # Errors
///
/// A model that is none or was made for other features, an input that cannot be read, a disk that cannot be written,
/// [`Error::Interrupted`].
pub fn guess(options: &GuessOptions, observer: &dyn Observer) -> Result<Guessed> {
    let model = read_model(&options.model)?;
    let pool = pool(options.threads)?;
    let heard = match &options.input {
        GuessInput::Music(paths) => hear_files(paths, &pool, observer)?,
        GuessInput::Records(paths) => hear_records(paths, &pool, observer)?,
    };
    let known = table(None, &Unobserved)?;
    let vocabulary = Vocabulary::new(&Taxonomy::built_in(), known.genres());
    let mut by_artist: BTreeMap<String, (usize, Vec<f64>)> = BTreeMap::new();
    let mut pieces = Vec::with_capacity(heard.len());
    for Heard { id, path, artist, title, features, names, .. } in heard {
        let mut probabilities = model.probabilities(&features)?;
        if options.even {
            probabilities = model.even(&probabilities);
        }
        if !artist.is_empty() {
            let zero = || (0, vec![0.0; probabilities.len()]);
            let (pieces, sums) = by_artist.entry(artist.clone()).or_insert_with(zero);
            *pieces += 1;
            sums.iter_mut().zip(&probabilities).for_each(|(sum, p)| *sum += p.max(LEAST).ln());
        }
        let genres = ranked(&model, &probabilities);
        let words = named(&vocabulary, names);
        pieces.push(PieceGuess { id, path, artist, title, genres, words });
    }
    let artists = by_artist.into_iter().map(|(artist, (pieces, sums))| {
        let means = sums.iter().map(|sum| sum / pieces as f64).collect();
        let probabilities = genre::content::calibration::softmax(means);
        ArtistGuess { artist, pieces, genres: ranked(&model, &probabilities) }
    });
    let guessed = Guessed { output: options.output.clone(), artists: artists.collect(), pieces };
    if let Some(output) = &options.output {
        files::create_parent(output)?;
        files::write_whole(output, &lines(&guessed.pieces, &model, output)?)?;
    }
    Ok(guessed)
}

fn read_model(path: &Path) -> Result<Model> {
    let failed = |source| Error::read(path, source);
    let length = std::fs::metadata(path).map_err(failed)?.len();
    let wrong = |source| Error::Genres { path: path.to_owned(), source };
    if length > MAX_MODEL_BYTES {
        let reason = format!("{length} bytes, more than {MAX_MODEL_BYTES}");
        return Err(wrong(genre::Error::NotAModel { reason }));
    }
    let model = Model::read(&std::fs::read(path).map_err(failed)?).map_err(wrong)?;
    model.check_features(layout().iter().map(|feature| &*feature.name)).map_err(wrong)?;
    Ok(model)
}

/// The genres that names name, each once.
fn named(vocabulary: &Vocabulary, names: Vec<(Source, String)>) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for (place, text) in names {
        for found in vocabulary.find(&text, place) {
            if words.iter().all(|word| word.genre != found.genre) {
                let (genre, confidence) = (found.genre.to_owned(), found.confidence);
                words.push(Word { genre, confidence, place, text: text.clone() });
            }
        }
    }
    words
}

fn ranked(model: &Model, probabilities: &[f64]) -> Guess {
    let classes = model.classes().iter().zip(probabilities);
    let mut guess: Guess = classes
        .map(|(class, &probability)| Likely { genre: class.genre.clone(), probability })
        .collect();
    guess.sort_by(|one, other| other.probability.total_cmp(&one.probability));
    guess
}

/// The guesses as a file: a line a piece.
fn lines(pieces: &[PieceGuess], model: &Model, path: &Path) -> Result<Vec<u8>> {
    let failed = |source| Error::Write { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|ending| ending == "jsonl") {
        for piece in pieces {
            serde_json::to_writer(&mut bytes, piece).map_err(|error| failed(error.into()))?;
            bytes.push(b'\n');
        }
        return Ok(bytes);
    }
    let genres: Vec<&str> = model.classes().iter().map(|class| &*class.genre).collect();
    let mut writer = csv::Writer::from_writer(&mut bytes);
    let head = ["path", "artist", "title", "genre"].into_iter().chain(genres.iter().copied());
    let csv_failed = |error: csv::Error| failed(std::io::Error::other(error));
    writer.write_record(head).map_err(csv_failed)?;
    for piece in pieces {
        let best = piece.genres.first().map_or("", |likely| &likely.genre);
        let mut line: Vec<String> =
            [&piece.path, &piece.artist, &piece.title, best].map(str::to_owned).to_vec();
        for &genre in &genres {
            let likely = piece.genres.iter().find(|likely| likely.genre == genre);
            line.push(format!("{:.5}", likely.map_or(0.0, |likely| likely.probability)));
        }
        writer.write_record(&line).map_err(csv_failed)?;
    }
    writer.flush().map_err(failed)?;
    drop(writer);
    Ok(bytes)
}
