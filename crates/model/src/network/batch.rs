//! Cutting a batch into chunks that are computed independently of each other.

use nn::Tensor;
use nn::parallel;

use super::group::{Group, Row, Task};
use super::schedule::Schedule;
use super::weights::{Parameters, named_gradients};
use super::{BatchStats, Dropout, Example, Network};

/// Chunks of a batch, at most: as many gradients are kept, and as many processors have work. The cut must not depend on the
/// number of threads, for weight gradients are summed chunk by chunk.
const MOST_CHUNKS: usize = 8;
/// Sequences of a chunk, at least, as far as the batch has them: fewer would leave registers idle in the matrix products of a step.
const CHUNK_ROWS: usize = 8;

/// Gradients of the mean loss of a batch: one tensor for each of [`Network::tensors`].
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients(Vec<Tensor>);

impl Gradients {
    /// The gradients, in the order of [`Network::tensors`].
    pub fn tensors(&self) -> &[Tensor] {
        &self.0
    }
}

impl Network {
    /// Loss and accuracies over all steps of `examples`, on up to `threads` threads; the same at any number of them.
    ///
    /// # Panics
    /// If an example does not fit the network ([`NetworkConfig::check_example`](super::NetworkConfig::check_example)).
    pub fn evaluate(
        &self,
        examples: &[&Example],
        default_label: u32,
        dropout: Option<Dropout>,
        threads: usize,
    ) -> BatchStats {
        let task = self.task(examples, default_label, dropout);
        let forward = self.forward();
        let chunks = cut(examples);
        let schedule = self.schedule(&chunks, threads);
        let stats = parallel::map(schedule.groups.len(), schedule.threads, |i| {
            let group = Group::new(&self.config, &task, &chunks[schedule.groups[i].clone()]);
            self.workspaces.with(|workspace| group.evaluate(forward, workspace))
        });
        merge(stats.iter().flatten())
    }

    /// The same, with the gradients of the mean loss over all steps of the batch.
    ///
    /// # Panics
    /// As [`Network::evaluate`].
    pub fn gradients(
        &self,
        examples: &[&Example],
        default_label: u32,
        dropout: Option<Dropout>,
        threads: usize,
    ) -> (BatchStats, Gradients) {
        let task = self.task(examples, default_label, dropout);
        let chunks = cut(examples);
        let schedule = self.schedule(&chunks, threads);
        self.scheduled_gradients(&task, &chunks, &schedule)
    }

    fn scheduled_gradients(
        &self,
        task: &Task,
        chunks: &[Vec<Row<'_>>],
        schedule: &Schedule,
    ) -> (BatchStats, Gradients) {
        let (forward, backward) = (self.forward(), self.backward());
        let results = parallel::map(schedule.groups.len(), schedule.threads, |i| {
            let chunks = &chunks[schedule.groups[i].clone()];
            let mut gradients: Vec<Parameters> =
                chunks.iter().map(|_| forward.parameters.zeros_like()).collect();
            let group = Group::new(&self.config, task, chunks);
            let stats = self
                .workspaces
                .with(|workspace| group.gradients(forward, backward, workspace, &mut gradients));
            (stats, gradients)
        });
        let (stats, gradients): (Vec<_>, Vec<_>) = results.into_iter().unzip();
        let total = gradients.into_iter().flatten().reduce(|mut total, chunk| {
            total.add(chunk);
            total
        });
        let total = total.unwrap_or_else(|| forward.parameters.zeros_like());
        let gradients = Gradients(named_gradients(&self.config, &self.tensors, total));
        (merge(stats.iter().flatten()), gradients)
    }

    /// How chunks of this network are computed.
    fn schedule(&self, chunks: &[Vec<Row<'_>>], threads: usize) -> Schedule {
        let steps = |rows: &Vec<Row>| rows.iter().map(|row| row.example.len()).sum();
        let weights = self.tensors.iter().map(|(_, tensor)| tensor.data().len()).sum();
        Schedule::new(
            chunks.len(),
            chunks.iter().map(Vec::len).max().unwrap_or(0),
            chunks.iter().map(steps).max().unwrap_or(0),
            weights,
            threads,
        )
    }

    fn task(&self, examples: &[&Example], default_label: u32, dropout: Option<Dropout>) -> Task {
        for (i, example) in examples.iter().enumerate() {
            assert!(
                self.config.check_example(example).is_ok(),
                "example {i} does not fit the network"
            );
        }
        let steps: usize = examples.iter().map(|example| example.len()).sum();
        Task {
            default_label: default_label as usize,
            dropout: dropout.filter(Dropout::is_active),
            weight: 1.0 / steps.max(1) as f32,
            sparse: !self.config.residual_connections && examples.first().is_some_and(is_sparse),
        }
    }
}

/// Whether it pays to pass over the zeros of the inputs. The first sequence of a batch speaks for all: an encoding fills its inputs
/// evenly, and the results are the same either way.
fn is_sparse(example: &&Example) -> bool {
    let filled = example.inputs.iter().filter(|x| **x != 0.0).count();
    filled * 8 < example.inputs.len()
}

/// Chunks of a batch, each with the longest sequence first. Sequences are dealt out like cards, so that all chunks have about the
/// same work.
fn cut<'a>(examples: &[&'a Example]) -> Vec<Vec<Row<'a>>> {
    let mut rows: Vec<Row> =
        examples.iter().enumerate().map(|(index, example)| Row { index, example }).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.example.len()));
    let count = rows.len().div_ceil(CHUNK_ROWS).min(MOST_CHUNKS);
    (0..count).map(|chunk| rows.iter().skip(chunk).step_by(count).copied().collect()).collect()
}

fn merge<'a>(stats: impl Iterator<Item = &'a BatchStats>) -> BatchStats {
    stats.fold(BatchStats::default(), |mut total, stats| {
        total.merge(stats);
        total
    })
}

#[cfg(test)]
mod tests {
    use nn::rng::Rng;

    use super::super::{Attention, AttentionAround, NetworkConfig};
    use super::*;

    #[test]
    fn chunks_that_go_through_time_together_give_the_same_bits() {
        let mut rng = Rng::new(3);
        let mut examples: Vec<Example> =
            (0..37).map(|_| example(rng.below(45), &mut rng)).collect();
        examples[5] = Example::default();
        let batch: Vec<&Example> = examples.iter().collect();
        let attention = |around| Some(Attention { length: 6, around });
        for (attention, residual_connections) in [
            (None, false),
            (attention(AttentionAround::FirstLayer), false),
            (attention(AttentionAround::FirstLayer), true),
            (attention(AttentionAround::Stack), false),
        ] {
            let config = NetworkConfig {
                input_size: 9,
                num_classes: 7,
                layer_sizes: vec![20, 12],
                attention,
                residual_connections,
            };
            let network = Network::new(config, 1);
            let dropout = Some(Dropout { keep_prob: 0.5, seed: 1, update: 2 });
            let task = network.task(&batch, 3, dropout);
            let chunks = cut(&batch);
            assert_eq!(chunks.len(), 5);
            let with = |groups: Vec<std::ops::Range<usize>>| {
                let schedule = Schedule { groups, threads: 2 };
                network.scheduled_gradients(&task, &chunks, &schedule)
            };
            let alone = with((0..5).map(|i| i..i + 1).collect());
            assert!(with(std::iter::once(0..5).collect()) == alone);
            assert!(with(vec![0..2, 2..3, 3..5]) == alone);
        }
    }

    fn example(length: u64, rng: &mut Rng) -> Example {
        Example {
            inputs: (0..length * 9).map(|_| rng.below(3) as f32 - 1.0).collect(),
            labels: (0..length).map(|_| rng.below(7) as u32).collect(),
        }
    }

    #[test]
    fn sequences_are_dealt_out_by_length() {
        let examples: Vec<Example> = (0..40u32)
            .map(|i| Example { inputs: Vec::new(), labels: vec![0; (i * 7 % 40) as usize] })
            .collect();
        let chunks = cut(&examples.iter().collect::<Vec<_>>());
        assert_eq!(chunks.iter().map(Vec::len).collect::<Vec<_>>(), [8; 5]);
        for chunk in &chunks {
            assert!(chunk.is_sorted_by(|a, b| a.example.len() >= b.example.len()));
        }
        let large = vec![&examples[0]; 100];
        assert_eq!(cut(&large).iter().map(Vec::len).max(), Some(13));
        let mut indices: Vec<usize> = chunks.iter().flatten().map(|row| row.index).collect();
        indices.sort_unstable();
        assert_eq!(indices, (0..40).collect::<Vec<_>>());
        assert!(cut(&[]).is_empty());
    }
}
