//! What a collection holds, as one digest.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::store::Key;
use crate::{Error, Event, Observer, Result};

/// Files between two looks at the observer.
const BATCH: usize = 256;
/// Bytes read at a time.
const CHUNK: usize = 1 << 16;

/// The key of all files in `inputs` with their names within them. Where the inputs lie and when they were written plays no part.
///
/// # Errors
///
/// [`Error::Read`] when an input is not there or a file cannot be read; [`Error::Threads`]; [`Error::Interrupted`].
pub(super) fn fingerprint(
    inputs: &[PathBuf],
    threads: usize,
    observer: &dyn Observer,
) -> Result<Key> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Error::Threads { threads, source: io::Error::other(error) })?;
    let mut listed = Vec::new();
    for input in inputs {
        let begin = listed.len();
        // The name of the folder is that of the collection, and in the ids of its pieces.
        let name = input.file_name().unwrap_or_default().to_string_lossy().into_owned();
        list(input, &name, &mut Vec::new(), &mut listed)?;
        listed[begin..].sort();
    }
    let total = Some(listed.len() as u64);
    observer.observe(Event::Began { task: "looking for changes", unit: "files", total, done: 0 });
    let mut digest = Sha256::new();
    let mut done = 0;
    for batch in listed.chunks(BATCH) {
        let keys: Vec<_> =
            pool.install(|| batch.par_iter().map(|(_, path)| content(path)).collect());
        for ((name, _), content) in batch.iter().zip(keys) {
            digest.update((name.len() as u64).to_le_bytes());
            digest.update(name);
            digest.update(content);
        }
        done += batch.len() as u64;
        observer.observe(Event::Advanced { done, total, detail: "" });
        if observer.cancelled() {
            return Err(Error::Interrupted { kept: None });
        }
    }
    observer.observe(Event::Ended);
    Ok(Key::of_bytes(&digest.finalize()))
}

/// All files in `path`, with their names; `above` are the folders that it is in, so that loops of links end.
fn list(
    path: &Path,
    name: &str,
    above: &mut Vec<PathBuf>,
    listed: &mut Vec<(String, PathBuf)>,
) -> Result<()> {
    let read = |error| Error::read(path, error);
    let metadata = fs::metadata(path).map_err(read)?;
    if !metadata.is_dir() {
        listed.push((name.to_owned(), path.to_owned()));
        return Ok(());
    }
    let real = fs::canonicalize(path).map_err(read)?;
    if above.contains(&real) {
        return Ok(());
    }
    above.push(real);
    for entry in fs::read_dir(path).map_err(read)? {
        let entry = entry.map_err(read)?;
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        // A link that leads nowhere is nothing to read, for an ingest, too.
        if entry.path().exists() {
            list(&entry.path(), &name, above, listed)?;
        }
    }
    above.pop();
    Ok(())
}

/// The digest of a file; one that cannot be read has that of nothing, and the ingest says why.
fn content(path: &Path) -> [u8; 32] {
    let mut digest = Sha256::new();
    let Ok(mut file) = File::open(path) else { return digest.finalize().into() };
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk) {
            Ok(0) | Err(_) => return digest.finalize().into(),
            Ok(count) => digest.update(&chunk[..count]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unobserved;

    fn key(folder: &Path) -> String {
        fingerprint(&[folder.to_owned()], 2, &Unobserved).unwrap().to_string()
    }

    #[test]
    fn a_collection_is_known_by_names_and_contents() {
        let [one, two] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [one, two] = [one.path().join("midi"), two.path().join("midi")];
        for folder in [&one, &two] {
            fs::create_dir_all(folder.join("ABBA")).unwrap();
            fs::write(folder.join("ABBA/a.mid"), "a").unwrap();
            fs::write(folder.join("b.mid"), "b").unwrap();
        }
        assert_eq!(key(&one), key(&two));
        fs::write(two.join("b.mid"), "c").unwrap();
        let changed = key(&two);
        assert_ne!(key(&one), changed);
        fs::rename(two.join("b.mid"), two.join("c.mid")).unwrap();
        assert_ne!(key(&two), changed);
    }

    #[test]
    fn what_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let error = fingerprint(std::slice::from_ref(&missing), 1, &Unobserved).unwrap_err();
        assert!(matches!(error, Error::Read { path, .. } if path == missing));
    }

    #[cfg(unix)]
    #[test]
    fn links_in_circles_and_to_nowhere_end() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("gone")).unwrap();
        key(folder.path());
    }
}
