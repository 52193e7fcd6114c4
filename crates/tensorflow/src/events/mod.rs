//! TensorBoard's event files: curves of a training run as it goes.
//!
//! An event file is a TFRecord file of `Event` messages (`tensorflow/core/util/event.proto`). The first
//! one states the version, the others carry scalars or what a plugin of TensorBoard shows ([`PluginSummary`], [`hparams`]). A run that is taken up again begins a new file with a
//! session start, upon which TensorBoard drops whatever earlier files have from that step on.

mod cut;
mod event;
pub mod hparams;
mod plugin;
mod reader;
mod writer;

pub use cut::cut_after;
pub use event::{Event, What};
pub use plugin::PluginSummary;
pub use reader::Reader;
pub use writer::{EventWriter, OWN_FILES};

#[cfg(test)]
mod tests;
