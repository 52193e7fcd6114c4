//! Saved graphs, `.meta` files and the graph of a bundle: as much of them as tells about a network.
//!
//! A graph is a `MetaGraphDef` of `tensorflow/core/protobuf/meta_graph.proto`. Its nodes are read where they stand: nothing
//! is allocated but the small tensors and shapes that are asked for.

mod facts;
mod node;

pub use facts::Facts;
pub use node::{MAX_TENSOR_VALUES, Node};

use crate::Result;
use crate::wire::Message;

const META_INFO: u8 = 1;
const META_GRAPH: u8 = 2;
const INFO_TENSORFLOW_VERSION: u8 = 5;
const GRAPH_NODE: u8 = 1;

/// A graph, in the bytes that it is read from.
#[derive(Clone, Copy, Debug)]
pub struct MetaGraph<'a> {
    message: Message<'a>,
}

impl<'a> MetaGraph<'a> {
    /// The graph in these bytes, of which nothing is checked yet.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { message: Message::new(bytes) }
    }

    /// The version of TensorFlow that made it, such as `2.9.1`, if it says so.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Malformed`].
    pub fn tensorflow_version(self) -> Result<Option<&'a str>> {
        let mut version = None;
        for info in self.message.messages(META_INFO) {
            for text in info?.messages(INFO_TENSORFLOW_VERSION) {
                version = Some(text?.text()?);
            }
        }
        Ok(version)
    }

    /// The nodes in the order in which they stand; an item is [`crate::Error::Malformed`] where they cannot be read.
    pub fn nodes(self) -> impl Iterator<Item = Result<Node<'a>>> {
        let graphs = self.message.messages(META_GRAPH);
        graphs.flat_map(|graph| {
            let (graph, error) = match graph {
                Ok(graph) => (Some(graph), None),
                Err(error) => (None, Some(Err(error))),
            };
            let nodes = graph.into_iter().flat_map(|graph| graph.messages(GRAPH_NODE));
            error.into_iter().chain(nodes.map(|node| Node::decode(node?)))
        })
    }
}

#[cfg(test)]
mod tests;
