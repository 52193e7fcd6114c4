//! Play: music through the sound card.

mod listener;
mod piece;
mod session;

use std::path::PathBuf;

pub use audio::DeviceChoice;
use audio::{Level, Player};
pub use listener::{Beat, Command, Listener, Piece, Place, Sound};
use serde::Serialize;

use crate::render::{self, Job, Playing, SoundFontChoice, load_soundfont};
use crate::{Error, Event, Result};
use session::{Session, Then};

/// What to play, and how.
#[derive(Clone, Debug)]
pub struct PlayOptions {
    /// Files of music, and folders of them; `-` is stdin.
    pub inputs: Vec<PathBuf>,
    /// The SoundFont.
    pub soundfont: SoundFontChoice,
    /// How pieces are played.
    pub playing: Playing,
    /// How loud they are made.
    pub level: Level,
    /// Frames a second: 16,000 to 192,000.
    pub sample_rate: u32,
    /// The sound card.
    pub device: DeviceChoice,
    /// Where each piece begins.
    pub start: Start,
    /// Whether to begin again after the last piece, for ever.
    pub repeat: bool,
}

/// A place in a piece.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// Seconds from its beginning.
    Seconds(f64),
    /// A bar, counted from 1.
    Bar(u32),
}

/// What was played.
#[derive(Clone, Debug, Serialize)]
pub struct Played {
    /// The name of the sound card.
    pub device: String,
    /// The sound system that it was reached by.
    pub host: &'static str,
    /// Frames a second.
    pub sample_rate: u32,
    /// The SoundFont: `built-in`, or its file.
    pub soundfont: String,
    /// What was played, in the order of the inputs.
    pub pieces: Vec<PlayedPiece>,
    /// What could not be played.
    pub failed: Vec<NotPlayed>,
    /// How often the sound broke off because this machine could not make it in time.
    pub underruns: u64,
}

/// A piece that was played.
#[derive(Clone, Debug, Serialize)]
pub struct PlayedPiece {
    /// The file of music.
    pub input: PathBuf,
    /// Which tune of it, counted from 1; none if it is the whole file.
    pub tune: Option<usize>,
    /// Its title.
    pub title: String,
    /// Seconds up to the end of its last note.
    pub seconds: f64,
    /// Where it was left, in seconds: after its end, if it was heard to its end.
    pub left_at: f64,
    /// How often it was begun.
    pub times: u64,
    /// Gain that it was given, in dB.
    pub gain: f64,
    /// What the SoundFont does not have.
    pub warnings: Vec<String>,
}

/// Something that could not be played.
#[derive(Clone, Debug, Serialize)]
pub struct NotPlayed {
    /// The file of music.
    pub input: PathBuf,
    /// Which tune of it, counted from 1; none if it is the whole file.
    pub tune: Option<usize>,
    /// Why.
    pub reason: String,
}

/// The sound cards that there are.
#[derive(Clone, Debug, Serialize)]
pub struct SoundCards {
    /// By sound system, and as that lists them.
    pub devices: Vec<SoundCard>,
}

/// A sound card.
#[derive(Clone, Debug, Serialize)]
pub struct SoundCard {
    /// Its name.
    pub name: String,
    /// The sound system that it is reached by.
    pub host: &'static str,
    /// Whether it is the one that the sound system plays on where nothing is said.
    pub is_default: bool,
}

/// Looks for sound cards.
///
/// # Errors
///
/// [`Error::SoundCard`] if there is none.
pub fn sound_cards() -> Result<SoundCards> {
    let devices = audio::devices().map_err(Error::SoundCard)?;
    let card =
        |it: audio::Device| SoundCard { name: it.name, host: it.host, is_default: it.is_default };
    Ok(SoundCards { devices: devices.into_iter().map(card).collect() })
}

/// Plays files of music, one after the other, until the last is over or the listener has heard enough. What cannot be read or played is told,
/// and the rest goes on.
///
/// # Errors
///
/// A SoundFont that cannot be read, an input that is not there, [`Error::SoundCard`], [`Error::Interrupted`]. If it is the only piece,
/// why it cannot be played; if it is all of several, [`Error::NothingRendered`].
pub fn play(options: &PlayOptions, listener: &dyn Listener) -> Result<Played> {
    let font = load_soundfont(&options.soundfont)?;
    let jobs = render::jobs(&options.inputs)?;
    let player = Player::open(&options.device, options.sample_rate).map_err(Error::SoundCard)?;
    let mut session = Session::new(options, &font, &player, listener, jobs.len());
    let mut outcomes: Vec<Option<Result<PlayedPiece>>> = jobs.iter().map(|_| None).collect();
    let mut number = 0;
    // Pieces since the last that could be played: nothing is tried for ever.
    let mut failures = 0;
    while let Some(job) = jobs.get(number) {
        let then = match session.piece(job, number) {
            Ok((piece, then)) => {
                failures = 0;
                keep(&mut outcomes, number, piece);
                then
            }
            Err(error @ (Error::Interrupted { .. } | Error::SoundCard(_))) => return Err(error),
            Err(error) => {
                failures += 1;
                if jobs.len() > 1 && failures <= jobs.len() {
                    tell(job, &error, listener);
                }
                if let Some(outcome) = outcomes.get_mut(number) {
                    *outcome = Some(Err(error));
                }
                Then::Next
            }
        };
        number = match then {
            Then::Next => number + 1,
            Then::Previous => number.saturating_sub(1),
            Then::Quit => break,
        };
        if number == jobs.len() && options.repeat && failures < jobs.len() {
            number = 0;
        }
    }
    session.finish();
    let underruns = player.moment().underruns;
    if underruns > 0 {
        let times = if underruns == 1 { "once".to_owned() } else { format!("{underruns} times") };
        let text = format!("the sound broke off {times}: this machine could not make it in time");
        listener.observe(Event::Warning(&text));
    }
    let played = Played {
        device: player.device().name.clone(),
        host: player.device().host,
        sample_rate: options.sample_rate,
        soundfont: font.name().to_owned(),
        pieces: Vec::new(),
        failed: Vec::new(),
        underruns,
    };
    sum_up(played, &jobs, outcomes)
}

/// Keeps what became of a piece, which may have been played before.
fn keep(outcomes: &mut [Option<Result<PlayedPiece>>], number: usize, mut piece: PlayedPiece) {
    if let Some(outcome) = outcomes.get_mut(number) {
        if let Some(Ok(before)) = outcome {
            piece.times += before.times;
        }
        *outcome = Some(Ok(piece));
    }
}

fn sum_up(
    mut played: Played,
    jobs: &[Job],
    outcomes: Vec<Option<Result<PlayedPiece>>>,
) -> Result<Played> {
    let mut only = None;
    for (job, outcome) in jobs.iter().zip(outcomes) {
        match outcome {
            Some(Ok(piece)) => played.pieces.push(piece),
            Some(Err(error)) => {
                played.failed.push(NotPlayed {
                    input: job.input.clone(),
                    tune: job.tune(),
                    reason: render::reason(&error),
                });
                only = Some(error);
            }
            None => {}
        }
    }
    match (played.pieces.is_empty(), only) {
        (true, Some(error)) if jobs.len() == 1 => Err(error),
        (true, Some(_)) => Err(Error::NothingRendered { files: jobs.len() }),
        _ => Ok(played),
    }
}

/// Tells what could not be played.
fn tell(job: &Job, error: &Error, listener: &dyn Listener) {
    let tune = job.tune().map(|number| format!("tune {number}: ")).unwrap_or_default();
    listener.observe(Event::Warning(&format!("{tune}{}", render::reason(error))));
}
