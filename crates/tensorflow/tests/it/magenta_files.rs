//! `golden/notesequences_small.tfrecord` and `golden/{basic,lookback}_rnn.tfrecord` are files of Magenta 2.1.4, the
//! latter two cut down to their shortest records.

use tensorflow::example::SequenceExample;
use tensorflow::tfrecord::{FileWriter, Index, Reader};

use crate::golden;

fn records(name: &str) -> Vec<Vec<u8>> {
    Reader::open(golden(name)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_magenta_tfrecord_is_read_and_written_again() {
    let records = records("notesequences_small.tfrecord");
    let lengths: Vec<usize> = records.iter().map(Vec::len).collect();
    assert_eq!(lengths, [7337, 4071, 3044, 6191, 5949]);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.tfrecord");
    let mut writer = FileWriter::create(&path).unwrap();
    records.iter().for_each(|record| writer.write(record).unwrap());
    writer.commit().unwrap();
    let original = std::fs::read(golden("notesequences_small.tfrecord")).unwrap();
    assert!(std::fs::read(&path).unwrap() == original);
}

#[test]
fn an_index_agrees_with_the_reader() {
    let records = records("notesequences_small.tfrecord");
    let index = Index::build(golden("notesequences_small.tfrecord")).unwrap();
    let mut data = Vec::new();
    for record in (0..index.len()).rev() {
        index.read(record, &mut data).unwrap();
        assert!(data == records[record]);
    }
}

/// Bytes of a list's map entry, from its key on, up to `end` or the end of the record.
fn halves<'a>(record: &'a [u8], second_key: &[u8]) -> (&'a [u8], &'a [u8]) {
    let key = [&[0x0a, 6], second_key].concat();
    let at = record.windows(key.len()).position(|window| window == key).unwrap();
    // The entry's own key and a length of two or three bytes stand before it.
    let entry = (3..=4).find(|&back| record[at - back] == 0x0a && record[at - 1] < 0x80).unwrap();
    record.split_at(at - entry)
}

#[test]
fn magenta_examples_come_out_byte_for_byte() {
    for (name, input_size, second_key) in
        [("basic_rnn.tfrecord", 38, b"labels"), ("lookback_rnn.tfrecord", 121, b"inputs")]
    {
        for record in records(name) {
            let example = SequenceExample::decode(&record).unwrap();
            assert_eq!(example.input_size, input_size);
            assert!(example.labels.iter().all(|&label| (0..=40).contains(&label)));
            let mut ours = Vec::new();
            example.encode(&mut ours);
            // Magenta's map has no fixed order: the first file has the inputs first, the second the labels.
            let (theirs_first, theirs_second) = halves(&record, second_key);
            if second_key == b"labels" {
                assert!(ours == record);
            } else {
                let (ours_first, ours_second) = halves(&ours, b"labels");
                let header = ours.len() - ours_second.len() - theirs_second.len();
                assert_eq!(ours[..header], record[..header]);
                assert!(ours_first[header..] == *theirs_second);
                assert!(*ours_second == theirs_first[header..]);
            }
        }
    }
}
