//! A dataset as pictures and a page.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use figure::{Axis, Bar, Chart, Colour, Mark, Page, Series, escape, tick_label};

use super::portrait::{Histogram, Portrait};
use super::{Dataset, REASONS};
use crate::{Result, files, picture};

/// Size of a chart in pixels.
const WIDTH: f64 = 620.0;
const HEIGHT: f64 = 320.0;
/// How wide the chart of reasons is, which are long, and how high without them and for each.
const WIDE: f64 = 1080.0;
const LOW: f64 = 90.0;
const ROW: f64 = 26.0;
/// Steps in a bar of 4/4.
const BAR: i64 = 16;
/// Columns of the chart of lengths, at most.
const COLUMNS: i64 = 32;
/// Semitones that have a column of their own: an octave each way.
const OCTAVE: i64 = 12;
/// Steps of notes that have a column of their own: up to a whole note.
const WHOLE_NOTE: i64 = 16;
/// The page.
const PAGE_FILE: &str = "index.html";

const STYLE: &str = "
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(28rem, 1fr)); gap: 1rem; margin-top: 1.5rem; }
.charts > :last-child { grid-column: 1 / -1; }
.charts svg { width: 100%; }
";

/// Draws what a dataset is made of: each chart as SVG and PNG, and a page with all of them. Gives the files.
///
/// # Errors
///
/// A folder that cannot be written.
pub fn pictures(dataset: &Dataset, folder: &Path) -> Result<Vec<PathBuf>> {
    let charts = charts(dataset);
    let mut written = Vec::new();
    let mut figures = String::new();
    for (name, chart) in &charts {
        let (width, height) = match chart.y.names.len() {
            0 => (WIDTH, HEIGHT),
            rows => (WIDE, LOW + ROW * rows as f64),
        };
        let svg = chart.svg(width, height).finish();
        for ending in ["svg", "png"] {
            let path = folder.join(format!("{name}.{ending}"));
            picture::write(&svg, &path)?;
            written.push(path);
        }
        let _ = writeln!(figures, "<figure class=\"panel\">{svg}</figure>");
    }
    let page = folder.join(PAGE_FILE);
    files::write_whole(&page, html(dataset, &figures).as_bytes())?;
    written.insert(0, page);
    Ok(written)
}

/// The charts with the names of their files.
fn charts(dataset: &Dataset) -> [(&'static str, Chart); 6] {
    [
        ("bars", bars(dataset)),
        ("lengths", lengths(dataset)),
        ("pitches", pitches(dataset)),
        ("intervals", intervals(dataset)),
        ("durations", durations(dataset)),
        ("reasons", reasons(dataset)),
    ]
}

/// Melodies by their bars, in the classes in which they were counted.
fn bars(dataset: &Dataset) -> Chart {
    let classes: Vec<(i64, u64)> = dataset.all.melody_lengths_in_bars.buckets().collect();
    let is_filled = |class: &(i64, u64)| class.1 > 0;
    let first = classes.iter().position(is_filled).unwrap_or_default();
    let end = classes.iter().rposition(is_filled).map_or(0, |last| last + 1);
    let ends = classes.iter().skip(1).map(|class| Some(class.0)).chain([None]);
    let named = classes.iter().zip(ends).map(|(&(first, count), end)| {
        let name = match end {
            Some(end) if end == first + 1 => first.to_string(),
            Some(end) => format!("{first}–{}", end - 1),
            None => format!("{first}+"),
        };
        (name, count as f64)
    });
    let (names, counts): (Vec<String>, Vec<f64>) = named.take(end).skip(first).unzip();
    Chart {
        title: "Length of melodies in bars".to_owned(),
        x: Axis::named("bars", names),
        y: Axis { zero: true, ..Axis::new("melodies") },
        series: vec![Series::bars("", Colour::of_series(0), &counts, 0, 1)],
    }
}

/// Melodies by their steps.
fn lengths(dataset: &Dataset) -> Chart {
    let longest = i64::try_from(dataset.lengths.longest).unwrap_or(i64::MAX);
    let width = BAR * (longest / BAR / COLUMNS + 1);
    let place = |steps: i64| (steps - 1).max(0) / width;
    let columns = usize::try_from(place(longest) + 1).unwrap_or(1);
    let counts = sides(dataset, |portrait| binned(&portrait.lengths, columns, place));
    let mut series = stacked(&counts);
    for series in &mut series {
        let Mark::Bars(bars) = &mut series.mark else { continue };
        for (left, bar) in (0..).map(|column| (column * width) as f64).zip(bars) {
            *bar = Bar { left, right: left + width as f64, ..*bar };
        }
    }
    Chart {
        title: "Length of melodies in steps".to_owned(),
        x: Axis { zero: true, ..Axis::new("sixteenths") },
        y: Axis { zero: true, ..Axis::new("melodies") },
        series,
    }
}

/// Notes by pitch.
fn pitches(dataset: &Dataset) -> Chart {
    let both = [&dataset.training, &dataset.eval];
    let all = || both.iter().flat_map(|side| side.portrait.pitches.iter().map(|entry| entry.0));
    let (low, high) = (all().min().unwrap_or(60), all().max().unwrap_or(60));
    let columns = usize::try_from(high - low + 1).unwrap_or(1);
    let counts = sides(dataset, |portrait| binned(&portrait.pitches, columns, |pitch| pitch - low));
    let name = |pitch: i64| match pitch % OCTAVE {
        // Middle C, of MIDI's number 60, is C4.
        0 => format!("C{}", pitch / OCTAVE - 1),
        _ => String::new(),
    };
    Chart {
        title: "Pitches".to_owned(),
        x: Axis::named("as they sound", (low..=high).map(name)),
        y: Axis { zero: true, ..Axis::new("notes") },
        series: stacked(&counts),
    }
}

/// Pairs of notes by interval; wider ones than an octave at the ends.
fn intervals(dataset: &Dataset) -> Chart {
    let counts = sides(dataset, |portrait| {
        let place = |interval: i64| interval.clamp(-OCTAVE - 1, OCTAVE + 1) + OCTAVE + 1;
        binned(&portrait.intervals, 2 * OCTAVE as usize + 3, place)
    });
    let name = |interval: i64| match interval {
        _ if interval < -OCTAVE => format!("< −{OCTAVE}"),
        _ if interval > OCTAVE => format!("> +{OCTAVE}"),
        // All would not find room, and those next to the ends even less.
        _ if interval % 4 != 0 || interval.abs() == OCTAVE => String::new(),
        0 => "0".to_owned(),
        1.. => format!("+{interval}"),
        _ => format!("−{}", -interval),
    };
    Chart {
        title: "Intervals".to_owned(),
        x: Axis::named("semitones to the next note", (-OCTAVE - 1..=OCTAVE + 1).map(name)),
        y: Axis { zero: true, ..Axis::new("pairs of notes") },
        series: stacked(&counts),
    }
}

/// Notes by length; longer ones than a whole note at the end.
fn durations(dataset: &Dataset) -> Chart {
    let counts = sides(dataset, |portrait| {
        binned(&portrait.durations, WHOLE_NOTE as usize + 1, |steps| {
            steps.clamp(1, WHOLE_NOTE + 1) - 1
        })
    });
    let name = |steps: i64| match steps {
        ..=WHOLE_NOTE => steps.to_string(),
        _ => format!("{steps}+"),
    };
    Chart {
        title: "Length of notes".to_owned(),
        x: Axis::named("sixteenths", (1..=WHOLE_NOTE + 1).map(name)),
        y: Axis { zero: true, ..Axis::new("notes") },
        series: stacked(&counts),
    }
}

/// What was left out or cut, and why: the most frequent on top.
fn reasons(dataset: &Dataset) -> Chart {
    let count = |counter: &str| dataset.counters.get(counter).copied().unwrap_or_default();
    let mut met: Vec<(u64, &str)> =
        REASONS.iter().map(|(counter, meaning)| (count(counter), *meaning)).collect();
    met.retain(|reason| reason.0 > 0);
    met.sort_by_key(|reason| reason.0);
    if met.is_empty() {
        met.push((0, "nothing"));
    }
    let name = |&(count, meaning): &(u64, &str)| {
        let short = meaning.replace(" left out", "");
        if count == 0 { short } else { format!("{short} ({})", tick_label(count as f64, 1.0)) }
    };
    let counts: Vec<f64> = met.iter().map(|reason| reason.0 as f64).collect();
    Chart {
        title: "What was left out or cut".to_owned(),
        x: Axis { zero: true, ..Axis::new("how often") },
        y: Axis::named("", met.iter().map(name)),
        series: vec![Series::rows("", Colour::of_series(1), &counts)],
    }
}

/// Counts of both sides.
fn sides(dataset: &Dataset, count: impl Fn(&Portrait) -> Vec<f64>) -> [Vec<f64>; 2] {
    [&dataset.training, &dataset.eval].map(|side| count(&side.portrait))
}

/// The counts of a histogram in columns.
fn binned(histogram: &Histogram, columns: usize, place: impl Fn(i64) -> i64) -> Vec<f64> {
    let mut counts = vec![0.0; columns];
    for (number, count) in histogram.iter() {
        let column = usize::try_from(place(number)).unwrap_or_default();
        if let Some(sum) = counts.get_mut(column) {
            *sum += count as f64;
        }
    }
    counts
}

/// What is learnt from, and on top of it what is held out.
fn stacked([training, eval]: &[Vec<f64>; 2]) -> Vec<Series> {
    vec![
        Series::bars("to learn from", Colour::of_series(0), training, 0, 1),
        Series::bars("held out", Colour::of_series(1), eval, 0, 1).on(training),
    ]
}

fn html(dataset: &Dataset, figures: &str) -> String {
    let title = format!("A dataset for {}", dataset.config);
    let mut body = format!("<h1>{}</h1>\n", escape(&title));
    let _ = writeln!(
        body,
        "<p class=\"faint\">{} melodies in {} of {} pieces, from {}.</p>",
        dataset.melodies,
        dataset.pieces_with_melodies,
        dataset.pieces,
        escape(
            &dataset
                .inputs
                .iter()
                .map(|path| path.display().to_string())
                .collect::<Vec<_>>()
                .join(", ")
        )
    );
    body.push_str("<table>\n<tr><th></th>");
    for head in ["songs", "pieces", "melodies", "steps", "notes"] {
        let _ = write!(body, "<th class=\"number\">{head}</th>");
    }
    body.push_str("</tr>\n");
    for (name, side) in [("to learn from", &dataset.training), ("held out", &dataset.eval)] {
        let notes = side.portrait.pitches.total();
        let _ = write!(body, "<tr><td>{name}</td>");
        for number in [side.songs, side.pieces, side.melodies, side.steps, notes] {
            let number = tick_label(number as f64, 1.0);
            let _ = write!(body, "<td class=\"number\">{number}</td>");
        }
        body.push_str("</tr>\n");
    }
    let _ = writeln!(body, "</table>\n<div class=\"charts\">\n{figures}</div>");
    body.push_str(
        "<p class=\"faint\">Pitches are as they sound: examples are moved to the key and into the range of the configuration.</p>\n",
    );
    Page { title, style: STYLE.to_owned(), body, ..Page::default() }.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{DatasetOptions, SplitBy, dataset};
    use crate::ingest::{IngestOptions, ingest};
    use crate::{ExtractOptions, MelodyConfig, Unobserved};

    fn reels(folder: &Path) -> Dataset {
        let notes = folder.join("notes.tfrecord");
        let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/demo/reel");
        let options = IngestOptions {
            inputs: vec![demo],
            output: Some(notes.clone()),
            report: None,
            catalog: None,
            skip_duplicates: false,
            threads: 2,
        };
        ingest(&options, &Unobserved).unwrap();
        let options = DatasetOptions {
            config: MelodyConfig::named("basic_rnn").unwrap(),
            inputs: vec![notes],
            output_dir: folder.join("examples"),
            eval_ratio: 0.2,
            split_by: SplitBy::Song,
            seed: 0,
            extract: ExtractOptions { min_bars: 12, ..ExtractOptions::default() },
            catalog: None,
            threads: 2,
        };
        dataset(&options, &Unobserved).unwrap()
    }

    /// Sum of all bars of a chart.
    fn sum(chart: &Chart) -> u64 {
        let bars = chart.series.iter().flat_map(|series| match &series.mark {
            Mark::Bars(bars) | Mark::Rows(bars) => bars.as_slice(),
            _ => &[],
        });
        bars.map(|bar| bar.height).sum::<f64>() as u64
    }

    #[test]
    fn nothing_is_missing_from_the_charts_nor_counted_twice() {
        let folder = tempfile::tempdir().unwrap();
        let dataset = reels(folder.path());
        let [training, eval] = [&dataset.training, &dataset.eval].map(|side| &side.portrait);
        let notes = training.pitches.total() + eval.pitches.total();
        let met = REASONS.iter().filter_map(|(counter, _)| dataset.counters.get(counter));
        let met: u64 = met.sum();
        assert!(met > 0 && eval.lengths.total() > 0 && notes > 10 * dataset.melodies);
        let sums = charts(&dataset).map(|(name, chart)| (name, sum(&chart)));
        assert_eq!(
            sums,
            [
                ("bars", dataset.melodies),
                ("lengths", dataset.melodies),
                ("pitches", notes),
                ("intervals", notes - dataset.melodies),
                ("durations", notes),
                ("reasons", met),
            ]
        );
    }
}
