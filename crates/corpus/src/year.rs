//! The year of a piece, where it says so.
//!
//! Only what can hardly be anything else is taken for a year, from 1900 to [`LAST_YEAR`]: a number of four digits in brackets in the name of
//! a file, such as "Song (1984)", or the whole name of a folder; in a text that claims a copyright the earliest number of four digits. What a
//! MIDI file claims is often the year in which it was made, and not that of the song: a name comes first.

/// First year that is taken for one.
pub const FIRST_YEAR: u16 = 1900;

/// Last year that is taken for one.
pub const LAST_YEAR: u16 = 2100;

/// The year in the path of a file: in brackets in its name, or the name of a folder.
#[must_use]
pub fn year_in_path(path: &str) -> Option<u16> {
    let mut parts = path.rsplit('/');
    let file = parts.next()?;
    in_brackets(file)
        .or_else(|| parts.find_map(|folder| year(folder).or_else(|| in_brackets(folder))))
}

/// The year in a text that claims a copyright, such as "(c) 1985 by X"; of a text that `is_claim` no more is asked.
#[must_use]
pub fn year_in_claim(text: &str, is_claim: bool) -> Option<u16> {
    let claims = || {
        let lower = text.to_lowercase();
        ["\u{a9}", "\u{2117}", "(c)", "(p)", "copyright"].iter().any(|mark| lower.contains(mark))
    };
    if !is_claim && !claims() {
        return None;
    }
    let numbers = text.split(|letter: char| !letter.is_alphanumeric());
    numbers.filter_map(year).min()
}

fn in_brackets(name: &str) -> Option<u16> {
    let inside = |open, close| {
        let mut parts = name.split(open).skip(1);
        parts.find_map(|part| year(part.split(close).next()?.trim()))
    };
    inside('(', ')').or_else(|| inside('[', ']'))
}

/// Four digits within bounds.
fn year(text: &str) -> Option<u16> {
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = text.parse().ok().filter(|_| digits)?;
    (FIRST_YEAR..=LAST_YEAR).contains(&year).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_years_in_brackets_and_folders_are_years() {
        assert_eq!(year_in_path("Queen/Innuendo (1991).mid"), Some(1991));
        assert_eq!(year_in_path("Queen/[1984] Radio Ga Ga.mid"), Some(1984));
        assert_eq!(year_in_path("1984/Queen/a.mid"), Some(1984));
        assert_eq!(year_in_path("Queen (1970)/a (2).mid"), Some(1970));
        for none in
            ["Prince/1999.mid", "a/2000 Light Years.mid", "a/x (1685).mid", "a/b (19840).mid"]
        {
            assert_eq!(year_in_path(none), None, "{none}");
        }
        assert_eq!(year_in_path("Smashing Pumpkins/1979.mid"), None);
    }

    #[test]
    fn a_claim_has_its_earliest_year() {
        assert_eq!(year_in_claim("(c) 1985", false), Some(1985));
        assert_eq!(year_in_claim("(C) & (P) 1991, 1989 EMI", false), Some(1989));
        assert_eq!(year_in_claim("Copyright\u{a9}1996 by X", false), Some(1996));
        assert_eq!(year_in_claim("1996 by X", true), Some(1996));
        assert_eq!(year_in_claim("1996 by X", false), None);
        assert_eq!(year_in_claim("(c) 19851 or 123 or 1899", false), None);
    }
}
