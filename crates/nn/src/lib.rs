//! The engine of Cantus: recurrent layers, attention, loss and optimizer, forward and backward.
//!
//! The crate does not know what a note is. From the ground up:
//!
//! * [`tensor`], [`buffer`], [`rng`], [`init`]: values, numbers on cache lines, randomness by key, initial weights
//! * [`simd`]: sixteen lanes of `f32` and the choice of the processor's instructions at run time
//! * [`ops`]: exponentials, matrix products, sums over rows
//! * [`sparse`]: inputs that are mostly zeros
//! * [`ragged`]: a batch of sequences of different lengths, without padding
//! * [`layers`]: linear, LSTM, attention, dropout, and the cell that joins them
//! * [`loss`], [`optim`]: cross-entropy, clipping, Adam
//! * [`parallel`]: chunks of a batch on several threads, results in a fixed order
//!
//! Every result is a function of the inputs alone: not of the number of threads, not of the processor's vector
//! width. Sums run in a fixed order, multiplications and additions are fused everywhere, and exponentials
//! are computed here instead of by the platform's library.
#![deny(unsafe_op_in_unsafe_fn)]
// A kernel takes its operands one by one: a struct of eight slices would be made for one call and named for nothing.
#![allow(clippy::too_many_arguments)]

pub mod buffer;
mod error;
pub mod init;
pub mod layers;
pub mod loss;
pub mod ops;
pub mod optim;
pub mod parallel;
pub mod ragged;
pub mod rng;
pub mod simd;
pub mod sparse;
pub mod tensor;

pub use error::{Error, Result};
pub use tensor::Tensor;
