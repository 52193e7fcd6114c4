use proptest::prelude::*;

use super::*;
use crate::Result;

#[test]
fn a_run_and_its_continuation_stand_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run/train");
    let mut first = EventWriter::create(&run, 1700000000.5, "").unwrap();
    first.scalars(1700000001.0, 10, &[("loss", 2.5), ("metrics/accuracy", 0.25)]).unwrap();
    let mut second = EventWriter::create(&run, 1700000000.5, "").unwrap();
    second.session_start(1700000002.0, 10).unwrap();
    let name = "events.out.tfevents.1700000000.cantus";
    assert_eq!(first.path(), run.join(name));
    assert_eq!(second.path(), run.join(format!("{name}.1")));

    let read = |path| Reader::open(path).unwrap().collect::<Result<Vec<_>>>().unwrap();
    let version = What::FileVersion("brain.Event:2".into());
    let scalars = vec![("loss".into(), 2.5), ("metrics/accuracy".into(), 0.25)];
    assert_eq!(
        read(first.path()),
        [
            Event { wall_time: 1700000000.5, step: 0, what: version.clone() },
            Event { wall_time: 1700000001.0, step: 10, what: What::Scalars(scalars) },
        ]
    );
    assert_eq!(
        read(second.path()),
        [
            Event { wall_time: 1700000000.5, step: 0, what: version },
            Event { wall_time: 1700000002.0, step: 10, what: What::SessionStart },
        ]
    );
}

#[test]
fn an_event_is_byte_for_byte_what_tensorflow_writes() {
    let mut bytes = Vec::new();
    let what = What::Scalars(vec![("loss".into(), 1.0)]);
    Event { wall_time: 1.0, step: 300, what }.encode(&mut bytes);
    let mut expected =
        vec![0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0xac, 0x02, 0x2a, 13, 0x0a, 11];
    expected.extend(b"\x0a\x04loss\x15\x00\x00\x80\x3f");
    assert_eq!(bytes, expected);
}

#[test]
fn a_replaced_file_is_whole_and_grows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.tfevents");
    std::fs::write(&path, b"old").unwrap();
    let text = PluginSummary::markdown("run", "a text");
    let event = Event { wall_time: 2.0, step: 0, what: What::Plugins(vec![text]) };
    let mut writer = EventWriter::replace(&path, 1.0, std::slice::from_ref(&event)).unwrap();
    let read = || Reader::open(&path).unwrap().collect::<Result<Vec<_>>>().unwrap();
    let version = What::FileVersion("brain.Event:2".into());
    let version = Event { wall_time: 1.0, step: 0, what: version };
    assert_eq!(read(), [version.clone(), event.clone()]);
    writer.scalars(3.0, 1, &[("loss", 1.0)]).unwrap();
    assert_eq!(read()[..2], [version, event]);
    assert_eq!(read().len(), 3);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn a_file_is_cut_before_the_first_later_step() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = EventWriter::create(&folder, 1.0, "").unwrap();
    for step in [10, 20, 30] {
        writer.scalars(2.0, step, &[("loss", 1.0)]).unwrap();
    }
    let path = writer.path();
    let steps = || {
        let events = Reader::open(path).unwrap().map(|event| event.unwrap().step);
        events.collect::<Vec<_>>()
    };
    assert!(!cut_after(path, 30).unwrap());
    assert_eq!(steps(), [0, 10, 20, 30]);
    assert!(cut_after(path, 15).unwrap());
    assert_eq!(steps(), [0, 10]);

    let whole = std::fs::read(path).unwrap();
    std::fs::write(path, &whole[..whole.len() - 1]).unwrap();
    assert!(cut_after(path, 15).unwrap());
    assert_eq!(steps(), [0]);

    let mut corrupt = whole;
    *corrupt.last_mut().unwrap() ^= 1;
    std::fs::write(path, &corrupt).unwrap();
    assert!(cut_after(path, 0).is_err());
    assert!(std::fs::read(path).unwrap() == corrupt);
}

#[test]
fn a_damaged_event_names_its_record() {
    let mut records = crate::tfrecord::Writer::new(Vec::new(), "run");
    records.write(&[0x1a, 0x01, 0xff]).unwrap();
    let bytes = records.finish().unwrap();
    let mut reader = Reader::new(crate::tfrecord::Reader::new(&bytes[..], "run"));
    assert_eq!(
        reader.next().unwrap().unwrap_err().to_string(),
        "run: record 0 at byte 0: malformed message at byte 2: text is not UTF-8"
    );
    assert!(reader.next().is_none());
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        any::<String>().prop_map(What::FileVersion),
        prop::collection::vec((any::<String>(), prop::num::f32::NORMAL), 0..5)
            .prop_map(What::Scalars),
        prop::collection::vec(plugin(), 1..4).prop_map(What::Plugins),
        Just(What::SessionStart),
        Just(What::Other),
    ]
}

fn plugin() -> impl Strategy<Value = PluginSummary> {
    let text = prop::option::of(any::<String>());
    (any::<String>(), "[a-z]+", any::<Vec<u8>>(), text)
        .prop_map(|(tag, plugin, content, text)| PluginSummary { tag, plugin, content, text })
}

proptest! {
    #[test]
    fn events_come_back(wall_time in 0.0..4e9, step: i64, what in what()) {
        let event = Event { wall_time, step, what };
        let mut bytes = Vec::new();
        event.encode(&mut bytes);
        prop_assert_eq!(Event::decode(&bytes).unwrap(), event);
    }

    #[test]
    fn any_bytes_are_decoded_without_panic(bytes: Vec<u8>) {
        let _ = Event::decode(&bytes);
    }
}
