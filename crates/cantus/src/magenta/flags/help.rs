//! The list of flags that a program takes.

use std::fmt::Write as _;

use super::{Effect, Flag, Flags, Kind, Origin};

/// Columns of a line.
const WIDTH: usize = 80;
/// What explanations are set in by.
const INDENT: &str = "    ";

/// The flags of a program in absl's layout; `full` lists those of the libraries, too.
pub(in crate::magenta) fn help(about: &str, program: &str, flags: Flags, full: bool) -> String {
    let mut text = format!("{about}\n\nUSAGE: {program} [flags]\n\nflags:\n");
    let groups = [
        (Origin::Magenta, "of Magenta"),
        (Origin::OldMagenta, "of older versions of Magenta"),
        (Origin::Cantus, "of Cantus alone"),
        (Origin::Library, "of absl and TensorFlow"),
    ];
    for (origin, title) in groups {
        let mut group: Vec<&Flag> = flags.iter().filter(|flag| flag.origin == origin).collect();
        if group.is_empty() || origin == Origin::Library && !full {
            continue;
        }
        group.sort_by_key(|flag| flag.name);
        let _ = writeln!(text, "\n{title}:");
        group.into_iter().for_each(|flag| describe(flag, &mut text));
    }
    if !full {
        text.push_str("\nTry --helpfull to get a list of all flags.\n");
    }
    text
}

fn describe(flag: &Flag, text: &mut String) {
    let switch = if flag.kind == Kind::Switch { "[no]" } else { "" };
    let short = flag.short.map(|short| format!("-{short},")).unwrap_or_default();
    let mut line = format!("  {short}--{switch}{}:", flag.name);
    let idle = match flag.effect {
        Effect::None(reason) => format!(" Has no meaning here: {reason}."),
        Effect::Same => String::new(),
    };
    for word in flag.help.split(' ').chain(idle.split(' ').filter(|word| !word.is_empty())) {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(text, "{line}");
            line = format!("{INDENT}{word}");
        } else {
            line = format!("{line} {word}");
        }
    }
    let _ = writeln!(text, "{line}");
    if let Some(default) = flag.default.filter(|default| !default.is_empty()) {
        let _ = writeln!(text, "{INDENT}(default: '{default}')");
    }
    let kind = match flag.kind {
        Kind::Integer => "an integer",
        Kind::Float => "a number",
        Kind::Text | Kind::Switch => return,
    };
    let _ = writeln!(text, "{INDENT}({kind})");
}
