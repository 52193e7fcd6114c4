//! The map as a picture: SVG for paper, and a page to explore.
//!
//! A [`MapPicture`] is what both show: artists with places and colours. [`svg`](MapPicture::svg) draws it, [`html`](MapPicture::html) puts it
//! into one HTML file that needs no other.

mod html;
mod legend;
mod paper;
mod projection;

use std::collections::BTreeMap;

use figure::Colour;

use rayon::prelude::*;

use crate::map::{Fit, Point};
use crate::{GenreMap, MetaGenre, Taxonomy};

pub use paper::PaperOptions;

/// What is shown of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapPicture {
    /// What it is called.
    pub title: String,
    /// How the map was made, in a sentence.
    pub method: String,
    /// 2 or 3.
    pub dimensions: usize,
    /// Names of the axes; none where they mean nothing.
    pub axes: Vec<String>,
    /// Meta-genres.
    pub metas: Vec<MapMeta>,
    /// Genres, in the order of their names.
    pub genres: Vec<MapGenre>,
    /// Artists.
    pub artists: Vec<MapArtist>,
}

/// A meta-genre on a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapMeta {
    /// Its name.
    pub name: String,
    /// Its colour, and that of its genres.
    pub colour: Colour,
}

/// A genre on a map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapGenre {
    /// Its name.
    pub name: String,
    /// Its meta-genre, as a place in [`MapPicture::metas`].
    pub meta: usize,
    /// How many artists have it.
    pub count: usize,
    /// The middle of its artists: the median along each axis.
    pub centre: [f64; 3],
    /// How much its name says about a place of the map: `count` times the share by which its artists lie closer together than all do.
    pub weight: f64,
}

/// An artist on a map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapArtist {
    /// Name.
    pub name: String,
    /// x, y and z; z is 0 where there are two dimensions.
    pub position: [f64; 3],
    /// Genres, as places in [`MapPicture::genres`].
    pub genres: Vec<usize>,
    /// The meta-genre of most of them, as a place in [`MapPicture::metas`].
    pub meta: usize,
    /// The colours of all of them, mixed.
    pub blend: Colour,
    /// Whose name is written first where there is no room for all: the number of genres, unless the caller knows better, such as the
    /// number of files.
    pub prominence: f64,
}

/// What gives an artist its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColourBy {
    /// The meta-genre that most of its genres belong to.
    #[default]
    Meta,
    /// All of its genres, mixed: crossovers shade into one another.
    Blend,
}

/// Artists that are to be seen before all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// What they are called together.
    pub name: String,
    /// Places in [`MapPicture::artists`], ascending.
    pub artists: Vec<usize>,
}

impl MapPicture {
    /// The picture of a map, coloured by the meta-genres of a taxonomy.
    #[must_use]
    pub fn new(title: &str, map: &GenreMap, taxonomy: &Taxonomy) -> Self {
        let metas: Vec<MapMeta> = taxonomy.metas().iter().map(MapMeta::from).collect();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for genre in map.points.iter().flat_map(|point| &point.genres) {
            places.insert(genre, 0);
        }
        places.values_mut().enumerate().for_each(|(place, value)| *value = place);
        let artist = |point: &Point| {
            let shares = taxonomy.blend(&point.genres);
            let colours = shares.iter().map(|part| (metas[part.meta.index()].colour, part.share));
            MapArtist {
                name: point.artist.clone(),
                position: point.position,
                genres: point.genres.iter().map(|genre| places[genre.as_str()]).collect(),
                meta: shares.first().map_or(metas.len() - 1, |part| part.meta.index()),
                blend: Colour::mixture(colours).unwrap_or(Colour::FAINT_INK),
                prominence: point.genres.len() as f64,
            }
        };
        let artists: Vec<MapArtist> = map.points.par_iter().map(artist).collect();
        let metas_of: Vec<usize> =
            places.keys().map(|genre| taxonomy.meta_of(genre).id.index()).collect();
        Self {
            title: title.to_owned(),
            method: method(&map.fit, map.dimensions),
            dimensions: map.dimensions,
            axes: axes(&map.fit),
            genres: genres(&places, &metas_of, &artists),
            metas,
            artists,
        }
    }

    /// The artists that have a genre of exactly this name.
    #[must_use]
    pub fn artists_of(&self, genre: &str) -> Vec<usize> {
        let genre = self.genres.iter().position(|known| known.name == genre);
        let has = |artist: &MapArtist| artist.genres.iter().any(|&its| Some(its) == genre);
        let places = self.artists.iter().enumerate().filter(|(_, artist)| has(artist));
        places.map(|(place, _)| place).collect()
    }

    /// The colour of an artist.
    fn colour(&self, artist: &MapArtist, by: ColourBy) -> Colour {
        match by {
            ColourBy::Meta => {
                self.metas.get(artist.meta).map_or(Colour::FAINT_INK, |meta| meta.colour)
            }
            ColourBy::Blend => artist.blend,
        }
    }

    /// Artists in the order in which they are named.
    fn artists_by_prominence(&self) -> Vec<usize> {
        in_turn(self.artists.iter().map(|artist| (artist.meta, artist.prominence)))
    }

    /// Genres in the order in which they are named.
    fn genres_by_weight(&self) -> Vec<usize> {
        in_turn(self.genres.iter().map(|genre| (genre.meta, genre.weight)))
    }

    /// How many artists each meta-genre has, of those of which this is true.
    fn counts_of_metas(&self, holds: impl Fn(usize) -> bool) -> Vec<usize> {
        let mut counts = vec![0; self.metas.len()];
        for (place, artist) in self.artists.iter().enumerate() {
            counts[artist.meta] += usize::from(holds(place));
        }
        counts
    }
}

impl From<&MetaGenre> for MapMeta {
    fn from(meta: &MetaGenre) -> Self {
        Self { name: meta.display.clone(), colour: meta.colour }
    }
}

fn genres(places: &BTreeMap<&str, usize>, metas: &[usize], artists: &[MapArtist]) -> Vec<MapGenre> {
    let mut members = vec![Vec::new(); places.len()];
    for artist in artists {
        artist.genres.iter().for_each(|&genre| members[genre].push(artist.position));
    }
    let all: Vec<[f64; 3]> = artists.iter().map(|artist| artist.position).collect();
    let whole = spread(&all, median(&all));
    let genre = |((name, &meta), members): ((&&str, &usize), &Vec<[f64; 3]>)| {
        let centre = median(members);
        let closeness = 1.0 - spread(members, centre) / whole;
        let weight =
            members.len() as f64 * if closeness.is_finite() { closeness.max(0.0) } else { 0.0 };
        MapGenre { name: (*name).to_owned(), meta, count: members.len(), centre, weight }
    };
    places.keys().zip(metas).zip(&members).map(genre).collect()
}

/// Places of things with a meta-genre and a weight, heaviest first. The nth of a meta-genre counts an nth of its weight: else the names of
/// one large meta-genre would crowd out all others.
fn in_turn(things: impl Iterator<Item = (usize, f64)>) -> Vec<usize> {
    let mut things: Vec<(usize, usize, f64)> =
        things.enumerate().map(|(place, (meta, weight))| (place, meta, weight)).collect();
    let heaviest_first = |a: &(usize, usize, f64), b: &(usize, usize, f64)| b.2.total_cmp(&a.2);
    things.sort_by(heaviest_first);
    let mut seen: BTreeMap<usize, f64> = BTreeMap::new();
    for (_, meta, weight) in &mut things {
        let rank = seen.entry(*meta).or_default();
        *rank += 1.0;
        *weight /= *rank;
    }
    things.sort_by(heaviest_first);
    things.into_iter().map(|(place, ..)| place).collect()
}

/// The median along each axis.
fn median(places: &[[f64; 3]]) -> [f64; 3] {
    [0, 1, 2].map(|axis| {
        let mut values: Vec<f64> = places.iter().map(|place| place[axis]).collect();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        match values.len() % 2 {
            1 => values[middle],
            _ if values.is_empty() => 0.0,
            _ => (values[middle - 1] + values[middle]) / 2.0,
        }
    })
}

/// The mean squared distance of places from `centre`.
fn spread(places: &[[f64; 3]], centre: [f64; 3]) -> f64 {
    let squared = |place: &[f64; 3]| -> f64 {
        place.iter().zip(centre).map(|(value, middle)| (value - middle).powi(2)).sum()
    };
    places.iter().map(squared).sum::<f64>() / places.len().max(1) as f64
}

/// Names of the axes of principal components; those of t-SNE mean nothing.
fn axes(fit: &Fit) -> Vec<String> {
    match fit {
        Fit::Pca { explained_variance_ratio, .. } => explained_variance_ratio
            .iter()
            .enumerate()
            .map(|(axis, share)| format!("PC{} ({:.1} % of the variance)", axis + 1, 100.0 * share))
            .collect(),
        Fit::Tsne { .. } => Vec::new(),
    }
}

fn method(fit: &Fit, dimensions: usize) -> String {
    match fit {
        Fit::Pca { explained_variance_ratio, .. } => {
            let share = 100.0 * explained_variance_ratio.iter().sum::<f64>();
            format!(
                "Near each other where they share genres: {dimensions} principal components with {share:.1} % of the variance."
            )
        }
        Fit::Tsne { perplexity, .. } => {
            format!(
                "Near each other where they share genres: t-SNE, perplexity {perplexity}. Distances between far clusters mean little."
            )
        }
    }
}

#[cfg(test)]
mod tests;
