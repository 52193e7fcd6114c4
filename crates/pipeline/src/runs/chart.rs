//! Learning curves of several runs in one chart.

use figure::{Axis, Chart, Colour, PALETTE, Series, Svg};

use super::Run;
use crate::curves::Curves;
use crate::{Error, Result};

/// How much of the value before goes into the next when nothing else is said, as in TensorBoard.
pub const DEFAULT_SMOOTHING: f64 = 0.6;

/// Size of a chart in pixels, without its legend.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 440.0;

/// Short names of tags.
const TAGS: [(&str, &str); 7] = [
    ("accuracy", "metrics/accuracy"),
    ("perplexity", "metrics/perplexity"),
    ("event_accuracy", "metrics/event_accuracy"),
    ("no_event_accuracy", "metrics/no_event_accuracy"),
    ("per_class_accuracy", "metrics/per_class_accuracy"),
    ("loss_per_step", "metrics/loss_per_step"),
    ("speed", "global_step/sec"),
];

/// The tag in event files that a short name stands for, or the name itself.
#[must_use]
pub fn tag_called(name: &str) -> &str {
    TAGS.iter().find(|(short, _)| *short == name).map_or(name, |(_, tag)| tag)
}

/// The curve `tag` of all runs that have it, as a picture.
///
/// # Errors
///
/// [`Error::NoCurve`] when none has.
pub(super) fn picture(runs: &[Run], tag: &str, smoothing: f64) -> Result<Svg> {
    match chart(runs, tag, smoothing) {
        Some(chart) => Ok(drawn(&chart)),
        None => {
            let curves = runs.iter().flat_map(|run| run.train.keys().chain(run.eval.keys()));
            let mut tags: Vec<String> = curves.cloned().collect();
            tags.sort();
            tags.dedup();
            Err(Error::NoCurve { tag: tag.to_owned(), tags })
        }
    }
}

/// The chart with room for its legend.
pub(super) fn drawn(chart: &Chart) -> Svg {
    chart.svg(WIDTH, HEIGHT + chart.legend_height(WIDTH))
}

/// Of each run the held-out curve in its colour and the training curve, smoothed, in a pale one; the latter in full where it is alone.
pub(super) fn chart(runs: &[Run], tag: &str, smoothing: f64) -> Option<Chart> {
    let tag = tag_called(tag);
    let (mut pale, mut strong) = (Vec::new(), Vec::new());
    let (mut has_train, mut has_eval) = (false, false);
    for (index, run) in runs.iter().enumerate() {
        let train = smoothed(&points(&run.train, tag), smoothing);
        let eval = points(&run.eval, tag);
        let colour = colour(index);
        has_train |= !train.is_empty();
        has_eval |= !eval.is_empty();
        match (train.is_empty(), eval.is_empty()) {
            (true, true) => {}
            (false, true) => strong.push(Series::line(&run.name, colour, train)),
            (_, false) => {
                pale.push(Series::line("", colour.towards(Colour::WHITE, 0.6), train));
                strong.push(Series::line(&run.name, colour, eval));
            }
        }
    }
    let kinds = match (has_train, has_eval) {
        (true, true) => "updates (pale: training, with dropout; strong: held out)",
        (true, false) => "updates (training, with dropout)",
        (false, true) => "updates (held out)",
        (false, false) => return None,
    };
    pale.extend(strong);
    let (title, label) = title(tag);
    Some(Chart {
        title: title.to_owned(),
        x: Axis { zero: true, ..Axis::new(kinds) },
        y: Axis::new(label),
        series: pale,
    })
}

/// Title of the chart of a tag, and what is along its vertical axis.
fn title(tag: &str) -> (&str, &str) {
    match tag {
        "loss" | "metrics/loss_per_step" => ("Loss", "nats a step"),
        "metrics/accuracy" => ("Accuracy", "share of the steps that are right"),
        "metrics/perplexity" => ("Perplexity", "as many equally likely continuations"),
        "metrics/event_accuracy" => ("Accuracy of events", "share of the events that are right"),
        "global_step/sec" => ("Speed", "updates a second"),
        other => (other, ""),
    }
}

fn points(curves: &Curves, tag: &str) -> Vec<(f64, f64)> {
    let points = curves.get(tag).map(Vec::as_slice).unwrap_or_default();
    points.iter().map(|&(update, value)| (update as f64, f64::from(value))).collect()
}

/// The colour of run number `index`; of more runs than the palette has colours, darker and paler ones.
pub(super) fn colour(index: usize) -> Colour {
    let colour = Colour::of_series(index);
    match index / PALETTE.len() % 3 {
        0 => colour,
        1 => colour.towards(Colour::BLACK, 0.55),
        _ => colour.towards(Colour::WHITE, 0.5),
    }
}

/// Points whose values are an exponential moving average with `weight` (0 to below 1) on what came before, without the pull of its
/// beginning at zero: TensorBoard's smoothing. Values that are no numbers stay as they are and play no part.
#[must_use]
pub fn smoothed(points: &[(f64, f64)], weight: f64) -> Vec<(f64, f64)> {
    let (mut average, mut share) = (0.0, 0.0);
    let smooth = |&(update, value): &(f64, f64)| {
        if !value.is_finite() {
            return (update, value);
        }
        average = average * weight + value * (1.0 - weight);
        share = share * weight + (1.0 - weight);
        (update, average / share)
    };
    points.iter().map(smooth).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothing_is_tensorboards() {
        let points = [(0.0, 1.0), (1.0, 2.0), (2.0, f64::NAN), (3.0, 4.0)];
        assert_eq!(smoothed(&points, 0.0)[3], (3.0, 4.0));
        let smooth = smoothed(&points, 0.5);
        // (0.25 * 1 + 0.5 * 2) / 0.75, and (0.125 * 1 + 0.25 * 2 + 0.5 * 4) / 0.875.
        assert!(smooth[0] == (0.0, 1.0) && smooth[2].1.is_nan());
        assert!((smooth[1].1 - 5.0 / 3.0).abs() < 1e-12 && (smooth[3].1 - 3.0).abs() < 1e-12);
        assert!(smoothed(&[], 0.9).is_empty());
    }

    #[test]
    fn no_two_runs_of_a_picture_look_the_same() {
        let colours: Vec<String> = (0..21).map(|index| colour(index).to_string()).collect();
        for (index, colour) in colours.iter().enumerate() {
            assert!(!colours[..index].contains(colour), "{index}");
        }
    }
}
