//! `cantus genres fetch`: artists are asked about once, however often the command is killed, and no key is told.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::thread;

use assert_cmd::Command;
use tempfile::TempDir;

use crate::support::{assert_one_error, cantus, repository};
use crate::workshop::text;

const KEY: &str = "k3y-of-lastfm";
const ARTISTS: &str = "ABBA\nBOWIE DAVID\nNobody\nQueen\n";

/// A server that speaks as Last.fm and MusicBrainz do, and keeps what it was asked.
struct Server {
    base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let target = read_target(&stream);
                log.lock().unwrap().push(target.clone());
                answer(stream, &target);
            }
        });
        Self { base, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// What is asked for.
fn read_target(stream: &TcpStream) -> String {
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let lines: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let first = lines.first().cloned().unwrap_or_default();
    first.split(' ').nth(1).unwrap_or_default().to_owned()
}

fn answer(mut stream: TcpStream, target: &str) {
    let (status, body) = told(target);
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    // Whoever asked may have been killed.
    let _ = stream.write_all(&[head.as_bytes(), &body].concat());
}

fn told(target: &str) -> (&'static str, Vec<u8>) {
    let golden = |name: &str| {
        let folder = repository().join("crates/genre/tests/golden/providers");
        fs::read(folder.join(format!("{name}.json"))).unwrap()
    };
    let tagged = |artist: &str| {
        let tags = format!(
            r#"{{"toptags": {{"tag": [{{"count": 100, "name": "Pop"}}], "@attr": {{"artist": "{artist}"}}}}}}"#
        );
        ("200 OK", tags.into_bytes())
    };
    if target.starts_with("/ws/2/artist/") {
        ("200 OK", golden("musicbrainz_artist"))
    } else if target.contains("Queen%22") {
        ("200 OK", golden("musicbrainz_search"))
    } else if target.starts_with("/ws/2/") {
        ("200 OK", br#"{"count": 0, "offset": 0, "artists": []}"#.to_vec())
    } else if target.contains("artist=ABBA&") {
        tagged("ABBA")
    } else if target.contains("artist=BOWIE%20DAVID&") {
        tagged("David Bowie")
    } else {
        ("404 Not Found", golden("lastfm_unknown"))
    }
}

/// A user with folders and keys of their own.
struct User {
    folder: TempDir,
}

impl User {
    fn new() -> Self {
        let user = Self { folder: tempfile::tempdir().unwrap() };
        fs::write(user.path("artists.txt"), ARTISTS).unwrap();
        user
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn fetch(&self, server: &Server, more: &[&str]) -> Command {
        let mut command = cantus(&["genres", "fetch", "--output", "genres.csv", "--verbose"]);
        let bases = ["lastfm", "musicbrainz"].map(|name| format!("{name}={}", server.base));
        for (name, base) in ["lastfm", "musicbrainz"].iter().zip(&bases) {
            command.args(["--provider", name, "--base-url", base]);
        }
        command
            .args(more)
            .current_dir(&self.folder)
            .env("CANTUS_CACHE_DIR", text(&self.path("cache")))
            .env("CANTUS_CONFIG_DIR", text(&self.path("config")))
            .env("LASTFM_API_KEY", KEY)
            .env_remove("CANTUS_CONTACT")
            .env("NO_PROXY", "127.0.0.1");
        command
    }

    fn json(&self, server: &Server, more: &[&str]) -> serde_json::Value {
        let output = self.fetch(server, more).arg("--json").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_silent(&output);
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// Checks that no key was told.
fn assert_silent(output: &Output) {
    let told = [&output.stdout[..], &output.stderr[..]].concat();
    assert!(!String::from_utf8_lossy(&told).contains(KEY));
}

fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn artists_get_genres_and_a_second_run_asks_nothing() {
    let (user, server) = (User::new(), Server::new());
    let fast = ["--artists", "artists.txt", "--interval", "0"];
    let fetched = user.json(&server, &fast);
    assert_eq!((&fetched["artists"], &fetched["with_genres"]), (&4.into(), &3.into()));
    let lastfm = &fetched["providers"][0];
    assert_eq!(
        (&lastfm["found"], &lastfm["inexact"], &lastfm["not_found"]),
        (&2.into(), &1.into(), &2.into())
    );
    let table = lines(&user.path("genres.csv"));
    let expected = [
        "artist,genres",
        "ABBA,pop",
        "BOWIE DAVID,pop",
        "Nobody,",
        "Queen,rock|hard rock|pop rock",
    ];
    assert_eq!(table, expected);
    let asked = server.asked();
    assert_eq!(asked.len(), 4 + 3);

    let report = lines(&user.path("genres.report.jsonl"));
    let output = user.fetch(&server, &fast).output().unwrap();
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(text.starts_with("3 of 4 artists have genres\n"), "{text}");
    assert!(text.contains("lastfm: 4 artists, 4 of them answered before; 0 requests"), "{text}");
    assert_silent(&output);
    assert_eq!(server.asked(), asked);
    assert_eq!(
        (lines(&user.path("genres.csv")), lines(&user.path("genres.report.jsonl"))),
        (table, report)
    );

    // The table completes another one; answers from a day ago and before are asked for again.
    fs::write(user.path("known.csv"), "artist,genres\nQueen,glam rock\nABBA,\n").unwrap();
    let filled = user.json(&server, &["--table", "known.csv", "--interval", "0"]);
    assert_eq!((&filled["had_genres"], &filled["with_genres"]), (&1.into(), &2.into()));
    assert_eq!(server.asked(), asked);
}

#[cfg(unix)]
#[test]
fn a_killed_run_is_gone_on_with() {
    use std::process::{Command as Program, Stdio};
    use std::time::{Duration, Instant};

    let (user, server) = (User::new(), Server::new());
    for (signal, before) in [("-KILL", 0), ("-INT", 2)] {
        // The first two requests ask about two artists; the pause after each leaves time to kill it.
        let call = user.fetch(&server, &["--artists", "artists.txt", "--interval", "1"]);
        let mut program = Program::new(call.get_program());
        program.args(call.get_args()).current_dir(&user.folder);
        program.envs(call.get_envs().filter_map(|(name, value)| Some((name, value?))));
        program.env_remove("CANTUS_CONTACT").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = program.spawn().unwrap();
        let began = Instant::now();
        // When the next is asked, the answer before is on disk.
        while server.asked().len() < before + 2 {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it was killed");
            assert!(began.elapsed() < Duration::from_secs(120), "nothing happened");
            thread::sleep(Duration::from_millis(5));
        }
        let id = child.id().to_string();
        assert!(Program::new("kill").args([signal, &id]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert_silent(&output);
        if signal == "-INT" {
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(130), "{stderr}");
            assert_one_error(&stderr);
            assert!(stderr.contains("answers kept"), "{stderr}");
        }
        assert!(!user.path("genres.csv").exists());
    }
    let fetched = user.json(&server, &["--artists", "artists.txt", "--interval", "0"]);
    assert_eq!(fetched["with_genres"], 3);
    let asked = server.asked();
    assert!(fetched["providers"][0]["kept"].as_u64() >= Some(2), "{fetched}");
    assert_eq!(asked.iter().filter(|target| target.contains("artist=ABBA&")).count(), 1);
    assert_eq!(asked.last().map(|target| target.starts_with("/ws/2/artist/")), Some(true));
}

#[test]
fn folders_are_artists_and_wrong_calls_are_told() {
    let (user, server) = (User::new(), Server::new());
    fs::create_dir_all(user.path("music/ABBA")).unwrap();
    fs::write(user.path("music/ABBA/Waterloo.mid"), b"MThd").unwrap();
    let fetched = user.json(&server, &["music", "--interval", "0"]);
    assert_eq!((&fetched["artists"], &fetched["with_genres"]), (&1.into(), &1.into()));

    let failure = |command: &mut Command, part: &str| {
        let output = command.output().unwrap();
        let stderr = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert_one_error(&stderr);
        assert!(stderr.contains(part), "{stderr}");
        assert_silent(&output);
    };
    failure(&mut user.fetch(&server, &[]), "no artists to ask about");
    failure(user.fetch(&server, &["music"]).env_remove("LASTFM_API_KEY"), "no LASTFM_API_KEY");
    failure(
        &mut user.fetch(&server, &["music", "--base-url", "spotify=http://x"]),
        "names no provider",
    );
    failure(&mut user.fetch(&server, &["music", "--base-url", "lastfm=http://x"]), "https:// only");
    let direct = ["genres", "fetch", "music", "--provider", "musicbrainz", "--output", "x.csv"];
    let mut direct = cantus(&direct);
    direct.current_dir(&user.folder).env("CANTUS_CONFIG_DIR", "none").env_remove("CANTUS_CONTACT");
    failure(&mut direct, "no contact");
}
