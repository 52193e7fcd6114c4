//! Any bytes as a MIDI file whose texts are wanted: no more and no longer ones than are promised.
#![no_main]

use formats::midi::texts;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(texts) = texts(bytes) else { return };
    assert!(texts.len() <= 1000);
    assert!(texts.iter().all(|text| text.chars().count() <= 1024));
});
