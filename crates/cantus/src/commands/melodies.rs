//! The flags that say what counts as a melody.

use clap::Args;
use pipeline::ExtractOptions;

use crate::args::not_negative;

/// Which melodies are good enough.
#[derive(Args, Debug)]
#[command(next_help_heading = "Which melodies to take")]
pub(super) struct MelodyArgs {
    /// Leave out melodies of fewer bars
    #[arg(long, value_name = "N", default_value_t = 7)]
    min_bars: usize,
    /// Cut melodies to so many sixteenth notes
    #[arg(long, value_name = "N", default_value_t = 512)]
    max_steps: usize,
    /// Leave out melodies with fewer pitches, octaves aside
    #[arg(long, value_name = "N", default_value_t = 5)]
    min_unique_pitches: usize,
    /// A silence of so many bars ends a melody
    #[arg(long, value_name = "BARS", default_value_t = 1.0, value_parser = not_negative)]
    gap_bars: f64,
    /// Where notes start together take the highest, instead of ending the melody there
    #[arg(long)]
    ignore_polyphonic_notes: bool,
}

impl MelodyArgs {
    pub(super) fn options(&self) -> ExtractOptions {
        ExtractOptions {
            min_bars: self.min_bars,
            max_steps: self.max_steps,
            min_unique_pitches: self.min_unique_pitches,
            gap_bars: self.gap_bars,
            ignore_polyphonic_notes: self.ignore_polyphonic_notes,
        }
    }
}
