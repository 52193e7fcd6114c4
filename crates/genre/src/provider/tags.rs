//! Tags that people put on artists, and which of them are genres.

use super::name::normal;

/// Most characters of a genre.
const MAX_LENGTH: usize = 100;

/// Tags that say what somebody did, owns or likes, and who somebody is, not what the music is like.
const NO_GENRES: [&str; 45] = [
    "seen live",
    "favorites",
    "favourites",
    "favorite",
    "favourite",
    "favorite artists",
    "favourite artists",
    "favorite bands",
    "favourite bands",
    "albums i own",
    "my music",
    "awesome",
    "love",
    "loved",
    "amazing",
    "beautiful",
    "good",
    "great",
    "best",
    "cool",
    "sexy",
    "legend",
    "legends",
    "all",
    "music",
    "spotify",
    "vinyl",
    "to listen",
    "check out",
    "under 2000 listeners",
    "special purpose artist",
    "guilty pleasure",
    "male",
    "female",
    "male vocalists",
    "female vocalists",
    "male vocalist",
    "female vocalist",
    "american",
    "british",
    "english",
    "canadian",
    "german",
    "french",
    "swedish",
];

/// A genre in small letters on one line, without the `|` that stands between genres in a table; none where nothing is left.
pub(super) fn genre(text: &str) -> Option<String> {
    let text: String =
        text.chars().map(|c| if c == '|' || c.is_control() { ' ' } else { c }).collect();
    let text = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty() && text.chars().count() <= MAX_LENGTH).then_some(text)
}

/// The genre that a tag stands for, unless it is none: a year, a decade, the artist's own name, a word of praise.
pub(super) fn genre_of_tag(tag: &str, artist: &str) -> Option<String> {
    let genre = genre(tag)?;
    let is_none = is_years(&genre)
        || NO_GENRES.contains(&genre.as_str())
        || normal(&genre) == normal(artist)
        || !genre.chars().any(char::is_alphabetic);
    (!is_none).then_some(genre)
}

/// Such as "1983", "80s" or "the 1980's".
fn is_years(text: &str) -> bool {
    let text = text.strip_prefix("the ").unwrap_or(text);
    let text = text.trim_end_matches('s').trim_end_matches('\'');
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_are_no_genres_are_left_out() {
        for tag in [
            "Seen Live",
            "1983",
            "80s",
            "the 1980's",
            "ABBA",
            "abba!",
            "",
            " | ",
            "...",
            "Female vocalists",
        ] {
            assert_eq!(genre_of_tag(tag, "ABBA"), None, "{tag}");
        }
        assert_eq!(genre_of_tag(" Euro|Pop\n", "ABBA").as_deref(), Some("euro pop"));
        assert_eq!(genre_of_tag("2 tone", "Madness").as_deref(), Some("2 tone"));
        assert_eq!(genre(&"x".repeat(101)), None);
    }
}
