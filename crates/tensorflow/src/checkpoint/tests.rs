//! Both versions: what is written comes back, and what is damaged says so.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use tempfile::TempDir;

use super::table::{Compression, Table, Writer};
use super::*;
use crate::checksum::masked_crc;
use crate::wire::put_fixed32;

type Rows = BTreeMap<Vec<u8>, Vec<u8>>;

fn variable(name: &str, shape: &[usize], values: Values) -> Variable {
    Variable { name: name.into(), shape: shape.to_vec(), values }
}

fn two() -> Vec<Variable> {
    vec![
        variable("step", &[], Values::I64(vec![600])),
        variable("a/weights", &[2, 3], Values::F32(vec![0.0, -0.5, 1.0, 1.5, 2.0, f32::MIN])),
    ]
}

/// A folder with a checkpoint of version 2.
fn saved(variables: &[Variable]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("model.ckpt-1");
    v2::write(&prefix, variables).unwrap();
    (folder, prefix)
}

fn read_v1(bytes: Vec<u8>) -> Result<Vec<Variable>> {
    Reader::from_bytes(bytes, "bundle")?.read_all()
}

/// A fault without the folder's name in front.
fn fault(folder: &TempDir, error: Error) -> String {
    error.to_string().replace(&format!("{}/", folder.path().display()), "")
}

/// Writes the index again, its rows changed.
fn with_rows(prefix: &Path, change: impl FnOnce(&mut Rows)) {
    let path = v2::index_path(prefix);
    let mut rows = Table::open(&path).unwrap().entries().collect::<Result<_>>().unwrap();
    change(&mut rows);
    let mut table = Writer::new(Compression::Snappy);
    rows.iter().for_each(|(key, value)| table.add(key, value));
    fs::write(path, table.finish()).unwrap();
}

fn appended(row: Option<&mut Vec<u8>>, number: u8, value: i64) {
    put_uint(row.unwrap(), number, value as u64);
}

#[test]
fn variables_are_sorted_and_read_one_by_one() {
    let (_folder, prefix) = saved(&two());
    let bytes = v1::encode(&two()).unwrap();
    for reader in [Reader::open(&prefix).unwrap(), Reader::from_bytes(bytes, "bundle").unwrap()] {
        let names: Vec<&str> = reader.list().iter().map(|info| info.name.as_str()).collect();
        assert_eq!(names, ["a/weights", "step"]);
        assert_eq!(reader.list()[0].shape, [2, 3]);
        assert_eq!(reader.list()[1].dtype, Dtype::I64);
        assert_eq!(reader.read("step").unwrap(), two()[0]);
    }
    assert_eq!(fs::read_dir(prefix.parent().unwrap()).unwrap().count(), 2);
}

#[test]
fn variables_that_cannot_be_written_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("model");
    let faults = |variables: &[Variable]| {
        let error = v2::write(&prefix, variables).unwrap_err();
        assert!(v1::encode(variables).is_err());
        fault(&folder, error)
    };
    let one = || Values::F32(vec![1.0]);
    assert_eq!(faults(&[two(), two()].concat()), "variable \"a/weights\" is there twice");
    assert_eq!(faults(&[variable("", &[], one())]), "\"\" cannot be the name of a variable");
    assert!(faults(&[variable("\0a", &[], one())]).ends_with("cannot be the name of a variable"));
    let wrong = [variable("a", &[2], one())];
    assert_eq!(faults(&wrong), "variable \"a\" of shape [2] has 1 values");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_data_file_that_is_gone_cut_or_damaged_is_named() {
    let (folder, prefix) = saved(&two());
    let data = v2::data_path(&prefix, 0, 1);
    let reader = Reader::open(&prefix).unwrap();
    let mut bytes = fs::read(&data).unwrap();
    bytes[25] ^= 1;
    fs::write(&data, &bytes).unwrap();
    assert_eq!(reader.read("a/weights").unwrap(), two()[1]);
    assert!(fault(&folder, reader.read("step").unwrap_err()).starts_with(
        "model.ckpt-1.index: variable \"step\": model.ckpt-1.data-00000-of-00001: 8 bytes at byte 24 are corrupt: "
    ));
    fs::write(&data, &bytes[..31]).unwrap();
    assert_eq!(
        fault(&folder, reader.read("step").unwrap_err()),
        "model.ckpt-1.index: variable \"step\": model.ckpt-1.data-00000-of-00001: cut short: 8 bytes expected at \
         byte 24, the file ends at 31"
    );
    fs::remove_file(&data).unwrap();
    assert_eq!(
        fault(&folder, reader.read("step").unwrap_err()),
        "model.ckpt-1.index: variable \"step\": model.ckpt-1.data-00000-of-00001: missing: data file 0 of 1"
    );
}

#[test]
fn an_index_is_not_believed() {
    let faults = |change: &dyn Fn(&mut Rows)| {
        let (folder, prefix) = saved(&two());
        with_rows(&prefix, change);
        let read = Reader::open(&prefix).and_then(|reader| reader.read_all());
        fault(&folder, read.unwrap_err())
    };
    let (step, header) = (b"step".as_slice(), b"".as_slice());
    let in_step = "model.ckpt-1.index: variable \"step\": ";
    let of_step = |number, value| {
        faults(&move |rows| appended(rows.get_mut(step), number, value)).replace(in_step, "")
    };
    assert_eq!(of_step(3, 1), "the number of its data file cannot be 1");
    assert_eq!(of_step(3, -1), "the number of its data file cannot be -1");
    assert_eq!(of_step(4, -1), "its place in the data file cannot be -1");
    assert_eq!(of_step(5, -8), "its size in bytes cannot be -8");
    assert_eq!(of_step(5, 4), "0 values, 1 expected");
    assert_eq!(of_step(4, 16), "its bytes are also those of \"a/weights\"");
    assert!(of_step(4, i64::MAX).ends_with("at byte 9223372036854775807, the file ends at 32"));
    assert_eq!(of_step(1, 7), "values of type string are not read");
    assert_eq!(of_step(1, 77), "values of type number 77 are not read");

    let of_header =
        |number, value| faults(&move |rows| appended(rows.get_mut(header), number, value));
    assert_eq!(of_header(1, 0), "model.ckpt-1.index: the number of data files cannot be 0");
    assert_eq!(of_header(2, 2), "model.ckpt-1.index: the number of the byte order cannot be 2");
    assert!(of_header(1, 3).contains("missing: data file 0 of 3"));
    let younger = faults(&|rows| put_bytes(rows.get_mut(header).unwrap(), 3, &[0x10, 2]));
    assert_eq!(
        younger,
        "model.ckpt-1.index: needs a reader of version 2, this one is of version 1"
    );
    let headless = faults(&|rows| drop(rows.remove(header)));
    assert_eq!(headless, "model.ckpt-1.index: malformed table at byte 0: the index has no header");

    let unnamed = faults(&|rows| drop(rows.insert(vec![b'a', 0xff], rows[step].clone())));
    assert_eq!(unnamed, "model.ckpt-1.index: \"a\u{fffd}\" cannot be the name of a variable");
    let huge = faults(&|rows| {
        let dims = [0x12, 10, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        put_bytes(rows.get_mut(step).unwrap(), 2, &dims);
    });
    assert_eq!(huge.replace(in_step, ""), "1 values, 9223372036854775807 expected");
}

#[test]
fn values_with_the_highest_byte_first_are_read() {
    let (_folder, prefix) = saved(&two());
    let data = v2::data_path(&prefix, 0, 1);
    let mut bytes = fs::read(&data).unwrap();
    bytes[..24].chunks_mut(4).for_each(<[u8]>::reverse);
    bytes[24..].reverse();
    fs::write(&data, &bytes).unwrap();
    with_rows(&prefix, |rows| {
        appended(rows.get_mut(&b""[..]), 2, 1);
        put_fixed32(rows.get_mut(&b"step"[..]).unwrap(), 6, masked_crc(&bytes[24..]));
        put_fixed32(rows.get_mut(&b"a/weights"[..]).unwrap(), 6, masked_crc(&bytes[..24]));
    });
    let read = Reader::open(&prefix).unwrap().read_all().unwrap();
    assert_eq!(read, [two()[1].clone(), two()[0].clone()]);
}

#[test]
fn a_list_of_version_1_is_not_believed() {
    let bytes = v1::encode(&two()).unwrap();
    let rows: Rows = Table::new(bytes, "bundle").unwrap().entries().collect::<Result<_>>().unwrap();
    let faults = |change: &dyn Fn(&mut Rows)| {
        let mut rows = rows.clone();
        change(&mut rows);
        let mut table = Writer::new(Compression::Snappy);
        rows.iter().for_each(|(key, value)| table.add(key, value));
        read_v1(table.finish()).unwrap_err().to_string()
    };
    let added = |tensor: &'static [u8]| {
        faults(&|rows| {
            let mut meta = Vec::new();
            put_bytes(&mut meta, 1, tensor);
            put_bytes(rows.get_mut(&b""[..]).unwrap(), 1, &meta);
        })
    };
    assert_eq!(added(b"\x0a\x04step"), "bundle: variable \"step\" is there twice");
    assert_eq!(added(b""), "bundle: \"\" cannot be the name of a variable");
    assert_eq!(
        added(b"\x0a\x01b\x12\x0d\x12\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        "bundle: variable \"b\": a dimension cannot be -1"
    );
    // A variable of a tebibyte that is nowhere.
    assert_eq!(
        added(b"\x0a\x01b\x12\x09\x12\x07\x08\x80\x80\x80\x80\x80\x08\x18\x01\x22\x02\x0a\x00"),
        "bundle: variable \"b\": the variable's slices do not fit together: a slice is not there"
    );
    assert!(faults(&|rows| drop(rows.remove(&b""[..]))).ends_with("it has no list of variables"));
    let (_folder, prefix) = saved(&two());
    let index = fs::read(v2::index_path(&prefix)).unwrap();
    assert!(read_v1(index).unwrap_err().to_string().ends_with("it has no list of variables"));
    let key = slice::Slice::whole(0).key("step");
    assert!(faults(&|rows| drop(rows.remove(&key))).ends_with("a slice is not there"));
    assert!(faults(&|rows| rows.get_mut(&key).unwrap().clear()).ends_with("0 values, 1 expected"));
}

fn values(count: usize) -> impl Strategy<Value = Values> {
    use prop::collection::vec;
    prop_oneof![
        vec(prop::num::f32::NORMAL | prop::num::f32::ZERO | prop::num::f32::INFINITE, count)
            .prop_map(Values::F32),
        vec(prop::num::f64::NORMAL | prop::num::f64::ZERO | prop::num::f64::INFINITE, count)
            .prop_map(Values::F64),
        vec(any::<i32>(), count).prop_map(Values::I32),
        vec(any::<i64>(), count).prop_map(Values::I64),
    ]
}

fn variables() -> impl Strategy<Value = Vec<Variable>> {
    let one = prop::collection::vec(0..5usize, 0..4).prop_flat_map(|shape| {
        values(shape.iter().product()).prop_map(move |values| (shape.clone(), values))
    });
    prop::collection::btree_map("[a-z/\u{e9}]{1,12}", one, 0..12).prop_map(|variables| {
        let variables = variables.into_iter();
        variables.map(|(name, (shape, values))| Variable { name, shape, values }).collect()
    })
}

proptest! {
    #[test]
    fn version_1_comes_back(variables in variables()) {
        prop_assert_eq!(read_v1(v1::encode(&variables).unwrap()).unwrap(), variables);
    }

    #[test]
    fn damaged_files_of_version_1_never_panic(
        variables in variables(), place: prop::sample::Index, byte: u8, cut: prop::sample::Index,
    ) {
        let mut bytes = v1::encode(&variables).unwrap();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = read_v1(bytes.clone()) {
            prop_assert_eq!(read, variables);
        }
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(read_v1(bytes).is_err());
    }

    /// The messages inside are damaged and their checksums fit.
    #[test]
    fn damaged_messages_of_version_1_never_panic(
        variables in variables(), row: prop::sample::Index, place: prop::sample::Index, byte: u8,
    ) {
        let table = Table::new(v1::encode(&variables).unwrap(), "bundle").unwrap();
        let mut rows: Vec<_> = table.entries().collect::<Result<_>>().unwrap();
        let row = row.index(rows.len());
        damage(&mut rows[row].1, place, byte);
        let _ = read_v1(rewritten(&rows));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn version_2_comes_back(variables in variables()) {
        let (_folder, prefix) = saved(&variables);
        prop_assert_eq!(Reader::open(prefix).unwrap().read_all().unwrap(), variables);
    }

    #[test]
    fn damaged_indices_never_panic(
        variables in variables(), row: prop::sample::Index, place: prop::sample::Index, byte: u8,
    ) {
        let (_folder, prefix) = saved(&variables);
        let table = Table::open(v2::index_path(&prefix)).unwrap();
        let mut rows: Vec<_> = table.entries().collect::<Result<_>>().unwrap();
        let row = row.index(rows.len());
        damage(&mut rows[row].1, place, byte);
        let table = Table::new(rewritten(&rows), "index").unwrap();
        if let Ok(reader) = v2::Reader::new(&table, prefix) {
            for info in reader.list() {
                let _ = reader.read(&info.name);
            }
        }
    }
}

fn damage(bytes: &mut [u8], place: prop::sample::Index, byte: u8) {
    if !bytes.is_empty() {
        bytes[place.index(bytes.len())] = byte;
    }
}

fn rewritten(rows: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut table = Writer::new(Compression::None);
    rows.iter().for_each(|(key, value)| table.add(key, value));
    table.finish()
}
