//! `cantus play`: music through the sound card. What needs none plays to nobody.

use std::fs;

use crate::support::{cantus, failure, json};
use crate::workshop::{jigs, text};

const SHORT: &str = "X:1\nT:One\nM:2/4\nL:1/8\nQ:1/4=600\nK:G\nGABc|d4|]\n\nX:2\nT:Two\nM:2/4\nL:1/8\nQ:1/4=600\nK:C\nc2c2|c4|]\n";

#[test]
fn pieces_are_played_to_their_ends_one_after_the_other() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let book = text(&folder.path().join("book.abc"));
    fs::write(&book, SHORT).expect("a book");
    let played = json(&["play", &book, "--device", "null"]);
    assert_eq!((&played["host"], &played["soundfont"]), (&"null".into(), &"built-in".into()));
    let titles: Vec<&str> = ["One", "Two"].to_vec();
    let pieces = played["pieces"].as_array().expect("pieces");
    assert_eq!(pieces.iter().map(|piece| piece["title"].clone()).collect::<Vec<_>>(), titles);
    for piece in pieces {
        let seconds = piece["seconds"].as_f64().expect("seconds");
        assert!((0.3..0.5).contains(&seconds), "{piece}");
        assert!(piece["left_at"].as_f64() >= Some(seconds), "{piece}");
    }
    let bytes = fs::read(&book).expect("a book");
    let stdin = cantus(&["play", "-", "--device", "null", "--start", "bar:2", "--json"])
        .write_stdin(bytes)
        .output()
        .expect("the program starts");
    assert!(stdin.status.success() && stdin.stderr.is_empty(), "{stdin:?}");
}

#[test]
fn what_cannot_be_played_is_told_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text(&folder.path().join(name));
    fs::write(path("a.mid"), "no music").expect("a file");
    fs::write(path("b.abc"), SHORT).expect("a file");
    let played = json(&["play", &text(folder.path()), "--device", "null"]);
    let count = |key: &str| played[key].as_array().map(Vec::len);
    assert_eq!((count("pieces"), count("failed")), (Some(2), Some(1)), "{played}");

    let (bad, book) = (path("a.mid"), path("b.abc"));
    let play = |more: &[&str], code| {
        failure(&[&["play", "--device", "null", "--quiet"], more].concat(), code)
    };
    play(&[&bad], 1);
    // For ever is not for pieces that cannot be played.
    play(&[&bad, "--loop"], 1);
    play(&[&path("missing.mid")], 1);
    assert!(play(&[&book, "--start", "1:00"], 1).contains("no sound was made of 2 files"));
    assert!(play(&[&book, "--soundfont", &book], 1).contains("expected \"RIFF\""));
    fs::write(path("empty.abc"), "X:1\nK:C\n").expect("a file");
    assert!(play(&[&path("empty.abc")], 1).contains("not one note"));
    let jig = text(&jigs()[0]);
    assert!(play(&[&jig, "--start", "bar:900"], 2).contains("ends before bar 900"));
}

#[test]
fn without_a_sound_card_the_error_says_what_was_tried() {
    let jig = text(&jigs()[0]);
    // JACK has its own words; PulseAudio is asked at an address where nobody is.
    if cfg!(target_os = "linux") {
        let output = cantus(&["play", &jig, "--device", "pulseaudio"])
            .env("PULSE_SERVER", "unix:/nonexistent/pulse")
            .output()
            .expect("the program starts");
        let stderr = String::from_utf8(output.stderr).expect("messages are UTF-8");
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.starts_with("error: no sound card: PulseAudio does not answer\nhint: "));
        assert!(stderr.contains("cantus render"), "{stderr}");
    }
    let output = cantus(&["play", &jig, "--device", "a card that nobody has"]).output().unwrap();
    let stderr = String::from_utf8(output.stderr).expect("messages are UTF-8");
    let code = if stderr.contains("no sound card:") { 1 } else { 2 };
    assert!(stderr.starts_with("error: no sound card"), "{stderr}");
    assert_eq!(output.status.code(), Some(code), "{stderr}");
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_it_at_once() {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    let child = Command::new(assert_cmd::cargo::cargo_bin("cantus"))
        .args(["play", &text(&jigs()[0]), "--device", "null", "--loop"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Signals are listened to from the start on, which a busy machine may put off.
    std::thread::sleep(Duration::from_secs(3));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(
        stderr.starts_with("error: interrupted") && stderr.contains("hint: --start"),
        "{stderr}"
    );
}
