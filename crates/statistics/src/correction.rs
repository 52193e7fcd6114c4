//! Many tests at once.

/// P-values such that, if no difference is real, chances are still `p` that any of them is as small (Holm, "A simple sequentially
/// rejective multiple test procedure", 1979). In the order of the given ones; those that are no number stay so and do not count.
#[must_use]
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> =
        (0..p_values.len()).filter(|&index| !p_values[index].is_nan()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = p_values.to_vec();
    let mut greatest = 0.0_f64;
    for (rank, &index) in order.iter().enumerate() {
        let left = (order.len() - rank) as f64;
        greatest = greatest.max((left * p_values[index]).min(1.0));
        adjusted[index] = greatest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_values_grow_with_the_number_of_tests() {
        // By hand: 4 x 0.01, 3 x 0.015, 2 x 0.03, and what is never smaller than the one before.
        let adjusted = holm(&[0.03, 0.01, 0.04, 0.015]);
        for (found, expected) in adjusted.iter().zip([0.06, 0.04, 0.06, 0.045]) {
            assert!((found - expected).abs() < 1e-15, "{adjusted:?}");
        }
        assert_eq!(holm(&[0.6, 0.7]), [1.0, 1.0]);
        let with_hole = holm(&[0.02, f64::NAN]);
        assert!(with_hole[0] == 0.02 && with_hole[1].is_nan());
        assert!(holm(&[]).is_empty());
    }
}
