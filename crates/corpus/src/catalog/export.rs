//! Tables as CSV and Parquet, for the tools of others.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

use super::{Catalog, CatalogError, Cell, Result, Rows};

/// Rows that are held in memory at a time, and stand together in a Parquet file.
const ROWS_IN_GROUP: usize = 1 << 16;

/// What the values of a column are, each kind able to hold those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    #[default]
    Nothing,
    Integer,
    Real,
    Text,
}

/// Writes a table or view as CSV (RFC 4180) with a header; NULL is an empty field. Gives the number of rows.
///
/// # Errors
///
/// [`CatalogError::NoTable`], [`CatalogError::Export`], [`CatalogError::Cancelled`], and what SQLite says.
pub fn write_csv(catalog: &Catalog, table: &str, out: &mut dyn Write) -> Result<u64> {
    catalog.table_rows(table, |mut rows| {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(rows.columns()).map_err(csv_fault)?;
        let mut cells = Vec::new();
        let mut count = 0;
        while rows.next_into(&mut cells)? {
            writer.write_record(cells.iter().map(Cell::to_string)).map_err(csv_fault)?;
            count += 1;
        }
        writer.flush().map_err(CatalogError::Export)?;
        Ok(count)
    })
}

/// Writes a table or view as Parquet, compressed with Snappy. Columns are 64-bit integers, doubles or UTF-8, whichever holds all of
/// their values. Gives the number of rows.
///
/// # Errors
///
/// Those of [`write_csv`].
pub fn write_parquet(catalog: &Catalog, table: &str, out: &mut (dyn Write + Send)) -> Result<u64> {
    // One transaction, so that both walks see the same rows.
    let transaction =
        catalog.connection.unchecked_transaction().map_err(|fault| catalog.fault(fault))?;
    let kinds = catalog.table_rows(table, kinds)?;
    let count = catalog.table_rows(table, |rows| write_groups(rows, &kinds, out))?;
    transaction.finish().map_err(|fault| catalog.fault(fault))?;
    Ok(count)
}

/// What each column holds.
fn kinds(mut rows: Rows<'_>) -> Result<Vec<Kind>> {
    let mut kinds = vec![Kind::default(); rows.columns().len()];
    let mut cells = Vec::new();
    while rows.next_into(&mut cells)? {
        for (kind, cell) in kinds.iter_mut().zip(&cells) {
            *kind = (*kind).max(match cell {
                Cell::Null => Kind::Nothing,
                Cell::Integer(_) => Kind::Integer,
                Cell::Real(_) => Kind::Real,
                Cell::Text(_) | Cell::Blob(_) => Kind::Text,
            });
        }
    }
    Ok(kinds)
}

fn write_groups(mut rows: Rows<'_>, kinds: &[Kind], out: &mut (dyn Write + Send)) -> Result<u64> {
    let schema = schema(rows.columns(), kinds).map_err(parquet_fault)?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer =
        SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(parquet_fault)?;
    let (mut count, mut cells) = (0, Vec::new());
    loop {
        let mut columns = vec![Vec::new(); kinds.len()];
        let mut length = 0;
        while length < ROWS_IN_GROUP && rows.next_into(&mut cells)? {
            columns.iter_mut().zip(cells.drain(..)).for_each(|(column, cell)| column.push(cell));
            length += 1;
        }
        if length == 0 {
            break;
        }
        count += length as u64;
        let mut group = writer.next_row_group().map_err(parquet_fault)?;
        for (column, kind) in columns.iter().zip(kinds) {
            write_column(&mut group, column, *kind).map_err(parquet_fault)?;
        }
        group.close().map_err(parquet_fault)?;
    }
    writer.close().map_err(parquet_fault)?;
    Ok(count)
}

fn schema(names: &[String], kinds: &[Kind]) -> std::result::Result<TypePtr, ParquetError> {
    let field = |(name, kind): (&String, &Kind)| {
        let (physical, logical) = match kind {
            Kind::Integer => (Physical::INT64, None),
            Kind::Real => (Physical::DOUBLE, None),
            Kind::Nothing | Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    };
    let fields = names.iter().zip(kinds).map(field).collect::<std::result::Result<_, _>>()?;
    Ok(Arc::new(Type::group_type_builder("row").with_fields(fields).build()?))
}

/// Values that are there, and for each row whether one is.
fn write_column<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    cells: &[Cell],
    kind: Kind,
) -> std::result::Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("a column is missing".to_owned()));
    };
    let there: Vec<i16> = cells.iter().map(|cell| i16::from(*cell != Cell::Null)).collect();
    let values = cells.iter().filter(|cell| **cell != Cell::Null);
    match kind {
        Kind::Integer => {
            let values: Vec<i64> = values
                .map(|cell| if let Cell::Integer(number) = cell { *number } else { 0 })
                .collect();
            column.typed::<Int64Type>().write_batch(&values, Some(&there), None)?;
        }
        Kind::Real => {
            let values: Vec<f64> = values
                .map(|cell| match cell {
                    Cell::Real(number) => *number,
                    Cell::Integer(number) => *number as f64,
                    _ => 0.0,
                })
                .collect();
            column.typed::<DoubleType>().write_batch(&values, Some(&there), None)?;
        }
        Kind::Nothing | Kind::Text => {
            let values: Vec<ByteArray> =
                values.map(|cell| ByteArray::from(cell.to_string().into_bytes())).collect();
            column.typed::<ByteArrayType>().write_batch(&values, Some(&there), None)?;
        }
    }
    column.close()
}

fn csv_fault(error: csv::Error) -> CatalogError {
    CatalogError::Export(io::Error::from(error))
}

fn parquet_fault(error: ParquetError) -> CatalogError {
    CatalogError::Export(io::Error::other(error))
}
