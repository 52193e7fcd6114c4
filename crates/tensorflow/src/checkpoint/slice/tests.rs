use proptest::prelude::*;

use super::*;

fn slice(extents: &[(i64, Option<i64>)]) -> Slice {
    let extents = extents.iter().map(|&(start, length)| Extent { start, length }).collect();
    Slice { extents }
}

fn info(shape: &[usize]) -> VariableInfo {
    VariableInfo { name: "v".into(), dtype: Dtype::F32, shape: shape.to_vec() }
}

/// Puts slices together whose values are those of a variable that counts its elements.
fn assembled(shape: &[usize], slices: &[Slice]) -> Result<Values> {
    assemble(&info(shape), slices, |slice, count| {
        let extents = slice.within(shape)?;
        let mut values = vec![0.0; count];
        for (place, from, length) in runs(shape, &extents) {
            for step in 0..length {
                values[from + step] = (place + step) as f32;
            }
        }
        Ok(Values::F32(values))
    })
}

#[test]
fn a_key_is_the_one_that_tensorflow_makes() {
    let expected = b"\x00fully_connected/biases\x00\x01\x01\x01\x80\x7f";
    assert_eq!(Slice::whole(1).key("fully_connected/biases"), expected);
}

#[test]
fn numbers_keep_their_order_as_bytes() {
    let edges = [6, 7, 8, 13, 14, 20, 27, 34, 41, 48, 55, 56, 62].map(|bits| 1i64 << bits);
    let mut numbers: Vec<i64> =
        edges.iter().flat_map(|&edge| [edge - 1, edge, -edge, -edge - 1]).collect();
    numbers.extend([0, -1, i64::MAX, i64::MIN]);
    numbers.sort_unstable();
    let encoded: Vec<Vec<u8>> = numbers
        .iter()
        .map(|&number| {
            let mut bytes = Vec::new();
            put_ordered_int(&mut bytes, number);
            bytes
        })
        .collect();
    assert!(encoded.is_sorted(), "{encoded:02x?}");
    let lengths = |number: i64| encoded[numbers.binary_search(&number).unwrap()].len();
    assert_eq!([63, 64, 8191, 8192, i64::MAX].map(lengths), [1, 2, 2, 3, 10]);
}

#[test]
fn slices_that_do_not_fit_are_named() {
    let fault =
        |shape: &[usize], slices: &[Slice]| assembled(shape, slices).unwrap_err().to_string();
    let half = |start| slice(&[(start, Some(2)), (0, None)]);
    assert!(fault(&[4, 3], &[half(0)]).ends_with("some elements are in none"));
    assert!(fault(&[4, 3], &[]).ends_with("some elements are in none"));
    assert!(fault(&[4, 3], &[half(0), half(0)]).ends_with("a slice is there twice"));
    assert!(fault(&[3, 3], &[half(0), half(1)]).ends_with("some elements are in two"));
    assert!(fault(&[4, 3], &[half(0), half(1)]).ends_with("some elements are in two"));
    assert!(fault(&[4, 3], &[half(0), half(3)]).ends_with("a slice goes beyond the variable"));
    assert!(fault(&[4], &[half(0)]).ends_with("a slice has not as many dimensions"));
    assert_eq!(fault(&[4, 3], &[half(-1)]), "the start of a slice cannot be -1");
    assert_eq!(fault(&[4], &[slice(&[(0, Some(-2))])]), "the length of a slice cannot be -2");
    assert!(fault(&[usize::MAX, 2], &[half(0)]).ends_with("has too many elements"));
}

proptest! {
    /// A grid of cuts in each dimension.
    #[test]
    fn every_partition_is_put_together(
        shape in prop::collection::vec(1..6usize, 0..4), cuts in prop::collection::vec(0..6usize, 4),
    ) {
        let mut slices = vec![Vec::new()];
        for (&size, &cut) in shape.iter().zip(&cuts) {
            let cut = cut.min(size);
            let parts = [(0, cut), (cut, size - cut)];
            let parts: Vec<_> = parts.into_iter().filter(|&(_, length)| length > 0).collect();
            slices = slices.iter().flat_map(|slice: &Vec<(i64, Option<i64>)>| {
                let parts = parts.iter().map(|&(start, length)| (start as i64, Some(length as i64)));
                parts.map(|part| [&slice[..], &[part]].concat()).collect::<Vec<_>>()
            }).collect();
        }
        let slices: Vec<Slice> = slices.iter().map(|extents| slice(extents)).collect();
        let count = shape.iter().product::<usize>();
        let expected = Values::F32((0..count).map(|value| value as f32).collect());
        prop_assert_eq!(assembled(&shape, &slices).unwrap(), expected);
    }
}
