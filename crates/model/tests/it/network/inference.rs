//! Steps through primer melodies against Magenta's distributions and states.

use super::golden::{Golden, SMALL, largest_difference};

const PRIMERS: [&str; 3] = ["p60", "phrase", "low_key_of_E"];

fn check_primer(golden: &Golden, primer: &str) {
    let network = golden.network();
    let (d, c) = (golden.config.input_size, golden.config.num_classes);
    let field = |name: String| golden.tensors.get(&format!("inference/{primer}/{name}"));
    let inputs = golden.data(&format!("inference/{primer}/inputs"));
    let mut state = network.zero_state(1);
    let mut logits = vec![0.0; c];
    for (t, input) in inputs.chunks_exact(d).enumerate() {
        network.step(input, &mut state, &mut logits);
        for (temperature, name) in [(1.0, "softmax_T1.0"), (0.5, "softmax_T0.5")] {
            let Some(expected) = field(name.to_owned()) else { continue };
            let mut p = logits.clone();
            nn::loss::softmax(&mut p, temperature);
            assert!(
                largest_difference(&p, &expected.data()[t * c..][..c]) < 1e-5,
                "{primer}, step {t}"
            );
        }
        for (i, array) in state.arrays().iter().enumerate() {
            let Some(expected) = field(format!("state_{i}_per_step")) else { continue };
            assert!(
                largest_difference(array, &expected.data()[t * array.len()..][..array.len()])
                    < 1e-5
            );
        }
    }
    let arrays = state.arrays();
    assert_eq!(arrays.len(), if golden.config.attention.is_some() { 6 } else { 4 });
    for (i, array) in arrays.iter().enumerate() {
        let expected = golden.data(&format!("inference/{primer}/final_state_{i}"));
        assert!(largest_difference(array, expected) < 2e-5, "{primer}, state {i}");
    }
}

#[test]
fn small_models_give_magentas_distributions_and_states() {
    for name in SMALL {
        let golden = Golden::read(name);
        PRIMERS.iter().for_each(|primer| check_primer(&golden, primer));
    }
}

#[test]
fn a_model_of_usual_size_gives_magentas_distributions_and_states() {
    let golden = Golden::read("attention_rnn_64");
    PRIMERS.iter().for_each(|primer| check_primer(&golden, primer));
}

#[test]
fn a_row_depends_on_no_other_row() {
    for name in ["attention_rnn_8", "attention_rnn_64", "basic_rnn_8"] {
        let golden = Golden::read(name);
        let network = golden.network();
        let (d, c) = (golden.config.input_size, golden.config.num_classes);
        let melodies: Vec<&[f32]> = ["phrase", "low_key_of_E"]
            .map(|p| golden.data(&format!("inference/{p}/inputs")))
            .to_vec();
        let run = |rows: &[usize]| {
            let mut state = network.zero_state(rows.len());
            let mut logits = vec![0.0; rows.len() * c];
            for t in 0..12 {
                let inputs: Vec<f32> =
                    rows.iter().flat_map(|&row| &melodies[row][t * d..][..d]).copied().collect();
                network.step(&inputs, &mut state, &mut logits);
            }
            (logits, state)
        };
        let alone = [run(&[0]).0, run(&[1]).0];
        let rows = [0, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1];
        let (together, state) = run(&rows);
        for (row, logits) in rows.iter().zip(together.chunks_exact(c)) {
            assert_eq!(logits, alone[*row]);
        }
        let mut chosen = state.select(&[2, 0, 2]);
        let input = [&melodies[1][12 * d - d..12 * d], &melodies[0][12 * d..13 * d]].concat();
        let mut logits = vec![0.0; 3 * c];
        network.step(&[&input[..d], &input[d..], &input[..d]].concat(), &mut chosen, &mut logits);
        assert_eq!(logits[..c], logits[2 * c..]);
        let mut single = run(&[0]).1;
        let mut expected = vec![0.0; c];
        network.step(&input[d..], &mut single, &mut expected);
        assert_eq!(logits[c..2 * c], expected);
    }
}
