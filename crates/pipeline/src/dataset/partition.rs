//! Who goes to which side: songs, or pieces.

use corpus::split::{Identity, Options, PieceDraws, Side, Split, Splitter};

use super::{DatasetOptions, SplitBy};
use crate::Result;

/// A split in the making.
pub(super) enum Partition {
    /// The sides are known when all pieces are.
    Songs(Splitter),
    /// Each side is drawn at once.
    Pieces(PieceDraws, Vec<Side>),
}

impl Partition {
    pub(super) fn new(options: &DatasetOptions) -> Self {
        match options.split_by {
            SplitBy::Song => Self::Songs(Splitter::default()),
            SplitBy::Piece => {
                Self::Pieces(PieceDraws::new(options.eval_ratio, options.seed), Vec::new())
            }
        }
    }

    /// Takes the next piece, with its identity if it has melodies: without, it has no part in the split, or a side might get
    /// songs but no melody. Gives its side where that is drawn by now.
    pub(super) fn add(&mut self, identity: Option<Identity>) -> Option<Side> {
        match self {
            Self::Songs(splitter) => {
                identity.into_iter().for_each(|identity| splitter.add(identity));
                None
            }
            Self::Pieces(draws, sides) => {
                let side = draws.next_side();
                sides.extend(identity.map(|_| side));
                Some(side)
            }
        }
    }

    pub(super) fn finish(self, options: &DatasetOptions) -> Result<Split> {
        Ok(match self {
            Self::Songs(splitter) => {
                let DatasetOptions { eval_ratio, seed, .. } = *options;
                splitter.finish(&Options { eval_ratio, seed })?
            }
            Self::Pieces(_, sides) => Split::of_pieces(sides),
        })
    }
}
