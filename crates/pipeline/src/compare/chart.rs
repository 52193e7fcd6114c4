//! Groups as pictures.

use corpus::profile::{Distribution, Feature};
use figure::{Axis, Chart, Colour, Mark, Series, Svg, sheet};

use super::contrast::Verdict;
use super::group::{Group, Kind};
use super::word::{distribution_title, feature_title, note_names, pair_title};
use super::{Compared, Comparison};

/// How large a chart is.
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 300.0;
/// Charts side by side.
const COLUMNS: usize = 2;
/// Bins of a histogram.
const BINS: usize = 14;
/// Pixels of a line of the chart of effects.
const ROW: f64 = 19.0;
/// Intervals that are shown: an octave each way. Wider ones are rare.
const SHOWN_INTERVAL: i32 = 12;

/// The features that have a chart of their own.
const SHOWN: [Feature; 6] = [
    Feature::Tempo,
    Feature::Range,
    Feature::NotesPerBar,
    Feature::Length,
    Feature::Syncopation,
    Feature::Recurrence,
];

/// Histograms of features over units, and the distributions.
#[must_use]
pub fn charts(compared: &Compared) -> Vec<Chart> {
    let groups = &compared.groups;
    let feature = |feature| histogram(groups, feature);
    let [tempo, range, bar, length, syncopation, recurrence] = SHOWN.map(feature);
    let [intervals, lengths, degrees, classes] =
        Distribution::ALL.map(|kind| distribution(groups, kind));
    vec![tempo, range, intervals, lengths, bar, length, degrees, classes, syncopation, recurrence]
}

/// The effects of all comparisons, then the charts, as one picture.
pub(super) fn picture(compared: &Compared) -> Svg {
    let charts = charts(compared);
    let effects: Vec<Chart> = compared
        .comparisons
        .iter()
        .map(|comparison| effects(comparison, &compared.groups))
        .collect();
    let all = sheet(&charts, COLUMNS, WIDTH, HEIGHT);
    let height = effect_height();
    let mut svg = Svg::new(all.width(), all.height() + height * effects.len() as f64);
    let mut top = 0.0;
    for chart in &effects {
        chart.draw(&mut svg, figure::Frame { x: 0.0, y: top, width: all.width(), height });
        top += height;
    }
    for (index, chart) in charts.iter().enumerate() {
        let (column, row) = ((index % COLUMNS) as f64, (index / COLUMNS) as f64);
        let (x, y) = (column * WIDTH, top + row * HEIGHT);
        chart.draw(&mut svg, figure::Frame { x, y, width: WIDTH, height: HEIGHT });
    }
    svg
}

/// How high the chart of effects is.
pub(super) fn effect_height() -> f64 {
    ROW * Feature::ALL.len() as f64 + 130.0
}

/// Cliff's delta of each feature with its bounds, those that are real in the colour of the group that has more.
pub(super) fn effects(comparison: &Comparison, groups: &[Group]) -> Chart {
    let (first, second) = (&groups[comparison.first], &groups[comparison.second]);
    let rows = comparison.features.len();
    let titles = comparison.features.iter().rev().map(|found| feature_title(found.feature).0);
    let mut kinds = [
        (format!("{} has more", first.title()), colour(first), Vec::new(), Vec::new()),
        (format!("{} has more", second.title()), colour(second), Vec::new(), Vec::new()),
        (
            "no difference that the data would show".to_owned(),
            Colour::GRID.towards(Colour::FAINT_INK, 0.5),
            Vec::new(),
            Vec::new(),
        ),
    ];
    for (index, found) in comparison.features.iter().enumerate() {
        let y = (rows - 1 - index) as f64;
        let kind = match found.verdict {
            Verdict::Real => usize::from(found.delta < 0.0),
            _ => 2,
        };
        // A break in the line between two features.
        let whisker = [(found.delta_bounds.low, y), (found.delta_bounds.high, y), (f64::NAN, y)];
        kinds[kind].2.extend(whisker);
        kinds[kind].3.push((found.delta, y));
    }
    let zero = vec![(0.0, -0.5), (0.0, rows as f64 - 0.5)];
    let mut series = vec![Series::line("", Colour::FAINT_INK, zero)];
    for (name, colour, whiskers, points) in kinds {
        if !points.is_empty() {
            series.push(Series::line(&name, colour, whiskers));
            series.push(Series { name: String::new(), colour, mark: Mark::Points(points) });
        }
    }
    Chart {
        title: format!("{}: which has more of what", pair_title(comparison, groups)),
        x: Axis::between(
            &format!(
                "Cliff's delta with 95% bounds (← {} has more | {} has more →)",
                second.title(),
                first.title()
            ),
            -1.0,
            1.0,
        ),
        y: Axis::named("", titles),
        series,
    }
}

/// Shares of the units of each group in bins of a feature, as outlines.
fn histogram(groups: &[Group], feature: Feature) -> Chart {
    let values: Vec<Vec<f64>> = groups.iter().map(|group| group.values(feature)).collect();
    let (title, figures) = feature_title(super::word::feature_name(feature));
    let factor = if figures.is_share { 100.0 } else { 1.0 };
    let (low, width) = bins(&values, feature == Feature::Range);
    let mut highest = 0.0_f64;
    let series = groups.iter().zip(&values).map(|(group, values)| {
        let mut shares = [0.0; BINS];
        for value in values {
            let bin = ((value - low) / width) as usize;
            shares[bin.min(BINS - 1)] += 100.0 / values.len() as f64;
        }
        highest = shares.into_iter().fold(highest, f64::max);
        let mut outline = vec![(low * factor, 0.0)];
        for (bin, share) in shares.into_iter().enumerate() {
            let left = (low + width * bin as f64) * factor;
            outline.extend([(left, share), (left + width * factor, share)]);
        }
        outline.push(((low + width * BINS as f64) * factor, 0.0));
        Series::line(&group.title(), colour(group), outline)
    });
    let series = series.collect();
    // There is nothing above all of them, which a round end of the axis would pretend.
    let domain = (highest > 80.0).then_some((0.0, 100.0));
    let unit = figures.unit.trim();
    let label = if unit.is_empty() { title.to_owned() } else { format!("{title}, {unit}") };
    Chart {
        title: capitalized(title),
        x: Axis::new(&label),
        y: Axis { zero: true, domain, ..Axis::new("% of units") },
        series,
    }
}

/// Where bins begin and how wide they are, so that they hold all values but the hundredth part at the upper end; those of
/// `is_whole` have whole numbers in their middle.
fn bins(values: &[Vec<f64>], is_whole: bool) -> (f64, f64) {
    let mut all: Vec<f64> = values.iter().flatten().copied().collect();
    all.sort_by(f64::total_cmp);
    let low = all.first().copied().unwrap_or_default();
    let high = all.get(all.len().saturating_sub(1) * 99 / 100).copied().unwrap_or_default();
    let width = (high - low) / BINS as f64;
    if is_whole {
        return (low.floor() - 0.5, (width + 1.0 / BINS as f64).ceil().max(1.0));
    }
    if width > 0.0 { (low, width) } else { (low - 0.5, 1.0 / BINS as f64) }
}

/// Mean shares of each group.
fn distribution(groups: &[Group], kind: Distribution) -> Chart {
    let name = super::word::distribution_name(kind);
    let skipped = match kind {
        Distribution::Intervals => (Distribution::WIDEST - SHOWN_INTERVAL) as usize,
        _ => 0,
    };
    let shown = |shares: &[f64]| {
        let shares = shares.iter().skip(skipped).take(shares.len() - 2 * skipped);
        shares.map(|share| share * 100.0).collect::<Vec<_>>()
    };
    let series = groups.iter().enumerate().map(|(index, group)| {
        let found = group.distributions.iter().find(|found| found.distribution == name);
        let shares = found.map_or(Vec::new(), |found| shown(&found.shares));
        Series::bars(&group.title(), colour(group), &shares, index, groups.len())
    });
    let (label, names): (&str, Vec<String>) = match kind {
        Distribution::Intervals => (
            "semitones to the next note, up to an octave",
            (-SHOWN_INTERVAL..=SHOWN_INTERVAL).map(interval_label).collect(),
        ),
        Distribution::Lengths => (
            "length in sixteenths",
            (1..=Distribution::LONGEST)
                .map(|length| {
                    if length == Distribution::LONGEST {
                        format!("{length}+")
                    } else {
                        length.to_string()
                    }
                })
                .collect(),
        ),
        Distribution::Degrees => (
            "pitch class, with the melody moved to C major or A minor",
            note_names().map(str::to_owned).into(),
        ),
        Distribution::PitchClasses => {
            ("pitch class, as it sounds", note_names().map(str::to_owned).into())
        }
    };
    let what = if kind == Distribution::Intervals { "% of intervals" } else { "% of notes" };
    Chart {
        title: capitalized(distribution_title(name)),
        x: Axis::named(label, names),
        y: Axis::new(what),
        series: series.collect(),
    }
}

/// Every third interval has its number: all would not find room.
fn interval_label(semitones: i32) -> String {
    match semitones {
        _ if semitones % 3 != 0 => String::new(),
        0 => "0".to_owned(),
        1.. => format!("+{semitones}"),
        _ => format!("−{}", -semitones),
    }
}

/// A colour a genre; what was generated is paler.
pub(super) fn colour(group: &Group) -> Colour {
    let colour = Colour::of_series(group.genre);
    match group.kind {
        Kind::Corpus => colour,
        Kind::Generated => colour.towards(Colour::WHITE, 0.45),
    }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
