//! What a plugin of TensorBoard shows: a summary value that names the plugin.

use crate::Result;
use crate::wire::{Message, Value, put_bytes, put_uint};

// Field numbers in summary.proto and tensor.proto.
const VALUE_TAG: u8 = 1;
const VALUE_TENSOR: u8 = 8;
const VALUE_METADATA: u8 = 9;
const METADATA_PLUGIN: u8 = 1;
const METADATA_CLASS: u8 = 4;
const PLUGIN_NAME: u8 = 1;
const PLUGIN_CONTENT: u8 = 2;
const TENSOR_DTYPE: u8 = 1;
const TENSOR_SHAPE: u8 = 2;
const TENSOR_STRING: u8 = 8;
const SHAPE_DIMENSION: u8 = 2;
/// `DataClass.DATA_CLASS_TENSOR`: without it TensorBoard guesses from the plugin's name.
const CLASS_TENSOR: u64 = 2;
/// `DataType.DT_FLOAT`.
const FLOAT: u64 = 1;
/// `DataType.DT_STRING`.
const STRING: u64 = 7;

/// Name of the plugin behind the tab TEXT.
const TEXT_PLUGIN: &str = "text";

/// A value of a summary that belongs to a plugin.
///
/// TensorBoard keeps the first `content` of a tag in a run, and all of its `text`s.
#[derive(Clone, Debug, PartialEq)]
pub struct PluginSummary {
    /// The tag.
    pub tag: String,
    /// Name of the plugin.
    pub plugin: String,
    /// A message of the plugin's own.
    pub content: Vec<u8>,
    /// The value: a text, or none where the content is all there is.
    pub text: Option<String>,
}

impl PluginSummary {
    /// A text in Markdown, for the tab TEXT.
    pub fn markdown(tag: impl Into<String>, text: impl Into<String>) -> Self {
        let (plugin, content) = (TEXT_PLUGIN.to_owned(), Vec::new());
        Self { tag: tag.into(), plugin, content, text: Some(text.into()) }
    }

    /// The message `Summary.Value`.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut plugin = Vec::new();
        put_bytes(&mut plugin, PLUGIN_NAME, self.plugin.as_bytes());
        if !self.content.is_empty() {
            put_bytes(&mut plugin, PLUGIN_CONTENT, &self.content);
        }
        let mut metadata = Vec::new();
        put_bytes(&mut metadata, METADATA_PLUGIN, &plugin);
        put_uint(&mut metadata, METADATA_CLASS, CLASS_TENSOR);
        let mut value = Vec::new();
        put_bytes(&mut value, VALUE_TAG, self.tag.as_bytes());
        put_bytes(&mut value, VALUE_TENSOR, &self.encode_tensor());
        put_bytes(&mut value, VALUE_METADATA, &metadata);
        value
    }

    /// The text as a scalar, or an empty vector of floats, since TensorBoard wants a tensor of every value.
    fn encode_tensor(&self) -> Vec<u8> {
        let mut tensor = Vec::new();
        match &self.text {
            Some(text) => {
                put_uint(&mut tensor, TENSOR_DTYPE, STRING);
                put_bytes(&mut tensor, TENSOR_SHAPE, &[]);
                put_bytes(&mut tensor, TENSOR_STRING, text.as_bytes());
            }
            None => {
                let mut shape = Vec::new();
                put_bytes(&mut shape, SHAPE_DIMENSION, &[]);
                put_uint(&mut tensor, TENSOR_DTYPE, FLOAT);
                put_bytes(&mut tensor, TENSOR_SHAPE, &shape);
            }
        }
        tensor
    }

    /// Reads a `Summary.Value`; none if it names no plugin.
    pub(super) fn decode(value: Message<'_>) -> Result<Option<Self>> {
        let mut found =
            Self { tag: String::new(), plugin: String::new(), content: Vec::new(), text: None };
        for field in value.fields() {
            match field? {
                (number, Value::Bytes(tag)) if number == VALUE_TAG.into() => {
                    found.tag = tag.text()?.to_owned();
                }
                (number, Value::Bytes(tensor)) if number == VALUE_TENSOR.into() => {
                    found.text = decode_tensor(tensor)?;
                }
                (number, Value::Bytes(metadata)) if number == VALUE_METADATA.into() => {
                    found.decode_metadata(metadata)?;
                }
                _ => {}
            }
        }
        Ok((!found.plugin.is_empty()).then_some(found))
    }

    fn decode_metadata(&mut self, metadata: Message<'_>) -> Result<()> {
        for field in metadata.fields() {
            let (number, Value::Bytes(plugin)) = field? else { continue };
            if number != METADATA_PLUGIN.into() {
                continue;
            }
            for field in plugin.fields() {
                match field? {
                    (number, Value::Bytes(name)) if number == PLUGIN_NAME.into() => {
                        self.plugin = name.text()?.to_owned();
                    }
                    (number, Value::Bytes(content)) if number == PLUGIN_CONTENT.into() => {
                        self.content = content.bytes.to_vec();
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

/// The first string of a tensor.
fn decode_tensor(tensor: Message<'_>) -> Result<Option<String>> {
    for field in tensor.fields() {
        match field? {
            (number, Value::Bytes(text)) if number == TENSOR_STRING.into() => {
                return Ok(Some(text.text()?.to_owned()));
            }
            _ => {}
        }
    }
    Ok(None)
}
