//! An ingest that goes into the catalog, too.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;

use super::{Catalog, CatalogError, Result};
use crate::Error;
use crate::ingest::{Details, Row, Sink, Status, is_archive};

/// Rows that are handed on together: to wake a thread for each would take longer than to write it.
const ROWS_A_BATCH: usize = 128;

/// Batches that may wait to be written.
const BATCHES_WAITING: usize = 8;

/// What a path of an input begins with whose rows are about to be replaced; no path has it.
const OUTDATED: &str = "\u{1}";

/// Writes what an ingest gives into a catalog, on a thread of its own, as one transaction.
///
/// What the same inputs gave before is replaced, and so is a file of the same collection and path that came from elsewhere. A piece
/// that is still there keeps its number and its genres; only if its notes are others it loses those that were found in them. Dropped before
/// [`finish`](Self::finish), it changes nothing.
#[derive(Debug)]
pub struct Recording {
    batch: Vec<Entry>,
    /// Records so far.
    records: u64,
    sender: SyncSender<Message>,
    thread: Option<JoinHandle<Result<Recorded>>>,
}

/// What was written down of an ingest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// The catalog.
    pub catalog: PathBuf,
    /// Files.
    pub files: u64,
    /// Pieces.
    pub pieces: u64,
    /// Pieces that another of the same collection and path has replaced: two inputs of one name hold the same paths.
    pub replaced: u64,
}

#[derive(Debug)]
struct Entry {
    row: Row,
    record: Option<u64>,
}

#[derive(Debug)]
enum Message {
    Rows(Vec<Entry>),
    Finish,
}

impl Recording {
    /// Begins to write what an ingest of `inputs` gives, whose records go to the TFRecord file `records`, into the catalog at `path`,
    /// which is made if it is not there.
    ///
    /// # Errors
    ///
    /// Those of [`Catalog::create`].
    pub fn begin(path: &Path, inputs: &[PathBuf], records: Option<&Path>) -> Result<Self> {
        let Catalog { connection, path } = Catalog::create(path)?;
        let fault = |source| CatalogError::new(&path, source);
        connection.execute_batch("BEGIN IMMEDIATE").map_err(fault)?;
        let inputs = inputs.to_vec();
        let records = records.map(absolute);
        let (sender, receiver) = mpsc::sync_channel(BATCHES_WAITING);
        let write = move || {
            let fault = |source| CatalogError::new(&path, source);
            let written = Writer::new(&connection, &inputs, records.as_deref())
                .and_then(|writer| writer.write_all(&receiver))
                .map_err(fault)?;
            let Some(recorded) = written else { return Err(CatalogError::Cancelled) };
            // What the planner of queries should know of the new rows; to do without is no fault.
            let _ = connection.execute_batch("PRAGMA optimize");
            Ok(Recorded { catalog: path, ..recorded })
        };
        let thread = thread::Builder::new().name("catalog".into()).spawn(write);
        let thread = Some(thread.map_err(CatalogError::Thread)?);
        Ok(Self { batch: Vec::new(), records: 0, sender, thread })
    }

    /// Writes down what is left, and makes all of it last.
    ///
    /// # Errors
    ///
    /// What SQLite says; then nothing is changed.
    pub fn finish(mut self) -> Result<Recorded> {
        let batch = std::mem::take(&mut self.batch);
        let _ = self.sender.send(Message::Rows(batch));
        let _ = self.sender.send(Message::Finish);
        self.join()
    }

    /// What came of the thread.
    fn join(&mut self) -> Result<Recorded> {
        let ended = self.thread.take().map(JoinHandle::join);
        match ended {
            Some(Ok(result)) => result,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Err(CatalogError::Cancelled),
        }
    }
}

impl Sink for Recording {
    fn take(&mut self, row: &Row, record: Option<&[u8]>) -> crate::Result<()> {
        let number = record.map(|_| self.records);
        self.records += u64::from(record.is_some());
        self.batch.push(Entry { row: row.clone(), record: number });
        if self.batch.len() < ROWS_A_BATCH {
            return Ok(());
        }
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(ROWS_A_BATCH));
        match self.sender.send(Message::Rows(batch)) {
            Ok(()) => Ok(()),
            // The thread has ended, which it does before the end for a fault alone.
            Err(_) => self.join().map(drop).map_err(Error::Catalog),
        }
    }
}

/// Writes rows to the tables.
struct Writer<'a> {
    connection: &'a Connection,
    /// Numbers of the inputs in the catalog.
    inputs: Vec<i64>,
    records: Option<&'a str>,
    /// Numbers of the artists that came up.
    artists: HashMap<String, i64>,
    /// Whether there may be rows to replace.
    is_rerun: bool,
    file: Option<OpenFile>,
    recorded: Recorded,
}

/// The file whose rows are being written.
struct OpenFile {
    id: i64,
    input: usize,
    collection: String,
    path: String,
    /// Its pieces in the catalog that have not come up again.
    outdated: BTreeSet<i64>,
    warnings: i64,
    drops: i64,
}

impl<'a> Writer<'a> {
    fn new(
        connection: &'a Connection,
        inputs: &[PathBuf],
        records: Option<&'a str>,
    ) -> rusqlite::Result<Self> {
        let is_rerun = connection
            .query_row("SELECT 1 FROM files LIMIT 1", [], |_| Ok(()))
            .optional()?
            .is_some();
        let mut numbers = Vec::new();
        for input in inputs {
            let path = absolute(input);
            connection.execute(
                "UPDATE inputs SET path = ?1 || id || ':' || path WHERE path = ?2",
                params![OUTDATED, path],
            )?;
            let form = if input.is_dir() {
                "folder"
            } else if is_archive(input) {
                "archive"
            } else {
                "file"
            };
            connection.execute(
                "INSERT INTO inputs (path, collection, form, records) VALUES (?1, '', ?2, ?3)",
                params![path, form, records],
            )?;
            numbers.push(connection.last_insert_rowid());
        }
        Ok(Self {
            connection,
            inputs: numbers,
            records,
            artists: HashMap::new(),
            is_rerun,
            file: None,
            recorded: Recorded::default(),
        })
    }

    /// Writes all rows that come; none if they stop before the end.
    fn write_all(mut self, messages: &Receiver<Message>) -> rusqlite::Result<Option<Recorded>> {
        loop {
            match messages.recv() {
                Ok(Message::Rows(batch)) => {
                    for Entry { row, record } in &batch {
                        self.write(row, *record)?;
                    }
                }
                Ok(Message::Finish) => return self.finish().map(Some),
                Err(_) => return Ok(None),
            }
        }
    }

    fn write(&mut self, row: &Row, record: Option<u64>) -> rusqlite::Result<()> {
        let artist = self.artist(&row.artist)?;
        let is_open = self.file.as_ref().is_some_and(|file| file.is_of(row));
        if !is_open {
            self.close_file()?;
            self.file = Some(self.open_file(row, artist)?);
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        if let (Status::Read, Some(details)) = (row.status, &row.details) {
            let piece = write_piece(self.connection, file.id, artist, row, details, record)?;
            file.outdated.remove(&piece);
            write_texts(self.connection, piece, details, self.is_rerun)?;
            self.recorded.pieces += 1;
        }
        file.write_oddities(self.connection, row)
    }

    fn artist(&mut self, name: &str) -> rusqlite::Result<i64> {
        if let Some(id) = self.artists.get(name) {
            return Ok(*id);
        }
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO artists (name) VALUES (?1)
             ON CONFLICT DO UPDATE SET name = excluded.name RETURNING id",
        )?;
        let id = insert.query_row([name], |row| row.get(0))?;
        self.artists.insert(name.to_owned(), id);
        Ok(id)
    }

    fn open_file(&mut self, row: &Row, artist: i64) -> rusqlite::Result<OpenFile> {
        let path = row.file_path();
        let input = self.inputs.get(row.input).copied();
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO files (input, collection, path, artist, damaged) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (collection, path) DO UPDATE
             SET input = excluded.input, artist = excluded.artist, damaged = excluded.damaged
             RETURNING id",
        )?;
        let id = insert
            .query_row(params![input, row.collection, path, artist, row.damaged], |row| {
                row.get(0)
            })?;
        self.recorded.files += 1;
        let mut outdated = BTreeSet::new();
        if self.is_rerun {
            for table in ["warnings", "drop_reasons"] {
                let sql = format!("DELETE FROM {table} WHERE file = ?1");
                self.connection.prepare_cached(&sql)?.execute([id])?;
            }
            let mut pieces =
                self.connection.prepare_cached("SELECT id FROM pieces WHERE file = ?1")?;
            outdated =
                pieces.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        }
        let (collection, path) = (row.collection.clone(), path.to_owned());
        Ok(OpenFile { id, input: row.input, collection, path, outdated, warnings: 0, drops: 0 })
    }

    /// Removes what the file does not hold any more.
    fn close_file(&mut self) -> rusqlite::Result<()> {
        let Some(file) = self.file.take() else { return Ok(()) };
        for piece in file.outdated {
            self.connection.prepare_cached("DELETE FROM pieces WHERE id = ?1")?.execute([piece])?;
        }
        Ok(())
    }

    fn finish(mut self) -> rusqlite::Result<Recorded> {
        self.close_file()?;
        let it = self.connection;
        it.execute("DELETE FROM inputs WHERE substr(path, 1, 1) = ?1", [OUTDATED])?;
        it.execute_batch(
            "UPDATE inputs SET collection = coalesce(
                 (SELECT collection FROM files WHERE input = inputs.id LIMIT 1), '')
             WHERE collection = ''",
        )?;
        self.forget_overwritten_records()?;
        // Over all inputs, since copies are where one looks for them least.
        it.execute_batch(
            "UPDATE pieces SET duplicate_of = NULL WHERE duplicate_of IS NOT NULL;
             UPDATE pieces SET duplicate_of = original.id FROM
                 (SELECT digest, min(id) AS id FROM pieces GROUP BY digest HAVING count(*) > 1)
                 AS original
             WHERE pieces.digest = original.digest AND pieces.id <> original.id",
        )?;
        let mut kept = 0;
        for input in &self.inputs {
            let sql = "SELECT count(*) FROM pieces JOIN files f ON f.id = file WHERE f.input = ?1";
            kept += it.query_row(sql, [input], |row| row.get::<_, i64>(0))?.cast_unsigned();
        }
        self.recorded.replaced = self.recorded.pieces.saturating_sub(kept);
        self.recorded.pieces = kept;
        it.execute_batch("COMMIT")?;
        Ok(self.recorded)
    }

    /// The TFRecord file holds these inputs now, and no others any more.
    fn forget_overwritten_records(&self) -> rusqlite::Result<()> {
        let Some(records) = self.records else { return Ok(()) };
        let mut others = self.connection.prepare("SELECT id FROM inputs WHERE records = ?1")?;
        let others: Vec<i64> =
            others.query_map([records], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        for input in others.iter().filter(|input| !self.inputs.contains(input)) {
            self.connection.execute(
                "UPDATE pieces SET record = NULL WHERE file IN (SELECT id FROM files WHERE input = ?1)",
                [input],
            )?;
            self.connection.execute("UPDATE inputs SET records = NULL WHERE id = ?1", [input])?;
        }
        Ok(())
    }
}

impl OpenFile {
    fn is_of(&self, row: &Row) -> bool {
        self.input == row.input && self.path == row.file_path() && self.collection == row.collection
    }

    fn write_oddities(&mut self, connection: &Connection, row: &Row) -> rusqlite::Result<()> {
        let mut insert = connection
            .prepare_cached("INSERT INTO warnings VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        for notice in &row.warnings {
            insert.execute(params![
                self.id,
                self.warnings,
                row.tune,
                notice.message,
                notice.count.cast_signed(),
                notice.offset.map(u64::cast_signed),
                notice.line.map(u64::cast_signed),
            ])?;
            self.warnings += 1;
        }
        let Some(reason) = row.reason else { return Ok(()) };
        let mut insert = connection
            .prepare_cached("INSERT INTO drop_reasons VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        insert.execute(params![
            self.id,
            self.drops,
            row.tune,
            reason.name(),
            row.message.as_deref().unwrap_or_default(),
            row.offset.map(u64::cast_signed),
            row.line.map(u64::cast_signed),
        ])?;
        self.drops += 1;
        Ok(())
    }
}

fn write_piece(
    connection: &Connection,
    file: i64,
    artist: i64,
    row: &Row,
    details: &Details,
    record: Option<u64>,
) -> rusqlite::Result<i64> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO pieces (record_id, file, tune, record, digest, title, artist, notes, seconds,
                             tempo, metre, year, year_source)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (record_id) DO UPDATE SET
             file = excluded.file, tune = excluded.tune, record = excluded.record,
             digest = excluded.digest, title = excluded.title, artist = excluded.artist,
             notes = excluded.notes, seconds = excluded.seconds, tempo = excluded.tempo,
             metre = excluded.metre, year = excluded.year, year_source = excluded.year_source
         RETURNING id",
    )?;
    insert.query_row(
        params![
            details.id,
            file,
            row.tune,
            record.map(u64::cast_signed),
            details.digest.to_string(),
            row.title,
            artist,
            row.notes.cast_signed(),
            row.seconds,
            details.tempo,
            details.metre,
            details.year.map(|(year, _)| year),
            details.year.map(|(_, source)| source.name()),
        ],
        |row| row.get(0),
    )
}

fn write_texts(
    connection: &Connection,
    piece: i64,
    details: &Details,
    is_rerun: bool,
) -> rusqlite::Result<()> {
    if is_rerun {
        connection.prepare_cached("DELETE FROM texts WHERE piece = ?1")?.execute([piece])?;
    }
    let mut insert = connection.prepare_cached("INSERT INTO texts VALUES (?1, ?2, ?3, ?4)")?;
    for (number, text) in details.texts.iter().enumerate() {
        insert.execute(params![piece, number as i64, text.kind.name(), text.text])?;
    }
    Ok(())
}

/// Where a path leads from whatever folder.
fn absolute(path: &Path) -> String {
    let full = path.canonicalize().or_else(|_| std::path::absolute(path));
    full.as_deref().unwrap_or(path).to_string_lossy().into_owned()
}
