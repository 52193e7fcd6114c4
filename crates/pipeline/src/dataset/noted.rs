//! Melodies that a catalog takes note of.

use std::path::{Path, PathBuf};

use corpus::catalog::{Catalog, MelodyRow};
use corpus::extract::Extracted;
use corpus::split::{Side, Split};
use music::Melody;
use serde::Serialize;

use crate::Result;

/// What a catalog took note of.
#[derive(Clone, Debug, Serialize)]
pub struct NotedMelodies {
    /// The catalog.
    pub catalog: PathBuf,
    /// Melodies.
    pub melodies: u64,
    /// Melodies of pieces that the catalog does not know, which are not in it.
    pub unknown: u64,
}

/// Melodies for a catalog, some fifty bytes each, which are written at the end: sides are known no sooner.
pub(super) struct Noted {
    catalog: Catalog,
    /// Ids of all pieces, of those without melodies, too: they may have had some before.
    ids: Vec<String>,
    melodies: Vec<(usize, u64, MelodyRow)>,
}

impl Noted {
    pub(super) fn open(path: &Path) -> Result<Self> {
        Ok(Self { catalog: Catalog::open(path)?, ids: Vec::new(), melodies: Vec::new() })
    }

    /// Takes the melodies of the piece with this id, number `piece` of those with melodies.
    pub(super) fn take(&mut self, id: String, piece: u64, extracted: &Extracted) {
        let melodies = extracted.melodies.iter().zip(&extracted.players).enumerate();
        for (number, (melody, player)) in melodies {
            let (lowest, highest) = range(melody);
            let row = MelodyRow {
                record_id: String::new(),
                number: number as u32,
                instrument: player.instrument,
                program: player.program,
                start_step: u32::try_from(melody.start_step).unwrap_or(u32::MAX),
                steps: melody.len() as u32,
                lowest,
                highest,
                side: Side::Training,
            };
            self.melodies.push((self.ids.len(), piece, row));
        }
        self.ids.push(id);
    }

    /// Writes all of it, now that the sides are known.
    pub(super) fn write(self, split: &Split) -> Result<NotedMelodies> {
        let Self { mut catalog, ids, melodies } = self;
        let total = melodies.len() as u64;
        let rows: Vec<MelodyRow> = melodies
            .into_iter()
            .map(|(id, piece, row)| MelodyRow {
                record_id: ids[id].clone(),
                side: split.side(piece as usize).unwrap_or(Side::Training),
                ..row
            })
            .collect();
        let unknown = catalog.set_melodies(ids.iter().map(String::as_str), &rows)?;
        let catalog = catalog.path().to_owned();
        Ok(NotedMelodies { catalog, melodies: total - unknown, unknown })
    }
}

/// The lowest and the highest pitch; 0 for a melody without a note.
fn range(melody: &Melody) -> (u8, u8) {
    let pitches = || melody.events.iter().filter_map(|event| event.pitch());
    (pitches().min().unwrap_or(0), pitches().max().unwrap_or(0))
}
