//! One piece after the other on an open sound card.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use audio::{Player, RenderOptions, Renderer, SoundFont, Stream};
use music::NoteSequence;

use super::listener::{Command, Listener, Piece, Place};
use super::{PlayOptions, PlayedPiece, Start};
use crate::render::Job;
use crate::{Error, Event, Result};

/// How often the listener is told where it is, and asked.
const TICK: Duration = Duration::from_millis(25);

/// How long the sound card may ask for nothing before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(5);

/// Seconds after which the piece before is the beginning of this one.
const LONG_AGO: f64 = 3.0;

/// Volumes in percent.
const MAX_VOLUME: u32 = 100;

/// What is to come after a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    Next,
    Previous,
    Quit,
}

/// What stays the same from piece to piece.
pub(super) struct Session<'a> {
    options: &'a PlayOptions,
    font: &'a Arc<SoundFont>,
    player: &'a Player,
    listener: &'a dyn Listener,
    /// How many pieces there are.
    of: usize,
    /// In percent.
    volume: u32,
    is_paused: bool,
    /// Where it began, or went to last, in seconds.
    from: f64,
    /// How it ended.
    last: Then,
}

/// Whether the sound card still asks for sound.
struct Pulse {
    calls: u64,
    since: Instant,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        options: &'a PlayOptions,
        font: &'a Arc<SoundFont>,
        player: &'a Player,
        listener: &'a dyn Listener,
        of: usize,
    ) -> Self {
        let (volume, is_paused, from, last) = (MAX_VOLUME, false, 0.0, Then::Quit);
        Self { options, font, player, listener, of, volume, is_paused, from, last }
    }

    /// Plays a piece to its end, or until the listener wants something else.
    pub(super) fn piece(&mut self, job: &Job, number: usize) -> Result<(PlayedPiece, Then)> {
        let mut sequence = job.read(self.listener)?;
        self.options.playing.arrangement().apply(&mut sequence);
        let (stream, warnings) = self.stream(job, &sequence)?;
        let seconds = stream.frames_of_notes() as f64 / self.rate();
        let title = title(job, &sequence);
        let piece = Piece::new(&sequence, title, (number + 1, self.of), seconds);
        drop(sequence);
        let start = self.start(job, &piece)?;
        for warning in &warnings {
            let text = format!("{}: {warning}", job.input.display());
            self.listener.observe(Event::Warning(&text));
        }
        let gain = stream.gain();
        let error = |source| Error::Audio { path: job.input.clone(), source };
        self.player.load(stream, self.frame(start)).map_err(error)?;
        self.from = start;
        self.listener.begins(&piece);
        self.last = self.listen(&piece)?;
        let played = PlayedPiece {
            input: job.input.clone(),
            tune: job.tune(),
            title: piece.title,
            seconds,
            left_at: self.player.moment().frame as f64 / self.rate(),
            times: 1,
            gain,
            warnings,
        };
        Ok((played, self.last))
    }

    /// Lets the end of the last piece be heard.
    pub(super) fn finish(&self) {
        if self.last == Then::Next && self.player.moment().is_over {
            thread::sleep(Duration::from_secs_f64(self.player.delay()));
        }
    }

    fn stream(&self, job: &Job, sequence: &NoteSequence) -> Result<(Stream, Vec<String>)> {
        let error = |source| match source {
            audio::Error::Cancelled => Error::Interrupted { kept: None },
            source => Error::Audio { path: job.input.clone(), source },
        };
        let options =
            RenderOptions { sample_rate: self.options.sample_rate, max_seconds: f64::INFINITY };
        let renderer = Renderer::new(sequence, self.font, &options).map_err(error)?;
        let warnings = renderer.warnings().to_vec();
        let mut watch = |_| {
            if self.listener.cancelled() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let stream = Stream::new(renderer, &self.options.level, &mut watch).map_err(error)?;
        Ok((stream, warnings))
    }

    /// Where the piece begins, in seconds.
    fn start(&self, job: &Job, piece: &Piece) -> Result<f64> {
        let (start, words) = match self.options.start {
            Start::Seconds(seconds) => (Some(seconds), format!("{seconds} s")),
            Start::Bar(bar) => (piece.start_of(bar), format!("bar {bar}")),
        };
        start
            .filter(|&start| start == 0.0 || start < piece.seconds)
            .ok_or_else(|| Error::StartAfterEnd { path: job.input.clone(), start: words })
    }

    fn listen(&mut self, piece: &Piece) -> Result<Then> {
        let mut pulse = Pulse { calls: self.player.moment().calls, since: Instant::now() };
        loop {
            let moment = self.player.moment();
            // What is heard, not what has been taken.
            let seconds = moment.frame as f64 / self.rate() - self.player.delay();
            let seconds = seconds.max(self.from);
            if self.listener.cancelled() {
                let kept = Some(format!("at {} of {}", clock(seconds), piece.title));
                return Err(Error::Interrupted { kept });
            }
            while let Some(command) = self.listener.command() {
                if let Some(then) = self.obey(command, piece) {
                    return Ok(then);
                }
            }
            let place = Place { seconds, is_paused: self.is_paused, volume: self.volume };
            self.listener.at(&place);
            if moment.is_over {
                return Ok(Then::Next);
            }
            if pulse.is_lost(moment.calls) {
                let device = self.player.device().name.clone();
                return Err(Error::SoundCard(audio::Error::DeviceLost { device }));
            }
            thread::sleep(TICK);
        }
    }

    /// Does what the listener wants, and says if it is the end of this piece.
    fn obey(&mut self, command: Command, piece: &Piece) -> Option<Then> {
        let now = self.player.moment().frame as f64 / self.rate();
        match command {
            Command::Pause => {
                self.is_paused = !self.is_paused;
                self.player.set_paused(self.is_paused);
            }
            Command::Seconds(seconds) => self.seek(now + seconds, piece),
            Command::Bars(bars) => self.seek(piece.bars_from(now, bars), piece),
            Command::Beginning => self.seek(0.0, piece),
            Command::Volume(percent) => {
                self.volume = self.volume.saturating_add_signed(percent).min(MAX_VOLUME);
                // Half of the percents is half as loud, about: a quarter of the samples' size.
                let share = self.volume as f32 / MAX_VOLUME as f32;
                self.player.set_volume(share * share);
            }
            Command::Next => return Some(Then::Next),
            Command::Previous if now > LONG_AGO => self.seek(0.0, piece),
            Command::Previous => return Some(Then::Previous),
            Command::Quit => return Some(Then::Quit),
        }
        None
    }

    fn seek(&mut self, seconds: f64, piece: &Piece) {
        self.from = seconds.clamp(0.0, piece.seconds);
        self.player.seek(self.frame(self.from));
    }

    /// The frame at a time; the first for times before.
    fn frame(&self, seconds: f64) -> u64 {
        (seconds * self.rate()).round() as u64
    }

    fn rate(&self) -> f64 {
        f64::from(self.options.sample_rate)
    }
}

impl Pulse {
    /// Whether `calls` has stood still for long.
    fn is_lost(&mut self, calls: u64) -> bool {
        if self.calls != calls {
            (self.calls, self.since) = (calls, Instant::now());
        }
        self.since.elapsed() > PATIENCE
    }
}

fn title(job: &Job, sequence: &NoteSequence) -> String {
    let title = sequence.metadata.title.trim();
    match (title.is_empty(), job.input.as_os_str() == "-") {
        (false, _) => title.to_owned(),
        (true, true) => "standard input".to_owned(),
        (true, false) => job.name(),
    }
}

/// Minutes and seconds.
fn clock(seconds: f64) -> String {
    let seconds = seconds as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
