//! Flags as Magenta's programs take them: absl's syntax, absl's complaints.
//!
//! `--flag=value`, `--flag value` and either with one dash; `--flag`, `--noflag` and `--flag=true` for switches; the
//! last of several wins; `--flagfile` and `--undefok`. What follows a word without a dash is no flag any more.

mod help;
mod parse;
mod shared;
mod suggest;

use std::collections::BTreeMap;

pub(super) use help::help;
pub(super) use parse::{Outcome, parse};
pub(super) use shared::SHARED;

/// A flag that a program declares.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flag {
    pub(super) name: &'static str,
    /// One letter that stands for it as well.
    pub(super) short: Option<&'static str>,
    pub(super) kind: Kind,
    /// Its value when it is not given; none is Python's `None`.
    pub(super) default: Option<&'static str>,
    /// One sentence.
    pub(super) help: &'static str,
    pub(super) origin: Origin,
    pub(super) effect: Effect,
}

/// What a flag's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Switch,
    Integer,
    Float,
}

/// Who declares a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The program in Magenta 2.1.4.
    Magenta,
    /// The program in an older Magenta.
    OldMagenta,
    /// This program alone.
    Cantus,
    /// The library that parses flags, or TensorFlow.
    Library,
}

/// What a flag does here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// What it does in Magenta, if anything.
    Same,
    /// Nothing, for this reason; whoever gives it is told.
    None(&'static str),
}

impl Flag {
    /// A flag of Magenta's that does what it does there.
    pub(super) const fn new(
        name: &'static str,
        kind: Kind,
        default: Option<&'static str>,
        help: &'static str,
    ) -> Self {
        let (origin, effect) = (Origin::Magenta, Effect::Same);
        Flag { name, short: None, kind, default, help, origin, effect }
    }

    /// The same flag, declared by `origin`.
    pub(super) const fn from(self, origin: Origin) -> Self {
        Flag { origin, ..self }
    }

    /// The same flag without an effect.
    pub(super) const fn idle(self, reason: &'static str) -> Self {
        Flag { effect: Effect::None(reason), ..self }
    }
}

/// The flags of one program: its own, and those that all have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flags(pub(super) &'static [&'static [Flag]]);

impl Flags {
    pub(super) fn iter(self) -> impl Iterator<Item = &'static Flag> {
        self.0.iter().copied().flatten()
    }

    /// The flag of that name, or of that letter.
    fn find(self, name: &str) -> Option<&'static Flag> {
        self.iter().find(|flag| flag.name == name || flag.short == Some(name))
    }
}

/// A value, checked against its flag's kind.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Text(String),
    Switch(bool),
    Integer(i64),
    Float(f64),
}

/// What a call says.
#[derive(Debug)]
pub(super) struct Values {
    flags: Flags,
    given: BTreeMap<&'static str, Value>,
    /// Words that are no flags; Magenta passes over them.
    pub(super) words: Vec<String>,
}

impl Values {
    /// The flags that were given, by name.
    pub(super) fn given(&self) -> impl Iterator<Item = &'static Flag> {
        self.given.keys().filter_map(|name| self.flags.find(name))
    }

    /// The text of a flag; none if it is empty or was not given and has no default.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    pub(super) fn switch(&self, name: &str) -> bool {
        self.value(name) == Some(Value::Switch(true))
    }

    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        match self.value(name)? {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn float(&self, name: &str) -> Option<f64> {
        match self.value(name)? {
            Value::Float(number) => Some(number),
            _ => None,
        }
    }

    fn value(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.given.get(name) {
            return Some(value.clone());
        }
        let flag = self.flags.find(name)?;
        parse::value(flag, flag.default?).ok()
    }
}
