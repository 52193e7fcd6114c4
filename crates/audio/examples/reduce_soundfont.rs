//! Makes the built-in SoundFont out of a large one: all programs of General MIDI and the standard drum kit, samples as Ogg Vorbis.
//!
//! ```sh
//! cargo run --release --package audio --example reduce_soundfont -- FluidR3Mono_GM.sf3 data/soundfont/cantus.sf3
//! ```
//!
//! The same input gives the same bytes. `data/soundfont/SOURCES.md` says which input it was.

use std::error::Error;
use std::num::{NonZeroU8, NonZeroU32};

use audio::{KeySet, SampleData, SoundFont, Wanted};
use vorbis_rs::{VorbisBitrateManagementStrategy, VorbisEncoderBuilder};

/// Quality of Vorbis, of -0.2 to 1.
const QUALITY: f32 = 0.0;

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [input, output] = paths.as_slice() else {
        return Err("give an input and an output".into());
    };

    let font = SoundFont::read(std::fs::read(input)?, input)?;
    let mut wanted: Wanted = (0..128).map(|program| ((0, program), KeySet::ALL)).collect();
    wanted.insert((128, 0), KeySet::ALL);
    let bytes = font.bank().cut(&wanted, |number| {
        let (frames, rate) = font.sample(number)?;
        let stream = encode(&frames, rate).ok()?;
        Some(SampleData::Vorbis { stream, frames: frames.len() })
    })?;
    println!(
        "{input}: {} presets, {} bytes",
        font.bank().programs().count(),
        std::fs::metadata(input)?.len()
    );
    println!("{output}: {} presets, {} bytes", wanted.len(), bytes.len());
    std::fs::write(output, bytes)?;
    Ok(())
}

/// A mono stream in the fewest bytes that still sound well.
fn encode(frames: &[i16], rate: u32) -> Result<Vec<u8>, Box<dyn Error>> {
    let rate = NonZeroU32::new(rate).ok_or("no rate")?;
    let strategy = VorbisBitrateManagementStrategy::QualityVbr { target_quality: QUALITY };
    let mut builder = VorbisEncoderBuilder::new_with_serial(rate, NonZeroU8::MIN, Vec::new(), 1);
    let mut encoder = builder.bitrate_management_strategy(strategy).build()?;
    for block in frames.chunks(1024) {
        let block: Vec<f32> = block.iter().map(|&frame| f32::from(frame) / 32_768.0).collect();
        encoder.encode_audio_block([block])?;
    }
    Ok(encoder.finish()?)
}
