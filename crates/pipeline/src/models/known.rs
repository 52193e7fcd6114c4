//! The networks that Magenta has published.

/// Where Magenta keeps them. Its README says `http://download.magenta.tensorflow.org/models`; that is a bucket of this store, asked here under
/// the store's own name for the sake of HTTPS.
const FOLDER: &str = "https://storage.googleapis.com/download.magenta.tensorflow.org/models";

/// A network that Magenta has published.
#[derive(Debug, PartialEq, Eq)]
pub struct Known {
    /// Name of its configuration, by which it is called.
    pub name: &'static str,
    /// SHA-256 of its bundle in hexadecimal; `None` where it has not been seen here, and what is first pulled is trusted.
    pub sha256: Option<&'static str>,
}

/// The networks of melody_rnn that Magenta has published, as its README lists them.
pub static KNOWN: [Known; 4] = [
    Known { name: "basic_rnn", sha256: None },
    Known { name: "mono_rnn", sha256: None },
    Known { name: "lookback_rnn", sha256: None },
    Known { name: "attention_rnn", sha256: None },
];

impl Known {
    /// The network of that name, if there is one.
    pub fn named(name: &str) -> Option<&'static Self> {
        KNOWN.iter().find(|known| known.name == name)
    }

    /// Where its bundle is published.
    pub fn url(&self) -> String {
        format!("{FOLDER}/{}.mag", self.name)
    }
}
