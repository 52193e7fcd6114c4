//! How far two distributions are apart.

/// The Jensen-Shannon divergence of two distributions over the same bins, in bits: 0 where they are the same, 1 where they have
/// nothing in common (Lin, "Divergence measures based on the Shannon entropy", 1991). Both are taken to sum to 1.
#[must_use]
pub fn jensen_shannon(p: &[f64], q: &[f64]) -> f64 {
    let divergence: f64 = p
        .iter()
        .zip(q)
        .map(|(&p, &q)| {
            let middle = (p + q) / 2.0;
            // What is on one side only still has a share of the middle.
            let part = |share: f64| {
                if share > 0.0 { share * libm::log2(share / middle) } else { 0.0 }
            };
            (part(p) + part(q)) / 2.0
        })
        .sum();
    divergence.max(0.0)
}

/// The earth mover's (first Wasserstein) distance of two distributions over bins that are 1 apart: how far, on the average,
/// their shares must be moved to become the other. Both are taken to sum to 1.
#[must_use]
pub fn earth_mover(p: &[f64], q: &[f64]) -> f64 {
    let mut surplus = 0.0;
    let carried = p.iter().zip(q).map(|(p, q)| {
        surplus += p - q;
        f64::abs(surplus)
    });
    carried.sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const P: [f64; 5] = [0.1, 0.4, 0.2, 0.0, 0.3];
    const Q: [f64; 5] = [0.3, 0.1, 0.25, 0.35, 0.0];

    #[test]
    fn distances_are_those_of_scipy() {
        // scipy.spatial.distance.jensenshannon(P, Q, base=2) ** 2
        assert!(
            (jensen_shannon(&P, &Q) - 0.434_270_237_922_732_9).abs() < 1e-12,
            "{}",
            jensen_shannon(&P, &Q)
        );
        // scipy.stats.wasserstein_distance(range(5), range(5), P, Q)
        assert!((earth_mover(&P, &Q) - 0.65).abs() < 1e-12, "{}", earth_mover(&P, &Q));
    }

    #[test]
    fn nothing_in_common_is_one_bit() {
        assert_eq!(jensen_shannon(&[1.0, 0.0], &[0.0, 1.0]), 1.0);
        assert_eq!((jensen_shannon(&P, &P), earth_mover(&P, &P)), (0.0, 0.0));
        assert_eq!(earth_mover(&[1.0, 0.0, 0.0], &[0.0, 0.0, 1.0]), 2.0);
    }

    proptest! {
        #[test]
        fn distances_are_the_same_both_ways(shares in prop::collection::vec((0.0f64..1.0, 0.0f64..1.0), 1..20)) {
            let sums = shares.iter().fold((1e-9, 1e-9), |sums, pair| (sums.0 + pair.0, sums.1 + pair.1));
            let p: Vec<f64> = shares.iter().map(|pair| pair.0 / sums.0).collect();
            let q: Vec<f64> = shares.iter().map(|pair| pair.1 / sums.1).collect();
            let divergence = jensen_shannon(&p, &q);
            prop_assert!((0.0..=1.0 + 1e-9).contains(&divergence));
            prop_assert!((divergence - jensen_shannon(&q, &p)).abs() < 1e-12);
            prop_assert!((earth_mover(&p, &q) - earth_mover(&q, &p)).abs() < 1e-9);
        }
    }
}
