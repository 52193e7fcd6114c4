//! MIDI bytes to a [`NoteSequence`].

use music::{DEFAULT_QPM, Encoding, NoteSequence, Parser, SourceInfo};

use super::header::{Header, next_track};
use super::instruments::Instruments;
use super::spoken::Spoken;
use super::tempo_map::TempoMap;
use super::track::Piece;
use super::warning::{Warning, WarningKind, Warnings};
use crate::{Error, Result, Text};

/// Tracks that a header can declare; mido 1.2.6 takes more for a negative number.
const MAX_TRACKS: u16 = 0x7fff;

/// A MIDI file as notes.
#[derive(Clone, Debug, PartialEq)]
pub struct Midi {
    /// The notes and all that belongs to them; `id`, `filename` and `collection_name` are left empty.
    pub sequence: NoteSequence,
    /// What was odd about the file, in the order in which it came up. At most 65, the last of which counts the rest.
    pub warnings: Vec<Warning>,
    /// Whether Magenta accepts the file and reads the same sequence.
    pub strict: bool,
    /// What Magenta refuses the file for: the text of its `MIDIConversionError`.
    pub refusal: Option<String>,
}

/// Reads a Standard MIDI File of any type.
///
/// Tempo, time and key signatures are taken from the first track alone, whatever the type. Memory is bounded by a small
/// multiple of the file's length, or by some 100 MB where many instruments share their controllers.
///
/// # Errors
///
/// If nothing at all can be read: no header, no track, or ticks without a length. All else is a warning.
pub fn read(bytes: &[u8]) -> Result<Midi> {
    read_reusing(bytes, NoteSequence::default())
}

/// The same in the memory of `spare`, a sequence that is not needed any more: for those who read many files.
///
/// # Errors
///
/// Those of [`read`]; the memory is given up then.
pub fn read_reusing(bytes: &[u8], spare: NoteSequence) -> Result<Midi> {
    read_piece(bytes, spare, None)
}

/// The same, and adds to `texts` what the file says in words: names of tracks, text events and copyright notices, each once, at most
/// [`MAX_TEXTS`](crate::MAX_TEXTS). Lyrics are left out, also those of karaoke files, which have them in text events.
///
/// # Errors
///
/// Those of [`read`].
pub fn read_with_texts(bytes: &[u8], spare: NoteSequence, texts: &mut Vec<Text>) -> Result<Midi> {
    read_piece(bytes, spare, Some(texts))
}

fn read_piece(bytes: &[u8], spare: NoteSequence, texts: Option<&mut Vec<Text>>) -> Result<Midi> {
    let mut warnings = Warnings::default();
    let header = Header::read(bytes, &mut warnings)?;
    let mut piece = Piece {
        tempo_map: TempoMap::new(header.division, DEFAULT_QPM),
        instruments: Instruments::new(emptied(spare.notes)),
        sequence: NoteSequence {
            pitch_bends: emptied(spare.pitch_bends),
            control_changes: emptied(spare.control_changes),
            ..NoteSequence::default()
        },
        warnings,
        spoken: Spoken::new(texts),
    };
    read_tracks(bytes, header, &mut piece)?;

    let Piece { tempo_map, instruments, mut sequence, mut warnings, .. } = piece;
    sequence.ticks_per_quarter = i32::from(header.division);
    sequence.source_info = SourceInfo {
        encoding: Encoding::Midi,
        parser: Parser::PrettyMidi,
        ..SourceInfo::default()
    };
    sequence.tempos = tempo_map.tempos();
    instruments.finish(&mut sequence, &mut warnings);
    let (warnings, refusal) = warnings.finish();
    let refusal = refusal.and_then(|kind| kind.refusal());
    Ok(Midi { sequence, warnings, strict: refusal.is_none(), refusal })
}

fn emptied<T>(mut list: Vec<T>) -> Vec<T> {
    list.clear();
    list
}

/// Reads as many tracks as the header declares, or as there are.
fn read_tracks(bytes: &[u8], header: Header, piece: &mut Piece<'_>) -> Result<()> {
    let declared = header.tracks;
    let usual = (1..=MAX_TRACKS).contains(&declared);
    if !usual {
        piece.warnings.push(Some(header.offset), WarningKind::TrackCount { declared });
    }
    let mut offset = header.end;
    let mut index = 0;
    while !usual || index < usize::from(declared) {
        let Some(chunk) = next_track(bytes, offset, &mut piece.warnings) else {
            if index == 0 {
                return Err(Error::NoTracks { offset, length: bytes.len().saturating_sub(offset) });
            }
            if usual {
                let kind = WarningKind::MissingTracks { declared, found: index };
                piece.warnings.push(Some(offset), kind);
            }
            return Ok(());
        };
        offset = piece.read_track(bytes, chunk, index);
        index += 1;
    }
    if offset < bytes.len() {
        piece.warnings.push(Some(offset), WarningKind::ExtraTracks { declared });
    }
    Ok(())
}
