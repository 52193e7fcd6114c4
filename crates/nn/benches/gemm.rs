//! Rate of the two matrix kernels on shapes of the network.
//!
//! `cargo bench -p nn --bench gemm`. The best of many short rounds counts, so that other programs on the machine
//! disturb little.

use std::time::Instant;

use nn::ops::gemm::{Columns, Init, Layout, Packed, add_outer, product};
use nn::simd::{Level, limit};

/// GFLOP/s of `work`, which does `flops` operations.
fn rate(flops: f64, mut work: impl FnMut()) -> f64 {
    let repeats = (1e8 / flops).ceil();
    let mut best = f64::INFINITY;
    for _ in 0..200 {
        let start = Instant::now();
        (0..repeats as usize).for_each(|_| work());
        best = best.min(start.elapsed().as_secs_f64());
    }
    flops * repeats / best / 1e9
}

fn main() {
    for most in [Level::Avx512, Level::Avx2] {
        println!("{:?}", limit(most));
        all_shapes();
    }
}

fn all_shapes() {
    let numbers = |n: usize| (0..n).map(|i| (i % 7) as f32 * 0.1).collect::<Vec<f32>>();
    let numbers = |n: usize| nn::buffer::Buffer::from(&numbers(n)[..]);
    let products = [
        (16, 256, 512),
        (32, 256, 512),
        (16, 128, 512),
        (32, 128, 512),
        (64, 1024, 2048),
        (16, 512, 256),
        (16, 256, 128),
        (16, 128, 128),
        (16, 64, 64),
        (13, 256, 512),
        (4, 256, 512),
        (3, 256, 512),
        (2, 256, 512),
        (1, 256, 512),
        (1, 128, 256),
        (4300, 74, 256),
        (4300, 128, 512),
        (4300, 64, 40),
    ];
    for (m, k, n) in products {
        let (a, w) = (numbers(m * k), Packed::new(&numbers(k * n), k, n));
        let mut c = nn::buffer::Buffer::zeros(m * n);
        let flops = 2.0 * (m * k * n) as f64;
        let found = rate(flops, || {
            product(m, &a, Layout::dense(k), &w, &mut c, Layout::dense(n), Init::Zero)
        });
        println!("product   {m:5} x {k:4} x {n:4}  {found:6.1} GFLOP/s");
    }
    for (k, m, n) in [
        (269, 128, 256),
        (269, 64, 256),
        (4300, 74, 256),
        (4300, 64, 40),
        (269, 256, 512),
        (269, 128, 64),
        (4300, 128, 512),
        (4300, 1024, 2048),
    ] {
        let (a, b) = (numbers(m * k), numbers(k * n));
        let mut c = nn::buffer::Buffer::zeros(m * n);
        let found = rate(2.0 * (m * k * n) as f64, || {
            add_outer(k, Columns::dense(&a, m), Columns::dense(&b, n), &mut c)
        });
        println!("add_outer {k:5} x {m:4} x {n:4}  {found:6.1} GFLOP/s");
    }
}
