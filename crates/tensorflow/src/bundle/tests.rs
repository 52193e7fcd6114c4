use proptest::prelude::*;

use super::*;

#[test]
fn one_checkpoint_is_asked_for() {
    let none = Bundle::decode(&[]).unwrap_err().to_string();
    assert_eq!(none, "malformed message at byte 0: a bundle without a checkpoint");
    let two = Bundle::decode(&[0x12, 0, 0x12, 0]).unwrap_err().to_string();
    assert_eq!(two, "malformed message at byte 4: a bundle with more than one checkpoint");
}

#[test]
fn a_file_comes_back_and_its_name_is_in_errors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mag");
    let bundle = Bundle { id: "basic_rnn".into(), checkpoint: vec![1, 2], ..Bundle::default() };
    bundle.write(&path).unwrap();
    assert_eq!(Bundle::read(&path).unwrap(), bundle);
    std::fs::write(&path, [0x12, 9]).unwrap();
    let error = Bundle::read(&path).unwrap_err().to_string();
    let expected = "malformed message at byte 2: a field is longer than its message";
    assert_eq!(error, format!("{}: {expected}", path.display()));
    assert!(matches!(Bundle::read(folder.path()), Err(Error::NotAFile { .. })));
}

fn bundle() -> impl Strategy<Value = Bundle> {
    any::<(String, String, Vec<u8>, Vec<u8>, Option<String>)>().prop_map(
        |(id, description, checkpoint, metagraph, bundle_description)| Bundle {
            id,
            description,
            checkpoint,
            metagraph,
            bundle_description,
        },
    )
}

proptest! {
    #[test]
    fn bundles_come_back(bundle in bundle()) {
        prop_assert_eq!(Bundle::decode(&bundle.encode()).unwrap(), bundle);
    }

    #[test]
    fn damaged_bundles_never_panic(bundle in bundle(), place: prop::sample::Index, byte: u8) {
        let mut bytes = bundle.encode();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = Bundle::decode(&bytes) {
            prop_assert!(read.checkpoint.len() + read.metagraph.len() <= bytes.len());
        }
        let _ = Bundle::decode(&bytes[..place]);
    }
}
