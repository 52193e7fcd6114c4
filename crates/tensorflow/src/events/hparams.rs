//! What the tab HPARAMS of TensorBoard shows: a table of runs with their hyper-parameters and metrics.
//!
//! Three summaries in the folder of a run (`tensorboard/plugins/hparams/{api,plugin_data}.proto`): [`experiment`] names the
//! columns, [`session_start`] gives the values of the hyper-parameters, [`session_end`] says how the run ended. Metrics
//! are the last values of curves, in the run itself or in folders below it.

use super::PluginSummary;
use crate::wire::{put_bytes, put_double, put_uint};

const PLUGIN: &str = "hparams";
const EXPERIMENT_TAG: &str = "_hparams_/experiment";
const SESSION_START_TAG: &str = "_hparams_/session_start_info";
const SESSION_END_TAG: &str = "_hparams_/session_end_info";

// Field numbers of HParamsPluginData and of what it holds.
const DATA_EXPERIMENT: u8 = 2;
const DATA_SESSION_START: u8 = 3;
const DATA_SESSION_END: u8 = 4;
const EXPERIMENT_HPARAM: u8 = 4;
const EXPERIMENT_METRIC: u8 = 5;
const HPARAM_NAME: u8 = 1;
const HPARAM_KIND: u8 = 4;
const HPARAM_DIFFERS: u8 = 7;
const METRIC_NAME: u8 = 1;
const METRIC_DATASET: u8 = 5;
const METRIC_NAME_GROUP: u8 = 1;
const METRIC_NAME_TAG: u8 = 2;
const START_HPARAM: u8 = 1;
const START_TIME: u8 = 5;
const ENTRY_KEY: u8 = 1;
const ENTRY_VALUE: u8 = 2;
const END_STATUS: u8 = 1;
const END_TIME: u8 = 2;
// Of google.protobuf.Value.
const VALUE_NUMBER: u8 = 2;
const VALUE_STRING: u8 = 3;
const VALUE_BOOL: u8 = 4;

/// A hyper-parameter: its name and its value in a run.
#[derive(Clone, Debug, PartialEq)]
pub struct HParam {
    /// The name.
    pub name: &'static str,
    /// The value.
    pub value: HParamValue,
    /// Whether runs usually differ in it: TensorBoard shows such columns first, and of the others only some.
    pub differs: bool,
}

/// A value of a hyper-parameter; TensorBoard knows no other kinds.
#[derive(Clone, Debug, PartialEq)]
pub enum HParamValue {
    /// A number.
    Number(f64),
    /// A text, also for lists.
    Text(String),
    /// Yes or no.
    Flag(bool),
}

/// A column of the table that a curve fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Folder of the curve below that of the run.
    pub group: &'static str,
    /// Tag of the curve.
    pub tag: &'static str,
    /// What it is measured on.
    pub dataset: MetricDataset,
}

/// What a metric is measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricDataset {
    /// What is learnt from.
    Training = 1,
    /// What is held out.
    Validation = 2,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionStatus {
    /// As it was meant to.
    Success = 1,
    /// By an error.
    Failure = 2,
}

/// The columns of the table. All runs should give the same: TensorBoard takes those of any run.
pub fn experiment(hparams: &[HParam], metrics: &[Metric]) -> PluginSummary {
    let mut experiment = Vec::new();
    for hparam in hparams {
        let mut info = Vec::new();
        put_bytes(&mut info, HPARAM_NAME, hparam.name.as_bytes());
        put_uint(&mut info, HPARAM_KIND, hparam.value.kind());
        if hparam.differs {
            put_uint(&mut info, HPARAM_DIFFERS, 1);
        }
        put_bytes(&mut experiment, EXPERIMENT_HPARAM, &info);
    }
    for metric in metrics {
        let mut name = Vec::new();
        put_bytes(&mut name, METRIC_NAME_GROUP, metric.group.as_bytes());
        put_bytes(&mut name, METRIC_NAME_TAG, metric.tag.as_bytes());
        let mut info = Vec::new();
        put_bytes(&mut info, METRIC_NAME, &name);
        put_uint(&mut info, METRIC_DATASET, metric.dataset as u64);
        put_bytes(&mut experiment, EXPERIMENT_METRIC, &info);
    }
    summary(EXPERIMENT_TAG, DATA_EXPERIMENT, &experiment)
}

/// The row of a run that began at `start` (seconds since 1970).
pub fn session_start(hparams: &[HParam], start: f64) -> PluginSummary {
    let mut session = Vec::new();
    for hparam in hparams {
        let mut entry = Vec::new();
        put_bytes(&mut entry, ENTRY_KEY, hparam.name.as_bytes());
        put_bytes(&mut entry, ENTRY_VALUE, &hparam.value.encode());
        put_bytes(&mut session, START_HPARAM, &entry);
    }
    put_double(&mut session, START_TIME, start);
    summary(SESSION_START_TAG, DATA_SESSION_START, &session)
}

/// The end of a run at `end` (seconds since 1970).
pub fn session_end(status: SessionStatus, end: f64) -> PluginSummary {
    let mut session = Vec::new();
    put_uint(&mut session, END_STATUS, status as u64);
    put_double(&mut session, END_TIME, end);
    summary(SESSION_END_TAG, DATA_SESSION_END, &session)
}

fn summary(tag: &str, field: u8, message: &[u8]) -> PluginSummary {
    let mut content = Vec::new();
    put_bytes(&mut content, field, message);
    PluginSummary { tag: tag.to_owned(), plugin: PLUGIN.to_owned(), content, text: None }
}

impl HParamValue {
    /// The number of its `DataType`.
    fn kind(&self) -> u64 {
        match self {
            Self::Text(_) => 1,
            Self::Flag(_) => 2,
            Self::Number(_) => 3,
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut value = Vec::new();
        match self {
            Self::Number(number) => put_double(&mut value, VALUE_NUMBER, *number),
            Self::Text(text) => put_bytes(&mut value, VALUE_STRING, text.as_bytes()),
            Self::Flag(flag) => put_uint(&mut value, VALUE_BOOL, u64::from(*flag)),
        }
        value
    }
}
