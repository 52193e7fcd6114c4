//! The network of melody_rnn: a stack of LSTM layers, attention on the first or around all, a linear layer over the classes.
//!
//! ```text
//! x -> [projection] -> cell 0 (LSTM, attention) [+ its input] -> dropout -> cell 1 ... -> dropout -> linear -> logits
//! ```
//!
//! The brackets are the residual connections: the input of a cell is added to its output, projected first where the sizes
//! differ (always on the first layer).
//!
//! In Magenta's networks of 2016 attention is around the stack ([`AttentionAround::Stack`]), and dropout within:
//!
//! ```text
//! x -> attention around (LSTM 0 -> dropout -> LSTM 1 -> dropout ...) -> linear -> logits
//! ```
//!
//! * [`NetworkConfig`], [`Network`]: sizes and weights, under the names of TensorFlow's variables
//! * [`State`], [`Network::step`]: one step at a time, for generation
//! * [`Example`], [`Network::evaluate`], [`Network::gradients`], [`Network::apply`]: learning

mod batch;
mod config;
mod example;
mod group;
mod schedule;
mod state;
mod stats;
mod variables;
mod weights;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use nn::Tensor;
use nn::optim::{Adam, AdamOptions, Clip};
use nn::parallel::Pool;
use nn::rng::Rng;

pub use batch::Gradients;
pub use config::{Attention, AttentionAround, NetworkConfig};
pub use example::Example;
pub use nn::layers::dropout::Dropout;
pub use state::State;
pub use stats::BatchStats;

use crate::Result;
use group::Workspace;
use weights::{Backward, Forward};

/// Weights of a network.
#[derive(Debug, Clone)]
pub struct Network {
    config: NetworkConfig,
    tensors: Vec<(String, Tensor)>,
    /// Weights in the order of the products, made when they are first needed after a change.
    forward: OnceLock<Forward>,
    backward: OnceLock<Backward>,
    workspaces: Pool<Workspace>,
}

impl Network {
    /// A network with fresh weights: kernels uniform after Glorot and Bengio, biases zero, as TensorFlow makes them.
    ///
    /// # Panics
    /// If the sizes make no sense: see [`NetworkConfig::check`].
    pub fn new(config: NetworkConfig, seed: u64) -> Self {
        assert!(config.check().is_ok(), "sizes of a network: {config:?}");
        let tensors = variables::list(&config);
        let init = |(i, (name, shape)): (usize, (String, Vec<usize>))| {
            let tensor = variables::initial(&name, &shape, &mut Rng::stream(seed, &[i as u64]));
            (name, tensor)
        };
        Self::assemble(config, tensors.into_iter().enumerate().map(init).collect())
    }

    /// A network with the given weights, by the names of [`Network::tensors`]. Other names (optimizer slots, step
    /// counters) are passed over.
    ///
    /// # Errors
    /// [`crate::Error::BadNetwork`], [`crate::Error::MissingTensor`] or [`crate::Error::TensorShape`].
    pub fn from_tensors(config: NetworkConfig, tensors: &BTreeMap<String, Tensor>) -> Result<Self> {
        config.check_shapes(|name| tensors.get(name).map(Tensor::shape))?;
        let found = variables::list(&config).into_iter().map(|(name, _)| {
            let tensor = tensors[&name].clone();
            (name, tensor)
        });
        let found = found.collect();
        Ok(Self::assemble(config, found))
    }

    fn assemble(config: NetworkConfig, tensors: Vec<(String, Tensor)>) -> Self {
        Self {
            config,
            tensors,
            forward: OnceLock::new(),
            backward: OnceLock::new(),
            workspaces: Pool::default(),
        }
    }

    /// The sizes.
    pub fn config(&self) -> &NetworkConfig {
        &self.config
    }

    /// The weights in a fixed order: layer by layer from the input, under the names and with the shapes of TensorFlow's
    /// variables.
    pub fn tensors(&self) -> &[(String, Tensor)] {
        &self.tensors
    }

    /// A fresh optimizer for this network's tensors.
    pub fn optimizer(&self, options: AdamOptions) -> Adam {
        Adam::new(options, self.tensors.iter().map(|(_, tensor)| tensor))
    }

    /// One update of the weights. Returns the norm of all gradients together before clipping; if it is not finite, nothing
    /// was changed.
    ///
    /// # Panics
    /// If optimizer or gradients belong to a network of other sizes.
    pub fn apply(&mut self, adam: &mut Adam, gradients: &Gradients, clip: Clip) -> f64 {
        let norm = adam.update(
            self.tensors.iter_mut().map(|(_, tensor)| tensor),
            gradients.tensors(),
            clip,
        );
        self.forward = OnceLock::new();
        self.backward = OnceLock::new();
        norm
    }

    fn forward(&self) -> &Forward {
        self.forward.get_or_init(|| Forward::new(&self.config, &self.tensors))
    }

    fn backward(&self) -> &Backward {
        self.backward.get_or_init(|| Backward::new(&self.config, &self.forward().parameters))
    }
}
