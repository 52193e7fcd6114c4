//! A subset as a folder of music files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use corpus::ingest::{Bytes, visit_files};

use super::SubsetForm;
use super::choice::Member;
use crate::{Error, Event, Observer, Result, files};

/// Makes the folder `output`, with the folders of the artists in it. One that an earlier call made is replaced, any other is not touched.
pub(super) fn write(
    output: &Path,
    members: &[Member],
    form: SubsetForm,
    observer: &dyn Observer,
) -> Result<()> {
    if let Some(member) = members.iter().find(|member| member.in_archive)
        && form != SubsetForm::Copies
    {
        return Err(Error::InArchive { path: member.input.clone() });
    }
    let error = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Write { path, source }
    };
    if output.symlink_metadata().is_ok() && !manifest(output).is_file() {
        return Err(error(output)(io::ErrorKind::AlreadyExists.into()));
    }
    let parent = output.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // Temporary folders are private; this one becomes an ordinary folder, so the user's umask decides.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    let folder = builder.prefix(".writing-").tempdir_in(parent).map_err(error(output))?;
    fill(folder.path(), members, form, observer)?;
    let old = tempfile::Builder::new().prefix(".writing-").tempdir_in(parent);
    let old = old.map_err(error(output))?;
    if output.symlink_metadata().is_ok() {
        fs::rename(output, old.path().join("old")).map_err(error(output))?;
    }
    fs::rename(folder.keep(), output).map_err(error(output))
}

/// What tells that a folder is a subset.
fn manifest(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".json");
    name.into()
}

/// Puts the files of all members into `folder`.
fn fill(
    folder: &Path,
    members: &[Member],
    form: SubsetForm,
    observer: &dyn Observer,
) -> Result<()> {
    let mut wanted: BTreeMap<&Path, BTreeSet<&str>> = BTreeMap::new();
    for member in members {
        wanted.entry(&member.input).or_default().insert(&member.path);
    }
    let total = Some(wanted.values().map(|files| files.len() as u64).sum());
    observer.observe(Event::Began { task: "gathering", unit: "files", total, done: 0 });
    let collections: BTreeSet<&str> = members.iter().map(|it| it.collection.as_str()).collect();
    let mut done = 0;
    for (input, mut missing) in wanted {
        let mut failure = None;
        let mut want = |found: &corpus::ingest::Found| missing.remove(found.path.as_str());
        let mut take = |found: &corpus::ingest::Found, bytes: Bytes| {
            let at = target(folder, &found.collection, &found.path, collections.len() > 1);
            done += 1;
            observer.observe(Event::Advanced { done, total, detail: "" });
            let stop = if observer.cancelled() {
                Some(Error::Interrupted { kept: None })
            } else {
                put(&at, bytes, form).err()
            };
            match stop {
                None => Ok(()),
                Some(error) => {
                    failure = Some(error);
                    Err(corpus::Error::Cancelled)
                }
            }
        };
        let visited = visit_files(input, &mut want, &mut take);
        if let Some(failure) = failure {
            return Err(failure);
        }
        visited?;
        if let Some(path) = missing.first() {
            let path = if input.is_dir() { input.join(path) } else { input.to_owned() };
            return Err(Error::read(&path, io::ErrorKind::NotFound.into()));
        }
    }
    observer.observe(Event::Ended);
    Ok(())
}

/// Where a file is put: in the folder of its artist, and that in the folder of its collection if there are several. A path of a collection
/// never leads out of it.
fn target(folder: &Path, collection: &str, path: &str, several: bool) -> PathBuf {
    let alone = !path.contains('/');
    let folder = if several || alone {
        folder.join(super::safe_name(collection))
    } else {
        folder.to_owned()
    };
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    parts.fold(folder, |folder, part| folder.join(part))
}

fn put(at: &Path, bytes: Bytes, form: SubsetForm) -> Result<()> {
    files::create_parent(at)?;
    let written = match (bytes, form) {
        (Bytes::Unpacked(bytes), _) => fs::write(at, bytes),
        (Bytes::At(path), SubsetForm::Links) => {
            fs::canonicalize(path).and_then(|path| symlink(&path, at))
        }
        (Bytes::At(path), SubsetForm::Hardlinks) => fs::hard_link(path, at),
        (Bytes::At(path), _) => fs::copy(path, at).map(drop),
    };
    written.map_err(|source| Error::Write { path: at.to_owned(), source })
}

#[cfg(unix)]
fn symlink(path: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(path, at)
}

#[cfg(windows)]
fn symlink(path: &Path, at: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(path, at)
}
