//! A comparison as a page.

use std::fmt::Write as _;

use figure::{Page, escape};

use super::Compared;
use super::chart::{self, colour};
use super::contrast::{Comparison, Verdict};
use super::group::Group;
use super::word::{feature_title, p_text, pair_title};

/// Pixels of the charts.
const WIDTH: f64 = 1120.0;

/// A page with everything in it: what differs in words, the figures, the charts, and how all was computed.
#[must_use]
pub fn page(compared: &Compared) -> String {
    let mut names: Vec<&str> = compared.groups.iter().map(|group| &*group.name).collect();
    names.dedup();
    let title = format!("{}: what differs", names.join(", "));
    let mut body = format!("<h1>{}</h1>\n", escape(&title));
    groups(compared, &mut body);
    for comparison in &compared.comparisons {
        verdicts(comparison, compared, &mut body);
    }
    body.push_str("<h2>Charts</h2>\n<p class=\"faint\">Histograms count units; the other charts are means over units.</p>\n");
    let sheet = figure::sheet(&chart::charts(compared), 2, WIDTH / 2.0, 300.0);
    push(&mut body, format_args!("<figure>{}</figure>\n", sheet.finish()));
    method(compared, &mut body);
    Page { title, style: include_str!("page.css").to_owned(), body, script: String::new() }.finish()
}

/// What was compared.
fn groups(compared: &Compared, body: &mut String) {
    body.push_str("<div class=\"wide\"><table>\n<tr><th></th>");
    for title in ["units", "songs", "artists", "pieces", "melodies", "pieces without one"] {
        push(body, format_args!("<th class=\"number\">{title}</th>"));
    }
    body.push_str("</tr>\n");
    for group in &compared.groups {
        push(body, format_args!("<tr><td>{}</td>", name(group)));
        let counts =
            [group.units, group.songs, group.artists, group.pieces].map(|count| count as u64);
        for count in counts.into_iter().chain([group.melodies, group.pieces_without_melody]) {
            push(body, format_args!("<td class=\"number\">{count}</td>"));
        }
        body.push_str("</tr>\n");
    }
    body.push_str("</table></div>\n");
    for note in &compared.notes {
        push(body, format_args!("<p><b>Mind:</b> {}</p>\n", escape(note)));
    }
}

/// A group's name with its colour.
fn name(group: &Group) -> String {
    format!(
        "<span class=\"swatch\" style=\"background:{}\"></span>{}",
        colour(group),
        escape(&group.title())
    )
}

/// What is real of a comparison in words, its chart, and its table.
fn verdicts(comparison: &Comparison, compared: &Compared, body: &mut String) {
    let title = pair_title(comparison, &compared.groups);
    push(body, format_args!("<h2>{}</h2>\n", escape(&title)));
    let features = comparison.features.iter().map(|found| (found.verdict, &found.words));
    let distributions = comparison.distributions.iter().map(|found| (found.verdict, &found.words));
    let (real, rest): (Vec<_>, Vec<_>) =
        features.chain(distributions).partition(|(verdict, _)| *verdict == Verdict::Real);
    let count = real.len();
    push(
        body,
        format_args!(
            "<p class=\"faint\">{} of {} measures differ, by {} against {} {}.</p>\n",
            count,
            comparison.tests(),
            comparison.first_units,
            comparison.second_units,
            comparison.unit.plural()
        ),
    );
    list(&real, body);
    push(
        body,
        format_args!(
            "<details{}><summary>What the data do not show</summary>\n",
            if count == 0 { " open" } else { "" }
        ),
    );
    list(&rest, body);
    body.push_str("</details>\n");
    let chart = chart::effects(comparison, &compared.groups).svg(WIDTH, chart::effect_height());
    push(body, format_args!("<figure>{}</figure>\n", chart.finish()));
    body.push_str("<details><summary>All figures</summary>\n");
    figures(comparison, compared, body);
    body.push_str("</details>\n");
}

fn list(found: &[(Verdict, &String)], body: &mut String) {
    body.push_str("<ul class=\"verdicts\">\n");
    for (_, words) in found {
        let (head, rest) = words.split_once(':').unwrap_or((words, ""));
        push(body, format_args!("<li><b>{}</b>:{}</li>\n", escape(head), escape(rest)));
    }
    body.push_str("</ul>\n");
}

/// The features and distributions of a comparison.
fn figures(comparison: &Comparison, compared: &Compared, body: &mut String) {
    let (first, second) = (&compared.groups[comparison.first], &compared.groups[comparison.second]);
    body.push_str("<div class=\"wide\"><table>\n<tr><th>feature</th>");
    for group in [first, second] {
        push(body, format_args!("<th class=\"number\">{}</th>", escape(&group.title())));
    }
    body.push_str("<th></th><th class=\"number\">difference, 95%</th><th class=\"number\">Cliff's delta, 95%</th>\
        <th class=\"number\">p</th><th class=\"number\">p adjusted</th></tr>\n");
    for found in &comparison.features {
        let (title, figures) = feature_title(found.feature);
        push(
            body,
            format_args!(
                "<tr{}><td>{title}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td>{}</td>\
             <td class=\"number\">{} … {}</td><td class=\"number\">{:.2} [{:.2}, {:.2}]</td>\
             <td class=\"number\">{}</td><td class=\"number\">{}</td></tr>\n",
                row_class(found.verdict),
                figures.number(found.first),
                figures.number(found.second),
                figures.unit.trim(),
                figures.number(found.difference.low),
                figures.number(found.difference.high),
                found.delta,
                found.delta_bounds.low,
                found.delta_bounds.high,
                escape(p_text(found.p).trim_start_matches("= ")),
                escape(p_text(found.p_adjusted).trim_start_matches("= ")),
            ),
        );
    }
    body.push_str("</table></div>\n<div class=\"wide\"><table>\n<tr><th>distribution</th><th class=\"number\">divergence, bits</th>\
        <th class=\"number\">by chance</th><th class=\"number\">earth mover's distance</th><th class=\"number\">p</th>\
        <th class=\"number\">p adjusted</th></tr>\n");
    for found in &comparison.distributions {
        push(
            body,
            format_args!(
                "<tr{}><td>{}</td><td class=\"number\">{:.4}</td><td class=\"number\">{:.4}</td><td class=\"number\">{}</td>\
             <td class=\"number\">{}</td><td class=\"number\">{}</td></tr>\n",
                row_class(found.verdict),
                super::word::distribution_title(found.distribution),
                found.divergence,
                found.by_chance,
                found.distance.map_or("–".to_owned(), |distance| format!("{distance:.2}")),
                escape(p_text(found.p).trim_start_matches("= ")),
                escape(p_text(found.p_adjusted).trim_start_matches("= ")),
            ),
        );
    }
    body.push_str("</table></div>\n");
}

fn row_class(verdict: Verdict) -> &'static str {
    if verdict == Verdict::Real { " class=\"real\"" } else { "" }
}

/// How it was computed.
fn method(compared: &Compared, body: &mut String) {
    body.push_str("<h2>How this was computed</h2>\n");
    push(
        body,
        format_args!(
            "<p>The melodies of each piece are taken by Magenta's rules. Every melody gives the figures; those of a piece, then of a song, \
         then of an artist are averaged, so that each of the {} counts once, however much music there is of it. Of what was generated \
         each piece counts.</p>\n",
            compared.unit.plural()
        ),
    );
    let permutations: Vec<String> = compared
        .comparisons
        .iter()
        .map(|comparison| {
            let how = if comparison.exact { "all" } else { "random" };
            format!(
                "{}: {} ({how})",
                escape(&pair_title(comparison, &compared.groups)),
                comparison.permutations
            )
        })
        .collect();
    push(
        body,
        format_args!(
            "<p><b>p</b> is the share of rearrangements of the units between the two groups whose rank sums (for distributions: whose \
         Jensen-Shannon divergence) are as far apart as in the data: {}; seed {}. <b>p adjusted</b> is Holm's, for all {} tests on this \
         page: if nothing differed at all, chances would be {} in 100 that anything here were called real.</p>\n",
            permutations.join("; "),
            compared.seed,
            compared.tests,
            (super::SIGNIFICANCE * 100.0).round()
        ),
    );
    push(
        body,
        format_args!(
            "<p><b>Cliff's delta</b> is how much likelier a unit of one group is to have more of something than one of the other, than the \
         other way round: 0 is no difference, 1 is always; from 0.15 on it is small, from 0.33 medium, from 0.47 large. Its bounds, and \
         those of the difference of means, are 95% percentile intervals of {} bootstrap replicates that draw whole units. <b>Divergence</b> \
         is 0 for the same and 1 for nothing in common; few units make it larger by chance, as the next column says.</p>\n",
            statistics::REPLICATES
        ),
    );
}

fn push(body: &mut String, text: std::fmt::Arguments<'_>) {
    // A string takes everything.
    let _ = body.write_fmt(text);
}
