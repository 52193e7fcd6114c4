//! Reads all MIDI files under a folder and says how fast, and what was odd about them.
//!
//! `cargo run --release -p formats --example read_folder -- FOLDER`

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: read_folder FOLDER")?;
    let mut paths = Vec::new();
    find(Path::new(&folder), &mut paths)?;
    paths.sort();
    let files = paths.iter().map(fs::read).collect::<Result<Vec<_>, _>>()?;

    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let (mut with_notes, mut strict, mut notes) = (0, 0, 0);
    let mut spare = music::NoteSequence::default();
    let mut time = Duration::ZERO;
    for (path, bytes) in paths.iter().zip(&files) {
        let start = Instant::now();
        let piece = formats::midi::read_reusing(bytes, std::mem::take(&mut spare));
        time += start.elapsed();
        match piece {
            Ok(midi) => {
                notes += midi.sequence.notes.len();
                with_notes += usize::from(!midi.sequence.notes.is_empty());
                strict += usize::from(midi.strict);
                let names: BTreeSet<String> =
                    midi.warnings.iter().map(|warning| name(&warning.kind)).collect();
                for name in names {
                    *kinds.entry(name).or_default() += 1;
                }
                spare = midi.sequence;
            }
            Err(error) => println!("{}: {error}", path.display()),
        }
    }
    let seconds = time.as_secs_f64();
    let count = files.len();
    let bytes: usize = files.iter().map(Vec::len).sum();
    println!("{count} files, {:.1} MB, {notes} notes", bytes as f64 / 1e6);
    println!(
        "{seconds:.3} s on one thread, disk not counted: {:.0} files/s",
        count as f64 / seconds
    );
    println!("{with_notes} give notes, Magenta accepts {strict}; files with warnings by kind:");
    for (kind, files) in kinds {
        println!("{files:7} {kind}");
    }
    Ok(())
}

/// Name of a warning's variant, without its values.
fn name(kind: &impl std::fmt::Debug) -> String {
    format!("{kind:?}").split([' ', '{']).next().unwrap_or_default().to_owned()
}

fn find(folder: &Path, paths: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, paths)?;
        } else if path.extension().is_some_and(|found| {
            found.eq_ignore_ascii_case("mid") || found.eq_ignore_ascii_case("midi")
        }) {
            paths.push(path);
        }
    }
    Ok(())
}
