//! What `plot` and `score` are both told: files of music, and what their pictures are like.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use pipeline::Meter;

use crate::args::{meter, width};

/// Flags of commands that draw.
#[derive(Args, Debug)]
pub(super) struct DrawingArgs {
    /// Files of music: MIDI, MusicXML, ABC
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) inputs: Vec<PathBuf>,
    /// Folder for what is made of each piece; made when missing [default: beside the files]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) output_dir: Option<PathBuf>,
    /// Width of pictures in pixels; a PNG has twice as many
    #[arg(long, value_name = "PIXELS", default_value_t = 960.0, value_parser = width)]
    pub(super) width: f64,
    /// Metre of pieces that name none [default: 4/4]
    #[arg(long, value_name = "METRE", value_parser = meter)]
    pub(super) meter: Option<Meter>,
}
