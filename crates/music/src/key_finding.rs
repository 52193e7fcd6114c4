//! Which key a piece is in, by its notes.

use crate::{KeySignature, Mode, NOTES_PER_OCTAVE, NoteSequence};

/// Notes in an octave, as a length.
const OCTAVE: usize = NOTES_PER_OCTAVE as usize;

/// How well each pitch class fits into a key, from the tonic up, major and minor: D. Temperley, "What's Key for Key?" (Music Perception
/// 17, 1999).
const MAJOR: [f64; OCTAVE] = [5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0];
const MINOR: [f64; OCTAVE] = [5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0];

/// A note counts for at most so many seconds: who holds one is not in its key the more for it.
const LONGEST: f64 = 2.0;

impl NoteSequence {
    /// The key that its notes, drums aside, speak for most, from the start on; `None` without notes.
    ///
    /// The seconds that each pitch class sounds are compared with what is usual in each of the 24 keys by correlation (Krumhansl and
    /// Schmuckler's way). What begins and ends a piece gives the last word: its first and last note count twice.
    #[must_use]
    pub fn likely_key(&self) -> Option<KeySignature> {
        let weights = self.weights()?;
        let mut best = (f64::NEG_INFINITY, KeySignature { time: 0.0, tonic: 0, mode: Mode::Major });
        for tonic in 0..NOTES_PER_OCTAVE {
            for (mode, profile) in [(Mode::Major, &MAJOR), (Mode::Minor, &MINOR)] {
                let fit = correlation(&weights, profile, usize::from(tonic));
                if fit > best.0 {
                    best = (fit, KeySignature { time: 0.0, tonic, mode });
                }
            }
        }
        Some(best.1)
    }

    /// How much each pitch class sounds.
    fn weights(&self) -> Option<[f64; OCTAVE]> {
        let notes = || self.notes.iter().filter(|note| !note.is_drum);
        let mut weights = [0.0; OCTAVE];
        let mut add = |note: &crate::Note| {
            let length = (note.end_time - note.start_time).clamp(0.0, LONGEST);
            weights[usize::from(note.pitch % NOTES_PER_OCTAVE)] += length;
        };
        notes().for_each(&mut add);
        add(notes().min_by(|a, b| a.start_time.total_cmp(&b.start_time))?);
        add(notes().max_by(|a, b| a.end_time.total_cmp(&b.end_time))?);
        Some(weights)
    }
}

/// Pearson's correlation; of weights that are all equal it is 0.
fn correlation(weights: &[f64; OCTAVE], profile: &[f64; OCTAVE], tonic: usize) -> f64 {
    let mean = |values: &[f64; OCTAVE]| values.iter().sum::<f64>() / OCTAVE as f64;
    let (of_weights, of_profile) = (mean(weights), mean(profile));
    let (mut both, mut weight_square, mut profile_square) = (0.0, 0.0, 0.0);
    for (above, fit) in profile.iter().enumerate() {
        let weight = weights[(tonic + above) % OCTAVE] - of_weights;
        let fit = fit - of_profile;
        both += weight * fit;
        weight_square += weight * weight;
        profile_square += fit * fit;
    }
    if weight_square > 0.0 { both / (weight_square * profile_square).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Melody, ToSequence};

    fn key(text: &str) -> Option<(u8, Mode)> {
        let sequence = Melody::parse(text).expect("a melody").to_sequence(&ToSequence::default());
        sequence.likely_key().map(|key| (key.tonic, key.mode))
    }

    #[test]
    fn scales_are_in_their_keys() {
        assert_eq!(key("[60, 62, 64, 65, 67, 69, 71, 72]"), Some((0, Mode::Major)));
        assert_eq!(key("[69, 71, 72, 74, 76, 77, 80, 81]"), Some((9, Mode::Minor)));
        assert_eq!(key("[-2]"), None);
    }

    #[test]
    fn a_transposed_piece_is_in_the_transposed_key() {
        let tune = [67, 67, 71, 74, 74, 72, 71, 69, 67, 66, 67];
        for up in 0..12u8 {
            let events: Vec<String> = tune.iter().map(|pitch| (pitch + up).to_string()).collect();
            let found = key(&format!("[{}]", events.join(", ")));
            assert_eq!(found, Some(((7 + up) % 12, Mode::Major)), "{up}");
        }
    }
}
