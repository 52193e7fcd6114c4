//! Subsets as TFRecord files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tensorflow::tfrecord::{FileWriter, Reader};

use super::choice::Member;
use crate::{Error, Event, Observer, Result};

/// Records between two looks at whether to go on.
const RECORDS_AT_A_TIME: u64 = 256;

/// Where a record goes: the id that it must have, and the subsets.
type Targets<'a> = BTreeMap<u64, (&'a str, Vec<usize>)>;

/// Writes each subset to its file. The records are copied as they are, in one walk over each file that has them.
pub(super) fn write(
    outputs: &[&PathBuf],
    members: &[Vec<Member>],
    records: Option<&Path>,
    observer: &dyn Observer,
) -> Result<()> {
    let sources = sources(members, records)?;
    let writers = outputs.iter().map(|output| FileWriter::create(output.as_path()));
    let mut writers = writers.collect::<tensorflow::Result<Vec<_>>>()?;
    let total = Some(sources.values().map(|targets| targets.len() as u64).sum());
    observer.observe(Event::Began { task: "copying", unit: "pieces", total, done: 0 });
    let mut done = 0;
    for (path, mut targets) in sources {
        let mut reader = Reader::open(&path)?;
        let mut record = Vec::new();
        while !targets.is_empty() {
            let number = reader.record_index();
            if number.is_multiple_of(RECORDS_AT_A_TIME) && observer.cancelled() {
                return Err(Error::Interrupted { kept: None });
            }
            if !reader.next_record(&mut record)? {
                return Err(Error::OtherRecords { path });
            }
            let Some((id, subsets)) = targets.remove(&number) else { continue };
            if !has_id(&record, id) {
                return Err(Error::OtherRecords { path });
            }
            for subset in subsets {
                writers[subset].write(&record)?;
            }
            done += 1;
            observer.observe(Event::Advanced { done, total, detail: "" });
        }
    }
    observer.observe(Event::Ended);
    for writer in writers {
        writer.commit()?;
    }
    Ok(())
}

/// The records that are wanted of each file.
fn sources<'a>(
    members: &'a [Vec<Member>],
    records: Option<&Path>,
) -> Result<BTreeMap<PathBuf, Targets<'a>>> {
    let mut sources: BTreeMap<PathBuf, Targets<'a>> = BTreeMap::new();
    for (subset, members) in members.iter().enumerate() {
        for member in members {
            let none = || Error::NoRecords { piece: Some(member.path.clone()) };
            let (known, number) = member.record.as_ref().ok_or_else(none)?;
            let path = records.or(known.as_deref()).ok_or_else(none)?;
            let targets = sources.entry(path.to_owned()).or_default();
            let target = targets.entry(*number).or_insert((&member.record_id, Vec::new()));
            target.1.push(subset);
        }
    }
    Ok(sources)
}

/// Whether a NoteSequence has this id: its first field, by number and length.
fn has_id(record: &[u8], id: &str) -> bool {
    let Some(rest) = record.strip_prefix(&[0x0a]) else { return false };
    let mut length = 0_usize;
    for (index, byte) in rest.iter().enumerate().take(4) {
        length |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return rest.get(index + 1..index + 1 + length) == Some(id.as_bytes());
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_record_is_its_first_field() {
        let long = "x".repeat(300);
        for id in ["", "/id/midi/a/b", &long] {
            let mut record = Vec::new();
            let sequence = music::NoteSequence { id: id.to_owned(), ..Default::default() };
            formats::note_sequence::encode(&sequence, &mut record);
            assert_eq!(has_id(&record, id), !id.is_empty());
            assert!(!has_id(&record, "other") && !has_id(&record[..record.len().min(3)], &long));
        }
        assert!(!has_id(b"\x0a\xff\xff\xff\xff\xff", "x"));
    }
}
