//! Sizes of a network.

use serde::{Deserialize, Serialize};

use super::variables;
use crate::{Error, Result};

/// Sizes of a [`Network`](super::Network).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkConfig {
    /// Numbers of one input step, D.
    pub input_size: usize,
    /// Classes, C.
    pub num_classes: usize,
    /// Units of each layer, from the input; at least one layer.
    pub layer_sizes: Vec<usize>,
    /// Attention over the last outputs of the first layer or of all layers together, if there is any.
    pub attention: Option<Attention>,
    /// Whether each cell's input is added to its output. Not with attention around the stack.
    pub residual_connections: bool,
}

/// Attention over the last outputs of what it is around.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attention {
    /// Outputs that it looks back at, L; at least one.
    pub length: usize,
    /// What it is around.
    pub around: AttentionAround,
}

/// What attention is around.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttentionAround {
    /// The first layer alone, as in Magenta since 2017.
    #[default]
    FirstLayer,
    /// The whole stack of layers, as in Magenta's networks of 2016.
    Stack,
}

/// The largest size of anything; keeps products of sizes far from overflow.
const MAX_SIZE: usize = 1 << 16;
/// The largest number of layers.
const MAX_LAYERS: usize = 64;

impl NetworkConfig {
    /// Checks that every size is in its range.
    ///
    /// # Errors
    /// [`Error::BadNetwork`].
    pub fn check(&self) -> Result<()> {
        let sizes = [("input_size", self.input_size), ("num_classes", self.num_classes)];
        let layers = self.layer_sizes.iter().map(|&size| ("layer_sizes", size));
        for (field, size) in sizes.into_iter().chain(layers) {
            if !(1..=MAX_SIZE).contains(&size) {
                return Err(Error::BadNetwork {
                    field,
                    found: size.to_string(),
                    expected: "1 to 65536",
                });
            }
        }
        if !(1..=MAX_LAYERS).contains(&self.layer_sizes.len()) {
            let found = format!("a list of {}", self.layer_sizes.len());
            return Err(Error::BadNetwork {
                field: "layer_sizes",
                found,
                expected: "1 to 64 layers",
            });
        }
        if let Some(attention) = self.attention.filter(|a| !(1..=MAX_SIZE).contains(&a.length)) {
            return Err(Error::BadNetwork {
                field: "attention.length",
                found: attention.length.to_string(),
                expected: "1 to 65536",
            });
        }
        if self.is_stack() && self.residual_connections {
            return Err(Error::BadNetwork {
                field: "residual_connections",
                found: "true".to_owned(),
                expected: "false with attention around the stack",
            });
        }
        Ok(())
    }

    /// Checks that weights of the shapes that `shape_of` gives for their names make such a network.
    ///
    /// # Errors
    /// [`Error::BadNetwork`], [`Error::MissingTensor`] or [`Error::TensorShape`].
    pub(crate) fn check_shapes<'a>(
        &self,
        shape_of: impl Fn(&str) -> Option<&'a [usize]>,
    ) -> Result<()> {
        self.check()?;
        for (name, expected) in variables::list(self) {
            match shape_of(&name) {
                None => return Err(Error::MissingTensor { name }),
                Some(found) if found != expected => {
                    return Err(Error::TensorShape { name, found: found.to_vec(), expected });
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Whether attention is around all layers, which makes them one cell.
    pub(super) fn is_stack(&self) -> bool {
        self.attention.is_some_and(|attention| attention.around == AttentionAround::Stack)
    }

    /// Number of cells: one for each layer, or one in all. What is said of a layer below holds for a cell.
    pub(super) fn cells(&self) -> usize {
        if self.is_stack() { 1 } else { self.layer_sizes.len() }
    }

    /// Width of what enters a layer, before a projection.
    pub(super) fn layer_input(&self, layer: usize) -> usize {
        if layer == 0 { self.input_size } else { self.layer_sizes[layer - 1] }
    }

    /// Whether what enters a layer is projected to the layer's size first.
    pub(super) fn has_projection(&self, layer: usize) -> bool {
        self.residual_connections
            && (layer == 0 || self.layer_sizes[layer] != self.layer_sizes[layer - 1])
    }

    /// Width of what enters the cell of a layer.
    pub(super) fn cell_input(&self, layer: usize) -> usize {
        if self.has_projection(layer) { self.layer_sizes[layer] } else { self.layer_input(layer) }
    }

    /// Whether the cell of a layer has attention.
    pub(super) fn has_attention(&self, layer: usize) -> bool {
        layer == 0 && self.attention.is_some()
    }

    /// Width of what enters the linear layer.
    pub(super) fn output_size(&self) -> usize {
        self.layer_sizes[self.layer_sizes.len() - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_make_no_sense_are_named() {
        let good = NetworkConfig {
            input_size: 5,
            num_classes: 4,
            layer_sizes: vec![3, 2],
            attention: Some(Attention { length: 2, around: AttentionAround::Stack }),
            residual_connections: false,
        };
        good.check().unwrap();
        type Change = fn(&mut NetworkConfig);
        let changes: [(&str, Change); 4] = [
            ("network `layer_sizes` is 0, expected 1 to 65536", |c| c.layer_sizes[1] = 0),
            ("network `layer_sizes` is a list of 0, expected", |c| c.layer_sizes.clear()),
            ("network `attention.length` is 0, expected 1 to 65536", |c| {
                c.attention = Some(Attention { length: 0, around: AttentionAround::FirstLayer });
            }),
            (
                "network `residual_connections` is true, expected false with attention around the stack",
                |c| c.residual_connections = true,
            ),
        ];
        for (wanted, change) in changes {
            let mut config = good.clone();
            change(&mut config);
            let message = config.check().unwrap_err().to_string();
            assert!(message.contains(wanted), "{message}");
        }
    }
}
