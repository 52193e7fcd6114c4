//! Each user verb as one function with options, an observer and a result.
//!
//! ```text
//! ingest -> dataset -> train -> evaluate
//!                            -> generate
//!                            -> likelihood          demo: all of them
//!                            -> export
//! ```
//!
//! A verb reads and writes files, tells an [`Observer`] what it is doing, asks it whether to go on, and returns what came of it as a value that
//! can be serialised. It prints nothing. What it writes is whole or not there.
#![forbid(unsafe_code)]

pub mod dataset;
pub mod demo;
mod error;
pub mod evaluate;
pub mod export;
pub mod files;
pub mod generate;
pub mod ingest;
pub mod likelihood;
pub mod models;
mod observer;
mod origin;
pub mod train;
mod tune;

pub use corpus::Error as CorpusError;
pub use corpus::extract::ExtractOptions;
pub use error::{Error, Result};
pub use model::Error as ModelError;
pub use model::config::CONFIG_NAMES;
pub use model::generate::GenerateOptions as Sampling;
pub use observer::{Event, Observer, Unobserved};
pub use origin::Origin;
pub use tensorflow::Error as TensorflowError;
pub use tune::{Given, Tune};
