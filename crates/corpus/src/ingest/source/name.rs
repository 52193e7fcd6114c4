//! What the name of a file says: its kind, its artist and its title.

use sha1::{Digest, Sha1};

/// What a file is, judged by its extension in whatever case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Kind {
    /// `.mid`, `.midi`, and `.kar`: a MIDI file with the words of the song.
    Midi,
    /// A tunebook.
    Abc,
    /// A score, compressed or not.
    MusicXml,
    /// Music in a format that is not read.
    Unsupported,
    Archive,
    Other,
}

const MIDI: [&str; 3] = [".mid", ".midi", ".kar"];
const ABC: [&str; 1] = [".abc"];
const MUSIC_XML: [&str; 3] = [".xml", ".musicxml", ".mxl"];
const UNSUPPORTED: [&str; 2] = [".rmi", ".krn"];
const TAR: [&str; 3] = [".tar", ".tar.gz", ".tgz"];
const ZIP: [&str; 1] = [".zip"];

impl Kind {
    pub(in crate::ingest) fn of(name: &[u8]) -> Self {
        if ends_with_any(name, &MIDI) {
            Self::Midi
        } else if ends_with_any(name, &ABC) {
            Self::Abc
        } else if ends_with_any(name, &MUSIC_XML) {
            Self::MusicXml
        } else if ends_with_any(name, &UNSUPPORTED) {
            Self::Unsupported
        } else if ends_with_any(name, &TAR) || Self::is_zip(name) {
            Self::Archive
        } else {
            Self::Other
        }
    }

    /// Whether it can be read.
    pub(in crate::ingest) fn is_music(self) -> bool {
        matches!(self, Self::Midi | Self::Abc | Self::MusicXml)
    }

    /// What Magenta calls it in ids, which begin with `/id/midi/` for whatever it would not read.
    fn source_type(self) -> &'static str {
        match self {
            Self::Abc => "abc",
            Self::MusicXml => "musicxml",
            Self::Midi | Self::Unsupported | Self::Archive | Self::Other => "midi",
        }
    }

    pub(super) fn is_zip(name: &[u8]) -> bool {
        ends_with_any(name, &ZIP)
    }
}

/// The name of an archive without its extension.
pub(super) fn archive_stem(name: &str) -> &str {
    let ending = TAR.iter().chain(&ZIP).find(|ending| ends_with_any(name.as_bytes(), &[ending]));
    ending.and_then(|ending| name.get(..name.len() - ending.len())).unwrap_or(name)
}

fn ends_with_any(name: &[u8], endings: &[&str]) -> bool {
    endings.iter().any(|ending| {
        let start = name.len().checked_sub(ending.len());
        let tail = start.and_then(|start| name.get(start..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(ending.as_bytes()))
    })
}

/// A name as text, and whether it was UTF-8; else each byte is taken for a Latin-1 character, which loses nothing.
pub(super) fn text(name: &[u8]) -> (String, bool) {
    match std::str::from_utf8(name) {
        Ok(text) => (text.to_owned(), true),
        Err(_) => (name.iter().map(|&byte| char::from(byte)).collect(), false),
    }
}

/// The path of a member of an archive without `.` and empty parts; none when it is empty or leads out of the archive.
pub(super) fn clean(name: &[u8]) -> Option<Vec<u8>> {
    let parts = name.split(|&byte| byte == b'/');
    let parts: Vec<&[u8]> = parts.filter(|part| !matches!(*part, b"" | b".")).collect();
    let inside = !parts.is_empty() && parts.iter().all(|part| *part != b"..");
    inside.then(|| parts.join(&b'/'))
}

/// Where a file stands in its collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Place {
    pub(in crate::ingest) kind: Kind,
    /// Unique name of the piece.
    pub(in crate::ingest) id: String,
    pub(in crate::ingest) collection: String,
    /// Path within the collection.
    pub(in crate::ingest) path: String,
    /// Name of the folder that the file is in.
    pub(in crate::ingest) artist: String,
    /// Name of the file without extension.
    pub(in crate::ingest) title: String,
    pub(in crate::ingest) is_utf8: bool,
    /// Number of the input that it is in.
    pub(in crate::ingest) input: usize,
}

impl Place {
    /// A file with this path in the collection. A file at the top of a collection is by the "artist" of that name.
    pub(in crate::ingest) fn new(collection: &str, name: &[u8]) -> Self {
        let (path, is_utf8) = text(name);
        let (folder, file) = path.rsplit_once('/').unwrap_or((collection, &path));
        let artist = folder.rsplit('/').next().unwrap_or_default().to_owned();
        let stem = file.rfind('.').filter(|&dot| dot > 0).and_then(|dot| file.get(..dot));
        let title = stem.unwrap_or(file).to_owned();
        let kind = Kind::of(name);
        let id = id(kind, collection, name);
        Self { kind, id, collection: collection.to_owned(), path, artist, title, is_utf8, input: 0 }
    }

    /// The id of a tune in this tunebook, as Magenta makes it: of the path and the tune's number.
    pub(in crate::ingest) fn tune_id(&self, number: &str) -> String {
        id(self.kind, &self.collection, format!("{}_{number}", self.path).as_bytes())
    }
}

fn id(kind: Kind, collection: &str, name: &[u8]) -> String {
    format!("/id/{}/{collection}/{}", kind.source_type(), hex(&Sha1::digest(name)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_tells_the_kind() {
        for (name, kind) in [
            ("a.mid", Kind::Midi),
            ("A.MID", Kind::Midi),
            ("b.Midi", Kind::Midi),
            ("c.kar", Kind::Midi),
            ("mid", Kind::Other),
            ("a.mid.txt", Kind::Other),
            ("a.mxl", Kind::MusicXml),
            ("a.xml", Kind::MusicXml),
            ("a.ABC", Kind::Abc),
            ("a.krn", Kind::Unsupported),
            ("a.tar.GZ", Kind::Archive),
            ("a.tgz", Kind::Archive),
            ("a.zip", Kind::Archive),
            ("", Kind::Other),
        ] {
            assert_eq!(Kind::of(name.as_bytes()), kind, "{name}");
        }
    }

    #[test]
    fn the_stem_of_an_archive_loses_its_whole_extension() {
        assert_eq!(archive_stem("clean_midi.tar.gz"), "clean_midi");
        assert_eq!(archive_stem("Songs.ZIP"), "Songs");
        assert_eq!(archive_stem("v1.2.tar"), "v1.2");
    }

    #[test]
    fn folder_and_file_name_artist_and_title() {
        let place = Place::new("clean_midi", b"10cc/The Things We Do for Love.1.mid");
        assert_eq!((&*place.artist, &*place.title), ("10cc", "The Things We Do for Love.1"));
        let place = Place::new("reel", b"Drowsy Maggie.mid");
        assert_eq!((&*place.artist, &*place.title), ("reel", "Drowsy Maggie"));
        let place = Place::new("x", b"a/b/.mid");
        assert_eq!((&*place.artist, &*place.title), ("b", ".mid"));
    }

    #[test]
    fn the_id_is_magentas() {
        // Made by Magenta 2.1.4 for this file of its folder `midi`.
        let place = Place::new("midi", b"syn_multitrack.mid");
        assert_eq!(place.id, "/id/midi/midi/298f4c477f225998423ea3a6fd697fef2005037a");
    }

    #[test]
    fn a_name_in_latin_1_is_kept_and_marked() {
        let place = Place::new("x", b"Bj\xf6rk/J\xf3ga.mid");
        assert_eq!((&*place.artist, &*place.title, place.is_utf8), ("Björk", "Jóga", false));
    }

    #[test]
    fn members_stay_inside_their_archive() {
        assert_eq!(clean(b"./a//b.mid"), Some(b"a/b.mid".to_vec()));
        assert_eq!(clean(b"/etc/a.mid"), Some(b"etc/a.mid".to_vec()));
        assert_eq!(clean(b"a/../../b.mid"), None);
        assert_eq!(clean(b"./"), None);
    }
}
