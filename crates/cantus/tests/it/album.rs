//! `cantus generate --audio --plot --score` and `cantus moods`: melodies heard and seen on a page.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{failure, json};
use crate::workshop::{Workshop, names, text};

/// What a page links to or plays.
fn addresses(page: &str) -> Vec<String> {
    let parts = page.split("src=\"").skip(1).chain(page.split("href=\"").skip(1));
    parts
        .filter_map(|part| part.split('"').next())
        .filter(|address| !address.starts_with('#'))
        .map(|address| address.replace("%20", " ").replace("%23", "#"))
        .collect()
}

/// All that a page needs is beside it.
fn assert_whole(folder: &Path) -> String {
    let page = fs::read_to_string(folder.join("index.html")).unwrap();
    let addresses = addresses(&page);
    assert!(!addresses.is_empty());
    for address in addresses {
        assert!(folder.join(&address).is_file(), "{address} is missing");
    }
    page
}

fn generate(workshop: &Workshop, folder: &Path, flags: &[&str]) -> Value {
    let (run, folder) = (workshop.path("run"), text(folder));
    let call = ["generate", "--run-dir", &run, "--output-dir", &folder, "--num-steps", "32"];
    json(&[&call[..], flags].concat())
}

#[test]
fn one_call_makes_sound_pictures_notation_and_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out #1");
    let flags = ["--seed", "7", "--num-outputs", "2", "--name", "a b"];
    let all = [&flags[..], &["--audio", "mp3", "--plot", "--score"]].concat();
    let made = generate(Workshop::shared(), &out, &all);
    let endings = ["-roll.png", "-roll.svg", "-score.svg", ".json", ".mid", ".mp3", ".musicxml"];
    let expected = ["a b-seed7-01", "a b-seed7-02"]
        .into_iter()
        .flat_map(|name| endings.map(|ending| format!("{name}{ending}")))
        .chain(["index.html".to_owned()]);
    assert_eq!(names(&out), expected.collect::<Vec<_>>());
    assert_eq!(made["album"]["audio"].as_array().unwrap().len(), 2, "{made}");
    let page = assert_whole(&out);
    assert_eq!(page.matches("<audio").count(), 2);
    // A piano roll and a score each.
    assert_eq!(page.matches("<svg").count(), 4);
    assert!(page.contains("temperature") && page.contains("--seed 7"), "{page}");

    // Melodies of other calls stay on the page; what was made of a melody that is no more does not.
    generate(Workshop::shared(), &out, &["--seed", "8", "--num-outputs", "1", "--audio", "ogg"]);
    let page = assert_whole(&out);
    assert_eq!(page.matches("<figure class=\"melody\"").count(), 3);
    let (new, old) = (page.find("seed8-01").unwrap(), page.find("seed7-01").unwrap());
    assert!(new < old, "the newest are first");
}

#[test]
fn a_sound_without_audio_is_a_wrong_call() {
    let run = Workshop::shared().path("run");
    let call =
        ["generate", "--run-dir", &run, "--output-dir", "x", "--plot", "--program", "violin"];
    assert!(failure(&call, 2).contains("--audio"));
    assert!(!Path::new("x").exists());
}

#[cfg(unix)]
#[test]
fn the_command_on_the_page_makes_the_melody_again() {
    let folder = tempfile::tempdir().unwrap();
    let (first, again) = (folder.path().join("first"), folder.path().join("again"));
    let flags = ["--num-outputs", "1", "--primer-melody", "[60, -2, 64]", "--key", "F#m"];
    let drawn =
        ["--name", "it's \"one\"", "--temperature", "0.9", "--meter", "3/4", "--qpm", "90.5"];
    let made = generate(Workshop::shared(), &first, &[&flags[..], &drawn].concat());
    assert_eq!(made["key"], "F# minor");
    let file = made["melodies"][0]["provenance"].as_str().unwrap();
    let provenance: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let command = provenance["command"].as_str().unwrap();
    let program = assert_cmd::cargo::cargo_bin("cantus");
    let command = command.replacen("cantus", &format!("\"{}\"", program.display()), 1);
    let command = format!("{command} --output-dir \"{}\"", again.display());
    let status = Command::new("sh").args(["-c", &command]).output().unwrap();
    assert!(status.status.success(), "{command}: {}", String::from_utf8_lossy(&status.stderr));
    assert_eq!(names(&first), names(&again));
    for name in names(&first) {
        assert_eq!(fs::read(first.join(&name)).unwrap(), fs::read(again.join(&name)).unwrap());
    }
}

#[test]
fn an_idea_is_made_in_several_moods() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("moods");
    let (run, output_dir) = (Workshop::shared().path("run"), text(&out));
    let call = ["moods", "--run-dir", &run, "--output-dir", &output_dir, "--num-steps", "32"];
    let flags = ["--keys", "C,Eb,F#m", "--temperatures", "0.5,1", "--seed", "3", "--audio", "wav"];
    let made = json(&[&call[..], &flags].concat());
    let moods = made["moods"].as_array().unwrap();
    assert_eq!(moods.len(), 6);
    assert_eq!(moods[5]["name"], "F# minor, temperature 1");
    let begins = |mood: usize| -> Vec<i64> {
        let events = moods[mood]["generated"]["melodies"][0]["events"].as_array().unwrap();
        events.iter().take(5).map(|event| event.as_i64().unwrap()).collect()
    };
    assert_eq!(begins(0), [60, -2, 64, -2, 67]);
    assert_eq!(begins(1), [63, -2, 67, -2, 70]);
    assert_eq!(begins(2), [66, -2, 69, -2, 73]);
    let page = assert_whole(&out);
    assert!(page.contains("--columns: 3") && page.matches("<audio").count() == 6, "{page}");
    assert!(names(&out).iter().any(|name| name == "f-sharp-minor-t0.5-seed3-01.wav"));
    // The key is in the file, for whoever opens it.
    let midi = fs::read(out.join("eb-major-t1-seed3-01.mid")).unwrap();
    assert!(midi.windows(5).any(|bytes| bytes == [0xff, 0x59, 2, 0xfd, 0]), "three flats");

    let stderr = failure(&[&call[..], &["--keys", "H"]].concat(), 2);
    assert!(stderr.contains('H'), "{stderr}");
    failure(&call, 2);
}
