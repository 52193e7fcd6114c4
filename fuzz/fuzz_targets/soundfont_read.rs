//! Reads any bytes as a SoundFont and plays a chord of whatever it has; it must end, in numbers.
#![no_main]

use audio::{RenderOptions, Renderer, SoundFont};
use libfuzzer_sys::fuzz_target;
use music::{Note, NoteSequence};

fuzz_target!(|bytes: &[u8]| {
    let Ok(font) = SoundFont::read(bytes.to_vec(), "fuzz") else { return };
    let note = |pitch: u8| Note {
        pitch,
        velocity: 100,
        program: pitch,
        is_drum: pitch % 4 == 0,
        instrument: pitch.into(),
        end_time: 0.05,
        ..Note::default()
    };
    let sequence = NoteSequence { notes: (20..120).step_by(7).map(note).collect(), ..NoteSequence::default() };
    let Ok(mut renderer) = Renderer::new(&sequence, &font, &RenderOptions::default()) else { return };
    let mut samples = [0.0; 4096];
    while renderer.read(&mut samples) > 0 {
        assert!(samples.iter().all(|sample| sample.is_finite()));
    }
});
