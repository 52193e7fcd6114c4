//! One node of a graph: an operation.

use crate::Result;
use crate::checkpoint::{Values, decode_open_shape, decode_small};
use crate::wire::{Message, Value};

const NODE_NAME: u8 = 1;
const NODE_OP: u8 = 2;
const NODE_INPUT: u8 = 3;
const NODE_ATTR: u8 = 5;
const ENTRY_KEY: u8 = 1;
const ENTRY_VALUE: u8 = 2;
const ATTR_LIST: u8 = 1;
const ATTR_SHAPE: u8 = 7;
const ATTR_TENSOR: u8 = 8;
const LIST_SHAPE: u8 = 7;

/// Most values of a tensor in a graph that are read: enough for shapes, too few for weights.
pub const MAX_TENSOR_VALUES: usize = 1024;

/// A node of a graph.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// Its name, such as `rnn/while/Exit_3`.
    pub name: &'a str,
    /// Its operation, such as `Const`.
    pub op: &'a str,
    message: Message<'a>,
}

impl<'a> Node<'a> {
    pub(super) fn decode(message: Message<'a>) -> Result<Self> {
        let (mut name, mut op) = ("", "");
        for field in message.fields() {
            match field? {
                (number, Value::Bytes(text)) if number == NODE_NAME.into() => name = text.text()?,
                (number, Value::Bytes(text)) if number == NODE_OP.into() => op = text.text()?,
                _ => {}
            }
        }
        Ok(Self { name, op, message })
    }

    /// The names of the tensors that go into it.
    pub fn inputs(self) -> impl Iterator<Item = Result<&'a str>> {
        self.message.messages(NODE_INPUT).map(|input| input?.text())
    }

    /// The names of its attributes.
    pub fn attributes(self) -> impl Iterator<Item = Result<&'a str>> {
        self.message.messages(NODE_ATTR).map(|entry| read_entry(entry?)?.0.text())
    }

    /// The shape in an attribute, -1 where a dimension is open; `None` when there is none or its rank is open.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Malformed`].
    pub fn shape(self, attribute: &str) -> Result<Option<Vec<i64>>> {
        let Some(value) = self.attribute(attribute)? else { return Ok(None) };
        match value.messages(ATTR_SHAPE).last() {
            Some(shape) => decode_open_shape(shape?),
            None => Ok(None),
        }
    }

    /// The shape of its first output as the graph notes it, -1 where a dimension is open; `None` when it is not known.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Malformed`].
    pub fn output_shape(self) -> Result<Option<Vec<i64>>> {
        let Some(value) = self.attribute("_output_shapes")? else { return Ok(None) };
        let Some(list) = value.messages(ATTR_LIST).next() else { return Ok(None) };
        match list?.messages(LIST_SHAPE).next() {
            Some(shape) => decode_open_shape(shape?),
            None => Ok(None),
        }
    }

    /// The values of the tensor in an attribute; `None` when there is none, it has more than [`MAX_TENSOR_VALUES`], or it is
    /// not of floats or integers that are read.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Malformed`], [`crate::Error::ValueCount`] when there are more values than its shape has elements.
    pub fn tensor(self, attribute: &str) -> Result<Option<Values>> {
        let Some(value) = self.attribute(attribute)? else { return Ok(None) };
        match value.messages(ATTR_TENSOR).last() {
            Some(tensor) => decode_small(tensor?, MAX_TENSOR_VALUES),
            None => Ok(None),
        }
    }

    /// The last attribute of a name counts, as in any map field.
    fn attribute(self, name: &str) -> Result<Option<Message<'a>>> {
        let mut found = None;
        for entry in self.message.messages(NODE_ATTR) {
            let (key, value) = read_entry(entry?)?;
            if key.bytes == name.as_bytes() {
                found = Some(value);
            }
        }
        Ok(found)
    }
}

fn read_entry<'a>(entry: Message<'a>) -> Result<(Message<'a>, Message<'a>)> {
    let empty = Message { bytes: &[], offset: entry.offset };
    let (mut key, mut value) = (empty, empty);
    for field in entry.fields() {
        match field? {
            (number, Value::Bytes(bytes)) if number == ENTRY_KEY.into() => key = bytes,
            (number, Value::Bytes(bytes)) if number == ENTRY_VALUE.into() => value = bytes,
            _ => {}
        }
    }
    Ok((key, value))
}
