//! Providers of genres are asked by the real client over a real line: politely, once, and however they fail.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use pipeline::genres::{
    Artists, Asked, Fault, FetchOptions, Fetched, Keys, ProviderName, Secret, SpotifyKeys, fetch,
};
use pipeline::models::Patience;
use pipeline::{Error, Event, Observer, Result, Unobserved};
use tempfile::TempDir;

use crate::listeners::{Diary, Impatient};
use crate::loopback::{Reply, Server};

const KEY: &str = "k3y-of-lastfm";
const SECRET: &str = "s3cret-of-spotify";
const TOKEN: &str = "BQ-made-up-token-of-these-tests";

/// An answer in the shape that a provider documents.
fn golden(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../genre/tests/golden/providers");
    fs::read(folder.join(format!("{name}.json"))).unwrap()
}

fn json(name: &str) -> Reply {
    Reply::new("200 OK\nContent-Type: application/json", &golden(name))
}

/// A user with folders of their own.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn options(&self, artists: &str, asked: &[(ProviderName, &Server)]) -> FetchOptions {
        let path = |name: &str| self.folder.path().join(name);
        fs::write(path("artists.txt"), artists).unwrap();
        let providers = asked.iter().map(|(name, server)| Asked {
            name: *name,
            base_url: Some(server.base.clone()),
            interval: Some(Duration::ZERO),
        });
        FetchOptions {
            artists: Artists::List(Some(path("artists.txt"))),
            providers: providers.collect(),
            table: None,
            output: path("genres.csv"),
            report: path("genres.report.jsonl"),
            answers: path("answers"),
            max_age: None,
            min_confidence: 0.1,
            keys: Keys {
                contact: Some("me@example.org".to_owned()),
                spotify: Some(SpotifyKeys { id: Secret::new("id"), secret: Secret::new(SECRET) }),
                lastfm: Some(Secret::new(KEY)),
            },
            patience: Patience {
                timeout: Duration::from_secs(20),
                retries: 2,
                pause: Duration::from_millis(1),
            },
        }
    }

    fn fetch(&self, artists: &str, asked: &[(ProviderName, &Server)]) -> Result<Fetched> {
        fetch(&self.options(artists, asked), &Unobserved)
    }

    /// Why nothing could be asked.
    fn fault(&self, name: ProviderName, server: &Server) -> Fault {
        match self.fetch("Queen\n", &[(name, server)]) {
            Err(Error::Provider { source, .. }) => source,
            other => panic!("{other:?}"),
        }
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    fn rows(&self) -> Vec<serde_json::Value> {
        let report = self.read("genres.report.jsonl");
        report.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Checks that no file of the user holds a secret.
    fn assert_no_secrets(&self) {
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let bytes = fs::read(&path).unwrap();
                for secret in [KEY, SECRET, TOKEN] {
                    let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
                    assert!(!found, "{secret} is in {}", path.display());
                }
            }
        }
    }
}

/// Writes down all that is said.
#[derive(Default)]
struct Ears(Mutex<Vec<String>>);

impl Observer for Ears {
    fn observe(&self, event: Event<'_>) {
        self.0.lock().unwrap().push(format!("{event:?}"));
    }
}

impl Ears {
    fn warnings(&self) -> Vec<String> {
        let heard = self.0.lock().unwrap().clone();
        heard.into_iter().filter(|text| text.starts_with("Warning")).collect()
    }
}

use ProviderName::{LastFm, MusicBrainz, Spotify};

#[test]
fn musicbrainz_is_asked_by_somebody_with_a_name_and_not_twice() {
    let desk = Desk::new();
    let server = Server::new(vec![json("musicbrainz_search"), json("musicbrainz_artist")]);
    let diary = Diary::default();
    let fetched = fetch(&desk.options("QUEEN\n", &[(MusicBrainz, &server)]), &diary).unwrap();
    assert_eq!((fetched.artists, fetched.with_genres), (1, 1));
    assert_eq!((fetched.providers[0].requests, fetched.providers[0].kept), (2, 0));
    assert_eq!(desk.read("genres.csv"), "artist,genres\nQUEEN,rock|hard rock|pop rock\n");
    let asked = server.asked();
    assert!(asked[0][0].starts_with("GET /ws/2/artist?query=artist%3A%22QUEEN%22%20OR%20"));
    assert!(asked[1][0].contains("?inc=genres%20tags&fmt=json"), "{asked:?}");
    let version = env!("CARGO_PKG_VERSION");
    assert!(asked[0].contains(&format!("user-agent: Cantus/{version} ( me@example.org )")));
    let report = desk.read("genres.report.jsonl");
    let expected = r#"{"artist":"QUEEN","provider":"musicbrainz","status":"found","matched":"Queen","id":"0383dadf-2a4e-4d10-a46a-e9e041da8eb3","score":1.0,"genres":[{"genre":"rock","confidence":1.0,"votes":28}"#;
    assert!(report.starts_with(expected), "{report}");
    let tasks = diary.tasks();
    assert!(tasks.len() == 1 && tasks[0].ended && tasks[0].name == "asking musicbrainz");
    assert_eq!((tasks[0].total, &tasks[0].done[..]), (Some(1), &[0, 1][..]));

    // The server has nothing more to say, and is not asked.
    let again = desk.fetch("QUEEN\n", &[(MusicBrainz, &server)]).unwrap();
    assert_eq!((again.providers[0].requests, again.providers[0].kept), (0, 1));
    assert_eq!((server.asked().len(), desk.read("genres.report.jsonl")), (2, report));
}

#[test]
fn requests_keep_their_distance() {
    let desk = Desk::new();
    let server = Server::new(vec![json("musicbrainz_search"), json("musicbrainz_artist")]);
    let mut options = desk.options("Queen\n", &[(MusicBrainz, &server)]);
    let interval = Duration::from_millis(300);
    options.providers[0].interval = Some(interval);
    let began = Instant::now();
    fetch(&options, &Unobserved).unwrap();
    // Waits do not get shorter, however slow the machine is.
    assert!(began.elapsed() >= interval);
}

#[test]
fn spotify_gives_a_token_first_and_another_when_it_ends() {
    let desk = Desk::new();
    let expired = Reply::new("401 Unauthorized", &golden("spotify_unauthorised"));
    let (token, search) = (json("spotify_token"), json("spotify_search"));
    let server = Server::new(vec![token.clone(), expired, token, search.clone(), search]);
    let ears = Ears::default();
    let options = desk.options("Queen\nQueen Latifah\n", &[(Spotify, &server)]);
    let fetched = fetch(&options, &ears).unwrap();
    assert_eq!((fetched.with_genres, fetched.providers[0].requests), (2, 5));
    let asked = server.asked();
    assert!(asked[0][0].starts_with("POST /api/token "), "{asked:?}");
    let basic = format!("authorization: Basic {}", base64_of(&format!("id:{SECRET}")));
    assert!(asked[0].contains(&basic));
    assert_eq!(asked[0].last().unwrap(), "grant_type=client_credentials");
    assert!(asked[0].contains(&"content-type: application/x-www-form-urlencoded".to_owned()));
    assert!(asked[1][0].starts_with("GET /v1/search?type=artist&limit=10&q=Queen "));
    assert!(asked[3].contains(&format!("authorization: Bearer {TOKEN}")));
    assert_eq!(desk.read("genres.csv").lines().nth(2), Some("Queen Latifah,dance pop"));
    desk.assert_no_secrets();
    let heard = format!("{:?} {options:?}", ears.0.lock().unwrap());
    assert!(![SECRET, TOKEN, &basic].iter().any(|secret| heard.contains(*secret)));
}

fn base64_of(text: &str) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut coded = String::new();
    for group in text.as_bytes().chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte));
        let bits = bits << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            coded.push(if place > group.len() { '=' } else { char::from(digit) });
        }
    }
    coded
}

#[test]
fn an_application_that_gets_no_genres_is_told_and_the_next_provider_asked() {
    let desk = Desk::new();
    let spotify = Server::new(vec![json("spotify_token"), json("spotify_search_without_genres")]);
    let lastfm = Server::new(vec![json("lastfm_toptags")]);
    let ears = Ears::default();
    let options = desk.options("Queen\n", &[(Spotify, &spotify), (LastFm, &lastfm)]);
    let fetched = fetch(&options, &ears).unwrap();
    assert!(fetched.providers[0].withheld && fetched.with_genres == 1);
    assert_eq!(desk.read("genres.csv"), "artist,genres\nQueen,classic rock|rock|hard rock\n");
    let warnings = ears.warnings();
    assert!(warnings.len() == 1 && warnings[0].contains("no genres to this application"));
    desk.assert_no_secrets();
}

#[test]
fn the_next_is_asked_about_those_who_are_not_known_and_a_table_stays() {
    let desk = Desk::new();
    let lastfm = Server::new(vec![
        Reply::new("404 Not Found", &golden("lastfm_unknown")),
        Reply::new("200 OK", br#"{"toptags": {"tag": [], "@attr": {"artist": "Nobody"}}}"#),
    ]);
    let musicbrainz = Server::new(vec![
        json("musicbrainz_search"),
        json("musicbrainz_artist"),
        Reply::new("200 OK", br#"{"count": 0, "offset": 0, "artists": []}"#),
    ]);
    let asked = [(LastFm, &lastfm), (MusicBrainz, &musicbrainz)];
    let mut options = desk.options("Queen\nABBA\nNobody\n", &asked);
    let table = desk.folder.path().join("known.csv");
    fs::write(&table, "artist,genres\nABBA,europop\nZappa,art rock\n").unwrap();
    options.table = Some(table);
    let fetched = fetch(&options, &Unobserved).unwrap();
    assert_eq!((fetched.artists, fetched.had_genres, fetched.with_genres), (3, 1, 2));
    let [lastfm, musicbrainz] = &fetched.providers[..] else { panic!("{fetched:?}") };
    assert_eq!((lastfm.not_found, lastfm.no_genres, lastfm.found), (1, 1, 0));
    assert_eq!((musicbrainz.found, musicbrainz.not_found), (1, 1));
    let expected =
        "artist,genres\nABBA,europop\nZappa,art rock\nQueen,rock|hard rock|pop rock\nNobody,\n";
    assert_eq!(desk.read("genres.csv"), expected);
    let rows = desk.rows();
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            format!("{} {} {}", row["artist"], row["provider"], row["status"]).replace('"', "")
        })
        .collect();
    let expected = [
        "Queen lastfm not_found",
        "Queen musicbrainz found",
        "Nobody lastfm found",
        "Nobody musicbrainz not_found",
    ];
    assert_eq!(told, expected);

    // To complete a table, it is enough.
    options.artists = Artists::OfTable;
    let fetched = fetch(&options, &Unobserved).unwrap();
    assert_eq!((fetched.artists, fetched.had_genres), (2, 2));
}

#[test]
fn a_similar_name_is_told_with_its_score_and_another_one_is_a_candidate() {
    let desk = Desk::new();
    let search = |name: &str| {
        let body = format!(
            r#"{{"artists": [{{"id": "0383dadf-2a4e-4d10-a46a-e9e041da8eb3", "name": "{name}"}}]}}"#
        );
        Reply::new("200 OK", body.as_bytes())
    };
    let server =
        Server::new(vec![search("Lynyrd Skynyrd"), json("musicbrainz_artist"), search("Abbey")]);
    let fetched = desk.fetch("Lynard Skynyrd\nAbba\n", &[(MusicBrainz, &server)]).unwrap();
    assert_eq!(fetched.providers[0].inexact, 1);
    let rows = desk.rows();
    assert_eq!((&rows[0]["matched"], &rows[0]["score"]), (&"Lynyrd Skynyrd".into(), &0.929.into()));
    assert_eq!(rows[1]["candidates"][0], serde_json::json!({"name": "Abbey", "score": 0.6}));
}

#[test]
fn a_busy_server_is_left_in_peace_and_asked_again() {
    let desk = Desk::new();
    let busy = golden("musicbrainz_busy");
    let server = Server::new(vec![
        Reply::new("503 Service Unavailable\nRetry-After: 0", &busy),
        Reply::new("429 Too Many Requests\nRetry-After: Thu, 01 Jan 1970 00:00:00 GMT", &busy),
        json("musicbrainz_search"),
        Reply::new("503 Service Unavailable\nRetry-After: 1", &busy),
        json("musicbrainz_artist"),
    ]);
    let (ears, began) = (Ears::default(), Instant::now());
    let fetched = fetch(&desk.options("Queen\n", &[(MusicBrainz, &server)]), &ears).unwrap();
    assert_eq!((fetched.with_genres, fetched.providers[0].requests), (1, 5));
    assert!(began.elapsed() >= Duration::from_secs(1));
    let warnings = ears.warnings();
    assert!(warnings.len() == 3 && warnings[2].contains("asking again in 1.0 s"), "{warnings:?}");
}

#[test]
fn a_server_that_stays_busy_is_given_up() {
    let desk = Desk::new();
    // Spotify may want hours.
    let server = Server::new(vec![
        json("spotify_token"),
        Reply::new("429 Too Many Requests\nRetry-After: 80000", b"Too many requests"),
    ]);
    let retry_after = Some(Duration::from_secs(80_000));
    assert_eq!(desk.fault(Spotify, &server), Fault::Busy { status: 429, retry_after });
    assert_eq!(server.asked().len(), 2);
    // Last.fm says so with a status of its own, in an answer.
    let server = Server::new(vec![json("lastfm_rate"); 9]);
    let error = desk.fetch("A\nB\nC\nD\n", &[(LastFm, &server)]).unwrap_err();
    assert!(matches!(error, Error::Provider { ref artist, .. } if artist == "C"), "{error:?}");
    assert_eq!(server.asked().len(), 9);
}

#[test]
fn a_refused_key_ends_it_and_is_not_told() {
    let desk = Desk::new();
    let denied = r#"{"error": 26, "message": "the key k3y-of-lastfm is suspended"}"#;
    let server = Server::new(vec![Reply::new("403 Forbidden", denied.as_bytes())]);
    let ears = Ears::default();
    let error = fetch(&desk.options("Queen\n", &[(LastFm, &server)]), &ears).unwrap_err();
    let told = format!("{error} {error:?} {:?}", ears.0.lock().unwrap());
    assert!(told.contains("*** is suspended") && !told.contains(KEY), "{told}");
    assert!(server.asked()[0][0].contains(&format!("&api_key={KEY} ")));

    let refused = br#"{"error": "invalid_client", "error_description": "Invalid client secret"}"#;
    let server = Server::new(vec![Reply::new("400 Bad Request", refused)]);
    let reason = "invalid_client".to_owned();
    assert_eq!(desk.fault(Spotify, &server), Fault::Refused { status: 400, reason });
    desk.assert_no_secrets();
}

#[test]
fn answers_that_break_off_are_asked_for_again() {
    let desk = Desk::new();
    let whole = golden("lastfm_toptags");
    let half = &whole[..whole.len() / 2];
    let server = Server::new(vec![
        Reply::new("200 OK", half),
        Reply::announcing(whole.len(), "200 OK", half),
        Reply::open_ended(&whole),
    ]);
    let fetched = desk.fetch("Queen\n", &[(LastFm, &server)]).unwrap();
    assert_eq!((fetched.with_genres, fetched.providers[0].requests), (1, 3));
}

#[test]
fn an_artist_about_whom_nothing_can_be_read_does_not_stop_the_rest_and_is_asked_about_again() {
    let desk = Desk::new();
    let odd = Reply::new("200 OK", br#"{"toptags": {"tag": 3}}"#);
    let page = Reply::new("200 OK\nContent-Type: text/html", b"<html>Please log in</html>");
    let mut replies = vec![odd, page.clone(), page.clone(), page, json("lastfm_toptags")];
    let server = Server::new(replies.clone());
    let ears = Ears::default();
    let options = desk.options("A\nB\nQueen\n", &[(LastFm, &server)]);
    let fetched = fetch(&options, &ears).unwrap();
    assert_eq!((fetched.providers[0].failed, fetched.with_genres), (2, 1));
    let rows = desk.rows();
    assert_eq!(rows[0]["status"], "failed");
    assert!(rows[0]["reason"].as_str().unwrap().contains("not as documented"), "{rows:?}");
    assert!(rows[1]["reason"].as_str().unwrap().contains("that is no JSON"), "{rows:?}");
    replies.truncate(4);
    let server = Server::new(replies);
    let again = desk.fetch("A\nB\nQueen\n", &[(LastFm, &server)]).unwrap();
    assert_eq!((again.providers[0].kept, again.providers[0].requests), (1, 4));
}

#[test]
fn a_server_that_says_nothing_is_waited_for_so_long_and_no_longer() {
    let desk = Desk::new();
    let silence = Duration::from_secs(60);
    let stalled = Reply::announcing(5000, "200 OK", b"{\"toptags\":").held(silence);
    let dead = Reply::silent(silence);
    let server = Server::new(vec![stalled, dead.clone(), dead]);
    let mut options = desk.options("Queen\n", &[(LastFm, &server)]);
    options.patience.timeout = Duration::from_millis(200);
    options.artists = Artists::List(Some(desk.folder.path().join("artists.txt")));
    let fetched = fetch(&options, &Unobserved).unwrap();
    assert_eq!((fetched.providers[0].failed, server.asked().len()), (1, 3));
    assert_eq!(desk.rows()[0]["reason"], "nothing came for 0.2 s");
}

#[test]
fn huge_answers_closed_lines_and_redirects_are_told_and_not_followed() {
    let desk = Desk::new();
    let huge = Reply::new("200 OK", &vec![b' '; (4 << 20) + 1]);
    let elsewhere = Server::new(vec![json("lastfm_toptags")]);
    let redirect = format!("302 Found\nLocation: {}/2.0/", elsewhere.base);
    let server = Server::new(vec![huge, Reply::new(&redirect, b"")]);
    let fetched = desk.fetch("A\nB\n", &[(LastFm, &server)]).unwrap();
    assert_eq!(fetched.providers[0].failed, 2);
    let rows = desk.rows();
    assert!(rows[0]["reason"].as_str().unwrap().contains("more than 4194304 bytes"), "{rows:?}");
    assert_eq!(rows[1]["reason"], "the server answers with status 302");
    assert!(elsewhere.asked().is_empty());

    // Nobody is there any more.
    let server = Server::new(Vec::new());
    let error = desk.fetch("C\nD\nE\nF\n", &[(LastFm, &server)]).unwrap_err();
    let Error::Provider { artist, kept, source: Fault::Connection { .. }, .. } = &error else {
        panic!("{error:?}")
    };
    // Nothing was said of the two before, either.
    assert_eq!((artist.as_str(), *kept), ("E", 0));
    assert!(!format!("{error:?}").contains(KEY));
}

#[test]
fn what_was_answered_before_an_interruption_is_not_asked_again() {
    let desk = Desk::new();
    let server = Server::new(vec![json("lastfm_toptags"); 3]);
    let options = desk.options("Queen\nA\nB\n", &[(LastFm, &server)]);
    let error = fetch(&options, &Impatient::after(2)).unwrap_err();
    let Error::Interrupted { kept: Some(kept) } = error else { panic!("{error:?}") };
    assert_eq!(kept, "with 1 of 3 answers kept");
    assert!(!options.output.exists() && !options.report.exists());
    let fetched = fetch(&options, &Unobserved).unwrap();
    assert_eq!((fetched.providers[0].kept, server.asked().len()), (1, 3));
}

#[test]
fn what_cannot_work_is_told_before_anybody_is_asked() {
    let desk = Desk::new();
    let server = Server::new(Vec::new());
    let options = |name| desk.options("Queen\n", &[(name, &server)]);
    let error = |options: FetchOptions| fetch(&options, &Unobserved).unwrap_err();
    let mut no_keys = options(Spotify);
    no_keys.keys = Keys::default();
    assert!(matches!(error(no_keys.clone()), Error::NoKey { provider: "spotify", .. }));
    no_keys.providers[0].name = LastFm;
    assert!(matches!(error(no_keys), Error::NoKey { provider: "lastfm", .. }));
    let mut no_contact = options(MusicBrainz);
    no_contact.keys.contact = None;
    no_contact.providers[0].base_url = None;
    assert!(matches!(error(no_contact.clone()), Error::NoContact));
    no_contact.keys.contact = Some("a\r\nX-Evil: 1".to_owned());
    assert!(matches!(error(no_contact), Error::BadContact));
    let mut unsafe_line = options(LastFm);
    unsafe_line.providers[0].base_url = Some("http://x.example".to_owned());
    assert!(matches!(error(unsafe_line), Error::BaseUrl { .. }));
    let mut format = options(MusicBrainz);
    format.output = "genres.txt".into();
    assert!(matches!(error(format), Error::TableFormat { .. }));
    assert!(matches!(desk.fetch(" \n", &[(LastFm, &server)]), Err(Error::NobodyToAskAbout)));
}
