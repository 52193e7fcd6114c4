//! `golden/plugins.event` is one event of time 1 whose values were made with TensorBoard 2.21's own message classes: columns of
//! hyper-parameters and metrics, three rows of one value each, an end, and a text.

use tensorflow::events::hparams::{
    HParam, HParamValue, Metric, MetricDataset, SessionStatus, experiment, session_end,
    session_start,
};
use tensorflow::events::{Event, PluginSummary, What};

const GOLDEN: &[u8] = include_bytes!("../golden/plugins.event");

fn written() -> Event {
    let hparams = [
        HParam { name: "config", value: HParamValue::Text("basic_rnn".into()), differs: false },
        HParam { name: "residual", value: HParamValue::Flag(true), differs: false },
        HParam { name: "lr", value: HParamValue::Number(0.5), differs: true },
    ];
    let metric = Metric { group: "eval", tag: "loss", dataset: MetricDataset::Validation };
    let mut summaries = vec![experiment(&hparams, &[metric])];
    summaries.extend(hparams.chunks(1).map(|one| session_start(one, 2.0)));
    summaries.push(session_end(SessionStatus::Success, 3.0));
    summaries.push(PluginSummary::markdown("run", "| a |"));
    Event { wall_time: 1.0, step: 0, what: What::Plugins(summaries) }
}

#[test]
fn summaries_of_plugins_are_byte_for_byte_tensorboards() {
    let mut bytes = Vec::new();
    written().encode(&mut bytes);
    assert_eq!(bytes, GOLDEN);
}

#[test]
fn summaries_of_plugins_come_back() {
    assert_eq!(Event::decode(GOLDEN).unwrap(), written());
}

#[test]
fn a_cut_or_changed_event_is_read_or_refused_without_panic() {
    for end in 0..GOLDEN.len() {
        let _ = Event::decode(&GOLDEN[..end]);
        for change in [1, 0x80, 0xff] {
            let mut bytes = GOLDEN.to_vec();
            bytes[end] ^= change;
            let _ = Event::decode(&bytes);
        }
    }
}
