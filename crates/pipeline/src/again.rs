//! The command that makes melodies again, as it is typed into a shell.

use std::fmt::{Display, Write as _};
use std::path::Path;

use music::Melody;

use crate::Origin;
use crate::generate::GenerateOptions;

/// The call of `cantus generate` that does what `options` say with this seed, primer (as it was given) and tempo, which may have come
/// from elsewhere, but for the folder that it writes to: melodies do not depend on that ([`into`]). Paths stand as they were given.
pub(crate) fn generate(options: &GenerateOptions, seed: u64, primer: &Melody, qpm: f64) -> String {
    let mut command = Command("cantus generate".to_owned());
    match &options.origin {
        Origin::RunDir(path) => command.flag("run-dir", path.display()),
        Origin::Bundle(path) => command.flag("bundle", path.display()),
    }
    if let Some(name) = &options.name {
        command.flag("name", name);
    }
    let sampling = &options.sampling;
    command.flag("seed", seed);
    command.flag("num-outputs", sampling.num_outputs);
    command.flag("num-steps", sampling.num_steps);
    command.flag("primer-melody", primer);
    if let Some(key) = options.key {
        command.flag("key", key.short());
    }
    if let Some(key) = options.primer_key {
        command.flag("primer-key", key.short());
    }
    if let Some((beats, unit)) = options.meter {
        command.flag("meter", format_args!("{beats}/{unit}"));
    }
    command.flag("qpm", qpm);
    command.flag("temperature", sampling.temperature);
    for (name, value) in [
        ("beam-size", sampling.beam_size),
        ("branch-factor", sampling.branch_factor),
        ("steps-per-iteration", sampling.steps_per_iteration),
    ] {
        if value != 1 {
            command.flag(name, value);
        }
    }
    command.0
}

/// The same call with the folder that it writes to.
pub(crate) fn into(command: &str, folder: &Path) -> String {
    let mut command = Command(command.to_owned());
    command.flag("output-dir", folder.display());
    command.0
}

struct Command(String);

impl Command {
    fn flag(&mut self, name: &str, value: impl Display) {
        // Writing to a text cannot fail.
        let _ = write!(self.0, " --{name} {}", quoted(&value.to_string()));
    }
}

/// A word as shells take it: in double quotes, which all of them know, unless something in it has a meaning there.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./,=:@+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else if word.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", word.replace('\'', "'\\''"))
    } else {
        format!("\"{word}\"")
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::Sampling;

    #[test]
    fn words_are_quoted_as_far_as_they_need_it() {
        assert_eq!(quoted("runs/metal"), "runs/metal");
        assert_eq!(quoted("my runs/#1"), "\"my runs/#1\"");
        assert_eq!(quoted("C:\\runs"), "'C:\\runs'");
        assert_eq!(quoted("it's $5"), "'it'\\''s $5'");
        assert_eq!(quoted(""), "\"\"");
    }

    #[test]
    fn a_command_says_all_that_a_melody_depends_on() {
        let options = GenerateOptions {
            origin: Origin::RunDir(PathBuf::from("runs/my metal")),
            output_dir: PathBuf::from("out"),
            name: None,
            primer: None,
            key: "Fm".parse().ok(),
            primer_key: None,
            meter: Some((6, 8)),
            qpm: None,
            seed: None,
            as_magenta: None,
            sampling: Sampling { num_outputs: 3, beam_size: 2, ..Sampling::default() },
        };
        let primer = Melody::parse("[60, -2]").unwrap();
        assert_eq!(
            generate(&options, 7, &primer, 90.5),
            "cantus generate --run-dir \"runs/my metal\" --seed 7 --num-outputs 3 --num-steps 128 \
             --primer-melody \"[60, -2]\" --key Fm --meter 6/8 --qpm 90.5 --temperature 1 --beam-size 2"
        );
    }
}
