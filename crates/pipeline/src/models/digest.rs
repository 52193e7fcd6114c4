//! Digests of files, and those that a server announces.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use ureq::http::HeaderMap;

use super::DownloadFault;

/// Bytes that are read at a time.
const CHUNK: usize = 64 * 1024;

/// What a server says of the bytes of a file, in hexadecimal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Announced {
    md5: Option<String>,
    crc32c: Option<String>,
}

impl Announced {
    /// The digests of the whole file that an answer of this status announces.
    pub(super) fn of(headers: &HeaderMap, status: u16) -> Self {
        let mut announced = Self::default();
        let values =
            |name: &str| headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
        // Of a part of the file it would be that of the part.
        if status == 200 {
            values("content-md5").for_each(|value| announced.add_md5(value));
        }
        // Google's are those of the file as it is stored; compressed there, it comes as another one.
        if values("x-goog-stored-content-encoding").all(|encoding| encoding == "identity") {
            values("x-goog-hash").for_each(|value| announced.add_google(value));
        }
        announced
    }

    /// Takes in a header `x-goog-hash`, such as `crc32c=n03x6A==,md5=Ojk9c3dhfxgoKVVHYwFbHQ==`. What makes no sense is passed over.
    fn add_google(&mut self, header: &str) {
        for hash in header.split(',') {
            match hash.trim().split_once('=') {
                Some(("md5", value)) => self.add_md5(value),
                Some(("crc32c", value)) => self.crc32c = hex_of_base64(value, 4),
                _ => {}
            }
        }
    }

    /// Takes in a header `Content-MD5`.
    fn add_md5(&mut self, header: &str) {
        self.md5 = hex_of_base64(header.trim(), 16);
    }
}

/// Digests of a file, in hexadecimal.
#[derive(Debug)]
pub(super) struct Digests {
    pub(super) bytes: u64,
    pub(super) sha256: String,
    md5: String,
    crc32c: String,
}

impl Digests {
    /// Those of the file `path`.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let (mut bytes, mut sha256, mut md5, mut crc32c) = (0, Sha256::new(), Md5::new(), 0);
        let mut file = File::open(path)?;
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = file.read(&mut chunk)?;
            if count == 0 {
                break;
            }
            let read = &chunk[..count];
            bytes += count as u64;
            sha256.update(read);
            md5.update(read);
            crc32c = crc32c::crc32c_append(crc32c, read);
        }
        let crc32c = u32::to_be_bytes(crc32c);
        Ok(Self {
            bytes,
            sha256: hex(&sha256.finalize()),
            md5: hex(&md5.finalize()),
            crc32c: hex(&crc32c),
        })
    }

    /// An error unless these are the digests that were announced, and the SHA-256 that is known, if it is.
    pub(super) fn check(
        &self,
        announced: &Announced,
        sha256: Option<&str>,
    ) -> Result<(), DownloadFault> {
        let pairs = [
            ("MD5", announced.md5.as_deref(), &self.md5),
            ("CRC-32C", announced.crc32c.as_deref(), &self.crc32c),
            ("SHA-256", sha256, &self.sha256),
        ];
        for (algorithm, expected, found) in pairs {
            if let Some(expected) = expected.filter(|expected| expected != found) {
                let (expected, found) = (expected.to_owned(), found.clone());
                return Err(DownloadFault::Digest { algorithm, expected, found });
            }
        }
        Ok(())
    }
}

/// The SHA-256 of the file `path`, in hexadecimal.
pub(crate) fn sha256(path: &Path) -> io::Result<String> {
    Digests::of(path).map(|digests| digests.sha256)
}

fn hex_of_base64(text: &str, length: usize) -> Option<String> {
    let bytes = STANDARD.decode(text).ok()?;
    (bytes.len() == length).then(|| hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"123456789").unwrap();
        let digests = Digests::of(file.path()).unwrap();
        assert_eq!(digests.bytes, 9);
        // RFC 1321, RFC 3720 (CRC-32C of "123456789") and FIPS 180-4 give the algorithms.
        assert_eq!(digests.md5, "25f9e794323b453885f5181f1b624d0b");
        assert_eq!(digests.crc32c, "e3069283");
        let sha256 = "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225";
        assert_eq!(digests.sha256, sha256);
    }

    #[test]
    fn what_a_server_announces_is_held_against_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"123456789").unwrap();
        let digests = Digests::of(file.path()).unwrap();
        let check = |header: &str| {
            let mut announced = Announced::default();
            announced.add_google(header);
            digests.check(&announced, None)
        };
        check("crc32c=4waSgw==, md5=JfnnlDI7RTiF9RgfG2JNCw==").unwrap();
        check("crc32c=4waSgw==,sha9=what,md5=short").unwrap();
        for (header, name) in
            [("crc32c=AAAAAA==", "CRC-32C"), ("md5=AAAAAAAAAAAAAAAAAAAAAA==", "MD5")]
        {
            let fault = check(header).unwrap_err();
            assert!(matches!(fault, DownloadFault::Digest { algorithm, .. } if algorithm == name));
        }
        assert!(digests.check(&Announced::default(), Some("00")).is_err());
    }
}
