use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::checksum::masked_crc;
use crate::{Error, Result};

type Rows = BTreeMap<Vec<u8>, Vec<u8>>;

fn written(rows: &Rows, compression: Compression) -> Vec<u8> {
    let mut writer = Writer::new(compression);
    rows.iter().for_each(|(key, value)| writer.add(key, value));
    writer.finish()
}

fn read(bytes: &[u8]) -> Result<Rows> {
    Table::new(bytes.to_vec(), "table")?.entries().collect()
}

fn failure(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

/// A table of one block with these entries, restart points and all, as it is given.
fn raw(block: &[u8], compression: u8) -> Vec<u8> {
    let mut out = block.to_vec();
    let end_block = |out: &mut Vec<u8>, start: usize, compression| {
        out.push(compression);
        let checksum = masked_crc(&out[start..]);
        out.extend(checksum.to_le_bytes());
    };
    end_block(&mut out, 0, compression);
    let start = out.len();
    let mut handle = Vec::new();
    Handle { offset: 0, size: block.len() as u64 }.put(&mut handle);
    out.extend([0, 1, handle.len() as u8, b'z']);
    out.extend(handle);
    out.extend([0, 0, 0, 0, 1, 0, 0, 0]);
    let index = Handle { offset: start as u64, size: (out.len() - start) as u64 };
    end_block(&mut out, start, UNCOMPRESSED);
    let end = out.len() + FOOTER_BYTES - 8;
    index.put(&mut out);
    index.put(&mut out);
    out.resize(end, 0);
    out.extend(MAGIC.to_le_bytes());
    out
}

fn with_restarts(entries: &[u8]) -> Vec<u8> {
    [entries, &[0, 0, 0, 0, 1, 0, 0, 0]].concat()
}

#[test]
fn a_long_table_of_many_blocks_comes_back_and_snappy_makes_it_short() {
    let row = |number: u32| (format!("variable/{number:05}").into_bytes(), vec![number as u8; 700]);
    let rows: Rows = (0..2000).map(row).collect();
    let (plain, packed) = (written(&rows, Compression::None), written(&rows, Compression::Snappy));
    assert!(packed.len() * 10 < plain.len(), "{} of {}", packed.len(), plain.len());
    for bytes in [plain, packed] {
        let table = Table::new(bytes, "table").unwrap();
        assert!(table.cursor(5).unwrap().is_some(), "at least six blocks");
        assert!(table.entries().collect::<Result<Rows>>().unwrap() == rows);
        for number in [0, 1, 15, 16, 377, 1999] {
            let (key, value) = row(number);
            assert_eq!(table.get(&key).unwrap(), Some(value));
        }
        for key in ["", "variable", "variable/00374x", "variable/01999x", "w", "x"] {
            assert_eq!(table.get(key.as_bytes()).unwrap(), None, "{key}");
        }
    }
}

#[test]
fn an_empty_table_comes_back() {
    assert_eq!(read(&written(&Rows::new(), Compression::None)).unwrap(), Rows::new());
}

#[test]
fn faults_are_named_with_their_places() {
    let good = raw(&with_restarts(&[0, 1, 1, b'a', 7]), UNCOMPRESSED);
    assert_eq!(read(&good).unwrap(), Rows::from([(b"a".to_vec(), vec![7])]));

    let cases: [(&[u8], &str); 6] = [
        (&[0, 1, 1, b'b', 7, 0, 1, 1, b'a', 7], "table at byte 5: keys are not in order"),
        (&[0, 1, 1, b'b', 7, 1, 0, 1, 7], "table at byte 5: keys are not in order"),
        (&[1, 1, 1, b'b', 7], "byte 0: an entry shares more with the key before it than there is"),
        (&[0, 1, 0, b'b', 0, 200, 1, 1], "byte 4: an entry is longer than its block"),
        (&[0, 1, 0, b'b', 0, 0x80], "byte 4: an entry's lengths are cut short"),
        (&[0, 2, 0, b'z', b'a'], "byte 0: a block has keys that belong to the next one"),
    ];
    for (entries, expected) in cases {
        let found = failure(&raw(&with_restarts(entries), UNCOMPRESSED));
        assert!(found.starts_with("table: malformed table") || found.ends_with("order"), "{found}");
        assert!(found.ends_with(expected), "{found}");
    }
    assert!(failure(&raw(&[9, 0, 0, 0], UNCOMPRESSED)).ends_with("no room for its restart points"));
    assert!(failure(&raw(&with_restarts(&[]), 7)).ends_with("compressed in an unknown way"));
    assert!(failure(&good[..47]).ends_with("byte 0: the file is shorter than a footer"));
    assert!(failure(&[&good[..], &[0]].concat()).ends_with("the magic number of a table"));

    let mut damaged = good;
    damaged[3] ^= 1;
    assert!(matches!(read(&damaged), Err(Error::Corrupt { offset: 0, size: 14, .. })));
}

#[test]
fn what_a_compressed_block_claims_is_not_believed() {
    // Four gibibytes less one, in five bytes.
    let claims = [0xff, 0xff, 0xff, 0xff, 0x0f, 0];
    let error = read(&raw(&claims, SNAPPY)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "table: a compressed block at byte 0 has 4294967295 bytes, at most 132 can be"
    );
}

#[test]
fn keys_that_repeat_one_another_are_not_multiplied_without_end() {
    // Each entry of five bytes adds two to a key of sixty thousand.
    let mut entries = vec![0, 0xe0, 0xd4, 0x03, 0];
    entries.resize(entries.len() + 60_000, b'a');
    for length in 60_000..70_000 {
        crate::wire::put_varint(&mut entries, length);
        entries.extend([1, 0, b'a']);
    }
    let error = read(&raw(&with_restarts(&entries), UNCOMPRESSED)).unwrap_err();
    assert!(matches!(error, Error::TooLarge { what: "the table up to here", .. }), "{error}");
}

fn rows() -> impl Strategy<Value = Rows> {
    let key =
        prop::collection::vec(prop_oneof![Just(0), Just(b'a'), Just(0xff), any::<u8>()], 0..9);
    prop::collection::btree_map(key, prop::collection::vec(any::<u8>(), 0..30), 0..60)
}

fn compression() -> impl Strategy<Value = Compression> {
    prop_oneof![Just(Compression::None), Just(Compression::Snappy)]
}

proptest! {
    #[test]
    fn tables_come_back(rows in rows(), compression in compression()) {
        let table = Table::new(written(&rows, compression), "table").unwrap();
        prop_assert_eq!(&table.entries().collect::<Result<Rows>>().unwrap(), &rows);
        for (key, value) in &rows {
            let found = table.get(key).unwrap();
            prop_assert_eq!(found.as_ref(), Some(value));
        }
    }

    #[test]
    fn damage_is_noticed_or_harmless(
        rows in rows(), compression in compression(), place: prop::sample::Index, byte: u8, cut: prop::sample::Index,
    ) {
        let mut bytes = written(&rows, compression);
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = read(&bytes) {
            prop_assert_eq!(read, rows);
        }
        let _ = read(&bytes[..cut.index(bytes.len())]);
    }

    /// Checksums cover damage up; here they fit whatever the block is.
    #[test]
    fn any_block_is_read_without_panic(block: Vec<u8>, compression in 0..3u8) {
        let _ = read(&raw(&block, compression));
        let _ = read(&raw(&with_restarts(&block), compression));
    }
}
