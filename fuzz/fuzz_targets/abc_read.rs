//! Reads any bytes as a tunebook, as Cantus does and as note-seq does; what was read must be storable, and what can be
//! written must be one tune.
#![no_main]

use formats::abc::{self, Book, MAX_PLAYED_NOTES, Options, WriteOptions};
use formats::note_sequence;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = abc::magenta::read(text);
    }
    let Ok(book) = Book::new(bytes) else { return };
    for tune in book.tunes(Options::default()).flatten() {
        assert!(tune.sequence.notes.len() <= MAX_PLAYED_NOTES.max(bytes.len()));
        assert!(!tune.strict || tune.note_seq.is_ok());

        let mut stored = Vec::new();
        note_sequence::encode(&tune.sequence, &mut stored);
        assert_eq!(note_sequence::decode(&stored).as_ref(), Ok(&tune.sequence));

        if let Ok(written) = abc::write(&tune.sequence, &WriteOptions::default()) {
            assert!(Book::new(written.as_bytes()).is_ok_and(|book| book.len() == 1));
        }
    }
});
