//! Pairs of keys and values as a table whose checksums fit, read as a checkpoint of version 1 and as an index of
//! version 2; the bytes themselves as a checkpoint of version 1 and as a list of checkpoints.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use tensorflow::checkpoint::table::{Compression, Table, Writer};
use tensorflow::checkpoint::{Reader, State, v1, v2};

fuzz_target!(|input: (Vec<u8>, BTreeMap<Vec<u8>, Vec<u8>>)| {
    let (bytes, rows) = input;
    if let Ok(state) = State::decode(&bytes, "fuzz") {
        let again = State::decode(state.encode().as_bytes(), "fuzz");
        assert_eq!(again.expect("what was encoded decodes"), state);
    }
    read_v1(bytes);

    let mut table = Writer::new(Compression::None);
    rows.iter().for_each(|(key, value)| table.add(key, value));
    let table = table.finish();
    read_v1(table.clone());
    let table = Table::new(table, "fuzz").expect("what was written reads");
    // There are no data files here: only what the index says is read.
    if let Ok(reader) = v2::Reader::new(&table, "no/such/folder/fuzz") {
        for info in reader.list() {
            let _ = reader.read(&info.name);
        }
    }
});

fn read_v1(bytes: Vec<u8>) {
    let Ok(variables) = Reader::from_bytes(bytes, "fuzz").and_then(|reader| reader.read_all())
    else {
        return;
    };
    let again = v1::encode(&variables).expect("what was read can be written");
    let again = Reader::from_bytes(again, "fuzz").and_then(|reader| reader.read_all());
    assert_eq!(again.expect("what was written reads").len(), variables.len());
}
