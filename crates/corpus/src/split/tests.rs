use music::{Note, NoteSequence};
use proptest::prelude::*;

use super::*;

/// A piece with one note of the given pitch; 0 means no note.
fn piece(artist: &str, title: &str, pitch: u8) -> NoteSequence {
    let mut sequence = NoteSequence::default();
    sequence.metadata.artist = artist.into();
    sequence.metadata.title = title.into();
    if pitch > 0 {
        sequence.notes.push(Note { pitch, velocity: 64, end_time: 1.0, ..Note::default() });
    }
    sequence
}

fn split(pieces: &[NoteSequence], eval_ratio: f64, seed: u64) -> Split {
    let mut splitter = Splitter::default();
    pieces.iter().for_each(|piece| splitter.add(Identity::of(piece)));
    splitter.finish(&Options { eval_ratio, seed }).unwrap()
}

fn many(songs: usize) -> Vec<NoteSequence> {
    (0..songs).map(|song| piece("artist", &format!("song {song}"), 0)).collect()
}

#[test]
fn names_and_notes_link_pieces_across_each_other() {
    // The third piece joins the songs of the first and the second.
    let pieces = [
        piece("A", "One", 60),
        piece("B", "Two", 61),
        piece("B", "two.1", 60),
        piece("C", "Three", 62),
    ];
    for seed in 0..50 {
        let split = split(&pieces, 0.5, seed);
        assert_eq!(split.training.songs + split.eval.songs, 2);
        assert_eq!(split.side(0), split.side(1));
        assert_eq!(split.side(0), split.side(2));
    }
}

#[test]
fn pieces_without_notes_are_no_copies_of_each_other() {
    let split = split(&many(10), 0.5, 1);
    assert_eq!(split.training.songs + split.eval.songs, 10);
}

#[test]
fn the_share_is_near_the_ratio_and_the_seed_decides() {
    let songs = many(2000);
    let first = split(&songs, 0.1, 1);
    assert!((150..250).contains(&first.eval.songs), "{}", first.eval.songs);
    assert_eq!(first, split(&songs, 0.1, 1));
    assert_ne!(first.sides(), split(&songs, 0.1, 2).sides());
}

#[test]
fn a_song_stays_on_its_side_when_others_come_and_go() {
    let songs = many(200);
    let all = split(&songs, 0.3, 7);
    let some = split(&songs[50..], 0.3, 7);
    assert_eq!(all.sides()[50..], *some.sides());
}

#[test]
fn extreme_ratios_leave_a_side_empty_and_no_others_do() {
    let songs = many(5);
    assert_eq!(split(&songs, 0.0, 3).eval, Counts::default());
    assert_eq!(split(&songs, 1.0, 3).training, Counts::default());
    for seed in 0..100 {
        assert!(split(&songs, 0.01, seed).eval.songs > 0);
        assert!(split(&songs, 0.99, seed).training.songs > 0);
    }
    assert_eq!(split(&many(1), 0.01, 3).eval, Counts::default());
}

#[test]
fn a_ratio_that_is_none_is_an_error() {
    for eval_ratio in [-0.1, 1.1, f64::NAN] {
        let error = Splitter::default().finish(&Options { eval_ratio, seed: 0 });
        assert!(matches!(error, Err(Error::Ratio { .. })));
    }
}

proptest! {
    #[test]
    fn no_song_is_on_both_sides(
        pieces in prop::collection::vec(("[a-c]", "[a-e](\\.1)?", 0u8..8), 0..40),
        seed: u64,
    ) {
        let pieces: Vec<_> =
            pieces.iter().map(|(artist, title, pitch)| piece(artist, title, *pitch)).collect();
        let split = split(&pieces, 0.5, seed);
        for (one, first) in pieces.iter().enumerate() {
            for (other, second) in pieces.iter().enumerate() {
                let notes = NoteDigest::of(first);
                let same_notes = notes.is_some() && notes == NoteDigest::of(second);
                if same_notes || SongKey::of(first) == SongKey::of(second) {
                    prop_assert_eq!(split.side(one), split.side(other));
                }
            }
        }
        prop_assert_eq!((split.training.pieces + split.eval.pieces) as usize, pieces.len());
    }

    #[test]
    fn the_order_of_pieces_plays_no_part(
        titles in prop::collection::vec(("[a-h]", 0u8..12), 1..30),
        seed: u64,
    ) {
        let forth: Vec<_> = titles.iter().map(|(title, pitch)| piece("x", title, *pitch)).collect();
        let back: Vec<_> = forth.iter().rev().cloned().collect();
        let mut sides = split(&back, 0.5, seed).sides().to_vec();
        sides.reverse();
        let split = split(&forth, 0.5, seed);
        prop_assert_eq!(split.sides(), sides);
    }
}
