//! Flags that somebody may have meant.

/// Share of a name that may be wrong for another to be proposed.
const MAX_WRONG: f64 = 0.5;

/// The names whose beginnings are nearest to `attempt`, sorted; none for a few letters or where nothing is near.
pub(super) fn suggestions<'a>(attempt: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted: Vec<char> = attempt.chars().collect();
    if wanted.len() <= 2 {
        return Vec::new();
    }
    let mut distances: Vec<(usize, &str)> = names
        .map(|name| {
            let beginning: Vec<char> = name.chars().take(wanted.len()).collect();
            (distance(&wanted, &beginning), name)
        })
        .collect();
    distances.sort_unstable();
    let least = distances.first().map_or(usize::MAX, |nearest| nearest.0);
    if least as f64 >= MAX_WRONG * wanted.len() as f64 {
        return Vec::new();
    }
    distances.into_iter().take_while(|(errors, _)| *errors == least).map(|(_, name)| name).collect()
}

/// How many letters to insert, drop, change or swap with their neighbour to make `a` of `b` (Damerau-Levenshtein).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = match (i, j) {
                (0, _) => j,
                (_, 0) => i,
                _ => {
                    let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let least = changed.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                    let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                    if swapped { least.min(rows[i - 2][j - 2] + 1) } else { least }
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn among(attempt: &str) -> Vec<&str> {
        suggestions(attempt, ["config", "run_dir", "num_steps", "num_outputs", "log"].into_iter())
    }

    #[test]
    fn slips_of_the_finger_are_understood() {
        assert_eq!(among("confg"), ["config"]);
        assert_eq!(among("rundir"), ["run_dir"]);
        assert_eq!(among("num_setps"), ["num_steps"]);
        assert_eq!(among("num"), ["num_outputs", "num_steps"]);
    }

    #[test]
    fn what_is_near_to_nothing_gets_no_proposal() {
        assert!(among("xyzzy").is_empty());
        assert!(among("lo").is_empty());
    }

    #[test]
    fn neighbours_swapped_are_one_error() {
        let distance = |a: &str, b: &str| {
            distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
        };
        assert_eq!(distance("abcd", "abdc"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
