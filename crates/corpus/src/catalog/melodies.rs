//! Melodies that a dataset was made of.

use rusqlite::{TransactionBehavior, params};

use super::{Catalog, Result};
use crate::split::Side;

/// A melody of a piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MelodyRow {
    /// Id of the piece's record.
    pub record_id: String,
    /// Which melody of the piece, from 0.
    pub number: u32,
    /// Number of its instrument.
    pub instrument: u32,
    /// Program of its first note.
    pub program: u8,
    /// Step of the part of the piece at which it begins.
    pub start_step: u32,
    /// Length in steps.
    pub steps: u32,
    /// Lowest pitch.
    pub lowest: u8,
    /// Highest pitch.
    pub highest: u8,
    /// Side of the split.
    pub side: Side,
}

impl Catalog {
    /// Writes down melodies: those that the pieces `of` had before are replaced. Gives the number of melodies whose piece is not in
    /// the catalog, which are left out.
    ///
    /// # Errors
    ///
    /// What SQLite says; then nothing is changed.
    pub fn set_melodies<'a>(
        &mut self,
        of: impl IntoIterator<Item = &'a str>,
        melodies: &[MelodyRow],
    ) -> Result<u64> {
        let write = || {
            let behavior = TransactionBehavior::Immediate;
            let transaction = self.connection.transaction_with_behavior(behavior)?;
            {
                let piece = "(SELECT id FROM pieces WHERE record_id = ?1)";
                let mut remove =
                    transaction.prepare(&format!("DELETE FROM melodies WHERE piece = {piece}"))?;
                for record_id in of {
                    remove.execute([record_id])?;
                }
            }
            let mut missing = 0;
            {
                let mut insert = transaction.prepare(
                    "INSERT INTO melodies SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
                     FROM pieces WHERE record_id = ?1",
                )?;
                for melody in melodies {
                    let side = match melody.side {
                        Side::Training => "training",
                        Side::Eval => "eval",
                    };
                    let added = insert.execute(params![
                        melody.record_id,
                        melody.number,
                        melody.instrument,
                        melody.program,
                        melody.start_step,
                        melody.steps,
                        melody.lowest,
                        melody.highest,
                        side,
                    ])?;
                    missing += u64::from(added == 0);
                }
            }
            transaction.commit()?;
            Ok(missing)
        };
        let result = write();
        result.map_err(|fault| self.fault(fault))
    }
}
