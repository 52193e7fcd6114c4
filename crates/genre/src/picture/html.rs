//! The map as a page to explore.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use figure::Page;
use serde::Serialize;

use super::{ColourBy, Highlight, MapPicture};

/// One module: what a file uses stands in one before it.
const SCRIPT: &str = concat!(
    include_str!("page/data.js"),
    include_str!("page/text.js"),
    include_str!("page/camera.js"),
    include_str!("page/painter.js"),
    include_str!("page/state.js"),
    include_str!("page/overlay.js"),
    include_str!("page/gestures.js"),
    include_str!("page/panel.js"),
    include_str!("page/main.js"),
);

/// The data as the page carries it; `page/data.js` reads it.
#[derive(Serialize)]
struct Data<'a> {
    title: &'a str,
    method: &'a str,
    dimensions: usize,
    axes: &'a [String],
    metas: Vec<Meta<'a>>,
    genres: Vec<Genre<'a>>,
    artists: Vec<&'a str>,
    genres_of: Vec<&'a [usize]>,
    meta_of: Vec<usize>,
    /// Artists and genres in the order in which they are named.
    named_artists: Vec<usize>,
    named_genres: Vec<usize>,
    /// Base64 of x, y, z of each artist as 32-bit numbers, little-endian.
    positions: String,
    /// Base64 of red, green, blue of each artist.
    blends: String,
    first: First,
}

#[derive(Serialize)]
struct Meta<'a> {
    name: &'a str,
    colour: String,
}

#[derive(Serialize)]
struct Genre<'a> {
    name: &'a str,
    meta: usize,
    centre: [f32; 3],
}

/// What is shown at first.
#[derive(Serialize)]
struct First {
    colour: &'static str,
    lit: Vec<usize>,
    selection: Vec<usize>,
}

impl MapPicture {
    /// A page on which the map is moved, turned and searched, as one HTML file that needs no other. A highlight that is just a genre is lit
    /// at first; the artists of any other are selected.
    #[must_use]
    pub fn html(&self, colour: ColourBy, highlights: &[Highlight]) -> String {
        let data = self.data(self.first(colour, highlights));
        // Texts and numbers always are JSON. Within a script, only `<` could end it.
        let json = serde_json::to_string(&data).unwrap_or_default().replace('<', "\\u003c");
        let data = format!("<script type=\"application/json\" id=\"map-data\">{json}</script>\n");
        Page {
            title: self.title.clone(),
            style: include_str!("page/page.css").to_owned(),
            body: data + include_str!("page/body.html"),
            script: SCRIPT.to_owned(),
        }
        .finish()
    }

    fn first(&self, colour: ColourBy, highlights: &[Highlight]) -> First {
        let colour = match colour {
            ColourBy::Meta => "meta",
            ColourBy::Blend => "blend",
        };
        let mut first = First { colour, lit: Vec::new(), selection: Vec::new() };
        for highlight in highlights {
            match self.genres.iter().position(|genre| {
                genre.name == highlight.name && genre.count == highlight.artists.len()
            }) {
                Some(genre) => first.lit.push(genre),
                None => first.selection.extend(&highlight.artists),
            }
        }
        first.selection.sort_unstable();
        first.selection.dedup();
        first
    }

    fn data(&self, first: First) -> Data<'_> {
        let metas = self.metas.iter();
        let genres = self.genres.iter();
        let artists = || self.artists.iter();
        let positions = artists().flat_map(|artist| artist.position);
        let positions: Vec<u8> = positions.flat_map(|value| (value as f32).to_le_bytes()).collect();
        let blends = artists().flat_map(|artist| [artist.blend.r, artist.blend.g, artist.blend.b]);
        Data {
            title: &self.title,
            method: &self.method,
            dimensions: self.dimensions,
            axes: &self.axes,
            metas: metas
                .map(|meta| Meta { name: &meta.name, colour: meta.colour.to_string() })
                .collect(),
            genres: genres
                .map(|genre| Genre {
                    name: &genre.name,
                    meta: genre.meta,
                    centre: genre.centre.map(|value| value as f32),
                })
                .collect(),
            artists: artists().map(|artist| artist.name.as_str()).collect(),
            genres_of: artists().map(|artist| artist.genres.as_slice()).collect(),
            meta_of: artists().map(|artist| artist.meta).collect(),
            named_artists: self.artists_by_prominence(),
            named_genres: self.genres_by_weight(),
            positions: STANDARD.encode(positions),
            blends: STANDARD.encode(blends.collect::<Vec<u8>>()),
            first,
        }
    }
}
