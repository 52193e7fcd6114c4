//! A piece on a sound card, while it is made.
//!
//! ```text
//! Stream -> (a thread) -> Queue -> (the thread of the sound card) -> sound
//! ```

mod device;
mod queue;

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::thread::{self, JoinHandle};

pub use device::{Device, DeviceChoice, devices};
pub use queue::Moment;

use crate::{Error, Result, Stream};
use device::{DELAY, Opened};
use queue::Queue;

/// Plays pieces on a sound card, one at a time.
pub struct Player {
    opened: Opened,
    queue: Arc<Queue>,
    /// What the thread is told; none when it is to end.
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    sample_rate: u32,
}

/// What the thread that makes sound is told.
enum Job {
    /// Another piece, from a frame on.
    Load { stream: Box<Stream>, frame: u64, turn: u64 },
    /// Another place of the piece.
    Seek { frame: u64, turn: u64 },
}

impl fmt::Debug for Player {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Player")
            .field("device", &self.opened.device)
            .finish_non_exhaustive()
    }
}

impl Player {
    /// Opens a sound card for pieces of a sample rate in Hz; what it has no such rate for is converted.
    ///
    /// # Errors
    ///
    /// [`Error::NoDevice`], [`Error::UnknownDevice`].
    pub fn open(choice: &DeviceChoice, sample_rate: u32) -> Result<Self> {
        let queue = Arc::new(Queue::new(sample_rate));
        let taken = Arc::clone(&queue);
        let opened =
            Opened::new(choice, sample_rate, move |buffer: &mut [f32]| taken.fill(buffer))?;
        let (jobs, todo) = mpsc::channel();
        let filled = Arc::clone(&queue);
        let thread = thread::Builder::new().name("player".into());
        let thread = thread.spawn(move || work(&todo, &Closing(filled)));
        let thread = thread.map_err(|error| Error::NoDevice {
            tried: vec![format!("there is no thread to play on: {error}")],
        })?;
        Ok(Self { opened, queue, jobs: Some(jobs), thread: Some(thread), sample_rate })
    }

    /// The sound card.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.opened.device
    }

    /// Frames a second.
    #[must_use]
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    /// Plays a piece from a frame on, in place of the one that is played.
    ///
    /// # Errors
    ///
    /// [`Error::BadOption`] for a piece of another sample rate.
    pub fn load(&self, stream: Stream, frame: u64) -> Result<()> {
        if stream.sample_rate() != self.sample_rate {
            return Err(Error::BadOption {
                option: "the sample rate",
                found: stream.sample_rate().to_string(),
                expected: "that of the sound card",
            });
        }
        let turn = self.queue.restart(frame, true);
        self.tell(Job::Load { stream: Box::new(stream), frame, turn });
        Ok(())
    }

    /// Goes to another place of the piece.
    pub fn seek(&self, frame: u64) {
        let turn = self.queue.restart(frame, false);
        self.tell(Job::Seek { frame, turn });
    }

    fn tell(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // The thread ends before the player only in a panic, which has been reported.
            let _ = jobs.send(job);
        }
    }

    /// Stops for a while, or goes on.
    pub fn set_paused(&self, is_paused: bool) {
        self.queue.set_paused(is_paused);
    }

    /// Sets the volume, as a factor of the samples: 1 as they are.
    pub fn set_volume(&self, volume: f32) {
        self.queue.set_volume(volume);
    }

    /// Seconds, about, from when the sound card takes a frame until it is heard.
    #[must_use]
    pub fn delay(&self) -> f64 {
        DELAY
    }

    /// How far it has come.
    #[must_use]
    pub fn moment(&self) -> Moment {
        self.queue.moment()
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.queue.close();
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A queue that nobody waits for when the thread is gone, even in a panic.
struct Closing(Arc<Queue>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Makes sound ahead of the sound card until nobody tells anything any more.
fn work(jobs: &Receiver<Job>, Closing(queue): &Closing) {
    let mut playing: Option<(Box<Stream>, u64)> = None;
    let mut samples = Vec::new();
    let mut is_idle = true;
    loop {
        let job = if is_idle {
            let Ok(job) = jobs.recv() else { return };
            Some(job)
        } else {
            match jobs.try_recv() {
                Ok(job) => Some(job),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Disconnected) => return,
            }
        };
        is_idle = match job {
            Some(Job::Load { mut stream, frame, turn }) => {
                let lost = frame > 0 && stream.seek(frame).is_err();
                playing = Some((stream, turn));
                lost
            }
            Some(Job::Seek { frame, turn }) => playing.as_mut().is_none_or(|(stream, old)| {
                *old = turn;
                stream.seek(frame).is_err()
            }),
            None => false,
        };
        let Some((stream, turn)) = &mut playing else { continue };
        if is_idle || !stream.read(&mut samples) {
            // Over, or nothing can come any more.
            queue.complete(*turn);
            is_idle = true;
        } else if !queue.push(*turn, &samples) {
            is_idle = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::time::{Duration, Instant};

    use music::{Note, NoteSequence};

    use super::*;
    use crate::{Level, RenderOptions, Renderer, SoundFont};

    const RATE: u32 = 48_000;

    fn stream(seconds: f64) -> Stream {
        let note = Note { pitch: 72, velocity: 90, end_time: seconds, ..Note::default() };
        let sequence = NoteSequence { notes: vec![note], ..NoteSequence::default() };
        let options = RenderOptions { sample_rate: RATE, ..RenderOptions::default() };
        let renderer = Renderer::new(&sequence, &SoundFont::built_in().unwrap(), &options).unwrap();
        Stream::new(renderer, &Level::default(), &mut |_| ControlFlow::Continue(())).unwrap()
    }

    fn wait_for(player: &Player, mut happened: impl FnMut(Moment) -> bool) -> Moment {
        let start = Instant::now();
        loop {
            let moment = player.moment();
            if happened(moment) {
                return moment;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "{moment:?}");
            thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn a_piece_is_played_to_its_end_and_so_is_the_next() {
        let player = Player::open(&DeviceChoice::Null, RATE).unwrap();
        assert_eq!(player.device().host, "null");
        for seconds in [0.2, 0.1] {
            player.load(stream(seconds), 0).unwrap();
            let end = wait_for(&player, |moment| moment.is_over);
            assert!(end.frame >= (seconds * f64::from(RATE)) as u64, "{end:?}");
        }
    }

    #[test]
    fn it_jumps_stands_still_and_ends_in_the_middle() {
        let player = Player::open(&DeviceChoice::Null, RATE).unwrap();
        player.load(stream(1000.0), 900 * u64::from(RATE)).unwrap();
        wait_for(&player, |moment| moment.frame > 900 * u64::from(RATE));
        player.seek(10 * u64::from(RATE));
        let moment = wait_for(&player, |moment| moment.frame > 10 * u64::from(RATE));
        assert!(moment.frame < 100 * u64::from(RATE), "{moment:?}");
        player.set_paused(true);
        let calls = wait_for(&player, |later| later.calls > moment.calls + 1);
        let still = wait_for(&player, |later| later.calls > calls.calls + 1);
        assert_eq!(still.frame, wait_for(&player, |later| later.calls > still.calls).frame);
        drop(player);
    }
}
