//! One time to one step.

use crate::QuantizeError;

/// The highest step that a piece may reach: beyond it, seconds as `f64` cannot tell one step from the next.
pub const MAX_STEP: usize = if usize::BITS < 53 { usize::MAX >> 1 } else { 1 << 53 };

/// Steps a second at `steps_per_quarter` steps in a quarter note and `qpm` quarter notes a minute.
pub fn steps_per_second(steps_per_quarter: usize, qpm: f64) -> f64 {
    steps_per_quarter as f64 * qpm / 60.0
}

/// The step that a time falls on.
///
/// `cutoff` is the part of a step from which a time belongs to the next one: 0.5 rounds to the nearest step, 1
/// always down, 0 always up (and a whole step to the one after it, as in note-seq).
///
/// # Errors
///
/// [`QuantizeError::TimeOutOfRange`] if the step is not finite or higher than [`MAX_STEP`],
/// [`QuantizeError::NegativeTime`] if it is lower than 0.
pub fn quantize_to_step(
    seconds: f64,
    steps_per_second: f64,
    cutoff: f64,
) -> Result<usize, QuantizeError> {
    let steps = seconds * steps_per_second + (1.0 - cutoff);
    // Turned into a whole number, it loses its fraction, and what is beyond becomes the largest one.
    let step = steps as usize;
    if steps <= -1.0 {
        Err(QuantizeError::NegativeTime { time: seconds })
    } else if step <= MAX_STEP && !steps.is_nan() {
        Ok(step)
    } else {
        Err(QuantizeError::TimeOutOfRange { time: seconds, steps_per_second })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_off_the_grid_are_errors() {
        let step = |seconds, per_second| quantize_to_step(seconds, per_second, 0.5);
        assert_eq!(step(-0.05, 8.0), Ok(0));
        assert_eq!(step(-1.0, 8.0), Err(QuantizeError::NegativeTime { time: -1.0 }));
        assert_eq!(step(1.0, -8.0), Err(QuantizeError::NegativeTime { time: 1.0 }));
        for (seconds, per_second) in
            [(f64::NAN, 8.0), (f64::INFINITY, 8.0), (1e30, 8.0), (1.0, f64::NAN), (1e300, 1e300)]
        {
            let result = step(seconds, per_second);
            assert!(matches!(result, Err(QuantizeError::TimeOutOfRange { .. })), "{seconds}");
        }
        assert_eq!(step(1e9, 8.0), Ok(8_000_000_000));
        assert_eq!(step(1e9, 1e-9), Ok(1));
    }

    proptest! {
        #[test]
        fn later_times_never_get_earlier_steps(
            a in 0.0..1e6f64, b in 0.0..1e6f64, qpm in 1.0..1000.0f64, cutoff in 0.0..=1.0f64,
        ) {
            let per_second = steps_per_second(4, qpm);
            let (early, late) = if a < b { (a, b) } else { (b, a) };
            let steps = |time| quantize_to_step(time, per_second, cutoff).unwrap();
            prop_assert!(steps(early) <= steps(late));
        }

        #[test]
        fn the_nearest_step_is_at_most_half_a_step_away(time in 0.0..1e4f64, qpm in 1.0..1000.0f64) {
            let per_second = steps_per_second(4, qpm);
            let step = quantize_to_step(time, per_second, 0.5).unwrap();
            prop_assert!((step as f64 - time * per_second).abs() <= 0.5 + 1e-9);
        }
    }
}
