//! Stochastic beam search: branches draw their events, and now and then the likeliest are kept and multiplied.
//!
//! All branches of all outputs are rows of one batch: output `o` owns the rows from `o * branches` on. The primer is
//! read once; every further step is one call of the network.

use music::MelodyEvent;

use super::{GenerateOptions, Softmax};
use crate::encoding::Encoder;
use crate::network::State;
use crate::{Model, Result};

/// One branch.
#[derive(Clone, Debug)]
struct Row {
    /// The primer and what was drawn, in the model's range.
    events: Vec<MelodyEvent>,
    encoder: Encoder,
    log_likelihood: f64,
    /// What it is the sum of.
    log_probabilities: Vec<f32>,
}

/// The best branch of an output.
pub(super) struct Found {
    pub(super) events: Vec<MelodyEvent>,
    pub(super) log_likelihood: f64,
    pub(super) log_probabilities: Vec<f32>,
}

/// The branches of all outputs.
pub(super) struct Beams<'a> {
    model: &'a Model,
    beam_size: usize,
    branch_factor: usize,
    temperature: f32,
    rows: Vec<Row>,
    /// Rows of one output: `beam_size * branch_factor`.
    branches: usize,
    state: State,
    /// Takes the selected rows of `state`, whose place it takes then.
    other_state: State,
    /// What the rows show to the network next, `[rows, input_size]`.
    inputs: Vec<f32>,
    /// What it answered, `[rows, num_classes]`.
    logits: Vec<f32>,
    /// Whether `logits` answer `inputs`: so it is after the primer.
    answered: bool,
    softmax: Softmax,
}

impl<'a> Beams<'a> {
    /// Reads the primer, which is not empty, and multiplies it into the rows of so many outputs.
    pub(super) fn new(
        model: &'a Model,
        primer: &[MelodyEvent],
        options: &GenerateOptions,
        outputs: usize,
    ) -> Result<Self> {
        let encoding = model.config.encoding;
        let branches = options.branches();
        let row = Row {
            events: Vec::new(),
            encoder: Encoder::new(encoding),
            log_likelihood: 0.0,
            log_probabilities: Vec::new(),
        };
        let mut beams = Self {
            model,
            beam_size: options.beam_size,
            branch_factor: options.branch_factor,
            temperature: options.temperature as f32,
            rows: vec![row],
            branches,
            state: model.network.zero_state(1),
            other_state: State::default(),
            inputs: vec![0.0; encoding.input_size()],
            logits: vec![0.0; encoding.num_classes()],
            answered: false,
            softmax: Softmax::default(),
        };
        beams.read(primer)?;
        beams.select(&vec![0; outputs * branches]);
        Ok(beams)
    }

    /// Lets the only row read the primer; its log-likelihood is that of all events but the first.
    fn read(&mut self, primer: &[MelodyEvent]) -> Result<()> {
        let row = &mut self.rows[0];
        for event in primer {
            if self.answered {
                self.softmax.set(&self.logits, self.temperature)?;
                let label = row.encoder.label_of(*event)?;
                row.count(self.softmax.log_probability(label as usize));
            }
            row.push(*event, &mut self.inputs)?;
            self.model.network.step(&self.inputs, &mut self.state, &mut self.logits);
            self.answered = true;
        }
        Ok(())
    }

    /// Appends one event to every row, with draws from the stream of the row's output.
    pub(super) fn step(&mut self, draws: &mut [impl FnMut() -> f64]) -> Result<()> {
        if !self.answered {
            self.model.network.step(&self.inputs, &mut self.state, &mut self.logits);
        }
        self.answered = false;
        let encoding = self.model.config.encoding;
        let logits = self.logits.chunks_exact(encoding.num_classes());
        let inputs = self.inputs.chunks_exact_mut(encoding.input_size());
        for (index, ((row, logits), inputs)) in
            self.rows.iter_mut().zip(logits).zip(inputs).enumerate()
        {
            self.softmax.set(logits, self.temperature)?;
            let class = self.softmax.choose(draws[index / self.branches]());
            row.count(self.softmax.log_probability(class));
            row.push(row.encoder.event_for(class as u32)?, inputs)?;
        }
        Ok(())
    }

    /// Keeps the likeliest rows of each output and branches each of them.
    ///
    /// Copies are laid out as Magenta lays them out, all kept rows and then all of them again, because the order decides
    /// which row gets which draw.
    pub(super) fn prune_and_branch(&mut self) {
        let mut picks = Vec::with_capacity(self.rows.len());
        for output in 0..self.rows.len() / self.branches {
            let mut kept = self.ranked(output);
            kept.truncate(self.beam_size);
            picks.extend(kept.repeat(self.branch_factor));
        }
        self.select(&picks);
        // Magenta's melodies drop note-offs before the first note whenever they are copied, so here as well.
        if self.branch_factor > 1 {
            self.rows.iter_mut().for_each(Row::silence_leading_note_offs);
        }
    }

    /// The likeliest row of each output.
    pub(super) fn best(mut self) -> Vec<Found> {
        let outputs = self.rows.len() / self.branches;
        let best: Vec<usize> = (0..outputs).map(|output| self.ranked(output)[0]).collect();
        let found = |index: usize| {
            let row = &mut self.rows[index];
            Found {
                events: std::mem::take(&mut row.events),
                log_likelihood: row.log_likelihood,
                log_probabilities: std::mem::take(&mut row.log_probabilities),
            }
        };
        best.into_iter().map(found).collect()
    }

    /// Rows of an output from the likeliest down; of equals the earlier goes first.
    fn ranked(&self, output: usize) -> Vec<usize> {
        let first = output * self.branches;
        let mut ranked: Vec<usize> = (first..first + self.branches).collect();
        ranked
            .sort_by(|a, b| self.rows[*b].log_likelihood.total_cmp(&self.rows[*a].log_likelihood));
        ranked
    }

    /// Makes the rows those at `picks`, which may repeat.
    fn select(&mut self, picks: &[usize]) {
        if picks.iter().copied().eq(0..self.rows.len()) {
            return;
        }
        let rows = self.rows.len();
        let gathered = |values: &[f32]| -> Vec<f32> {
            let size = values.len() / rows;
            picks.iter().flat_map(|pick| &values[pick * size..][..size]).copied().collect()
        };
        self.inputs = gathered(&self.inputs);
        self.logits = gathered(&self.logits);
        self.rows = picks.iter().map(|pick| self.rows[*pick].clone()).collect();
        self.state.select_into(picks, &mut self.other_state);
        std::mem::swap(&mut self.state, &mut self.other_state);
    }
}

impl Row {
    /// Takes in how likely its next event is.
    fn count(&mut self, log_probability: f64) {
        self.log_likelihood += log_probability;
        self.log_probabilities.push(log_probability as f32);
    }

    /// Appends an event and writes what the network shall see of it.
    fn push(&mut self, event: MelodyEvent, inputs: &mut [f32]) -> Result<()> {
        self.encoder.push(event)?;
        self.events.push(event);
        self.encoder.write_inputs(inputs)
    }

    /// Makes note-offs before the first note "no event": they end nothing.
    fn silence_leading_note_offs(&mut self) {
        let leading = self.events.iter().take_while(|event| event.pitch().is_none()).count();
        self.events[..leading].fill(MelodyEvent::NoEvent);
        self.encoder.silence_first(leading);
    }
}
