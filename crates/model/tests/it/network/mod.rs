//! The network against Magenta's own numbers, finite differences and itself.

mod batches;
mod differences;
mod golden;
mod inference;
mod stack;
mod training;
