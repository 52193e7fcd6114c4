//! Attention over the last L outputs of a cell.
//!
//! Vinyals et al., "Grammar as a foreign language", 2015, in the form of Magenta's attention cell. For one step of one
//! sequence, with the query `y [U]`, the previous outputs `S_1 .. S_L` (zero before the first step; they take part
//! all the same) and their keys `P_j = S_j W`:
//!
//! ```text
//! s_j = sum over u of v_u tanh(P_ju + y_u)      a = softmax(s)      attns = sum over j of a_j S_j
//! ```
//!
//! A key is computed once, when its output is made, and not once for each of the L steps that look at it.
//! Backward, from dattns:
//!
//! ```text
//! da_j = dattns . S_j          ds_j = a_j (da_j - sum over k of a_k da_k)      dS_j += a_j dattns
//! g_j = ds_j v (1 - tanh^2)    dP_j += g_j      dy = sum over j of g_j         dv += sum over j of ds_j tanh
//! ```
//!
//! tanh is computed again instead of being kept: keeping L * U numbers for each step would take most of the memory.

use std::ops::Range;

use crate::ops::activation::{exp, tanh};
use crate::simd::{LANES, Lanes, add_scaled, dispatched, for_lanes, unrolled};

/// Rows of the memory that a step looks at, from the oldest: the second range continues the first where a ring wraps.
pub type Window = [Range<usize>; 2];

/// Numbers from one row of attention weights to the next: L rounded up to whole vectors. What is beyond L is zero.
pub fn weights_stride(length: usize) -> usize {
    length.next_multiple_of(LANES)
}

/// What a step looks at: one window for each of `rows`.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Rows of the step in query, weights and states.
    pub rows: &'a [usize],
    /// Rows of the memory, one window for each of `rows`.
    pub windows: &'a [Window],
    /// Keys, `[_, U]`.
    pub keys: &'a [f32],
    /// Outputs, `[_, U]`.
    pub history: &'a [f32],
    /// v, `[U]`.
    pub vector: &'a [f32],
}

/// Vectors of a row that are held in registers while the window goes by.
const GROUP: usize = 4;

dispatched! {
    /// One step forward: reads `query [_, U]`, writes the weights a to `weights [_, weights_stride(L)]` and attns to
    /// columns 2U..3U of `states [_, 3U]`.
    pub fn forward(view: View<'_>, query: &[f32], weights: &mut [f32], states: &mut [f32]) {
        let units = view.vector.len();
        for (&row, window) in view.rows.iter().zip(view.windows) {
            let stride = weights_stride(window[0].len() + window[1].len());
            let query = &query[row * units..][..units];
            let weights = &mut weights[row * stride..][..stride];
            let mut length = 0;
            for range in window {
                for key in view.keys[range.start * units..range.end * units].chunks_exact(units) {
                    weights[length] = score::<V>(key, query, view.vector);
                    length += 1;
                }
            }
            softmax::<V>(weights, length);
            let attns = &mut states[(3 * row + 2) * units..][..units];
            let mut at = 0;
            while at + GROUP * LANES <= units {
                blend::<V, GROUP>(view, window, weights, attns, at, LANES);
                at += GROUP * LANES;
            }
            for_lanes!(units - at, |rest, count| {
                blend::<V, 1>(view, window, weights, attns, at + rest, count);
            });
        }
    }
}

/// Columns `at..` of attns, `N` vectors.
#[inline(always)]
fn blend<V: Lanes, const N: usize>(
    view: View<'_>,
    window: &Window,
    weights: &[f32],
    attns: &mut [f32],
    at: usize,
    count: usize,
) {
    let units = view.vector.len();
    let mut sums = [V::zero(); N];
    let mut weights = weights.iter();
    for range in window {
        let outputs = view.history[range.start * units..range.end * units].chunks_exact(units);
        for (output, &a) in outputs.zip(weights.by_ref()) {
            let mut vectors = [V::zero(); N];
            unrolled!(N, |v| vectors[v] = V::load_first(&output[at + v * LANES..], count));
            add_scaled(&mut sums, a, &vectors);
        }
    }
    unrolled!(N, |v| sums[v].store_first(&mut attns[at + v * LANES..], count));
}

#[inline(always)]
fn score<V: Lanes>(key: &[f32], query: &[f32], vector: &[f32]) -> f32 {
    let mut sum = V::zero();
    for_lanes!(vector.len(), |at, count| {
        let x = tanh(V::load_first(&key[at..], count) + V::load_first(&query[at..], count));
        sum = V::load_first(&vector[at..], count).mul_add(x, sum);
    });
    sum.sum()
}

/// Softmax over the first `length` numbers of whole vectors; the rest becomes zero.
#[inline(always)]
fn softmax<V: Lanes>(weights: &mut [f32], length: usize) {
    weights[length..].fill(f32::NEG_INFINITY);
    let (vectors, _) = weights.as_chunks_mut::<LANES>();
    let largest = vectors.iter().fold(V::splat(f32::NEG_INFINITY), |m, v| m.max(V::from_array(v)));
    let largest = V::splat(
        largest.to_array().iter().fold(f32::NEG_INFINITY, |m, &x| if x > m { x } else { m }),
    );
    let mut sum = V::zero();
    for vector in vectors.iter_mut() {
        let e = exp(V::from_array(vector) - largest);
        sum = sum + e;
        *vector = e.to_array();
    }
    let total = V::splat(sum.sum());
    for vector in vectors {
        *vector = (V::from_array(vector) / total).to_array();
    }
}

/// Sums that a step adds to: gradients of the memory, laid out as it is, and of v.
#[derive(Debug)]
pub struct Gradients<'a> {
    /// Of the keys.
    pub keys: &'a mut [f32],
    /// Of the outputs.
    pub history: &'a mut [f32],
    /// Of v, for each row of the step by itself: `[rows, U]`.
    pub vectors: &'a mut [f32],
}

dispatched! {
    /// One step backward over a tape (no window wraps): dattns comes from columns 2U..3U of `carry [_, 3U]`, whose rows are those of
    /// `view.rows` in order; the query becomes dy; `weights` are those of the forward pass.
    pub fn backward(view: View<'_>, query: &mut [f32], weights: &[f32], carry: &[f32], gradients: Gradients<'_>) {
        let units = view.vector.len();
        let mut scores = Vec::new();
        for (r, (&row, window)) in view.rows.iter().zip(view.windows).enumerate() {
            let window = window[0].start * units..window[0].end * units;
            let stride = weights_stride(window.len() / units);
            let weights = &weights[row * stride..][..stride];
            let dattns = &carry[(3 * r + 2) * units..][..units];
            scores.resize(stride, 0.0);
            score_gradients::<V>(&view.history[window.clone()], dattns, weights, &mut scores);
            let mut row = RowBackward {
                vector: view.vector,
                keys: &view.keys[window.clone()],
                weights,
                scores: &scores,
                dattns,
                query: &mut query[row * units..][..units],
                d_keys: &mut gradients.keys[window.clone()],
                d_history: &mut gradients.history[window],
                d_vector: &mut gradients.vectors[r * units..][..units],
            };
            let mut at = 0;
            while at + GROUP * LANES <= units {
                row.columns::<V, GROUP>(at, LANES);
                at += GROUP * LANES;
            }
            for_lanes!(units - at, |rest, count| {
                row.columns::<V, 1>(at + rest, count);
            });
        }
    }
}

/// One row of a step on its way back; the arrays are those of its window.
struct RowBackward<'a> {
    vector: &'a [f32],
    keys: &'a [f32],
    weights: &'a [f32],
    /// ds.
    scores: &'a [f32],
    dattns: &'a [f32],
    query: &'a mut [f32],
    d_keys: &'a mut [f32],
    d_history: &'a mut [f32],
    d_vector: &'a mut [f32],
}

impl RowBackward<'_> {
    /// Columns `at..`, `N` vectors.
    #[inline(always)]
    fn columns<V: Lanes, const N: usize>(&mut self, at: usize, count: usize) {
        let units = self.vector.len();
        let place = |v: usize| at + v * LANES;
        let (mut y, mut v, mut d) = ([V::zero(); N], [V::zero(); N], [V::zero(); N]);
        let (mut dy, mut dv) = ([V::zero(); N], [V::zero(); N]);
        unrolled!(N, |i| {
            y[i] = V::load_first(&self.query[place(i)..], count);
            v[i] = V::load_first(&self.vector[place(i)..], count);
            d[i] = V::load_first(&self.dattns[place(i)..], count);
            dv[i] = V::load_first(&self.d_vector[place(i)..], count);
        });
        let keys = self.keys.chunks_exact(units).zip(self.d_keys.chunks_exact_mut(units));
        let outputs =
            self.d_history.chunks_exact_mut(units).zip(self.weights.iter().zip(self.scores));
        for ((key, d_key), (d_output, (&a, &ds))) in keys.zip(outputs) {
            let (a, ds) = (V::splat(a), V::splat(ds));
            unrolled!(N, |i| {
                let x = tanh(V::load_first(&key[place(i)..], count) + y[i]);
                let g = ds * v[i] * (V::splat(1.0) - x * x);
                dy[i] = dy[i] + g;
                dv[i] = ds.mul_add(x, dv[i]);
                (V::load_first(&d_key[place(i)..], count) + g)
                    .store_first(&mut d_key[place(i)..], count);
                let d_old = V::load_first(&d_output[place(i)..], count);
                a.mul_add(d[i], d_old).store_first(&mut d_output[place(i)..], count);
            });
        }
        unrolled!(N, |i| {
            dy[i].store_first(&mut self.query[place(i)..], count);
            dv[i].store_first(&mut self.d_vector[place(i)..], count);
        });
    }
}

/// ds for each output of the window; zero beyond.
#[inline(always)]
fn score_gradients<V: Lanes>(history: &[f32], dattns: &[f32], weights: &[f32], scores: &mut [f32]) {
    scores.fill(0.0);
    for (score, output) in scores.iter_mut().zip(history.chunks_exact(dattns.len())) {
        let mut sum = V::zero();
        for_lanes!(dattns.len(), |at, count| {
            sum = V::load_first(&dattns[at..], count)
                .mul_add(V::load_first(&output[at..], count), sum);
        });
        *score = sum.sum();
    }
    let (scores, _) = scores.as_chunks_mut::<LANES>();
    let (weights, _) = weights.as_chunks::<LANES>();
    let mut mean = V::zero();
    for (da, a) in scores.iter().zip(weights) {
        mean = V::from_array(a).mul_add(V::from_array(da), mean);
    }
    let mean = V::splat(mean.sum());
    for (da, a) in scores.iter_mut().zip(weights) {
        *da = (V::from_array(a) * (V::from_array(da) - mean)).to_array();
    }
}
