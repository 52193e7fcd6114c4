//! A melody on a page: its player, its piano roll, its score, its files.

use std::path::{Path, PathBuf};

use engrave::{RollOptions, ScoreOptions, piano_roll, score_svg};
use figure::{Svg, escape};
use music::NoteSequence;

use super::companion::{Companion, Kind, beside};
use crate::Provenance;

/// A melody on a page.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    path: PathBuf,
    companions: Vec<Companion>,
    sequence: NoteSequence,
    roll: RollOptions,
    /// Mean of the logarithms of the probabilities of its events.
    likelihood: f64,
}

impl Card {
    /// The melody in the file `path`, which was made as `provenance` says.
    pub(crate) fn new(path: &Path, provenance: &Provenance) -> Self {
        let sequence = provenance.sequence().unwrap_or_default();
        let known = provenance.notes(&sequence);
        let roll = RollOptions {
            primer_end: known.as_ref().map_or(0.0, |known| known.primer_end),
            probabilities: known.map(|known| known.probabilities).unwrap_or_default(),
            ..RollOptions::default()
        };
        let drawn = provenance.log_probabilities.len().max(1);
        Self {
            path: path.to_owned(),
            companions: beside(path),
            sequence,
            roll,
            likelihood: provenance.log_likelihood / drawn as f64,
        }
    }

    /// As HTML, with pictures of so many pixels in width, on a page in `folder`. Without `pictures` there are only links.
    pub(crate) fn html(&self, folder: &Path, width: f64, pictures: bool) -> String {
        let name = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let audio = self.companions.iter().find(|companion| companion.kind == Kind::Audio);
        let player = audio.map(|audio| {
            let address = address(&audio.path, folder);
            format!("<audio controls preload=\"none\" src=\"{address}\"></audio>\n")
        });
        let picture = if pictures { self.pictures(width) } else { String::new() };
        format!(
            "<figure class=\"melody\">\n<h3>{}</h3>\n{}{picture}<figcaption>{} <span class=\"faint\" \
             title=\"mean natural logarithm of the probability of an event\">log-likelihood a step \
             {:.2}</span></figcaption>\n</figure>\n",
            escape(&name),
            player.unwrap_or_default(),
            self.links(folder),
            self.likelihood
        )
    }

    fn pictures(&self, width: f64) -> String {
        let roll = RollOptions { width, ..self.roll.clone() };
        let mut text = piano_roll(&self.sequence, &roll).map(Svg::finish).unwrap_or_default();
        if self.companions.iter().any(|companion| companion.kind == Kind::Score) {
            let score = score_svg(&self.sequence, &ScoreOptions { width });
            text.push_str(&score.map(Svg::finish).unwrap_or_default());
        }
        text.push('\n');
        text
    }

    /// Links to the melody and to all that was made of it.
    fn links(&self, folder: &Path) -> String {
        let link =
            |path: &Path, name: &str| format!("<a href=\"{}\">{name}</a>", address(path, folder));
        let companions =
            self.companions.iter().map(|companion| link(&companion.path, companion.name));
        let links: Vec<String> =
            std::iter::once(link(&self.path, "MIDI")).chain(companions).collect();
        format!("<span>{}</span>", links.join(" \u{b7} "))
    }
}

/// Where a file is from a page in `folder`, as a relative URL in an attribute.
fn address(path: &Path, folder: &Path) -> String {
    let relative = path.strip_prefix(folder).unwrap_or(path);
    let mut address = String::new();
    for byte in relative.to_string_lossy().replace('\\', "/").bytes() {
        // What RFC 3986 calls unreserved, and the slash.
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_relative_and_hold_what_names_may_have() {
        let folder = Path::new("out");
        assert_eq!(address(Path::new("out/a.mid"), folder), "a.mid");
        assert_eq!(address(Path::new("out/50% #1?\".mid"), folder), "50%25%20%231%3F%22.mid");
        assert_eq!(address(Path::new("out/jazz/é.mid"), folder), "jazz/%C3%A9.mid");
    }
}
