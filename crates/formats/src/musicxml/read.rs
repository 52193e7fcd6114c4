//! MusicXML bytes to a [`NoteSequence`].

use std::borrow::Cow;

use music::{Encoding, NoteSequence, Parser, Source, SourceInfo};

use super::container::{MAX_XML_BYTES, is_mxl, unpack};
use super::score::{self, Score};
use super::warning::{Warning, WarningKind, Warnings};
use super::xml::{Tree, root_name};
use super::{encoding, note_seq, performance, unfold};
use crate::{Error, Result, Text, TextKind, words};

/// Bytes in which the root element must begin for [`is_musicxml`].
const SNIFFED_BYTES: usize = 4096;

/// How a score is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// What is made of the page.
    pub convention: Convention,
    /// Whether repeats and endings are played as often as they say. Otherwise the page is read from top to bottom,
    /// once, as note-seq does it.
    pub repeats: bool,
}

/// What is made of a page; `docs/musicxml.md` compares them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Convention {
    /// What a player makes of it. Each voice of each part is an instrument of its own, so that it is a melodic line.
    #[default]
    Score,
    /// What note-seq 0.0.3, and so Magenta, makes of it: [`Note::instrument`](music::Note::instrument) is the MIDI
    /// channel that the file gives the part, 0 if none. Files that note-seq refuses are read all the same;
    /// [`magenta::read`](super::magenta::read) refuses them.
    NoteSeq,
}

/// A score as notes.
#[derive(Clone, Debug, PartialEq)]
pub struct MusicXml {
    /// The notes and all that belongs to them; `id`, `filename` and `collection_name` are left empty.
    pub sequence: NoteSequence,
    /// What was odd about the file, in the order in which it came up. At most 65, the last of which counts the rest.
    pub warnings: Vec<Warning>,
    /// What the score says of the rights to it; at most [`MAX_TEXTS`](crate::MAX_TEXTS).
    pub rights: Vec<Text>,
}

/// Reads MusicXML, compressed or not.
///
/// Memory is bounded by a multiple of the length of the XML text, which may have [`MAX_XML_BYTES`].
///
/// # Errors
///
/// [`Error::NotMusicXml`] for other XML, [`Error::Xml`] and [`Error::XmlEncoding`] for what is no XML,
/// [`Error::CorruptMxl`] and [`Error::NoScore`] for an archive without a score, [`Error::ScoreTooLarge`]. All else is a
/// warning.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<MusicXml> {
    let bytes = if is_mxl(bytes) { Cow::Owned(unpack(bytes)?) } else { Cow::Borrowed(bytes) };
    if bytes.len() > MAX_XML_BYTES {
        return Err(Error::ScoreTooLarge { limit: MAX_XML_BYTES });
    }
    let mut warnings = Warnings::default();
    let mut score = parse(&bytes, &mut warnings)?;
    drop(bytes);
    if options.repeats {
        score = unfold::unfold(score, &mut warnings);
    }
    let mut sequence = match options.convention {
        Convention::Score => performance::perform(&score, &mut warnings),
        Convention::NoteSeq => note_seq::read(&score, &mut warnings),
    };
    sequence.source_info = source_info();
    let mut rights = Vec::new();
    score.rights.iter().for_each(|text| words::add(&mut rights, TextKind::Rights, text));
    Ok(MusicXml { sequence, warnings: warnings.finish(), rights })
}

/// Where sequences come from, in note-seq's terms.
pub(super) fn source_info() -> SourceInfo {
    SourceInfo {
        source: Source::Score,
        encoding: Encoding::MusicXml,
        parser: Parser::MagentaMusicXml,
    }
}

fn parse(bytes: &[u8], warnings: &mut Warnings) -> Result<Score> {
    let (text, replaced) = encoding::decode(bytes)?;
    // What holds no tag is not worth a complaint about its syntax.
    if !text.trim_start().starts_with('<') {
        return Err(Error::NotMusicXml { root: None });
    }
    if replaced {
        warnings.push(None, WarningKind::Encoding);
    }
    score::parse(&Tree::parse(&text)?, warnings)
}

/// Whether `bytes`, or their beginning, are XML whose root element is one of MusicXML's two. Compressed files are not
/// looked into: see [`is_mxl`].
pub fn is_musicxml(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(SNIFFED_BYTES)];
    let Ok((text, _)) = encoding::decode(start) else { return false };
    matches!(root_name(&text), Some("score-partwise" | "score-timewise"))
}
