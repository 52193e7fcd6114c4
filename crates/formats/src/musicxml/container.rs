//! Compressed MusicXML: a zip archive with a score in it.

use std::io::{Cursor, Read, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::encoding;
use super::xml::Tree;
use crate::{Error, Result};

/// Bytes that a score may have when unpacked: 64 MiB, more than any orchestra fills.
pub const MAX_XML_BYTES: usize = 64 << 20;

/// Where the archive says which of its files is the score.
pub(super) const CONTAINER: &[u8] = b"META-INF/container.xml";

/// Bytes that the container file may have.
pub(super) const MAX_CONTAINER_BYTES: usize = 1 << 20;

/// The media type of an uncompressed score.
pub(super) const MEDIA_TYPE: &str = "application/vnd.recordare.musicxml+xml";

/// The name of the score in an archive of ours.
const PACKED: &str = "score.musicxml";

pub(super) type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Whether `bytes` begin as a zip archive does, and so may be compressed MusicXML.
pub fn is_mxl(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Unpacks the score of a compressed file.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut archive = open(bytes)?;
    let index = match find(&mut archive, CONTAINER)? {
        Some(container) => {
            let container = member(&mut archive, container, MAX_CONTAINER_BYTES)?;
            match root_file(&container)? {
                Some(path) => Some(find(&mut archive, path.as_bytes())?.ok_or(Error::NoScore)?),
                None => first_xml(&mut archive)?,
            }
        }
        None => first_xml(&mut archive)?,
    };
    member(&mut archive, index.ok_or(Error::NoScore)?, MAX_XML_BYTES)
}

/// Packs the text of a score into an archive as MusicXML wants it: the media type first and not compressed.
pub(super) fn pack(score: &str) -> Result<Vec<u8>> {
    let container = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<container>\n  <rootfiles>\n    \
         <rootfile full-path=\"{PACKED}\" media-type=\"{MEDIA_TYPE}\"/>\n  </rootfiles>\n</container>\n"
    );
    // The same score is the same bytes: no date but the first that an archive knows.
    let date = DateTime::default();
    let stored = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(date);
    let deflated = stored.compression_method(CompressionMethod::Deflated);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let parts: [(&[u8], &[u8], SimpleFileOptions); 3] = [
        (b"mimetype", b"application/vnd.recordare.musicxml", stored),
        (CONTAINER, container.as_bytes(), deflated),
        (PACKED.as_bytes(), score.as_bytes(), deflated),
    ];
    for (name, bytes, options) in parts {
        archive.start_file(String::from_utf8_lossy(name), options).map_err(corrupt)?;
        archive.write_all(bytes).map_err(|error| corrupt(error.into()))?;
    }
    archive.finish().map(Cursor::into_inner).map_err(corrupt)
}

pub(super) fn open(bytes: &[u8]) -> Result<Archive<'_>> {
    ZipArchive::new(Cursor::new(bytes)).map_err(corrupt)
}

/// The path of the first score that a container file names.
fn root_file(container: &[u8]) -> Result<Option<String>> {
    let (text, _) = encoding::decode(container)?;
    let tree = Tree::parse(&text)?;
    let Some(files) = tree.root().child("rootfiles") else { return Ok(None) };
    let is_score =
        |media_type: Option<_>| media_type.is_none_or(|media_type| media_type == MEDIA_TYPE);
    let mut scores = files
        .children()
        .filter(|file| file.name() == "rootfile" && is_score(file.attribute("media-type")));
    Ok(scores.next().and_then(|file| file.attribute("full-path")).map(Into::into))
}

/// Index of the member with exactly that name: of bytes, since many archives forget to say that names are UTF-8.
pub(super) fn find(archive: &mut Archive<'_>, name: &[u8]) -> Result<Option<usize>> {
    for index in 0..archive.len() {
        if archive.by_index_raw(index).map_err(corrupt)?.name_raw() == name {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// Index of the first member that looks like a score; one at the top comes before one in a folder.
fn first_xml(archive: &mut Archive<'_>) -> Result<Option<usize>> {
    let mut best: Option<(usize, usize)> = None;
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(corrupt)?;
        let name = file.name_raw().to_ascii_lowercase();
        let is_xml = name.ends_with(b".xml") || name.ends_with(b".musicxml");
        let depth = name.iter().filter(|byte| **byte == b'/').count();
        let hidden = name.starts_with(b"meta-inf/") || name.starts_with(b"__macosx/");
        if is_xml && !hidden && best.is_none_or(|(least, _)| depth < least) {
            best = Some((depth, index));
        }
    }
    Ok(best.map(|(_, index)| index))
}

/// Unpacks a member, of which no size is believed.
pub(super) fn member(archive: &mut Archive<'_>, index: usize, limit: usize) -> Result<Vec<u8>> {
    let file = archive.by_index(index).map_err(corrupt)?;
    let mut bytes = Vec::new();
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|error| corrupt(error.into()))?;
    if bytes.len() > limit {
        return Err(Error::ScoreTooLarge { limit });
    }
    Ok(bytes)
}

fn corrupt(error: ZipError) -> Error {
    Error::CorruptMxl { reason: error.to_string() }
}
