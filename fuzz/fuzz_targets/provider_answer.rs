//! Any bytes as the answers of a provider of genres: a typed fault or an answer, never a panic.
#![no_main]

use genre::provider::{
    Client, Fault, LastFm, MusicBrainz, Provider, Request, Response, Secret, Spotify,
};
use libfuzzer_sys::fuzz_target;

/// Gives the same answer to each request.
struct Same<'a>(u16, &'a [u8]);

impl Client for Same<'_> {
    fn send(&self, request: &Request) -> Result<Response, Fault> {
        let response = Response { status: self.0, retry_after: None, body: self.1.to_vec() };
        let _ = (request.is_busy)(&response);
        Ok(response)
    }
}

fuzz_target!(|input: (bool, &[u8])| {
    let (fine, body) = input;
    let client = Same(if fine { 200 } else { 400 }, body);
    let key = || Secret::new("key");
    let mut providers: [Box<dyn Provider>; 3] = [
        Box::new(Spotify::new(None, &key(), &key())),
        Box::new(MusicBrainz::new(None)),
        Box::new(LastFm::new(None, key())),
    ];
    for provider in &mut providers {
        let _ = provider.find("Queen", &client);
    }
});
