//! A `SequenceExample` from bytes.

use super::{
    ENTRY_KEY, ENTRY_VALUE, FEATURE_FLOATS, FEATURE_INTS, FEATURE_LIST_FEATURE,
    FEATURE_LISTS_ENTRY, INPUTS, LABELS, LIST_VALUE, SEQUENCE_EXAMPLE_FEATURE_LISTS,
    SequenceExample,
};
use crate::wire::{Message, Value};
use crate::{Error, Result};

impl SequenceExample {
    /// Reads a message; lists may be packed or not, fields may stand in any order.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`], [`Error::MissingList`], [`Error::StepWidth`] when the steps of `inputs` differ in
    /// size or a step has not exactly one label, [`Error::ListLengths`].
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let lists = find_lists(bytes)?;
        let inputs = lists.inputs.ok_or(Error::MissingList { name: INPUTS })?;
        let labels = lists.labels.ok_or(Error::MissingList { name: LABELS })?;
        let labels = read_labels(labels)?;
        let mut example = Self { labels, ..Self::default() };
        let steps = example.read_inputs(inputs)?;
        if steps != example.labels.len() {
            return Err(Error::ListLengths { inputs: steps, labels: example.labels.len() });
        }
        Ok(example)
    }

    /// Gives the number of steps; the first one decides on the input size.
    fn read_inputs(&mut self, list: Message<'_>) -> Result<usize> {
        let mut steps = 0;
        for feature in features(list) {
            let before = self.inputs.len();
            read_floats(feature?, &mut self.inputs)?;
            let found = self.inputs.len() - before;
            if steps == 0 {
                self.input_size = found;
                // Never more than the bytes that hold them.
                let left = list.bytes.len() / (found * 4).max(1);
                self.inputs.reserve(left.min(self.labels.len()) * found);
            }
            if found != self.input_size {
                let expected = self.input_size;
                return Err(Error::StepWidth { name: INPUTS, step: steps, expected, found });
            }
            steps += 1;
        }
        Ok(steps)
    }
}

#[derive(Default)]
struct Lists<'a> {
    inputs: Option<Message<'a>>,
    labels: Option<Message<'a>>,
}

/// Finds the two lists; of two entries with the same key the last one counts, as in any map field.
fn find_lists(bytes: &[u8]) -> Result<Lists<'_>> {
    let mut lists = Lists::default();
    for feature_lists in Message::new(bytes).messages(SEQUENCE_EXAMPLE_FEATURE_LISTS) {
        for entry in feature_lists?.messages(FEATURE_LISTS_ENTRY) {
            let (key, list) = read_entry(entry?)?;
            match key {
                key if key == INPUTS.as_bytes() => lists.inputs = Some(list),
                key if key == LABELS.as_bytes() => lists.labels = Some(list),
                _ => {}
            }
        }
    }
    Ok(lists)
}

fn read_entry<'a>(entry: Message<'a>) -> Result<(&'a [u8], Message<'a>)> {
    let mut key: &[u8] = &[];
    let mut list = Message { bytes: &[], offset: entry.offset };
    for field in entry.fields() {
        match field? {
            (number, Value::Bytes(bytes)) if number == ENTRY_KEY.into() => key = bytes.bytes,
            (number, Value::Bytes(bytes)) if number == ENTRY_VALUE.into() => list = bytes,
            _ => {}
        }
    }
    Ok((key, list))
}

fn features<'a>(list: Message<'a>) -> impl Iterator<Item = Result<Message<'a>>> {
    list.messages(FEATURE_LIST_FEATURE)
}

fn read_floats(feature: Message<'_>, out: &mut Vec<f32>) -> Result<()> {
    for field in feature.fields() {
        match field? {
            (number, Value::Bytes(list)) if number == FEATURE_FLOATS.into() => {
                read_float_list(list, out)?;
            }
            _ => return Err(feature.malformed("\"inputs\" hold something other than floats")),
        }
    }
    Ok(())
}

fn read_float_list(list: Message<'_>, out: &mut Vec<f32>) -> Result<()> {
    for field in list.fields() {
        match field? {
            (number, Value::Bytes(packed)) if number == LIST_VALUE.into() => {
                let (floats, rest) = packed.bytes.as_chunks();
                if !rest.is_empty() {
                    return Err(packed.malformed("packed floats end inside a float"));
                }
                out.extend(floats.iter().map(|&bytes| f32::from_le_bytes(bytes)));
            }
            (number, Value::Fixed32(bytes)) if number == LIST_VALUE.into() => {
                out.push(f32::from_le_bytes(bytes));
            }
            _ => {}
        }
    }
    Ok(())
}

fn read_labels(list: Message<'_>) -> Result<Vec<i64>> {
    let mut labels = Vec::new();
    for (step, feature) in features(list).enumerate() {
        let before = labels.len();
        read_ints(feature?, &mut labels)?;
        let found = labels.len() - before;
        if found != 1 {
            return Err(Error::StepWidth { name: LABELS, step, expected: 1, found });
        }
    }
    Ok(labels)
}

fn read_ints(feature: Message<'_>, out: &mut Vec<i64>) -> Result<()> {
    for field in feature.fields() {
        match field? {
            (number, Value::Bytes(list)) if number == FEATURE_INTS.into() => {
                read_int_list(list, out)?;
            }
            _ => return Err(feature.malformed("\"labels\" hold something other than integers")),
        }
    }
    Ok(())
}

fn read_int_list(list: Message<'_>, out: &mut Vec<i64>) -> Result<()> {
    for field in list.fields() {
        match field? {
            (number, Value::Bytes(packed)) if number == LIST_VALUE.into() => {
                for value in packed.varints() {
                    out.push(value? as i64);
                }
            }
            (number, Value::Varint(value)) if number == LIST_VALUE.into() => {
                out.push(value as i64);
            }
            _ => {}
        }
    }
    Ok(())
}
