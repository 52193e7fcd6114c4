//! Magenta's bundles, `.mag` files: a generator's name, its weights and its graph in one.
//!
//! A bundle is one protocol buffer, `GeneratorBundle` of `magenta/protobuf/generator.proto`.

use std::path::Path;

use crate::wire::{Message, Value, put_bytes};
use crate::{Error, Result, whole_file};

const DETAILS: u8 = 1;
const CHECKPOINT: u8 = 2;
const METAGRAPH: u8 = 3;
const BUNDLE_DETAILS: u8 = 4;
const DETAILS_ID: u8 = 1;
const DETAILS_DESCRIPTION: u8 = 2;
const BUNDLE_DETAILS_DESCRIPTION: u8 = 1;

/// What a bundle holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// Which generator it is for: the name of a configuration, such as `attention_rnn`.
    pub id: String,
    /// What that generator is, in a sentence.
    pub description: String,
    /// A checkpoint of version 1: [`crate::checkpoint::v1`].
    pub checkpoint: Vec<u8>,
    /// The graph: [`crate::metagraph`].
    pub metagraph: Vec<u8>,
    /// What its maker says about it; `None` when nothing is said.
    pub bundle_description: Option<String>,
}

impl Bundle {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::NotAFile`], [`Error::InFile`] with what [`decode`](Self::decode) says.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes = whole_file::read(path)?;
        Self::decode(&bytes).map_err(Error::in_file(path))
    }

    /// Reads a message.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`], also when there is not exactly one checkpoint.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let message = Message::new(bytes);
        let mut bundle = Self::default();
        let mut checkpoint = None;
        for field in message.fields() {
            let (number, Value::Bytes(value)) = field? else { continue };
            match u8::try_from(number) {
                Ok(DETAILS) => bundle.read_details(value)?,
                Ok(CHECKPOINT) if checkpoint.is_some() => {
                    return Err(value.malformed("a bundle with more than one checkpoint"));
                }
                Ok(CHECKPOINT) => checkpoint = Some(value.bytes),
                Ok(METAGRAPH) => bundle.metagraph = value.bytes.to_vec(),
                Ok(BUNDLE_DETAILS) => {
                    let description = bundle.bundle_description.get_or_insert_default();
                    read_text(value, BUNDLE_DETAILS_DESCRIPTION, description)?;
                }
                _ => {}
            }
        }
        let checkpoint =
            checkpoint.ok_or_else(|| message.malformed("a bundle without a checkpoint"))?;
        bundle.checkpoint = checkpoint.to_vec();
        Ok(bundle)
    }

    fn read_details(&mut self, details: Message<'_>) -> Result<()> {
        read_text(details, DETAILS_ID, &mut self.id)?;
        read_text(details, DETAILS_DESCRIPTION, &mut self.description)
    }

    /// The message, byte for byte as Magenta writes it.
    pub fn encode(&self) -> Vec<u8> {
        let mut details = Vec::new();
        put_text(&mut details, DETAILS_ID, &self.id);
        put_text(&mut details, DETAILS_DESCRIPTION, &self.description);
        let mut out = Vec::with_capacity(self.checkpoint.len() + self.metagraph.len() + 256);
        put_bytes(&mut out, DETAILS, &details);
        put_bytes(&mut out, CHECKPOINT, &self.checkpoint);
        if !self.metagraph.is_empty() {
            put_bytes(&mut out, METAGRAPH, &self.metagraph);
        }
        if let Some(description) = &self.bundle_description {
            let mut details = Vec::new();
            put_text(&mut details, BUNDLE_DETAILS_DESCRIPTION, description);
            put_bytes(&mut out, BUNDLE_DETAILS, &details);
        }
        out
    }

    /// Writes a file, whole or not at all, in a folder that exists.
    ///
    /// # Errors
    ///
    /// [`Error::NotAFile`], [`Error::Io`].
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        whole_file::write(path.as_ref(), &self.encode())
    }
}

fn read_text(message: Message<'_>, number: u8, out: &mut String) -> Result<()> {
    for text in message.messages(number) {
        *out = text?.text()?.to_owned();
    }
    Ok(())
}

/// An empty text is left out, as protobuf does.
fn put_text(out: &mut Vec<u8>, number: u8, text: &str) {
    if !text.is_empty() {
        put_bytes(out, number, text.as_bytes());
    }
}

#[cfg(test)]
mod tests;
