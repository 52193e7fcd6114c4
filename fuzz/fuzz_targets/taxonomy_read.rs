//! Any text as a taxonomy: one in which each genre has its place, or an error.
#![no_main]

use genre::Taxonomy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(taxonomy) = Taxonomy::read(text) else { return };
    let genres = taxonomy.metas().iter().flat_map(|meta| &meta.genres).take(100);
    let sum: f64 = taxonomy.blend(genres).iter().map(|share| share.share).sum();
    assert!(sum == 0.0 || (sum - 1.0).abs() < 1e-9);
    let _ = taxonomy.meta_of("nu metal");
});
