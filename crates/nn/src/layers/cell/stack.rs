//! A stack of LSTMs within attention, which advance together.
//!
//! Dropout is on what leaves each LSTM, within the stack (Magenta's graph of 2016: a `DropoutWrapper` around each cell of the
//! `MultiRNNCell`, and the attention around that): it reaches the LSTM above or the projection of the output, but neither the h that is
//! fed back, nor the query, nor what leaves the whole.

use super::backward::Index;
use super::forward::Places;
use super::lstm::{Lstm, TransposedLstm};
use super::{CellParameters, LstmParameters, StateRow};
use crate::buffer::Buffer;
use crate::layers::dropout;
use crate::ops::gemm::{Columns, Init, Layout, Packed, add_outer, product};
use crate::ops::rows;

/// Dropout within a stack.
#[derive(Debug, Clone, Copy)]
pub struct Masks<'a> {
    /// What to keep of each LSTM's outputs, `[N, U]`: 1 to keep, 0 to drop.
    pub lstms: &'a [Vec<u8>],
    /// What is kept is multiplied by this.
    pub scale: f32,
}

/// What a stack has beyond its first LSTM.
#[derive(Debug, Clone)]
pub(super) struct Stack {
    /// From attns to the gates of the first LSTM, `[U, 4U0]`.
    feedback: Packed,
    /// The other LSTMs, from the bottom.
    upper: Vec<Lstm>,
}

/// The transposes of its matrices, packed.
#[derive(Debug, Clone)]
pub(super) struct TransposedStack {
    feedback: Packed,
    upper: Vec<TransposedLstm>,
}

impl TransposedStack {
    pub(super) fn new(parameters: &CellParameters) -> Option<Self> {
        let (_, feedback) = parameters.split_recurrent();
        let width = parameters.lstm.bias.len();
        let lstm = |p: &LstmParameters| TransposedLstm::new(p, &p.recurrent, p.inputs());
        parameters.upper.as_ref().map(|upper| Self {
            feedback: Packed::transposed(feedback, feedback.len() / width, width),
            upper: upper.iter().map(lstm).collect(),
        })
    }
}

impl Stack {
    pub(super) fn new(parameters: &CellParameters, row: &StateRow) -> Option<Self> {
        let (_, feedback) = parameters.split_recurrent();
        let width = parameters.lstm.bias.len();
        let lstm = |(i, p): (usize, &LstmParameters)| {
            Lstm::new(p, &p.recurrent, p.inputs(), row.state_column(i + 1))
        };
        parameters.upper.as_ref().map(|upper| Self {
            feedback: Packed::new(feedback, feedback.len() / width, width),
            upper: upper.iter().enumerate().map(lstm).collect(),
        })
    }

    /// The LSTMs above the first.
    pub(super) fn upper(&self) -> &[Lstm] {
        &self.upper
    }

    /// One step, before the first LSTM: adds what attns say to its gates.
    pub(super) fn feed_back(
        &self,
        places: &Places,
        gates: &mut [f32],
        states: &[f32],
        row: &StateRow,
    ) {
        if let Some(previous) = places.previous() {
            let attns = Layout::rows(previous, row.width, row.width - row.units());
            let to = Layout::rows(&places.current, self.feedback.columns(), 0);
            let rows = places.current.len();
            product(rows, states, attns, &self.feedback, gates, to, Init::Keep);
        }
    }

    /// One step, after the first LSTM: the others, with their `gates`, one above the other.
    pub(super) fn advance(
        &self,
        places: &Places,
        gates: &mut [Buffer],
        states: &mut [f32],
        row: &StateRow,
        masks: Option<Masks<'_>>,
    ) {
        leave(0, places, states, row, masks);
        for (below, (lstm, gates)) in self.upper.iter().zip(gates).enumerate() {
            let entering = Layout::rows(&places.current, row.width, row.leaving_column(below));
            let to = Layout::rows(&places.current, 4 * lstm.units, 0);
            let bias = Init::Bias(&lstm.bias);
            product(places.current.len(), states, entering, &lstm.input, gates, to, bias);
            lstm.advance(places, gates, states, row.width);
            leave(below + 1, places, states, row, masks);
        }
    }

    /// One step back through the LSTMs above the first: turns their `gates` into dz and leaves the gradients of the first one's c and h
    /// in the carry.
    pub(super) fn retreat(
        &self,
        transposed: &TransposedStack,
        places: &Places,
        gates: &mut [Buffer],
        states: &[f32],
        carry: &mut [f32],
        row: &StateRow,
        masks: Option<Masks<'_>>,
    ) {
        let lstms = self.upper.iter().zip(&transposed.upper).zip(gates).enumerate();
        for (below, ((lstm, transposed), gates)) in lstms.rev() {
            return_to(below + 1, places, carry, row, masks);
            lstm.retreat(transposed, places, gates, states, None, carry, row.width);
            let dz = Layout::rows(&places.current, 4 * lstm.units, 0);
            let entering = Layout::dense(row.width).from_column(row.leaving_column(below));
            let rows = places.current.len();
            product(rows, gates, dz, &transposed.input, carry, entering, Init::Zero);
        }
        return_to(0, places, carry, row, masks);
    }

    /// One step back, after the first LSTM: the gradient of attns from its dz, the `gates`.
    pub(super) fn return_feedback(
        &self,
        transposed: &TransposedStack,
        places: &Places,
        gates: &[f32],
        carry: &mut [f32],
        row: &StateRow,
    ) {
        if places.previous().is_some() {
            let dz = Layout::rows(&places.current, self.feedback.columns(), 0);
            let attns = Layout::dense(row.width).from_column(row.width - row.units());
            let (rows, weights) = (places.current.len(), &transposed.feedback);
            product(rows, gates, dz, weights, carry, attns, Init::Zero);
        }
    }

    /// Adds the gradients of the upper LSTMs and of the feedback, for some steps of a part, from the dz of the first LSTM and of the others.
    pub(super) fn add_weight_gradients(
        &self,
        index: &Index,
        (first_dz, upper_dz): (&[f32], &[Buffer]),
        states: &[f32],
        row: &StateRow,
        gradients: &mut CellParameters,
    ) {
        let Index { rows, later, earlier, .. } = index;
        let feedback = gradients.feedback_mut();
        let attns = Layout::rows(earlier, row.width, row.width - row.units());
        let attns = Columns::new(states, attns, row.units());
        let width = self.feedback.columns();
        let dz = Columns::new(first_dz, Layout::rows(later, width, 0), width);
        add_outer(later.len(), attns, dz, feedback);
        let upper = self.upper.iter().zip(upper_dz).zip(gradients.upper.iter_mut().flatten());
        for (below, ((lstm, dz), gradients)) in upper.enumerate() {
            lstm.add_weight_gradients(index, dz, states, row.width, gradients);
            let entering = Layout::rows(rows, row.width, row.leaving_column(below));
            let entering = Columns::new(states, entering, row.lstms[below]);
            let dz = Columns::new(dz, Layout::rows(rows, 4 * lstm.units, 0), 4 * lstm.units);
            add_outer(rows.len(), entering, dz, &mut gradients.input);
        }
    }
}

/// Copies the h of an LSTM to where it leaves, through dropout.
fn leave(
    lstm: usize,
    places: &Places,
    states: &mut [f32],
    row: &StateRow,
    masks: Option<Masks<'_>>,
) {
    let (units, leaving) = (row.lstms[lstm], row.leaving_column(lstm));
    let h = row.state_column(lstm) + units;
    for &current in &places.current {
        let state = &mut states[current * row.width..][..row.width];
        state.copy_within(h..h + units, leaving);
        if let Some(masks) = masks {
            let mask = &masks.lstms[lstm][current * units..][..units];
            dropout::apply(&mut state[leaving..][..units], mask, masks.scale);
        }
    }
}

/// The way back: moves the gradient of what left an LSTM to that of its h, through dropout.
fn return_to(
    lstm: usize,
    places: &Places,
    carry: &mut [f32],
    row: &StateRow,
    masks: Option<Masks<'_>>,
) {
    let (units, leaving) = (row.lstms[lstm], row.leaving_column(lstm));
    let h = row.state_column(lstm) + units;
    for (carry, &current) in carry.chunks_exact_mut(row.width).zip(&places.current) {
        let (states, left) = carry.split_at_mut(leaving);
        let left = &mut left[..units];
        if let Some(masks) = masks {
            let mask = &masks.lstms[lstm][current * units..][..units];
            dropout::apply(left, mask, masks.scale);
        }
        rows::add(&mut states[h..h + units], left);
        left.fill(0.0);
    }
}
