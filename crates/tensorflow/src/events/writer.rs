//! Writes an event file while a run goes on.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::{Event, What};
use crate::tfrecord::Writer;
use crate::whole_file::temporary_beside;
use crate::{Error, Result};

/// The version that all event files since 2015 state.
const FILE_VERSION: &str = "brain.Event:2";
/// What the names of event files have in them that [`EventWriter::create`] made, and those of other programs have not.
pub const OWN_FILES: &str = ".cantus";
/// Runs that may begin in one folder in one second.
const MAX_NAMESAKES: u32 = 1000;

/// An event file that grows by whole records, each of them on its way to the disk when the call returns, so
/// that TensorBoard follows live and a killed run leaves every point that it had drawn.
#[derive(Debug)]
pub struct EventWriter {
    records: Writer<BufWriter<File>>,
    path: PathBuf,
    message: Vec<u8>,
}

impl EventWriter {
    /// Begins the file `events.out.tfevents.<seconds>.cantus<suffix>` in `folder`, which is made if it is missing.
    /// A file that has the name already is kept: the new one then gets a number.
    ///
    /// `wall_time` is in seconds since 1970.
    ///
    /// # Errors
    ///
    /// [`Error::Io`].
    pub fn create(folder: impl AsRef<Path>, wall_time: f64, suffix: &str) -> Result<Self> {
        let folder = folder.as_ref();
        fs::create_dir_all(folder).map_err(Error::io(folder))?;
        let name =
            format!("events.out.tfevents.{:010}{OWN_FILES}{suffix}", wall_time.max(0.0) as u64);
        let (file, path) = create_new(folder, &name)?;
        Self::begin(file, path, wall_time)
    }

    /// Begins the file `path` with `events`, all of them at once: until they are on disk, a file that has the name already stays
    /// as it is. Its first event has the time `wall_time`, in seconds since 1970.
    ///
    /// # Errors
    ///
    /// [`Error::Io`].
    pub fn replace(path: impl Into<PathBuf>, wall_time: f64, events: &[Event]) -> Result<Self> {
        let path = path.into();
        let io = Error::io(&path);
        let (file, temporary) = temporary_beside(&path).map_err(&io)?.into_parts();
        let mut writer = Self::begin(file, path.clone(), wall_time)?;
        for event in events {
            writer.event(event)?;
        }
        writer.records.get_ref().get_ref().sync_all().map_err(&io)?;
        temporary.persist(&path).map_err(|error| io(error.error))?;
        Ok(writer)
    }

    fn begin(file: File, path: PathBuf, wall_time: f64) -> Result<Self> {
        let records = Writer::new(BufWriter::new(file), path.clone());
        let mut writer = Self { records, path, message: Vec::new() };
        let what = What::FileVersion(FILE_VERSION.into());
        writer.event(&Event { wall_time, step: 0, what })?;
        Ok(writer)
    }

    /// Says that the run goes on from `step`: TensorBoard drops what it has read for `step` and later.
    ///
    /// # Errors
    ///
    /// [`Error::Io`].
    pub fn session_start(&mut self, wall_time: f64, step: i64) -> Result<()> {
        self.event(&Event { wall_time, step, what: What::SessionStart })
    }

    /// Adds one point to each curve in `scalars` (tag and value) at training update `step`.
    ///
    /// # Errors
    ///
    /// [`Error::Io`].
    pub fn scalars(&mut self, wall_time: f64, step: i64, scalars: &[(&str, f32)]) -> Result<()> {
        let scalars = scalars.iter().map(|&(tag, value)| (tag.to_owned(), value)).collect();
        self.event(&Event { wall_time, step, what: What::Scalars(scalars) })
    }

    /// Appends any event.
    ///
    /// # Errors
    ///
    /// [`Error::Io`].
    pub fn event(&mut self, event: &Event) -> Result<()> {
        self.message.clear();
        event.encode(&mut self.message);
        self.records.write(&self.message)?;
        self.records.flush()
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Creates `name`, or `name.1`, `name.2`, …: the first that is free.
fn create_new(folder: &Path, name: &str) -> Result<(File, PathBuf)> {
    let mut path = folder.join(name);
    for namesake in 1..=MAX_NAMESAKES {
        match File::create_new(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                path = folder.join(format!("{name}.{namesake}"));
            }
            file => return Ok((file.map_err(Error::io(&path))?, path)),
        }
    }
    Err(Error::io(&path)(io::ErrorKind::AlreadyExists.into()))
}
