//! The fields L, M and Q, and the directives that change what is heard.

use music::TimeSignature;

use crate::fraction::Fraction;

/// What a field M says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meter {
    Free,
    /// Beats and their note value, each from 1.
    Beats(u32, u32),
}

impl Meter {
    /// Length of a bar in whole notes; 1 in free metre.
    pub(super) fn bar(self) -> Fraction {
        match self {
            Self::Free => Fraction::ONE,
            Self::Beats(numerator, denominator) => {
                Fraction::new(numerator.into(), denominator.into()).unwrap_or(Fraction::ONE)
            }
        }
    }

    /// The unit note length where no field L says one.
    pub(super) fn unit(self) -> Fraction {
        let short = self != Self::Free && self.bar() < Fraction::of(3, 4);
        Fraction::of(1, if short { 16 } else { 8 })
    }

    /// Whether its beats are of three parts: 6/8, 9/8, 12/8.
    pub(super) fn is_compound(self) -> bool {
        matches!(self, Self::Beats(numerator, 8) if numerator > 3 && numerator % 3 == 0)
    }

    pub(super) fn time_signature(self, time: f64) -> Option<TimeSignature> {
        match self {
            Self::Free => None,
            Self::Beats(numerator, denominator) => {
                Some(TimeSignature { time, numerator, denominator })
            }
        }
    }
}

/// Largest number in a metre.
const MAX_METER: u32 = 1024;

/// Reads a field M: `C`, `C|`, `none`, `6/8`, `2+3/8`, `(2+3)/8`.
pub(super) fn meter(text: &str) -> Option<Meter> {
    let text = text.trim();
    match text {
        "C" | "c" => return Some(Meter::Beats(4, 4)),
        "C|" | "c|" => return Some(Meter::Beats(2, 2)),
        "" => return Some(Meter::Free),
        _ if text.eq_ignore_ascii_case("none") => return Some(Meter::Free),
        _ => {}
    }
    let (beats, value) = text.split_once('/')?;
    let beats = beats.trim().trim_start_matches('(').trim_end_matches(')');
    let mut numerator = 0_u32;
    for beat in beats.split(['+', ' ']).filter(|beat| !beat.is_empty()) {
        numerator = numerator.checked_add(beat.parse().ok()?)?;
    }
    let value = value.trim_start();
    let end = value.find(|character: char| !character.is_ascii_digit()).unwrap_or(value.len());
    let denominator: u32 = value[..end].parse().ok()?;
    let valid = (1..=MAX_METER).contains(&numerator)
        && denominator <= MAX_METER
        && denominator.is_power_of_two();
    valid.then_some(Meter::Beats(numerator, denominator))
}

/// Reads a field L.
pub(super) fn unit_length(text: &str) -> Option<Fraction> {
    let text = text.split_whitespace().next()?;
    let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
    let part =
        |text: &str| text.parse::<i64>().ok().filter(|part| (1..=MAX_METER.into()).contains(part));
    Fraction::new(part(numerator)?, part(denominator)?)
}

/// What a field Q says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tempo {
    /// Quarter notes a minute.
    Quarters(f64),
    /// So many unit note lengths a minute, as in ABC 1.
    Units(f64),
    /// Words that say nothing exact.
    Words,
}

/// Tempos beyond this, in quarter notes a minute, are not to be heard.
const MAX_QPM: f64 = 10_000.0;

impl Tempo {
    /// Quarter notes a minute.
    pub(super) fn qpm(self, unit: Fraction) -> Option<f64> {
        let qpm = match self {
            Self::Quarters(qpm) => qpm,
            Self::Units(rate) => unit.over(Fraction::of(1, 4))?.to_f64() * rate,
            Self::Words => return None,
        };
        (qpm > 0.0 && qpm <= MAX_QPM).then_some(qpm)
    }
}

/// Reads a field Q: `1/4=120`, `"Allegro" 3/8 = 80`, `1/4 1/8=100`, and of old `120`, `C=120`, `C3=40`.
pub(super) fn tempo(text: &str) -> Option<Tempo> {
    let quoted = text.contains('"');
    let plain: String = text.split('"').step_by(2).collect();
    let plain = plain.trim();
    let Some((beats, rate)) = plain.split_once('=') else {
        return match plain {
            "" if quoted => Some(Tempo::Words),
            _ => number(plain).map(Tempo::Units),
        };
    };
    let rate = number(rate)?;
    if let Some(units) = beats.trim().strip_prefix('C') {
        let units = if units.is_empty() { 1.0 } else { number(units)? };
        return Some(Tempo::Units(units * rate));
    }
    let mut beat = Fraction::ZERO;
    for part in beats.split_whitespace() {
        beat = beat.plus(unit_length(part)?)?;
    }
    match beat {
        Fraction::ZERO => Some(Tempo::Units(rate)),
        beat => Some(Tempo::Quarters(quarters(beat, rate)?)),
    }
}

/// Exact for whole numbers of beats, so that it is the float that note-seq finds.
fn quarters(beat: Fraction, rate: f64) -> Option<f64> {
    let quarters = beat.over(Fraction::of(1, 4))?;
    if rate.fract() == 0.0 && rate.abs() < 1e9 {
        return Some(quarters.times(Fraction::new(rate as i64, 1)?)?.to_f64());
    }
    Some(quarters.to_f64() * rate)
}

/// The number at the start of a text.
fn number(text: &str) -> Option<f64> {
    let text = text.trim_start();
    let belongs = |character: char| character.is_ascii_digit() || character == '.';
    let end = text.find(|character| !belongs(character)).unwrap_or(text.len());
    text[..end].parse().ok().filter(|number: &f64| number.is_finite())
}

/// A directive that changes what is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    Program(u8),
    /// A MIDI channel from 1, of which 10 is the drums.
    Channel(u8),
    Transpose(i32),
    Accidentals(Propagation),
    /// What follows is text, or is music again.
    Text(bool),
}

/// How far an accidental reaches within its bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Propagation {
    /// No further than its note.
    Not,
    /// To notes of its octave.
    Octave,
    /// To notes of its letter, as the standard has it.
    #[default]
    Pitch,
}

/// Reads what follows `%%` or `I:`; none for the many directives that are about paper.
pub(super) fn directive(text: &str) -> Option<Directive> {
    let mut words = text.split_whitespace();
    let name = words.next()?;
    match name {
        "MIDI" => midi(words.next()?, words),
        "propagate-accidentals" => Some(Directive::Accidentals(match words.next()? {
            "not" => Propagation::Not,
            "octave" => Propagation::Octave,
            _ => Propagation::Pitch,
        })),
        "begintext" | "beginps" | "beginsvg" => Some(Directive::Text(true)),
        "endtext" | "endps" | "endsvg" => Some(Directive::Text(false)),
        _ => None,
    }
}

fn midi<'a>(name: &str, words: impl Iterator<Item = &'a str>) -> Option<Directive> {
    // `program` may have the channel before it.
    let numbers: Vec<i32> = words.map_while(|word| word.parse().ok()).take(2).collect();
    let last = *numbers.last()?;
    match name {
        "program" => {
            u8::try_from(last).ok().filter(|&program| program < 128).map(Directive::Program)
        }
        "channel" => u8::try_from(last).ok().map(Directive::Channel),
        "transpose" => Some(Directive::Transpose(last)).filter(|_| (-60..=60).contains(&last)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metres() {
        for (text, meter) in [
            ("C", Meter::Beats(4, 4)),
            ("C|", Meter::Beats(2, 2)),
            ("6/8", Meter::Beats(6, 8)),
            ("(2+3)/8 ", Meter::Beats(5, 8)),
            ("2+2+3/16", Meter::Beats(7, 16)),
            ("none", Meter::Free),
        ] {
            assert_eq!(super::meter(text), Some(meter), "{text}");
        }
        for text in ["4", "3/0", "0/4", "3/5", "99999999999/4", "x/y"] {
            assert_eq!(super::meter(text), None, "{text}");
        }
    }

    #[test]
    fn tempos() {
        for (text, tempo) in [
            ("1/4=120", Tempo::Quarters(120.0)),
            ("\"Allegro\" 3/8 = 80", Tempo::Quarters(120.0)),
            ("1/4 1/8=100 \"slow\"", Tempo::Quarters(150.0)),
            ("1/2=50.5", Tempo::Quarters(101.0)),
            ("120", Tempo::Units(120.0)),
            ("C3=40", Tempo::Units(120.0)),
            ("C=100", Tempo::Units(100.0)),
            ("\"Allegro\"", Tempo::Words),
        ] {
            assert_eq!(super::tempo(text), Some(tempo), "{text}");
        }
        for text in ["Allegro", "1/0=120", "1/4=", ""] {
            assert_eq!(super::tempo(text), None, "{text}");
        }
        assert_eq!(Tempo::Units(240.0).qpm(Fraction::of(1, 8)), Some(120.0));
        assert_eq!(Tempo::Quarters(0.0).qpm(Fraction::ONE), None);
    }

    #[test]
    fn directives() {
        assert_eq!(directive("MIDI program 2 73"), Some(Directive::Program(73)));
        assert_eq!(directive("MIDI program 73"), Some(Directive::Program(73)));
        assert_eq!(directive("MIDI transpose -12"), Some(Directive::Transpose(-12)));
        assert_eq!(directive("MIDI program 200"), None);
        assert_eq!(directive("staffsep 70pt"), None);
    }
}
