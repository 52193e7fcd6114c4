//! How each kind of music is played when nothing else is asked for.

use crate::{Click, Program};

/// What fits a genre: a sound for a melody, a tempo, a click to keep the beat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Name of the genre, in small letters.
    pub genre: &'static str,
    /// Number of the General MIDI sound.
    program: u8,
    /// Quarter notes a minute.
    pub qpm: f64,
    /// What keeps the beat where a click is wanted.
    pub click: Click,
}

impl Style {
    /// The sound.
    #[must_use]
    pub fn program(&self) -> Program {
        Program::new(self.program).unwrap_or_default()
    }

    /// The style of a genre, by its name or a name that has it in it as a word ("thrash metal"); `other` for the rest.
    #[must_use]
    pub fn of(genre: &str) -> &'static Style {
        let genre = genre.to_lowercase();
        let named = STYLES.iter().find(|style| style.genre == genre);
        let words = || genre.split(|c: char| !c.is_alphanumeric());
        let by_word = || {
            let style = |word: &str| STYLES.iter().find(|style| style.genre == word);
            // The last word is the noun: "folk metal" is metal.
            words().filter_map(style).next_back()
        };
        named.or_else(by_word).unwrap_or(&OTHER)
    }
}

const OTHER: Style = style("other", 0, 120.0, Click::WoodBlock);

const fn style(genre: &'static str, program: u8, qpm: f64, click: Click) -> Style {
    Style { genre, program, qpm, click }
}

/// The genres that have a style of their own, and `other`. Tempos are common ones of each kind, not measured ones.
pub const STYLES: [Style; 20] = [
    style("rock", 29, 120.0, Click::SideStick),
    style("metal", 30, 140.0, Click::SideStick),
    style("punk", 29, 170.0, Click::SideStick),
    style("pop", 27, 116.0, Click::SideStick),
    style("mellow", 4, 80.0, Click::WoodBlock),
    style("country", 25, 108.0, Click::SideStick),
    style("rap", 38, 92.0, Click::SideStick),
    style("hip", 38, 92.0, Click::SideStick),
    style("classical", 0, 100.0, Click::WoodBlock),
    style("jazz", 26, 132.0, Click::SideStick),
    style("folk", 24, 112.0, Click::WoodBlock),
    style("blues", 26, 84.0, Click::SideStick),
    style("electronic", 81, 128.0, Click::WoodBlock),
    style("dance", 81, 128.0, Click::WoodBlock),
    style("soul", 4, 100.0, Click::SideStick),
    style("funk", 28, 106.0, Click::SideStick),
    style("reggae", 16, 76.0, Click::SideStick),
    style("latin", 24, 104.0, Click::Claves),
    style("world", 75, 100.0, Click::Claves),
    OTHER,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn genres_are_found_by_name_by_noun_and_else_are_other() {
        assert_eq!(Style::of("metal").program().name(), "Distortion Guitar");
        assert_eq!(Style::of("Folk Metal").genre, "metal");
        assert_eq!(Style::of("hip-hop").genre, "hip");
        assert_eq!(Style::of("polka").genre, "other");
        assert_eq!(Style::of("").genre, "other");
    }

    #[test]
    fn styles_are_within_what_a_piece_can_have() {
        for style in &STYLES {
            assert!((40.0..=220.0).contains(&style.qpm), "{style:?}");
            assert!(Program::new(style.program).is_some(), "{style:?}");
            assert_eq!(Style::of(style.genre), style);
        }
    }
}
