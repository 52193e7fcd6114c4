//! Any bytes as a table of genres: a table that can be written and read again, or an error.
#![no_main]

use genre::GenreTable;
use genre::table::TableFormat;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for format in [TableFormat::Csv, TableFormat::Tsv, TableFormat::Json] {
        let Ok(table) = GenreTable::read(bytes, format) else { continue };
        let written = table.write(format).expect("a table that was read is written");
        GenreTable::read(&written, format).expect("a table that was written is read");
    }
});
