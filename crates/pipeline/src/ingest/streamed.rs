//! An ingest to stdout, for the next program to read.

use std::io::{self, BufWriter, Stdout};

use corpus::ingest::{Both, Observer, Options, Row, Sink, Summary};
use tensorflow::tfrecord::Writer;

use super::IngestOptions;
use crate::Result;
use crate::files::{self, WholeFile};

/// Records as they come, and the report.
struct Streamed {
    records: Writer<BufWriter<Stdout>>,
    report: Option<WholeFile>,
}

/// Reads all inputs and writes their records to stdout.
pub(super) fn ingest(
    options: &IngestOptions,
    also: Option<&mut dyn Sink>,
    corpus: &Options,
    observer: &mut dyn Observer,
) -> Result<Summary> {
    let report = options.report.as_deref().map(|path| {
        files::create_parent(path)?;
        WholeFile::create(path)
    });
    let records = Writer::new(BufWriter::new(io::stdout()), "standard output");
    let mut sink = Streamed { records, report: report.transpose()? };
    let summary = match also {
        Some(also) => {
            let mut both = Both(&mut sink, also);
            corpus::ingest::ingest(&options.inputs, &mut both, corpus, observer)?
        }
        None => corpus::ingest::ingest(&options.inputs, &mut sink, corpus, observer)?,
    };
    sink.records.finish()?;
    sink.report.map_or(Ok(()), WholeFile::commit)?;
    if summary.pieces == 0 {
        return Err(corpus::Error::NothingRead { files: summary.files }.into());
    }
    Ok(summary)
}

impl Sink for Streamed {
    fn take(&mut self, row: &Row, record: Option<&[u8]>) -> corpus::Result<()> {
        if let Some(report) = &mut self.report {
            let path = report.path().to_owned();
            let failed = |source| corpus::Error::Report { path, source };
            serde_json::to_vec(row)
                .map_err(io::Error::from)
                .and_then(|mut line| {
                    line.push(b'\n');
                    report.append(&line)
                })
                .map_err(failed)?;
        }
        Ok(record.map_or(Ok(()), |record| self.records.write(record))?)
    }
}
