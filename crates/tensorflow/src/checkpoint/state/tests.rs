use proptest::prelude::*;

use super::*;

fn decode(text: &str) -> Result<State> {
    State::decode(text.as_bytes(), "checkpoint")
}

#[test]
fn comments_escapes_numbers_and_either_quotation_mark_are_read() {
    let text = "# newest\nmodel_checkpoint_path : 'a\\'b\\303\\251' \"\\x41\\n\"\n\
                all_model_checkpoint_paths:\"one\" all_model_checkpoint_paths:\"two\"\n\
                all_model_checkpoint_timestamps: 1.5e9\nlast_preserved_timestamp: -3";
    let all = vec!["one".into(), "two".into()];
    assert_eq!(decode(text).unwrap(), State { newest: "a'b\u{e9}A\n".into(), all });
}

#[test]
fn faults_have_their_places() {
    let fault = |text: &str| decode(text).unwrap_err().to_string();
    assert_eq!(fault("a: 1\n  \"b\""), "checkpoint:2:3: the name of a field expected");
    assert_eq!(fault("a 1"), "checkpoint:1:3: a colon expected");
    assert_eq!(fault("a: {"), "checkpoint:1:4: a text or a number expected");
    assert_eq!(fault("a: \"b\n\""), "checkpoint:1:6: a text without its closing mark");
    assert_eq!(fault("a: \"\\q\""), "checkpoint:1:6: an unknown escape in a text");
    assert_eq!(fault("a: \"\\777\""), "checkpoint:1:6: an unknown escape in a text");
    let path = "model_checkpoint_path: ";
    assert_eq!(fault(&format!("{path}'\\377'")), "checkpoint:1:24: a path is not UTF-8");
    assert_eq!(fault("a: 1\n"), "checkpoint:2:1: no newest checkpoint is named");
    let long = " ".repeat(MAX_BYTES as usize + 1);
    assert!(matches!(decode(&long), Err(Error::TooLarge { found: 4_194_305, .. })));
}

#[test]
fn a_checkpoint_that_moved_with_its_folder_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let newest =
        |newest: &str| State { newest: newest.into(), all: vec![] }.newest_in(folder.path());
    let here = folder.path().join("model.ckpt-1");
    // Nothing is there: the path that is named is the one to complain of.
    assert_eq!(newest("/old/model.ckpt-1"), Path::new("/old/model.ckpt-1"));
    std::fs::write(index_path(&here), "").unwrap();
    assert_eq!(newest("model.ckpt-1"), here);
    assert_eq!(newest("/old/model.ckpt-1"), here);
    assert_eq!(newest("old\\model.ckpt-1"), here);
    assert_eq!(newest(here.to_str().unwrap()), here);
    std::fs::create_dir(folder.path().join("kept")).unwrap();
    std::fs::write(index_path(&folder.path().join("kept/model.ckpt-1")), "").unwrap();
    assert_eq!(newest("kept/model.ckpt-1"), folder.path().join("kept/model.ckpt-1"));
}

#[test]
fn a_file_is_replaced_whole() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["one", "two"] {
        let state = State { newest: name.into(), all: vec!["one".into(), name.into()] };
        state.write(folder.path()).unwrap();
        assert_eq!(State::read(folder.path()).unwrap(), state);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

proptest! {
    #[test]
    fn states_come_back(newest in ".+", all: Vec<String>) {
        let state = State { newest, all };
        prop_assert_eq!(decode(&state.encode()).unwrap(), state);
    }

    #[test]
    fn any_bytes_are_decoded_without_panic(bytes: Vec<u8>) {
        let _ = State::decode(&bytes, "checkpoint");
    }

    #[test]
    fn any_text_is_decoded_without_panic(text in "(model_checkpoint_path|[\"':\\\\#\n 0-9a-z])*") {
        let _ = decode(&text);
    }
}
