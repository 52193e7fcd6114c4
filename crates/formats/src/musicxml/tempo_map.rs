//! Quarter notes to seconds.

use music::{DEFAULT_QPM, Tempo};

use crate::fraction::Fraction;

/// The tempos of a piece.
#[derive(Clone, Debug)]
pub(super) struct TempoMap {
    /// Where each tempo begins, in quarter notes and in seconds; the first begins at 0.
    segments: Vec<(Fraction, Tempo)>,
}

impl TempoMap {
    /// Tempos by the quarter note where they begin. Of several at one place the first counts.
    pub(super) fn new(mut tempos: Vec<(Fraction, f64)>) -> Self {
        tempos.sort_by_key(|(start, _)| *start);
        tempos.dedup_by_key(|(start, _)| *start);
        if tempos.first().is_none_or(|(start, _)| *start > Fraction::ZERO) {
            tempos.insert(0, (Fraction::ZERO, DEFAULT_QPM));
        }
        let mut map = Self { segments: Vec::with_capacity(tempos.len()) };
        for (start, qpm) in tempos {
            let time = if map.segments.is_empty() { 0.0 } else { map.seconds(start) };
            map.segments.push((start, Tempo { time, qpm }));
        }
        map
    }

    pub(super) fn tempos(&self) -> impl Iterator<Item = Tempo> {
        self.segments.iter().map(|(_, tempo)| *tempo)
    }

    /// Seconds at `place`, in quarter notes from the start.
    pub(super) fn seconds(&self, place: Fraction) -> f64 {
        let after = self.segments.partition_point(|(start, _)| *start <= place);
        let (start, tempo) = self.segments[after.saturating_sub(1)];
        let quarters = place.minus(start).unwrap_or(Fraction::ZERO).to_f64();
        tempo.time + quarters * (60.0 / tempo.qpm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tempos_add_up() {
        let quarters = |count| Fraction::new(count, 1).unwrap();
        let map =
            TempoMap::new(vec![(quarters(4), 60.0), (quarters(2), 240.0), (quarters(4), 1.0)]);
        assert_eq!(map.tempos().map(|it| it.time).collect::<Vec<_>>(), [0.0, 1.0, 1.5]);
        assert_eq!(map.seconds(quarters(1)), 0.5);
        assert_eq!(map.seconds(quarters(3)), 1.25);
        assert_eq!(map.seconds(quarters(6)), 3.5);
    }
}
