//! Integration tests of the crate, in one binary.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic where it stands")]

mod checkpoints;
mod datasets;
mod evaluation;
mod exchange;
mod fixture;
mod network;
mod resuming;
mod training;
