//! Each user verb as one function with options, an observer and a result.
//!
//! ```text
//! ingest -> dataset -> train -> evaluate
//!                            -> generate
//!                            -> likelihood          demo: all of them
//!                            -> export                      compare: corpora and what was generated
//! sweep: many trainings; runs: what came of them, side by side
//! moods: generate in several keys; album: what was generated, heard and seen on a page
//! convert, plot, score, render: files of music to other formats, piano rolls, notation, sound; play: to the sound card
//! genres: tables of artists and genres, names, meta-genres
//! ```
//!
//! A verb reads and writes files, tells an [`Observer`] what it is doing, asks it whether to go on, and returns what came of it as a value that
//! can be serialised. It prints nothing. What it writes is whole or not there.
#![forbid(unsafe_code)]

mod again;
pub mod album;
pub mod catalog;
pub mod compare;
pub mod compose;
mod config;
mod continuation;
pub mod convert;
pub mod convert_directory;
pub mod curves;
pub mod dataset;
pub mod demo;
mod error;
pub mod evaluate;
pub mod export;
pub mod files;
pub mod follow;
pub mod generate;
pub mod genres;
mod http;
pub mod ingest;
mod input;
pub mod likelihood;
mod magenta_run;
pub mod models;
pub mod moods;
mod music_file;
mod observer;
mod origin;
mod picture;
mod pieces;
pub mod play;
pub mod plot;
mod provenance;
mod records;
pub mod render;
pub mod runs;
pub mod score;
mod shards;
pub mod subset;
pub mod sweep;
pub mod train;
mod tune;
mod user;

pub use audio::Error as AudioError;
pub use config::config;
pub use corpus::Error as CorpusError;
pub use corpus::catalog::{CatalogError, Cell, Contents, Recorded, SqlFault, TableCount};
pub use corpus::extract::{ContinuationError, ExtractOptions};
pub use corpus::ingest::{DirectoryEvent, DirectoryOptions, DirectorySummary};
pub use error::{Error, Result};
pub use generate::draw_seed;
pub use genre::Error as GenreError;
pub use genre::Query;
pub use genre::query::{QueryError, QueryFault};
pub use model::Error as ModelError;
pub use model::config::{CONFIG_NAMES, ENCODING_NAMES, MelodyConfig};
pub use model::evaluate::Metrics;
pub use model::generate::GenerateOptions as Sampling;
pub use music::Key;
pub use music_file::MusicFormat;
pub use observer::{Event, Observer, Unobserved};
pub use origin::Origin;
pub use picture::{Meter, Picture};
pub use provenance::{NotesKnown, Provenance};
pub use records::count_records;
pub use shards::files_of;
pub use tensorflow::Error as TensorflowError;
pub use tune::{Given, Tune, steps_of};
