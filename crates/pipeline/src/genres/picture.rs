//! A map of genres as a file: points as CSV, or a picture of them.

use std::path::{Path, PathBuf};

use genre::picture::{Highlight, PaperOptions};
use genre::{GenreMap, MapPicture, Taxonomy};

use super::table::taxonomy;
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
#[derive(Clone, Debug, PartialEq)]
pub struct PictureOptions {
    /// What it is called.
    pub title: String,
    /// What gives an artist its colour.
    pub colour: ColourBy,
    /// Taxonomy with the meta-genres and their colours; none for the built-in one.
    pub taxonomy: Option<PathBuf>,
    /// Who is lit: names of genres, `meta:` and the name of a meta-genre, or `artist:` and the name of an artist.
    pub highlights: Vec<String>,
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
    let lit = |text: &String| highlight(&picture, &taxonomy, text);
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

/// The artists that a text means: of a genre, or, if there is none of that name, of a meta-genre.
fn highlight(picture: &MapPicture, taxonomy: &Taxonomy, text: &str) -> Result<Highlight> {
    let is = |name: &str, wanted: &str| name.to_lowercase() == wanted.trim().to_lowercase();
    let of_meta = |name: &str| {
        let meta = taxonomy.named(name.trim()).map(|meta| meta.id.index());
        picture.artists_where(|artist| {
            artist.genres.iter().any(|&genre| Some(picture.genres[genre].meta) == meta)
        })
    };
    let (name, artists) = if let Some(name) = text.strip_prefix("meta:") {
        (name, of_meta(name))
    } else if let Some(name) = text.strip_prefix("artist:") {
        (name, picture.artists_where(|artist| is(&artist.name, name)))
    } else {
        match picture.genres.iter().find(|genre| is(&genre.name, text)) {
            Some(genre) => (genre.name.as_str(), picture.artists_of(&genre.name)),
            None => (text, of_meta(text)),
        }
    };
    if artists.is_empty() {
        return Err(Error::Highlight { text: text.to_owned() });
    }
    Ok(Highlight { name: name.trim().to_owned(), artists })
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
    fn highlights_are_genres_meta_genres_and_artists() {
        let taxonomy = Taxonomy::built_in();
        let picture = MapPicture::new("", &map(), &taxonomy);
        let lit = |text: &str| highlight(&picture, &taxonomy, text).map(|lit| lit.artists);
        assert_eq!(lit("Disco").unwrap(), [0]);
        assert_eq!(lit("meta:metal").unwrap(), [1]);
        assert_eq!(lit("classical").unwrap(), [2], "no genre here, but a meta-genre");
        assert_eq!(lit("artist:abba").unwrap(), [0]);
        assert!(matches!(lit("polka"), Err(Error::Highlight { text }) if text == "polka"));
    }
}
