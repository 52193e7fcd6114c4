//! The files beside a melody that were made of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What the name of a file ends with behind that of the melody, and what it is.
const KINDS: [(&str, &str, Kind); 11] = [
    (".mp3", "MP3", Kind::Audio),
    (".ogg", "Ogg Vorbis", Kind::Audio),
    (".flac", "FLAC", Kind::Audio),
    (".wav", "WAV", Kind::Audio),
    ("-roll.svg", "piano roll", Kind::Picture),
    ("-roll.png", "PNG", Kind::Picture),
    ("-score.svg", "score", Kind::Score),
    ("-score.png", "score as PNG", Kind::Picture),
    (".musicxml", "MusicXML", Kind::Notation),
    (".mxl", "MusicXML, packed", Kind::Notation),
    (".abc", "ABC", Kind::Notation),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Audio,
    Picture,
    /// The engraved score.
    Score,
    Notation,
}

/// A file that was made of a melody.
#[derive(Clone, Debug)]
pub(super) struct Companion {
    pub(super) path: PathBuf,
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// The files beside the melody in `path` that were made of it. One that is older than the melody was made of another melody with the same
/// name, and is none.
pub(super) fn beside(path: &Path) -> Vec<Companion> {
    let Some(made) = modified(path) else { return Vec::new() };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let companion = |(ending, name, kind): (&str, &'static str, Kind)| {
        let path = path.with_file_name(format!("{stem}{ending}"));
        let is_of_it = modified(&path).is_some_and(|modified| modified >= made);
        is_of_it.then_some(Companion { path, name, kind })
    };
    KINDS.into_iter().filter_map(companion).collect()
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_older_than_the_melody_was_made_of_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        for (name, time) in [
            ("a#1.mid", 1000),
            ("a#1.mp3", 1000),
            ("a#1-score.svg", 1001),
            ("a#1-roll.svg", 999),
            ("b.mp3", 2000),
        ] {
            let file = fs::File::create(folder.path().join(name)).unwrap();
            file.set_modified(at(time)).unwrap();
        }
        let found = beside(&folder.path().join("a#1.mid"));
        let names: Vec<&str> = found.iter().map(|companion| companion.name).collect();
        assert_eq!(names, ["MP3", "score"]);
        assert!(beside(&folder.path().join("c.mid")).is_empty());
    }
}
