//! Any bytes as a file of weights: what tells about it without its values, and what loads it.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use model::import::{inspect, open};

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("fuzz");
    fs::write(&path, bytes).expect("a temporary file");
    let inspected = inspect(&path);
    if let Ok(opened) = open(&path) {
        let config = inspected.expect("what opens can be inspected").config;
        assert_eq!(config.expect("what opens is a network"), opened.model.config);
    }
});
