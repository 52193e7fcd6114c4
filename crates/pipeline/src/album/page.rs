//! The page of an album.

use std::path::Path;

use figure::{Page, escape};

use super::Card;
use crate::{Provenance, again};

/// What the page looks like, beyond what all pages do.
pub(crate) const STYLE: &str = include_str!("page.css");

/// Lights up the notes that sound, lets a click on a note play from there, and lets one melody sound at a time.
pub(crate) const SCRIPT: &str = include_str!("page.js");

/// Melodies with pictures on one page: a melody takes some 100 kB.
const MAX_PICTURES: usize = 300;

/// Pixels that pictures have in one column, and in one of several.
const WIDE: f64 = 1104.0;
const NARROW: f64 = 340.0;

/// Events of a primer that are shown.
const MAX_PRIMER: usize = 32;

/// Name and value of something that melodies were made with.
pub(crate) type Setting = (&'static str, String);

/// The page of an album.
pub(crate) struct AlbumPage {
    pub(crate) title: String,
    /// What it is about; may be empty.
    pub(crate) lead: String,
    /// How many sections stand side by side.
    pub(crate) columns: usize,
    pub(crate) sections: Vec<Section>,
}

/// Melodies that were made by one call.
pub(crate) struct Section {
    pub(crate) title: String,
    /// Names and values of what they were made with.
    pub(crate) settings: Vec<Setting>,
    /// The command that makes them again.
    pub(crate) command: Option<String>,
    pub(crate) melodies: Vec<Card>,
}

impl AlbumPage {
    /// Its text, for a file in `folder`.
    pub(crate) fn html(&self, folder: &Path) -> String {
        let mut body = format!("<h1>{}</h1>\n", escape(&self.title));
        if !self.lead.is_empty() {
            body.push_str(&format!("<p class=\"faint\">{}</p>\n", escape(&self.lead)));
        }
        let common = if self.columns > 1 { self.common() } else { Vec::new() };
        body.push_str(&list(common.iter()));
        if self.columns > 1 {
            body.push_str(&format!(
                "<div class=\"side-by-side\" style=\"--columns: {}\">\n",
                self.columns
            ));
        }
        let mut pictures = MAX_PICTURES;
        for section in &self.sections {
            body.push_str(&section.html(folder, self.columns > 1, &common, &mut pictures));
        }
        if self.columns > 1 {
            body.push_str("</div>\n");
        }
        let (style, script) = (STYLE.to_owned(), SCRIPT.to_owned());
        Page { title: self.title.clone(), style, body, script }.finish()
    }
}

impl AlbumPage {
    /// What all sections were made with: said once where they stand side by side.
    fn common(&self) -> Vec<Setting> {
        let Some((first, others)) = self.sections.split_first() else { return Vec::new() };
        let is_common =
            |setting: &&Setting| others.iter().all(|other| other.settings.contains(setting));
        first.settings.iter().filter(is_common).cloned().collect()
    }
}

/// Names and values, in a line.
fn list<'a>(settings: impl Iterator<Item = &'a Setting>) -> String {
    let item =
        |(name, value): &Setting| format!("<div><dt>{name}</dt> <dd>{}</dd></div>", escape(value));
    format!("<dl>{}</dl>\n", settings.map(item).collect::<String>())
}

impl Section {
    /// What the melodies of a call have in common, without the melodies; `path` is the file of one.
    pub(crate) fn of_call(path: &Path, provenance: &Provenance) -> Self {
        let Provenance { config, seed, temperature, beam_size, qpm, num_steps, .. } = provenance;
        let network = match provenance.update {
            Some(update) => format!("{config} after {update} updates ({})", provenance.network),
            None => format!("{config} ({})", provenance.network),
        };
        let mut settings = vec![
            ("network", network),
            ("seed", seed.to_string()),
            ("temperature", temperature.to_string()),
        ];
        if *beam_size > 1 {
            let branches = provenance.branch_factor;
            settings.push(("beams", format!("{beam_size}, each continued in {branches} ways")));
        }
        settings.push(("tempo", format!("{qpm} quarter notes a minute")));
        settings.extend(provenance.key.clone().map(|key| ("key", key)));
        settings.extend(provenance.meter.map(|(beats, unit)| ("metre", format!("{beats}/{unit}"))));
        settings.push(("length", format!("{num_steps} steps")));
        settings.push(("primer", primer(provenance)));
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        // Files are called `<name>-seed<seed>-<number>.mid`.
        let name = stem.rsplit_once(&format!("-seed{seed}-")).map_or(&**config, |(name, _)| name);
        let title = format!("{name}, seed {seed}");
        let command = provenance.command.clone();
        Self { title, settings, command, melodies: Vec::new() }
    }

    fn html(
        &self,
        folder: &Path,
        is_narrow: bool,
        common: &[Setting],
        pictures: &mut usize,
    ) -> String {
        let rows = self.melodies.len() + 1;
        let mut text = format!(
            "<section style=\"grid-row: span {rows}\">\n<div>\n<h2>{}</h2>\n",
            escape(&self.title)
        );
        text.push_str(&list(self.settings.iter().filter(|setting| !common.contains(setting))));
        if let Some(command) = &self.command {
            text.push_str(&format!(
                "<details><summary>The command that makes it again</summary><pre class=\"command\">{}</pre></details>\n",
                escape(&again::into(command, folder))
            ));
        }
        text.push_str("</div>\n");
        for melody in &self.melodies {
            let width = if is_narrow { NARROW } else { WIDE };
            text.push_str(&melody.html(folder, width, *pictures > 0));
            *pictures = pictures.saturating_sub(1);
        }
        text.push_str("</section>\n");
        text
    }
}

/// The events that a melody begins with, as Magenta writes them.
fn primer(provenance: &Provenance) -> String {
    let shown = provenance.events.iter().take(provenance.primer_steps.min(MAX_PRIMER));
    let events: Vec<String> = shown.map(i32::to_string).collect();
    let more = if provenance.primer_steps > MAX_PRIMER { ", \u{2026}" } else { "" };
    format!("[{}{more}]", events.join(", "))
}
