//! A comparison as a table.

use csv::Writer;

use super::Compared;
use super::contrast::Verdict;
use super::word::pair_title;

/// Titles of the columns.
const COLUMNS: [&str; 18] = [
    "comparison",
    "first",
    "second",
    "unit",
    "first_units",
    "second_units",
    "measure",
    "kind",
    "first_mean",
    "second_mean",
    "effect",
    "effect_low",
    "effect_high",
    "by_chance",
    "p",
    "p_adjusted",
    "verdict",
    "words",
];

/// One line a test, as comma-separated values. The effect is Cliff's delta of a feature, the divergence of a distribution.
#[must_use]
pub fn csv(compared: &Compared) -> Vec<u8> {
    let mut writer = Writer::from_writer(Vec::new());
    // Memory takes everything.
    let mut write = |record: Vec<String>| drop(writer.write_record(record));
    write(COLUMNS.map(str::to_owned).into());
    for comparison in &compared.comparisons {
        let group = |index: usize| compared.groups[index].title();
        let start = || {
            vec![
                pair_title(comparison, &compared.groups),
                group(comparison.first),
                group(comparison.second),
                comparison.unit.plural().to_owned(),
                comparison.first_units.to_string(),
                comparison.second_units.to_string(),
            ]
        };
        for found in &comparison.features {
            let numbers = [
                found.first,
                found.second,
                found.delta,
                found.delta_bounds.low,
                found.delta_bounds.high,
            ];
            let mut record = start();
            record.extend([found.feature.to_owned(), "feature".to_owned()]);
            record.extend(numbers.map(|number| number.to_string()));
            record.push(String::new());
            record.extend(end(found.p, found.p_adjusted, found.verdict, &found.words));
            write(record);
        }
        for found in &comparison.distributions {
            let mut record = start();
            record.extend([found.distribution, "distribution", "", ""].map(str::to_owned));
            record.extend([
                found.divergence.to_string(),
                String::new(),
                String::new(),
                found.by_chance.to_string(),
            ]);
            record.extend(end(found.p, found.p_adjusted, found.verdict, &found.words));
            write(record);
        }
    }
    writer.into_inner().unwrap_or_default()
}

fn end(p: f64, p_adjusted: f64, verdict: Verdict, words: &str) -> [String; 4] {
    let verdict = match verdict {
        Verdict::Real => "real",
        Verdict::NotShown => "not_shown",
        Verdict::TooFew => "too_few",
    };
    [p.to_string(), p_adjusted.to_string(), verdict.to_owned(), words.to_owned()]
}
