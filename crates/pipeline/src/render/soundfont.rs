//! Where SoundFonts are.

use std::env;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use audio::SoundFont;

use crate::{Error, Result};

/// Which SoundFont is used when nothing is said: a file, or `system`.
pub const SOUNDFONT_VARIABLE: &str = "CANTUS_SOUNDFONT";

/// Which SoundFont to play with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SoundFontChoice {
    /// What the user has named in [`SOUNDFONT_VARIABLE`], else the one that is built in.
    #[default]
    Usual,
    /// The one that is built in: it sounds the same on every machine.
    BuiltIn,
    /// The best of those that the system has installed.
    System,
    /// A file, SF2 or SF3.
    File(PathBuf),
}

impl SoundFontChoice {
    /// What a text means: `built-in`, `system`, or the path of a file.
    #[must_use]
    pub fn of(text: &std::ffi::OsStr) -> Self {
        match text.to_str() {
            Some(SoundFont::BUILT_IN) => Self::BuiltIn,
            Some("system") => Self::System,
            _ => Self::File(PathBuf::from(text)),
        }
    }
}

/// Bytes of a SoundFont, at most: as many as its format can say.
const MAX_BYTES: u64 = u32::MAX as u64 + 8;

/// Loads a SoundFont.
///
/// # Errors
///
/// [`Error::NoSoundFont`] when the system has none, [`Error::Read`], [`Error::Audio`] for a file that is none.
pub fn load_soundfont(choice: &SoundFontChoice) -> Result<Arc<SoundFont>> {
    match choice {
        SoundFontChoice::Usual => {
            let named = env::var_os(SOUNDFONT_VARIABLE).filter(|named| !named.is_empty());
            load_soundfont(
                &named.map_or(SoundFontChoice::BuiltIn, |named| SoundFontChoice::of(&named)),
            )
        }
        SoundFontChoice::BuiltIn => SoundFont::built_in()
            .map_err(|source| Error::Audio { path: PathBuf::from(SoundFont::BUILT_IN), source }),
        SoundFontChoice::System => {
            let found = system_soundfonts().into_iter().next();
            let path = found.ok_or_else(|| Error::NoSoundFont { folders: folders() })?;
            load(&path)
        }
        SoundFontChoice::File(path) => load(path),
    }
}

fn load(path: &Path) -> Result<Arc<SoundFont>> {
    let error = |source| Error::read(path, source);
    let file = fs::File::open(path).map_err(error)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(error)?;
    let font = SoundFont::read(bytes, path.display().to_string());
    font.map(Arc::new).map_err(|source| Error::Audio { path: path.to_owned(), source })
}

/// SoundFonts that are known to be whole General MIDI sets, the best first, by the beginnings of their names in small letters.
const KNOWN: [&str; 10] = [
    "default",
    "musescore_general",
    "ms basic",
    "ms_general",
    "fluidr3_gm",
    "fluidr3mono_gm",
    "fluid",
    "generaluser",
    "timgm6mb",
    "sf_gmbank",
];

/// The SoundFonts that the system has installed, the best first.
#[must_use]
pub fn system_soundfonts() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        folders().iter().flat_map(|folder| soundfonts_in(folder)).collect();
    // A stable sort: among equals, folders keep their order.
    found.sort_by_key(|path| rank(path));
    found
}

fn rank(path: &Path) -> usize {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    KNOWN.iter().position(|known| name.starts_with(known)).unwrap_or(KNOWN.len())
}

fn soundfonts_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let is_soundfont = |path: &PathBuf| {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        (ending == "sf2" || ending == "sf3") && path.is_file()
    };
    let mut found: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(is_soundfont).collect();
    found.sort();
    found
}

/// The folders that Debian, Fedora, Arch, Homebrew, macOS and Windows, FluidSynth and MuseScore use.
fn folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    let variable =
        |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(home) = variable("HOME").or_else(|| variable("USERPROFILE")) {
        let data = variable("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local/share"));
        folders.extend(["soundfonts", "sounds/sf3", "sounds/sf2"].map(|folder| data.join(folder)));
        folders.push(home.join("Library/Audio/Sounds/Banks"));
        folders.push(home.join("Documents/MuseScore4/SoundFonts"));
    }
    for prefix in ["/usr", "/usr/local", "/opt/homebrew", "/home/linuxbrew/.linuxbrew"] {
        let places = [
            "share/soundfonts",
            "share/sounds/sf3",
            "share/sounds/sf2",
            "share/fluid-synth/sf2",
            "share/mscore4portable-4.0/sound",
        ];
        folders.extend(places.map(|place| Path::new(prefix).join(place)));
    }
    folders.push("/Library/Audio/Sounds/Banks".into());
    folders.push("/Applications/MuseScore 4.app/Contents/Resources/sound".into());
    for name in ["ProgramData", "ProgramFiles"] {
        if let Some(folder) = variable(name) {
            folders.extend(
                ["soundfonts", "SoundFonts", "MuseScore 4/sound"].map(|place| folder.join(place)),
            );
        }
    }
    if cfg!(windows) {
        folders.push("C:\\soundfonts".into());
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_means_a_place() {
        assert_eq!(SoundFontChoice::of("system".as_ref()), SoundFontChoice::System);
        assert_eq!(SoundFontChoice::of("built-in".as_ref()), SoundFontChoice::BuiltIn);
        assert_eq!(
            SoundFontChoice::of("a/system".as_ref()),
            SoundFontChoice::File("a/system".into())
        );
    }

    #[test]
    fn whole_sets_go_before_others() {
        let mut names =
            ["piano.sf2", "TimGM6mb.sf2", "FluidR3_GM.sf2", "default-GM.sf3"].map(PathBuf::from);
        names.sort_by_key(|path| rank(path));
        assert_eq!(
            names,
            ["default-GM.sf3", "FluidR3_GM.sf2", "TimGM6mb.sf2", "piano.sf2"].map(PathBuf::from)
        );
    }

    #[test]
    fn soundfonts_of_a_folder_are_found_by_their_ending() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.SF2", "a.sf3", "c.txt"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let names = soundfonts_in(folder.path());
        assert_eq!(names, ["a.sf3", "b.SF2"].map(|name| folder.path().join(name)));
    }

    #[test]
    fn what_is_no_soundfont_is_an_error_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.sf2");
        fs::write(&path, "no sound").unwrap();
        let error = load_soundfont(&SoundFontChoice::File(path.clone())).unwrap_err();
        assert!(matches!(error, Error::Audio { path: named, .. } if named == path));
    }
}
