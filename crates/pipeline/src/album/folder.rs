//! The melodies of a folder, call by call.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Card, Section};
use crate::{Error, Event, Observer, Provenance, Result};

/// The melodies in `folder` that have their provenance beside them, one section for each call that made some: the one that made the `newest`
/// first, then by name. Files that belong to no melody are passed over.
pub(super) fn sections(
    folder: &Path,
    newest: &[&Path],
    observer: &dyn Observer,
) -> Result<Vec<Section>> {
    let mut sections: Vec<(Provenance, Section)> = Vec::new();
    let others = melodies(folder)?;
    let others = others.iter().map(PathBuf::as_path).filter(|path| !newest.contains(path));
    for path in newest.iter().copied().chain(others) {
        let provenance = match Provenance::beside(path) {
            Ok(Some(provenance)) => provenance,
            Ok(None) => continue,
            Err(error) => {
                observer.observe(Event::Detail(&error.to_string()));
                continue;
            }
        };
        let card = Card::new(path, &provenance);
        let call = call(provenance);
        let same = sections.iter_mut().find(|(other, _)| *other == call);
        match same {
            Some((_, section)) => section.melodies.push(card),
            None => {
                let mut section = Section::of_call(path, &call);
                section.melodies.push(card);
                sections.push((call, section));
            }
        }
    }
    Ok(sections.into_iter().map(|(_, section)| section).collect())
}

/// The MIDI files of a folder, by name.
fn melodies(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = |source| Error::read(folder, source);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.extension().is_some_and(|ending| ending == "mid") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// What the melodies of one call have in common; of the events, only those of the primer.
fn call(mut provenance: Provenance) -> Provenance {
    provenance.events.truncate(provenance.primer_steps);
    Provenance { number: 0, log_likelihood: 0.0, log_probabilities: Vec::new(), ..provenance }
}
