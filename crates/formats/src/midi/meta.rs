//! Meta events: what a track says besides its notes.

use music::Mode;

use super::warning::WarningKind;

/// Powers of two whose logarithm, computed as mido 1.2.6 does (`log(x) / log(2)`), is no integer; it refuses them as
/// denominators. All others up to 255 pass.
const REFUSED_POWERS: [u8; 51] = [
    29, 31, 39, 47, 51, 55, 58, 59, 62, 78, 93, 94, 95, 101, 102, 109, 110, 116, 117, 118, 124,
    125, 141, 156, 171, 179, 186, 187, 188, 189, 190, 201, 202, 203, 204, 205, 217, 218, 219, 220,
    221, 232, 233, 234, 235, 236, 247, 248, 249, 250, 251,
];

/// A meta event, as far as notes in seconds depend on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meta<'a> {
    /// Name of the track, in Latin-1 as far as one knows.
    TrackName(&'a [u8]),
    /// A text that belongs to nothing in particular.
    Text(&'a [u8]),
    /// A copyright notice.
    Copyright(&'a [u8]),
    /// Microseconds a quarter note.
    Tempo(u32),
    /// Beats a bar, and the power of two that is one beat.
    TimeSignature { numerator: u8, power: u8 },
    /// Pitch class of the tonic, and the mode.
    KeySignature { tonic: u8, mode: Mode },
    /// Nothing should follow.
    EndOfTrack,
    /// Of a type that mido 1.2.6 does not know.
    Unknown,
    /// Anything else.
    Other,
}

impl<'a> Meta<'a> {
    /// Reads the `data` of a meta event of type `kind`.
    pub(super) fn read(kind: u8, data: &'a [u8]) -> Result<Self, WarningKind> {
        let short = Err(WarningKind::ShortMeta { kind, length: data.len() });
        let over = |limit| Err(WarningKind::MetaValue { kind, limit });
        match (kind, data) {
            // A sequence number of 16 bits that mido allows only 8 of.
            (0x00, [] | [0, _, ..]) => Ok(Self::Other),
            (0x00, [_, _, ..]) => over(255),
            (0x01, text) => Ok(Self::Text(text)),
            (0x02, notice) => Ok(Self::Copyright(notice)),
            (0x03, name) => Ok(Self::TrackName(name)),
            (0x04..=0x07 | 0x09 | 0x21 | 0x7f, _) => Ok(Self::Other),
            (0x20, [_, ..]) => Ok(Self::Other),
            (0x2f, _) => Ok(Self::EndOfTrack),
            (0x51, &[a, b, c, ..]) => Ok(Self::Tempo(u32::from_be_bytes([0, a, b, c]))),
            // SMPTE offset: hours, minutes, seconds, frames, hundredths of a frame.
            (0x54, &[_, minutes, seconds, _, hundredths, ..]) => {
                match (minutes.max(seconds), hundredths) {
                    (60.., _) => over(59),
                    (_, 100..) => over(99),
                    _ => Ok(Self::Other),
                }
            }
            (0x58, &[numerator, power, _, _, ..]) => {
                if REFUSED_POWERS.contains(&power) {
                    return Err(WarningKind::Denominator { power });
                }
                Ok(Self::TimeSignature { numerator, power })
            }
            (0x59, &[sharps, mode, ..]) => key_signature(sharps.cast_signed(), mode),
            (0x00 | 0x20 | 0x51 | 0x54 | 0x58 | 0x59, _) => short,
            _ => Ok(Self::Unknown),
        }
    }

    /// Whether Magenta takes note of such an event in the first track alone.
    pub(super) fn is_for_first_track(&self) -> bool {
        matches!(self, Self::Tempo(_) | Self::TimeSignature { .. } | Self::KeySignature { .. })
    }
}

fn key_signature<'a>(sharps: i8, mode: u8) -> Result<Meta<'a>, WarningKind> {
    if !(-7..=7).contains(&sharps) || mode > 1 {
        return Err(WarningKind::KeySignature { sharps, mode });
    }
    // A sharp is a fifth up; the relative minor stands on the sixth degree.
    let (degree, mode) = if mode == 0 { (0, Mode::Major) } else { (9, Mode::Minor) };
    let tonic = (i32::from(sharps) * 7 + degree).rem_euclid(12);
    Ok(Meta::KeySignature { tonic: tonic as u8, mode })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_follow_the_circle_of_fifths() {
        let key = |sharps, mode| match key_signature(sharps, mode) {
            Ok(Meta::KeySignature { tonic, .. }) => Some(tonic),
            _ => None,
        };
        assert_eq!(
            [key(0, 0), key(1, 0), key(-1, 0), key(-7, 0)],
            [Some(0), Some(7), Some(5), Some(11)]
        );
        assert_eq!(
            [key(0, 1), key(3, 1), key(-7, 1), key(7, 1)],
            [Some(9), Some(6), Some(8), Some(10)]
        );
        assert_eq!([key(8, 0), key(-8, 0), key(0, 2)], [None, None, None]);
    }

    #[test]
    fn values_that_mido_refuses_are_refused() {
        assert_eq!(Meta::read(0x00, &[1, 0]), Err(WarningKind::MetaValue { kind: 0, limit: 255 }));
        assert_eq!(Meta::read(0x00, &[1]), Err(WarningKind::ShortMeta { kind: 0, length: 1 }));
        assert_eq!(
            Meta::read(0x54, &[0, 60, 0, 0, 0]),
            Err(WarningKind::MetaValue { kind: 0x54, limit: 59 })
        );
        assert_eq!(Meta::read(0x58, &[4, 29, 24, 8]), Err(WarningKind::Denominator { power: 29 }));
        assert_eq!(
            Meta::read(0x51, &[1, 2]),
            Err(WarningKind::ShortMeta { kind: 0x51, length: 2 })
        );
        assert_eq!(Meta::read(0x08, b"pad"), Ok(Meta::Unknown));
        assert_eq!(Meta::read(0x51, &[7, 0xa1, 0x20, 9]), Ok(Meta::Tempo(500_000)));
    }
}
