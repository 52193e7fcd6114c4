//! Named tensors as a safetensors file.
//!
//! A checkpoint holds each weight under the name that TensorFlow gives the variable, and Adam's two moments under
//! the names of TensorFlow's slots: `<name>/Adam` (first moment) and `<name>/Adam_1` (second moment). The powers of
//! beta that TensorFlow stores as well follow from the update number, so they are not written.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use nn::Tensor;
use safetensors::tensor::{Dtype, Metadata, SafeTensors, View};

/// Suffix of Adam's first moment.
pub(crate) const FIRST_MOMENT: &str = "/Adam";
/// Suffix of Adam's second moment.
pub(crate) const SECOND_MOMENT: &str = "/Adam_1";

/// Bytes of the longest header, as the format's own library has it.
const MAX_HEADER: u64 = 100_000_000;

/// Lends a tensor to safetensors, which stores little-endian bytes.
struct Lent<'a>(&'a Tensor);

impl View for Lent<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        self.0.shape()
    }

    fn data(&self) -> Cow<'_, [u8]> {
        self.0.data().iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>().into()
    }

    fn data_len(&self) -> usize {
        size_of_val(self.0.data())
    }
}

/// The bytes of a safetensors file; the same tensors always give the same bytes.
pub(crate) fn encode<'a>(
    tensors: impl IntoIterator<Item = (String, &'a Tensor)>,
) -> Result<Vec<u8>, String> {
    encode_with(tensors, None)
}

/// The same with what the file shall say of itself.
pub(crate) fn encode_with<'a>(
    tensors: impl IntoIterator<Item = (String, &'a Tensor)>,
    metadata: Option<HashMap<String, String>>,
) -> Result<Vec<u8>, String> {
    let views = tensors.into_iter().map(|(name, tensor)| (name, Lent(tensor)));
    safetensors::serialize(views, metadata).map_err(|error| error.to_string())
}

/// The tensors of a whole file without their values, and what it says of itself.
pub(crate) fn header(bytes: &[u8]) -> Result<Metadata, String> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| error.to_string())?;
    Ok(header)
}

/// The same of a file, of which no value is read.
pub(crate) fn read_header(path: &Path) -> std::io::Result<Result<Metadata, String>> {
    let mut file = File::open(path)?;
    let found = file.metadata()?.len();
    let mut length = [0; size_of::<u64>()];
    if found < length.len() as u64 {
        return Ok(Err("it is shorter than the length that it begins with".into()));
    }
    file.read_exact(&mut length)?;
    let begin = u64::from_le_bytes(length).saturating_add(length.len() as u64);
    if begin > found.min(MAX_HEADER) {
        return Ok(Err(format!("its header would end at byte {begin}, the file has {found}")));
    }
    let mut text = vec![0; (begin as usize) - length.len()];
    file.read_exact(&mut text)?;
    let header = match serde_json::from_slice::<Metadata>(&text) {
        Ok(header) => header,
        Err(error) => return Ok(Err(format!("its header: {error}"))),
    };
    let expected = begin.saturating_add(header.data_len() as u64);
    Ok(if found == expected {
        Ok(header)
    } else {
        Err(format!("it has {found} bytes, {expected} expected"))
    })
}

/// Reads those tensors of what [`encode`] wrote whose names are `wanted`; the error says in words what is wrong with `bytes`.
pub(crate) fn decode(
    bytes: &[u8],
    wanted: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, Tensor>, String> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    let mut tensors = BTreeMap::new();
    for (name, view) in file.tensors().into_iter().filter(|(name, _)| wanted(name)) {
        if view.dtype() != Dtype::F32 {
            return Err(format!("tensor `{name}` has type {:?}, not F32", view.dtype()));
        }
        let (values, _) = view.data().as_chunks::<4>();
        let data = values.iter().map(|&value| f32::from_le_bytes(value)).collect();
        let tensor = Tensor::new(view.shape().to_vec(), data).map_err(|error| error.to_string())?;
        tensors.insert(name, tensor);
    }
    Ok(tensors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tensors() -> impl Strategy<Value = BTreeMap<String, Tensor>> {
        let tensor = prop::collection::vec(0usize..4, 0..3).prop_flat_map(|shape| {
            let len: usize = shape.iter().product();
            prop::collection::vec(any::<f32>(), len)
                .prop_map(move |data| Tensor::new(shape.clone(), data).unwrap())
        });
        prop::collection::btree_map("[a-z/_]{1,12}", tensor, 0..5)
    }

    fn bits(tensors: &BTreeMap<String, Tensor>) -> Vec<(&str, &[usize], Vec<u32>)> {
        tensors
            .iter()
            .map(|(name, t)| (&**name, t.shape(), t.data().iter().map(|v| v.to_bits()).collect()))
            .collect()
    }

    proptest! {
        #[test]
        fn tensors_come_back_bit_for_bit(tensors in tensors()) {
            let bytes = encode(tensors.iter().map(|(name, t)| (name.clone(), t))).unwrap();
            let back = decode(&bytes, |_| true).unwrap();
            prop_assert_eq!(bits(&back), bits(&tensors));
        }

        #[test]
        fn damage_is_an_error_or_other_tensors_never_a_panic(
            tensors in tensors(), at in any::<prop::sample::Index>(), value: u8, cut in any::<prop::sample::Index>(),
        ) {
            let mut bytes = encode(tensors.iter().map(|(name, t)| (name.clone(), t))).unwrap();
            let at = at.index(bytes.len());
            bytes[at] = value;
            let _ = decode(&bytes, |_| true);
            bytes.truncate(cut.index(bytes.len()));
            prop_assert!(decode(&bytes, |_| true).is_err());
        }
    }
}
