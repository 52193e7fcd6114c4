//! The page that sums up a composition.

use std::fmt::Write as _;
use std::path::Path;

use figure::{Axis, Chart, Colour, Page, Series, escape};

use super::map::Maps;
use super::{COMPARISON_FILE, ComposeOptions, Composed, ComposedGenre, MAP_FILE};
use crate::album::{self, Card};
use crate::compare::{Compared, Verdict, pair_title};
use crate::curves::curves;
use crate::generate::Generated;
use crate::{Provenance, Result};

/// Size of a learning curve in pixels.
const CURVE: (f64, f64) = (560.0, 280.0);

/// Width of a piano roll in pixels.
const ROLL_WIDTH: f64 = 560.0;

const STYLE: &str = "
.genres { display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 1.5rem; }
";

/// The text of the page.
pub(super) fn page(
    options: &ComposeOptions,
    composed: &Composed,
    maps: Option<&Maps>,
    compared: Option<&Compared>,
) -> Result<String> {
    let names = composed.genres.iter().map(|genre| genre.name.as_str()).collect::<Vec<_>>();
    let title = format!("New melodies: {}", names.join(", "));
    let mut body = String::new();
    let mut put = |text: &str| {
        body.push_str(text);
        body.push('\n');
    };
    put(&format!("<h1>{}</h1>", escape(&title)));
    put(&format!(
        "<p class=\"faint\">{} after {} updates, seed {}. The same again: <code>cantus compose --settings {}</code></p>",
        options.config.name,
        options.num_training_steps,
        composed.seed,
        escape(&composed.settings().display().to_string())
    ));
    put("<div class=\"genres\">");
    for genre in &composed.genres {
        put(&section(genre, &composed.output_dir)?);
    }
    put("</div>");
    if let Some(maps) = maps {
        put("<h2>The map of genres</h2>");
        put(&format!(
            "<p class=\"faint\">Each point is an artist of the collection; artists with the same genres are close. Those of the \
             chosen genres are lit. <a href=\"{MAP_FILE}\">A map to walk about in</a></p>"
        ));
        put(&format!("<figure class=\"panel\">{}</figure>", maps.svg));
    }
    if let Some(compared) = compared {
        put("<h2>How they differ</h2>");
        put(&differences(compared));
    }
    put(&read(composed));
    put(&overlaps(composed));
    let (style, script) = (format!("{}{STYLE}", album::STYLE), album::SCRIPT.to_owned());
    Ok(Page { title, style, body, script }.finish())
}

/// Differences that are real, in words.
fn differences(compared: &Compared) -> String {
    let mut text = String::from("<ul>\n");
    for comparison in &compared.comparisons {
        let pair = pair_title(comparison, &compared.groups);
        for feature in comparison.features.iter().filter(|feature| feature.verdict == Verdict::Real)
        {
            let _ = writeln!(text, "<li>{}: {}</li>", escape(&pair), escape(&feature.words));
        }
    }
    text.push_str("</ul>\n");
    let _ = write!(
        text,
        "<p><a href=\"{COMPARISON_FILE}\">All figures, charts, and how they were computed</a></p>"
    );
    text
}

/// Artists that are in two of the genres.
fn overlaps(composed: &Composed) -> String {
    let mut text = String::new();
    for overlap in composed.overlaps.iter().filter(|overlap| !overlap.artists.is_empty()) {
        let [one, other] = &overlap.subsets;
        let _ = write!(
            text,
            "<p><strong>{} and {} share {} artists</strong> and {} pieces, which blurs the difference: {}</p>",
            escape(one),
            escape(other),
            overlap.artists.len(),
            overlap.pieces,
            escape(&overlap.artists.join(", "))
        );
    }
    text
}

/// What was read, and what was dropped and why.
fn read(composed: &Composed) -> String {
    let mut text = String::from("<h2>What was read</h2>\n<table>\n");
    let mut row = |name: &str, number: u64| {
        let _ =
            writeln!(text, "<tr><td>{}</td><td class=\"number\">{number}</td></tr>", escape(name));
    };
    let read = &composed.read;
    row("files", read.files);
    row("pieces", read.pieces);
    row("of them damaged, as far as they could be read", read.damaged);
    row("pieces with the notes of an earlier one", read.duplicates);
    for (reason, number) in &read.reasons {
        row(&format!("dropped: {reason}"), *number);
    }
    text.push_str("</table>");
    text
}

fn section(genre: &ComposedGenre, folder: &Path) -> Result<String> {
    let mut text = format!("<section>\n<h2>{}</h2>\n", escape(&genre.name));
    let _ = writeln!(
        text,
        "<p class=\"faint\">Pieces that are <code>{}</code></p>",
        escape(&genre.query)
    );
    let _ = writeln!(
        text,
        "<p>{} pieces by {} artists, {} melodies in them.</p>",
        genre.pieces, genre.artists, genre.melodies
    );
    if let Some(run_dir) = &genre.run_dir {
        let _ = writeln!(text, "<figure class=\"panel\">{}</figure>", learning(run_dir)?);
    }
    match (&genre.generated, &genre.reason) {
        (Some(generated), _) => melodies(generated, folder, &mut text)?,
        (None, Some(reason)) => {
            let _ = writeln!(text, "<p><strong>No melodies</strong>: {}</p>", escape(reason));
        }
        (None, None) => {}
    }
    text.push_str("</section>");
    Ok(text)
}

/// Loss by update: of the batches with dropout, and of the songs that were held out.
fn learning(run_dir: &Path) -> Result<String> {
    let mut series = Vec::new();
    for (index, (folder, name)) in
        [("train", "training, with dropout"), ("eval", "held-out songs")].into_iter().enumerate()
    {
        let points = curves(&run_dir.join(folder))?.remove("loss").unwrap_or_default();
        let points = points.iter().map(|&(update, loss)| (update as f64, f64::from(loss)));
        series.push(Series::line(name, Colour::of_series(index), points.collect()));
    }
    let chart = Chart {
        title: "What it learnt".to_owned(),
        x: Axis::new("updates"),
        y: Axis::new("loss (nats a step)"),
        series,
    };
    Ok(chart.svg(CURVE.0, CURVE.1).finish())
}

/// Every melody: a player, its files, how likely the network finds it.
fn melodies(generated: &Generated, folder: &Path, text: &mut String) -> Result<()> {
    let _ =
        writeln!(text, "<p class=\"faint\">At {:.0} quarter notes a minute.</p>", generated.qpm);
    for made in &generated.melodies {
        if let Some(provenance) = Provenance::beside(&made.file)? {
            text.push_str(&Card::new(&made.file, &provenance).html(folder, ROLL_WIDTH, true));
        }
    }
    Ok(())
}
