//! Published networks are pulled whole or in parts, over lines that break and from servers that fail, and nothing else passes for one.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use pipeline::models::{
    Cache, DownloadFault, Known, MAX_BYTES, Patience, PullOptions, Pulled, list, pull,
};
use pipeline::{Error, Event, Observer, Result, Unobserved};
use tempfile::TempDir;

use crate::listeners::{Diary, Impatient};
use crate::loopback::{Reply, Server};

/// ETag of what the server has.
const ETAG: &str = "ETag: \"first\"";

/// The bundle of a small network, as the server has it.
fn bundle(name: &str) -> Vec<u8> {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tensorflow/tests/golden");
    fs::read(golden.join(format!("{name}_8/{name}_8.mag"))).unwrap()
}

/// A cache of its own.
struct Shelf {
    folder: TempDir,
}

impl Shelf {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn cache(&self) -> Cache {
        Cache::new(self.folder.path().join("models"))
    }

    fn options(&self, url: &str) -> PullOptions {
        PullOptions {
            known: Known::named("basic_rnn").unwrap(),
            url: Some(url.to_owned()),
            force: false,
            cache: self.cache(),
            patience: Patience {
                timeout: Duration::from_secs(20),
                retries: 2,
                pause: Duration::from_millis(1),
            },
        }
    }

    fn pull(&self, server: &Server, observer: &dyn Observer) -> Result<Pulled> {
        pull(&self.options(&server.url), observer)
    }

    /// Why a pull came to nothing.
    fn fault(&self, server: &Server) -> DownloadFault {
        match self.pull(server, &Unobserved) {
            Err(Error::Download { url, source }) => {
                assert_eq!(url, server.url);
                source
            }
            other => panic!("{other:?}"),
        }
    }

    /// The files in the cache that are not hidden.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.cache().folder()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort();
        names
    }

    fn has_nothing(&self) -> bool {
        self.names().is_empty()
    }
}

#[test]
fn a_whole_download_is_kept_with_its_digest_and_not_made_twice() {
    let (shelf, bundle) = (Shelf::new(), bundle("basic_rnn"));
    let server = Server::new(vec![Reply::new(&format!("200 OK\n{ETAG}"), &bundle)]);
    let diary = Diary::default();
    let pulled = shelf.pull(&server, &diary).unwrap();
    assert_eq!(fs::read(&pulled.path).unwrap(), bundle);
    assert_eq!((pulled.bytes, pulled.was_there), (bundle.len() as u64, false));
    assert_eq!(pulled.url.as_deref(), Some(server.url.as_str()));
    assert_eq!(shelf.names(), ["basic_rnn.mag", "basic_rnn.mag.json"]);
    let tasks = diary.tasks();
    assert!(tasks.len() == 1 && tasks[0].ended && tasks[0].name == "downloading basic_rnn");
    assert_eq!(tasks[0].total, Some(bundle.len().div_ceil(1000) as u64));

    let again = shelf.pull(&server, &Unobserved).unwrap();
    assert_eq!((again.sha256, again.was_there), (pulled.sha256, true));
    assert_eq!(server.asked().len(), 1);
    assert!(server.asked()[0].contains(&"accept-encoding: identity".to_owned()));
    assert!(!server.asked()[0].iter().any(|line| line.starts_with("range")));
}

#[test]
fn a_bundle_that_has_changed_is_not_used_and_force_brings_it_back() {
    let (shelf, bundle) = (Shelf::new(), bundle("basic_rnn"));
    let reply = Reply::new("200 OK", &bundle);
    let server = Server::new(vec![reply.clone(), reply]);
    let pulled = shelf.pull(&server, &Unobserved).unwrap();
    let known = Known::named("basic_rnn").unwrap();
    assert_eq!(shelf.cache().get(known).unwrap(), pulled.path);
    let mut changed = bundle.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(&pulled.path, &changed).unwrap();
    let error = shelf.cache().get(known).unwrap_err();
    assert!(matches!(&error, Error::Changed { expected, .. } if *expected == pulled.sha256));
    assert!(matches!(shelf.pull(&server, &Unobserved), Err(Error::Changed { .. })));
    assert!(list(&shelf.cache(), &Unobserved).unwrap().models[0].cached.is_none());
    pull(&PullOptions { force: true, ..shelf.options(&server.url) }, &Unobserved).unwrap();
    assert_eq!(fs::read(&pulled.path).unwrap(), bundle);
    assert_eq!(
        list(&shelf.cache(), &Unobserved).unwrap().models[0].cached.as_ref().unwrap().sha256,
        pulled.sha256
    );
}

#[test]
fn a_line_that_breaks_is_gone_on_with() {
    let (shelf, bundle) = (Shelf::new(), bundle("basic_rnn"));
    let (total, cut) = (bundle.len(), 1000);
    let server = Server::new(vec![
        Reply::announcing(total, &format!("200 OK\n{ETAG}"), &bundle[..cut]),
        Reply::new(
            &format!(
                "206 Partial Content\n{ETAG}\nContent-Range: bytes {cut}-{}/{total}",
                total - 1
            ),
            &bundle[cut..],
        ),
    ]);
    let pulled = shelf.pull(&server, &Unobserved).unwrap();
    assert_eq!(fs::read(pulled.path).unwrap(), bundle);
    let second = &server.asked()[1];
    assert!(second.contains(&format!("range: bytes={cut}-")), "{second:?}");
    assert!(second.contains(&"if-range: \"first\"".to_owned()), "{second:?}");
}

#[test]
fn what_came_before_a_call_was_stopped_is_gone_on_with_by_the_next() {
    let (shelf, bundle) = (Shelf::new(), bundle("basic_rnn"));
    let (total, cut) = (bundle.len(), 2000);
    let head = format!("200 OK\n{ETAG}");
    let minute = Duration::from_secs(60);
    let server = Server::new(vec![
        Reply::announcing(total, &head, &bundle[..cut]).held(minute),
        Reply::new(
            &format!(
                "206 Partial Content\n{ETAG}\nContent-Range: bytes {cut}-{}/{total}",
                total - 1
            ),
            &bundle[cut..],
        ),
    ]);
    // The first report is made before the first bytes.
    let stopped = shelf.pull(&server, &Impatient::after(2));
    let Err(Error::Interrupted { kept: Some(kept) }) = stopped else { panic!("{stopped:?}") };
    assert_eq!(kept, format!("with {cut} of {total} bytes kept"));
    assert_eq!(shelf.names(), ["basic_rnn.mag.part", "basic_rnn.mag.part.json"]);
    let diary = Diary::default();
    let pulled = shelf.pull(&server, &diary).unwrap();
    assert_eq!(fs::read(pulled.path).unwrap(), bundle);
    assert!(server.asked()[1].contains(&format!("range: bytes={cut}-")));
    assert_eq!(diary.tasks()[0].done[0], cut as u64 / 1000);
    assert_eq!(shelf.names(), ["basic_rnn.mag", "basic_rnn.mag.json"]);
}

#[test]
fn another_file_by_now_is_taken_from_its_beginning() {
    let (shelf, bundle) = (Shelf::new(), bundle("basic_rnn"));
    let other = vec![7; 5000];
    let server = Server::new(vec![
        Reply::announcing(other.len(), &format!("200 OK\n{ETAG}"), &other[..1500]),
        // That is how a server answers `If-Range` with another ETag.
        Reply::new("200 OK\nETag: \"second\"", &bundle),
    ]);
    let pulled = shelf.pull(&server, &Unobserved).unwrap();
    assert_eq!(fs::read(pulled.path).unwrap(), bundle);
    assert!(server.asked()[1].contains(&"if-range: \"first\"".to_owned()));
}

#[test]
fn a_rest_of_another_file_or_place_is_not_taken() {
    let bundle = bundle("basic_rnn");
    let total = bundle.len();
    for head in [
        format!(
            "206 Partial Content\nETag: \"second\"\nContent-Range: bytes 1000-{}/{total}",
            total - 1
        ),
        format!("206 Partial Content\n{ETAG}\nContent-Range: bytes 900-{}/{total}", total - 1),
        format!("206 Partial Content\n{ETAG}\nContent-Range: bytes 1000-4000/4001"),
        format!("206 Partial Content\n{ETAG}"),
        "416 Range Not Satisfiable\nContent-Range: bytes */10".to_owned(),
    ] {
        let shelf = Shelf::new();
        let server = Server::new(vec![
            Reply::announcing(total, &format!("200 OK\n{ETAG}"), &bundle[..1000]),
            Reply::new(&head, &bundle[1000..]),
            Reply::new("200 OK", &bundle),
        ]);
        let pulled = shelf.pull(&server, &Unobserved).unwrap();
        assert_eq!(fs::read(pulled.path).unwrap(), bundle, "{head}");
        let third = &server.asked()[2];
        assert!(!third.iter().any(|line| line.starts_with("range")), "{head}: {third:?}");
    }
}

#[test]
fn a_file_without_a_strong_etag_is_never_put_together() {
    for head in ["200 OK", "200 OK\nETag: W/\"weak\""] {
        let (shelf, bundle) = (Shelf::new(), bundle("basic_rnn"));
        let server = Server::new(vec![
            Reply::announcing(bundle.len(), head, &bundle[..1000]),
            Reply::new(head, &bundle),
        ]);
        let pulled = shelf.pull(&server, &Unobserved).unwrap();
        assert_eq!(fs::read(pulled.path).unwrap(), bundle);
        assert!(!server.asked()[1].iter().any(|line| line.starts_with("range")), "{head}");
    }
}

#[test]
fn what_is_not_there_is_not_asked_for_again() {
    let shelf = Shelf::new();
    let server = Server::new(vec![Reply::new("404 Not Found", b"no"), Reply::new("200 OK", b"")]);
    assert!(matches!(shelf.fault(&server), DownloadFault::Status { status: 404, .. }));
    assert_eq!(server.asked().len(), 1);
}

/// Keeps what was warned of.
#[derive(Default)]
struct Warnings(Mutex<Vec<String>>);

impl Observer for Warnings {
    fn observe(&self, event: Event<'_>) {
        if let Event::Warning(text) = event {
            self.0.lock().unwrap().push(text.to_owned());
        }
    }
}

#[test]
fn a_busy_server_is_asked_again_when_it_wants() {
    let (shelf, bundle) = (Shelf::new(), bundle("basic_rnn"));
    let server = Server::new(vec![
        Reply::new("503 Service Unavailable\nRetry-After: 1", b"busy"),
        Reply::new("429 Too Many Requests\nRetry-After: Thu, 01 Jan 1970 00:00:00 GMT", b"busy"),
        Reply::new("200 OK", &bundle),
    ]);
    let warnings = Warnings::default();
    shelf.pull(&server, &warnings).unwrap();
    let warnings = warnings.0.into_inner().unwrap();
    assert!(warnings[0].ends_with("asking again in 1.0 s"), "{warnings:?}");
    assert!(warnings[1].ends_with("asking again in 0.0 s"), "{warnings:?}");
    // A pause that nobody would sit through is told, not taken.
    let shelf = Shelf::new();
    let server = Server::new(vec![Reply::new("503 Busy\nRetry-After: 86400", b"")]);
    let day = Some(Duration::from_secs(86_400));
    let fault = shelf.fault(&server);
    assert!(
        matches!(fault, DownloadFault::Status { status: 503, retry_after } if retry_after == day)
    );
}

#[test]
fn a_server_that_keeps_failing_is_left_after_the_retries() {
    let shelf = Shelf::new();
    let server = Server::new(vec![Reply::new("500 Internal Server Error", b""); 5]);
    assert!(matches!(shelf.fault(&server), DownloadFault::Status { status: 500, .. }));
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_body_that_is_always_cut_short_is_told_with_its_sizes() {
    let (shelf, bundle) = (Shelf::new(), bundle("basic_rnn"));
    let expected = bundle.len() as u64;
    let reply = Reply::announcing(bundle.len(), "200 OK", &bundle[..1200]);
    let server = Server::new(vec![reply; 4]);
    let fault = shelf.fault(&server);
    assert!(
        matches!(fault, DownloadFault::CutShort { expected: e, found: 1200 } if e == expected),
        "{fault:?}"
    );
    // The first brought something new; after it there were two retries.
    assert_eq!(server.asked().len(), 3);
    assert!(shelf.has_nothing());
}

#[test]
fn digests_that_the_server_announces_must_be_right() {
    let bundle = bundle("basic_rnn");
    let zeros = "AAAAAAAAAAAAAAAAAAAAAA==";
    for header in [
        format!("x-goog-hash: crc32c=AAAAAA==\nx-goog-hash: md5={zeros}"),
        "x-goog-hash: crc32c=AAAAAA==".to_owned(),
        format!("Content-MD5: {zeros}"),
    ] {
        let shelf = Shelf::new();
        let server = Server::new(vec![Reply::new(&format!("200 OK\n{ETAG}\n{header}"), &bundle)]);
        assert!(matches!(shelf.fault(&server), DownloadFault::Digest { .. }), "{header}");
        assert!(shelf.has_nothing(), "{header}");
    }
    // Of a file that is stored compressed they are not those of what comes.
    let head = format!("200 OK\nx-goog-stored-content-encoding: gzip\nx-goog-hash: md5={zeros}");
    let shelf = Shelf::new();
    shelf.pull(&Server::new(vec![Reply::new(&head, &bundle)]), &Unobserved).unwrap();
}

#[test]
fn more_than_a_bundle_has_is_not_taken() {
    let shelf = Shelf::new();
    let length = MAX_BYTES as usize + 1;
    let server = Server::new(vec![Reply::announcing(length, "200 OK", b"begin")]);
    let fault = shelf.fault(&server);
    assert!(
        matches!(fault, DownloadFault::TooLarge { found: Some(found), .. } if found == length as u64)
    );
    // Nor if it is not announced.
    let server = Server::new(vec![Reply::open_ended(&vec![0; length])]);
    assert!(matches!(shelf.fault(&server), DownloadFault::TooLarge { found: None, .. }));
}

#[test]
fn a_page_does_not_pass_for_a_bundle() {
    let page = b"<!DOCTYPE html><html><body>Log in</body></html>";
    for kind in ["text/html; charset=utf-8", "application/octet-stream"] {
        let shelf = Shelf::new();
        let server = Server::new(vec![Reply::new(&format!("200 OK\nContent-Type: {kind}"), page)]);
        let fault = shelf.fault(&server);
        match kind {
            "text/html; charset=utf-8" => assert!(matches!(fault, DownloadFault::Page { .. })),
            _ => assert!(matches!(fault, DownloadFault::NotABundle(_)), "{fault:?}"),
        }
        assert!(shelf.has_nothing());
    }
}

#[test]
fn the_bundle_of_another_network_is_refused() {
    let shelf = Shelf::new();
    let server = Server::new(vec![Reply::new("200 OK", &bundle("attention_rnn"))]);
    let fault = shelf.fault(&server);
    assert!(matches!(fault, DownloadFault::OtherNetwork { found, .. } if found == "attention_rnn"));
    assert!(shelf.has_nothing());
}

#[test]
fn a_silent_server_is_not_waited_for_longer_than_asked() {
    let (shelf, bundle) = (Shelf::new(), bundle("basic_rnn"));
    let minute = Duration::from_secs(60);
    let silent = Reply::announcing(bundle.len(), &format!("200 OK\n{ETAG}"), &bundle[..1000]);
    let server = Server::new(vec![silent.held(minute); 3]);
    let options = shelf.options(&server.url);
    let patience = Patience { timeout: Duration::from_millis(200), retries: 0, ..options.patience };
    let error = pull(&PullOptions { patience, ..options }, &Unobserved).unwrap_err();
    let silence = |error: &Error| {
        matches!(error, Error::Download { source: DownloadFault::Silence { .. }, .. })
    };
    assert!(silence(&error), "{error:?}");
    assert_eq!(shelf.names(), ["basic_rnn.mag.part", "basic_rnn.mag.part.json"]);
}

#[test]
fn nobody_there_and_no_address_are_told_apart() {
    let shelf = Shelf::new();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = |url: &str| match pull(&shelf.options(url), &Unobserved) {
        Err(Error::Download { source, .. }) => source,
        other => panic!("{other:?}"),
    };
    let fault = error(&format!("http://{gone}/a.mag"));
    assert!(matches!(fault, DownloadFault::Connection { .. }), "{fault:?}");
    for url in ["file:///etc/passwd", "not an address"] {
        let fault = error(url);
        assert!(matches!(fault, DownloadFault::Request { .. }), "{url}: {fault:?}");
    }
}

#[test]
fn redirects_are_followed_but_not_for_ever() {
    let (shelf, bundle) = (Shelf::new(), bundle("basic_rnn"));
    let server = Server::new(vec![
        Reply::new("302 Found\nLocation: /elsewhere.mag", b""),
        Reply::new("200 OK", &bundle),
    ]);
    shelf.pull(&server, &Unobserved).unwrap();
    assert!(server.asked()[1][0].starts_with("GET /elsewhere.mag "));
    let shelf = Shelf::new();
    let server = Server::new(vec![Reply::new("302 Found\nLocation: /again", b""); 9]);
    assert!(matches!(shelf.fault(&server), DownloadFault::Request { .. }));
}

#[test]
fn one_download_of_a_network_at_a_time() {
    let shelf = Shelf::new();
    fs::create_dir_all(shelf.cache().folder()).unwrap();
    let lock = fs::File::create(shelf.cache().folder().join(".basic_rnn.lock")).unwrap();
    lock.lock().unwrap();
    let error = pull(&shelf.options("http://127.0.0.1:9/"), &Unobserved).unwrap_err();
    assert!(matches!(error, Error::PullInProgress { name: "basic_rnn" }));
}

#[test]
fn a_bundle_that_somebody_put_there_is_taken_and_written_down() {
    let shelf = Shelf::new();
    let known = Known::named("basic_rnn").unwrap();
    fs::create_dir_all(shelf.cache().folder()).unwrap();
    let options = shelf.options("http://127.0.0.1:9/");
    fs::write(shelf.cache().path(known), bundle("attention_rnn")).unwrap();
    assert!(matches!(pull(&options, &Unobserved), Err(Error::Download { .. })));
    fs::write(shelf.cache().path(known), bundle("basic_rnn")).unwrap();
    let pulled = pull(&options, &Unobserved).unwrap();
    assert!(pulled.was_there && pulled.url.is_none());
    assert_eq!(shelf.names(), ["basic_rnn.mag", "basic_rnn.mag.json"]);
}
