use std::io::{Cursor, Write as _};

use flate2::write::{GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::*;

fn write(records: &[Vec<u8>]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), "memory");
    for record in records {
        writer.write(record).unwrap();
    }
    writer.finish().unwrap()
}

fn read(bytes: &[u8]) -> Result<Vec<Vec<u8>>> {
    Reader::new(Cursor::new(bytes), "memory").collect()
}

#[test]
fn the_masked_checksum_is_tensorflows() {
    // CRC-32C of 32 zero bytes is 8a9136aa (RFC 3720, B.4); rotated right by 15, plus a282ead8.
    assert_eq!(masked_crc(&[0; 32]), 0x0fd7_fffa);
}

#[test]
fn an_empty_file_has_no_records() {
    assert_eq!(read(&[]).unwrap(), Vec::<Vec<u8>>::new());
}

#[test]
fn a_corrupt_byte_names_file_record_and_offset() {
    let mut bytes = write(&[vec![1; 5], vec![2; 5]]);
    bytes[21 + HEADER_BYTES] ^= 1;
    let message = read(&bytes).unwrap_err().to_string();
    assert!(
        message.starts_with("memory: record 1 at byte 21 is corrupt: checksum of its data is "),
        "{message}"
    );
    bytes[21 + HEADER_BYTES] ^= 1;
    bytes[3] ^= 1;
    let message = read(&bytes).unwrap_err().to_string();
    assert!(message.starts_with("memory: record 0 at byte 0 is corrupt: checksum of its length"));
}

#[test]
fn a_cut_file_names_what_is_missing() {
    let bytes = write(&[vec![1; 5], vec![2; 5]]);
    let message = read(&bytes[..30]).unwrap_err().to_string();
    assert_eq!(message, "memory: record 1 at byte 21 is cut short: 16 bytes expected, 9 found");
    let message = read(&bytes[..40]).unwrap_err().to_string();
    assert_eq!(message, "memory: record 1 at byte 21 is cut short: 21 bytes expected, 19 found");
}

#[test]
fn a_huge_length_with_a_fitting_checksum_allocates_nothing() {
    let length = u64::MAX.to_le_bytes();
    let mut bytes = length.to_vec();
    bytes.extend(masked_crc(&length).to_le_bytes());
    bytes.extend([7; 100]);
    let mut data = Vec::new();
    let error = Reader::new(Cursor::new(&bytes), "memory").next_record(&mut data).unwrap_err();
    assert!(matches!(error, Error::TruncatedRecord { expected: u64::MAX, found: 112, .. }));
    assert!(data.capacity() <= 2 << 20);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.tfrecord");
    std::fs::write(&path, &bytes).unwrap();
    assert!(matches!(Index::build(&path), Err(Error::TruncatedRecord { found: 112, .. })));
}

#[test]
fn a_reader_stops_after_an_error() {
    let mut bytes = write(&[vec![1; 5], vec![2; 5]]);
    bytes[HEADER_BYTES] ^= 1;
    let mut reader = Reader::new(Cursor::new(&bytes), "memory");
    assert!(reader.next().unwrap().is_err());
    assert!(reader.next().is_none());
}

#[test]
fn an_uncommitted_file_leaves_nothing_and_a_committed_one_replaces() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.tfrecord");
    std::fs::write(&path, b"old").unwrap();
    let mut writer = FileWriter::create(&path).unwrap();
    writer.write(b"new").unwrap();
    drop(writer);
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);

    let mut writer = FileWriter::create(&path).unwrap();
    writer.write(b"new").unwrap();
    writer.commit().unwrap();
    assert_eq!(read(&std::fs::read(&path).unwrap()).unwrap(), [b"new"]);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn a_folder_is_no_place_for_a_file() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(FileWriter::create(folder.path()), Err(Error::NotAFile { .. })));
    let missing = folder.path().join("missing/notes.tfrecord");
    assert!(matches!(FileWriter::create(missing), Err(Error::Io { .. })));
}

#[test]
fn an_index_reads_any_record_and_checks_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.tfrecord");
    let mut bytes = write(&[vec![1; 3], vec![], vec![3; 70_000]]);
    std::fs::write(&path, &bytes).unwrap();
    let index = Index::build(&path).unwrap();
    assert_eq!((index.len(), index.length(2), index.length(3)), (3, Some(70_000), None));
    let mut data = Vec::new();
    for (record, expected) in [(2, vec![3; 70_000]), (0, vec![1; 3]), (1, vec![])] {
        index.read(record, &mut data).unwrap();
        assert_eq!(data, expected);
    }
    assert!(matches!(index.read(3, &mut data), Err(Error::NoSuchRecord { count: 3, .. })));
    bytes[HEADER_BYTES] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    assert!(matches!(index.read(0, &mut data), Err(Error::CorruptRecord { record: 0, .. })));
    std::fs::write(&path, &bytes[..100]).unwrap();
    assert!(matches!(index.read(2, &mut data), Err(Error::TruncatedRecord { found: 65, .. })));
}

/// The bytes of a file that holds `records`, under each compression that there is.
fn compressed(bytes: &[u8]) -> [Vec<u8>; 2] {
    let level = flate2::Compression::default();
    let mut gzip = GzEncoder::new(Vec::new(), level);
    let mut zlib = ZlibEncoder::new(Vec::new(), level);
    gzip.write_all(bytes).unwrap();
    zlib.write_all(bytes).unwrap();
    [gzip.finish().unwrap(), zlib.finish().unwrap()]
}

fn read_detecting(bytes: &[u8]) -> Result<Vec<Vec<u8>>> {
    Reader::detecting(Cursor::new(bytes), "memory")?.collect()
}

#[test]
fn compressed_files_are_read_by_number_and_in_order() {
    let records = [vec![1; 3], vec![], vec![3; 70_000], (0..=255).collect()];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.tfrecord");
    for bytes in compressed(&write(&records)) {
        assert_eq!(read_detecting(&bytes).unwrap(), records);
        std::fs::write(&path, &bytes).unwrap();
        assert!(is_compressed(&path).unwrap());
        let index = Index::build(&path).unwrap();
        assert_eq!((index.len(), index.length(2)), (4, Some(70_000)));
        let mut data = Vec::new();
        for record in [3, 0, 2, 1] {
            index.read(record, &mut data).unwrap();
            assert_eq!(data, records[record]);
        }
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    }
    std::fs::write(&path, write(&records)).unwrap();
    assert!(!is_compressed(&path).unwrap());
}

/// A length whose bytes are the magic ones of GZIP, or of ZLIB, is still a length if its checksum fits.
#[test]
fn a_plain_file_that_looks_compressed_is_plain() {
    for length in [0x8_8b1f, 0x9c78] {
        let records = [vec![7; length]];
        let bytes = write(&records);
        assert!(bytes.starts_with(&[0x1f, 0x8b, 8]) || bytes.starts_with(&[0x78, 0x9c]));
        assert_eq!(read_detecting(&bytes).unwrap(), records);
    }
}

#[test]
fn a_compressed_file_that_is_cut_or_corrupt_is_an_error() {
    let records: Vec<Vec<u8>> = (0..50u8).map(|n| (0..n).collect()).collect();
    for bytes in compressed(&write(&records)) {
        for end in [3, bytes.len() / 2, bytes.len() - 30] {
            assert!(read_detecting(&bytes[..end]).is_err(), "{end} of {}", bytes.len());
        }
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 2] ^= 0x10;
        assert!(read_detecting(&flipped).is_err());
    }
}

#[test]
fn a_compressed_record_cannot_fill_the_memory() {
    let length = (1u64 << 40).to_le_bytes();
    let mut bytes = length.to_vec();
    bytes.extend(masked_crc(&length).to_le_bytes());
    bytes.resize(1 << 20, 0);
    for bytes in compressed(&bytes) {
        let error = read_detecting(&bytes).unwrap_err();
        assert!(matches!(error, Error::LongRecord { record: 0, length: 0x100_0000_0000, .. }));
    }
}

proptest! {
    #[test]
    fn compressed_records_come_back(records: Vec<Vec<u8>>) {
        prop_assert_eq!(&read_detecting(&write(&records)).unwrap(), &records);
        for bytes in compressed(&write(&records)) {
            prop_assert_eq!(&read_detecting(&bytes).unwrap(), &records);
        }
    }

    #[test]
    fn changed_compressed_bytes_are_read_without_panic(
        records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..5),
        place: prop::sample::Index,
        change: u8,
        cut: prop::sample::Index,
    ) {
        for mut bytes in compressed(&write(&records)) {
            let place = place.index(bytes.len());
            bytes[place] ^= change;
            let _ = read_detecting(&bytes);
            bytes.truncate(cut.index(bytes.len()));
            let _ = read_detecting(&bytes);
        }
    }

    #[test]
    fn any_bytes_are_detected_without_panic(bytes: Vec<u8>) {
        let _ = read_detecting(&bytes);
        let gzip = [&[0x1f, 0x8b, 8], &bytes[..]].concat();
        let _ = read_detecting(&gzip);
        let zlib = [&[0x78, 0x9c], &bytes[..]].concat();
        let _ = read_detecting(&zlib);
    }

    #[test]
    fn records_come_back(records: Vec<Vec<u8>>) {
        prop_assert_eq!(read(&write(&records)).unwrap(), records);
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
        let _ = read(&bytes);
    }

    #[test]
    fn a_flipped_bit_is_always_found(
        records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 1..4),
        place: prop::sample::Index,
        bit in 0..8,
    ) {
        let mut bytes = write(&records);
        let place = place.index(bytes.len());
        bytes[place] ^= 1u8 << bit;
        prop_assert!(read(&bytes).is_err());
    }

    #[test]
    fn a_cut_is_found_unless_it_falls_between_records(
        records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 1..4),
        place: prop::sample::Index,
    ) {
        let bytes = write(&records);
        let mut ends = vec![0];
        ends.extend(records.iter().scan(0, |end, record| { *end += record.len() + 16; Some(*end) }));
        let cut = place.index(bytes.len());
        prop_assert_eq!(read(&bytes[..cut]).is_ok(), ends.contains(&cut));
    }
}
