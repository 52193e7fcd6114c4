//! The order of parts, as the field P of a header has it.

use super::warning::Place;

/// Longest order that is followed.
pub(super) const MAX_PARTS: usize = 1024;

/// The parts of a tune in the order in which they are played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) labels: Vec<char>,
    pub(super) place: Place,
}

/// Reads an order such as `AB3(AC)2`, in which dots mean nothing; `None` if it is none or too long.
pub(super) fn order(text: &str) -> Option<Vec<char>> {
    // What was read of each parenthesis that is open, and where its last letter or group began.
    let mut open = vec![(Vec::new(), 0)];
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let (labels, last) = open.last_mut()?;
        match character {
            'A'..='Z' | 'a'..='z' => {
                *last = labels.len();
                labels.push(character);
            }
            '(' => open.push((Vec::new(), 0)),
            ')' => {
                let (inner, _) = open.pop()?;
                let (labels, last) = open.last_mut()?;
                *last = labels.len();
                labels.extend(inner);
            }
            '0'..='9' => {
                let mut times = character.to_digit(10)? as usize;
                while let Some(digit) = characters.peek().and_then(|next| next.to_digit(10)) {
                    times = times.saturating_mul(10).saturating_add(digit as usize);
                    characters.next();
                }
                let repeated = labels.split_off(*last);
                if repeated.len().saturating_mul(times) > MAX_PARTS {
                    return None;
                }
                labels.extend(std::iter::repeat_n(repeated, times).flatten());
            }
            '.' | ' ' | '\t' | ',' => {}
            _ => return None,
        }
        if open.iter().map(|(labels, _)| labels.len()).sum::<usize>() > MAX_PARTS {
            return None;
        }
    }
    let (labels, _) = open.pop()?;
    (open.is_empty() && !labels.is_empty()).then_some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_repeat_letters_and_groups() {
        let read = |text| order(text).map(|labels| labels.into_iter().collect::<String>());
        for (text, labels) in
            [("ABA", "ABA"), ("A2B", "AAB"), ("(AB)2.C", "ABABC"), ("((AB)2C)2", "ABABCABABC")]
        {
            assert_eq!(read(text).as_deref(), Some(labels));
        }
        for text in ["", "A)B", "(AB", "A-B", "A999999999999", "((((A99)99)99)99)99"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
