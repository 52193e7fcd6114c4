//! What is between those who make sound and the sound card: a bounded queue of samples.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::render::CHANNELS;

/// Seconds of sound that are made ahead.
const AHEAD: f64 = 0.5;

/// Seconds that there must be before it begins. Where it broke off there must be all that there is room for: one gap is better than many.
const ENOUGH: f64 = 0.15;

/// Seconds in which sound comes and goes at a pause or a jump, so that nothing clicks.
const FADE: f64 = 0.005;

/// How far playing has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The frame of the piece that the sound card takes next.
    pub frame: u64,
    /// Whether the sound card has taken all of it.
    pub is_over: bool,
    /// How often it broke off because samples were not ready.
    pub underruns: u64,
    /// How often the sound card has asked for samples: where this stands still, it is gone.
    pub calls: u64,
}

/// A bounded queue of samples, left and right in turn. One thread pushes, the sound card takes.
///
/// The lock is held for the copying of some samples and no longer.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    room: Condvar,
    /// Samples that there is room for, and that are enough to begin.
    capacity: usize,
    enough: usize,
    /// What the gain moves by with each frame.
    fade: f32,
}

#[derive(Debug)]
struct State {
    samples: VecDeque<f32>,
    /// Counts pieces and jumps: what was made for an earlier one does not get in.
    turn: u64,
    frame: u64,
    /// The last sample is in.
    is_complete: bool,
    /// There is not enough yet.
    is_gathering: bool,
    /// Samples that are enough.
    enough: usize,
    is_paused: bool,
    is_closed: bool,
    /// The gain that is wanted, and that there is.
    volume: f32,
    gain: f32,
    underruns: u64,
    calls: u64,
}

impl Queue {
    pub(super) fn new(sample_rate: u32) -> Self {
        let samples = |seconds: f64| (seconds * f64::from(sample_rate)) as usize * CHANNELS;
        let state = State {
            samples: VecDeque::with_capacity(samples(AHEAD)),
            turn: 0,
            frame: 0,
            is_complete: true,
            is_gathering: true,
            enough: samples(ENOUGH),
            is_paused: false,
            is_closed: false,
            volume: 1.0,
            gain: 1.0,
            underruns: 0,
            calls: 0,
        };
        Self {
            state: Mutex::new(state),
            room: Condvar::new(),
            capacity: samples(AHEAD),
            enough: samples(ENOUGH),
            fade: (1.0 / (FADE * f64::from(sample_rate))) as f32,
        }
    }

    /// What a thread that panicked left is still a queue.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Throws away what is in it: another piece comes (`is_new`), or another place of this one. Gives the turn to push with.
    pub(super) fn restart(&self, frame: u64, is_new: bool) -> u64 {
        let mut state = self.lock();
        state.samples.clear();
        state.turn += 1;
        state.frame = frame;
        (state.is_complete, state.is_gathering, state.enough) = (false, true, self.enough);
        state.gain = if is_new { state.volume } else { 0.0 };
        self.room.notify_all();
        state.turn
    }

    /// Appends samples as there is room; false when its turn is over.
    pub(super) fn push(&self, turn: u64, mut samples: &[f32]) -> bool {
        let mut state = self.lock();
        loop {
            if state.turn != turn || state.is_closed {
                return false;
            }
            let room = self.capacity.saturating_sub(state.samples.len()).min(samples.len());
            let (now, later) = samples.split_at(room);
            state.samples.extend(now);
            if later.is_empty() {
                return true;
            }
            samples = later;
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The last sample of a turn has been pushed.
    pub(super) fn complete(&self, turn: u64) {
        let mut state = self.lock();
        state.is_complete |= state.turn == turn;
    }

    /// Ends all waiting: nobody takes samples any more, or nobody makes any.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.room.notify_all();
    }

    pub(super) fn set_paused(&self, is_paused: bool) {
        self.lock().is_paused = is_paused;
    }

    /// Sets the gain, as a factor.
    pub(super) fn set_volume(&self, volume: f32) {
        self.lock().volume = volume;
    }

    pub(super) fn moment(&self) -> Moment {
        let state = self.lock();
        Moment {
            frame: state.frame,
            is_over: (state.is_complete || state.is_closed) && state.samples.is_empty(),
            underruns: state.underruns,
            calls: state.calls,
        }
    }

    /// Fills the buffer of the sound card; what there is no sound for is silence.
    pub(super) fn fill(&self, buffer: &mut [f32]) {
        buffer.fill(0.0);
        let mut state = self.lock();
        state.calls += 1;
        if state.is_complete || state.samples.len() >= state.enough {
            state.is_gathering = false;
        }
        for pair in buffer.as_chunks_mut::<CHANNELS>().0 {
            let silent = state.is_paused && state.gain == 0.0;
            if silent || state.is_gathering {
                break;
            }
            let (Some(left), Some(right)) = (state.samples.pop_front(), state.samples.pop_front())
            else {
                if !state.is_complete {
                    state.underruns += 1;
                    (state.is_gathering, state.enough) = (true, self.capacity);
                }
                break;
            };
            let wanted = if state.is_paused { 0.0 } else { state.volume };
            state.gain += (wanted - state.gain).clamp(-self.fade, self.fade);
            *pair = [left * state.gain, right * state.gain];
            state.frame += 1;
        }
        self.room.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::*;

    const RATE: u32 = 1000;

    /// Frames n, n + 1, ... as samples that say which they are.
    fn frames(from: u64, count: u64) -> Vec<f32> {
        (from..from + count).flat_map(|n| [n as f32, -(n as f32)]).collect()
    }

    fn take(queue: &Queue, frames: usize) -> Vec<f32> {
        let mut buffer = vec![9.0; frames * CHANNELS];
        queue.fill(&mut buffer);
        buffer
    }

    #[test]
    fn samples_come_out_as_they_went_in_and_silence_follows() {
        let queue = Queue::new(RATE);
        let turn = queue.restart(0, true);
        assert!(queue.push(turn, &frames(0, 200)));
        assert_eq!(take(&queue, 150), frames(0, 150));
        assert_eq!((queue.moment().frame, queue.moment().is_over), (150, false));
        queue.complete(turn);
        assert_eq!(take(&queue, 60), [frames(150, 50), vec![0.0; 20]].concat());
        let end = Moment { frame: 200, is_over: true, underruns: 0, calls: 2 };
        assert_eq!(queue.moment(), end);
    }

    #[test]
    fn it_waits_for_enough_and_counts_where_it_broke_off() {
        let queue = Queue::new(RATE);
        let turn = queue.restart(0, true);
        queue.push(turn, &frames(0, 100));
        assert_eq!(take(&queue, 50), [0.0; 100]);
        queue.push(turn, &frames(100, 100));
        assert_eq!(take(&queue, 210)[..400], frames(0, 200));
        assert_eq!(queue.moment().underruns, 1);
        assert_eq!(take(&queue, 10), [0.0; 20]);
        assert_eq!(queue.moment().underruns, 1);
        queue.push(turn, &frames(200, 499));
        assert_eq!(take(&queue, 10), [0.0; 20]);
        queue.push(turn, &frames(699, 1));
        assert_eq!(take(&queue, 5), frames(200, 5));
    }

    #[test]
    fn who_makes_samples_waits_for_room_and_sees_a_jump() {
        let queue = Arc::new(Queue::new(RATE));
        let turn = queue.restart(0, true);
        let pusher = Arc::clone(&queue);
        let thread = thread::spawn(move || pusher.push(turn, &frames(0, 10_000)));
        let mut heard = Vec::new();
        while heard.len() < 3000 * CHANNELS {
            let before = queue.moment().frame;
            let buffer = take(&queue, 100);
            let count = (queue.moment().frame - before) as usize;
            heard.extend_from_slice(&buffer[..count * CHANNELS]);
            assert!(queue.lock().samples.len() <= 500 * CHANNELS);
            thread::yield_now();
        }
        assert!(heard == frames(0, heard.len() as u64 / 2));
        let next = queue.restart(7, false);
        assert!(!thread.join().unwrap());
        assert!(!queue.push(turn, &[1.0, 1.0]) && queue.push(next, &[1.0, 1.0]));
        assert_eq!(queue.moment().frame, 7);
        queue.close();
        assert!(!queue.push(next, &[1.0, 1.0]));
    }

    #[test]
    fn a_pause_fades_and_goes_on_with_the_next_frame() {
        let queue = Queue::new(RATE);
        let turn = queue.restart(0, true);
        queue.push(turn, &[1.0; 400]);
        take(&queue, 10);
        queue.set_paused(true);
        let fading = take(&queue, 10);
        let left: Vec<f32> = fading.chunks(2).map(|pair| pair[0]).collect();
        assert!(left.is_sorted_by(|a, b| a >= b) && left[0] < 1.0 && left[9] == 0.0, "{left:?}");
        let frame = queue.moment().frame;
        assert!(frame < 20);
        assert_eq!(take(&queue, 10), [0.0; 20]);
        assert_eq!(queue.moment().frame, frame);
        queue.set_paused(false);
        queue.set_volume(0.5);
        let rising = take(&queue, 10);
        assert!(rising[0] > 0.0 && (rising[19] - 0.5).abs() < 1e-3, "{rising:?}");
    }
}
