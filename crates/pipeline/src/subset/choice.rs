//! Which pieces are in which subset.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use corpus::catalog::{Catalog, Selected};
use corpus::ingest::{is_archive, visit_files};
use corpus::year::year_in_path;
use genre::matching::{How, Matcher};
use genre::query::{Facts, Unknown};
use genre::table::Artist;

use super::{SubsetForm, SubsetOptions, SubsetSource, Wanted};
use crate::catalog::interruptible;
use crate::genres::table as read_table;
use crate::{Error, Event, Observer, Result};

/// A piece of a subset; without a catalog, a file.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// The number of the earliest piece with the same notes: its own, mostly.
    pub(super) original: i64,
    pub(super) artist: String,
    /// The folder, the file or the archive that its file is in.
    pub(super) input: PathBuf,
    pub(super) in_archive: bool,
    pub(super) collection: String,
    /// Path of its file in the collection.
    pub(super) path: String,
    /// Id of its record.
    pub(super) record_id: String,
    /// The TFRecord file with its record, and the number of that.
    pub(super) record: Option<(Option<PathBuf>, u64)>,
}

/// The members of all subsets.
pub(super) struct Choice {
    pub(super) members: Vec<Vec<Member>>,
    /// Genres that each of the queries asks for and that nothing has.
    pub(super) unknown: Vec<Vec<Unknown>>,
    /// Whether members are pieces; otherwise they are files.
    pub(super) are_pieces: bool,
}

pub(super) fn choose(options: &SubsetOptions, observer: &dyn Observer) -> Result<Choice> {
    match &options.source {
        SubsetSource::Catalog(path) => of_catalog(path, &options.subsets, observer),
        SubsetSource::Table { .. } if options.form == SubsetForm::Tfrecord => {
            Err(Error::NoRecords { piece: None })
        }
        SubsetSource::Table { table, inputs } => {
            of_table(table, inputs, &options.subsets, observer)
        }
    }
}

fn of_catalog(path: &Path, wanted: &[Wanted], observer: &dyn Observer) -> Result<Choice> {
    let catalog = Catalog::read(path)?;
    interruptible(&catalog, observer, || {
        let genres = catalog.genres()?;
        let genres: Vec<&str> = genres.iter().map(|genre| genre.genre.as_str()).collect();
        let mut choice = Choice { members: Vec::new(), unknown: Vec::new(), are_pieces: true };
        for Wanted { query, .. } in wanted {
            let selected = catalog.select(query)?;
            choice.members.push(selected.into_iter().map(Member::from).collect());
            choice.unknown.push(query.unknown_genres(&genres));
        }
        Ok(choice)
    })
}

/// The files of each artist that the table knows and a query means.
fn of_table(
    table: &Path,
    inputs: &[PathBuf],
    wanted: &[Wanted],
    observer: &dyn Observer,
) -> Result<Choice> {
    let table = read_table(Some(table), observer)?;
    let genres = table.genres();
    let matcher = Matcher::new(&table);
    let mut artists: BTreeMap<String, Option<&Artist>> = BTreeMap::new();
    let mut members = vec![Vec::new(); wanted.len()];
    let mut piece = 0;
    for input in inputs {
        let in_archive = is_archive(input);
        let mut look = |found: &corpus::ingest::Found| {
            if !found.is_music || observer.cancelled() {
                return false;
            }
            piece += 1;
            let known = artists.entry(found.artist.clone()).or_insert_with(|| {
                let known = matcher.find(&found.artist)?;
                if known.how == How::Fuzzy {
                    let (name, score) = (&known.artist.name, known.score);
                    let text = format!("{} is taken for {name} ({score:.2})", found.artist);
                    observer.observe(Event::Notice(&text));
                }
                Some(known.artist)
            });
            let facts = known.map(|artist| Facts::of(artist, |_| None)).unwrap_or_default();
            let facts = Facts {
                artist: Some(&found.artist),
                title: Some(&found.title),
                year: year_in_path(&found.path).map(f64::from),
                ..facts
            };
            for (members, wanted) in members.iter_mut().zip(wanted) {
                if wanted.query.matches(&facts) {
                    members.push(Member {
                        original: piece,
                        artist: found.artist.clone(),
                        input: input.clone(),
                        in_archive,
                        collection: found.collection.clone(),
                        path: found.path.clone(),
                        record_id: String::new(),
                        record: None,
                    });
                }
            }
            false
        };
        visit_files(input, &mut look, &mut |_, _| Ok(()))?;
        if observer.cancelled() {
            return Err(Error::Interrupted { kept: None });
        }
    }
    let unknown = wanted.iter().map(|wanted| wanted.query.unknown_genres(&genres)).collect();
    Ok(Choice { members, unknown, are_pieces: false })
}

impl From<Selected> for Member {
    fn from(selected: Selected) -> Self {
        Self {
            original: selected.duplicate_of.unwrap_or(selected.piece),
            artist: selected.artist,
            input: selected.input,
            in_archive: selected.in_archive,
            collection: selected.collection,
            path: selected.path,
            record_id: selected.record_id,
            record: selected.record.map(|number| (selected.records, number)),
        }
    }
}
