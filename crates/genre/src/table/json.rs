//! Tables as JSON.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Artist, GenreTable};
use crate::Result;

pub(super) fn read(bytes: &[u8]) -> Result<GenreTable> {
    Ok(serde_json::from_slice(bytes)?)
}

pub(super) fn write(table: &GenreTable) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(table.artists())?;
    bytes.push(b'\n');
    Ok(bytes)
}

impl<'de> Deserialize<'de> for GenreTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

/// A list of artists, or an object with their names as keys.
struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = GenreTable;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of artists with their genres, or an object from artist to genres")
    }

    fn visit_seq<A: SeqAccess<'de>>(
        self,
        mut list: A,
    ) -> std::result::Result<GenreTable, A::Error> {
        let mut table = GenreTable::default();
        while let Some(Artist { name, genres }) = list.next_element()? {
            table.add(&name, genres);
        }
        Ok(table)
    }

    fn visit_map<A: MapAccess<'de>>(
        self,
        mut object: A,
    ) -> std::result::Result<GenreTable, A::Error> {
        let mut table = GenreTable::default();
        while let Some((name, genres)) = object.next_entry::<String, Vec<String>>()? {
            table.add(&name, genres);
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_are_read() {
        let list = read(br#"[{"artist": "ABBA", "genres": ["pop"]}, {"artist": "X"}]"#).unwrap();
        let object = read(br#"{"ABBA": ["pop"], "X": []}"#).unwrap();
        assert_eq!(list, object);
        assert_eq!(list.artists().len(), 2);
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_place() {
        let error = read(b"[\n  {\"artist\": 3}\n]").unwrap_err();
        assert!(error.to_string().starts_with("line 2, column 14: "), "{error}");
    }
}
