//! The map as a picture: SVG for paper, and a page to explore.
//!
//! A [`MapPicture`] is what both show: artists with places and colours. [`svg`](MapPicture::svg) draws it, [`html`](MapPicture::html) puts it
//! into one HTML file that needs no other.

mod html;
mod paper;
mod projection;

use std::collections::BTreeMap;

use figure::Colour;

use crate::GenreMap;
use crate::map::Fit;

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
    /// The picture of a map. `meta_of` gives the meta-genre of a genre as a place in `metas`, which has at least one.
    #[must_use]
    pub fn new(
        title: &str,
        map: &GenreMap,
        metas: Vec<MapMeta>,
        meta_of: impl Fn(&str) -> usize,
    ) -> Self {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for genre in map.points.iter().flat_map(|point| &point.genres) {
            places.insert(genre, 0);
        }
        places.values_mut().enumerate().for_each(|(place, value)| *value = place);
        let last = metas.len().saturating_sub(1);
        let meta_of_place: Vec<usize> = places.keys().map(|genre| meta_of(genre).min(last)).collect();
        let artist = |point: &crate::map::Point| {
            let genres: Vec<usize> = point.genres.iter().map(|genre| places[genre.as_str()]).collect();
            let counts = counts(genres.iter().map(|&genre| meta_of_place[genre]), metas.len());
            let colours = metas.iter().map(|meta| meta.colour).zip(counts.iter().map(|&n| n as f64));
            MapArtist {
                name: point.artist.clone(),
                position: point.position,
                blend: Colour::mixture(colours).unwrap_or(Colour::FAINT_INK),
                meta: first_of_most(&counts),
                genres,
            }
        };
        let artists: Vec<MapArtist> = map.points.iter().map(artist).collect();
        let genres = genres(&places, &meta_of_place, &artists);
        let axes = axes(&map.fit);
        let method = method(&map.fit, map.dimensions);
        Self { title: title.to_owned(), method, dimensions: map.dimensions, axes, metas, genres, artists }
    }

    /// The artists that have a genre of exactly this name.
    #[must_use]
    pub fn artists_of(&self, genre: &str) -> Vec<usize> {
        let Some(genre) = self.genres.iter().position(|known| known.name == genre) else {
            return Vec::new();
        };
        self.artists_where(|artist| artist.genres.contains(&genre))
    }

    /// The artists of which this is true.
    pub fn artists_where(&self, holds: impl Fn(&MapArtist) -> bool) -> Vec<usize> {
        let places = self.artists.iter().enumerate();
        places.filter(|(_, artist)| holds(artist)).map(|(place, _)| place).collect()
    }

    /// The colour of an artist.
    fn colour(&self, artist: &MapArtist, by: ColourBy) -> Colour {
        match by {
            ColourBy::Meta => self.metas.get(artist.meta).map_or(Colour::FAINT_INK, |meta| meta.colour),
            ColourBy::Blend => artist.blend,
        }
    }

    /// Artists by prominence: nobody is known better than who was given most genres.
    fn by_prominence(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.artists.len()).collect();
        order.sort_by_key(|&artist| std::cmp::Reverse(self.artists[artist].genres.len()));
        order
    }
}

/// How often each number below `bound` is among `items`.
fn counts(items: impl Iterator<Item = usize>, bound: usize) -> Vec<usize> {
    let mut counts = vec![0; bound];
    items.for_each(|item| counts[item] += 1);
    counts
}

fn first_of_most(counts: &[usize]) -> usize {
    let most = counts.iter().max();
    counts.iter().position(|count| Some(count) == most).unwrap_or(0)
}

fn genres(
    places: &BTreeMap<&str, usize>,
    metas: &[usize],
    artists: &[MapArtist],
) -> Vec<MapGenre> {
    let mut members = vec![Vec::new(); places.len()];
    for artist in artists {
        artist.genres.iter().for_each(|&genre| members[genre].push(artist.position));
    }
    let all: Vec<[f64; 3]> = artists.iter().map(|artist| artist.position).collect();
    let whole = spread(&all, median(&all));
    let genre = |((name, &meta), members): ((&&str, &usize), &Vec<[f64; 3]>)| {
        let centre = median(members);
        let closeness = 1.0 - spread(members, centre) / whole;
        let weight = members.len() as f64 * if closeness.is_finite() { closeness.max(0.0) } else { 0.0 };
        MapGenre { name: (*name).to_owned(), meta, count: members.len(), centre, weight }
    };
    places.keys().zip(metas).zip(&members).map(genre).collect()
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
            format!("Near each other where they share genres: {dimensions} principal components with {share:.1} % of the variance.")
        }
        Fit::Tsne { perplexity, .. } => {
            format!("Near each other where they share genres: t-SNE, perplexity {perplexity}. Distances between far clusters mean little.")
        }
    }
}

#[cfg(test)]
mod tests;
