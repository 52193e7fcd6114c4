//! One file becomes one piece, or as many as it has tunes.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use formats::{Text, abc, midi, musicxml, note_sequence};
use music::NoteSequence;
use tensorflow::tfrecord::Spares;

use super::details::Details;
use super::reason::{Reason, Refusal};
use super::row::{Row, Status};
use super::source::{Kind, Load, Place};
use crate::NoteDigest;

/// Longest file whose memory is kept for the next one, in bytes.
const MAX_SPARE_BYTES: usize = 1 << 20;

/// What a worker makes of a file or a tune.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) row: Row,
    /// The NoteSequence as bytes, if the file gave one.
    pub(super) record: Option<Vec<u8>>,
    pub(super) digest: Option<NoteDigest>,
}

/// Takes the pieces of a file as they are read.
pub(super) trait Deliver {
    /// Takes a piece; `more` if the file may have others. A break ends the reading of it.
    fn deliver(&mut self, piece: Piece, more: bool) -> ControlFlow<()>;
}

/// Reads files one after the other, each in the memory of the one before.
#[derive(Debug)]
pub(super) struct PieceReader {
    max_file_bytes: u64,
    /// Whether rows have their details.
    details: bool,
    file: Vec<u8>,
    sequence: NoteSequence,
}

impl PieceReader {
    pub(super) fn new(max_file_bytes: u64, details: bool) -> Self {
        Self { max_file_bytes, details, file: Vec::new(), sequence: NoteSequence::default() }
    }

    /// Reads a file; whatever is wrong with it ends up in its row, or in those of its tunes.
    pub(super) fn read(
        &mut self,
        place: &Place,
        load: Load,
        spares: &Spares,
        delivery: &mut dyn Deliver,
    ) -> ControlFlow<()> {
        let loaded = load.and_then(|content| content.read(self.max_file_bytes, &mut self.file));
        let flow = match (loaded.and_then(|()| self.check_length()), place.kind) {
            (Err(refusal), _) => delivery.deliver(Piece::refused(place, refusal), false),
            (Ok(()), Kind::Abc) => self.read_book(place, spares, delivery),
            (Ok(()), Kind::MusicXml) => delivery
                .deliver(Piece::new(place, |piece| self.read_score(piece, place, spares)), false),
            (Ok(()), _) => delivery
                .deliver(Piece::new(place, |piece| self.read_midi(piece, place, spares)), false),
        };
        if self.file.capacity() > MAX_SPARE_BYTES {
            // One huge file should not cost its memory for good.
            *self = Self::new(self.max_file_bytes, self.details);
        }
        flow
    }

    fn check_length(&self) -> Result<(), Refusal> {
        if self.file.is_empty() {
            return Err(Refusal::new(Reason::EmptyFile, "the file has 0 bytes"));
        }
        Ok(())
    }

    fn read_midi(
        &mut self,
        piece: &mut Piece,
        place: &Place,
        spares: &Spares,
    ) -> Result<(), Refusal> {
        let spare = std::mem::take(&mut self.sequence);
        let mut texts = self.details.then(Vec::new);
        let midi::Midi { mut sequence, warnings, strict, .. } =
            guarded("MIDI", || match &mut texts {
                Some(texts) => midi::read_with_texts(&self.file, spare, texts),
                None => midi::read_reusing(&self.file, spare),
            })?
            .map_err(bad_midi)?;
        for midi::Warning { offset, kind } in &warnings {
            piece.row.warn(offset.map(|offset| offset as u64), None, kind.to_string());
        }
        piece.row.damaged = !strict;
        sequence.id.clone_from(&place.id);
        piece.finish(&mut sequence, place, texts, spares)?;
        self.sequence = sequence;
        Ok(())
    }

    fn read_score(
        &mut self,
        piece: &mut Piece,
        place: &Place,
        spares: &Spares,
    ) -> Result<(), Refusal> {
        let options = musicxml::ReadOptions { repeats: true, ..musicxml::ReadOptions::default() };
        let musicxml::MusicXml { mut sequence, warnings, rights } =
            guarded("MusicXML", || musicxml::read(&self.file, &options))?.map_err(bad_score)?;
        for musicxml::Warning { offset, kind } in &warnings {
            piece.row.warn(offset.map(|offset| offset as u64), None, kind.to_string());
        }
        sequence.id.clone_from(&place.id);
        piece.name_after(&sequence);
        piece.finish(&mut sequence, place, self.details.then_some(rights), spares)
    }

    fn read_book(
        &self,
        place: &Place,
        spares: &Spares,
        delivery: &mut dyn Deliver,
    ) -> ControlFlow<()> {
        let book = match guarded("ABC", || abc::Book::new(&self.file)) {
            Ok(Ok(book)) => book,
            Ok(Err(error)) => {
                let refusal = Refusal::new(Reason::NotAbc, error);
                return delivery.deliver(Piece::refused(place, refusal), false);
            }
            Err(refusal) => return delivery.deliver(Piece::refused(place, refusal), false),
        };
        let mut tunes = book.tunes(abc::Options::default());
        let mut numbers = HashSet::new();
        // A reader that panicked is not to be asked again.
        let mut sound = true;
        while sound && tunes.len() > 0 {
            let tune = guarded("ABC", || tunes.next());
            sound = tune.is_ok();
            let tune = tune.map(Option::transpose);
            let piece = Piece::new(place, |piece| match tune? {
                Ok(Some(tune)) => {
                    let texts = self.details.then(Vec::new);
                    read_tune(piece, tune, place, &mut numbers, texts, spares)
                }
                Ok(None) => Err(Refusal::new(Reason::NotAbc, "a tune is missing")),
                Err(error) => Err(bad_tune(piece, place, error)),
            });
            delivery.deliver(piece, sound && tunes.len() > 0)?;
        }
        ControlFlow::Continue(())
    }
}

/// Tells a tune from the others of its book by its number, or by its line if that is taken or missing.
fn read_tune(
    piece: &mut Piece,
    tune: abc::Tune,
    place: &Place,
    numbers: &mut HashSet<i64>,
    texts: Option<Vec<Text>>,
    spares: &Spares,
) -> Result<(), Refusal> {
    let abc::Tune { mut sequence, warnings, line, .. } = tune;
    let number = sequence.reference_number;
    let number = if number != 0 && numbers.insert(number) {
        number.to_string()
    } else {
        format!("line{line}")
    };
    piece.row.line = Some(line as u64);
    piece.row.path = format!("{}#{number}", place.path);
    piece.row.title = format!("{} {number}", place.title);
    piece.row.tune = Some(number.clone());
    for abc::Warning { place, kind } in &warnings {
        piece.row.warn(None, Some(place.line as u64), kind.to_string());
    }
    sequence.id = place.tune_id(&number);
    piece.name_after(&sequence);
    piece.finish(&mut sequence, place, texts, spares)
}

impl Piece {
    /// What `fill` makes of the file at `place`.
    fn new(place: &Place, fill: impl FnOnce(&mut Self) -> Result<(), Refusal>) -> Self {
        let mut piece = Self { row: empty_row(place), record: None, digest: None };
        if let Err(refusal) = fill(&mut piece) {
            piece.row.refuse(refusal);
        }
        piece
    }

    fn refused(place: &Place, refusal: Refusal) -> Self {
        Self::new(place, |_| Err(refusal))
    }

    /// What a score says of itself comes before what its path says.
    fn name_after(&mut self, sequence: &NoteSequence) {
        let metadata = &sequence.metadata;
        let composer = metadata.composers.first().filter(|_| metadata.artist.is_empty());
        let artist = composer.unwrap_or(&metadata.artist);
        for (name, found) in
            [(&mut self.row.artist, artist), (&mut self.row.title, &metadata.title)]
        {
            if !found.trim().is_empty() {
                found.trim().clone_into(name);
            }
        }
    }

    /// Takes note of what was read, names it and makes a record of it; with details if there are texts.
    fn finish(
        &mut self,
        sequence: &mut NoteSequence,
        place: &Place,
        texts: Option<Vec<Text>>,
        spares: &Spares,
    ) -> Result<(), Refusal> {
        self.row.notes = sequence.notes.len() as u64;
        self.row.seconds = sequence.total_time;
        self.digest = NoteDigest::of(sequence);
        if sequence.notes.is_empty() {
            return Err(without_notes(&self.row, place));
        }
        sequence.filename.clone_from(&place.path);
        sequence.collection_name.clone_from(&place.collection);
        sequence.metadata.artist.clone_from(&self.row.artist);
        sequence.metadata.title.clone_from(&self.row.title);
        if let (Some(texts), Some(digest)) = (texts, self.digest) {
            self.row.details = Some(Box::new(Details::of(sequence, digest, &place.path, texts)));
        }
        let mut record = spares.take();
        note_sequence::encode(sequence, &mut record);
        self.record = Some(record);
        Ok(())
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
        line: None,
        warnings: Vec::new(),
        damaged: false,
        artist: place.artist.clone(),
        title: place.title.clone(),
        notes: 0,
        seconds: 0.0,
        duplicate_of: None,
        input: place.input,
        tune: None,
        details: None,
    };
    if !place.is_utf8 {
        row.warn(None, None, "the name is not UTF-8; it is taken for Latin-1".to_owned());
    }
    row
}

/// The first thing odd about a file is the likeliest reason why it has no notes.
fn without_notes(row: &Row, place: &Place) -> Refusal {
    let found = if row.line.is_some() { "the tune" } else { "the file" };
    // What is odd about its name is not.
    let Some(notice) = row.warnings.get(usize::from(!place.is_utf8)) else {
        return Refusal::new(Reason::NoNotes, format!("{found} has no notes"));
    };
    let message = format!("{found} has no notes: {}", notice.message);
    Refusal { offset: notice.offset, ..Refusal::new(Reason::NoNotes, message) }
}

/// A reader is meant not to panic; should it, that costs one file and not the whole collection.
pub(super) fn guarded<T>(format: &str, read: impl FnOnce() -> T) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(read))
        .map_err(|_| Refusal::new(Reason::ReaderFailed, format!("the {format} reader panicked")))
}

fn bad_midi(error: formats::Error) -> Refusal {
    let (reason, offset) = match error {
        formats::Error::NotMidi => (Reason::NotMidi, Some(0)),
        formats::Error::NoTracks { offset, .. } | formats::Error::ZeroDivision { offset } => {
            (Reason::BadMidi, Some(offset as u64))
        }
        _ => (Reason::BadMidi, None),
    };
    Refusal { offset, ..Refusal::new(reason, error) }
}

fn bad_score(error: formats::Error) -> Refusal {
    let (reason, offset, line) = match error {
        formats::Error::NotMusicXml { .. } => (Reason::NotMusicXml, None, None),
        formats::Error::Xml { offset, line, .. } => {
            (Reason::BadMusicXml, Some(offset as u64), Some(line as u64))
        }
        _ => (Reason::BadMusicXml, None, None),
    };
    Refusal { offset, line, ..Refusal::new(reason, error) }
}

/// A tune that cannot be read is known by the line where that shows.
fn bad_tune(piece: &mut Piece, place: &Place, error: formats::Error) -> Refusal {
    let line = match error {
        formats::Error::AbcTooFine { line, .. } => Some(line as u64),
        _ => None,
    };
    if let Some(line) = line {
        piece.row.path = format!("{}#line{line}", place.path);
        piece.row.tune = Some(format!("line{line}"));
    }
    Refusal { line, ..Refusal::new(Reason::BadAbc, error) }
}
