//! The providers on what they document, and on what they do not.

use std::cell::RefCell;

use proptest::prelude::*;

use super::*;

/// Gives answers in turn, the last one again and again, and keeps what was asked.
struct Canned {
    answers: RefCell<Vec<Response>>,
    asked: RefCell<Vec<Request>>,
}

impl Canned {
    fn new(answers: &[(u16, &[u8])]) -> Self {
        let answers = answers.iter().rev().map(|&(status, body)| Response {
            status,
            retry_after: None,
            body: body.to_vec(),
        });
        Self { answers: RefCell::new(answers.collect()), asked: RefCell::default() }
    }
}

impl Client for Canned {
    fn send(&self, request: &Request) -> Result<Response, Fault> {
        self.asked.borrow_mut().push(request.clone());
        let mut answers = self.answers.borrow_mut();
        let last = answers.last().cloned().expect("an answer");
        if answers.len() > 1 {
            answers.pop();
        }
        Ok(last)
    }
}

macro_rules! golden {
    ($name:literal) => {
        include_bytes!(concat!("../../tests/golden/providers/", $name, ".json")).as_slice()
    };
}

fn spotify() -> Spotify {
    Spotify::new(None, &Secret::new("my-id"), &Secret::new("my-secret"))
}

fn lastfm() -> LastFm {
    LastFm::new(None, Secret::new("my-key"))
}

fn matched(answer: Answer) -> Match {
    match answer {
        Answer::Found(found) => found,
        Answer::NotFound { candidates } => panic!("only {candidates:?}"),
    }
}

fn genres(found: &Match) -> Vec<(&str, f64)> {
    found.genres.iter().map(|vote| (vote.genre.as_str(), vote.confidence)).collect()
}

#[test]
fn spotify_is_searched_with_a_token_that_is_kept() {
    let client = Canned::new(&[(200, golden!("spotify_token")), (200, golden!("spotify_search"))]);
    let mut spotify = spotify();
    let found = matched(spotify.find("QUEEN", &client).unwrap());
    assert_eq!((found.matched.as_str(), found.score), ("Queen", 1.0));
    assert_eq!(genres(&found), [("classic rock", 1.0), ("glam rock", 1.0), ("rock", 1.0)]);
    spotify.find("Queen", &client).unwrap();
    let asked = client.asked.borrow();
    let addresses: Vec<_> = asked.iter().map(Request::exposed).collect();
    assert_eq!(addresses[0], "https://accounts.spotify.com/api/token");
    assert_eq!(addresses[1], "https://api.spotify.com/v1/search?type=artist&limit=10&q=QUEEN");
    assert_eq!(addresses.len(), 3);
    assert_eq!(asked[0].exposed_form().as_deref(), Some("grant_type=client_credentials"));
    assert_eq!(asked[0].headers[0].1.expose(), "Basic bXktaWQ6bXktc2VjcmV0");
    assert_eq!(asked[1].headers[0].1.expose(), "Bearer BQ-made-up-token-of-these-tests");
    let told = format!("{asked:?} {spotify:?}");
    for secret in ["my-secret", "bXktaWQ6", "BQ-made-up"] {
        assert!(!told.contains(secret), "{secret}");
    }
}

#[test]
fn a_token_that_has_ended_is_replaced_once() {
    let (token, search) = (golden!("spotify_token"), golden!("spotify_search"));
    let ended = golden!("spotify_unauthorised");
    let client = Canned::new(&[(200, token), (401, ended), (200, token), (200, search)]);
    matched(spotify().find("Queen", &client).unwrap());
    let client = Canned::new(&[(200, token), (401, ended), (200, token), (401, ended)]);
    let fault = spotify().find("Queen", &client).unwrap_err();
    let reason = "The access token expired".to_owned();
    assert_eq!(fault, Fault::Refused { status: 401, reason });
    assert_eq!(client.asked.borrow().len(), 4);
    // One that lives for less than the margin is not used twice.
    let short = br#"{"access_token": "t", "expires_in": 10}"#;
    let client = Canned::new(&[(200, short), (200, search), (200, short), (200, search)]);
    let mut spotify = spotify();
    spotify.find("Queen", &client).unwrap();
    spotify.find("Queen", &client).unwrap();
    assert_eq!(client.asked.borrow().len(), 4);
}

#[test]
fn artists_without_the_field_are_no_artists_without_genres() {
    let client = Canned::new(&[
        (200, golden!("spotify_token")),
        (200, golden!("spotify_search_without_genres")),
    ]);
    assert_eq!(spotify().find("Queen", &client), Err(Fault::Withheld));
    let empty = br#"{"artists": {"items": [{"name": "Queen", "id": "x", "genres": []}]}}"#;
    let client = Canned::new(&[(200, golden!("spotify_token")), (200, empty)]);
    assert!(matched(spotify().find("Queen", &client).unwrap()).genres.is_empty());
}

#[test]
fn musicbrainz_is_searched_and_looked_up() {
    let answers = [(200, golden!("musicbrainz_search")), (200, golden!("musicbrainz_artist"))];
    let client = Canned::new(&answers);
    let found = matched(MusicBrainz::new(None).find("Queen", &client).unwrap());
    assert_eq!(genres(&found), [("rock", 1.0), ("hard rock", 0.5), ("pop rock", 0.25)]);
    assert_eq!(found.genres[0].votes, Some(28));
    let addresses: Vec<_> = client.asked.borrow().iter().map(Request::exposed).collect();
    let query = "artist%3A%22Queen%22%20OR%20alias%3A%22Queen%22%20OR%20sortname%3A%22Queen%22";
    assert_eq!(
        addresses[0],
        format!("https://musicbrainz.org/ws/2/artist?query={query}&limit=10&fmt=json")
    );
    let lookup = "https://musicbrainz.org/ws/2/artist/0383dadf-2a4e-4d10-a46a-e9e041da8eb3?inc=genres%20tags&fmt=json";
    assert_eq!(addresses[1], lookup);
    // An alias is a name, too.
    let found = matched(MusicBrainz::new(None).find("smile", &Canned::new(&answers)).unwrap());
    assert_eq!((found.matched.as_str(), found.score), ("Queen", 1.0));
}

#[test]
fn tags_count_where_there_are_no_genres() {
    let tags = br#"{"genres": null, "tags": [{"count": 3, "name": "polka"}, {"count": 1, "name": "1983"}]}"#;
    let client = Canned::new(&[(200, golden!("musicbrainz_search")), (200, tags)]);
    let found = matched(MusicBrainz::new(None).find("Queen", &client).unwrap());
    assert_eq!(genres(&found), [("polka", 1.0)]);
}

#[test]
fn another_name_is_a_candidate_and_no_match() {
    let client = Canned::new(&[(200, golden!("musicbrainz_search"))]);
    let answer = MusicBrainz::new(None).find("Queens", &client).unwrap();
    let Answer::NotFound { candidates } = answer else { panic!("{answer:?}") };
    assert_eq!((candidates[0].name.as_str(), candidates[0].score), ("Queen", 0.833));
    assert_eq!(candidates.len(), 2);
    assert_eq!(client.asked.borrow().len(), 1);
}

#[test]
fn last_fm_tells_tags_and_the_junk_among_them_is_left_out() {
    let client = Canned::new(&[(200, golden!("lastfm_toptags"))]);
    let found = matched(lastfm().find("queen", &client).unwrap());
    let expected =
        [("classic rock", 1.0), ("rock", 0.81), ("hard rock", 0.22), ("glam rock", 0.03)];
    assert_eq!(genres(&found), expected);
    let address = client.asked.borrow()[0].exposed();
    let expected = "https://ws.audioscrobbler.com/2.0/?method=artist.getTopTags&autocorrect=1&format=json&artist=queen&api_key=my-key";
    assert_eq!(address, expected);
    // A correction to another name is no match.
    let client = Canned::new(&[(200, golden!("lastfm_toptags"))]);
    assert!(matches!(lastfm().find("Kween", &client).unwrap(), Answer::NotFound { .. }));
    // One tag comes without a list, a count as a text.
    let one =
        br#"{"toptags": {"tag": {"count": "7", "name": "skiffle"}, "@attr": {"artist": "Queen"}}}"#;
    let found = matched(lastfm().find("Queen", &Canned::new(&[(200, one)])).unwrap());
    assert_eq!(genres(&found), [("skiffle", 1.0)]);
}

#[test]
fn errors_of_last_fm_count_with_whatever_status() {
    for status in [200, 400, 403, 404] {
        let unknown = Canned::new(&[(status, golden!("lastfm_unknown"))]);
        let answer = lastfm().find("Queen", &unknown).unwrap();
        assert_eq!(answer, Answer::NotFound { candidates: Vec::new() });
        let key = Canned::new(&[(status, golden!("lastfm_invalid_key"))]);
        let fault = lastfm().find("Queen", &key).unwrap_err();
        assert!(matches!(fault, Fault::Refused { .. }), "{fault}");
        let suspended = br#"{"error": 26, "message": "key my-key is suspended"}"#;
        let fault = lastfm().find("Queen", &Canned::new(&[(status, suspended)])).unwrap_err();
        assert!(fault.to_string().contains("error 26: key *** is suspended"), "{fault}");
    }
    let busy = Response { status: 200, retry_after: None, body: golden!("lastfm_rate").to_vec() };
    let client = Canned::new(&[(200, golden!("lastfm_toptags"))]);
    lastfm().find("Queen", &client).unwrap();
    assert!((client.asked.borrow()[0].is_busy)(&busy) && !busy.is_busy());
}

#[test]
fn statuses_that_nobody_foresaw_are_told() {
    let redirect = || Canned::new(&[(302, b"")]);
    let expected = Err(Fault::Status { status: 302, retry_after: None });
    assert_eq!(lastfm().find("Queen", &redirect()), expected);
    assert_eq!(spotify().find("Queen", &redirect()), expected);
    assert_eq!(MusicBrainz::new(None).find("Queen", &redirect()), expected);
    let refused =
        Canned::new(&[(400, br#"{"error": "invalid_client", "error_description": "my-secret?"}"#)]);
    let fault = spotify().find("Queen", &refused).unwrap_err();
    assert_eq!(fault, Fault::Refused { status: 400, reason: "invalid_client".to_owned() });
}

/// What each provider makes of bytes that come as every answer: anything, but no panic.
fn all_read(status: u16, body: &[u8]) {
    let _ = lastfm().find("Queen", &Canned::new(&[(status, body)]));
    let _ = MusicBrainz::new(None).find("Queen", &Canned::new(&[(status, body)]));
    let search = [(200, golden!("musicbrainz_search")), (status, body)];
    let _ = MusicBrainz::new(None).find("Queen", &Canned::new(&search));
    let _ = spotify().find("Queen", &Canned::new(&[(status, body)]));
    let search = [(200, golden!("spotify_token")), (status, body)];
    let _ = spotify().find("Queen", &Canned::new(&search));
}

proptest! {
    #[test]
    fn no_answer_makes_a_provider_panic(
        which in 0..6_usize,
        status in prop_oneof![Just(200_u16), 100..600_u16],
        cut in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        numbers in prop_oneof![Just("1e999"), Just("-1"), Just("null"), Just("[]"), Just("\"\\ud800\"")],
    ) {
        let mut body = [
            golden!("spotify_token"), golden!("spotify_search"), golden!("musicbrainz_search"),
            golden!("musicbrainz_artist"), golden!("lastfm_toptags"), golden!("lastfm_rate"),
        ][which].to_vec();
        all_read(status, &body[..cut.index(body.len())]);
        for (place, byte) in changes {
            let place = place.index(body.len());
            body[place] = byte;
        }
        all_read(status, &body);
        let text = String::from_utf8_lossy(&body).replace("100", numbers).replace("28", numbers);
        all_read(status, text.as_bytes());
    }
}
