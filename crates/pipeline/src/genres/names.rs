//! Where names of artists come from.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::{Error, Result};

/// A list of names, one a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameList {
    /// A file.
    File(PathBuf),
    /// The standard input.
    Stdin,
}

/// Names of artists, each once, in order.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    seen: HashSet<String>,
}

impl Names {
    fn add(&mut self, name: &str) {
        if !name.is_empty() && self.seen.insert(name.to_owned()) {
            self.names.push(name.to_owned());
        }
    }
}

/// The artists of folders (the names of the folders in them), of reports of ingests, and of a list.
pub(super) fn names(inputs: &[PathBuf], list: Option<&NameList>) -> Result<Vec<String>> {
    let mut names = Names::default();
    for input in inputs {
        let about = fs::metadata(input).map_err(|source| Error::read(input, source))?;
        if about.is_dir() {
            folders(input, &mut names).map_err(|source| Error::read(input, source))?;
        } else if input.extension().is_some_and(|ending| ending == "jsonl") {
            report(input, &mut names)?;
        } else {
            return Err(Error::NoArtists { path: input.clone() });
        }
    }
    match list {
        Some(NameList::File(path)) => {
            let read = File::open(path).and_then(|file| lines(BufReader::new(file), &mut names));
            read.map_err(|source| Error::read(path, source))?;
        }
        Some(NameList::Stdin) => {
            let read = lines(io::stdin().lock(), &mut names);
            read.map_err(|source| Error::read(Path::new("standard input"), source))?;
        }
        None => {}
    }
    if names.names.is_empty() {
        let list = list.map(|list| match list {
            NameList::File(path) => path.clone(),
            NameList::Stdin => "standard input".into(),
        });
        return Err(Error::NoNames { inputs: inputs.iter().cloned().chain(list).collect() });
    }
    Ok(names.names)
}

/// The folders in a folder, in the order of their names; hidden ones are not music.
fn folders(folder: &Path, names: &mut Names) -> io::Result<()> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && entry.path().is_dir() {
            found.push(name);
        }
    }
    found.sort_unstable();
    found.iter().for_each(|name| names.add(name));
    Ok(())
}

/// What matters of a line of a report.
#[derive(Deserialize)]
struct Row {
    artist: String,
}

fn report(path: &Path, names: &mut Names) -> Result<()> {
    let file = File::open(path).map_err(|source| Error::read(path, source))?;
    for (line, text) in (1..).zip(BufReader::new(file).lines()) {
        let text = text.map_err(|source| Error::read(path, source))?;
        if text.trim().is_empty() {
            continue;
        }
        let row: Row = serde_json::from_str(&text).map_err(|source| Error::Report {
            path: path.to_owned(),
            line,
            source,
        })?;
        names.add(row.artist.trim());
    }
    Ok(())
}

fn lines(text: impl BufRead, names: &mut Names) -> io::Result<()> {
    for line in text.lines() {
        let line = line?;
        names.add(line.trim_start_matches('\u{feff}').trim());
    }
    Ok(())
}
