//! How pieces are played: as they stand, or as a genre has it.

use audio::{Arrangement, Click, Program, Style};

/// Where a property of the sound comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Choice<T> {
    /// From the genre, where there is one, else from the piece.
    #[default]
    Fitting,
    /// From the piece.
    Own,
    /// This one.
    Given(T),
}

/// How pieces are played.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Playing {
    /// The genre, whose [`Style`] fills in what is not given.
    pub genre: Option<String>,
    /// The sound of all instruments but drums.
    pub program: Choice<Program>,
    /// Tempo in quarter notes a minute.
    pub qpm: Choice<f64>,
    /// A click on each beat.
    pub click: bool,
}

impl<T> Choice<T> {
    fn or(self, fitting: Option<T>) -> Option<T> {
        match self {
            Choice::Fitting => fitting,
            Choice::Own => None,
            Choice::Given(value) => Some(value),
        }
    }
}

impl Playing {
    /// What that means for a piece.
    #[must_use]
    pub fn arrangement(&self) -> Arrangement {
        let style = self.genre.as_deref().map(Style::of);
        Arrangement {
            program: self.program.or(style.map(Style::program)),
            qpm: self.qpm.or(style.map(|style| style.qpm)),
            click: self.click.then(|| style.map_or(Click::WoodBlock, |style| style.click)),
        }
    }

    /// What of it is said in the files.
    pub(super) fn settings(&self) -> Vec<(String, String)> {
        let arrangement = self.arrangement();
        let program = arrangement.program.map(|program| ("PROGRAM", program.name().to_owned()));
        let qpm = arrangement.qpm.map(|qpm| ("TEMPO", qpm.to_string()));
        let click = arrangement.click.map(|click| ("CLICK", format!("{click:?}")));
        [program, qpm, click]
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_goes_before_the_genre_and_the_genre_before_the_piece() {
        assert_eq!(Playing::default().arrangement(), Arrangement::default());
        let metal = Playing { genre: Some("metal".to_owned()), ..Playing::default() };
        let arrangement = metal.arrangement();
        assert_eq!(
            (arrangement.program.map(Program::number), arrangement.qpm),
            (Some(30), Some(140.0))
        );
        assert_eq!(arrangement.click, None);
        let own = Playing { program: Choice::Own, qpm: Choice::Given(90.0), click: true, ..metal };
        let arrangement = own.arrangement();
        assert_eq!(
            (arrangement.program, arrangement.qpm, arrangement.click),
            (None, Some(90.0), Some(Click::SideStick))
        );
        assert_eq!(own.settings().len(), 2);
    }
}
