//! Music that is played, on the whole screen: its notes with a cursor, and the keys that lead it.

mod face;
mod keys;
mod roll;

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crossterm::{cursor, execute, terminal};
use pipeline::play::{Command, Listener, Piece, Place};
use pipeline::{Event, Observer};

use super::style::bad;
use super::{Terminal, dim};
use crate::interrupt;
use face::Face;
use keys::Key;

/// The screen while music is played. It opens with the first piece, and is as it was before when this is dropped.
pub(crate) struct Screen {
    terminal: Terminal,
    /// Whether styles are shown.
    is_styled: bool,
    state: Mutex<State>,
    /// Ctrl-C was pressed, which is no signal where single keys are read.
    is_interrupted: AtomicBool,
}

#[derive(Default)]
struct State {
    is_open: bool,
    has_keys: bool,
    face: Option<Face>,
    shown: String,
    /// What is said when the screen is closed.
    lines: Vec<String>,
}

impl Screen {
    pub(crate) fn new(terminal: Terminal) -> Self {
        let choice = anstream::AutoStream::choice(&io::stderr());
        Self {
            terminal,
            is_styled: choice != anstream::ColorChoice::Never,
            state: Mutex::default(),
            is_interrupted: AtomicBool::new(false),
        }
    }

    fn with<T>(&self, action: impl FnOnce(&mut State) -> T) -> T {
        action(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps a line for the end, or says it while there is no screen.
    fn line(&self, text: String) {
        self.with(|state| {
            if state.is_open {
                state.lines.push(text);
            } else {
                let _ = writeln!(anstream::stderr(), "{text}");
            }
        });
    }
}

impl State {
    fn open(&mut self) {
        if self.is_open {
            return;
        }
        self.is_open = true;
        // Where keys cannot be read, there is still something to see.
        self.has_keys = terminal::enable_raw_mode().is_ok();
        let (enter, hide) = (terminal::EnterAlternateScreen, cursor::Hide);
        let _ = execute!(io::stderr(), enter, terminal::DisableLineWrap, hide);
    }

    fn close(&mut self) {
        if !self.is_open {
            return;
        }
        self.is_open = false;
        let (show, leave) = (cursor::Show, terminal::LeaveAlternateScreen);
        let _ = execute!(io::stderr(), terminal::EnableLineWrap, show, leave);
        if self.has_keys {
            let _ = terminal::disable_raw_mode();
        }
        for line in self.lines.drain(..) {
            let _ = writeln!(anstream::stderr(), "{line}");
        }
    }

    fn draw(&mut self, place: &Place, is_styled: bool) {
        let Some(face) = &mut self.face else { return };
        let size = terminal_size::terminal_size_of(io::stderr());
        let size = size.map_or((80, 24), |(width, height)| (width.0.into(), height.0.into()));
        let lines = face.lines(place, size);
        let frame = frame(&lines);
        if frame != self.shown {
            let shown = if is_styled { frame.clone() } else { unstyled(&frame) };
            let mut stderr = io::stderr().lock();
            let _ = stderr.write_all(shown.as_bytes()).and_then(|()| stderr.flush());
            self.shown = frame;
        }
    }
}

/// The lines from the upper left corner on, with nothing of what was there before. That is erased ahead of each line: behind one that fills
/// the screen's width the cursor is still on its last letter, which would go, too.
fn frame(lines: &[String]) -> String {
    let mut frame = String::from("\x1b[H");
    for (index, line) in lines.iter().enumerate() {
        let erase = if index + 1 == lines.len() { "\x1b[J" } else { "\x1b[K" };
        let before = if index == 0 { "" } else { "\r\n" };
        frame.extend([before, erase, line]);
    }
    frame
}

/// The same without colours; the cursor still moves.
fn unstyled(frame: &str) -> String {
    let mut text = String::with_capacity(frame.len());
    let mut rest = frame;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        text.push_str(before);
        let end = after.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(after.len());
        if after.get(end..=end).is_some_and(|letter| letter != "m") {
            text.push_str("\x1b[");
            text.push_str(after.get(..=end).unwrap_or_default());
        }
        rest = after.get(end + 1..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

impl Observer for Screen {
    fn observe(&self, event: Event<'_>) {
        match event {
            Event::Warning(text) => self.line(format!("{} {text}", bad("warning:"))),
            Event::Notice(text) => self.line(text.to_owned()),
            Event::Detail(text) if self.terminal.verbose => self.line(dim(text)),
            _ => {}
        }
    }

    fn cancelled(&self) -> bool {
        interrupt::requested() || self.is_interrupted.load(Ordering::Relaxed)
    }
}

impl Listener for Screen {
    fn begins(&self, piece: &Piece) {
        self.with(|state| {
            state.open();
            state.face = Some(Face::new(piece.clone()));
        });
    }

    fn at(&self, place: &Place) {
        self.with(|state| state.draw(place, self.is_styled));
    }

    fn command(&self) -> Option<Command> {
        match keys::pressed(self.with(|state| state.is_open && state.has_keys))? {
            Key::Command(command) => Some(command),
            Key::Interrupt => {
                self.is_interrupted.store(true, Ordering::Relaxed);
                None
            }
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.with(State::close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_is_erased_before_a_line_is_written() {
        let lines = ["first".to_owned(), "last".to_owned()];
        assert_eq!(frame(&lines), "\x1b[H\x1b[Kfirst\r\n\x1b[Jlast");
        assert_eq!(frame(&lines[..1]), "\x1b[H\x1b[Jfirst");
    }

    #[test]
    fn without_styles_the_cursor_still_moves() {
        assert_eq!(unstyled("\x1b[H\x1b[1mA\x1b[0m\x1b[K\r\nB\x1b[2m"), "\x1b[HA\x1b[K\r\nB");
        assert_eq!(unstyled("plain\x1b["), "plain");
    }
}
