//! Render: music to files of audio.

mod plan;
mod playing;
mod soundfont;

use std::io::{self, Cursor, Seek as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

pub use audio::{
    AudioFormat, AudioOptions, Level, Loudness, Program, ProgramError, STYLES, SoundFont, Style,
    TARGET_LUFS, Tags,
};
use music::NoteSequence;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use serde::Serialize;

use crate::files::{self, WholeFile};
use crate::{Error, Event, Observer, Result};
use plan::plan;
pub(crate) use plan::{Job, jobs};
pub use playing::{Choice, Playing};
pub use soundfont::{SOUNDFONT_VARIABLE, SoundFontChoice, load_soundfont, system_soundfonts};

/// What to render, and how.
#[derive(Clone, Debug)]
pub struct RenderOptions {
    /// Files of music, and folders of them; `-` is stdin.
    pub inputs: Vec<PathBuf>,
    /// Where the audio goes.
    pub output: RenderOutput,
    /// The SoundFont.
    pub soundfont: SoundFontChoice,
    /// How pieces are played.
    pub playing: Playing,
    /// Format, rates, loudness, greatest length.
    pub audio: AudioOptions,
    /// What is said in the files; a title and an artist that are empty are those of the piece, a title else the name of the file.
    pub tags: Tags,
    /// Threads to use; the result does not depend on them.
    pub threads: usize,
}

/// Where audio goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RenderOutput {
    /// One piece into one file.
    File(PathBuf),
    /// Each piece into a file of its own, in the folders of the input.
    Folder(PathBuf),
    /// One piece to stdout.
    Stdout,
}

/// What was rendered.
#[derive(Clone, Debug, Serialize)]
pub struct Rendered {
    /// Name of the format.
    pub format: &'static str,
    /// The SoundFont: `built-in`, or its file.
    pub soundfont: String,
    /// Frames a second.
    pub sample_rate: u32,
    /// What was written, in the order of the inputs.
    pub files: Vec<RenderedFile>,
    /// What could not be rendered.
    pub failed: Vec<NotRendered>,
}

/// A file of audio.
#[derive(Clone, Debug, Serialize)]
pub struct RenderedFile {
    /// The file of music.
    pub input: PathBuf,
    /// Which tune of it, counted from 1; none if it is the whole file.
    pub tune: Option<usize>,
    /// The file of audio; none for stdout.
    pub output: Option<PathBuf>,
    /// Its title.
    pub title: String,
    /// Its length in seconds, with the sound that dies away.
    pub seconds: f64,
    /// Integrated loudness in LUFS; none for silence.
    pub loudness: Option<f64>,
    /// True peak in dBTP; none for silence.
    pub true_peak: Option<f64>,
    /// Gain that it was given, in dB.
    pub gain: f64,
    /// Whether peaks were limited.
    pub limited: bool,
    /// What the SoundFont does not have.
    pub warnings: Vec<String>,
}

/// Something that could not be rendered.
#[derive(Clone, Debug, Serialize)]
pub struct NotRendered {
    /// The file of music.
    pub input: PathBuf,
    /// Which tune of it, counted from 1; none if it is the whole file.
    pub tune: Option<usize>,
    /// Why.
    pub reason: String,
}

/// Plays files of music and writes what is heard. What cannot be read or played is told, and the rest goes on.
///
/// # Errors
///
/// A SoundFont that cannot be read, an input that is not there, a disk that cannot be written, [`Error::ManyPieces`] for a
/// single output, [`Error::Interrupted`]. If it is the only piece, why it cannot be played; if it is all of several,
/// [`Error::NothingRendered`].
pub fn render(options: &RenderOptions, observer: &dyn Observer) -> Result<Rendered> {
    let font = load_soundfont(&options.soundfont)?;
    let jobs = plan(options)?;
    let total = jobs.len() as u64;
    observer.observe(Event::Began {
        task: "rendering",
        unit: "files",
        total: Some(total),
        done: 0,
    });
    let work = Work {
        options,
        font: &font,
        observer,
        total,
        done: AtomicU64::new(0),
        frames: AtomicU64::new(0),
        fatal: Mutex::new(None),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
    let pool = pool.map_err(|error| Error::Threads {
        threads: options.threads,
        source: io::Error::other(error),
    })?;
    let outcomes: Vec<Outcome> =
        pool.install(|| jobs.par_iter().filter_map(|job| work.job(job)).collect());
    observer.observe(Event::Ended);
    if let Some(error) = work.fatal.into_inner().ok().flatten() {
        return Err(error);
    }
    let mut rendered = Rendered {
        format: options.audio.format.ending(),
        soundfont: font.name().to_owned(),
        sample_rate: options.audio.render.sample_rate,
        files: Vec::new(),
        failed: Vec::new(),
    };
    let mut reasons = Vec::new();
    for (job, outcome) in outcomes {
        match outcome {
            Ok(file) => rendered.files.push(file),
            Err(error) => {
                let reason = reason(&error);
                rendered.failed.push(NotRendered {
                    input: job.input.clone(),
                    tune: job.tune(),
                    reason,
                });
                reasons.push(error);
            }
        }
    }
    tell(&rendered, jobs.len(), observer);
    match (rendered.files.is_empty(), jobs.len()) {
        (true, 1) => Err(reasons.pop().unwrap_or(Error::NothingRendered { files: 1 })),
        (true, files) => Err(Error::NothingRendered { files }),
        _ => Ok(rendered),
    }
}

/// A piece as the bytes of a file of audio.
///
/// # Errors
///
/// [`Error::Audio`].
pub fn render_sequence(
    sequence: &NoteSequence,
    font: &SoundFont,
    options: &AudioOptions,
    tags: &Tags,
) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    let written =
        audio::write(sequence, font, options, tags, &mut bytes, &mut |_| ControlFlow::Continue(()));
    written.map_err(|source| Error::Audio { path: PathBuf::from(&tags.title), source })?;
    Ok(bytes.into_inner())
}

/// A piece of a file, and what became of it.
type Outcome<'a> = (&'a Job, Result<RenderedFile>);

/// What all threads share.
struct Work<'a> {
    options: &'a RenderOptions,
    font: &'a SoundFont,
    observer: &'a dyn Observer,
    total: u64,
    done: AtomicU64,
    /// Frames worked on.
    frames: AtomicU64,
    /// What ends all of it: Ctrl-C, a full disk.
    fatal: Mutex<Option<Error>>,
}

/// Frames between two looks at the time.
const REPORT_EVERY: u64 = 1 << 17;

impl Work<'_> {
    /// Renders one piece; nothing if all of it is to end.
    fn job<'a>(&self, job: &'a Job) -> Option<Outcome<'a>> {
        if self.is_over() {
            return None;
        }
        let outcome = self.render(job);
        match outcome {
            Err(error @ (Error::Interrupted { .. } | Error::Write { .. })) => {
                if let Ok(mut fatal) = self.fatal.lock() {
                    fatal.get_or_insert(error);
                }
                None
            }
            outcome => {
                self.done.fetch_add(1, Ordering::Relaxed);
                self.report(0);
                Some((job, outcome))
            }
        }
    }

    fn is_over(&self) -> bool {
        if self.observer.cancelled() {
            let done = self.done.load(Ordering::Relaxed);
            let kept = (done > 0).then(|| format!("after {done} of {} files", self.total));
            if let Ok(mut fatal) = self.fatal.lock() {
                fatal.get_or_insert(Error::Interrupted { kept });
            }
        }
        self.fatal.lock().is_ok_and(|fatal| fatal.is_some())
    }

    fn report(&self, frames: u64) {
        let before = self.frames.fetch_add(frames, Ordering::Relaxed);
        if frames == 0 || before / REPORT_EVERY != (before + frames) / REPORT_EVERY {
            let done = self.done.load(Ordering::Relaxed);
            let seconds =
                (before + frames) / u64::from(self.options.audio.render.sample_rate.max(1));
            let detail = format!("{seconds} s of sound worked on");
            self.observer.observe(Event::Advanced {
                done,
                total: Some(self.total),
                detail: &detail,
            });
        }
    }

    fn render(&self, job: &Job) -> Result<RenderedFile> {
        let mut sequence = job.read(self.observer)?;
        self.options.playing.arrangement().apply(&mut sequence);
        let tags = self.tags(job, &sequence);
        let audio = match &job.output {
            Some(path) => {
                files::create_parent(path)?;
                let mut file = WholeFile::create(path)?;
                let audio = self.write(job, &sequence, &tags, &mut file)?;
                file.commit()?;
                audio
            }
            None => {
                let stdout = || PathBuf::from("the standard output");
                let failed = |source| Error::Write { path: stdout(), source };
                let mut file = tempfile::tempfile().map_err(failed)?;
                let audio = self.write(job, &sequence, &tags, &mut file)?;
                file.rewind()
                    .and_then(|()| io::copy(&mut file, &mut io::stdout().lock()))
                    .map_err(failed)?;
                audio
            }
        };
        let finite = |value: f64| Some(value).filter(|value| value.is_finite());
        Ok(RenderedFile {
            input: job.input.clone(),
            tune: job.tune(),
            output: job.output.clone(),
            title: tags.title,
            seconds: audio.seconds,
            loudness: finite(audio.loudness.integrated),
            true_peak: finite(audio.loudness.true_peak),
            gain: audio.gain,
            limited: audio.is_limited,
            warnings: audio.warnings,
        })
    }

    fn write(
        &self,
        job: &Job,
        sequence: &NoteSequence,
        tags: &Tags,
        sink: &mut dyn audio::encode::Sink,
    ) -> Result<audio::Audio> {
        let mut watch = |frames| {
            self.report(frames);
            if self.is_over() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let written =
            audio::write(sequence, self.font, &self.options.audio, tags, sink, &mut watch);
        written.map_err(|error| match error {
            audio::Error::Cancelled => Error::Interrupted { kept: None },
            audio::Error::Write(source) => {
                let path =
                    job.output.clone().unwrap_or_else(|| PathBuf::from("the standard output"));
                Error::Write { path, source }
            }
            source => Error::Audio { path: job.input.clone(), source },
        })
    }

    /// What is said in a file: what was asked for, what the piece says, how it was made.
    fn tags(&self, job: &Job, sequence: &NoteSequence) -> Tags {
        let mut tags = self.options.tags.clone();
        let metadata = &sequence.metadata;
        let or = |given: &mut String, other: &str| {
            if given.is_empty() {
                other.clone_into(given);
            }
        };
        or(&mut tags.title, metadata.title.trim());
        or(&mut tags.title, &job.name());
        or(&mut tags.artist, &metadata.artist);
        or(&mut tags.artist, metadata.composers.first().map_or("", String::as_str));
        or(&mut tags.genre, self.options.playing.genre.as_deref().unwrap_or_default());
        or(&mut tags.genre, metadata.genres.first().map_or("", String::as_str));
        let font = Path::new(self.font.name()).file_name().unwrap_or_default();
        tags.settings.push(("SOUNDFONT".to_owned(), font.to_string_lossy().into_owned()));
        tags.settings.extend(self.options.playing.settings());
        tags
    }
}

/// An error and what caused it, in one line.
pub(crate) fn reason(error: &Error) -> String {
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        reason = format!("{reason}: {cause}");
        source = cause.source();
    }
    reason
}

/// Tells what could not be rendered, if it is not all that there is, and what was played by something else.
fn tell(rendered: &Rendered, jobs: usize, observer: &dyn Observer) {
    for NotRendered { tune, reason, .. } in rendered.failed.iter().filter(|_| jobs > 1) {
        let tune = tune.map(|number| format!("tune {number}: ")).unwrap_or_default();
        observer.observe(Event::Warning(&format!("{tune}{reason}")));
    }
    for file in &rendered.files {
        for warning in &file.warnings {
            observer.observe(Event::Warning(&format!("{}: {warning}", file.input.display())));
        }
    }
}
