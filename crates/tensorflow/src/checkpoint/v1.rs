//! Checkpoints of version 1: one table with everything.
//!
//! The entry of the empty key lists variables and slices (`SavedTensorSlices.meta` of
//! `tensorflow/core/util/saved_tensor_slice.proto`); each slice has an entry with its values, whose key is made of its
//! variable's name and its place.

use std::path::{Path, PathBuf};

use super::slice::{Slice, assemble};
use super::table::{Compression, Table, Writer};
use super::tensor::{decode_shape, decode_values, put_shape, put_values, uint_field};
use super::variable::{Values, is_name, sorted};
use super::{Dtype, Variable, VariableInfo, check_versions, find, put_versions};
use crate::wire::{Message, Value, put_bytes, put_uint};
use crate::{Error, Result};

const SLICES_META: u8 = 1;
const SLICES_DATA: u8 = 2;
const META_TENSOR: u8 = 1;
const META_VERSIONS: u8 = 2;
const TENSOR_NAME: u8 = 1;
const TENSOR_SHAPE: u8 = 2;
const TENSOR_TYPE: u8 = 3;
const TENSOR_SLICE: u8 = 4;
const DATA_NAME: u8 = 1;
const DATA_SLICE: u8 = 2;
const DATA_VALUES: u8 = 3;

/// A checkpoint of version 1, in memory as it is in its file.
#[derive(Debug)]
pub struct Reader {
    table: Table,
    variables: Vec<VariableInfo>,
    /// Those of each variable.
    slices: Vec<Vec<Slice>>,
}

impl Reader {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::NotAFile`], and those of [`new`](Self::new).
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::of(Table::open(path)?)
    }

    /// Takes the bytes of a checkpoint, such as those in a bundle; `path` is what errors name.
    ///
    /// # Errors
    ///
    /// Those of [`Table::new`], [`Error::CheckpointVersion`], [`Error::InFile`] when the list of variables is malformed or
    /// names one twice, [`Error::InVariable`] when what it says of one cannot be.
    pub fn new(bytes: Vec<u8>, path: impl Into<PathBuf>) -> Result<Self> {
        Self::of(Table::new(bytes, path)?)
    }

    fn of(table: Table) -> Result<Self> {
        let path = table.path();
        let entry = table.get(&[])?.unwrap_or_default();
        let (mut saved, mut listed) = (Vec::new(), false);
        for meta in Message::new(&entry).messages(SLICES_META) {
            read_meta(meta.map_err(Error::in_file(path))?, path, &mut saved)?;
            listed = true;
        }
        // So it is with other tables, such as the index of a checkpoint of version 2.
        if !listed {
            let fault = "it has no list of variables";
            return Err(Error::MalformedTable { path: path.to_owned(), offset: 0, fault });
        }
        saved.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        if let Some(pair) = saved.windows(2).find(|pair| pair[0].0.name == pair[1].0.name) {
            let twice = Error::DuplicateVariable { variable: pair[0].0.name.clone() };
            return Err(Error::in_file(path)(twice));
        }
        let (variables, slices) = saved.into_iter().unzip();
        Ok(Self { table, variables, slices })
    }

    /// What errors name.
    pub fn path(&self) -> &Path {
        self.table.path()
    }

    /// The variables in the order of their names.
    pub fn list(&self) -> &[VariableInfo] {
        &self.variables
    }

    /// Reads a variable; several slices are put together.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchVariable`], [`Error::InVariable`], and those of [`Table::get`].
    pub fn read(&self, name: &str) -> Result<Variable> {
        let index = find(&self.variables, name, self.path())?;
        let info = &self.variables[index];
        let values =
            assemble(info, &self.slices[index], |slice, count| self.read_slice(info, slice, count));
        let values = values.map_err(|error| match error {
            // These name the file themselves.
            error @ (Error::MalformedTable { .. }
            | Error::Corrupt { .. }
            | Error::TooLarge { .. }) => error,
            error => Error::in_variable(self.path(), name)(error),
        })?;
        Ok(Variable { name: info.name.clone(), shape: info.shape.clone(), values })
    }

    fn read_slice(&self, info: &VariableInfo, slice: &Slice, expected: usize) -> Result<Values> {
        if info.dtype.width().is_none() {
            return Err(Error::UnsupportedDtype { dtype: info.dtype });
        }
        let entry = self.table.get(&slice.key(&info.name))?;
        let entry = entry.ok_or(Error::Slices { fault: "a slice is not there" })?;
        let mut values = Values::zeros(info.dtype, 0)?;
        // The entry names variable and place again; its key has said both.
        for data in Message::new(&entry).messages(SLICES_DATA) {
            for tensor in data?.messages(DATA_VALUES) {
                values = decode_values(tensor?, info.dtype, expected)?;
            }
        }
        let found = values.len();
        if found == expected { Ok(values) } else { Err(Error::ValueCount { expected, found }) }
    }
}

fn read_meta(
    meta: Message<'_>,
    path: &Path,
    saved: &mut Vec<(VariableInfo, Vec<Slice>)>,
) -> Result<()> {
    for field in meta.fields() {
        match field.map_err(Error::in_file(path))? {
            (number, Value::Bytes(tensor)) if number == META_TENSOR.into() => {
                saved.push(read_tensor(tensor, path)?);
            }
            (number, Value::Bytes(versions)) if number == META_VERSIONS.into() => {
                check_versions(versions, path)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn read_tensor(tensor: Message<'_>, path: &Path) -> Result<(VariableInfo, Vec<Slice>)> {
    let mut name = "";
    for text in tensor.messages(TENSOR_NAME) {
        name = text.and_then(Message::text).map_err(Error::in_file(path))?;
    }
    if !is_name(name) {
        return Err(Error::in_file(path)(Error::VariableName { variable: name.to_owned() }));
    }
    let read = || {
        let dtype = Dtype::of(uint_field(tensor, TENSOR_TYPE)? as i32);
        let mut shape = Vec::new();
        for dims in tensor.messages(TENSOR_SHAPE) {
            shape = decode_shape(dims?)?;
        }
        let slices = tensor.messages(TENSOR_SLICE).map(|slice| Slice::decode(slice?));
        let slices = slices.collect::<Result<_>>()?;
        Ok((VariableInfo { name: name.to_owned(), dtype, shape }, slices))
    };
    read().map_err(Error::in_variable(path, name))
}

/// Makes a checkpoint of version 1, in which each variable is one slice: byte for byte what TensorFlow writes.
///
/// # Errors
///
/// [`Error::DuplicateVariable`], [`Error::VariableName`], [`Error::VariableShape`], [`Error::ShapeTooLarge`].
pub fn encode(variables: &[Variable]) -> Result<Vec<u8>> {
    let variables = sorted(variables)?;
    let mut meta = Vec::new();
    for variable in &variables {
        put_bytes(&mut meta, META_TENSOR, &encode_info(variable));
    }
    put_versions(&mut meta, META_VERSIONS);
    let mut list = Vec::new();
    put_bytes(&mut list, SLICES_META, &meta);

    let mut table = Writer::new(Compression::None);
    table.add(&[], &list);
    for variable in variables {
        let mut entry = Vec::new();
        put_bytes(&mut entry, SLICES_DATA, &encode_data(variable));
        table.add(&Slice::whole(variable.shape.len()).key(&variable.name), &entry);
    }
    Ok(table.finish())
}

fn encode_info(variable: &Variable) -> Vec<u8> {
    let mut info = Vec::new();
    put_bytes(&mut info, TENSOR_NAME, variable.name.as_bytes());
    put_shape(&mut info, TENSOR_SHAPE, &variable.shape);
    put_uint(&mut info, TENSOR_TYPE, variable.values.dtype().number() as u64);
    Slice::put_whole(&mut info, TENSOR_SLICE, variable.shape.len());
    info
}

fn encode_data(variable: &Variable) -> Vec<u8> {
    let mut data = Vec::new();
    put_bytes(&mut data, DATA_NAME, variable.name.as_bytes());
    Slice::put_whole(&mut data, DATA_SLICE, variable.shape.len());
    put_values(&mut data, DATA_VALUES, variable);
    data
}
