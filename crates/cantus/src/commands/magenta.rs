//! `cantus magenta`: Magenta's own commands, unchanged.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use serde::Serialize;

use crate::failure::Failure;
use crate::magenta;
use crate::terminal::Terminal;

const AFTER_HELP: &str = "\
Examples:
  cantus magenta install ~/bin
  convert_dir_to_note_sequences --input_dir=midi --recursive \\
      --output_file=/tmp/notes.tfrecord
  cantus magenta convert_dir_to_note_sequences --helpfull

A script that was written for Magenta finds the installed commands when the
folder is in front of its PATH:
  PATH=~/bin:$PATH sh train_all_genres.sh";

/// Magenta's four commands, with their own flags, files and log lines
///
/// For scripts that were written for Magenta: convert_dir_to_note_sequences, melody_rnn_create_dataset,
/// melody_rnn_train and melody_rnn_generate. docs/magenta.md says what is the same and what differs.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct MagentaArgs {
    #[command(subcommand)]
    command: MagentaCommand,
}

#[derive(Debug, Subcommand)]
enum MagentaCommand {
    /// Put the four commands into a folder, as links to this program
    Install(InstallArgs),
    /// Music files to a TFRecord file of NoteSequences
    #[command(
        name = "convert_dir_to_note_sequences",
        after_help = "\
Examples:
  cantus magenta convert_dir_to_note_sequences --input_dir=midi --recursive \\
      --output_file=notes.tfrecord"
    )]
    ConvertDir(Words),
    /// NoteSequences to the examples of a melody RNN
    #[command(
        name = "melody_rnn_create_dataset",
        after_help = "\
Examples:
  cantus magenta melody_rnn_create_dataset --config=attention_rnn \\
      --input=notes.tfrecord --output_dir=examples --eval_ratio=0.10"
    )]
    CreateDataset(Words),
    /// A melody RNN learns from examples, or is measured on them
    #[command(
        name = "melody_rnn_train",
        after_help = "\
Examples:
  cantus magenta melody_rnn_train --config=attention_rnn --run_dir=run \\
      --sequence_example_file=examples/training_melodies.tfrecord \\
      --hparams=\"batch_size=64,rnn_layer_sizes=[64,64]\" \\
      --num_training_steps=200"
    )]
    Train(Words),
    /// Melodies by a trained network, as MIDI files
    #[command(
        name = "melody_rnn_generate",
        after_help = "\
Examples:
  cantus magenta melody_rnn_generate --config=attention_rnn --run_dir=run \\
      --output_dir=out --num_outputs=10 --num_steps=128 \\
      --primer_melody=\"[60]\""
    )]
    Generate(Words),
}

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cantus magenta install ~/bin\n  PATH=~/bin:$PATH sh train_all_genres.sh"
)]
struct InstallArgs {
    /// Folder for the commands; made when missing
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    folder: PathBuf,
}

/// What follows the name of one of the four: `main` hands it over before clap could take offence.
#[derive(Args, Debug)]
#[command(disable_help_flag = true)]
struct Words {
    /// Flags of Magenta's; --helpfull lists them
    #[arg(value_name = "FLAG", trailing_var_arg = true, allow_hyphen_values = true)]
    _words: Vec<OsString>,
}

#[derive(Serialize)]
struct Installed {
    folder: PathBuf,
    commands: Vec<PathBuf>,
}

pub(crate) fn run(args: &MagentaArgs, terminal: Terminal) -> Result<(), Failure> {
    let MagentaCommand::Install(InstallArgs { folder }) = &args.command else {
        return Err(Failure::usage("flags of Cantus cannot stand before a command of Magenta's")
            .with_hint("begin with `cantus magenta` and the command's name"));
    };
    let installed = Installed { commands: magenta::install(folder)?, folder: folder.clone() };
    terminal.result(&installed, |out| {
        for command in &installed.commands {
            writeln!(out, "{}", command.display())?;
        }
        writeln!(out, "Next: PATH={}:$PATH sh your_script.sh", folder.display())
    })
}
