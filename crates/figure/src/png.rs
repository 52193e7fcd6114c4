//! Pictures as pixels.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

static REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.otf");
static HEAVY: &[u8] = include_bytes!("../fonts/Inter-SemiBold.otf");

/// Most pixels of a picture: 256 MiB of memory.
const MAX_PIXELS: f64 = (64 << 20) as f64;

/// Only the typeface that is built in, so that a picture does not depend on what is installed.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(HEAVY.to_vec());
    fonts.set_sans_serif_family("Inter");
    Arc::new(fonts)
});

/// Why an SVG could not become a PNG.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It is no SVG.
    #[error("this is no SVG: {0}")]
    Svg(String),
    /// It would be too large, or nothing.
    #[error("a picture of {width} x {height} pixels cannot be drawn")]
    Size {
        /// Pixels from left to right.
        width: f64,
        /// Pixels from top to bottom.
        height: f64,
    },
    /// The pixels could not be packed.
    #[error("the picture could not be packed: {0}")]
    Pack(String),
}

/// Draws the text of an SVG file with `scale` pixels for each of its own; 2 is sharp on paper and fine screens.
///
/// # Errors
///
/// [`Error::Svg`] of what is no SVG, [`Error::Size`] beyond 64 megapixels.
pub fn render(svg: &str, scale: f64) -> Result<Vec<u8>, Error> {
    let options = Options {
        fontdb: Arc::clone(&FONTS),
        font_family: "Inter".to_owned(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| Error::Svg(error.to_string()))?;
    let size = tree.size();
    let width = (f64::from(size.width()) * scale).ceil();
    let height = (f64::from(size.height()) * scale).ceil();
    let error = Error::Size { width, height };
    if !(width >= 1.0 && height >= 1.0 && width * height <= MAX_PIXELS) {
        return Err(error);
    }
    let mut pixels = Pixmap::new(width as u32, height as u32).ok_or(error)?;
    let scale = scale as f32;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| Error::Pack(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Colour, Paint, Svg, Text};

    fn pixels(svg: Svg, scale: f64) -> Pixmap {
        Pixmap::decode_png(&render(&svg.finish(), scale).unwrap()).unwrap()
    }

    #[test]
    fn shapes_are_drawn() {
        let mut svg = Svg::new(10.0, 10.0);
        svg.rect(0.0, 0.0, 5.0, 10.0, Paint::fill(Colour::new(255, 0, 0)));
        let pixels = pixels(svg, 2.0);
        assert_eq!((pixels.width(), pixels.height()), (20, 20));
        let colour =
            |x, y| pixels.pixel(x, y).map(|pixel| (pixel.red(), pixel.green(), pixel.blue()));
        assert_eq!((colour(3, 3), colour(15, 3)), (Some((255, 0, 0)), Some((255, 255, 255))));
    }

    #[test]
    fn texts_are_drawn_in_the_built_in_typeface() {
        for text in ["Björk", "Чайковский", "Θ"] {
            let mut svg = Svg::new(100.0, 20.0);
            svg.text(Text::new(text, 2.0, 15.0));
            let dark = pixels(svg, 1.0).pixels().iter().filter(|pixel| pixel.red() < 128).count();
            assert!(dark > 20, "{text}: {dark}");
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        assert!(matches!(render("<svg", 1.0), Err(Error::Svg(_))));
        assert!(matches!(render(&Svg::new(10.0, 10.0).finish(), 1e9), Err(Error::Size { .. })));
        assert!(matches!(
            render(&Svg::new(10.0, 10.0).finish(), f64::NAN),
            Err(Error::Size { .. })
        ));
    }
}
