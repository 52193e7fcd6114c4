//! Reads any bytes as MusicXML, in both conventions; what was read must be storable, and what can be written must read
//! again.
#![no_main]

use formats::musicxml::{Convention, ReadOptions, WriteOptions, magenta, read, write};
use formats::note_sequence;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for is_compressed in [false, true] {
        let _ = magenta::read(bytes, is_compressed);
    }
    for (convention, repeats) in
        [(Convention::Score, false), (Convention::NoteSeq, false), (Convention::Score, true)]
    {
        let options = ReadOptions { convention, repeats };
        let Ok(score) = read(bytes, &options) else { return };
        assert!(score.warnings.len() <= 65);

        let mut stored = Vec::new();
        note_sequence::encode(&score.sequence, &mut stored);
        assert_eq!(note_sequence::decode(&stored).as_ref(), Ok(&score.sequence));

        if let Ok(written) = write(&score.sequence, &WriteOptions::default()) {
            assert!(read(written.as_bytes(), &options).is_ok());
        }
    }
});
