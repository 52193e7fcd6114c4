//! Attention around a stack of LSTMs against the formulas, written down plainly in double precision.

use std::collections::BTreeMap;

use model::Model;
use model::config::MelodyConfig;
use model::generate::{GenerateOptions, generate};
use model::likelihood::log_likelihood;
use model::network::{Attention, AttentionAround, Dropout, Example, Network, NetworkConfig};
use music::Melody;
use nn::Tensor;
use nn::rng::Rng;

use super::golden::{Golden, largest_difference};

/// A network in double precision, with its state.
struct Reference<'a> {
    config: &'a NetworkConfig,
    tensors: BTreeMap<&'a str, Vec<f64>>,
    /// c and h of each layer.
    layers: Vec<(Vec<f64>, Vec<f64>)>,
    attns: Vec<f64>,
    /// The last outputs, the oldest first.
    memory: Vec<Vec<f64>>,
}

impl<'a> Reference<'a> {
    fn new(network: &'a Network) -> Self {
        let config = network.config();
        let wide = |tensor: &Tensor| tensor.data().iter().map(|&w| f64::from(w)).collect();
        let zeros = |units: &usize| (vec![0.0; *units], vec![0.0; *units]);
        let units = *config.layer_sizes.last().unwrap();
        Self {
            config,
            tensors: network.tensors().iter().map(|(n, t)| (n.as_str(), wide(t))).collect(),
            layers: config.layer_sizes.iter().map(zeros).collect(),
            attns: vec![0.0; units],
            memory: vec![vec![0.0; units]; config.attention.unwrap().length],
        }
    }

    /// `x W + b`.
    fn linear(&self, scope: &str, [weights, bias]: [&str; 2], x: &[f64]) -> Vec<f64> {
        let bias = &self.tensors[format!("{scope}/{bias}").as_str()];
        let weights = &self.tensors[format!("{scope}/{weights}").as_str()];
        assert_eq!(weights.len(), x.len() * bias.len());
        let column = |j: usize| x.iter().enumerate().map(move |(i, x)| (i, j, x));
        (0..bias.len())
            .map(|j| {
                bias[j] + column(j).map(|(i, j, x)| x * weights[i * bias.len() + j]).sum::<f64>()
            })
            .collect()
    }

    /// Logits after a step; `keep` says what each layer's outputs are multiplied by.
    fn step(&mut self, x: &[f64], keep: impl Fn(usize, usize) -> f64) -> Vec<f64> {
        const WRAPPER: &str = "rnn/attention_cell_wrapper";
        const KERNEL: [&str; 2] = ["kernel", "bias"];
        let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
        let mut entering = self.linear(WRAPPER, KERNEL, &[x, &self.attns].concat());
        for layer in 0..self.layers.len() {
            let scope = format!("{WRAPPER}/multi_rnn_cell/cell_{layer}/basic_lstm_cell");
            let (mut c, mut h) = self.layers[layer].clone();
            let z = self.linear(&scope, KERNEL, &[entering, h.clone()].concat());
            let units = h.len();
            for u in 0..units {
                let [i, j, f, o] = [0, 1, 2, 3].map(|gate| z[gate * units + u]);
                c[u] = sigmoid(f + 1.0) * c[u] + sigmoid(i) * j.tanh();
                h[u] = sigmoid(o) * c[u].tanh();
            }
            entering = h.iter().enumerate().map(|(u, h)| h * keep(layer, u)).collect();
            self.layers[layer] = (c, h);
        }
        let query: Vec<f64> = self.layers.iter().flat_map(|(c, h)| [&c[..], h].concat()).collect();
        let y = self.linear(&format!("{WRAPPER}/attention"), KERNEL, &query);
        let powers: Vec<f64> = self.memory.iter().map(|s| self.score(s, &y).exp()).collect();
        let total: f64 = powers.iter().sum();
        let blend = |u: usize| self.memory.iter().zip(&powers).map(|(s, p)| s[u] * p / total).sum();
        self.attns = (0..y.len()).map(blend).collect();
        let scope = format!("{WRAPPER}/attn_output_projection");
        let output = self.linear(&scope, KERNEL, &[&entering[..], &self.attns].concat());
        self.memory.remove(0);
        self.memory.push(output.clone());
        self.linear("fully_connected", ["weights", "biases"], &output)
    }

    fn score(&self, output: &[f64], y: &[f64]) -> f64 {
        let tensor = |name: &str| {
            &self.tensors[format!("rnn/attention_cell_wrapper/attention/{name}").as_str()]
        };
        let (w, v) = (tensor("attn_w"), tensor("attn_v"));
        let units = y.len();
        let key =
            |u: usize| output.iter().enumerate().map(|(i, s)| s * w[i * units + u]).sum::<f64>();
        (0..units).map(|u| v[u] * (key(u) + y[u]).tanh()).sum()
    }

    /// The state in TensorFlow's order.
    fn arrays(&self) -> Vec<Vec<f64>> {
        let layers = self.layers.iter().cloned().flat_map(|(c, h)| [c, h]);
        layers.chain([self.attns.clone(), self.memory.concat()]).collect()
    }

    /// Sum of the cross-entropies of a sequence, `row` of its batch.
    fn loss(&mut self, example: &Example, row: usize, dropout: Option<Dropout>) -> f64 {
        let sizes = self.config.layer_sizes.clone();
        let mask = |(layer, units): (usize, &usize)| {
            let mut mask = vec![1; units * example.len()];
            if let Some(dropout) = dropout {
                dropout.mask(row, layer, &mut mask);
            }
            mask
        };
        let masks: Vec<Vec<u8>> = sizes.iter().enumerate().map(mask).collect();
        let scale = dropout.map_or(1.0, |dropout| 1.0 / f64::from(dropout.keep_prob));
        let steps = example.inputs.chunks(self.config.input_size).zip(&example.labels).enumerate();
        steps
            .map(|(t, (x, &label))| {
                let x: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
                let keep =
                    |layer: usize, u: usize| f64::from(masks[layer][t * sizes[layer] + u]) * scale;
                let logits = self.step(&x, keep);
                logits.iter().map(|z| z.exp()).sum::<f64>().ln() - logits[label as usize]
            })
            .sum()
    }
}

/// A network whose biases are not zero either. Were they much larger, outputs would grow from step to step by way of their memory.
fn network(layer_sizes: &[usize], length: usize) -> Network {
    let config = NetworkConfig {
        input_size: 9,
        num_classes: 7,
        layer_sizes: layer_sizes.to_vec(),
        attention: Some(Attention { length, around: AttentionAround::Stack }),
        residual_connections: false,
    };
    let mut rng = Rng::new(5);
    let mut shake = |(name, tensor): &(String, Tensor)| {
        let mut tensor = tensor.clone();
        tensor.data_mut().iter_mut().for_each(|w| *w += 0.3 * (rng.uniform_f64() as f32 - 0.5));
        (name.clone(), tensor)
    };
    let tensors = Network::new(config.clone(), 3).tensors().iter().map(&mut shake).collect();
    Network::from_tensors(config, &tensors).unwrap()
}

fn examples() -> Vec<Example> {
    let mut rng = Rng::new(2);
    let mut example = |length: u64| Example {
        inputs: (0..length * 9).map(|_| rng.below(3) as f32 - 1.0).collect(),
        labels: (0..length).map(|_| rng.below(7) as u32).collect(),
    };
    [3, 26, 1, 0, 17, 17, 40, 9, 8, 33, 12].into_iter().map(&mut example).collect()
}

/// One layer, layers of different sizes, sizes that fill no vector and sizes that fill some, windows shorter and longer than a melody.
const SIZES: [(&[usize], usize); 4] =
    [(&[6], 4), (&[20, 12], 6), (&[5, 33, 16], 1), (&[16, 16], 50)];

#[test]
fn steps_follow_the_formulas() {
    for (layer_sizes, length) in SIZES {
        let network = network(layer_sizes, length);
        let mut reference = Reference::new(&network);
        let mut state = network.zero_state(1);
        let mut logits = vec![0.0; 7];
        for x in examples()[6].inputs.chunks(9) {
            network.step(x, &mut state, &mut logits);
            let wide: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
            check(&logits, &reference.step(&wide, |_, _| 1.0));
            let (found, expected) = (state.arrays(), reference.arrays());
            assert_eq!(found.len(), expected.len());
            found.iter().zip(&expected).for_each(|(found, expected)| check(found, expected));
        }
    }
}

fn check(found: &[f32], expected: &[f64]) {
    let narrow: Vec<f32> = expected.iter().map(|&x| x as f32).collect();
    assert!(largest_difference(found, &narrow) < 1e-5, "{found:?} {expected:?}");
}

#[test]
fn the_loss_of_a_batch_follows_the_formulas_with_dropout_and_without() {
    let examples = examples();
    let batch: Vec<&Example> = examples.iter().collect();
    for (layer_sizes, length) in SIZES {
        let network = network(layer_sizes, length);
        for dropout in [None, Some(Dropout { keep_prob: 0.5, seed: 1, update: 2 })] {
            let found = network.evaluate(&batch, 0, dropout, 2).loss_sum;
            let alone = |(row, example)| Reference::new(&network).loss(example, row, dropout);
            let expected: f64 = examples.iter().enumerate().map(alone).sum();
            assert!((found / expected - 1.0).abs() < 2e-6, "{found} is not {expected}");
        }
    }
}

#[test]
fn rows_depend_on_no_other_row_and_can_be_chosen() {
    let network = network(&[20, 12], 6);
    let inputs = &examples()[6].inputs;
    // Row r of a batch is r steps ahead in the melody.
    let step = |state: &mut model::network::State, ahead: &[usize], t: usize| {
        let mut logits = vec![0.0; ahead.len() * 7];
        let x: Vec<f32> = ahead.iter().flat_map(|r| inputs[(t + r) * 9..][..9].to_vec()).collect();
        network.step(&x, state, &mut logits);
        logits
    };
    let mut ahead = vec![0, 1, 2, 3, 4];
    let mut together = network.zero_state(5);
    let mut alone: Vec<_> = (0..5).map(|_| network.zero_state(1)).collect();
    let mut spare = model::network::State::default();
    for t in 0..30 {
        if let Some(rows) = [(9, vec![4, 0, 0, 2]), (16, vec![3, 3, 1, 0, 2, 2, 1])]
            .iter()
            .find_map(|(at, rows)| (*at == t).then_some(rows))
        {
            together.select_into(rows, &mut spare);
            std::mem::swap(&mut together, &mut spare);
            alone = rows.iter().map(|&row| alone[row].clone()).collect();
            ahead = rows.iter().map(|&row| ahead[row]).collect();
        }
        let logits = step(&mut together, &ahead, t);
        for ((state, &r), logits) in alone.iter_mut().zip(&ahead).zip(logits.chunks(7)) {
            assert_eq!(step(state, &[r], t), logits);
        }
    }
}

/// One class for each event, no transposition: what the search counts and what is said of its melody are the same numbers.
#[test]
fn a_melody_of_a_search_is_as_likely_as_the_model_finds_it() {
    let mut config = MelodyConfig::named("mono_rnn").unwrap();
    config.hparams.rnn_layer_sizes = vec![12, 10];
    config.hparams.attn_length = 5;
    config.hparams.attention = AttentionAround::Stack;
    let network = Network::new(config.network_config(), 4);
    let model = Model { config, network };
    let primer = Melody::parse("[60]").unwrap();
    for (beam_size, branch_factor) in [(1, 1), (3, 2)] {
        let options = GenerateOptions {
            num_outputs: 4,
            num_steps: 30,
            beam_size,
            branch_factor,
            seed: 7,
            ..GenerateOptions::default()
        };
        for generated in generate(&model, &primer, &options).unwrap() {
            let found = log_likelihood(&model, &generated.melody).unwrap();
            assert!((found / generated.log_likelihood - 1.0).abs() < 1e-9, "{found} {generated:?}");
        }
    }
}

#[test]
fn states_are_those_of_magentas_wrapper_around_a_stack() {
    let golden = Golden::read("attention_stack");
    let network = golden.network();
    let expected = &golden.tensors["inference/state_per_step"];
    let mut state = network.zero_state(1);
    let mut logits = vec![0.0; golden.config.num_classes];
    let inputs = golden.batch().swap_remove(0).inputs;
    let steps = inputs.chunks(golden.config.input_size);
    assert_eq!(expected.shape(), [steps.len(), 64]);
    for (input, expected) in steps.zip(expected.data().chunks(64)) {
        network.step(input, &mut state, &mut logits);
        assert!(largest_difference(&state.arrays().concat(), expected) < 5e-6);
    }
}
