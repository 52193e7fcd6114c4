//! The map: artists as points in two or three dimensions, near each other where they share genres.
//!
//! * [`pca`]: principal components, a shadow of the matrix that keeps as much of its variance as can be kept
//! * [`tsne`]: t-SNE, which keeps neighbours together and lets far things be anywhere
//! * [`trustworthiness`]: how many neighbours on a map are neighbours in truth
//!
//! Both methods work on the pool of threads that they are called in; the result does not depend on their number.

mod distance;
mod eigen;
mod pca;
mod trustworthiness;
mod tsne;

use std::ops::ControlFlow;

use serde::Serialize;

use crate::{Error, GenreMatrix, Result};

pub use pca::pca;
pub use trustworthiness::trustworthiness;
pub use tsne::{TsneOptions, tsne};

/// How many dimensions a map has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimensions {
    /// A plane.
    Two,
    /// Space.
    Three,
}

impl Dimensions {
    /// The number.
    #[must_use]
    pub fn count(self) -> usize {
        match self {
            Self::Two => 2,
            Self::Three => 3,
        }
    }
}

/// Artists as points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GenreMap {
    /// Numbers of a position that count: 2 or 3.
    pub dimensions: usize,
    /// What was fitted, and how well.
    #[serde(flatten)]
    pub fit: Fit,
    /// The artists that have genres, in the order of the table.
    pub points: Vec<Point>,
}

/// An artist on a map.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// Name, as the table has it.
    pub artist: String,
    /// Genres in the order of their names.
    pub genres: Vec<String>,
    /// x, y and z; z is 0 where there are two dimensions.
    pub position: [f64; 3],
}

/// How a map was made, and how well it fits.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "method", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fit {
    /// Principal components.
    Pca {
        /// Variance along each dimension, in (number of genres)^2: an eigenvalue of the sample covariance.
        explained_variance: Vec<f64>,
        /// The same as shares of the variance of the whole matrix, from 0 to 1.
        explained_variance_ratio: Vec<f64>,
    },
    /// t-distributed stochastic neighbour embedding.
    Tsne {
        /// Kullback-Leibler divergence of the neighbourhoods on the map from those among the genres, in nats: 0 is perfect. Over all
        /// pairs of artists, without the approximations that the points were moved with.
        kl_divergence: f64,
        /// The number of neighbours that it was made to look at, in effect.
        perplexity: f64,
        /// How many times all points were moved.
        iterations: usize,
        /// The seed.
        seed: u64,
    },
}

impl GenreMap {
    fn new(
        matrix: &GenreMatrix,
        dimensions: Dimensions,
        fit: Fit,
        positions: Vec<[f64; 3]>,
    ) -> Self {
        let point = |(artist, position): (usize, [f64; 3])| Point {
            artist: matrix.artists()[artist].clone(),
            genres: matrix
                .genres_of(artist)
                .iter()
                .map(|&genre| matrix.genres()[genre as usize].clone())
                .collect(),
            position,
        };
        let points = positions.into_iter().enumerate().map(point).collect();
        Self { dimensions: dimensions.count(), fit, points }
    }

    /// The map as CSV with the columns `artist`, `x`, `y`, `z` if there is one, and `genres`, which stand apart by `|`. Numbers
    /// are written so that they are read as the same.
    ///
    /// # Errors
    ///
    /// None but for want of memory.
    pub fn to_csv(&self) -> Result<Vec<u8>> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        let axes = &["x", "y", "z"][..self.dimensions];
        csv.write_record([&["artist"], axes, &["genres"]].concat())?;
        for Point { artist, genres, position } in &self.points {
            csv.write_field(artist)?;
            for coordinate in &position[..self.dimensions] {
                csv.write_field(coordinate.to_string())?;
            }
            csv.write_field(genres.join("|"))?;
            csv.write_record(None::<&[u8]>)?;
        }
        csv.into_inner().map_err(|error| csv::Error::from(error.into_error()).into())
    }
}

/// How far a map has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is done.
    pub stage: Stage,
    /// How much of it is done.
    pub done: usize,
    /// How much there is.
    pub total: usize,
}

/// What is done for a map that takes a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Finding the nearest neighbours of each artist.
    Neighbours,
    /// Moving the points, iteration by iteration.
    Descent,
    /// Comparing the map with the genres, artist by artist.
    Divergence,
}

/// Is told how far the work has come, and says whether to go on.
pub type GoOn<'a> = dyn FnMut(Progress) -> ControlFlow<()> + Send + 'a;

/// A map needs artists that can differ.
fn check_artists(matrix: &GenreMatrix) -> Result<()> {
    match matrix.artists().len() {
        artists @ (0 | 1) => Err(Error::TooFewArtists { artists, needed: 2 }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod testing {
    use crate::table::TableFormat;
    use crate::{GenreMatrix, GenreTable};

    /// The table of the Clean MIDI collection.
    pub(super) fn real_table() -> GenreTable {
        let bytes = include_bytes!("../../../../data/genres/clean_midi_spotify.csv");
        GenreTable::read(bytes, TableFormat::Csv).unwrap()
    }

    /// Its matrix: 1,970 x 600.
    pub(super) fn real_matrix() -> GenreMatrix {
        GenreMatrix::new(&real_table())
    }

    /// Artists called 0, 1, 2, with these genres.
    pub(super) fn matrix_of(artists: &[&[&str]]) -> GenreMatrix {
        let mut table = GenreTable::default();
        for (number, genres) in artists.iter().enumerate() {
            table.add(&number.to_string(), genres.iter().map(|&genre| genre.to_owned()));
        }
        GenreMatrix::new(&table)
    }
}

#[cfg(test)]
mod tests {
    use super::testing::matrix_of;
    use super::*;

    #[test]
    fn a_map_is_written_as_csv_and_json() {
        let matrix = matrix_of(&[&["rock", "pop"], &["jazz, free"]]);
        let fit = Fit::Pca { explained_variance: vec![], explained_variance_ratio: vec![] };
        let positions = vec![[0.1, -2.0, 0.0], [1e-7, 3.0, 0.0]];
        let map = GenreMap::new(&matrix, Dimensions::Two, fit, positions);
        let csv = String::from_utf8(map.to_csv().unwrap()).unwrap();
        assert_eq!(csv, "artist,x,y,genres\n0,0.1,-2,pop|rock\n1,0.0000001,3,\"jazz, free\"\n");
        let json = serde_json::to_value(&map).unwrap();
        assert_eq!((&json["method"], &json["dimensions"]), (&"pca".into(), &2.into()));
        assert_eq!(json["points"][0]["genres"][1], "rock");
    }
}
