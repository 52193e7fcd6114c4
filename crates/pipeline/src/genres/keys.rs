//! The keys of the user: from the environment, or from a file `providers.toml` in the folder of the user's settings.
//!
//! ```toml
//! contact = "me@example.org"
//!
//! [spotify]
//! client_id = "..."
//! client_secret = "..."
//!
//! [lastfm]
//! api_key = "..."
//! ```

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use genre::provider::Secret;
use toml::Table;

use crate::{Error, Event, Observer, Result, user};

/// The file.
const FILE: &str = "providers.toml";

/// Who the user is to those who are asked. None of it is ever told.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// An address at which a provider finds the user, for MusicBrainz.
    pub contact: Option<String>,
    /// The user's application at Spotify.
    pub spotify: Option<SpotifyKeys>,
    /// The user's key at Last.fm.
    pub lastfm: Option<Secret>,
}

/// An application at Spotify.
#[derive(Clone, Debug)]
pub struct SpotifyKeys {
    /// Its identity.
    pub id: Secret,
    /// Its secret.
    pub secret: Secret,
}

impl Keys {
    /// Those in the environment, and in the user's file where they are not there. An observer hears it if others may read the file.
    ///
    /// # Errors
    ///
    /// [`Error::Read`], [`Error::Config`].
    pub fn of_user(observer: &dyn Observer) -> Result<Self> {
        let variable = |name: &str| env::var(name).ok();
        Self::read(user::config_file(FILE).as_deref(), &variable, observer)
    }

    fn read(
        path: Option<&Path>,
        variable: &dyn Fn(&str) -> Option<String>,
        observer: &dyn Observer,
    ) -> Result<Self> {
        let file = match path {
            Some(path) => KeyFile::read(path, observer)?,
            None => KeyFile::default(),
        };
        let value = |name: &str, section, key| {
            let value = variable(name).filter(|value| !value.trim().is_empty());
            let value = value.map_or_else(|| file.text(section, key), |value| Ok(Some(value)))?;
            Ok::<_, Error>(value.map(|value| value.trim().to_owned()))
        };
        let secret =
            |name: &str, section, key| Ok::<_, Error>(value(name, section, key)?.map(Secret::new));
        let id = secret("SPOTIFY_CLIENT_ID", "spotify", "client_id")?;
        let pair = id.zip(secret("SPOTIFY_CLIENT_SECRET", "spotify", "client_secret")?);
        Ok(Self {
            contact: value("CANTUS_CONTACT", "", "contact")?,
            spotify: pair.map(|(id, secret)| SpotifyKeys { id, secret }),
            lastfm: secret("LASTFM_API_KEY", "lastfm", "api_key")?,
        })
    }
}

#[derive(Default)]
struct KeyFile {
    path: PathBuf,
    table: Table,
}

impl KeyFile {
    /// An empty one where there is none.
    fn read(path: &Path, observer: &dyn Observer) -> Result<Self> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            text => text.map_err(|source| Error::read(path, source))?,
        };
        if is_open_to_others(path) {
            let text = format!("others can read the keys in {}", path.display());
            observer.observe(Event::Warning(&text));
        }
        let table = text.parse().map_err(|error: toml::de::Error| {
            // The words of the reader quote the line, and with it perhaps a key.
            let begin = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(begin).filter(|&byte| byte == b'\n').count() + 1;
            Error::Config { path: path.to_owned(), reason: format!("line {line} is no TOML") }
        })?;
        Ok(Self { path: path.to_owned(), table })
    }

    /// The text of a key in a section; the section "" is the file itself.
    fn text(&self, section: &str, key: &str) -> Result<Option<String>> {
        let wrong = |what: String| Error::Config { path: self.path.clone(), reason: what };
        let table = match section {
            "" => &self.table,
            _ => match self.table.get(section) {
                None => return Ok(None),
                Some(value) => {
                    value.as_table().ok_or_else(|| wrong(format!("`{section}` is no section")))?
                }
            },
        };
        let Some(value) = table.get(key) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| wrong(format!("`{key}` is no text in quotes")))?;
        Ok(Some(text.to_owned()).filter(|text| !text.trim().is_empty()))
    }
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o044 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Told(Mutex<Vec<String>>);

    impl Observer for Told {
        fn observe(&self, event: Event<'_>) {
            self.0.lock().unwrap().push(format!("{event:?}"));
        }
    }

    fn read(text: &str, environment: &[(&str, &str)]) -> (Result<Keys>, Vec<String>) {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, text).unwrap();
        let variable =
            |name: &str| Some(environment.iter().find(|(known, _)| *known == name)?.1.to_owned());
        let told = Told::default();
        (Keys::read(Some(file.path()), &variable, &told), told.0.into_inner().unwrap())
    }

    #[test]
    fn the_environment_comes_before_the_file() {
        let text = "contact = 'a@b'\n[spotify]\nclient_id = 'i'\nclient_secret = 's'\n[lastfm]\napi_key = 'k'";
        let (keys, told) = read(text, &[("LASTFM_API_KEY", " other \n"), ("CANTUS_CONTACT", "")]);
        let keys = keys.unwrap();
        assert_eq!(keys.lastfm.as_ref().unwrap().expose(), "other");
        assert_eq!(keys.spotify.as_ref().unwrap().secret.expose(), "s");
        assert_eq!(keys.contact.as_deref(), Some("a@b"));
        assert!(told.is_empty(), "{told:?}");
        assert!(!format!("{keys:?}").contains("other"));
        let half = read("[spotify]\nclient_id = 'i'", &[]).0.unwrap();
        assert!(half.spotify.is_none() && half.lastfm.is_none());
    }

    #[test]
    fn a_faulty_file_is_told_without_its_keys() {
        for text in [
            "[lastfm]\napi_key = hunter2",
            "lastfm = 'hunter2'",
            "[lastfm]\napi_key = ['hunter2']",
            "[lastfm]\napi_key = 'hunter2",
        ] {
            let error = read(text, &[]).0.unwrap_err();
            let told = format!("{error} {error:?}");
            assert!(matches!(error, Error::Config { .. }) && !told.contains("hunter2"), "{told}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_told() {
        use std::os::unix::fs::PermissionsExt as _;
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).unwrap();
        let told = Told::default();
        Keys::read(Some(file.path()), &|_| None, &told).unwrap();
        assert!(told.0.into_inner().unwrap()[0].contains("others can read"));
    }
}
