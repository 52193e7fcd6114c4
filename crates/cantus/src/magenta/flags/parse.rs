//! Words of a command line to values.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;

use super::suggest::suggestions;
use super::{Flag, Flags, Kind, Value, Values};
use crate::magenta::paths::expand_user;

/// How deep flag files may name one another.
const MAX_DEPTH: usize = 16;

/// What came of parsing.
#[derive(Debug)]
pub(in crate::magenta) enum Outcome {
    /// The program can go to work.
    Parsed(Values),
    /// The words cannot be understood: absl's message.
    Refused(String),
}

/// Parses the words after the program's name.
pub(in crate::magenta) fn parse(flags: Flags, words: Vec<String>) -> Outcome {
    match with_flag_files(words, 0).and_then(|words| Parser::new(flags, words).run()) {
        Ok(values) => Outcome::Parsed(values),
        Err(message) => Outcome::Refused(message),
    }
}

/// Puts the lines of flag files in the place where they are named.
fn with_flag_files(words: Vec<String>, depth: usize) -> Result<Vec<String>, String> {
    let mut expanded = Vec::with_capacity(words.len());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if word == "--" {
            expanded.push(word);
            break;
        }
        let Some(rest) =
            word.trim_start_matches('-').strip_prefix("flagfile").filter(|_| word.starts_with('-'))
        else {
            expanded.push(word);
            continue;
        };
        let file = match rest.strip_prefix('=') {
            Some(file) => file.trim().to_owned(),
            None if rest.is_empty() => {
                words.next().ok_or("--flagfile with no argument given on command line")?
            }
            None => {
                expanded.push(word);
                continue;
            }
        };
        expanded.extend(lines_of(&file, depth)?);
    }
    expanded.extend(words);
    Ok(expanded)
}

/// The flags in a flag file: one a line, `#` and `//` begin comments.
fn lines_of(file: &str, depth: usize) -> Result<Vec<String>, String> {
    if file.is_empty() {
        return Ok(Vec::new());
    }
    if depth == MAX_DEPTH {
        return Err(format!("flag files name one another more than {MAX_DEPTH} deep: {file}"));
    }
    let text = fs::read_to_string(expand_user(file))
        .map_err(|error| format!("ERROR:: Unable to open flagfile: {file}: {error}"))?;
    let lines = text.lines().filter(|line| {
        !line.trim().is_empty() && !line.starts_with('#') && !line.starts_with("//")
    });
    with_flag_files(lines.map(|line| line.trim().to_owned()).collect(), depth + 1)
}

struct Parser {
    flags: Flags,
    left: VecDeque<String>,
    given: BTreeMap<&'static str, Value>,
    words: Vec<String>,
    unknown: Vec<String>,
    allowed: BTreeSet<String>,
}

impl Parser {
    fn new(flags: Flags, words: Vec<String>) -> Self {
        Parser {
            flags,
            left: words.into(),
            given: BTreeMap::new(),
            words: Vec::new(),
            unknown: Vec::new(),
            allowed: BTreeSet::new(),
        }
    }

    fn run(mut self) -> Result<Values, String> {
        while let Some(word) = self.left.pop_front() {
            if word == "--" {
                break;
            }
            let flag =
                word.strip_prefix("--").or_else(|| word.strip_prefix('-')).unwrap_or_default();
            if flag.is_empty() {
                // From here on absl sees no flags any more.
                self.words.push(word);
                break;
            }
            match flag.split_once('=') {
                Some((name, value)) => self.flag(&word, name, Some(value))?,
                None => self.flag(&word, flag, None)?,
            }
        }
        let unknown = self.unknown.iter().find(|name| !self.allowed.contains(*name));
        if let Some(name) = unknown {
            return Err(self.unknown_flag(name));
        }
        self.words.extend(self.left);
        Ok(Values { flags: self.flags, given: self.given, words: self.words })
    }

    fn flag(&mut self, word: &str, name: &str, value: Option<&str>) -> Result<(), String> {
        if name == "undefok" {
            for name in self.argument(word, value)?.split(',').map(str::trim) {
                self.allowed.extend([name.to_owned(), format!("no{name}")]);
            }
            return Ok(());
        }
        if let Some(flag) = self.flags.find(name) {
            let text = match value {
                None if flag.kind == Kind::Switch => "true".to_owned(),
                value => self.argument(word, value)?,
            };
            self.given.insert(flag.name, self::value(flag, &text)?);
            return Ok(());
        }
        let negated = name.strip_prefix("no").and_then(|name| self.flags.find(name));
        match negated.filter(|flag| flag.kind == Kind::Switch) {
            Some(_) if value.is_some() => Err(format!("{word} does not take an argument")),
            Some(flag) => {
                self.given.insert(flag.name, Value::Switch(false));
                Ok(())
            }
            None => {
                self.unknown.push(name.to_owned());
                Ok(())
            }
        }
    }

    /// The value beside the `=`, or else the next word, whatever it looks like.
    fn argument(&mut self, word: &str, value: Option<&str>) -> Result<String, String> {
        let next = || self.left.pop_front();
        let value = value.map(str::to_owned).or_else(next);
        value.ok_or_else(|| format!("Missing value for flag {word}"))
    }

    fn unknown_flag(&self, name: &str) -> String {
        let names = self.flags.iter().map(|flag| flag.name).chain(["flagfile", "undefok"]);
        let near = suggestions(name, names);
        let tip = match near.is_empty() {
            true => String::new(),
            false => format!(". Did you mean: {} ?", near.join(", ")),
        };
        format!("Unknown command line flag '{name}'{tip}")
    }
}

/// A text as the value of a flag, or absl's complaint.
pub(super) fn value(flag: &Flag, text: &str) -> Result<Value, String> {
    let illegal = |why: String| format!("flag --{}={text}: {why}", flag.name);
    match flag.kind {
        Kind::Text => Ok(Value::Text(text.to_owned())),
        Kind::Switch => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "1" => Ok(Value::Switch(true)),
            "false" | "f" | "0" => Ok(Value::Switch(false)),
            _ => Err(illegal(format!("('Non-boolean argument to boolean flag', '{text}')"))),
        },
        Kind::Integer => integer(text)
            .map(Value::Integer)
            .ok_or_else(|| illegal(format!("invalid literal for int() with base 10: '{text}'"))),
        Kind::Float => float(text)
            .map(Value::Float)
            .ok_or_else(|| illegal(format!("could not convert string to float: '{text}'"))),
    }
}

/// A whole number in Python's notation: decimal, `0x` or `0o`.
fn integer(text: &str) -> Option<i64> {
    let text = text.trim();
    match (text.strip_prefix("0x"), text.strip_prefix("0o")) {
        (Some(digits), _) => i64::from_str_radix(digits, 16).ok(),
        (_, Some(digits)) => i64::from_str_radix(digits, 8).ok(),
        _ => text.parse().ok(),
    }
}

fn float(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::Origin;
    use super::*;

    const OWN: &[Flag] = &[
        Flag::new("config", Kind::Text, None, "Which."),
        Flag::new("recursive", Kind::Switch, Some("false"), "Whether."),
        Flag::new("note_names", Kind::Switch, Some("true"), "Begins with no."),
        Flag::new("num_steps", Kind::Integer, Some("128"), "How many."),
        Flag::new("qpm", Kind::Float, None, "How fast."),
        Flag { short: Some("v"), ..Flag::new("verbosity", Kind::Integer, Some("-1"), "How much.") }
            .from(Origin::Library),
    ];
    const FLAGS: Flags = Flags(&[OWN]);

    fn parsed(words: &[&str]) -> Result<Values, String> {
        match parse(FLAGS, words.iter().map(|&word| word.to_owned()).collect()) {
            Outcome::Parsed(values) => Ok(values),
            Outcome::Refused(message) => Err(message),
        }
    }

    #[test]
    fn values_stand_beside_or_after_their_flag() {
        for words in [
            &["--config=a=b", "--num_steps=3"][..],
            &["--config", "a=b", "--num_steps", "3"],
            &["-config=a=b", "-num_steps", "3"],
            &["--num_steps=9", "--config=x", "--config=a=b", "--num_steps= 0x3 "],
        ] {
            let values = parsed(words).unwrap();
            assert_eq!(values.text("config").as_deref(), Some("a=b"), "{words:?}");
            assert_eq!(values.integer("num_steps"), Some(3), "{words:?}");
        }
        let values = parsed(&["--config", "--num_steps"]).unwrap();
        assert_eq!(values.text("config").as_deref(), Some("--num_steps"));
    }

    #[test]
    fn what_is_not_given_has_its_default() {
        let values = parsed(&[]).unwrap();
        assert_eq!((values.text("config"), values.float("qpm")), (None, None));
        assert_eq!((values.integer("num_steps"), values.switch("recursive")), (Some(128), false));
        assert!(values.switch("note_names"));
        assert_eq!(values.given().count(), 0);
    }

    #[test]
    fn switches_have_many_spellings() {
        for on in
            ["--recursive", "-recursive", "--recursive=true", "--recursive=T", "--recursive=1"]
        {
            assert!(parsed(&[on]).unwrap().switch("recursive"), "{on}");
        }
        for off in
            ["--norecursive", "-norecursive", "--recursive=False", "--recursive=f", "--recursive=0"]
        {
            assert!(!parsed(&["--recursive", off]).unwrap().switch("recursive"), "{off}");
        }
        assert!(!parsed(&["--nonote_names"]).unwrap().switch("note_names"));
        let message = parsed(&["--norecursive=1"]).unwrap_err();
        assert_eq!(message, "--norecursive=1 does not take an argument");
        let message = parsed(&["--recursive=maybe"]).unwrap_err();
        assert!(message.contains("('Non-boolean argument to boolean flag', 'maybe')"), "{message}");
    }

    #[test]
    fn a_word_without_a_dash_ends_the_flags() {
        let values = parsed(&["--recursive", "true", "--num_steps=3"]).unwrap();
        assert_eq!(values.words, ["true", "--num_steps=3"]);
        assert_eq!(values.integer("num_steps"), Some(128));
        let values = parsed(&["--", "--num_steps=3"]).unwrap();
        assert_eq!(values.words, ["--num_steps=3"]);
        assert_eq!(parsed(&["-"]).unwrap().words, ["-"]);
    }

    #[test]
    fn unknown_flags_are_refused_with_a_proposal() {
        let message = parsed(&["--confg=x"]).unwrap_err();
        assert_eq!(message, "Unknown command line flag 'confg'. Did you mean: config ?");
        assert_eq!(parsed(&["--xyzzy"]).unwrap_err(), "Unknown command line flag 'xyzzy'");
        // As in absl, which compares with the beginnings of names, one letter of three may be wrong.
        assert!(parsed(&["--noqpm"]).unwrap_err().starts_with("Unknown command line flag 'noqpm'"));
    }

    #[test]
    fn undefok_lets_named_flags_pass() {
        assert!(parsed(&["--xyzzy=1", "--undefok=xyzzy, plugh", "--noplugh"]).is_ok());
        assert!(parsed(&["--undefok", "xyzzy", "--plugh"]).is_err());
    }

    #[test]
    fn values_of_the_wrong_kind_are_refused_in_pythons_words() {
        for (word, message) in [
            ("--num_steps=x", "flag --num_steps=x: invalid literal for int() with base 10: 'x'"),
            (
                "--num_steps=1.5",
                "flag --num_steps=1.5: invalid literal for int() with base 10: '1.5'",
            ),
            ("--qpm=fast", "flag --qpm=fast: could not convert string to float: 'fast'"),
            ("--qpm", "Missing value for flag --qpm"),
        ] {
            assert_eq!(parsed(&[word]).unwrap_err(), message);
        }
        assert_eq!(parsed(&["--qpm=1e2"]).unwrap().float("qpm"), Some(100.0));
    }

    #[test]
    fn a_letter_stands_for_its_flag() {
        assert_eq!(parsed(&["-v=1"]).unwrap().integer("verbosity"), Some(1));
        assert_eq!(parsed(&["-v", "2"]).unwrap().integer("verbosity"), Some(2));
    }

    #[test]
    fn flag_files_stand_for_their_lines() {
        let folder = tempfile::tempdir().unwrap();
        let (outer, inner) = (folder.path().join("outer"), folder.path().join("inner"));
        let text =
            format!("# a comment\n--num_steps=3\n\n//no flag\n--flagfile={}\n", inner.display());
        fs::write(&outer, text).unwrap();
        fs::write(&inner, "--config=two words\n--recursive\n").unwrap();
        for words in [
            vec![format!("--flagfile={}", outer.display())],
            vec!["-flagfile".to_owned(), outer.display().to_string()],
        ] {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let values = parsed(&[&["--num_steps=9"], &words[..]].concat()).unwrap();
            assert_eq!(values.integer("num_steps"), Some(3));
            assert_eq!(values.text("config").as_deref(), Some("two words"));
            assert!(values.switch("recursive"));
        }
        fs::write(&inner, format!("--flagfile={}", outer.display())).unwrap();
        assert!(parsed(&["--flagfile", outer.to_str().unwrap()]).unwrap_err().contains("deep"));
        assert!(
            parsed(&["--flagfile=/no/such/file"]).unwrap_err().contains("Unable to open flagfile")
        );
        assert!(parsed(&["--flagfile="]).is_ok());
    }
}
