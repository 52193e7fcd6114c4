//! `cantus render`: music that can be heard.

use std::fs;
use std::path::Path;

use crate::support::{cantus, failure, json};
use crate::workshop::{jigs, names, text};

const BOOK: &str =
    "X:1\nT:One\nM:2/4\nL:1/8\nK:G\nGABc|d4|]\n\nX:2\nT:Two\nM:2/4\nL:1/8\nK:C\nc2c2|]\n";

#[test]
fn a_tune_is_heard_in_every_format_at_the_same_loudness() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tune = text(&jigs()[0]);
    for (ending, magic) in
        [("wav", &b"RIFF"[..]), ("mp3", b"ID3"), ("flac", b"fLaC"), ("ogg", b"OggS")]
    {
        let output = text(&folder.path().join(format!("tune.{ending}")));
        let rendered = json(&["render", &tune, "--output", &output, "--title", "A tune"]);
        let file = &rendered["files"][0];
        assert_eq!(
            (&rendered["format"], &rendered["soundfont"]),
            (&ending.into(), &"built-in".into())
        );
        let loudness = file["loudness"].as_f64().expect("a loudness");
        assert!((loudness + 16.0).abs() < 0.5, "{file}");
        assert!(
            file["true_peak"].as_f64() <= Some(-0.99) && file["seconds"].as_f64() > Some(5.0),
            "{file}"
        );
        let bytes = fs::read(&output).expect("a file of audio");
        assert!(bytes.starts_with(magic) && bytes.windows(6).any(|window| window == b"A tune"));
        let again =
            cantus(&["render", &tune, "--format", ending, "--output", "-", "--title", "A tune"])
                .output()
                .unwrap();
        assert!(again.stdout == bytes, "{ending}: stdout differs from the file");
    }
}

#[test]
fn folders_keep_their_shape_and_what_fails_is_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let music = folder.path().join("music/inner");
    fs::create_dir_all(&music).expect("folders");
    fs::write(music.join("book.abc"), BOOK).expect("a book");
    fs::write(music.join("bad.mid"), "no music").expect("a file");
    fs::write(music.join("note.txt"), "no music").expect("a file");
    let (input, out) = (text(&folder.path().join("music")), folder.path().join("out"));
    let flags = [
        "render",
        &input,
        "--output-dir",
        &text(&out),
        "--format",
        "flac",
        "--genre",
        "metal",
        "--click",
    ];
    let rendered = json(&flags);
    assert_eq!(names(&out.join("inner")), ["book-1.flac", "book-2.flac"]);
    assert_eq!(
        (&rendered["files"][1]["title"], &rendered["files"][1]["tune"]),
        (&"Two".into(), &2.into())
    );
    assert_eq!(rendered["failed"].as_array().map(Vec::len), Some(1), "{rendered}");
    let bytes = fs::read(out.join("inner/book-1.flac")).unwrap();
    let says = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    assert!(says(b"GENRE=metal") && says(b"PROGRAM=Distortion Guitar") && says(b"TEMPO=140"));

    let one = json(&[&flags[..], &["--threads", "1"]].concat());
    assert_eq!(one, rendered);
    assert!(fs::read(out.join("inner/book-1.flac")).unwrap() == bytes);
}

#[test]
fn calls_that_cannot_work_say_why() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text(&folder.path().join(name));
    fs::write(path("book.abc"), BOOK).expect("a book");
    let (tune, output) = (text(&jigs()[0]), path("x.mp3"));
    let render = |more: &[&str], code| {
        failure(&[&["render", &tune, "--output", &output], more].concat(), code)
    };
    assert!(render(&["--program", "electric guitar"], 2).contains("Electric Guitar (clean)"));
    assert!(render(&["--max-duration", "2"], 1).contains("--max-duration"));
    assert!(render(&["--sample-rate", "96000"], 2).contains("48000"));
    assert!(render(&["--soundfont", &tune], 1).contains("expected \"RIFF\""));
    let many = failure(&["render", &path("book.abc"), "--output", &output], 2);
    assert!(many.contains("2 pieces") && many.contains("--output-dir"), "{many}");
    failure(&["render", &tune, "--output", &path("x.doc")], 2);
    failure(&["render", &path("missing.mid"), "--output", &output], 1);
    assert!(!Path::new(&output).exists());
    assert_eq!(names(folder.path()), ["book.abc"]);
}
