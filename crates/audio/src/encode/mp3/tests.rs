//! What is written, as a decoder hears it.

use std::io::Cursor;

use proptest::prelude::*;
use rusty_mp3::Mp3Decoder;
use rusty_mp3::encode::lametag::DECODER_DELAY;

use super::*;
use crate::Tags;

/// The file of stereo samples, and the frames in it.
fn file(samples: &[f32], sample_rate: u32, bitrate: u32, block: usize) -> (Vec<u8>, Vec<u8>) {
    let tags = Tags::default();
    let settings = Settings {
        format: crate::AudioFormat::Mp3,
        bitrate: Some(bitrate),
        sample_rate,
        frames: (samples.len() / CHANNELS) as u64,
        tags: &tags,
    };
    let mut sink = Cursor::new(Vec::new());
    let mut encoder = Box::new(Mp3::begin(&settings, &mut sink).unwrap());
    samples.chunks(block * CHANNELS).for_each(|samples| encoder.encode(samples).unwrap());
    encoder.finish().unwrap();
    let bytes = sink.into_inner();
    let frames = bytes[tags.id3().len()..].to_vec();
    (bytes, frames)
}

/// Samples as a decoder gives them, without those that the first frame says to leave out.
fn decoded(frames: &[u8], sample_rate: u32, count: usize) -> Vec<f32> {
    let mut decoder = Mp3Decoder::new();
    decoder.push(frames);
    decoder.flush();
    let mut samples = Vec::new();
    while let Ok(frame) = decoder.next_frame() {
        assert_eq!((frame.channels, frame.sample_rate), (2, sample_rate));
        samples.extend_from_slice(&frame.samples);
    }
    let length = if sample_rate >= 32_000 { 1152 } else { 576 };
    let priming = if count < length { extra_priming(count as u64, length) } else { 0 };
    let start = (ENCODER_DELAY + DECODER_DELAY + priming + length) * CHANNELS;
    assert!(
        samples.len() >= start + count * CHANNELS - DECODER_DELAY * CHANNELS,
        "{}",
        samples.len()
    );
    samples.resize(samples.len().max(start + count * CHANNELS), 0.0);
    samples[start..start + count * CHANNELS].to_vec()
}

/// How far the error is below the sound, in dB.
fn clearness(samples: &[f32], decoded: &[f32]) -> f32 {
    let energy: f32 = samples.iter().map(|sample| sample * sample).sum();
    let error: f32 = samples.iter().zip(decoded).map(|(a, b)| (a - b) * (a - b)).sum();
    10.0 * (energy / error).log10()
}

/// Chords that begin anew each quarter of a second, wider on one side.
fn music(frames: usize, sample_rate: u32) -> Vec<f32> {
    let sound = |n: usize| {
        let beat = sample_rate as usize / 4;
        let (chord, since) = (n / beat, (n % beat) as f32 / sample_rate as f32);
        let tone = |pitch: usize| {
            let hertz = 220.0 * ((pitch + 3 * chord % 7) as f32 / 12.0).exp2();
            (std::f32::consts::TAU * hertz * since).sin()
        };
        let decay = 0.2 * (-6.0 * since).exp();
        [decay * (tone(0) + tone(4)), decay * (tone(0) + 0.5 * tone(7))]
    };
    (0..frames).flat_map(sound).collect()
}

#[test]
fn music_comes_out_as_it_went_in_at_all_rates() {
    // Rates in kbit/s with the clearness that is left, in dB. 320 leaves no room in the memory of decoders for much of other frames.
    let cases = [
        (44_100, 128, 22.0),
        (44_100, 192, 30.0),
        (44_100, 320, 40.0),
        (48_000, 256, 35.0),
        (32_000, 320, 40.0),
        (32_000, 64, 15.0),
        (22_050, 96, 22.0),
        (24_000, 160, 30.0),
        (16_000, 64, 15.0),
    ];
    for (sample_rate, bitrate, least) in cases {
        let samples = music(2 * sample_rate as usize, sample_rate);
        let (_, frames) = file(&samples, sample_rate, bitrate, 4096);
        let decoded = decoded(&frames, sample_rate, samples.len() / CHANNELS);
        let clearness = clearness(&samples, &decoded);
        assert!(clearness > least, "{sample_rate} Hz, {bitrate} kbit/s: {clearness} dB");
        let kilobits = frames.len() as f32 * 8.0 / 2.0 / 1000.0;
        assert!((kilobits / bitrate as f32 - 1.0).abs() < 0.08, "{kilobits} for {bitrate} kbit/s");
    }
}

#[test]
fn few_bits_and_wild_samples_are_files_that_decode() {
    let mut seed = 7_u32;
    let mut random = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed
    };
    for bitrate in [8, 32, 192, 320] {
        for kind in 0..4 {
            let sample = || match kind {
                0 => f32::from_bits(random()),
                1 => {
                    if random() >> 31 == 0 {
                        1.0
                    } else {
                        -1.0
                    }
                }
                2 => (random() >> 30) as f32 * 1e-9,
                _ => [f32::NAN, f32::INFINITY, 0.0, 0.5][(random() >> 30) as usize],
            };
            let samples: Vec<f32> = std::iter::repeat_with(sample).take(20_000).collect();
            for sample_rate in [44_100, 22_050] {
                let (_, frames) = file(&samples, sample_rate, bitrate, 1000);
                let decoded = decoded(&frames, sample_rate, samples.len() / CHANNELS);
                assert!(decoded.iter().all(|sample| sample.is_finite()));
            }
        }
    }
}

#[test]
fn noise_in_one_ear_fills_every_frame_and_no_frame_reaches_too_far_back() {
    let mut seed = 1_u32;
    let samples: Vec<f32> = (0..88_200)
        .flat_map(|n| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let loud = n / 5000 % 2 == 0;
            [if loud { (seed >> 8) as f32 / (1 << 24) as f32 - 0.5 } else { 0.0 }, 0.0]
        })
        .collect();
    for bitrate in [64, 192, 256, 320] {
        let (_, frames) = file(&samples, 44_100, bitrate, 512);
        let (mut at, mut back, mut count) = (0, Vec::new(), 0);
        while at < frames.len() {
            let header = FrameHeader::parse(frames[at..at + 4].try_into().unwrap()).unwrap();
            assert_eq!(header.bitrate_kbps, bitrate);
            back.push(usize::from(frames[at + 4]) << 1 | usize::from(frames[at + 5] >> 7));
            at += header.frame_size();
            count += 1;
        }
        assert_eq!((at, count), (frames.len(), 1 + 78));
        let most = (1440 - 144_000 * bitrate as usize / 44_100).min(511);
        assert!(back.iter().all(|&back| back <= most), "{bitrate}: {back:?}");
        assert!(back.iter().any(|&back| back > 0), "{bitrate}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_length_in_any_blocks_gives_the_same_file(frames in 0..6000_usize, block in 1..3000_usize, slow in any::<bool>()) {
        let sample_rate = if slow { 22_050 } else { 44_100 };
        let samples = music(frames, sample_rate);
        let (bytes, stream) = file(&samples, sample_rate, 128, block);
        prop_assert!(bytes == file(&samples, sample_rate, 128, 6000).0);
        let decoded = decoded(&stream, sample_rate, frames);
        prop_assert_eq!(decoded.len(), samples.len());
        if frames > 0 {
            prop_assert!(clearness(&samples, &decoded) > 10.0);
        }
    }
}
