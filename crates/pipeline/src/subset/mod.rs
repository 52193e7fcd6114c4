//! Subset: the pieces that queries mean, as folders of music files or as TFRecord files.
//!
//! The pieces come from a catalog, or from a folder whose artists a table knows. Each subset is whole or not there.

mod choice;
mod name;
mod overlap;
mod place;
mod records;

use std::path::PathBuf;

use genre::Query;
use genre::query::Unknown;
use serde::Serialize;

use crate::{Error, Event, Observer, Result, files};
use choice::{Member, choose};

pub use name::{safe_name, safe_names};
pub use overlap::Overlap;

/// A subset that is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What it is called; the text of its query, or a name.
    pub name: String,
    /// What is in it.
    pub query: Query,
}

/// Where the pieces come from.
#[derive(Clone, Debug)]
pub enum SubsetSource {
    /// What a catalog knows.
    Catalog(PathBuf),
    /// The files of folders and archives, by artists that a table knows.
    Table {
        /// The table.
        table: PathBuf,
        /// The folders and archives.
        inputs: Vec<PathBuf>,
    },
}

/// What a subset is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SubsetForm {
    /// A folder of symbolic links.
    Links,
    /// A folder of hard links.
    Hardlinks,
    /// A folder of copies; files in archives are unpacked.
    Copies,
    /// One TFRecord file, copied record by record.
    Tfrecord,
}

/// Which subsets to make, of what, and how.
#[derive(Clone, Debug)]
pub struct SubsetOptions {
    /// Where the pieces come from.
    pub source: SubsetSource,
    /// The subsets.
    pub subsets: Vec<Wanted>,
    /// Folder for them.
    pub output_dir: PathBuf,
    /// What they are made of.
    pub form: SubsetForm,
    /// The TFRecord file of the pieces, if it is not where the catalog says.
    pub records: Option<PathBuf>,
    /// Leave out artists, and pieces of the same notes, that are in more than one subset.
    pub exclusive: bool,
    /// Leave out pieces with the same notes as an earlier one of their subset.
    pub skip_duplicates: bool,
    /// Only tell what would be made.
    pub plan: bool,
}

/// The subsets that were made, or would be.
#[derive(Clone, Debug, Serialize)]
pub struct Subsets {
    /// Whether nothing was written.
    pub planned: bool,
    /// What they are made of.
    pub form: SubsetForm,
    /// The subsets, in the order in which they were asked for.
    pub subsets: Vec<Subset>,
    /// What two subsets have in common, before anything was left out for that.
    pub overlaps: Vec<Overlap>,
}

/// A subset.
#[derive(Clone, Debug, Serialize)]
pub struct Subset {
    /// What it is called.
    pub name: String,
    /// What is in it.
    pub query: String,
    /// The folder or the TFRecord file.
    pub output: PathBuf,
    /// Artists in it.
    pub artists: u64,
    /// Files in it.
    pub files: u64,
    /// Pieces in it; not known of a folder and a table.
    pub pieces: Option<u64>,
    /// Pieces left out because they are in another subset, too, or their artist is.
    pub shared: u64,
    /// Pieces left out because they have the notes of an earlier one.
    pub duplicates: u64,
    /// Genres that the query asks for and that nothing has.
    pub unknown_genres: Vec<String>,
}

/// Makes subsets.
///
/// # Errors
///
/// A catalog, a table or a file that is not there, a subset with nothing in it, files in archives that cannot be linked, records that are
/// not those of the catalog, a folder in the way, a disk that cannot be written, [`Error::Interrupted`].
pub fn subset(options: &SubsetOptions, observer: &dyn Observer) -> Result<Subsets> {
    let mut choice = choose(options, observer)?;
    let names = safe_names(options.subsets.iter().map(|wanted| wanted.name.as_str()));
    let overlaps = overlap::of(&options.subsets, &choice.members);
    let shared = if options.exclusive { overlap::remove(&mut choice.members) } else { Vec::new() };
    let mut subsets = Vec::new();
    for (number, wanted) in options.subsets.iter().enumerate() {
        let members = &mut choice.members[number];
        let duplicates = if options.skip_duplicates { without_copies(members) } else { 0 };
        let unknown = &choice.unknown[number];
        if members.is_empty() {
            return Err(empty(wanted, unknown, options.exclusive));
        }
        tell_of_unknown(wanted, unknown, observer);
        let ending = if options.form == SubsetForm::Tfrecord { ".tfrecord" } else { "" };
        let output = options.output_dir.join(format!("{}{ending}", names[number]));
        let shared = shared.get(number).copied().unwrap_or(0);
        subsets.push(Subset {
            name: wanted.name.clone(),
            query: wanted.query.to_string(),
            output,
            artists: distinct(members, |member| member.artist.as_str()),
            files: distinct(members, |member| (&member.input, &member.path)),
            pieces: choice.are_pieces.then_some(members.len() as u64),
            shared,
            duplicates,
            unknown_genres: unknown.iter().map(|unknown| unknown.asked.clone()).collect(),
        });
    }
    let result = Subsets { planned: options.plan, form: options.form, subsets, overlaps };
    if !options.plan {
        write(options, &choice.members, &result, observer)?;
    }
    Ok(result)
}

fn write(
    options: &SubsetOptions,
    members: &[Vec<Member>],
    result: &Subsets,
    observer: &dyn Observer,
) -> Result<()> {
    files::create_dir(&options.output_dir)?;
    let outputs = result.subsets.iter().map(|subset| &subset.output);
    match options.form {
        SubsetForm::Tfrecord => {
            let records = options.records.as_deref();
            records::write(&outputs.collect::<Vec<_>>(), members, records, observer)?;
        }
        form => {
            for (output, members) in outputs.zip(members) {
                place::write(output, members, form, observer)?;
            }
        }
    }
    for subset in &result.subsets {
        let mut manifest = subset.output.clone().into_os_string();
        manifest.push(".json");
        let mut json = serde_json::to_vec_pretty(subset)
            .map_err(|error| Error::Write { path: subset.output.clone(), source: error.into() })?;
        json.push(b'\n');
        files::write_whole(manifest.as_ref(), &json)?;
    }
    Ok(())
}

/// Takes out pieces with the same notes as an earlier one; gives their number.
fn without_copies(members: &mut Vec<Member>) -> u64 {
    let before = members.len();
    let mut seen = std::collections::BTreeSet::new();
    members.retain(|member| seen.insert(member.original));
    (before - members.len()) as u64
}

fn distinct<'a, K: Ord>(members: &'a [Member], key: impl Fn(&'a Member) -> K) -> u64 {
    members.iter().map(key).collect::<std::collections::BTreeSet<_>>().len() as u64
}

fn empty(wanted: &Wanted, unknown: &[Unknown], exclusive: bool) -> Error {
    let suggestions = unknown.iter().flat_map(|unknown| unknown.suggestions.clone()).collect();
    Error::EmptySubset { name: wanted.name.clone(), suggestions, exclusive }
}

fn tell_of_unknown(wanted: &Wanted, unknown: &[Unknown], observer: &dyn Observer) {
    for Unknown { asked, suggestions } in unknown {
        let meant = match suggestions.as_slice() {
            [] => String::new(),
            list => format!("; did you mean {}?", list.join(", ")),
        };
        let text = format!("{}: nothing has the genre \"{asked}\"{meant}", wanted.name);
        observer.observe(Event::Warning(&text));
    }
}
