//! All entries of a table, in order.

use super::Table;
use super::block::Cursor;
use crate::{Error, Result};

/// Iterator over keys and values; after an error it gives no more.
pub struct Entries<'a> {
    table: &'a Table,
    /// Number of the block that `cursor` is in, or that comes next.
    block: usize,
    cursor: Option<Cursor<'a>>,
    /// Bytes of keys and values that may be given, all in all and from here on.
    limit: usize,
    left: usize,
    done: bool,
}

impl<'a> Entries<'a> {
    pub(super) fn new(table: &'a Table, limit: usize) -> Self {
        Self { table, block: 0, cursor: None, limit, left: limit, done: false }
    }

    fn read(&mut self) -> Result<Option<(Vec<u8>, Vec<u8>)>> {
        loop {
            let cursor = match &mut self.cursor {
                Some(cursor) => cursor,
                none => match self.table.cursor(self.block)? {
                    Some(cursor) => none.insert(cursor),
                    None => return Ok(None),
                },
            };
            let offset = cursor.place();
            if !self.table.advance(self.block, cursor)? {
                self.cursor = None;
                self.block += 1;
                continue;
            }
            let size = cursor.key().len() + cursor.value().len();
            let Some(left) = self.left.checked_sub(size) else {
                let (path, what) = (self.table.path().to_owned(), "the table up to here");
                let (limit, found) = (self.limit as u64, (self.limit - self.left + size) as u64);
                return Err(Error::TooLarge { path, offset, what, limit, found });
            };
            self.left = left;
            return Ok(Some((cursor.key().to_owned(), cursor.value().to_owned())));
        }
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<(Vec<u8>, Vec<u8>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let entry = self.read().transpose();
        self.done = !matches!(entry, Some(Ok(_)));
        entry
    }
}
