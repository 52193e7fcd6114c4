//! note-seq's reading of the other information fields.

use crate::fraction::Fraction;
use crate::refusal::{Refusal, int};

/// A tempo as it is written.
pub(super) struct Tempo {
    /// Length of a beat in whole notes; none means the unit note length.
    pub(super) beat: Option<Fraction>,
    /// Beats a minute.
    pub(super) rate: i64,
}

/// The field L.
pub(super) fn unit_length(text: &str) -> Result<Fraction, Refusal> {
    let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
    let numbers = int(numerator).and_then(|above| Ok((above, int(denominator)?)));
    let (numerator, denominator) = numbers.map_err(|cause| {
        Refusal::caused_by(&cause, &format!("Could not parse unit note length: {text}"))
    })?;
    Fraction::new(numerator, denominator).ok_or_else(|| Refusal::zero_denominator(numerator))
}

/// The field M; none for free metre.
pub(super) fn meter(text: &str) -> Result<Option<(i64, i64)>, Refusal> {
    match &*text.to_lowercase() {
        "c" => return Ok(Some((4, 4))),
        "c|" => return Ok(Some((2, 2))),
        "none" => return Ok(None),
        _ => {}
    }
    let message = format!("Could not parse meter: {text}");
    let (numerator, denominator) =
        text.split_once('/').ok_or_else(|| Refusal::parse(message.clone()))?;
    let numbers = int(numerator).and_then(|above| Ok((above, int(denominator)?)));
    numbers.map(Some).map_err(|cause| Refusal::caused_by(&cause, &message))
}

/// The field Q; none for a tempo in words.
pub(super) fn tempo(text: &str) -> Result<Option<Tempo>, Refusal> {
    if let Some((beats, rate)) = beats_and_rate(text) {
        let mut beat = Fraction::ZERO;
        for (numerator, denominator) in beats {
            let part = Fraction::new(numerator, denominator)
                .ok_or_else(|| Refusal::zero_denominator(numerator))?;
            beat = beat.plus(part).ok_or_else(Refusal::overflow)?;
        }
        return Ok(Some(Tempo { beat: Some(beat), rate }));
    }
    let number = text.strip_prefix('C').unwrap_or(text).trim_start();
    let number = number.strip_prefix('=').unwrap_or(number).trim_start();
    if let Some((digits, "")) = take_digits(number) {
        let rate = digits.parse().map_err(|_| Refusal::overflow())?;
        return Ok(Some(Tempo { beat: None, rate }));
    }
    match text.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        Some((_, "")) => Ok(None),
        _ => Err(Refusal::parse(format!("Could not parse tempo: {text}"))),
    }
}

/// `1/4 1/8 = 120`, perhaps after a text in quotes.
fn beats_and_rate(text: &str) -> Option<(Vec<(i64, i64)>, i64)> {
    let mut rest = match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?.1,
        None => text,
    };
    rest = rest.trim_start();
    let mut beats = Vec::new();
    while let Some((numerator, after)) = take_digits(rest) {
        let (denominator, after) = take_digits(after.strip_prefix('/')?)?;
        beats.push((numerator.parse().ok()?, denominator.parse().ok()?));
        rest = after.trim_start();
    }
    let (rate, _) = take_digits(rest.strip_prefix('=')?.trim_start())?;
    if beats.is_empty() { None } else { Some((beats, rate.parse().ok()?)) }
}

fn take_digits(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}
