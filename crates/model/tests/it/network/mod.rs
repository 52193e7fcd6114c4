//! The network against Magenta's own numbers, finite differences and itself.

mod batches;
mod differences;
pub(crate) mod golden;
mod inference;
mod stack;
mod training;
