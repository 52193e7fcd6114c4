//! Any bytes as a table: entries until the end or an error, never more bytes out than the stated multiple of those in.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tensorflow::checkpoint::table::{EXPANSION, Table};

fuzz_target!(|bytes: &[u8]| {
    let Ok(table) = Table::new(bytes.to_vec(), "fuzz") else { return };
    let mut read = 0;
    for (key, value) in table.entries().map_while(Result::ok) {
        read += key.len() + value.len();
        assert_eq!(table.get(&key).expect("an entry that was read is found"), Some(value));
    }
    assert!(read <= bytes.len() * EXPANSION);
});
