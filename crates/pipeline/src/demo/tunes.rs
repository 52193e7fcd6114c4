//! The built-in tunes: dance music from Ryan's Mammoth Collection (Boston, 1883), see `data/demo/SOURCES.md`.

use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::{Meter, Result, files};

/// Tunes of one kind, in this program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tunes {
    /// The kind of dance, which also names its folder.
    pub(super) genre: &'static str,
    /// More than one of that kind.
    pub(super) plural: &'static str,
    /// Its metre.
    pub(super) meter: Meter,
    files: &'static Dir<'static>,
}

static JIGS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../data/demo/jig");
static REELS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../data/demo/reel");

/// Two kinds that an ear tells apart: jigs skip in threes (6/8), reels run in fours (4/4).
pub(super) const GENRES: [Tunes; 2] = [
    Tunes { genre: "jig", plural: "jigs", meter: (6, 8), files: &JIGS },
    Tunes { genre: "reel", plural: "reels", meter: (4, 4), files: &REELS },
];

impl Tunes {
    /// Writes the tunes to `folder` as MIDI files, as any user's own collection would lie there. Gives their number.
    pub(super) fn unpack(&self, folder: &Path) -> Result<usize> {
        files::create_dir(folder)?;
        let mut count = 0;
        for file in self.files.files() {
            let Some(name) = file.path().file_name() else { continue };
            let path = folder.join(name);
            if std::fs::read(&path).ok().as_deref() != Some(file.contents()) {
                files::write_whole(&path, file.contents())?;
            }
            count += 1;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tunes_of_each_kind_are_unpacked_once() {
        let folder = tempfile::tempdir().unwrap();
        for tunes in GENRES {
            let folder = folder.path().join(tunes.genre);
            assert_eq!(tunes.unpack(&folder).unwrap(), 80);
            let first = folder.read_dir().unwrap().next().unwrap().unwrap();
            let written = first.metadata().unwrap().modified().unwrap();
            assert_eq!(tunes.unpack(&folder).unwrap(), 80);
            assert_eq!(first.path().metadata().unwrap().modified().unwrap(), written);
            assert_eq!(folder.read_dir().unwrap().count(), 80);
        }
    }
}
