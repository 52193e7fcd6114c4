//! SoundFonts as they should be, and as they should not.

use std::io::Cursor;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// A SoundFont of one program with a sine of a thousand frames, in PCM.
fn small() -> Vec<u8> {
    let font = SoundFont::built_in().unwrap();
    let mut keys = KeySet::default();
    keys.insert(69);
    let wanted = Wanted::from([((0, 80), keys), ((128, 0), keys)]);
    let frames: Arc<[i16]> =
        (0..1000).map(|n| (10_000.0 * (f64::from(n) / 16.0).sin()) as i16).collect();
    font.bank().cut(&wanted, |_| Some(SampleData::Pcm(Arc::clone(&frames)))).unwrap()
}

/// The same with samples as Ogg Vorbis.
fn compressed() -> Vec<u8> {
    let font = SoundFont::built_in().unwrap();
    let mut keys = KeySet::default();
    keys.insert(69);
    let bank = font.bank();
    let data = |number: usize| {
        let stream = bank.sample_bytes(bank.samples.get(number)?)?.to_vec();
        Some(SampleData::Vorbis { frames: font.frames(number)?.len(), stream })
    };
    bank.cut(&Wanted::from([((0, 80), keys)]), data).unwrap()
}

static SMALL: LazyLock<Vec<u8>> = LazyLock::new(small);
static COMPRESSED: LazyLock<Vec<u8>> = LazyLock::new(compressed);

/// Plays a note of each kind for a moment; only that it ends matters.
fn play(font: &SoundFont) {
    let mut keys = KeySet::default();
    keys.insert(69);
    let wanted: Wanted = font.bank().programs().take(4).map(|program| (program, keys)).collect();
    let Ok(instruments) = font.instruments(&wanted) else { return };
    let settings = rustysynth_ext::SynthesizerSettings::new(44_100);
    let Ok(mut synthesizer) = rustysynth_ext::Synthesizer::new(&instruments, &settings) else {
        return;
    };
    for (bank, program) in wanted.into_keys() {
        let channel = if bank >= DRUMS { 9 } else { 0 };
        synthesizer.process_midi_message(channel, 0xb0, 0, i32::from(bank & 127));
        synthesizer.process_midi_message(channel, 0xc0, i32::from(program & 127), 0);
        synthesizer.note_on(channel, 69, 100);
        let (mut left, mut right) = ([0.0; 2000], [0.0; 2000]);
        synthesizer.render(&mut left, &mut right);
        synthesizer.note_off(channel, 69);
        synthesizer.render(&mut left, &mut right);
    }
}

#[test]
fn the_built_in_one_has_all_of_general_midi() {
    let font = SoundFont::built_in().unwrap();
    for program in 0..128 {
        assert_eq!(font.preset_for(program, false), Some((0, program)));
    }
    assert_eq!(font.preset_for(0, true), Some((DRUMS, 0)));
    assert!(font.bank().copyright.contains("Frank Wen"), "{}", font.bank().copyright);
    for number in 0..font.bank().samples.len() {
        assert!(
            font.bank().sample_bytes(&font.bank().samples[number]).is_some(),
            "sample {number}"
        );
    }
}

#[test]
fn what_is_missing_is_played_by_what_is_near() {
    let font = SoundFont::read(SMALL.clone(), "small").unwrap();
    assert_eq!(font.preset_for(3, false), Some((0, 80)));
    assert_eq!(font.preset_for(25, true), Some((DRUMS, 0)));
}

#[test]
fn a_cut_holds_what_is_needed_and_no_more() {
    let font = SoundFont::built_in().unwrap();
    let mut middle = KeySet::default();
    middle.insert(60);
    let some = font.bank().samples_of(&Wanted::from([((0, 0), middle)]));
    let all = font.bank().samples_of(&Wanted::from([((0, 0), KeySet::ALL)]));
    assert!(!some.is_empty() && some.len() * 3 < all.len(), "{} of {}", some.len(), all.len());
    let cut = SoundFont::read(SMALL.clone(), "small").unwrap();
    assert_eq!(cut.bank().programs().collect::<Vec<_>>(), [(0, 80), (DRUMS, 0)]);
    assert!(rustysynth_ext::SoundFont::new(&mut Cursor::new(SMALL.as_slice())).is_ok());
}

#[test]
fn both_kinds_can_be_played() {
    for bytes in [&*SMALL, &*COMPRESSED] {
        let font = SoundFont::read(bytes.clone(), "test").unwrap();
        let instruments = font.instruments(&Wanted::from([((0, 80), KeySet::ALL)])).unwrap();
        assert!(instruments.get_wave_data().iter().any(|frame| frame.abs() > 1000));
    }
}

#[test]
fn what_is_no_soundfont_says_where_and_why() {
    let message = |bytes: &[u8]| SoundFont::read(bytes.to_vec(), "x").unwrap_err().to_string();
    assert_eq!(message(b"MThd"), "byte 0 of the SoundFont: expected \"RIFF\", found \"MThd\"");
    assert!(message(b"").contains("expected \"RIFF\""));
    assert!(
        message(b"RIFF\x04\0\0\0WAVE")
            .contains("byte 8 of the SoundFont: expected \"sfbk\", found \"WAVE\"")
    );
    let mut without_records = SMALL.clone();
    let at = without_records.windows(4).position(|bytes| bytes == b"pdta").unwrap();
    without_records[at] = b'q';
    assert!(message(&without_records).contains("expected a list \"pdta\""));
}

#[test]
fn a_short_file_plays_what_is_there_or_says_why_not() {
    for length in (0..SMALL.len()).step_by(97) {
        if let Ok(font) = SoundFont::read(SMALL[..length].to_vec(), "cut short") {
            play(&font);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damaged_bytes_do_no_harm(damage in vec((0.0..1.0_f64, any::<u8>()), 1..12), is_compressed: bool) {
        let mut bytes = if is_compressed { COMPRESSED.clone() } else { SMALL.clone() };
        let length = bytes.len() as f64;
        for (place, value) in damage {
            bytes[(place * length) as usize] = value;
        }
        if let Ok(font) = SoundFont::read(bytes, "damaged") {
            play(&font);
        }
    }

    #[test]
    fn damaged_records_do_no_harm(damage in vec((0.0..1.0_f64, any::<u16>()), 1..12), is_compressed: bool) {
        // Where a number leads somewhere, it is a number of two bytes in the last list.
        let mut bytes = if is_compressed { COMPRESSED.clone() } else { SMALL.clone() };
        let records = bytes.windows(4).rposition(|bytes| bytes == b"pdta").unwrap();
        let length = (bytes.len() - records - 2) as f64;
        for (place, value) in damage {
            let at = records + (place * length) as usize;
            bytes[at..at + 2].copy_from_slice(&value.to_le_bytes());
        }
        if let Ok(font) = SoundFont::read(bytes, "damaged") {
            play(&font);
        }
    }
}
