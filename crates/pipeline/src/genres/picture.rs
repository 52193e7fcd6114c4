//! A map of genres as a file: points as CSV, or a picture of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use genre::picture::{Highlight, PaperOptions};
use genre::query::Facts;
use genre::table::Artist;
use genre::{GenreMap, MapPicture, Taxonomy};

use super::table::taxonomy;
use crate::subset::Wanted;
use crate::{Error, Result};

pub use genre::picture::ColourBy;

/// What a map is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapFormat {
    /// Points as comma-separated values.
    Csv,
    /// A page to explore, in one file.
    Html,
    /// A picture for paper, in lines and texts.
    Svg,
    /// The same in pixels.
    Png,
}

impl MapFormat {
    /// The format that the ending of a file's name stands for.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "csv" => Some(Self::Csv),
            "html" | "htm" => Some(Self::Html),
            "svg" => Some(Self::Svg),
            "png" => Some(Self::Png),
            _ => None,
        }
    }
}

/// How a map is shown.
#[derive(Clone, Debug)]
pub struct PictureOptions {
    /// What it is called.
    pub title: String,
    /// What gives an artist its colour.
    pub colour: ColourBy,
    /// Taxonomy with the meta-genres and their colours; none for the built-in one.
    pub taxonomy: Option<PathBuf>,
    /// Who is lit.
    pub highlights: Vec<Wanted>,
    /// Most names of artists on paper.
    pub labels: usize,
    /// Pixels from left to right on paper, at least 320.
    pub width: f64,
    /// Pixels from top to bottom on paper, at least 240.
    pub height: f64,
    /// Pixels of a PNG for each of these.
    pub scale: f64,
}

impl Default for PictureOptions {
    fn default() -> Self {
        let PaperOptions { width, height, labels, .. } = PaperOptions::default();
        Self {
            title: "Genre map".to_owned(),
            colour: ColourBy::Meta,
            taxonomy: None,
            highlights: Vec::new(),
            labels,
            width,
            height,
            scale: 2.0,
        }
    }
}

/// The bytes of a file with a map.
///
/// # Errors
///
/// [`Error::Highlight`], [`Error::Picture`], those of [`taxonomy`].
pub fn encode_map(map: &GenreMap, format: MapFormat, options: &PictureOptions) -> Result<Vec<u8>> {
    if format == MapFormat::Csv {
        return Ok(map.to_csv()?);
    }
    let taxonomy = taxonomy(options.taxonomy.as_deref())?;
    let picture = MapPicture::new(&options.title, map, &taxonomy);
    let lit = |wanted: &Wanted| highlight(map, &taxonomy, wanted);
    let highlights = options.highlights.iter().map(lit).collect::<Result<Vec<_>>>()?;
    if format == MapFormat::Html {
        return Ok(picture.html(options.colour, &highlights).into_bytes());
    }
    let svg = picture.svg(&PaperOptions {
        width: options.width,
        height: options.height,
        colour: options.colour,
        labels: options.labels,
        highlights,
    });
    let svg = svg.finish();
    match format {
        MapFormat::Png => Ok(figure::png::render(&svg, options.scale)?),
        _ => Ok(svg.into_bytes()),
    }
}

/// The artists that a query means.
fn highlight(map: &GenreMap, taxonomy: &Taxonomy, wanted: &Wanted) -> Result<Highlight> {
    let artists: Vec<Artist> = map
        .points
        .iter()
        .map(|point| Artist { name: point.artist.clone(), genres: point.genres.clone() })
        .collect();
    let meta = |genre: &str| Some(taxonomy.meta_of(genre).name.as_str());
    let places = artists.iter().enumerate();
    let meant: Vec<usize> = places
        .filter(|&(_, artist)| wanted.query.matches(&Facts::of(artist, meta)))
        .map(|(place, _)| place)
        .collect();
    if meant.is_empty() {
        let genres: BTreeSet<&str> =
            artists.iter().flat_map(|artist| &artist.genres).map(String::as_str).collect();
        let unknown = wanted.query.unknown_genres(&genres.into_iter().collect::<Vec<_>>());
        let suggestions = unknown.into_iter().flat_map(|unknown| unknown.suggestions).collect();
        return Err(Error::Highlight { name: wanted.name.clone(), suggestions });
    }
    Ok(Highlight { name: wanted.name.clone(), artists: meant })
}

#[cfg(test)]
mod tests {
    use genre::map::{Dimensions, pca};
    use genre::table::TableFormat;
    use genre::{GenreMatrix, GenreTable};

    use super::*;

    fn map() -> GenreMap {
        let table = b"artist,genres\nABBA,pop|disco\nMetallica,metal|thrash metal\nBach,baroque\n";
        let table = GenreTable::read(table, TableFormat::Csv).unwrap();
        pca(&GenreMatrix::new(&table), Dimensions::Two).unwrap()
    }

    #[test]
    fn endings_are_formats() {
        let formats = ["a.csv", "a.HTML", "b.c.svg", "d.png", "e.txt", "f"]
            .map(|name| MapFormat::of(Path::new(name)));
        use MapFormat as F;
        assert_eq!(formats, [Some(F::Csv), Some(F::Html), Some(F::Svg), Some(F::Png), None, None]);
    }

    #[test]
    fn a_png_is_as_large_as_was_asked_for() {
        let options =
            PictureOptions { width: 400.0, height: 300.0, scale: 1.5, ..PictureOptions::default() };
        let png = encode_map(&map(), MapFormat::Png, &options).unwrap();
        let size = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        assert_eq!((size(16), size(20)), (600, 450));
        let options = PictureOptions { scale: 1e9, ..options };
        let error = encode_map(&map(), MapFormat::Png, &options).unwrap_err();
        assert!(matches!(error, Error::Picture(_)), "{error}");
    }

    #[test]
    fn highlights_are_whom_queries_mean() {
        let taxonomy = Taxonomy::built_in();
        let lit = |text: &str| {
            let wanted = Wanted { name: text.to_owned(), query: text.parse().unwrap() };
            highlight(&map(), &taxonomy, &wanted).map(|lit| lit.artists)
        };
        assert_eq!(lit("Disco").unwrap(), [0]);
        assert_eq!(lit("meta:metal or artist:abba").unwrap(), [0, 1]);
        assert_eq!(lit("not metal").unwrap(), [0, 2]);
        let error = lit("disko").unwrap_err();
        let Error::Highlight { name, suggestions } = error else { panic!("{error}") };
        assert_eq!((name.as_str(), suggestions.as_slice()), ("disko", &["disco".to_owned()][..]));
    }
}
