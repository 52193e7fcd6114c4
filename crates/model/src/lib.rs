//! Melodies to numbers, learning and generation.
//!
//! * [`config`]: the four named configurations and their hyper-parameters
//! * [`encoding`]: melody events to network inputs and labels, and labels back to events
//! * [`network`]: the recurrent network, its gradients and its state
//! * [`examples`]: training examples on disk
//! * [`train`]: the training loop
//! * [`checkpoint`]: a run on disk, and the model in it
//! * [`export`]: models as files for others
//! * [`import`]: models from files of TensorFlow, Magenta and safetensors
//! * [`evaluate`]: how well a model predicts
//! * [`generate`]: new melodies from a model
//! * [`likelihood`]: how likely a model finds a melody
#![forbid(unsafe_code)]

pub mod checkpoint;
pub mod config;
pub mod encoding;
mod error;
pub mod evaluate;
pub mod examples;
pub mod export;
pub mod generate;
#[cfg(test)]
mod golden;
pub mod import;
pub mod likelihood;
mod model;
pub mod network;
pub mod train;

pub use error::{Error, Result};
pub use model::Model;
