//! What a melody is like, in numbers: features and distributions that genres can be compared by.
//!
//! A [`Profile`] is a row of numbers, all of them defined for every melody of two notes or more, so that the profile of a piece
//! is the mean of those of its melodies, and that of a song or an artist the mean of those of its pieces.

mod distribution;
mod feature;
mod line;
mod tempo;

use music::{Melody, NoteSequence};

use crate::extract::{Extracted, Setting};
pub use distribution::Distribution;
pub use feature::Feature;
use line::Line;
pub use tempo::PieceTempo;

/// Numbers of a profile: features, then the bins of the distributions.
const WIDTH: usize = Distribution::END;

/// What a melody, or the mean of several, is like.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile(Box<[f64; WIDTH]>);

impl Profile {
    /// The profile of a melody in a piece of that tempo; none of fewer than two notes, between which there is no interval.
    #[must_use]
    pub fn of(melody: &Melody, setting: &Setting, tempo: PieceTempo) -> Option<Self> {
        let line = Line::of(melody)?;
        let mut profile = Self(Box::new([0.0; WIDTH]));
        for feature in Feature::ALL {
            profile.0[feature as usize] = feature.of(&line, setting, tempo);
        }
        for distribution in Distribution::ALL {
            distribution.fill(&line, &mut profile.0[distribution.range()]);
        }
        Some(profile)
    }

    /// The mean of the profiles of a piece's melodies; none if there is none.
    #[must_use]
    pub fn of_piece(sequence: &NoteSequence, extracted: &Extracted) -> Option<Self> {
        let tempo = PieceTempo::of(sequence);
        let melodies = extracted.melodies.iter().zip(&extracted.settings);
        Self::mean(melodies.filter_map(|(melody, setting)| Self::of(melody, setting, tempo)))
    }

    /// The mean of profiles, each of which counts the same; none of none.
    #[must_use]
    pub fn mean(profiles: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut profiles = profiles.into_iter();
        let Self(mut sum) = profiles.next()?;
        let mut count = 1.0;
        for Self(profile) in profiles {
            sum.iter_mut().zip(profile.iter()).for_each(|(sum, value)| *sum += value);
            count += 1.0;
        }
        sum.iter_mut().for_each(|sum| *sum /= count);
        Some(Self(sum))
    }

    /// A feature.
    #[must_use]
    pub fn feature(&self, feature: Feature) -> f64 {
        self.0[feature as usize]
    }

    /// The shares of a distribution, which sum to 1.
    #[must_use]
    pub fn distribution(&self, distribution: Distribution) -> &[f64] {
        &self.0[distribution.range()]
    }

    /// All numbers: the features in the order of [`Feature::ALL`], then each distribution at its [`Distribution::range`].
    #[must_use]
    pub fn numbers(&self) -> &[f64] {
        &self.0[..]
    }
}

impl AsRef<[f64]> for Profile {
    fn as_ref(&self) -> &[f64] {
        self.numbers()
    }
}

#[cfg(test)]
mod tests;
