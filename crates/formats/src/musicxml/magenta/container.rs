//! Which file of a compressed score note-seq reads.

use super::python::{Result, parse_error};
use super::{decoded, ours};
use crate::musicxml::container::{
    Archive, CONTAINER, MAX_CONTAINER_BYTES, MAX_XML_BYTES, MEDIA_TYPE, find, member, open,
};
use crate::musicxml::xml::{Element, Tree};
use crate::{Error, Refusal};

/// Unpacks the one score that the container names.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut archive = open(bytes).map_err(|_| parse_error("File is not a zip file"))?;
    let path = match find(&mut archive, CONTAINER).map_err(ours)? {
        Some(container) => score_path(&mut archive, container)?,
        None => String::new(),
    };
    if path.is_empty() {
        return Err(parse_error("Unable to locate main .xml file in compressed archive."));
    }
    let missing = || parse_error(format!("Score file {path} not found in zip archive"));
    let score = find(&mut archive, path.as_bytes()).map_err(ours)?.ok_or_else(missing)?;
    unpacked(&mut archive, score, &path, MAX_XML_BYTES)
}

/// A member, whose damages note-seq does not expect.
fn unpacked(archive: &mut Archive<'_>, index: usize, name: &str, limit: usize) -> Result<Vec<u8>> {
    member(archive, index, limit).map_err(|error| match error {
        Error::CorruptMxl { reason } if reason.ends_with("Invalid checksum") => {
            Refusal::new("BadZipFile", format!("Bad CRC-32 for file '{name}'"))
        }
        Error::CorruptMxl { reason } => Refusal::new("BadZipFile", reason),
        other => ours(other),
    })
}

fn score_path(archive: &mut Archive<'_>, container: usize) -> Result<String> {
    let name = String::from_utf8_lossy(CONTAINER);
    let container = unpacked(archive, container, &name, MAX_CONTAINER_BYTES)?;
    let text = decoded(&container)?;
    let tree = Tree::parse(&text).map_err(ours)?;
    let mut path = String::new();
    let named = |parent: Element<'_>, name: &str| parent.name() == name;
    let folders = tree.root().children().filter(|child| named(*child, "rootfiles"));
    for file in folders.flat_map(Element::children).filter(|child| named(*child, "rootfile")) {
        if file.attribute("media-type").is_some_and(|found| found != MEDIA_TYPE) {
            continue;
        }
        if !path.is_empty() {
            return Err(parse_error("Multiple MusicXML files found in compressed archive"));
        }
        let found = file.attribute("full-path");
        path = found.ok_or_else(|| Refusal::new("KeyError", "'full-path'"))?.into_owned();
    }
    Ok(path)
}
