//! The map of the collection's artists with the chosen genres lit.

use std::path::Path;

use corpus::catalog::{Catalog, CatalogError, Cell};
use genre::map::{Dimensions, TsneOptions};
use genre::picture::{ColourBy, Highlight, PaperOptions};
use genre::query::Facts;
use genre::{GenreMatrix, GenreTable, MapPicture, Query, Taxonomy};

use super::GenreChoice;
use crate::genres::{Layout, lay_out};
use crate::{Error, Observer, Result};

/// Artists below which a map by neighbours says nothing; principal components do.
const FEW_ARTISTS: usize = 50;

/// The artists of the collection and their genres.
const ARTISTS: &str = "
    SELECT a.name, g.name FROM artists a
    JOIN artist_genres ag ON ag.artist = a.id JOIN genres g ON g.id = ag.genre
    WHERE a.id IN (SELECT artist FROM files)
    ORDER BY a.name, g.name";

/// A map for the page and one to walk about in.
pub(super) struct Maps {
    /// As SVG.
    pub(super) svg: String,
    /// As an HTML page.
    pub(super) html: String,
}

/// Lays out the artists of a catalog; none where fewer than three have genres.
pub(super) fn maps(
    catalog: &Path,
    genres: &[GenreChoice],
    observer: &dyn Observer,
) -> Result<Option<Maps>> {
    let table = artists(&Catalog::read(catalog)?)?;
    if table.artists().len() < 3 {
        return Ok(None);
    }
    let matrix = GenreMatrix::new(&table);
    let layout = if table.artists().len() < FEW_ARTISTS {
        Layout::Pca(Dimensions::Two)
    } else {
        Layout::Tsne(TsneOptions::new(Dimensions::Two))
    };
    let map = lay_out(&matrix, layout, observer)?;
    let picture = MapPicture::new("Artists by their genres", &map, &Taxonomy::built_in());
    let mut lit = Vec::new();
    for genre in genres {
        let query: Query = genre.query.parse().map_err(Error::Query)?;
        let is_meant = |name: &str| {
            table.get(name).is_some_and(|artist| query.matches(&Facts::of(artist, |_| None)))
        };
        let places = picture.artists.iter().enumerate();
        let artists = places.filter(|(_, artist)| is_meant(&artist.name)).map(|(place, _)| place);
        let artists: Vec<usize> = artists.collect();
        if !artists.is_empty() {
            lit.push(Highlight { name: genre.name.clone(), artists });
        }
    }
    let html = picture.html(ColourBy::Meta, &lit);
    let svg = picture.svg(&PaperOptions { highlights: lit, ..PaperOptions::default() }).finish();
    Ok(Some(Maps { svg, html }))
}

fn artists(catalog: &Catalog) -> Result<GenreTable> {
    catalog
        .rows(ARTISTS, |mut rows| {
            let (mut table, mut cells) = (GenreTable::default(), Vec::new());
            while rows.next_into(&mut cells)? {
                if let [Cell::Text(artist), Cell::Text(genre)] = &cells[..] {
                    table.add(artist, [genre.clone()]);
                }
            }
            Ok::<_, CatalogError>(table)
        })
        .map_err(Error::from)
}
