//! A `SequenceExample` as bytes.

use std::convert::Infallible;

use super::{
    ENTRY_KEY, ENTRY_VALUE, FEATURE_FLOATS, FEATURE_INTS, FEATURE_LIST_FEATURE,
    FEATURE_LISTS_ENTRY, INPUTS, LABELS, LIST_VALUE, SEQUENCE_EXAMPLE_FEATURE_LISTS,
    SequenceExample,
};
use crate::wire::{bytes_field_len, put_bytes, put_length, put_varint, varint_len};

impl SequenceExample {
    /// Appends the message to `out`, byte for byte as Magenta writes it but that the two lists always stand in
    /// the order inputs, labels (Magenta's order changes from process to process).
    ///
    /// # Panics
    ///
    /// When `inputs` is not `labels.len()` rows of `input_size` values.
    pub fn encode(&self, out: &mut Vec<u8>) {
        assert_eq!(self.inputs.len(), self.labels.len() * self.input_size, "inputs must be [T, D]");
        let rows = |step: usize, row: &mut [f32]| {
            let start = step * self.input_size;
            row.copy_from_slice(&self.inputs[start..start + self.input_size]);
            Ok::<_, Infallible>(())
        };
        let Ok(()) = encode_steps(out, self.input_size, &self.labels, rows);
    }
}

/// Appends the message of an example whose inputs are made step by step, byte for byte as
/// [`SequenceExample::encode`] does: `write_row` writes the inputs of a step into a row of `input_size` values, which hold
/// those of the step before.
///
/// # Errors
///
/// What `write_row` returns; `out` then ends inside the message.
pub fn encode_steps<E>(
    out: &mut Vec<u8>,
    input_size: usize,
    labels: &[i64],
    mut write_row: impl FnMut(usize, &mut [f32]) -> Result<(), E>,
) -> Result<(), E> {
    let head = input_head(input_size);
    let inputs_len = labels.len() * (head.len() + 4 * input_size);
    let labels_len = labels.iter().map(|&label| bytes_field_len(label_feature_len(label))).sum();
    let lists_len = bytes_field_len(entry_len(INPUTS, inputs_len))
        + bytes_field_len(entry_len(LABELS, labels_len));
    out.reserve(bytes_field_len(lists_len));
    put_length(out, SEQUENCE_EXAMPLE_FEATURE_LISTS, lists_len);
    begin_entry(out, INPUTS, inputs_len);
    let mut row = vec![0.0; input_size];
    for step in 0..labels.len() {
        write_row(step, &mut row)?;
        out.extend_from_slice(&head);
        put_floats(out, &row);
    }
    begin_entry(out, LABELS, labels_len);
    for &label in labels {
        put_label_feature(out, label);
    }
    Ok(())
}

/// What stands before the floats of every step: three lengths, the same for all steps of one size. A packed list without
/// values is left out, as protobuf does.
fn input_head(input_size: usize) -> Vec<u8> {
    let mut head = Vec::new();
    if input_size == 0 {
        put_length(&mut head, FEATURE_LIST_FEATURE, bytes_field_len(0));
        put_length(&mut head, FEATURE_FLOATS, 0);
        return head;
    }
    let list_len = bytes_field_len(4 * input_size);
    put_length(&mut head, FEATURE_LIST_FEATURE, bytes_field_len(list_len));
    put_length(&mut head, FEATURE_FLOATS, list_len);
    put_length(&mut head, LIST_VALUE, 4 * input_size);
    head
}

fn put_floats(out: &mut Vec<u8>, values: &[f32]) {
    let start = out.len();
    out.resize(start + 4 * values.len(), 0);
    let (places, _) = out[start..].as_chunks_mut();
    for (place, value) in places.iter_mut().zip(values) {
        *place = value.to_le_bytes();
    }
}

/// Negative numbers take ten bytes: they are sign-extended, not zigzag-coded.
fn label_feature_len(label: i64) -> usize {
    bytes_field_len(bytes_field_len(varint_len(label as u64)))
}

fn put_label_feature(out: &mut Vec<u8>, label: i64) {
    let value_len = varint_len(label as u64);
    put_length(out, FEATURE_LIST_FEATURE, label_feature_len(label));
    put_length(out, FEATURE_INTS, bytes_field_len(value_len));
    put_length(out, LIST_VALUE, value_len);
    put_varint(out, label as u64);
}

fn entry_len(key: &str, list_len: usize) -> usize {
    bytes_field_len(key.len()) + bytes_field_len(list_len)
}

fn begin_entry(out: &mut Vec<u8>, key: &str, list_len: usize) {
    put_length(out, FEATURE_LISTS_ENTRY, entry_len(key, list_len));
    put_bytes(out, ENTRY_KEY, key.as_bytes());
    put_length(out, ENTRY_VALUE, list_len);
}
