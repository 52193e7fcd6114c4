//! What encoders write is what others read.

use std::io::Cursor;

use super::*;
use crate::Error;

const RATE: u32 = 44_100;

/// A second of a tone on the left and half of it on the right.
fn tone() -> Vec<f32> {
    let sample = |n: u32| (std::f32::consts::TAU * 440.0 * n as f32 / RATE as f32).sin();
    (0..RATE).flat_map(|n| [0.5 * sample(n), 0.25 * sample(n)]).collect()
}

fn tags() -> Tags {
    Tags { title: "A tone".to_owned(), seed: Some(7), ..Tags::default() }
}

fn file(format: AudioFormat, samples: &[f32]) -> Result<Vec<u8>> {
    let tags = tags();
    let frames = (samples.len() / 2) as u64;
    let settings = Settings { format, bitrate: None, sample_rate: RATE, frames, tags: &tags };
    let mut sink = Cursor::new(Vec::new());
    let mut encoder = encoder(&settings, &mut sink)?;
    for block in samples.chunks(5000) {
        encoder.encode(block)?;
    }
    encoder.finish()?;
    Ok(sink.into_inner())
}

#[test]
fn the_same_samples_give_the_same_bytes_with_their_tags() {
    for format in AudioFormat::ALL {
        let bytes = file(format, &tone()).unwrap();
        assert!(bytes == file(format, &tone()).unwrap(), "{format:?}");
        assert!(bytes.windows(6).any(|window| window == b"A tone"), "{format:?}");
        assert_eq!(AudioFormat::of(Path::new(&format!("a.{}", format.ending()))), Some(format));
    }
}

#[test]
fn wav_has_every_sample() {
    let bytes = file(AudioFormat::Wav, &tone()).unwrap();
    let size = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!(size(4) + 8, bytes.len());
    let data = bytes.windows(4).position(|window| window == b"data").unwrap();
    assert_eq!((size(data + 4), bytes.len() - data - 8), (4 * RATE as usize, 4 * RATE as usize));
    let samples = bytes[data + 8..].chunks(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]));
    let worst = samples
        .zip(tone())
        .map(|(found, given)| (f32::from(found) / 32_767.0 - given).abs())
        .fold(0.0, f32::max);
    assert!(worst < 1e-4, "{worst}");
}

#[test]
fn mp3_decodes_to_what_went_in() {
    let bytes = file(AudioFormat::Mp3, &tone()).unwrap();
    let mut decoder = rusty_mp3::Mp3Decoder::new();
    let tag = 10 + bytes[6..10].iter().fold(0, |size, &byte| size << 7 | usize::from(byte));
    decoder.push(&bytes[tag..]);
    decoder.flush();
    let mut samples = Vec::new();
    while let Ok(frame) = decoder.next_frame() {
        samples.extend_from_slice(&frame.samples);
    }
    // Away from both ends: there, silence has been added.
    let middle = &samples[samples.len() / 4..samples.len() * 3 / 4];
    let peak = |number: usize| {
        middle.iter().skip(number).step_by(2).fold(0.0_f32, |peak, sample| peak.max(sample.abs()))
    };
    assert!(
        (peak(0) - 0.5).abs() < 0.02 && (peak(1) - 0.25).abs() < 0.02,
        "{} {}",
        peak(0),
        peak(1)
    );
}

#[test]
fn flac_says_what_it_holds() {
    use md5::{Digest as _, Md5};
    let bytes = file(AudioFormat::Flac, &tone()).unwrap();
    let info = u64::from_be_bytes(bytes[18..26].try_into().unwrap());
    assert_eq!((info >> 44, info & 0xf_ffff_ffff), (u64::from(RATE), u64::from(RATE)));
    let samples: Vec<u8> =
        tone().iter().flat_map(|&sample| quantized(sample).to_le_bytes()).collect();
    assert_eq!(bytes[26..42], Md5::digest(samples)[..]);
    assert!(bytes.len() < 4 * RATE as usize / 2);
}

#[test]
fn ogg_says_how_long_it_is() {
    let bytes = file(AudioFormat::Ogg, &tone()).unwrap();
    let page = bytes.windows(4).rposition(|window| window == b"OggS").unwrap();
    assert_eq!(u64::from_le_bytes(bytes[page + 6..page + 14].try_into().unwrap()), u64::from(RATE));
}

#[test]
fn nothing_and_a_single_block_are_files_too() {
    for format in AudioFormat::ALL {
        for frames in [0, 1, 64] {
            let bytes = file(format, &vec![0.25; frames * 2]);
            assert!(bytes.is_ok(), "{format:?} {frames}: {bytes:?}");
        }
    }
}

#[test]
fn what_a_format_cannot_hold_is_an_error() {
    let tags = Tags::default();
    let settings = |format, sample_rate, frames| Settings {
        format,
        bitrate: None,
        sample_rate,
        frames,
        tags: &tags,
    };
    let error = |settings: &Settings<'_>| encoder(settings, &mut Cursor::new(Vec::new())).err();
    let mp3 = error(&settings(AudioFormat::Mp3, 96_000, 1));
    assert!(matches!(mp3, Some(Error::BadOption { .. })), "{mp3:?}");
    let wav = error(&settings(AudioFormat::Wav, RATE, 1 << 31));
    assert!(matches!(wav, Some(Error::TooLarge { .. })), "{wav:?}");
    let mut ogg = settings(AudioFormat::Ogg, RATE, 1);
    ogg.bitrate = Some(1_000_000);
    assert!(matches!(error(&ogg), Some(Error::BadOption { .. })));
}
