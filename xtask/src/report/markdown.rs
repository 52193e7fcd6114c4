//! The page: a summary first, then a section for each stage, then where and how.

use super::{Report, Section, Table};
use crate::quoted;

/// Columns of running text.
const COLUMNS: usize = 100;

impl Report {
    /// The whole page.
    pub(crate) fn markdown(&self) -> String {
        let mut blocks = vec![
            "# Benchmarks".to_owned(),
            wrap(
                "Cantus against the programs that do the same work, in turn (A B A B) in one run. \
                 This page is written by the command below; do not edit it.",
            ),
            format!("```sh\n{}\n```", self.command),
        ];
        blocks.extend(self.summary());
        blocks.extend(self.sections.iter().flat_map(section));
        blocks.extend(self.place());
        blocks.join("\n\n") + "\n"
    }

    fn summary(&self) -> Vec<String> {
        let mut table = Table::new(["", "target", "measured", "met"]);
        let verdicts: Vec<_> = self.sections.iter().flat_map(|section| &section.verdicts).collect();
        verdicts.iter().for_each(|verdict| table.row(verdict.row()));
        let mut blocks = vec!["## Summary".to_owned()];
        if !verdicts.is_empty() {
            blocks.push(table.markdown(&[1, 3]).trim_end().to_owned());
        }
        if verdicts.iter().any(|verdict| verdict.quoted) {
            blocks.push(wrap(&format!("\\* {}", quoted::NOTE)));
        }
        let missing = self.sections.iter().flat_map(|section| {
            missing(section).map(|(what, why)| item(&format!("{}{what}", section.title), why))
        });
        let missing: Vec<String> = missing.collect();
        if !missing.is_empty() {
            blocks.push("Not available:".to_owned());
            blocks.push(missing.join("\n"));
        }
        blocks
    }

    fn place(&self) -> Vec<String> {
        let facts = self.machine.facts.iter().map(|(what, answer)| item(what, answer));
        let facts = facts.chain([item("music", &self.corpus)]);
        vec![
            "## Machine and versions".to_owned(),
            facts.collect::<Vec<_>>().join("\n"),
            "## How to repeat it".to_owned(),
            wrap(
                "Needs Rust and Python 3.11 with its `venv`; the first command installs the other \
                 programs from the Python package index into `target/peers` (some gigabytes, most of it \
                 PyTorch and TensorFlow). Nothing else should run on the machine meanwhile.",
            ),
            format!("```sh\ncargo xtask peers --magenta\n{}\n```", self.command),
            wrap(
                "`median` and `least` are seconds of the clock, `processor` is the median over all \
                 cores. One run before those that count warms up caches, except for the whole \
                 programs of Magenta. Ratios are those of medians.",
            ),
        ]
    }
}

fn section(section: &Section) -> Vec<String> {
    let mut blocks = vec![format!("## {}", section.title)];
    blocks.extend(section.about.iter().map(|text| wrap(text)));
    blocks.extend(section.tables.iter().map(|table| table.markdown(&[]).trim_end().to_owned()));
    let missing = missing(section)
        .map(|(what, why)| item(&format!("not available{what}"), why))
        .collect::<Vec<_>>();
    blocks.extend((!missing.is_empty()).then(|| missing.join("\n")));
    blocks
}

/// What could not be measured, as `, name`, or nothing for the whole section; and why.
fn missing(section: &Section) -> impl Iterator<Item = (String, &String)> {
    let whole = section.failure.iter().map(|why| (String::new(), why));
    let some = section
        .outcomes
        .iter()
        .filter_map(|outcome| Some((format!(", {}", outcome.name), outcome.failure.as_ref()?)));
    whole.chain(some)
}

/// An item of a list.
fn item(what: &str, text: &str) -> String {
    format!("- {}", wrap(&format!("{what}: {text}")).replace('\n', "\n  "))
}

/// Breaks lines at spaces.
fn wrap(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= COLUMNS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Machine;
    use crate::report::{Target, standings};
    use crate::rounds::Outcome;

    fn report() -> Report {
        let outcomes = vec![
            Outcome::quoted("Cantus", 0.1, 1.0),
            Outcome {
                failure: Some("it is\nbroken".to_owned()),
                runs: vec![],
                ..Outcome::quoted("other", 1.0, 1.0)
            },
        ];
        let mut section = Section::new("One update").say("How it is done.");
        section.tables.push(standings(&outcomes, None));
        section.judge("update", Target::ShareAtLeast(0.6), Some(0.7));
        section.compare("against other", 2.0, &outcomes[0], &outcomes[1]);
        section.outcomes = outcomes;
        Report {
            command: "cargo xtask bench".to_owned(),
            corpus: "3 MIDI files".to_owned(),
            machine: Machine { facts: vec![("cores".to_owned(), "2".to_owned())] },
            sections: vec![section],
        }
    }

    #[test]
    fn the_summary_comes_first_and_says_what_is_missing() {
        let page = report().markdown();
        let places = [
            "## Summary",
            "at least 60 %",
            "not measured",
            "Not available:",
            "## One update",
            "- cores: 2",
        ];
        let found: Vec<usize> = places.iter().map(|text| page.find(text).expect(text)).collect();
        assert!(found.is_sorted(), "{page}");
        assert!(page.contains("- One update, other: it is broken"), "{page}");
        assert!(page.contains("- not available, other: it is broken"), "{page}");
        assert!(!report().sections[0].is_complete());
    }

    #[test]
    fn the_same_figures_give_the_same_page() {
        assert_eq!(report().markdown(), report().markdown());
        assert!(serde_json::to_string(&report()).unwrap().contains("\"times_at_least\":2.0"));
    }

    #[test]
    fn text_fits_the_columns() {
        let text = wrap(&"word ".repeat(100));
        assert!(text.lines().count() > 4 && text.lines().all(|line| line.len() <= COLUMNS));
    }
}
