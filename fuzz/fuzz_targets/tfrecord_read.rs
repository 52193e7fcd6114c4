//! Any bytes: records until the end or an error, never a panic, never more bytes out than in unless they were compressed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tensorflow::events;
use tensorflow::tfrecord::Reader;

fuzz_target!(|bytes: &[u8]| {
    let read: usize =
        Reader::new(bytes, "fuzz").filter_map(Result::ok).map(|data| data.len()).sum();
    assert!(read <= bytes.len());
    events::Reader::new(Reader::new(bytes, "fuzz")).for_each(drop);
    let _ = events::Event::decode(bytes);
    // What was compressed may be longer than the input.
    if let Ok(reader) = Reader::detecting(bytes, "fuzz") {
        reader.for_each(drop);
    }
});
