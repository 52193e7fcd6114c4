//! How fast records are framed, checked and read.
//!
//! `cargo bench -p tensorflow --bench tfrecord`: 64 records of the size of a stored song, in memory. The checksum of every
//! byte (CRC-32C) is part of both ways. Rates are bytes and records a second.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use tensorflow::tfrecord::{Reader, Writer};

const RECORDS: usize = 64;
const RECORD_BYTES: usize = 150_000;

fn main() {
    divan::main();
}

#[divan::bench]
fn write(bencher: Bencher) {
    let record = record();
    let mut file = Vec::with_capacity(RECORDS * (RECORD_BYTES + 16));
    counted(bencher).bench_local(|| {
        file.clear();
        let mut writer = Writer::new(&mut file, "memory");
        for _ in 0..RECORDS {
            writer.write(black_box(&record)).expect("memory takes all");
        }
    });
}

#[divan::bench]
fn read(bencher: Bencher) {
    let mut writer = Writer::new(Vec::new(), "memory");
    for _ in 0..RECORDS {
        writer.write(&record()).expect("memory takes all");
    }
    let file = writer.finish().expect("memory takes all");
    let mut record = Vec::new();
    counted(bencher).bench_local(|| {
        let mut reader = Reader::new(black_box(file.as_slice()), "memory");
        while reader.next_record(&mut record).expect("good records") {}
    });
}

/// The checksum alone: what neither way can be faster than.
#[divan::bench]
fn crc32c(bencher: Bencher) {
    let record = record();
    counted(bencher).bench(|| (0..RECORDS).map(|_| ::crc32c::crc32c(black_box(&record))).max());
}

fn counted<'a, 'b>(bencher: Bencher<'a, 'b>) -> Bencher<'a, 'b> {
    bencher.counter(BytesCount::new(RECORDS * RECORD_BYTES)).counter(ItemsCount::new(RECORDS))
}

fn record() -> Vec<u8> {
    (0..RECORD_BYTES).map(|place| (place * 31 % 251) as u8).collect()
}
