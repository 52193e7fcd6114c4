//! The catalog: questions to it, tables out of it, what is in it.

mod export;
mod query;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use corpus::catalog::{Catalog, Contents};
use serde::Serialize;

use crate::{Observer, Result};

pub use export::{ExportFormat, Exported, ExportedTable, TableExportOptions, export};
pub use query::{TakeRow, query};

/// How often an observer is asked whether to go on while the database is at work.
const PATIENCE: Duration = Duration::from_millis(50);

/// What is in a catalog.
#[derive(Clone, Debug, Serialize)]
pub struct Info {
    /// The catalog.
    pub catalog: PathBuf,
    /// What is in it.
    #[serde(flatten)]
    pub contents: Contents,
}

/// Looks at what is in a catalog.
///
/// # Errors
///
/// A catalog that is not there or is none, [`crate::Error::Interrupted`].
pub fn info(path: &Path, observer: &dyn Observer) -> Result<Info> {
    let catalog = Catalog::read(path)?;
    let contents = interruptible(&catalog, observer, || Ok(catalog.contents()?))?;
    Ok(Info { catalog: path.to_owned(), contents })
}

/// Does `work` on a catalog, and ends what the database is doing when the observer wants to stop.
pub(crate) fn interruptible<T>(
    catalog: &Catalog,
    observer: &dyn Observer,
    work: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let interrupter = catalog.interrupter();
    let (at_work, over) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            while over.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                if observer.cancelled() {
                    interrupter.interrupt();
                }
            }
        });
        let result = work();
        drop(at_work);
        result
    })
}
