//! One event, to and from bytes.

use super::PluginSummary;
use crate::Result;
use crate::wire::{Message, Value, put_bytes, put_double, put_float, put_uint};

// Field numbers in event.proto and summary.proto.
const WALL_TIME: u8 = 1;
const STEP: u8 = 2;
const FILE_VERSION: u8 = 3;
const SUMMARY: u8 = 5;
const SESSION_LOG: u8 = 7;
const SUMMARY_VALUE: u8 = 1;
const VALUE_TAG: u8 = 1;
const VALUE_SIMPLE: u8 = 2;
const SESSION_STATUS: u8 = 1;
/// `SessionLog.SessionStatus.START`.
const SESSION_START: u64 = 1;

/// Something that happened in a training run.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Seconds since 1970.
    pub wall_time: f64,
    /// Training update.
    pub step: i64,
    /// What it was.
    pub what: What,
}

/// What an event tells.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum What {
    /// Version of the file, its first event.
    FileVersion(String),
    /// Values of curves by tag.
    Scalars(Vec<(String, f32)>),
    /// What plugins of TensorBoard show: texts, hyper-parameters.
    Plugins(Vec<PluginSummary>),
    /// The run goes on from this step: what older files have from here on is void.
    SessionStart,
    /// Something that this crate neither reads nor writes.
    Other,
}

impl Event {
    /// Appends the message to `out`. [`What::Other`] leaves only time and step.
    pub fn encode(&self, out: &mut Vec<u8>) {
        put_double(out, WALL_TIME, self.wall_time);
        if self.step != 0 {
            put_uint(out, STEP, self.step as u64);
        }
        match &self.what {
            What::FileVersion(version) => put_bytes(out, FILE_VERSION, version.as_bytes()),
            What::Scalars(scalars) => put_bytes(out, SUMMARY, &encode_summary(scalars)),
            What::Plugins(summaries) => put_bytes(out, SUMMARY, &encode_plugins(summaries)),
            What::SessionStart => {
                let mut session = Vec::new();
                put_uint(&mut session, SESSION_STATUS, SESSION_START);
                put_bytes(out, SESSION_LOG, &session);
            }
            What::Other => {}
        }
    }

    /// Reads a message.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut event = Self { wall_time: 0.0, step: 0, what: What::Other };
        for field in Message::new(bytes).fields() {
            let (number, value) = field?;
            match (u8::try_from(number), value) {
                (Ok(WALL_TIME), Value::Fixed64(bytes)) => {
                    event.wall_time = f64::from_le_bytes(bytes);
                }
                (Ok(STEP), Value::Varint(step)) => event.step = step as i64,
                (Ok(FILE_VERSION), Value::Bytes(text)) => {
                    event.what = What::FileVersion(text.text()?.to_owned());
                }
                (Ok(SUMMARY), Value::Bytes(summary)) => {
                    event.what = decode_summary(summary)?;
                }
                (Ok(SESSION_LOG), Value::Bytes(session)) => event.what = decode_session(session)?,
                _ => {}
            }
        }
        Ok(event)
    }
}

fn encode_summary(scalars: &[(String, f32)]) -> Vec<u8> {
    let mut summary = Vec::new();
    for (tag, scalar) in scalars {
        let mut value = Vec::new();
        put_bytes(&mut value, VALUE_TAG, tag.as_bytes());
        put_float(&mut value, VALUE_SIMPLE, *scalar);
        put_bytes(&mut summary, SUMMARY_VALUE, &value);
    }
    summary
}

fn encode_plugins(summaries: &[PluginSummary]) -> Vec<u8> {
    let mut summary = Vec::new();
    for plugin in summaries {
        put_bytes(&mut summary, SUMMARY_VALUE, &plugin.encode());
    }
    summary
}

/// The scalars of a summary, or what plugins show if it has no scalar; pictures, histograms and the like are left out.
fn decode_summary(summary: Message<'_>) -> Result<What> {
    let (mut scalars, mut plugins) = (Vec::new(), Vec::new());
    for field in summary.fields() {
        let (number, Value::Bytes(value)) = field? else { continue };
        if number == SUMMARY_VALUE.into() {
            scalars.extend(decode_scalar(value)?);
            plugins.extend(PluginSummary::decode(value)?);
        }
    }
    let only_plugins = scalars.is_empty() && !plugins.is_empty();
    Ok(if only_plugins { What::Plugins(plugins) } else { What::Scalars(scalars) })
}

fn decode_scalar(value: Message<'_>) -> Result<Option<(String, f32)>> {
    let (mut tag, mut scalar) = (String::new(), None);
    for field in value.fields() {
        match field? {
            (number, Value::Bytes(text)) if number == VALUE_TAG.into() => {
                tag = text.text()?.to_owned()
            }
            (number, Value::Fixed32(bytes)) if number == VALUE_SIMPLE.into() => {
                scalar = Some(f32::from_le_bytes(bytes));
            }
            _ => {}
        }
    }
    Ok(scalar.map(|scalar| (tag, scalar)))
}

fn decode_session(session: Message<'_>) -> Result<What> {
    for field in session.fields() {
        if field? == (SESSION_STATUS.into(), Value::Varint(SESSION_START)) {
            return Ok(What::SessionStart);
        }
    }
    Ok(What::Other)
}
