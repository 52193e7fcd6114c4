//! Album: generated melodies made heard and seen, and a page that shows them.

mod card;
mod companion;
mod folder;
mod page;

use std::path::{Path, PathBuf};

use serde::Serialize;

pub(crate) use card::Card;
pub(crate) use page::{AlbumPage, SCRIPT, STYLE, Section};

use crate::generate::Generated;
use crate::picture::Picture;
use crate::plot::{PlotOptions, PlotOutput, plot};
use crate::render::{
    AudioFormat, AudioOptions, Choice, Playing, Program, RenderOptions, RenderOutput,
    SoundFontChoice, Tags, render,
};
use crate::score::{ScoreFormat, ScoreOptions, ScoreOutput, score};
use crate::{Observer, Result, files};

/// The page of an album, in the folder of the melodies.
pub const PAGE_FILE: &str = "index.html";

/// Width of pictures in pixels, as `plot` and `score` have it.
const WIDTH: f64 = 960.0;

/// What is made of melodies beside their MIDI files.
#[derive(Clone, Debug, Default)]
pub struct AlbumOptions {
    /// Sound, and in which format.
    pub audio: Option<AudioFormat>,
    /// Piano rolls: SVG and PNG.
    pub plot: bool,
    /// Scores: SVG and MusicXML.
    pub score: bool,
    /// The genre whose sound they have, where no program is given. They keep their own tempo.
    pub genre: Option<String>,
    /// The sound; none for that of the genre, else a piano.
    pub program: Option<Program>,
    /// What plays.
    pub soundfont: SoundFontChoice,
    /// Threads to use; the result does not depend on them.
    pub threads: usize,
}

/// What was made.
#[derive(Clone, Debug, Serialize)]
pub struct Album {
    /// The page.
    pub page: PathBuf,
    /// What is beside the melodies.
    #[serde(flatten)]
    pub companions: Companions,
}

/// Files that were made of melodies.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Companions {
    /// Files of audio, in the order of the melodies.
    pub audio: Vec<PathBuf>,
    /// Piano rolls, two a melody.
    pub rolls: Vec<PathBuf>,
    /// Scores, two a melody.
    pub scores: Vec<PathBuf>,
}

/// Makes sound and pictures of what was generated, and a page of all melodies in their folder that have their provenance beside them: those
/// first, then those of earlier calls.
///
/// # Errors
///
/// Those of [`render`], [`plot`] and [`score`]; a folder that cannot be read or written.
pub fn album(
    generated: &Generated,
    options: &AlbumOptions,
    observer: &dyn Observer,
) -> Result<Album> {
    let companions = companions(generated, options, observer)?;
    let page = folder_page(&generated.output_dir, &[generated], observer)?;
    Ok(Album { page, companions })
}

/// Writes the page of all melodies of a folder: those that were just `made` first, then those of earlier calls.
pub(crate) fn folder_page(
    folder: &Path,
    made: &[&Generated],
    observer: &dyn Observer,
) -> Result<PathBuf> {
    let newest = made.iter().flat_map(|made| &made.melodies).map(|made| made.file.as_path());
    let sections = folder::sections(folder, &newest.collect::<Vec<_>>(), observer)?;
    let number: usize = sections.iter().map(|section| section.melodies.len()).sum();
    let page = AlbumPage {
        title: if number == 1 {
            "A new melody".to_owned()
        } else {
            format!("{number} new melodies")
        },
        lead: String::new(),
        columns: 1,
        sections,
    };
    write_page(&page, folder)
}

/// Writes a page into the folder that its melodies are in, or are in folders of.
pub(crate) fn write_page(page: &AlbumPage, folder: &Path) -> Result<PathBuf> {
    let path = folder.join(PAGE_FILE);
    files::write_whole(&path, page.html(folder).as_bytes())?;
    Ok(path)
}

/// Makes sound and pictures of what was generated, without a page.
pub(crate) fn companions(
    generated: &Generated,
    options: &AlbumOptions,
    observer: &dyn Observer,
) -> Result<Companions> {
    let inputs: Vec<PathBuf> = generated.melodies.iter().map(|made| made.file.clone()).collect();
    let mut made = Companions::default();
    if let Some(format) = options.audio {
        let rendered = render(&render_options(generated, options, format), observer)?;
        made.audio = rendered.files.into_iter().filter_map(|file| file.output).collect();
    }
    if options.plot {
        let options = PlotOptions {
            inputs: inputs.clone(),
            output: PlotOutput::Files { folder: None, pictures: vec![Picture::Svg, Picture::Png] },
            width: WIDTH,
            bars_per_line: None,
            primer_steps: None,
            meter: None,
        };
        made.rolls = plot(&options, observer)?.files;
    }
    if options.score {
        let formats = vec![ScoreFormat::Svg, ScoreFormat::MusicXml];
        let output = ScoreOutput::Files { folder: None, formats };
        let options = ScoreOptions { inputs, output, width: WIDTH, meter: None };
        made.scores = score(&options, observer)?.files;
    }
    Ok(made)
}

fn render_options(
    generated: &Generated,
    options: &AlbumOptions,
    format: AudioFormat,
) -> RenderOptions {
    RenderOptions {
        inputs: generated.melodies.iter().map(|made| made.file.clone()).collect(),
        output: RenderOutput::Folder(generated.output_dir.clone()),
        soundfont: options.soundfont.clone(),
        playing: Playing {
            genre: options.genre.clone(),
            program: options.program.map_or(Choice::Fitting, Choice::Given),
            qpm: Choice::Own,
            ..Playing::default()
        },
        audio: AudioOptions { format, ..AudioOptions::default() },
        tags: Tags {
            genre: options.genre.clone().unwrap_or_default(),
            model: generated.config.clone(),
            seed: Some(generated.seed),
            ..Tags::default()
        },
        threads: options.threads,
    }
}
