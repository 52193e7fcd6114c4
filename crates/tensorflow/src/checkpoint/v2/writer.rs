//! Writes a checkpoint of version 2.

use std::io::{BufWriter, Write};
use std::path::Path;

use super::entry::{Entry, Header};
use super::{data_path, index_path};
use crate::checkpoint::Variable;
use crate::checkpoint::table::{Compression, Writer};
use crate::checkpoint::variable::sorted;
use crate::checksum::masked_crc;
use crate::{Error, Result, whole_file};

/// Writes a checkpoint with one data file, in a folder that exists: byte for byte what TensorFlow writes. Both files
/// take their names when they are whole, the index last, so that a checkpoint with an index has its values, too. Of a
/// checkpoint that is being replaced, the old index may stand beside new values for a moment; its checksums tell.
///
/// # Errors
///
/// [`Error::DuplicateVariable`], [`Error::VariableName`], [`Error::VariableShape`], [`Error::ShapeTooLarge`],
/// [`Error::NotAFile`], [`Error::Io`].
pub fn write(prefix: impl AsRef<Path>, variables: &[Variable]) -> Result<()> {
    let prefix = prefix.as_ref();
    let (index, data) = (index_path(prefix), data_path(prefix, 0, 1));
    let variables = sorted(variables)?;
    let (file, temporary) = whole_file::create(&data)?;
    let mut file = BufWriter::new(file);
    let mut table = Writer::new(Compression::None);
    table.add(&[], &Header::encode());
    let mut offset = 0;
    for variable in variables {
        let bytes = variable.values.to_bytes();
        file.write_all(&bytes).map_err(Error::io(&data))?;
        let entry = Entry {
            dtype: variable.values.dtype(),
            shape: variable.shape.clone(),
            shard: 0,
            offset,
            size: bytes.len() as u64,
            checksum: masked_crc(&bytes),
            slices: Vec::new(),
        };
        table.add(variable.name.as_bytes(), &entry.encode());
        offset += entry.size;
    }
    let file = file.into_inner().map_err(|error| Error::io(&data)(error.into_error()))?;
    whole_file::publish(file, temporary, &data)?;
    whole_file::write(&index, &table.finish())
}
