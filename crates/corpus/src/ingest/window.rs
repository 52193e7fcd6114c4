//! Bounds what is under way between the walker and the sink.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many files and how many bytes of them may be under way.
///
/// The file that comes next in the output is always among them, so waiting for room always ends.
#[derive(Debug)]
pub(super) struct Window {
    max_files: usize,
    max_bytes: u64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    files: usize,
    bytes: u64,
    closed: bool,
}

impl Window {
    pub(super) fn new(max_files: usize, max_bytes: u64) -> Self {
        Self { max_files, max_bytes, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Waits until there is room for one more file; `false` when the window has been closed.
    ///
    /// Once it was full it must be half empty: to be woken for every single file takes longer than many a file.
    pub(super) fn enter(&self) -> bool {
        let mut state = self.lock();
        if state.files >= self.max_files || state.bytes >= self.max_bytes {
            let wait = |state: &mut State| !state.closed && !self.is_half_empty(state);
            let waited = self.changed.wait_while(state, wait);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
        state.files += 1;
        !state.closed
    }

    /// Counts the bytes of a file that has entered: its size is known only once it is unpacked.
    pub(super) fn load(&self, bytes: u64) {
        self.lock().bytes += bytes;
    }

    /// A file of so many bytes has reached the sink.
    pub(super) fn leave(&self, bytes: u64) {
        let mut state = self.lock();
        state.files -= 1;
        state.bytes -= bytes;
        if self.is_half_empty(&state) {
            self.changed.notify_one();
        }
    }

    fn is_half_empty(&self, state: &State) -> bool {
        state.files <= self.max_files / 2 && state.bytes <= self.max_bytes / 2
    }

    /// Nothing more enters: the work is called off.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is a single addition, so a panic elsewhere leaves the state whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::*;

    const SOON: Duration = Duration::from_millis(50);

    /// Whether a third thread gets in before and after `change`.
    fn entry_before_and_after(window: &Window, change: impl FnOnce()) -> (bool, Option<bool>) {
        thread::scope(|scope| {
            let (send, entered) = mpsc::channel();
            scope.spawn(move || send.send(window.enter()));
            let before = entered.recv_timeout(SOON).is_ok();
            change();
            (before, entered.recv_timeout(SOON * 100).ok())
        })
    }

    #[test]
    fn a_full_window_waits_for_one_to_leave() {
        let window = Window::new(1, 100);
        assert!(window.enter());
        assert_eq!(entry_before_and_after(&window, || window.leave(0)), (false, Some(true)));
    }

    #[test]
    fn a_window_that_was_full_must_be_half_empty() {
        let window = Window::new(4, 100);
        assert!((0..4).all(|_| window.enter()));
        thread::scope(|scope| {
            let (send, entered) = mpsc::channel();
            scope.spawn({
                let window = &window;
                move || send.send(window.enter())
            });
            assert!(entered.recv_timeout(SOON).is_err());
            window.leave(0);
            assert!(entered.recv_timeout(SOON).is_err());
            window.leave(0);
            assert_eq!(entered.recv_timeout(SOON * 100), Ok(true));
        });
    }

    #[test]
    fn bytes_count_too() {
        let window = Window::new(10, 100);
        assert!(window.enter());
        window.load(100);
        assert_eq!(entry_before_and_after(&window, || window.leave(100)), (false, Some(true)));
    }

    #[test]
    fn closing_ends_the_wait() {
        let window = Window::new(1, 100);
        assert!(window.enter());
        assert_eq!(entry_before_and_after(&window, || window.close()), (false, Some(false)));
        assert!(window.is_closed());
    }
}
