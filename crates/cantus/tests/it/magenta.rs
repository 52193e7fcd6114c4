//! Magenta's four commands: called by their own names, with their own flags.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::{cantus, failure, json, repository};
use crate::workshop::{Workshop, names, text};

const PROGRAMS: [&str; 4] = [
    "convert_dir_to_note_sequences",
    "melody_rnn_create_dataset",
    "melody_rnn_train",
    "melody_rnn_generate",
];

/// What a command of Magenta's did: exit code, stdout, stderr.
fn call(arguments: &[&str]) -> (i32, String, String) {
    told(cantus(&[&["magenta"], arguments].concat()).output().unwrap())
}

fn told(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// What a call that goes well logs.
fn log(arguments: &[&str]) -> String {
    let (code, stdout, stderr) = call(arguments);
    assert_eq!((code, stdout.as_str()), (0, ""), "{arguments:?}: {stderr}");
    stderr
}

/// `bin` with the four commands in it.
fn installed(folder: &Path) -> PathBuf {
    let bin = folder.join("bin");
    json(&["magenta", "install", &text(&bin)]);
    bin
}

/// Copies of a few tunes of each genre, as folders.
fn genres(folder: &Path, tunes: usize) -> PathBuf {
    let midi = folder.join("midi");
    for genre in ["hornpipe", "jig", "reel"] {
        fs::create_dir_all(midi.join(genre)).unwrap();
        let source = repository().join("data/demo").join(genre);
        for name in names(&source).into_iter().take(tunes) {
            fs::copy(source.join(&name), midi.join(genre).join(&name)).unwrap();
        }
    }
    midi
}

#[cfg(unix)]
#[test]
fn a_script_of_2017_runs_from_end_to_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = std::env::var("PATH").unwrap();
    let (bin, midi) = (installed(folder.path()), genres(folder.path(), 12));
    let output = Command::new("sh")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts/genres.sh"))
        .args([&midi, &folder.path().join("work")])
        .env("PATH", format!("{}:{path}", bin.display()))
        .output()
        .unwrap();
    let (code, stdout, stderr) = told(output);
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    for genre in ["hornpipe", "jig", "reel"] {
        let work = folder.path().join("work").join(genre);
        let files = |name: &str| names(&work.join(name));
        assert_eq!(
            files(""),
            ["generated", "logdir", "notesequences.tfrecord", "sequence_examples"]
        );
        assert_eq!(
            files("sequence_examples"),
            ["eval_melodies.tfrecord", "training_melodies.tfrecord"]
        );
        let train = files("logdir/run1/train");
        for name in ["checkpoint", "model.ckpt-0.index", "model.ckpt-3.index"] {
            assert!(train.iter().any(|found| found == name), "{name}: {train:?}");
        }
        assert!(train.iter().any(|name| name.starts_with("events.out.tfevents.")), "{train:?}");
        let generated = files("generated");
        assert_eq!(generated.len(), 2, "{generated:?}");
        // 2026-11-24_171552_1.mid
        assert!(generated[0].len() == 23 && generated[0].ends_with("_1.mid"), "{generated:?}");
    }
    for line in [
        "INFO:tensorflow:Converting files in '",
        "INFO:tensorflow:Converted MIDI file ",
        "INFO:tensorflow:Processed 12 inputs total. Produced ",
        "INFO:tensorflow:DAGPipeline_TranspositionPipeline_training_transpositions_generated: ",
        "INFO:tensorflow:hparams = {'batch_size': 8, 'rnn_layer_sizes': [16, 16], 'dropout_keep_prob': 0.5, \
         'attn_length': 40, 'clip_norm': 3, 'learning_rate': 0.001, 'residual_connections': False, 'use_cudnn': False}",
        "INFO:tensorflow:Train dir: ",
        "INFO:tensorflow:Starting training loop...",
        "Global Step = 1, Loss = 3.",
        "INFO:tensorflow:Training complete.",
        "INFO:tensorflow:Checkpoint used: ",
        "INFO:tensorflow:Beam search yields sequence with log-likelihood: -",
        "INFO:tensorflow:Wrote 2 MIDI files to ",
    ] {
        assert!(stderr.contains(line), "{line} is not in {stderr}");
    }
}

#[test]
fn installing_makes_commands_and_replaces_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let result = json(&["magenta", "install", &text(&folder.path().join("bin"))]);
        assert_eq!(result["commands"].as_array().unwrap().len(), PROGRAMS.len());
    }
    let bin = folder.path().join("bin");
    assert_eq!(names(&bin).len(), PROGRAMS.len());
    for program in PROGRAMS {
        let path = bin.join(program).with_extension(std::env::consts::EXE_EXTENSION);
        let output = Command::new(path).arg("--help").output().unwrap();
        let (code, stdout, stderr) = told(output);
        assert_eq!((code, stderr.as_str()), (1, ""), "{program}");
        assert!(stdout.contains(&format!("USAGE: {program} [flags]")), "{stdout}");
        assert!(!stdout.contains("--pdb") && stdout.contains("--log:"), "{stdout}");
        let (_, full, _) = call(&[program, "--helpfull"]);
        assert!(full.contains("--[no]pdb:") && full.contains("Has no meaning here"), "{full}");
    }
}

#[test]
fn wrong_flags_are_answered_as_by_absl() {
    let (code, stdout, stderr) = call(&["melody_rnn_train", "--confg=basic_rnn"]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert_eq!(
        stderr,
        "FATAL Flags parsing error: Unknown command line flag 'confg'. Did you mean: config ?\n\
         Pass --helpshort or --helpfull to see help on flags.\n"
    );
    let (code, _, stderr) = call(&["melody_rnn_generate", "--num_outputs", "many"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("flag --num_outputs=many: invalid literal for int()"), "{stderr}");
    assert_eq!(log(&["melody_rnn_generate", "--only_check_args", "--qpm=90"]), "");
}

#[test]
fn flags_without_meaning_are_named_and_the_work_goes_on() {
    let stderr =
        log(&["convert_dir_to_note_sequences", "--num_threads=4", "-v=1", "--nologtostderr"]);
    assert_eq!(
        stderr.lines().map(|line| line.split(" has no effect").next().unwrap()).collect::<Vec<_>>(),
        [
            "WARNING:tensorflow:--num_threads",
            "WARNING:tensorflow:--verbosity",
            "CRITICAL:tensorflow:--input_dir required"
        ]
    );
    let stderr = log(&["convert_dir_to_note_sequences", "midi", "--input_dir=x"]);
    assert!(
        stderr.starts_with("WARNING:tensorflow:Nothing from the word 'midi' on is read"),
        "{stderr}"
    );
    assert_eq!(
        log(&["melody_rnn_train", "--log=FATAL", "--num_gpus=1", "--undefok=x", "--x=1"])
            .lines()
            .count(),
        1
    );
    let (code, _, stderr) = call(&["melody_rnn_train", "--log=loud"]);
    assert!(code == 1 && stderr.contains("Unknown level: 'loud'"), "{stderr}");
}

#[test]
fn a_configuration_must_be_named_and_known() {
    let dataset = ["melody_rnn_create_dataset", "--input=x", "--output_dir=y"];
    for (flags, message) in [
        (&[][..], "Exactly one of `--config` or `--melody_encoder_decoder` must be supplied."),
        (&["--config=basic_rnn", "--melody_encoder_decoder=onehot"], "Exactly one of"),
        (&["--config=basic"], "`--config` must be one of ['basic_rnn', 'mono_rnn',"),
        (
            &["--melody_encoder_decoder=one"],
            "must be one of ['onehot', 'lookback', 'key']. Got one.",
        ),
        (&["--config=basic_rnn", "--hparams=foo=3"], "unknown hyper-parameter `foo`"),
    ] {
        let (code, _, stderr) = call(&[&dataset[..], flags].concat());
        assert!(code == 1 && stderr.contains(message), "{flags:?}: {stderr}");
    }
}

#[test]
fn flags_of_cantus_do_not_mix_with_magentas() {
    let stderr = failure(&["-q", "magenta", "melody_rnn_train", "--help"], 2);
    assert!(stderr.contains("cannot stand before"), "{stderr}");
    failure(&["magenta", "melody_rnn"], 2);
}

#[test]
fn files_that_magenta_refuses_are_refused_unless_lenience_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let bad = repository().join("crates/formats/tests/golden/midi_bad");
    let convert = |flags: &[&str]| {
        let input = format!("--input_dir={}/", bad.display());
        let output =
            format!("--output_file={}", folder.path().join("deep/er/n.tfrecord").display());
        log(&[&["convert_dir_to_note_sequences", &input, &output], flags].concat())
    };
    let strict = convert(&[]);
    let line = format!(
        "WARNING:tensorflow:Could not parse MIDI file {}/key_8_sharps.mid. It will be skipped. Error was: \
         Midi decoding error <class 'KeyError'>: (8, 0)",
        bad.display()
    );
    assert!(strict.lines().any(|found| found == line), "{strict}");
    let refused = |log: &str| log.matches("Could not parse").count();
    assert!(refused(&convert(&["--lenient"])) < refused(&strict));
    assert_eq!(names(&folder.path().join("deep/er")), ["n.tfrecord"]);
}

#[test]
fn scores_and_tunebooks_are_told_of_in_magentas_words() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("tunes");
    std::fs::create_dir(&input).unwrap();
    std::fs::write(input.join("a.abc"), "X:1\nK:C\nc\n\nX:2\nK:C\nz\n\nX:3\nK:C\nd\n").unwrap();
    std::fs::write(input.join("b.xml"), "<score-partwise/>").unwrap();
    std::fs::write(input.join("c.xml"), "<score-partwise>").unwrap();
    let note = "<note><duration>x</duration></note>";
    let score = format!("<score-partwise><part><measure>{note}</measure></part></score-partwise>");
    std::fs::write(input.join("d.xml"), score).unwrap();
    let log = log(&[
        "convert_dir_to_note_sequences",
        &format!("--input_dir={}", input.display()),
        &format!("--output_file={}", folder.path().join("n.tfrecord").display()),
    ]);
    let input = input.display();
    let has = |line: String| assert!(log.contains(&line), "{line} is not in {log}");
    has(format!(
        "WARNING:tensorflow:Could not parse tune in ABC file {input}/a.abc. It will be skipped. Error was: "
    ));
    assert_eq!(
        log.matches(&format!("INFO:tensorflow:Converted ABC file {input}/a.abc.")).count(),
        2
    );
    has(format!("INFO:tensorflow:Converted MusicXML file {input}/b.xml."));
    has(format!(
        "WARNING:tensorflow:Could not parse MusicXML file {input}/c.xml. It will be skipped. Error was: \
         no element found: line 1, column 16"
    ));
    has(format!(
        "'{input}/d.xml' generated an exception: invalid literal for int() with base 10: 'x'"
    ));
}

/// A run of Magenta's own after 600 updates, in a folder of its own.
fn magenta_run() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let golden = repository().join("crates/tensorflow/tests/golden/basic_rnn_8");
    let train = folder.path().join("run/train");
    fs::create_dir_all(&train).unwrap();
    for name in names(&golden) {
        fs::copy(golden.join(&name), train.join(&name)).unwrap();
    }
    folder
}

/// The flags of a tiny network.
const NETWORK: [&str; 2] =
    ["--config=basic_rnn", "--hparams={'batch_size':4,'rnn_layer_sizes':[8,8]}"];

#[test]
fn runs_of_magentas_are_trained_measured_and_sung_from() {
    let folder = magenta_run();
    let run = format!("--run_dir={}", folder.path().join("run").display());
    let examples = Workshop::shared().path("examples");
    let train = format!("--sequence_example_file={examples}/train*.tfrecord");
    let program =
        |name, flags: &[&str]| log(&[&[name, NETWORK[0], NETWORK[1], &run], flags].concat());

    let trained =
        program("melody_rnn_train", &[&train, "--num_training_steps=3", "--summary_frequency=2"]);
    for line in [
        "Global Step = 601, ",
        "Global Step = 603, ",
        "global_step/sec: ",
        "Saving checkpoints for 603 into ",
    ] {
        assert!(trained.contains(line), "{line} is not in {trained}");
    }
    let eval = format!("--sequence_example_file={examples}/*.tfrecord");
    let measured = program(
        "melody_rnn_train",
        &[&eval, "--eval", "--eval_timeout_secs=0", "--eval_interval_secs=0"],
    );
    for line in [
        "Eval dir: ",
        "Found new checkpoint at ",
        "Global Step = 603, Loss = ",
        "Timed-out waiting for a checkpoint.",
    ] {
        assert!(measured.contains(line), "{line} is not in {measured}");
    }
    let out = folder.path().join("out");
    let output = format!("--output_dir={}", out.display());
    let sung = program("melody_rnn_generate", &[&output, "--num_outputs=10", "--seed=1"]);
    assert!(
        sung.contains("No priming sequence specified. Defaulting to a single middle C."),
        "{sung}"
    );
    assert_eq!(sung.matches("log-likelihood").count(), 10, "{sung}");
    assert!(names(&out)[0].ends_with("_01.mid"), "{:?}", names(&out));
}

#[test]
fn bundles_are_read_and_written() {
    let folder = magenta_run();
    let path = |name: &str| text(&folder.path().join(name));
    let bundle = format!("--bundle_file={}", path("run/train/basic_rnn_8.mag"));
    let output = format!("--output_dir={}", path("out"));
    let sung =
        log(&["melody_rnn_generate", &bundle, &output, "--num_outputs=1", "--config=mono_rnn"]);
    assert!(sung.contains("The bundle says which configuration it is"), "{sung}");

    let run = format!("--run_dir={}", path("run"));
    let both = call(&["melody_rnn_generate", &bundle, &run, NETWORK[0]]);
    assert!(
        both.2.contains("Cannot specify both bundle_file and run_dir or checkpoint_file"),
        "{}",
        both.2
    );

    let saved = format!("--bundle_file={}", path("new.mag"));
    let graph = format!("--graph={}", path("run/train/basic_rnn_8.mag"));
    let flags =
        ["melody_rnn_generate", "--save_generator_bundle", &run, &saved, NETWORK[0], NETWORK[1]];
    let (code, _, stderr) = call(&flags);
    assert!(code == 1 && stderr.contains("no graph of TensorFlow"), "{stderr}");
    let told = log(&[&flags[..], &[&graph, "--bundle_description=jigs"]].concat());
    assert!(
        told.contains("Saving generator bundle to ") && !told.contains("No bundle description"),
        "{told}"
    );
    log(&["melody_rnn_generate", &saved, &output, "--num_outputs=1"]);
}

#[test]
fn a_primer_that_fills_all_steps_is_fatal_and_yet_no_failure_as_in_magenta() {
    let folder = magenta_run();
    let run = format!("--run_dir={}", folder.path().join("run").display());
    let output = format!("--output_dir={}", folder.path().join("out").display());
    let flags =
        [&run, &output, NETWORK[0], NETWORK[1], "--num_steps=2", "--primer_melody=[60,62,64]"];
    let stderr = log(&[&["melody_rnn_generate"], &flags[..]].concat());
    assert!(
        stderr.ends_with(
            "CRITICAL:tensorflow:Priming sequence is longer than the total number of steps requested: \
             Priming sequence length: 0.5, Generation length requested: 0.25\n"
        ),
        "{stderr}"
    );
    assert!(!folder.path().join("out").exists());
}
