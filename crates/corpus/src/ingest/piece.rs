//! One file becomes one piece.

use std::panic::{AssertUnwindSafe, catch_unwind};

use formats::midi::{self, Midi, Warning};
use formats::note_sequence;
use music::NoteSequence;

use super::reason::{Reason, Refusal};
use super::row::{Row, Status};
use super::source::{Load, Place};
use crate::NoteDigest;

/// Longest file whose memory is kept for the next one, in bytes.
const MAX_SPARE_BYTES: usize = 1 << 20;

/// What a worker makes of a file.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) row: Row,
    /// The NoteSequence as bytes, if the file gave one.
    pub(super) record: Option<Vec<u8>>,
    pub(super) digest: Option<NoteDigest>,
}

/// Reads files one after the other, each in the memory of the one before.
#[derive(Debug)]
pub(super) struct PieceReader {
    max_file_bytes: u64,
    file: Vec<u8>,
    sequence: NoteSequence,
}

impl PieceReader {
    pub(super) fn new(max_file_bytes: u64) -> Self {
        Self { max_file_bytes, file: Vec::new(), sequence: NoteSequence::default() }
    }

    /// Reads a file; whatever is wrong with it ends up in the row. The record will be in `record`, which is empty.
    pub(super) fn read(&mut self, place: Place, load: Load, record: Vec<u8>) -> Piece {
        let mut piece = Piece { row: empty_row(&place), record: None, digest: None };
        if let Err(refusal) = self.fill(&mut piece, place, load, record) {
            piece.row.refuse(refusal);
        }
        if self.file.capacity() > MAX_SPARE_BYTES {
            // One huge file should not cost its memory for good.
            *self = Self::new(self.max_file_bytes);
        }
        piece
    }

    fn fill(
        &mut self,
        piece: &mut Piece,
        place: Place,
        load: Load,
        mut record: Vec<u8>,
    ) -> Result<(), Refusal> {
        load?.read(self.max_file_bytes, &mut self.file)?;
        let Midi { mut sequence, warnings, strict, .. } =
            parse(&self.file, std::mem::take(&mut self.sequence))?;
        piece.tell(&sequence, &warnings, strict);
        if sequence.notes.is_empty() {
            return Err(without_notes(warnings.first()));
        }
        sequence.id = place.id;
        sequence.filename = place.path;
        sequence.collection_name = place.collection;
        sequence.metadata.artist = place.artist;
        sequence.metadata.title = place.title;
        note_sequence::encode(&sequence, &mut record);
        piece.record = Some(record);
        self.sequence = sequence;
        Ok(())
    }
}

impl Piece {
    /// Takes note of what was read.
    fn tell(&mut self, sequence: &NoteSequence, warnings: &[Warning], strict: bool) {
        for warning in warnings {
            let offset = warning.offset.map(|offset| offset as u64);
            self.row.warn(offset, warning.kind.to_string());
        }
        self.row.damaged = !strict;
        self.row.notes = sequence.notes.len() as u64;
        self.row.seconds = sequence.total_time;
        self.digest = NoteDigest::of(sequence);
    }
}

fn empty_row(place: &Place) -> Row {
    let mut row = Row {
        path: place.path.clone(),
        collection: place.collection.clone(),
        status: Status::Read,
        reason: None,
        message: None,
        offset: None,
        warnings: Vec::new(),
        damaged: false,
        artist: place.artist.clone(),
        title: place.title.clone(),
        notes: 0,
        seconds: 0.0,
        duplicate_of: None,
    };
    if !place.is_utf8 {
        row.warn(None, "the name is not UTF-8; it is taken for Latin-1".to_owned());
    }
    row
}

/// The first thing odd about a file is the likeliest reason why it has no notes.
fn without_notes(warning: Option<&Warning>) -> Refusal {
    let Some(Warning { offset, kind }) = warning else {
        return Refusal::new(Reason::NoNotes, "the file has no notes");
    };
    let refusal = Refusal::new(Reason::NoNotes, format!("the file has no notes: {kind}"));
    Refusal { offset: offset.map(|offset| offset as u64), ..refusal }
}

fn parse(bytes: &[u8], spare: NoteSequence) -> Result<Midi, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::new(Reason::EmptyFile, "the file has 0 bytes"));
    }
    read_midi(bytes, spare)?.map_err(|error| {
        let (reason, offset) = match error {
            formats::Error::NotMidi => (Reason::NotMidi, Some(0)),
            formats::Error::NoTracks { offset, .. } | formats::Error::ZeroDivision { offset } => {
                (Reason::BadMidi, Some(offset as u64))
            }
            _ => (Reason::BadMidi, None),
        };
        Refusal { offset, ..Refusal::new(reason, error) }
    })
}

/// Reads a MIDI file. The reader is meant not to panic; should it, that costs one file and not the whole collection.
pub(super) fn read_midi(
    bytes: &[u8],
    spare: NoteSequence,
) -> Result<formats::Result<Midi>, Refusal> {
    let read = catch_unwind(AssertUnwindSafe(|| midi::read_reusing(bytes, spare)));
    read.map_err(|_| Refusal::new(Reason::ReaderFailed, "the MIDI reader panicked"))
}
