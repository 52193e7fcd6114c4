//! Loss, gradients and updates on the golden batch against Magenta's.

use model::network::{Example, Network};
use nn::Tensor;
use nn::optim::{Adam, AdamOptions, Clip};

use super::golden::{Golden, SMALL, largest_difference, relative_distance};

fn close(found: f64, expected: f32, tolerance: f64) {
    let expected = f64::from(expected);
    assert!(
        ((found - expected) / expected).abs() < tolerance,
        "found {found}, expected {expected}"
    );
}

/// Of the last one there are logits, loss and gradients alone.
fn small_and_stack() -> impl Iterator<Item = &'static str> {
    SMALL.into_iter().chain(["attention_stack"])
}

#[test]
fn losses_and_metrics_are_magentas() {
    for name in SMALL {
        let golden = Golden::read(name);
        let batch = golden.batch();
        let stats = golden.network().evaluate(
            &batch.iter().collect::<Vec<_>>(),
            golden.default_label,
            None,
            2,
        );
        let expected = golden.data("metrics");
        close(stats.loss(), expected[0], 1e-5);
        close(stats.perplexity(), expected[1], 1e-5);
        for (found, &expected) in
            [stats.accuracy(), stats.event_accuracy(), stats.no_event_accuracy()]
                .iter()
                .zip(&expected[2..])
        {
            assert!((found - f64::from(expected)).abs() < 1e-6, "{name}");
        }
        assert_eq!(stats.event_steps + stats.no_event_steps, stats.steps);
    }
}

#[test]
fn logits_of_single_steps_are_those_of_the_batch() {
    for name in small_and_stack() {
        let golden = Golden::read(name);
        let network = golden.network();
        let (d, c) = (golden.config.input_size, golden.config.num_classes);
        let mut expected = golden.data("batch/logits").chunks_exact(c);
        for example in golden.batch() {
            let mut state = network.zero_state(1);
            let mut logits = vec![0.0; c];
            for input in example.inputs.chunks_exact(d) {
                network.step(input, &mut state, &mut logits);
                assert!(largest_difference(&logits, expected.next().unwrap()) < 2e-5, "{name}");
            }
        }
    }
}

#[test]
fn gradients_are_magentas() {
    for name in small_and_stack() {
        let golden = Golden::read(name);
        let (network, batch) = (golden.network(), golden.batch());
        let (stats, gradients) =
            network.gradients(&batch.iter().collect::<Vec<_>>(), golden.default_label, None, 2);
        close(stats.loss(), golden.data("metrics")[0], 1e-5);
        for ((tensor, _), gradient) in network.tensors().iter().zip(gradients.tensors()) {
            let expected = &golden.tensors[&format!("gradients/{tensor}")];
            assert_eq!(gradient.shape(), expected.shape());
            let distance = relative_distance(gradient.data(), expected.data());
            assert!(distance < 3e-5, "{name}: {tensor} is off by {distance}");
        }
    }
}

/// Updates on the golden batch; the loss before each.
fn train(
    golden: &Golden,
    network: &mut Network,
    adam: &mut Adam,
    clip: f32,
    updates: usize,
) -> Vec<f64> {
    let batch = golden.batch();
    let examples: Vec<&Example> = batch.iter().collect();
    let update = |_| {
        let (stats, gradients) = network.gradients(&examples, golden.default_label, None, 2);
        network.apply(adam, &gradients, Clip::PerTensor(clip));
        stats.loss()
    };
    (0..updates).map(update).collect()
}

fn check_weights(golden: &Golden, network: &Network, prefix: &str) {
    for (name, tensor) in network.tensors() {
        let expected = golden.data(&format!("{prefix}/{name}"));
        let distance = relative_distance(tensor.data(), expected);
        assert!(distance < 1e-4, "{prefix}/{name} is off by {distance}");
        assert!(largest_difference(tensor.data(), expected) < 1e-4, "{prefix}/{name}");
    }
}

fn check_losses(golden: &Golden, name: &str, losses: &[f64]) {
    let expected = golden.data(name);
    assert_eq!(losses.len(), expected.len());
    losses.iter().zip(expected).for_each(|(&found, &expected)| close(found, expected, 2e-5));
}

#[test]
fn updates_from_fresh_slots_are_magentas() {
    for name in SMALL {
        let golden = Golden::read(name);
        let mut network = golden.network();
        let mut adam = network.optimizer(AdamOptions::default());
        let mut losses = train(&golden, &mut network, &mut adam, golden.clip_norm, 1);
        if golden.tensors.contains_key("after_1/fully_connected/weights") {
            check_weights(&golden, &network, "after_1");
        }
        losses.extend(train(&golden, &mut network, &mut adam, golden.clip_norm, 19));
        check_weights(&golden, &network, "after_20");
        check_losses(&golden, "losses/fresh", &losses);
        assert_eq!(adam.updates(), 20);
    }
}

#[test]
fn updates_with_tight_clipping_are_magentas() {
    for name in ["attention_rnn_8", "basic_rnn_8"] {
        let golden = Golden::read(name);
        let mut network = golden.network();
        let mut adam = network.optimizer(AdamOptions::default());
        let losses = train(&golden, &mut network, &mut adam, 0.05, 20);
        check_losses(&golden, "losses/clipped", &losses);
        check_weights(&golden, &network, "after_20_clipped");
    }
}

#[test]
fn training_goes_on_from_magentas_slots() {
    for name in ["attention_rnn_8", "basic_rnn_8"] {
        let golden = Golden::read(name);
        let mut network = golden.network();
        let weights = golden.below("weights/");
        let slots = |slot: &str| -> Vec<Tensor> {
            network
                .tensors()
                .iter()
                .map(|(name, _)| weights[&format!("{name}/{slot}")].clone())
                .collect()
        };
        let updates = golden.data("global_step")[0] as u64;
        let tensors = network.tensors().iter().map(|(_, tensor)| tensor);
        let mut adam =
            Adam::resume(AdamOptions::default(), updates, slots("Adam"), slots("Adam_1"), tensors)
                .unwrap();
        let losses = train(&golden, &mut network, &mut adam, golden.clip_norm, 20);
        check_losses(&golden, "losses/resumed", &losses);
    }
}
