//! The keys of the player.

use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use pipeline::play::Command;

/// Seconds that an arrow goes.
const SECONDS: f64 = 5.0;

/// Percent that + and - change the volume by.
const PERCENT: i32 = 5;

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Key {
    Command(Command),
    /// Ctrl-C.
    Interrupt,
}

/// The next key that was pressed and means something; never waits.
pub(super) fn pressed(can_read: bool) -> Option<Key> {
    while can_read && event::poll(Duration::ZERO).ok()? {
        if let Event::Key(key) = event::read().ok()?
            && let Some(key) = meaning(&key)
        {
            return Some(key);
        }
    }
    None
}

fn meaning(key: &KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return (key.code == KeyCode::Char('c')).then_some(Key::Interrupt);
    }
    Some(Key::Command(match key.code {
        KeyCode::Char(' ') => Command::Pause,
        KeyCode::Left => Command::Seconds(-SECONDS),
        KeyCode::Right => Command::Seconds(SECONDS),
        KeyCode::Char('[') => Command::Bars(-1),
        KeyCode::Char(']') => Command::Bars(1),
        KeyCode::Home => Command::Beginning,
        KeyCode::Char('+' | '=') => Command::Volume(PERCENT),
        KeyCode::Char('-' | '_') => Command::Volume(-PERCENT),
        KeyCode::Char('n') => Command::Next,
        KeyCode::Char('p') => Command::Previous,
        KeyCode::Char('q') | KeyCode::Esc => Command::Quit,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_mean_what_the_help_says() {
        let key = |code, modifiers| meaning(&KeyEvent::new(code, modifiers));
        let plain = |code| key(code, KeyModifiers::NONE);
        assert_eq!(plain(KeyCode::Char(' ')), Some(Key::Command(Command::Pause)));
        assert_eq!(plain(KeyCode::Left), Some(Key::Command(Command::Seconds(-5.0))));
        assert_eq!(plain(KeyCode::Char('x')), None);
        assert_eq!(key(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(Key::Interrupt));
        assert_eq!(key(KeyCode::Char('q'), KeyModifiers::CONTROL), None);
    }
}
