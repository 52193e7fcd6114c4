//! Draws the side of each piece on its own, as Magenta does: copies of a song may land on both sides.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{Counts, Side, Split};

/// The sides of pieces, one after another.
#[derive(Clone, Debug)]
pub struct PieceDraws {
    eval_ratio: f64,
    draws: ChaCha8Rng,
}

impl PieceDraws {
    /// Draws in which a share of `eval_ratio` goes to evaluation: nothing at 0 and below, everything at 1 and above.
    pub fn new(eval_ratio: f64, seed: u64) -> Self {
        Self { eval_ratio, draws: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// The side of the next piece.
    pub fn next_side(&mut self) -> Side {
        let uniform = (self.draws.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        if uniform < self.eval_ratio { Side::Eval } else { Side::Training }
    }
}

impl Split {
    /// A split in which every piece is a song of its own.
    pub fn of_pieces(sides: Vec<Side>) -> Self {
        let count = |side| {
            let pieces = sides.iter().filter(|&&found| found == side).count() as u64;
            Counts { songs: pieces, pieces }
        };
        Self { training: count(Side::Training), eval: count(Side::Eval), sides }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(eval_ratio: f64, seed: u64, pieces: usize) -> Vec<Side> {
        let mut draws = PieceDraws::new(eval_ratio, seed);
        (0..pieces).map(|_| draws.next_side()).collect()
    }

    #[test]
    fn the_share_is_kept_and_the_seed_decides() {
        let split = Split::of_pieces(sides(0.25, 1, 10_000));
        // 2500 expected, standard deviation 43.
        assert!((2300..2700).contains(&split.eval.pieces), "{:?}", split.eval);
        assert_eq!(split.eval.pieces + split.training.pieces, 10_000);
        assert_eq!(sides(0.25, 1, 100), sides(0.25, 1, 100));
        assert_ne!(sides(0.25, 1, 100), sides(0.25, 2, 100));
    }

    #[test]
    fn all_or_nothing_is_exact() {
        assert!(sides(0.0, 3, 1000).iter().all(|side| *side == Side::Training));
        assert!(sides(1.0, 3, 1000).iter().all(|side| *side == Side::Eval));
    }
}
