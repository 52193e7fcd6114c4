//! What makes two pieces the same: their notes.

use std::fmt;

use music::{Note, NoteSequence};

/// Times closer than this are the same time: files of different resolutions round differently.
const TIME_UNITS_PER_SECOND: f64 = 1e6;

/// Any two odd numbers without a pattern.
const SEEDS: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xd1b5_4a32_d192_ed03];

/// A digest of a piece's notes: pitch, begin, end, program and whether it is a drum, but neither velocity nor
/// the order of notes and tracks, nor anything about the file.
///
/// Every note is hashed to 128 bits, and these are added up: so notes need not be sorted, which took longer than reading
/// them. Pieces that chance upon the same digest are not to be expected; who wants to make such pieces can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NoteDigest([u8; 16]);

impl NoteDigest {
    /// The digest of a piece, or none for a piece without notes: silence is not a copy of silence.
    pub fn of(sequence: &NoteSequence) -> Option<Self> {
        if sequence.notes.is_empty() {
            return None;
        }
        let (mut low, mut high) = (0_u64, 0_u64);
        for note in &sequence.notes {
            let [one, other] = hash(note);
            low = low.wrapping_add(one);
            high = high.wrapping_add(other);
        }
        let mut digest = [0; 16];
        digest[..8].copy_from_slice(&low.to_le_bytes());
        digest[8..].copy_from_slice(&high.to_le_bytes());
        Some(Self(digest))
    }
}

/// The nearest number of units.
#[inline]
fn units(seconds: f64) -> u64 {
    let time = seconds * TIME_UNITS_PER_SECOND;
    // Rounds as `round` does, a call for each time, but for the one number right below a half.
    ((time + 0.5_f64.copysign(time)) as i64).cast_unsigned()
}

/// What counts of a note as 128 bits that have nothing to do with those of any other.
#[inline]
fn hash(note: &Note) -> [u64; 2] {
    let sound =
        u64::from(note.pitch) << 16 | u64::from(note.program) << 1 | u64::from(note.is_drum);
    // No two pairs of times give the same pair of numbers here, and no two sounds the same sum.
    let start = mix(units(note.start_time) ^ SEEDS[0]);
    let end = mix(units(note.end_time).wrapping_add(start));
    [mix(end ^ sound), mix(start.rotate_left(32) ^ end.wrapping_add(sound.wrapping_mul(SEEDS[1])))]
}

/// A permutation of numbers in which every bit depends on every bit (the finalizer of SplitMix64).
#[inline]
fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

impl fmt::Display for NoteDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(notes: &[Note]) -> NoteSequence {
        NoteSequence { notes: notes.to_vec(), ..NoteSequence::default() }
    }

    #[test]
    fn order_velocity_and_rounding_do_not_matter_but_notes_do() {
        let first = Note { pitch: 60, velocity: 90, end_time: 0.5, ..Note::default() };
        let second = Note { pitch: 64, start_time: 0.5, end_time: 1.0, ..first };
        let digest = NoteDigest::of(&piece(&[first, second]));
        assert!(digest.is_some());
        let softer = Note { velocity: 10, instrument: 3, end_time: 0.500_000_000_1, ..first };
        assert_eq!(NoteDigest::of(&piece(&[second, softer])), digest);
        for other in [
            Note { pitch: 61, ..first },
            Note { end_time: 0.6, ..first },
            Note { program: 1, ..first },
            Note { is_drum: true, ..first },
        ] {
            assert_ne!(NoteDigest::of(&piece(&[other, second])), digest);
        }
        assert_ne!(NoteDigest::of(&piece(&[first, first, second])), digest);
    }

    #[test]
    fn notes_that_swap_their_ends_are_others() {
        let note = |pitch: u8, start: u32, end: u32| Note {
            pitch,
            start_time: f64::from(start),
            end_time: f64::from(end),
            ..Note::default()
        };
        // The sums of pitches, begins and ends are the same in all of them.
        let pieces = [
            [note(60, 0, 2), note(62, 1, 3)],
            [note(60, 0, 3), note(62, 1, 2)],
            [note(62, 0, 2), note(60, 1, 3)],
            [note(60, 1, 2), note(62, 0, 3)],
            [note(61, 0, 2), note(61, 1, 3)],
        ];
        let digests = pieces.map(|notes| NoteDigest::of(&piece(&notes)));
        for (index, digest) in digests.iter().enumerate() {
            assert!(!digests[..index].contains(digest), "{index}");
        }
    }

    #[test]
    fn times_round_to_the_nearest_microsecond() {
        for (seconds, expected) in [(0.0, 0), (4e-7, 0), (6e-7, 1), (-6e-7, -1), (1.5, 1_500_000)] {
            assert_eq!(units(seconds).cast_signed(), expected, "{seconds}");
        }
    }

    #[test]
    fn silence_has_no_digest() {
        assert_eq!(NoteDigest::of(&piece(&[])), None);
    }
}
