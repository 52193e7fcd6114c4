//! Flags that every program of Magenta's has: those of absl, which parses flags, and those that TensorFlow leaves behind.

use super::{Flag, Kind, Origin};

const PYTHON: &str = "there is no Python here to debug or profile";
const LOGS: &str = "everything is logged to stderr, as far as --log says";
const TESTS: &str = "it belongs to Python's tests";
const NO_TPU: &str = "there is no TPU here";

const fn library(
    name: &'static str,
    kind: Kind,
    default: &'static str,
    help: &'static str,
) -> Flag {
    Flag::new(name, kind, Some(default), help).from(Origin::Library)
}

const fn switch(name: &'static str, help: &'static str) -> Flag {
    library(name, Kind::Switch, "false", help)
}

const fn text(name: &'static str, help: &'static str) -> Flag {
    library(name, Kind::Text, "", help)
}

/// The flags that every program has.
pub(in crate::magenta) const SHARED: &[Flag] = &[
    Flag { short: Some("?"), ..switch("help", "Show the flags of this program.") },
    switch("helpshort", "Show the flags of this program."),
    switch("helpfull", "Show all flags."),
    switch("helpxml", "Show all flags as XML.").idle("there is --helpfull"),
    switch("only_check_args", "Check the flags and do nothing."),
    switch("pdb", "Call a debugger on errors.").idle(PYTHON),
    switch("pdb_post_mortem", "Call a debugger on errors.").idle(PYTHON),
    switch("run_with_pdb", "Run in a debugger.").idle(PYTHON),
    switch("run_with_profiling", "Profile the program.").idle(PYTHON),
    switch("use_cprofile_for_profiling", "Which profiler to use.").idle(PYTHON),
    text("profile_file", "Where to write the profile.").idle(PYTHON),
    switch("logtostderr", "Log to stderr, which is done anyway."),
    switch("alsologtostderr", "Log to stderr as well, which is done anyway."),
    text("log_dir", "Folder for log files.").idle(LOGS),
    text("logger_levels", "Levels of Python's loggers.").idle(LOGS),
    switch("showprefixforinfo", "Write time and place before a message.").idle(LOGS),
    text("stderrthreshold", "What to log to stderr.").idle(LOGS),
    Flag {
        short: Some("v"),
        ..library("verbosity", Kind::Integer, "-1", "How much to log.")
            .idle("--log decides, as in Magenta")
    },
    library("test_random_seed", Kind::Integer, "301", "Seed of tests.").idle(TESTS),
    text("test_randomize_ordering_seed", "Seed of the order of tests.").idle(TESTS),
    text("test_srcdir", "Folder of test data.").idle(TESTS),
    text("test_tmpdir", "Folder of temporary test data.").idle(TESTS),
    text("xml_output_file", "Where to write test results.").idle(TESTS),
    switch("op_conversion_fallback_to_while_loop", "Of no effect in TensorFlow, too.")
        .idle("TensorFlow ignores it, too"),
    switch("hbm_oom_exit", "Exit when a TPU is out of memory.").idle(NO_TPU),
    switch("runtime_oom_exit", "Exit when a TPU is out of memory.").idle(NO_TPU),
    library("delta_threshold", Kind::Float, "0.5", "Threshold of the TPU's tracer.").idle(NO_TPU),
    switch("tt_check_filter", "Check the filter of the TPU's tracer.").idle(NO_TPU),
    switch("tt_single_core_summaries", "Summaries of the TPU's tracer.").idle(NO_TPU),
    library("num_gpus", Kind::Integer, "0", "How many graphics cards to use.")
        .idle("everything runs on the processor"),
    text("master", "Address of a TensorFlow server.").idle("there is one process and no server"),
    library("task", Kind::Integer, "0", "Number of this worker.")
        .idle("there is one process and no server"),
    library("num_ps_tasks", Kind::Integer, "0", "How many servers hold the weights.")
        .idle("there is one process and no server"),
];
