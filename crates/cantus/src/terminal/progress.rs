//! The progress of a verb: a bar where somebody watches, a plain line now and then elsewhere.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use pipeline::play::Listener;
use pipeline::{Event, Observer};

use super::numbers::{count, duration, rate};
use super::style::{bad, dim};
use super::{Terminal, columns};
use crate::interrupt;

/// How long a task may run without a word where no bar can be drawn.
const PLAIN_INTERVAL: Duration = Duration::from_secs(10);

/// Training says itself how many events it learns from in a second, which means more than updates.
const UPDATES: &str = "updates";

/// Columns from which on there is room for a long bar.
const WIDE: usize = 100;

/// How often the bar is drawn again, so that its clock moves although nothing was reported.
const TICK: Duration = Duration::from_millis(200);

/// Shows the events of a verb on stderr.
pub(crate) struct Progress {
    terminal: Terminal,
    task: Mutex<Option<Task>>,
}

/// The task under way.
struct Task {
    name: String,
    unit: &'static str,
    bar: Option<ProgressBar>,
    began: Instant,
    done_before: u64,
    spoke: Instant,
    asked_to_stop: bool,
}

impl Progress {
    pub(super) fn new(terminal: Terminal) -> Self {
        Progress { terminal, task: Mutex::new(None) }
    }

    fn begin(&self, name: &str, unit: &'static str, total: Option<u64>, done: u64) {
        self.end();
        if self.terminal.quiet {
            return;
        }
        let bar = self.terminal.live.then(|| new_bar(name, unit, total, done));
        let now = Instant::now();
        let task = Task {
            name: name.to_owned(),
            unit,
            bar,
            began: now,
            done_before: done,
            spoke: now,
            asked_to_stop: false,
        };
        if let Ok(mut current) = self.task.lock() {
            *current = Some(task);
        }
    }

    fn advance(&self, done: u64, total: Option<u64>, detail: &str) {
        let Ok(mut current) = self.task.lock() else { return };
        let Some(task) = current.as_mut() else { return };
        task.advance(done, total, detail);
    }

    fn end(&self) {
        let Ok(mut current) = self.task.lock() else { return };
        if let Some(bar) = current.take().and_then(|task| task.bar) {
            bar.finish_and_clear();
        }
    }

    /// Prints a line without tearing the bar.
    fn line(&self, text: &str) {
        let print = || {
            // Nobody is left to be told that stderr is closed.
            let _ = writeln!(anstream::stderr(), "{text}");
        };
        match self.task.lock() {
            Ok(current) => match current.as_ref().and_then(|task| task.bar.as_ref()) {
                Some(bar) => bar.suspend(print),
                None => print(),
            },
            Err(_) => print(),
        }
    }
}

impl Task {
    fn advance(&mut self, done: u64, total: Option<u64>, detail: &str) {
        let stopping = interrupt::requested() && !self.asked_to_stop;
        self.asked_to_stop |= stopping;
        match &self.bar {
            Some(bar) => {
                if let Some(total) = total {
                    bar.set_length(total);
                }
                bar.set_position(done);
                bar.set_message(
                    if self.asked_to_stop { "stopping ..." } else { detail }.to_owned(),
                );
            }
            None if self.spoke.elapsed() >= PLAIN_INTERVAL => {
                self.spoke = Instant::now();
                let _ = writeln!(anstream::stderr(), "{}", self.plain_line(done, total, detail));
            }
            None => {}
        }
    }

    fn plain_line(&self, done: u64, total: Option<u64>, detail: &str) -> String {
        let elapsed = self.began.elapsed().as_secs_f64().max(1e-3);
        let per_second = done.saturating_sub(self.done_before) as f64 / elapsed;
        let mut line = format!("{}: {}", self.name, count(done));
        if let Some(total) = total {
            let _ = write!(line, "/{}", count(total));
        }
        let _ = write!(line, " {}", self.unit);
        if self.unit != UPDATES {
            let _ = write!(line, ", {}/s", rate(per_second));
        }
        if let Some(total) = total.filter(|_| per_second > 0.0) {
            let left = Duration::from_secs_f64(total.saturating_sub(done) as f64 / per_second);
            let _ = write!(line, ", {} left", duration(left));
        }
        if !detail.is_empty() {
            let _ = write!(line, ", {detail}");
        }
        line
    }
}

impl Observer for Progress {
    fn observe(&self, event: Event<'_>) {
        match event {
            Event::Began { task, unit, total, done } => self.begin(task, unit, total, done),
            Event::Advanced { done, total, detail } => self.advance(done, total, detail),
            Event::Ended => self.end(),
            Event::Notice(text) if !self.terminal.quiet => self.line(text),
            Event::Detail(text) if self.terminal.verbose => self.line(&dim(text)),
            Event::Saved { path, .. } if self.terminal.verbose => {
                self.line(&dim(format!("checkpoint {}", path.display())));
            }
            Event::Warning(text) if !self.terminal.quiet => {
                self.line(&format!("{} {text}", bad("warning:")));
            }
            _ => {}
        }
    }

    fn cancelled(&self) -> bool {
        interrupt::requested()
    }
}

/// Where nobody watches, music is only heard.
impl Listener for Progress {}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

fn new_bar(name: &str, unit: &'static str, total: Option<u64>, done: u64) -> ProgressBar {
    let width = if columns() < WIDE { 14 } else { 24 };
    let bar = match total {
        Some(total) => ProgressBar::new(total).with_style(style(
            &format!("{{prefix}} {{bar:{width}.cyan/dim}} {{done}}/{{total}} {{unit}}{{speed}}{{left}}  {{wide_msg}}"),
            unit,
        )),
        None => ProgressBar::no_length()
            .with_style(style("{prefix} {spinner:.cyan} {done} {unit}{speed}  {elapsed}  {wide_msg}", unit)),
    };
    bar.set_prefix(name.to_owned());
    bar.set_position(done);
    bar.reset_eta();
    bar.enable_steady_tick(TICK);
    bar
}

fn style(template: &str, unit: &'static str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸─")
        .with_key("unit", move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = out.write_str(unit);
        })
        .with_key("done", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = out.write_str(&count(state.pos()));
        })
        .with_key("total", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = out.write_str(&state.len().map_or_else(|| "?".to_owned(), count));
        })
        .with_key("speed", move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            if state.per_sec() > 0.0 && unit != UPDATES {
                let _ = write!(out, "  {}/s", rate(state.per_sec()));
            }
        })
        .with_key("elapsed", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = out.write_str(&duration(state.elapsed()));
        })
        .with_key("left", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            // Nothing can be said before there is a rate.
            if state.per_sec() > 0.0 {
                let _ = write!(out, "  {} left", duration(state.eta()));
            }
        })
}
