//! Reads any text as a query; what was read must be printed as the same query.
#![no_main]

use genre::Query;
use genre::query::Facts;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(query) = text.parse::<Query>() else { return };
    // The printed form may be longer than a query may be.
    if let Ok(again) = query.to_string().parse::<Query>() {
        assert_eq!(again, query);
    }
    let _ = query.matches(&Facts::default());
});
