//! Operations on rows of numbers, each compiled for every instruction set.

pub mod activation;
pub mod gemm;
pub mod peak;
pub mod rows;
