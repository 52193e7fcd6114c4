//! Runs as a page: a table to sort, and the curves.

use std::fmt::Write as _;

use figure::{Page, escape};

use super::chart::{chart, colour, drawn};
use super::setting::shown;
use super::{Run, Runs, heading};

/// The curves of the page.
const TAGS: [&str; 3] = ["loss", "accuracy", "perplexity"];

/// Heads of the figures.
const FIGURES: [&str; 8] =
    ["updates", "loss", "right", "held-out loss", "perplexity", "right", "events/s", "seconds"];

/// A page that needs no other file.
pub(super) fn page(runs: &Runs, smoothing: f64) -> String {
    let count = runs.runs.len();
    let title = if count == 1 { "One run".to_owned() } else { format!("{count} runs") };
    let mut body = format!("<h1>{title}</h1>\n");
    if runs.left_out > 0 {
        let _ = writeln!(body, "<p class=\"faint\">{} more are left out.</p>", runs.left_out);
    }
    table(runs, &mut body);
    body.push_str(
        "<p class=\"faint\">Loss and what is right are of the last training batch, with dropout; held-out figures are those of the \
         evaluation with the lowest loss. A click on a head sorts.</p>\n",
    );
    for tag in TAGS {
        if let Some(chart) = chart(&runs.runs, tag, smoothing) {
            let _ = writeln!(body, "<figure class=\"panel\">{}</figure>", drawn(&chart).finish());
        }
    }
    let _ = writeln!(
        body,
        "<p class=\"faint\">Training curves are smoothed by {smoothing}, as in TensorBoard; held-out ones are as measured.</p>"
    );
    let (style, script) = (include_str!("page.css"), include_str!("page.js"));
    Page { title, style: style.to_owned(), body, script: script.to_owned() }.finish()
}

fn table(runs: &Runs, body: &mut String) {
    body.push_str("<div class=\"wide\"><table>\n<thead><tr><th data-sort=\"\">run</th>");
    for name in &runs.differing {
        let _ = write!(body, "<th data-sort=\"\" title=\"{name}\">{}</th>", heading(name));
    }
    for head in FIGURES {
        let _ = write!(body, "<th class=\"number\" data-sort=\"\">{head}</th>");
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    for (index, run) in runs.runs.iter().enumerate() {
        row(run, index, &runs.differing, body);
    }
    body.push_str("</tbody></table></div>\n");
}

fn row(run: &Run, index: usize, settings: &[&str], body: &mut String) {
    let name = escape(&run.name);
    let _ = write!(
        body,
        "<tr><td data-value=\"{name}\"><span class=\"swatch\" style=\"background:{}\"></span>{name}</td>",
        colour(index)
    );
    for setting in settings {
        let value = shown(run, setting);
        let value = escape(&value);
        let _ = write!(body, "<td data-value=\"{value}\">{value}</td>");
    }
    let (training, best) = (run.training, run.best);
    let figures = [
        (Some(run.updates as f64), 0),
        (training.map(|point| point.loss), 3),
        (training.and_then(|point| point.accuracy), 3),
        (best.map(|point| point.loss), 4),
        (best.map(|point| point.perplexity), 3),
        (best.and_then(|point| point.accuracy), 3),
        (run.events_per_second, 0),
        (run.seconds, 1),
    ];
    for (value, digits) in figures {
        let (exact, text) = match value {
            Some(value) => (value.to_string(), format!("{value:.digits$}")),
            None => Default::default(),
        };
        let _ = write!(body, "<td class=\"number\" data-value=\"{exact}\">{text}</td>");
    }
    body.push_str("</tr>\n");
}
