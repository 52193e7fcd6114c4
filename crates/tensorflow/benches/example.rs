//! How fast examples become bytes and bytes examples.
//!
//! `cargo bench -p tensorflow --bench example`: one example of 511 steps with 74 inputs each, the longest of `attention_rnn`.
//! Rates are bytes and steps a second.

use std::convert::Infallible;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use tensorflow::example::{SequenceExample, encode_steps};

const STEPS: usize = 511;
const INPUTS: usize = 74;

fn main() {
    divan::main();
}

#[divan::bench]
fn encode(bencher: Bencher) {
    let example = example();
    let mut buffer = encoded(&example);
    counted(bencher, buffer.len()).bench_local(|| {
        buffer.clear();
        black_box(&example).encode(&mut buffer);
    });
}

/// With inputs that are made as they are written.
#[divan::bench]
fn encode_in_steps(bencher: Bencher) {
    let example = example();
    let mut buffer = encoded(&example);
    counted(bencher, buffer.len()).bench_local(|| {
        buffer.clear();
        let row = |step: usize, row: &mut [f32]| {
            row.fill(0.0);
            row[step % INPUTS] = 1.0;
            Ok::<_, Infallible>(())
        };
        encode_steps(&mut buffer, INPUTS, black_box(&example.labels), row)
    });
}

#[divan::bench]
fn decode(bencher: Bencher) {
    let bytes = encoded(&example());
    counted(bencher, bytes.len()).bench(|| SequenceExample::decode(black_box(&bytes)));
}

fn counted<'a, 'b>(bencher: Bencher<'a, 'b>, bytes: usize) -> Bencher<'a, 'b> {
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(STEPS))
}

fn encoded(example: &SequenceExample) -> Vec<u8> {
    let mut bytes = Vec::new();
    example.encode(&mut bytes);
    bytes
}

fn example() -> SequenceExample {
    let one_hot = |place: usize| if place.is_multiple_of(INPUTS + 1) { 1.0 } else { 0.0 };
    SequenceExample {
        inputs: (0..STEPS * INPUTS).map(one_hot).collect(),
        input_size: INPUTS,
        labels: (0..STEPS as i64).map(|step| step % 40).collect(),
    }
}
