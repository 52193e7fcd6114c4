//! What the graph beside weights tells.

use serde::Serialize;
use tensorflow::metagraph::{Facts, MetaGraph};

/// What the graph beside weights tells; `None` for what it does not tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Graph {
    /// Version of TensorFlow that made it, such as `2.9.1`.
    pub tensorflow_version: Option<String>,
    /// How many nodes it has.
    pub nodes: usize,
    /// Over how many steps attention looks back.
    pub attention_length: Option<usize>,
    /// Rows that it computes at a time.
    pub batch_size: Option<usize>,
}

impl Graph {
    /// Reads what a graph tells.
    pub(super) fn read(bytes: &[u8]) -> tensorflow::Result<Self> {
        let graph = MetaGraph::new(bytes);
        let Facts { attention_length, batch_size } = graph.facts()?;
        Ok(Self {
            tensorflow_version: graph.tensorflow_version()?.map(str::to_owned),
            nodes: graph.nodes().count(),
            attention_length,
            batch_size,
        })
    }
}
