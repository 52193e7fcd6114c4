//! The files of an input as they are, for those who want them and not their music.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::observer::Progress;
use super::reason::Refusal;
use super::source::{Bounds, Content, Load, Place, Source, Visitor};
use super::{Options, Reason};
use crate::{Error, Result};

/// A file of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// Name of the collection.
    pub collection: String,
    /// Path within the collection.
    pub path: String,
    /// Name of the folder that it is in.
    pub artist: String,
    /// Its name without extension.
    pub title: String,
    /// Whether it is music by its name.
    pub is_music: bool,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bytes {
    /// It is a file of the system.
    At(PathBuf),
    /// It came out of an archive.
    Unpacked(Vec<u8>),
}

/// Shows `wanted` every file of an input, and hands those that it wants to `take`, in the order of an ingest and under the same names.
///
/// # Errors
///
/// [`Error::Input`] when the input is not there, or a file that is wanted cannot be read; what `take` returns.
pub fn visit_files(
    input: &Path,
    wanted: &mut dyn FnMut(&Found) -> bool,
    take: &mut dyn FnMut(&Found, Bytes) -> Result<()>,
) -> Result<()> {
    let mut source = Source::find(input)?;
    let mut go_on = |_: &Progress| ControlFlow::Continue(());
    source.scan(&mut Progress::default(), &mut go_on)?;
    let mut visit = Visit { source: &source, input, wanted, take, result: Ok(()) };
    let max_file_bytes = Options::default().max_file_bytes;
    let _ = source.walk(Bounds { max_file_bytes, stopped: &|| false }, &mut visit);
    visit.result
}

struct Visit<'a> {
    source: &'a Source,
    input: &'a Path,
    wanted: &'a mut dyn FnMut(&Found) -> bool,
    take: &'a mut dyn FnMut(&Found, Bytes) -> Result<()>,
    result: Result<()>,
}

impl Visitor for Visit<'_> {
    fn file(&mut self, name: &[u8], load: &mut dyn FnMut() -> Load) -> ControlFlow<()> {
        let Place { kind, collection, path, artist, title, .. } = self.source.place(name);
        let found = Found { collection, path, artist, title, is_music: kind.is_music() };
        if !(self.wanted)(&found) {
            return ControlFlow::Continue(());
        }
        self.result = match load() {
            Ok(Content::Path(path, _)) => (self.take)(&found, Bytes::At(path)),
            Ok(Content::Bytes(bytes)) => (self.take)(&found, Bytes::Unpacked(bytes)),
            Err(Refusal { message, .. }) => Err(Error::Input {
                path: self.input.join(&found.path),
                source: std::io::Error::other(message),
            }),
        };
        if self.result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn failure(&mut self, name: &[u8], refusal: Refusal) -> ControlFlow<()> {
        // A link or a device is no file; an archive that is damaged has none that could be wanted.
        match refusal.reason {
            Reason::Link | Reason::NotAFile | Reason::BadName => ControlFlow::Continue(()),
            _ => self.file(name, &mut || Err(refusal.clone())),
        }
    }
}
