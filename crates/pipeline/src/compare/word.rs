//! Differences in words that a musician understands.

use corpus::profile::{Distribution, Feature};

use super::contrast::{Bounds, Comparison, DistributionContrast, FeatureContrast, Shift, Verdict};
use super::group::{Group, Unit};

/// Sizes of Cliff's delta from which on it is small, medium, large (Romano and others, "Appropriate statistics for ordinal level
/// data", 2006).
const SIZES: [(f64, &str); 3] = [(0.474, "large"), (0.33, "medium"), (0.147, "small")];

const NOTES: [&str; 12] = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];
const INTERVALS: [&str; 13] = [
    "repeated notes",
    "minor seconds",
    "major seconds",
    "minor thirds",
    "major thirds",
    "fourths",
    "tritones",
    "fifths",
    "minor sixths",
    "major sixths",
    "minor sevenths",
    "major sevenths",
    "octaves",
];

/// How the values of a feature are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Digits behind the point.
    pub decimals: usize,
    /// What is behind the number, with a space where there should be one.
    pub unit: &'static str,
    /// Whether it is a share, shown as percentage.
    pub is_share: bool,
}

/// What is said of a feature: its name in files, its title, what the one who has more of it does, its figures.
fn facts(feature: Feature) -> (&'static str, &'static str, &'static str, Figures) {
    let number = |decimals, unit| Figures { decimals, unit, is_share: false };
    let share = Figures { decimals: 1, unit: "%", is_share: true };
    use Feature as F;
    match feature {
        F::StartTempo => {
            ("start_tempo", "tempo at the start", "begins faster", number(0, " quarters a minute"))
        }
        F::Tempo => ("tempo", "mean tempo", "is faster", number(0, " quarters a minute")),
        F::Range => ("range", "range", "ranges wider", number(1, " semitones")),
        F::Pitch => ("pitch", "mean pitch", "lies higher", number(1, " (MIDI)")),
        F::Interval => {
            ("interval", "mean interval", "moves in wider intervals", number(2, " semitones"))
        }
        F::Repeats => ("repeats", "repeated notes", "repeats notes more", share),
        F::Steps => ("steps", "steps (1 or 2 semitones)", "moves more by step", share),
        F::Leaps => ("leaps", "leaps (3 semitones or more)", "leaps more", share),
        F::Rises => ("rises", "rising intervals", "rises more often", share),
        F::Length => {
            ("length", "mean note length", "holds its notes longer", number(2, " quarters"))
        }
        F::NotesPerBar => ("notes_per_bar", "notes a bar", "has fuller bars", number(2, "")),
        F::NotesPerBeat => ("notes_per_beat", "notes a beat", "has fuller beats", number(2, "")),
        F::NotesPerSecond => ("notes_per_second", "notes a second", "sounds busier", number(2, "")),
        F::Chromatic => ("chromatic", "notes outside the key", "leaves its key more", share),
        F::Rests => ("rests", "rests", "rests more", share),
        F::Syncopation => ("syncopation", "syncopated notes", "is more syncopated", share),
        F::Recurrence => ("recurrence", "recurring bars", "repeats its bars more", share),
        F::Bars => ("bars", "length of a melody", "has longer melodies", number(1, " bars")),
    }
}

/// The name of a feature in files.
pub(super) fn feature_name(feature: Feature) -> &'static str {
    facts(feature).0
}

/// The title and the figures of a feature by its name in files.
#[must_use]
pub fn feature_title(name: &str) -> (&'static str, Figures) {
    let feature = Feature::ALL.into_iter().find(|&feature| feature_name(feature) == name);
    let (_, title, _, figures) = facts(feature.unwrap_or(Feature::Tempo));
    (title, figures)
}

/// The name of a distribution in files.
pub(super) fn distribution_name(distribution: Distribution) -> &'static str {
    match distribution {
        Distribution::Intervals => "intervals",
        Distribution::Lengths => "lengths",
        Distribution::Degrees => "degrees",
        Distribution::PitchClasses => "pitch_classes",
    }
}

/// The title of a distribution.
pub(super) fn distribution_title(name: &str) -> &'static str {
    match name {
        "intervals" => "intervals",
        "lengths" => "note lengths",
        "degrees" => "notes of the scale, moved to C",
        _ => "pitch classes",
    }
}

/// The name of a bin.
pub(super) fn bin_name(distribution: Distribution, value: i32) -> String {
    let size = value.unsigned_abs() as usize;
    match distribution {
        Distribution::Intervals => {
            let name = match INTERVALS.get(size) {
                Some(name) => (*name).to_owned(),
                None => format!("intervals of {size} semitones"),
            };
            match value.signum() {
                1 => format!("{name} up"),
                -1 => format!("{name} down"),
                _ => name,
            }
        }
        Distribution::Lengths => match size {
            1 => "sixteenths".to_owned(),
            2 => "eighths".to_owned(),
            3 => "dotted eighths".to_owned(),
            4 => "quarters".to_owned(),
            6 => "dotted quarters".to_owned(),
            8 => "halves".to_owned(),
            12 => "dotted halves".to_owned(),
            Distribution::LONGEST => "whole notes and longer".to_owned(),
            _ => format!("notes of {size} sixteenths"),
        },
        Distribution::Degrees | Distribution::PitchClasses => {
            NOTES.get(size).copied().unwrap_or_default().to_owned()
        }
    }
}

/// The names of the pitch classes.
pub(super) fn note_names() -> [&'static str; 12] {
    NOTES
}

impl Figures {
    /// A value without its unit.
    #[must_use]
    pub fn number(&self, value: f64) -> String {
        let value = if self.is_share { value * 100.0 } else { value };
        signed(value, self.decimals)
    }
}

/// A number with a minus as in print.
fn signed(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if value < 0.0 && !is_zero { format!("−{text}") } else { text }
}

/// What a pair of groups is called.
#[must_use]
pub fn pair_title(comparison: &Comparison, groups: &[Group]) -> String {
    format!("{} and {}", groups[comparison.first].title(), groups[comparison.second].title())
}

/// Puts all findings of a comparison into words.
pub(super) fn speak(comparison: &mut Comparison, groups: &[Group]) {
    let names = [groups[comparison.first].title(), groups[comparison.second].title()];
    let unit = comparison.unit;
    for contrast in &mut comparison.features {
        contrast.words = feature_words(contrast, &names, unit);
    }
    for contrast in &mut comparison.distributions {
        contrast.words = distribution_words(contrast, &names, unit);
    }
}

fn feature_words(contrast: &FeatureContrast, names: &[String; 2], unit: Unit) -> String {
    let feature =
        Feature::ALL.into_iter().find(|&feature| feature_name(feature) == contrast.feature);
    let (_, title, more, figures) = facts(feature.unwrap_or(Feature::Tempo));
    let first_leads = contrast.delta >= 0.0;
    let pair =
        |first: f64, second: f64| if first_leads { (first, second) } else { (second, first) };
    let means = pair(contrast.first, contrast.second);
    let medians = pair(contrast.first_median, contrast.second_median);
    // Some far out may pull the mean to the side on which most are not.
    let (kind, (high, low)) = if means.0 < means.1 && medians.0 >= medians.1 {
        ("median ", medians)
    } else {
        ("", means)
    };
    let percent = if figures.is_share { figures.unit } else { "" };
    let (high, low) = (figures.number(high), figures.number(low));
    let values = format!("{high}{percent} vs {low}{}", figures.unit);
    match contrast.verdict {
        Verdict::Real => {
            let who = &names[usize::from(!first_leads)];
            let (delta, Bounds { low, high }) = toward(contrast, first_leads);
            format!(
                "{who} {more}: {kind}{title} {values}; real (p {}, Cliff's delta {} [{}, {}], {})",
                p_text(contrast.p_adjusted),
                signed(delta, 2),
                signed(low, 2),
                signed(high, 2),
                size(delta)
            )
        }
        Verdict::NotShown => {
            let Bounds { low, high } = contrast.delta_bounds;
            let widest = low.abs().max(high.abs());
            let bound = if widest < SIZES[1].0 { "; if there is one, it is small" } else { "" };
            format!(
                "{title}: no difference that the data would show ({values}; p {}){bound}",
                p_text(contrast.p_adjusted)
            )
        }
        Verdict::TooFew => format!("{title}: {values}; too few {} to tell", unit.plural()),
    }
}

/// Cliff's delta and its bounds as seen from the group that has more.
fn toward(contrast: &FeatureContrast, first_leads: bool) -> (f64, Bounds) {
    let Bounds { low, high } = contrast.delta_bounds;
    match first_leads {
        true => (contrast.delta, Bounds { low, high }),
        false => (-contrast.delta, Bounds { low: -high, high: -low }),
    }
}

fn distribution_words(contrast: &DistributionContrast, names: &[String; 2], unit: Unit) -> String {
    let title = distribution_title(contrast.distribution);
    let distance = contrast.distance.map(|distance| {
        let what = if contrast.distribution == "intervals" { "semitones" } else { "sixteenths" };
        format!(", {distance:.2} {what} apart")
    });
    let facts = format!(
        "divergence {:.3} bits, {:.3} by chance{}",
        contrast.divergence,
        contrast.by_chance,
        distance.unwrap_or_default()
    );
    match contrast.verdict {
        Verdict::Real => {
            let more = [true, false].into_iter().zip(names).filter_map(|(first, name)| {
                let bins: Vec<String> = contrast
                    .shifts
                    .iter()
                    .filter(|shift| (shift.first > shift.second) == first)
                    .map(shift_words)
                    .collect();
                (!bins.is_empty()).then(|| format!("{name} has more {}", bins.join(", ")))
            });
            let more: Vec<String> = more.collect();
            format!(
                "{title}: {}; real (p {}, {facts})",
                more.join("; "),
                p_text(contrast.p_adjusted)
            )
        }
        Verdict::NotShown => {
            format!(
                "{title}: no difference that the data would show (p {}, {facts})",
                p_text(contrast.p_adjusted)
            )
        }
        Verdict::TooFew => format!("{title}: {facts}; too few {} to tell", unit.plural()),
    }
}

fn shift_words(shift: &Shift) -> String {
    let (high, low) = (shift.first.max(shift.second), shift.first.min(shift.second));
    format!("{} ({:.0}% vs {:.0}%)", shift.name, high * 100.0, low * 100.0)
}

/// `= 0.034`, or `< 0.001`.
pub(super) fn p_text(p: f64) -> String {
    if p < 0.001 {
        "< 0.001".to_owned()
    } else if p < 0.1 {
        format!("= {p:.3}")
    } else {
        format!("= {p:.2}")
    }
}

/// How large a delta is.
pub(super) fn size(delta: f64) -> &'static str {
    SIZES.into_iter().find(|(from, _)| delta.abs() >= *from).map_or("negligible", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contrast(verdict: Verdict) -> FeatureContrast {
        FeatureContrast {
            feature: "interval",
            first: 2.4,
            second: 3.1,
            first_median: 2.3,
            second_median: 3.0,
            difference: Bounds { low: -1.0, high: -0.4 },
            delta: -0.42,
            delta_bounds: Bounds { low: -0.5, high: -0.3 },
            p: 0.0001,
            p_adjusted: 0.0004,
            verdict,
            words: String::new(),
        }
    }

    #[test]
    fn the_one_that_has_more_is_the_subject() {
        let names = ["pop".to_owned(), "metal".to_owned()];
        let words = |contrast: &FeatureContrast| feature_words(contrast, &names, Unit::Song);
        assert_eq!(
            words(&contrast(Verdict::Real)),
            "metal moves in wider intervals: mean interval 3.10 vs 2.40 semitones; \
             real (p < 0.001, Cliff's delta 0.42 [0.30, 0.50], medium)"
        );
        let outlier = FeatureContrast { first: 9.0, ..contrast(Verdict::Real) };
        assert!(
            words(&outlier).contains("median mean interval 3.00 vs 2.30"),
            "{}",
            words(&outlier)
        );
        let unclear = FeatureContrast {
            p_adjusted: 0.3,
            delta_bounds: Bounds { low: -0.2, high: 0.1 },
            ..contrast(Verdict::NotShown)
        };
        assert_eq!(
            words(&unclear),
            "mean interval: no difference that the data would show (3.10 vs 2.40 semitones; p = 0.30); if there is one, it is small"
        );
        assert_eq!(
            words(&contrast(Verdict::TooFew)),
            "mean interval: 3.10 vs 2.40 semitones; too few songs to tell"
        );
    }

    #[test]
    fn names_of_features_are_one_to_one() {
        for feature in Feature::ALL {
            assert_eq!(feature_title(feature_name(feature)).0, facts(feature).1);
        }
        assert_eq!(bin_name(Distribution::Intervals, -13), "intervals of 13 semitones down");
        assert_eq!(bin_name(Distribution::Lengths, 16), "whole notes and longer");
        assert_eq!((size(-0.5), size(0.2), size(0.0)), ("large", "small", "negligible"));
        assert_eq!((signed(-0.001, 2), signed(-1.5, 1)), ("0.00".to_owned(), "−1.5".to_owned()));
    }
}
