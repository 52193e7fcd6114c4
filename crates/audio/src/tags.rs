//! What is said about a piece inside its file: ID3v2, Vorbis comments, RIFF INFO.

/// What is said about a piece. Empty strings and lists say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// Title.
    pub title: String,
    /// Artist.
    pub artist: String,
    /// Album, or the collection that it belongs to.
    pub album: String,
    /// Genre.
    pub genre: String,
    /// The network that made it.
    pub model: String,
    /// The seed that it was made with.
    pub seed: Option<u64>,
    /// How it was made, by name: temperature, SoundFont, ...
    pub settings: Vec<(String, String)>,
}

/// The program that wrote the file.
const SOFTWARE: &str = concat!("Cantus ", env!("CARGO_PKG_VERSION"));

impl Tags {
    /// Names as Vorbis comments have them, with their values.
    pub(crate) fn comments(&self) -> Vec<(String, String)> {
        let mut comments: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                comments.push((name.to_owned(), value.to_owned()));
            }
        };
        add("TITLE", &self.title);
        add("ARTIST", &self.artist);
        add("ALBUM", &self.album);
        add("GENRE", &self.genre);
        add("MODEL", &self.model);
        add("SEED", &self.seed.map(|seed| seed.to_string()).unwrap_or_default());
        add("ENCODER", SOFTWARE);
        for (name, value) in &self.settings {
            add(&field_name(name), value);
        }
        comments
    }

    /// The block of a FLAC file: lengths and texts, little-endian.
    pub(crate) fn vorbis_comment(&self) -> Vec<u8> {
        let comments = self.comments();
        let mut bytes = Vec::new();
        let mut add = |text: &str| {
            bytes.extend((text.len() as u32).to_le_bytes());
            bytes.extend(text.as_bytes());
        };
        add(SOFTWARE);
        let mut list = Vec::new();
        std::mem::swap(&mut list, &mut bytes);
        list.extend((comments.len() as u32).to_le_bytes());
        for (name, value) in comments {
            let text = format!("{name}={value}");
            list.extend((text.len() as u32).to_le_bytes());
            list.extend(text.as_bytes());
        }
        list
    }

    /// An ID3v2.4 tag: frames of UTF-8 texts, those without a frame of their own as `TXXX`.
    pub(crate) fn id3(&self) -> Vec<u8> {
        let mut frames = Vec::new();
        for (name, value) in self.comments() {
            let frame = match name.as_str() {
                "TITLE" => "TIT2",
                "ARTIST" => "TPE1",
                "ALBUM" => "TALB",
                "GENRE" => "TCON",
                "ENCODER" => "TSSE",
                _ => "TXXX",
            };
            let name = if frame == "TXXX" { format!("{name}\0") } else { String::new() };
            let size = 1 + name.len() + value.len();
            frames.extend(frame.bytes());
            frames.extend(sync_safe(size));
            // No flags; then 3 for UTF-8.
            frames.extend([0, 0, 3]);
            frames.extend(name.bytes());
            frames.extend(value.bytes());
        }
        let mut tag = b"ID3\x04\0\0".to_vec();
        tag.extend(sync_safe(frames.len()));
        tag.extend(frames);
        tag
    }

    /// The list INFO of a RIFF file. What has no field there stands in the comment.
    pub(crate) fn riff_info(&self) -> Vec<u8> {
        let mut list = b"INFO".to_vec();
        let mut rest = Vec::new();
        let mut add = |id: &[u8; 4], value: &str| {
            // Ends in a zero, and in another where the length would be odd.
            let padded = (value.len() + 1).next_multiple_of(2);
            list.extend(id);
            list.extend(((value.len() + 1) as u32).to_le_bytes());
            list.extend(value.bytes());
            list.resize(list.len() + padded - value.len(), 0);
        };
        for (name, value) in self.comments() {
            match name.as_str() {
                "TITLE" => add(b"INAM", &value),
                "ARTIST" => add(b"IART", &value),
                "ALBUM" => add(b"IPRD", &value),
                "GENRE" => add(b"IGNR", &value),
                "ENCODER" => add(b"ISFT", &value),
                _ => rest.push(format!("{name}={value}")),
            }
        }
        if !rest.is_empty() {
            add(b"ICMT", &rest.join("; "));
        }
        list
    }
}

/// A name as Vorbis comments allow it: letters, digits and the like, without `=`.
fn field_name(name: &str) -> String {
    let plain =
        |c: char| if c.is_ascii_graphic() && c != '=' { c.to_ascii_uppercase() } else { '_' };
    name.chars().map(plain).collect()
}

/// Four bytes of seven bits, so that no player takes them for audio.
fn sync_safe(size: usize) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| (size >> shift) as u8 & 0x7f)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags() -> Tags {
        Tags {
            title: "Größe".to_owned(),
            genre: "metal".to_owned(),
            seed: Some(7),
            settings: vec![("sound font".to_owned(), "a=b".to_owned())],
            ..Tags::default()
        }
    }

    #[test]
    fn an_id3_tag_has_sizes_that_add_up() {
        let tag = tags().id3();
        assert_eq!(tag[..6], *b"ID3\x04\0\0");
        let size = |bytes: &[u8]| bytes.iter().fold(0, |size, &byte| size << 7 | usize::from(byte));
        assert_eq!(size(&tag[6..10]), tag.len() - 10);
        let (mut at, mut names) = (10, Vec::new());
        while at < tag.len() {
            names.push(String::from_utf8(tag[at..at + 4].to_vec()).unwrap());
            at += 10 + size(&tag[at + 4..at + 8]);
        }
        assert_eq!(
            (at, names),
            (tag.len(), ["TIT2", "TCON", "TXXX", "TSSE", "TXXX"].map(str::to_owned).to_vec())
        );
    }

    #[test]
    fn names_of_comments_are_plain() {
        let comments = tags().comments();
        assert!(comments.contains(&("SOUND_FONT".to_owned(), "a=b".to_owned())), "{comments:?}");
        assert!(!comments.iter().any(|(name, _)| name == "ARTIST"));
    }

    #[test]
    fn a_riff_list_has_even_chunks() {
        let list = tags().riff_info();
        let mut at = 4;
        while at < list.len() {
            let size = u32::from_le_bytes(list[at + 4..at + 8].try_into().unwrap()) as usize;
            assert_eq!(list[at + 8 + size - 1], 0);
            at += 8 + size.next_multiple_of(2);
        }
        assert_eq!(at, list.len());
    }

    #[test]
    fn the_block_of_flac_counts_its_comments() {
        let block = tags().vorbis_comment();
        let vendor = u32::from_le_bytes(block[..4].try_into().unwrap()) as usize;
        let count = u32::from_le_bytes(block[4 + vendor..8 + vendor].try_into().unwrap());
        assert_eq!(count as usize, tags().comments().len());
    }
}
