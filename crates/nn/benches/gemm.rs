//! The matrix products on shapes of the network, beside the most that the processor can do.
//!
//! `cargo bench -p nn --bench gemm`. An item is a multiplication or an addition, so that a rate of "Gitem/s" is one of GFLOP/s.

use divan::Bencher;
use divan::counter::ItemsCount;
use nn::buffer::Buffer;
use nn::ops::gemm::{
    Columns, Init, Layout, Packed, add_outer, add_sparse_outer, product, sparse_product,
};
use nn::ops::peak::multiply_adds;
use nn::simd::{Level, limit};
use nn::sparse::Sparse;

/// Rows, depth, columns.
type Shape = (usize, usize, usize);

/// Products of a step, of all steps of some sequences, and of few rows.
const PRODUCTS: [Shape; 13] = [
    (16, 64, 256),
    (16, 128, 512),
    (32, 128, 512),
    (32, 256, 512),
    (32, 512, 128),
    (13, 256, 512),
    (4, 256, 512),
    (2, 256, 512),
    (1, 256, 512),
    (64, 1024, 2048),
    (4300, 128, 512),
    (4300, 74, 256),
    (4300, 64, 40),
];

/// Weight gradients.
const OUTER: [Shape; 6] = [
    (2150, 64, 256),
    (2150, 128, 512),
    (2150, 256, 512),
    (2150, 128, 64),
    (2150, 64, 40),
    (4300, 1024, 2048),
];

fn main() {
    divan::main();
}

fn numbers(count: usize) -> Buffer {
    let mut buffer = Buffer::zeros(count);
    buffer.iter_mut().enumerate().for_each(|(i, x)| *x = (i % 7) as f32 * 0.1);
    buffer
}

fn operations((m, k, n): Shape) -> ItemsCount {
    ItemsCount::new(2 * m * k * n)
}

/// What the registers alone can do.
#[divan::bench]
fn peak(bencher: Bencher) {
    const ROUNDS: usize = 10_000;
    bencher.counter(ItemsCount::new(multiply_adds(ROUNDS).1)).bench(|| multiply_adds(ROUNDS));
}

#[divan::bench(args = PRODUCTS)]
fn dense_product(bencher: Bencher, shape: Shape) {
    let (m, k, n) = shape;
    let (a, w) = (numbers(m * k), Packed::new(&numbers(k * n), k, n));
    let mut c = Buffer::zeros(m * n);
    bencher
        .counter(operations(shape))
        .bench_local(|| product(m, &a, Layout::dense(k), &w, &mut c, Layout::dense(n), Init::Zero));
}

#[divan::bench(args = OUTER)]
fn dense_outer(bencher: Bencher, shape: Shape) {
    let (rows, m, n) = shape;
    let (a, b) = (numbers(rows * m), numbers(rows * n));
    let mut c = Buffer::zeros(m * n);
    bencher
        .counter(operations(shape))
        .bench_local(|| add_outer(rows, Columns::dense(&a, m), Columns::dense(&b, n), &mut c));
}

#[divan::bench]
fn dense_product_with_avx2(bencher: Bencher) {
    limit(Level::Avx2);
    dense_product(bencher, (32, 128, 512));
    limit(Level::Avx512);
}

#[divan::bench]
fn dense_outer_with_avx2(bencher: Bencher) {
    limit(Level::Avx2);
    dense_outer(bencher, (2150, 128, 512));
    limit(Level::Avx512);
}

/// Rows with 1, 8 and 20 numbers of 74. The rate is that of the dense product which is spared.
#[divan::bench(args = [1, 8, 20])]
fn sparse(bencher: Bencher, filled: usize) {
    let shape @ (rows, k, n) = (2150, 74, 512);
    let x = filled_rows(rows, k, filled);
    let w = Packed::new(&numbers(k * n), k, n);
    let (bias, mut c) = (numbers(n), Buffer::zeros(rows * n));
    let index: Vec<usize> = (0..rows).collect();
    bencher
        .counter(operations(shape))
        .bench_local(|| sparse_product(&index, &x, &w, &bias, &mut c));
}

/// Its weight gradient.
#[divan::bench(args = [1, 8, 20])]
fn sparse_outer(bencher: Bencher, filled: usize) {
    let shape @ (rows, k, n) = (2150, 74, 512);
    let x = filled_rows(rows, k, filled);
    let (b, mut c) = (numbers(rows * n), Buffer::zeros(k * n));
    let index: Vec<usize> = (0..rows).collect();
    bencher.counter(operations(shape)).bench_local(|| add_sparse_outer(&index, &x, &b, &mut c));
}

fn filled_rows(rows: usize, width: usize, filled: usize) -> Sparse {
    let mut dense = vec![0.0; rows * width];
    for (i, row) in dense.chunks_exact_mut(width).enumerate() {
        (0..filled).for_each(|j| row[(i * 31 + j * width / filled) % width] = 1.0);
    }
    let mut sparse = Sparse::default();
    sparse.reset(width);
    sparse.push_rows(&dense);
    sparse
}
