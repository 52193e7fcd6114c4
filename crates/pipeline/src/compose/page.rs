//! The page that sums up a composition.

use std::fmt::Write as _;
use std::path::Path;

use figure::{Axis, Chart, Colour, Page, Series, escape};

use super::{ComposeOptions, Composed, ComposedGenre};
use crate::curves::curves;
use crate::generate::Generated;
use crate::{Event, Observer, Result};

/// Size of a learning curve in pixels.
const CURVE: (f64, f64) = (560.0, 280.0);

const STYLE: &str = "
.genres { display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 1.5rem; }
.melody { margin: .8rem 0; }
.melody figcaption { display: flex; gap: 1rem; justify-content: space-between; font-size: .85rem; }
svg { max-width: 100%; height: auto; border-radius: 8px; }
";

/// The text of the page.
pub(super) fn page(
    options: &ComposeOptions,
    composed: &Composed,
    observer: &dyn Observer,
) -> Result<String> {
    observer.observe(Event::Detail("writing the page"));
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
    put(&read(composed));
    put("<div class=\"genres\">");
    for genre in &composed.genres {
        put(&section(genre, &composed.output_dir)?);
    }
    put("</div>");
    Ok(Page { title, style: STYLE.to_owned(), body, ..Page::default() }.finish())
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
        (Some(generated), _) => melodies(generated, folder, &mut text),
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

/// Every melody: its file, how likely the network finds it.
fn melodies(generated: &Generated, folder: &Path, text: &mut String) {
    let _ =
        writeln!(text, "<p class=\"faint\">At {:.0} quarter notes a minute.</p>", generated.qpm);
    for made in &generated.melodies {
        let link = made.file.strip_prefix(folder).unwrap_or(&made.file).display().to_string();
        let likely = made.log_likelihood / made.events.len().max(1) as f64;
        let _ = writeln!(
            text,
            "<figure class=\"melody\"><figcaption><a href=\"{0}\">{0}</a> \
             <span class=\"faint\">log-likelihood a step {likely:.2}</span></figcaption></figure>",
            escape(&link)
        );
    }
}
