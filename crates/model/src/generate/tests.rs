//! Generation against Magenta's own, fed with its random numbers, and the promises of the module.

use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use serde_json::Value;

use super::*;
use crate::golden;
use crate::likelihood::log_likelihood;
use crate::network::Network;
use music::MelodyEvent;

fn number(run: &Value, name: &str) -> usize {
    run[name].as_u64().unwrap() as usize
}

fn options_of(run: &Value) -> GenerateOptions {
    GenerateOptions {
        num_outputs: 1,
        num_steps: number(run, "num_steps"),
        temperature: run["temperature"].as_f64().unwrap(),
        beam_size: number(run, "beam_size"),
        branch_factor: number(run, "branch_factor"),
        steps_per_iteration: number(run, "steps_per_iteration"),
        seed: 0,
    }
}

/// Replays every recorded run of a golden model.
fn check_recorded_runs(name: &str) {
    let model = golden::model(name);
    let draws = golden::json("generation/uniforms.json");
    for run in golden::json(&format!("generation/{name}.json"))["runs"].as_array().unwrap() {
        let options = options_of(run);
        let draws: Vec<f64> =
            serde_json::from_value(draws[run["np_seed"].to_string()].clone()).unwrap();
        let mut draws = draws.into_iter();
        let primer = golden::melody(&run["primer"]);
        let found =
            generate_from_draws(&model, &primer, &options, || draws.next().unwrap()).unwrap();
        assert_eq!(found.melody, golden::melody(&run["events"]), "{name} {options:?}");
        if let Some(wanted) = run["log_likelihood"].as_f64() {
            let error = (found.log_likelihood - wanted).abs() / wanted.abs().max(1.0);
            assert!(error < 1e-5, "{name} {options:?}: {} is not {wanted}", found.log_likelihood);
        }
    }
}

#[test]
fn recorded_draws_give_magentas_melodies() {
    golden::MODELS.into_iter().for_each(check_recorded_runs);
}

fn sampling(num_outputs: usize, num_steps: usize) -> GenerateOptions {
    GenerateOptions { num_outputs, num_steps, seed: 7, ..GenerateOptions::default() }
}

fn middle_c() -> Melody {
    Melody::parse("[60]").unwrap()
}

#[test]
fn an_output_depends_on_the_seed_and_its_index_alone() {
    let model = golden::model("attention_rnn_8");
    let options = GenerateOptions { beam_size: 2, branch_factor: 2, ..sampling(5, 24) };
    let five = generate(&model, &middle_c(), &options).unwrap();
    let two = generate(&model, &middle_c(), &GenerateOptions { num_outputs: 2, ..options.clone() });
    assert_eq!(two.unwrap(), five[..2]);
    for (index, one) in five.iter().enumerate() {
        let mut rng = Rng::stream(7, &[index as u64]);
        let alone = generate_from_draws(&model, &middle_c(), &options, || rng.uniform_f64());
        assert_eq!(&alone.unwrap(), one, "{index}");
    }
    assert!(five.iter().any(|other| *other != five[0]));
    let other = generate(&model, &middle_c(), &GenerateOptions { seed: 8, ..options }).unwrap();
    assert_ne!(other, five);
}

#[test]
fn more_outputs_than_fit_into_a_batch_are_made_all_the_same() {
    let model = golden::model("basic_rnn_8");
    let options = GenerateOptions { beam_size: 16, branch_factor: 16, ..sampling(9, 5) };
    assert!(options.outputs_at_once() < 9);
    let nine = generate(&model, &middle_c(), &options).unwrap();
    let mut rng = Rng::stream(7, &[8]);
    let last = generate_from_draws(&model, &middle_c(), &options, || rng.uniform_f64()).unwrap();
    assert_eq!(nine.len(), 9);
    assert_eq!(nine[8], last);
}

#[test]
fn a_sampled_melody_is_as_likely_as_the_model_finds_it() {
    // mono_rnn has one class for each event and no transposition, so both count the same numbers.
    let model = golden::model("mono_rnn_8");
    for generated in generate(&model, &middle_c(), &sampling(4, 40)).unwrap() {
        let found = log_likelihood(&model, &generated.melody).unwrap();
        assert!(
            (found - generated.log_likelihood).abs() < 1e-9 * found.abs(),
            "{found} {generated:?}"
        );
    }
}

#[test]
fn a_search_finds_likelier_melodies_than_sampling() {
    let model = golden::model("basic_rnn_8");
    let mean = |options: &GenerateOptions| {
        let found = generate(&model, &middle_c(), options).unwrap();
        found.iter().map(|one| one.log_likelihood).sum::<f64>() / found.len() as f64
    };
    let sampling = sampling(8, 32);
    let beams = GenerateOptions { beam_size: 4, branch_factor: 4, ..sampling.clone() };
    assert!(mean(&beams) > mean(&sampling) + 10.0);
}

#[test]
fn a_primer_keeps_its_place_in_the_piece_and_its_pitches() {
    let model = golden::model("attention_rnn_8");
    let primer = Melody {
        start_step: 12,
        steps_per_bar: 12,
        ..Melody::parse("[100, -2, 104, -1]").unwrap()
    };
    let generated = generate(&model, &primer, &sampling(1, 20)).unwrap().remove(0).melody;
    assert_eq!(generated.events[..4], primer.events);
    assert_eq!((generated.start_step, generated.steps_per_bar, generated.len()), (12, 12, 20));
}

#[test]
fn branches_drop_note_offs_before_the_first_note() {
    let model = golden::model("basic_rnn_8");
    // Class 1 of basic_rnn is the note off; with a draw just above class 0's share it is the one drawn.
    let primer = Melody::parse("[-2, -2]").unwrap();
    let mut softmax = Softmax::default();
    let mut state = model.network.zero_state(1);
    let mut logits = vec![0.0; 38];
    let mut inputs = vec![0.0; 38];
    inputs[0] = 1.0;
    (0..2).for_each(|_| model.network.step(&inputs, &mut state, &mut logits));
    softmax.set(&logits, 1.0).unwrap();
    let note_off = softmax.log_probability(0).exp() + 1e-6;
    assert_eq!(softmax.choose(note_off), 1);
    let first_events = |branch_factor, num_steps| {
        let options = GenerateOptions { branch_factor, ..sampling(1, num_steps) };
        let draws = [note_off; 2].into_iter().chain(std::iter::repeat(0.999_999));
        let mut draws = draws.take(2 * num_steps).collect::<Vec<_>>().into_iter();
        let found = generate_from_draws(&model, &primer, &options, || draws.next().unwrap());
        found.unwrap().melody.events[2]
    };
    assert_eq!(first_events(1, 4), MelodyEvent::NoteOff);
    assert_eq!(first_events(2, 3), MelodyEvent::NoteOff, "nothing was branched after it");
    assert_eq!(first_events(2, 4), MelodyEvent::NoEvent);
}

#[test]
fn impossible_wishes_are_errors_that_say_what_is_possible() {
    let model = golden::model("basic_rnn_8");
    let good = sampling(1, 8);
    let refused = |primer: &str, options: GenerateOptions| {
        let primer = Melody::parse(primer).unwrap();
        generate(&model, &primer, &options).unwrap_err().to_string()
    };
    let too_long = "the primer has 8 steps, expected fewer than the 8 of the whole melody";
    assert_eq!(refused("[60,-2,-2,-2,-2,-2,-2,-2]", good.clone()), too_long);
    assert_eq!(refused("[]", good.clone()), "the melody is empty, expected at least one event");
    for temperature in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300] {
        let message = refused("[60]", GenerateOptions { temperature, ..good.clone() });
        assert!(
            message.starts_with(&format!("temperature is {temperature}, expected")),
            "{message}"
        );
    }
    for (option, bad) in [
        ("num_outputs", GenerateOptions { num_outputs: 0, ..good.clone() }),
        ("num_outputs", GenerateOptions { num_outputs: usize::MAX, ..good.clone() }),
        ("num_steps", GenerateOptions { num_steps: 0, ..good.clone() }),
        ("num_steps", GenerateOptions { num_steps: usize::MAX, ..good.clone() }),
        ("beam_size", GenerateOptions { beam_size: 0, ..good.clone() }),
        ("branch_factor", GenerateOptions { branch_factor: 0, ..good.clone() }),
        ("steps_per_iteration", GenerateOptions { steps_per_iteration: 0, ..good.clone() }),
        ("beam_size", GenerateOptions { beam_size: usize::MAX, branch_factor: 2, ..good.clone() }),
    ] {
        let message = refused("[60]", bad);
        assert!(message.starts_with(option), "{option}: {message}");
    }
}

#[test]
fn a_network_of_another_encoding_is_refused() {
    let mut model = golden::model("basic_rnn_8");
    model.config = golden::model("mono_rnn_8").config;
    let error = generate(&model, &middle_c(), &sampling(1, 8)).unwrap_err().to_string();
    assert!(
        error.contains("takes 38 inputs and gives 38 classes, expected 130 and 130"),
        "{error}"
    );
    assert!(log_likelihood(&model, &middle_c()).is_err());
}

#[test]
fn damaged_weights_are_an_error_and_no_melody() {
    let mut model = golden::model("basic_rnn_8");
    let tensors = model.network.tensors().iter().cloned().map(|(name, mut tensor)| {
        tensor.data_mut()[0] = f32::NAN;
        (name, tensor)
    });
    let config = model.network.config().clone();
    model.network = Network::from_tensors(config, &tensors.collect()).unwrap();
    let generated = generate(&model, &middle_c(), &sampling(1, 8));
    assert!(matches!(generated, Err(Error::NotFinite)));
    let two = Melody::parse("[60, 62]").unwrap();
    assert!(matches!(log_likelihood(&model, &two), Err(Error::NotFinite)));
}

#[test]
fn the_observer_hears_every_step_and_may_break_off() {
    let model = golden::model("basic_rnn_8");
    let options = GenerateOptions { beam_size: 16, branch_factor: 16, ..sampling(9, 5) };
    let mut heard = Vec::new();
    let hear = &mut |progress: Progress| {
        heard.push(progress.done);
        assert_eq!(progress.total, 9 * 4);
        ControlFlow::Continue(())
    };
    generate_observed(&model, &middle_c(), &options, hear).unwrap();
    assert_eq!(heard, [4, 8, 12, 16, 20, 24, 28, 32, 33, 34, 35, 36]);
    let stop = &mut |progress: Progress| match progress.done {
        8.. => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    let stopped = generate_observed(&model, &middle_c(), &options, stop);
    assert!(matches!(stopped, Err(Error::Cancelled)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_primer_is_continued_to_the_length_asked_for(
        name in proptest::sample::select(golden::MODELS.to_vec()),
        codes in proptest::collection::vec(-2i32..=127, 1..40),
        more in 1usize..12,
        (beam_size, branch_factor, steps_per_iteration) in (1usize..4, 1usize..4, 1usize..6),
        seed: u64,
    ) {
        let events = codes.iter().map(|code| MelodyEvent::from_code(*code).unwrap()).collect();
        // Straight into the field, as nothing keeps note-offs from standing at the beginning.
        let primer = Melody { events, ..Melody::new(Vec::new()) };
        let num_steps = primer.len() + more;
        let options = GenerateOptions {
            num_outputs: 2, num_steps, beam_size, branch_factor, steps_per_iteration, seed,
            ..GenerateOptions::default()
        };
        let model = golden::model(name);
        for generated in generate(&model, &primer, &options).unwrap() {
            prop_assert_eq!(generated.melody.len(), num_steps);
            prop_assert!(generated.log_likelihood < 0.0 && generated.log_likelihood.is_finite());
            // One number for each event but the first, of which that is the sum.
            prop_assert_eq!(generated.log_probabilities.len(), num_steps - 1);
            let sum: f64 = generated.log_probabilities.iter().map(|it| f64::from(*it)).sum();
            prop_assert!((sum - generated.log_likelihood).abs() < 1e-5 * sum.abs());
            let kinds = |melody: &Melody| melody.pitches().map(|pitch| pitch % 12).collect::<Vec<_>>();
            let wanted = kinds(&primer);
            prop_assert_eq!(&kinds(&generated.melody)[..wanted.len()], &wanted[..]);
        }
    }
}
