//! A batch gives the same numbers however it is computed.

use model::network::{Attention, AttentionAround, Dropout, Example, Network, NetworkConfig};
use nn::Tensor;
use nn::rng::Rng;

fn config(around: Option<AttentionAround>) -> NetworkConfig {
    NetworkConfig {
        input_size: 9,
        num_classes: 7,
        layer_sizes: vec![20, 12],
        attention: around.map(|around| Attention { length: 6, around }),
        residual_connections: false,
    }
}

const FIRST_LAYER: Option<AttentionAround> = Some(AttentionAround::FirstLayer);
const STACK: Option<AttentionAround> = Some(AttentionAround::Stack);

fn examples(count: usize) -> Vec<Example> {
    let mut rng = Rng::new(2);
    let mut example = |_| {
        let length = rng.below(30) as usize;
        Example {
            inputs: (0..length * 9).map(|_| rng.below(3) as f32 - 1.0).collect(),
            labels: (0..length).map(|_| rng.below(7) as u32).collect(),
        }
    };
    (0..count).map(&mut example).collect()
}

const DROPOUT: Option<Dropout> = Some(Dropout { keep_prob: 0.5, seed: 1, update: 2 });

#[test]
fn threads_do_not_change_a_bit() {
    for around in [None, FIRST_LAYER, STACK] {
        let network = Network::new(config(around), 1);
        let examples = examples(70);
        let batch: Vec<&Example> = examples.iter().collect();
        let alone = network.gradients(&batch, 3, DROPOUT, 1);
        for threads in [2, 3, 8] {
            assert!(network.gradients(&batch, 3, DROPOUT, threads) == alone);
            assert_eq!(network.evaluate(&batch, 3, DROPOUT, threads), alone.0);
        }
        // Buffers that were used before change nothing either.
        assert!(network.clone().gradients(&batch, 3, DROPOUT, 2) == alone);
    }
}

#[test]
fn instruction_sets_do_not_change_a_bit() {
    use nn::simd::{Level, limit};
    let examples = examples(20);
    let batch: Vec<&Example> = examples.iter().collect();
    for around in [FIRST_LAYER, STACK] {
        let network = Network::new(config(around), 1);
        let results = [Level::Baseline, Level::Avx2, Level::Avx512].map(|most| {
            limit(most);
            network.gradients(&batch, 3, DROPOUT, 2)
        });
        assert!(results[0] == results[1] && results[1] == results[2]);
    }
}

#[test]
fn a_batch_is_the_sum_of_its_sequences() {
    let examples = examples(40);
    for around in [FIRST_LAYER, STACK] {
        let network = Network::new(config(around), 1);
        let together = network.evaluate(&examples.iter().collect::<Vec<_>>(), 3, None, 2);
        let mut sum = model::network::BatchStats::default();
        examples.iter().for_each(|example| sum.merge(&network.evaluate(&[example], 3, None, 1)));
        assert!((together.loss_sum - sum.loss_sum).abs() < 1e-9 * sum.loss_sum);
        assert_eq!(model::network::BatchStats { loss_sum: sum.loss_sum, ..together }, sum);
    }
}

#[test]
fn dropout_depends_on_its_key() {
    for around in [None, STACK] {
        check_dropout(&Network::new(config(around), 1));
    }
}

fn check_dropout(network: &Network) {
    let examples = examples(5);
    let batch: Vec<&Example> = examples.iter().collect();
    let loss = |dropout| network.evaluate(&batch, 3, dropout, 1).loss_sum;
    assert_eq!(loss(DROPOUT), loss(DROPOUT));
    let other = |seed, update| Some(Dropout { keep_prob: 0.5, seed, update });
    let losses = [loss(DROPOUT), loss(other(1, 3)), loss(other(2, 2)), loss(None)];
    assert!((1..4).all(|i| losses[..i].iter().all(|l| *l != losses[i])));
    assert_eq!(loss(Some(Dropout { keep_prob: 1.0, seed: 1, update: 2 })), loss(None));
}

#[test]
fn a_batch_without_steps_has_no_gradient() {
    for around in [FIRST_LAYER, STACK] {
        let network = Network::new(config(around), 1);
        for batch in [vec![], vec![&Example::default()]] {
            let (stats, gradients) = network.gradients(&batch, 0, DROPOUT, 2);
            assert_eq!(stats.steps, 0);
            let gradients = gradients.tensors().iter();
            assert!(gradients.flat_map(Tensor::data).all(|g| *g == 0.0));
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_network() {
    let tensors = |seed| Network::new(config(FIRST_LAYER), seed).tensors().to_vec();
    assert_eq!(tensors(4), tensors(4));
    assert_ne!(tensors(4), tensors(5));
}
