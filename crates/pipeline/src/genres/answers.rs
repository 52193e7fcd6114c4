//! The answers that came, in a database of SQLite.
//!
//! ```text
//! answers(provider, question, answer, fetched)    answer is JSON, fetched is in seconds since 1970
//! ```
//!
//! That somebody is not known is an answer, too. An answer is on disk before the next question is asked. Neither addresses nor keys are kept.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use genre::provider::{Answer, ProviderName, question};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::{Error, Result, files};

/// Which layout the database has.
const VERSION: i64 = 1;
/// How long to wait for others who read it.
const BUSY: Duration = Duration::from_secs(10);

const LAYOUT: &str = "
    CREATE TABLE IF NOT EXISTS answers (
        provider TEXT NOT NULL,
        question TEXT NOT NULL,
        answer TEXT NOT NULL,
        fetched INTEGER NOT NULL,
        PRIMARY KEY (provider, question)
    ) WITHOUT ROWID;
    PRAGMA user_version = 1;";

/// The answers that came; nobody else asks while it is open.
pub(super) struct Answers {
    path: PathBuf,
    connection: Connection,
    max_age: Option<Duration>,
    _lock: File,
}

impl Answers {
    /// Opens the database in a folder, and makes both unless they are there. Answers older than `max_age` count for nothing.
    pub(super) fn open(folder: &Path, max_age: Option<Duration>) -> Result<Self> {
        files::create_dir(folder)?;
        let lock = lock(&folder.join(".answers.lock"))?;
        let path = folder.join("answers.sqlite");
        let open = || {
            let connection = Connection::open(&path)?;
            connection.busy_timeout(BUSY)?;
            let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
            if matches!(version, 0 | VERSION) {
                connection.execute_batch(LAYOUT)?;
            }
            Ok((connection, version))
        };
        let (connection, version) = open().map_err(|error| fault(&path, &error))?;
        if !matches!(version, 0 | VERSION) {
            let reason = format!("it has layout {version}, {VERSION} expected");
            return Err(Error::Answers { path, reason });
        }
        Ok(Self { path, connection, max_age, _lock: lock })
    }

    /// The answer of a provider on an artist, if there is one that is not too old.
    pub(super) fn get(&self, provider: ProviderName, artist: &str) -> Result<Option<Answer>> {
        let mut select = self
            .connection
            .prepare_cached(
                "SELECT answer, fetched FROM answers WHERE provider = ? AND question = ?",
            )
            .map_err(|error| fault(&self.path, &error))?;
        let row = select
            .query_row([provider.as_str(), &question(artist)], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
            })
            .optional()
            .map_err(|error| fault(&self.path, &error))?;
        // What cannot be read any more is asked for again.
        Ok(row
            .filter(|(_, fetched)| self.is_fresh(*fetched))
            .and_then(|(answer, _)| serde_json::from_str(&answer).ok()))
    }

    /// Keeps an answer, in place of the one before.
    pub(super) fn put(&self, provider: ProviderName, artist: &str, answer: &Answer) -> Result<()> {
        let json = serde_json::to_string(answer).map_err(|error| Error::Answers {
            path: self.path.clone(),
            reason: error.to_string(),
        })?;
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)")
            .and_then(|mut insert| {
                insert.execute(params![provider.as_str(), question(artist), json, now()])
            })
            .map_err(|error| fault(&self.path, &error))?;
        Ok(())
    }

    fn is_fresh(&self, fetched: i64) -> bool {
        let age = Duration::from_secs(now().saturating_sub(fetched).max(0).unsigned_abs());
        self.max_age.is_none_or(|most| age <= most)
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn fault(path: &Path, error: &rusqlite::Error) -> Error {
    Error::Answers { path: path.to_owned(), reason: error.to_string() }
}

/// Two at once would ask twice as fast as they may.
fn lock(path: &Path) -> Result<File> {
    let write = |source| Error::Write { path: path.to_owned(), source };
    // It stays: what locks is the open file.
    let file =
        File::options().create(true).truncate(false).write(true).open(path).map_err(write)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::FetchInProgress),
        Err(TryLockError::Error(source)) => Err(write(source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LASTFM: ProviderName = ProviderName::LastFm;

    fn unknown() -> Answer {
        Answer::NotFound { candidates: Vec::new() }
    }

    #[test]
    fn an_answer_is_kept_under_the_normal_form_of_the_name() {
        let folder = tempfile::tempdir().unwrap();
        let answers = Answers::open(folder.path(), None).unwrap();
        assert_eq!(answers.get(LASTFM, "Björk").unwrap(), None);
        answers.put(LASTFM, "Björk", &unknown()).unwrap();
        drop(answers);
        let answers = Answers::open(folder.path(), None).unwrap();
        assert_eq!(answers.get(LASTFM, "BJORK").unwrap(), Some(unknown()));
        assert_eq!(answers.get(ProviderName::Spotify, "Björk").unwrap(), None);
    }

    #[test]
    fn old_and_unreadable_answers_count_for_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let answers = Answers::open(folder.path(), Some(Duration::from_secs(3600))).unwrap();
        answers.put(LASTFM, "a", &unknown()).unwrap();
        answers.put(LASTFM, "b", &unknown()).unwrap();
        answers.put(LASTFM, "c", &unknown()).unwrap();
        let change = "UPDATE answers SET fetched = fetched - 4000 WHERE question = 'a';
            UPDATE answers SET answer = '{' WHERE question = 'b'";
        answers.connection.execute_batch(change).unwrap();
        let there = |artist| answers.get(LASTFM, artist).unwrap().is_some();
        assert_eq!((there("a"), there("b"), there("c")), (false, false, true));
    }

    #[test]
    fn one_at_a_time_and_only_its_own_layout() {
        let folder = tempfile::tempdir().unwrap();
        let answers = Answers::open(folder.path(), None).unwrap();
        assert!(matches!(Answers::open(folder.path(), None), Err(Error::FetchInProgress)));
        answers.connection.execute_batch("PRAGMA user_version = 7").unwrap();
        drop(answers);
        let error = Answers::open(folder.path(), None).err().unwrap();
        assert!(error.to_string().contains("layout 7"), "{error}");
        std::fs::write(folder.path().join("answers.sqlite"), "no database".repeat(100)).unwrap();
        assert!(matches!(Answers::open(folder.path(), None), Err(Error::Answers { .. })));
    }
}
