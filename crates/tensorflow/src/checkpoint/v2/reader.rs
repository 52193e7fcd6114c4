//! Reads a checkpoint of version 2.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::entry::{Entry, Header};
use super::{data_path, index_path};
use crate::checkpoint::slice::assemble;
use crate::checkpoint::table::Table;
use crate::checkpoint::variable::{Values, element_count};
use crate::checkpoint::{Variable, VariableInfo, find};
use crate::checksum::masked_crc;
use crate::{Error, Result};

/// A checkpoint of version 2: its index in memory, its values in their files.
#[derive(Debug)]
pub struct Reader {
    prefix: PathBuf,
    index: PathBuf,
    header: Header,
    variables: Vec<VariableInfo>,
    /// Where each variable stands.
    entries: Vec<Entry>,
    /// Where slices stand, by their keys.
    slices: BTreeMap<Vec<u8>, Entry>,
}

impl Reader {
    /// Reads the index of the checkpoint `prefix`, such as `model.ckpt-600`.
    ///
    /// # Errors
    ///
    /// [`Error::CheckpointVersion`], [`Error::InFile`] when the index as a whole is malformed, [`Error::InVariable`] when
    /// what it says of a variable cannot be, and those of [`Table::open`] and [`Table::entries`].
    pub fn open(prefix: impl AsRef<Path>) -> Result<Self> {
        let prefix = prefix.as_ref();
        Self::new(&Table::open(index_path(prefix))?, prefix)
    }

    /// Takes the index of the checkpoint `prefix`, beside which the data files are.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub fn new(index: &Table, prefix: impl Into<PathBuf>) -> Result<Self> {
        let path = index.path();
        let mut rows = index.entries();
        let header = match rows.next().transpose()? {
            Some((key, header)) if key.is_empty() => Header::decode(&header, path),
            _ => {
                let fault = "the index has no header";
                return Err(Error::MalformedTable { path: path.to_owned(), offset: 0, fault });
            }
        };
        let header = header.map_err(|error| match error {
            error @ Error::CheckpointVersion { .. } => error,
            error => Error::in_file(path)(error),
        })?;
        let (mut variables, mut entries, mut slices) = (Vec::new(), Vec::new(), BTreeMap::new());
        for row in rows {
            let (key, bytes) = row?;
            let lossy = String::from_utf8_lossy(&key);
            let entry = read_entry(&bytes, &header).map_err(Error::in_variable(path, &lossy))?;
            if key.starts_with(&[0]) {
                slices.insert(key, entry);
                continue;
            }
            let name = String::from_utf8(key).map_err(|error| {
                let variable = String::from_utf8_lossy(error.as_bytes()).into_owned();
                Error::in_file(path)(Error::VariableName { variable })
            })?;
            let (dtype, shape) = (entry.dtype, entry.shape.clone());
            variables.push(VariableInfo { name, dtype, shape });
            entries.push(entry);
        }
        let (prefix, index) = (prefix.into(), path.to_owned());
        let reader = Self { prefix, index, header, variables, entries, slices };
        reader.check_apart()?;
        Ok(reader)
    }

    /// The path of the checkpoint's files without their endings.
    pub fn prefix(&self) -> &Path {
        &self.prefix
    }

    /// The variables in the order of their names.
    pub fn list(&self) -> &[VariableInfo] {
        &self.variables
    }

    /// Reads a variable; several slices are put together. Values of either byte order are read.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchVariable`], or [`Error::InVariable`] with [`Error::UnsupportedDtype`],
    /// [`Error::MissingShard`], [`Error::TruncatedShard`], [`Error::Corrupt`], [`Error::ValueCount`], [`Error::Slices`]
    /// or [`Error::Io`] in it.
    pub fn read(&self, name: &str) -> Result<Variable> {
        let index = find(&self.variables, name, &self.index)?;
        let (info, entry) = (&self.variables[index], &self.entries[index]);
        let values = if entry.slices.is_empty() {
            element_count(&entry.shape).and_then(|count| self.read_entry(entry, count))
        } else {
            assemble(info, &entry.slices, |slice, count| {
                let part = self.slices.get(&slice.key(name));
                let part = part.ok_or(Error::Slices { fault: "a slice is not there" })?;
                if part.dtype != info.dtype {
                    return Err(Error::Slices { fault: "a slice has values of another type" });
                }
                self.read_entry(part, count)
            })
        };
        let values = values.map_err(Error::in_variable(&self.index, name))?;
        Ok(Variable { name: info.name.clone(), shape: info.shape.clone(), values })
    }

    fn read_entry(&self, entry: &Entry, expected: usize) -> Result<Values> {
        let dtype = entry.dtype;
        let width = dtype.width().ok_or(Error::UnsupportedDtype { dtype })? as u64;
        if u64::try_from(expected).ok().and_then(|count| count.checked_mul(width))
            != Some(entry.size)
        {
            let found = usize::try_from(entry.size / width).unwrap_or(usize::MAX);
            return Err(Error::ValueCount { expected, found });
        }
        Values::from_bytes(dtype, &self.read_bytes(entry)?, self.header.endianness)
    }

    /// A tensor's bytes; nothing is allocated before the file is known to have them.
    fn read_bytes(&self, entry: &Entry) -> Result<Vec<u8>> {
        let (offset, size) = (entry.offset, entry.size);
        let path = data_path(&self.prefix, entry.shard, self.header.shards);
        let mut file = File::open(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                let (shard, shards) = (entry.shard, self.header.shards);
                Error::MissingShard { path: path.clone(), shard, shards }
            }
            _ => Error::io(&path)(error),
        })?;
        let metadata = file.metadata().map_err(Error::io(&path))?;
        if !metadata.is_file() {
            return Err(Error::NotAFile { path });
        }
        let found = metadata.len();
        if offset.checked_add(size).is_none_or(|end| end > found) {
            return Err(Error::TruncatedShard { path, offset, size, found });
        }
        let mut bytes = vec![0; size as usize];
        file.seek(SeekFrom::Start(offset)).map_err(Error::io(&path))?;
        file.read_exact(&mut bytes).map_err(Error::io(&path))?;
        let (expected, found) = (entry.checksum, masked_crc(&bytes));
        if expected == found {
            Ok(bytes)
        } else {
            Err(Error::Corrupt { path, offset, size, expected, found })
        }
    }

    /// An error if two tensors have bytes in common: then reading all could take any multiple of what the files hold.
    fn check_apart(&self) -> Result<()> {
        let names = self.variables.iter().map(|info| info.name.as_str().into());
        let slices = self.slices.iter().map(|(key, entry)| (String::from_utf8_lossy(key), entry));
        let mut places: Vec<_> = names.zip(&self.entries).chain(slices).collect();
        places.retain(|(_, entry)| entry.size > 0);
        places.sort_by_key(|(_, entry)| (entry.shard, entry.offset));
        for pair in places.windows(2) {
            let ((other, before), (name, entry)) = (&pair[0], &pair[1]);
            let end = before.offset.saturating_add(before.size);
            if before.shard == entry.shard && end > entry.offset {
                let shared = Error::SharedBytes { other: other.to_string() };
                return Err(Error::in_variable(&self.index, name)(shared));
            }
        }
        Ok(())
    }
}

fn read_entry(bytes: &[u8], header: &Header) -> Result<Entry> {
    let entry = Entry::decode(bytes)?;
    if entry.shard >= header.shards {
        let field = "the number of its data file";
        return Err(Error::OutOfRange { field, found: entry.shard.into() });
    }
    Ok(entry)
}
