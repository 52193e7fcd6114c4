//! Gradients of every kind of layer against finite differences of the loss.

use std::collections::BTreeMap;

use model::network::{Attention, AttentionAround, Dropout, Example, Network, NetworkConfig};
use nn::Tensor;
use nn::rng::Rng;

fn examples(config: &NetworkConfig, lengths: &[usize]) -> Vec<Example> {
    let mut rng = Rng::new(11);
    let mut number = || (2.0 * rng.uniform_f64() - 1.0) as f32;
    let inputs: Vec<Vec<f32>> =
        lengths.iter().map(|&t| (0..t * config.input_size).map(|_| number()).collect()).collect();
    let example = |(inputs, &t): (Vec<f32>, &usize)| {
        let labels = (0..t).map(|_| rng.below(config.num_classes as u64) as u32).collect();
        Example { inputs, labels }
    };
    inputs.into_iter().zip(lengths).map(example).collect()
}

/// A network whose weights are far from zero, biases too, so that every path carries a gradient.
fn network(config: &NetworkConfig) -> Network {
    let mut rng = Rng::new(5);
    let shake = |(name, tensor): &(String, Tensor)| {
        let mut tensor = tensor.clone();
        tensor
            .data_mut()
            .iter_mut()
            .for_each(|w| *w = 1.5 * *w + (rng.uniform_f64() - 0.5) as f32 * 0.6);
        (name.clone(), tensor)
    };
    let tensors: BTreeMap<String, Tensor> =
        Network::new(config.clone(), 3).tensors().iter().map(shake).collect();
    Network::from_tensors(config.clone(), &tensors).unwrap()
}

/// The loss when one tensor is moved along a direction.
fn moved_loss(
    network: &Network,
    index: usize,
    direction: &[f32],
    by: f32,
    examples: &[&Example],
    dropout: Option<Dropout>,
) -> f64 {
    let mut tensors: BTreeMap<String, Tensor> = network.tensors().iter().cloned().collect();
    let tensor = tensors.get_mut(&network.tensors()[index].0).unwrap();
    tensor.data_mut().iter_mut().zip(direction).for_each(|(w, d)| *w += by * d);
    Network::from_tensors(network.config().clone(), &tensors)
        .unwrap()
        .evaluate(examples, 0, dropout, 1)
        .loss()
}

/// Compares slopes of the loss along the gradient and along random directions, for each tensor.
fn check(config: NetworkConfig, dropout: Option<Dropout>) {
    let network = network(&config);
    let owned = examples(&config, &[7, 5, 5, 1]);
    let examples: Vec<&Example> = owned.iter().collect();
    let (_, gradients) = network.gradients(&examples, 0, dropout, 1);
    let mut rng = Rng::new(17);
    for (index, ((name, _), gradient)) in
        network.tensors().iter().zip(gradients.tensors()).enumerate()
    {
        let norm = gradient.data().iter().map(|&g| f64::from(g) * f64::from(g)).sum::<f64>().sqrt();
        assert!(norm > 1e-5, "{name} has no gradient");
        let along: Vec<f32> =
            gradient.data().iter().map(|&g| (f64::from(g) / norm) as f32).collect();
        let mut directions = vec![along];
        for _ in 0..3 {
            let scale = (gradient.data().len() as f32).sqrt().recip();
            directions.push(
                gradient
                    .data()
                    .iter()
                    .map(|_| if rng.next_u64() & 1 == 0 { scale } else { -scale })
                    .collect(),
            );
        }
        for direction in directions {
            let step = 1e-2;
            let loss = |by| moved_loss(&network, index, &direction, by, &examples, dropout);
            let slope = (loss(step) - loss(-step)) / (2.0 * f64::from(step));
            let expected: f64 = gradient
                .data()
                .iter()
                .zip(&direction)
                .map(|(&g, &d)| f64::from(g) * f64::from(d))
                .sum();
            assert!(
                (slope - expected).abs() < 2e-3 * norm + 2e-5,
                "{name}: slope {slope}, gradient {expected} of norm {norm}"
            );
        }
    }
}

fn config(layer_sizes: &[usize], attn_length: usize, residual_connections: bool) -> NetworkConfig {
    NetworkConfig {
        input_size: 5,
        num_classes: 4,
        layer_sizes: layer_sizes.to_vec(),
        attention: (attn_length > 0)
            .then_some(Attention { length: attn_length, around: AttentionAround::FirstLayer }),
        residual_connections,
    }
}

/// Attention around all layers.
fn stack(layer_sizes: &[usize], attn_length: usize) -> NetworkConfig {
    let around = AttentionAround::Stack;
    let attention = Some(Attention { length: attn_length, around });
    NetworkConfig { attention, ..config(layer_sizes, 0, false) }
}

#[test]
fn one_lstm_layer() {
    check(config(&[6], 0, false), None);
}

#[test]
fn lstm_layers_of_different_sizes() {
    check(config(&[6, 3, 17], 0, false), None);
}

#[test]
fn attention_over_a_window_shorter_than_the_melody() {
    check(config(&[6], 3, false), None);
    check(config(&[18, 4], 3, false), None);
}

#[test]
fn attention_over_a_window_longer_than_the_melody() {
    check(config(&[5, 4], 20, false), None);
}

#[test]
fn residual_connections_with_and_without_projection() {
    check(config(&[6, 6, 4], 0, true), None);
}

#[test]
fn residual_connections_around_attention() {
    check(config(&[6, 6], 3, true), None);
}

#[test]
fn dropout_with_a_fixed_mask() {
    let dropout = Some(Dropout { keep_prob: 0.6, seed: 9, update: 4 });
    check(config(&[6, 5], 3, false), dropout);
    check(config(&[6, 6], 0, true), dropout);
}

#[test]
fn attention_around_the_stack() {
    check(stack(&[6, 6], 3), None);
    check(stack(&[5], 3), None);
    check(stack(&[17, 4, 18], 3), None);
    check(stack(&[4, 5], 20), None);
}

#[test]
fn dropout_within_the_stack() {
    let dropout = Some(Dropout { keep_prob: 0.6, seed: 9, update: 4 });
    check(stack(&[6, 5], 3), dropout);
    check(stack(&[4], 3), dropout);
}
