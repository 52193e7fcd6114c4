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
//! A key is computed once, when its output is made, and not once for each of the L steps that look at it. The same goes for the
//! exponential in the hyperbolic tangent, for that of a sum is a product:
//!
//! ```text
//! q_ju = 1 / (1 + e^(2 P_ju) e^(2 y_u))         tanh(P_ju + y_u) = 1 - 2 q_ju      1 - tanh^2 = 4 q_ju (1 - q_ju)
//! ```
//!
//! So keys and queries are kept as `e^(2P)` and `e^(2y)` ([`exponentials`]), a term costs a fused multiply-add and a quarter of a
//! division (four quotients from one, [`reciprocals`]), and the sum of v, which is the same for all j and which the softmax
//! would take out again, is left away: `s_j = -2 sum over u of v_u q_ju`. The tangent is exact to an absolute 1e-6.
//! Backward, from dattns:
//!
//! ```text
//! da_j = dattns . S_j          ds_j = a_j (da_j - sum over k of a_k da_k)      dS_j += a_j dattns
//! g_j = 4 ds_j v q (1 - q)     dP_j += g_j      dy = sum over j of g_j         dv += -2 sum over j of ds_j q
//! ```
//!
//! (The sum of all ds_j is zero.) q is computed again instead of being kept: L * U numbers for each step would take most of the memory.

use std::ops::Range;

use crate::ops::activation::exp;
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
    /// `e^(2P)` of the keys P, `[_, U]`.
    pub keys: &'a [f32],
    /// Outputs, `[_, U]`.
    pub history: &'a [f32],
    /// v, `[U]`.
    pub vector: &'a [f32],
}

/// `e^(2P)` of a key that is zero, as before the first step.
pub const ZERO_KEY: f32 = 1.0;

/// Keys and queries are taken as within -43 and 43, where their exponentials are normal numbers. In a network that learns they are below
/// ten: beyond this limit the tangent of their sum is 1 or -1 unless both are huge and cancel.
const LIMIT: f32 = 86.0;

/// From here on q is below 1e-9 and the tangent 1. Products of four denominators stay in range.
const LARGEST_DENOMINATOR: f32 = (1u32 << 30) as f32;

dispatched! {
    /// Replaces the given rows of `matrix [_, units]` by their `e^(2x)`.
    pub fn exponentials(matrix: &mut [f32], rows: &[usize], units: usize) {
        for row in rows {
            let row = &mut matrix[row * units..][..units];
            for_lanes!(units, |at, count| {
                let x = V::load_first(&row[at..], count);
                let x = (x + x).max(V::splat(-LIMIT)).min(V::splat(LIMIT));
                exp(x).store_first(&mut row[at..], count);
            });
        }
    }
}

/// The rows of a window in a matrix of `units` columns, four at a time: `offsets(j)` are those of j, j + 1, j + 2, j + 3. Beyond the
/// last row it is repeated.
struct Quads<'a> {
    window: &'a Window,
    units: usize,
}

impl Quads<'_> {
    #[inline(always)]
    fn len(&self) -> usize {
        self.window[0].len() + self.window[1].len()
    }

    /// Where the row of j begins.
    #[inline(always)]
    fn offset(&self, j: usize) -> usize {
        let j = j.min(self.len() - 1);
        let first = self.window[0].len();
        let row =
            if j < first { self.window[0].start + j } else { self.window[1].start + j - first };
        row * self.units
    }

    #[inline(always)]
    fn offsets(&self, j: usize) -> [usize; 4] {
        [self.offset(j), self.offset(j + 1), self.offset(j + 2), self.offset(j + 3)]
    }
}

/// The quotients `1 / d` of four vectors of numbers from 1 to 2^30, from one division.
#[inline(always)]
fn reciprocals<V: Lanes>(d: [V; 4]) -> [V; 4] {
    let (first, second) = (d[0] * d[1], d[2] * d[3]);
    let all = V::splat(1.0) / (first * second);
    let (first, second) = (all * second, all * first);
    [first * d[1], first * d[0], second * d[3], second * d[2]]
}

/// q of four keys.
#[inline(always)]
fn quotients<V: Lanes>(keys: [V; 4], query: V) -> [V; 4] {
    let (one, largest) = (V::splat(1.0), V::splat(LARGEST_DENOMINATOR));
    let mut d = [one; 4];
    unrolled!(4, |k| d[k] = keys[k].mul_add(query, one).min(largest));
    reciprocals(d)
}

/// Vectors of a row that are held in registers while the window goes by.
const GROUP: usize = 4;

dispatched! {
    /// One step forward: reads `query [_, U]`, which holds `e^(2y)`, writes the weights a to `weights [_, weights_stride(L)]` and
    /// attns to the last U columns of `states [_, width]`.
    pub fn forward(view: View<'_>, query: &[f32], weights: &mut [f32], states: &mut [f32], width: usize) {
        let units = view.vector.len();
        for (&row, window) in view.rows.iter().zip(view.windows) {
            let quads = Quads { window, units };
            let length = quads.len();
            let stride = weights_stride(length);
            let query = &query[row * units..][..units];
            let weights = &mut weights[row * stride..][..stride];
            for j in (0..length).step_by(4) {
                // What is written beyond the length is overwritten by the softmax.
                weights[j..][..4].copy_from_slice(&scores::<V>(view, quads.offsets(j), query));
            }
            softmax::<V>(weights, length);
            let attns = &mut states[(row + 1) * width - units..][..units];
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

/// s of four keys.
#[inline(always)]
fn scores<V: Lanes>(view: View<'_>, offsets: [usize; 4], query: &[f32]) -> [f32; 4] {
    let units = query.len();
    let mut rows: [&[f32]; 4] = [&[]; 4];
    unrolled!(4, |k| rows[k] = &view.keys[offsets[k]..][..units]);
    let (mut sums, mut keys) = ([V::zero(); 4], [V::zero(); 4]);
    for_lanes!(units, |at, count| {
        unrolled!(4, |k| keys[k] = V::load_first(&rows[k][at..], count));
        let q = quotients(keys, V::load_first(&query[at..], count));
        let v = V::load_first(&view.vector[at..], count);
        unrolled!(4, |k| sums[k] = v.mul_add(q[k], sums[k]));
    });
    V::sums(sums).map(|sum| -2.0 * sum)
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
    /// One step backward over a tape (no window wraps): dattns comes from the last U columns of `carry [_, width]`, whose rows are those
    /// of `view.rows` in order; the query, `e^(2y)`, becomes dy; `weights` are those of the forward pass.
    pub fn backward(
        view: View<'_>,
        query: &mut [f32],
        weights: &[f32],
        carry: &[f32],
        width: usize,
        gradients: Gradients<'_>,
    ) {
        let units = view.vector.len();
        let mut scores = Vec::new();
        let mut d_query = Vec::new();
        for (r, (&row, window)) in view.rows.iter().zip(view.windows).enumerate() {
            let seen = window[0].start * units..window[0].end * units;
            let stride = weights_stride(window[0].len());
            let weights = &weights[row * stride..][..stride];
            let dattns = &carry[(r + 1) * width - units..][..units];
            scores.resize(stride, 0.0);
            d_query.clear();
            d_query.resize(units, 0.0);
            score_gradients::<V>(&view.history[seen.clone()], dattns, weights, &mut scores);
            let query = &mut query[row * units..][..units];
            let mut row = RowBackward {
                vector: view.vector,
                query,
                dattns,
                d_query: &mut d_query,
                d_vector: &mut gradients.vectors[r * units..][..units],
            };
            for j in (0..seen.len() / units).step_by(4) {
                let count = (seen.len() / units - j).min(4);
                let rows = seen.start + j * units..seen.start + (j + count) * units;
                let memory = Memory {
                    keys: &view.keys[rows.clone()],
                    d_keys: &mut gradients.keys[rows.clone()],
                    d_history: &mut gradients.history[rows],
                };
                let (a, ds) = (&weights[j..][..count], &scores[j..][..count]);
                match count {
                    1 => row.go_back::<V, 1>(memory, a, ds),
                    2 => row.go_back::<V, 2>(memory, a, ds),
                    3 => row.go_back::<V, 3>(memory, a, ds),
                    _ => row.go_back::<V, 4>(memory, a, ds),
                }
            }
            query.copy_from_slice(&d_query);
        }
    }
}

/// A few rows of the memory, one after the other.
struct Memory<'a> {
    keys: &'a [f32],
    d_keys: &'a mut [f32],
    d_history: &'a mut [f32],
}

/// One row of a step on its way back.
struct RowBackward<'a> {
    vector: &'a [f32],
    query: &'a [f32],
    dattns: &'a [f32],
    d_query: &'a mut [f32],
    d_vector: &'a mut [f32],
}

impl RowBackward<'_> {
    /// Through `N <= 4` rows of the memory, with their weights a and ds.
    #[inline(always)]
    fn go_back<V: Lanes, const N: usize>(&mut self, memory: Memory<'_>, a: &[f32], ds: &[f32]) {
        let units = self.query.len();
        let mut weights = [[V::zero(); 3]; N];
        for (weights, (&a, &ds)) in weights.iter_mut().zip(a.iter().zip(ds)) {
            *weights = [V::splat(a), V::splat(4.0 * ds), V::splat(-2.0 * ds)];
        }
        for_lanes!(units, |at, count| {
            let mut keys = [V::zero(); 4];
            for (k, key) in keys.iter_mut().enumerate().take(N) {
                *key = V::load_first(&memory.keys[k * units + at..], count);
            }
            let q = quotients(keys, V::load_first(&self.query[at..], count));
            let v = V::load_first(&self.vector[at..], count);
            let dattns = V::load_first(&self.dattns[at..], count);
            let mut dy = V::load_first(&self.d_query[at..], count);
            let mut dv = V::load_first(&self.d_vector[at..], count);
            for (k, ([a, steep, twice], q)) in weights.into_iter().zip(q).enumerate() {
                let steep = steep * q;
                let rest = (V::zero() - v).mul_add(q, v);
                let d_key = &mut memory.d_keys[k * units + at..];
                steep.mul_add(rest, V::load_first(d_key, count)).store_first(d_key, count);
                dy = steep.mul_add(rest, dy);
                dv = twice.mul_add(q, dv);
                let d_output = &mut memory.d_history[k * units + at..];
                a.mul_add(dattns, V::load_first(d_output, count)).store_first(d_output, count);
            }
            dy.store_first(&mut self.d_query[at..], count);
            dv.store_first(&mut self.d_vector[at..], count);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use crate::simd::at_each_level;

    fn numbers(count: usize, limit: f32, seed: u64) -> Vec<f32> {
        let mut rng = Rng::new(seed);
        (0..count).map(|_| limit * (2.0 * rng.uniform_f64() as f32 - 1.0)).collect()
    }

    /// Weights and attns of one row, from keys and a query as they are.
    fn attend(
        keys: &[f32],
        query: &[f32],
        vector: &[f32],
        history: &[f32],
    ) -> (Vec<f32>, Vec<f32>) {
        let units = query.len();
        let length = keys.len() / units;
        let (mut keys, mut query) = (keys.to_vec(), query.to_vec());
        exponentials(&mut keys, &(0..length).collect::<Vec<_>>(), units);
        exponentials(&mut query, &[0], units);
        let mut weights = vec![0.0; weights_stride(length)];
        let mut states = vec![0.0; 3 * units];
        // A ring that wraps in the middle: its rows are those of the memory in order.
        let window = [0..length / 3, length / 3..length];
        let view = View { rows: &[0], windows: &[window], keys: &keys, history, vector };
        forward(view, &query, &mut weights, &mut states, 3 * units);
        (weights, states.split_off(2 * units))
    }

    #[test]
    fn weights_and_vector_equal_the_formula() {
        for (length, units) in [(1, 3), (6, 20), (40, 64), (43, 16)] {
            let (keys, query) = (numbers(length * units, 6.0, 1), numbers(units, 6.0, 2));
            let (vector, history) = (numbers(units, 1.0, 3), numbers(length * units, 2.0, 4));
            let score = |key: &[f32]| -> f64 {
                let terms = key.iter().zip(&query).zip(&vector);
                terms.map(|((k, y), v)| f64::from(*v) * f64::from(k + y).tanh()).sum()
            };
            let powers: Vec<f64> = keys.chunks(units).map(|key| score(key).exp()).collect();
            let total: f64 = powers.iter().sum();
            at_each_level(|_| {
                let (weights, attns) = attend(&keys, &query, &vector, &history);
                for (j, &a) in weights.iter().enumerate() {
                    let exact = powers.get(j).map_or(0.0, |power| power / total);
                    assert!((f64::from(a) - exact).abs() < 4e-6 * exact.max(1e-3));
                }
                for (u, &found) in attns.iter().enumerate() {
                    let terms = powers.iter().zip(history.chunks(units));
                    let exact: f64 = terms.map(|(p, s)| p / total * f64::from(s[u])).sum();
                    assert!((f64::from(found) - exact).abs() < 1e-5);
                }
            });
        }
    }

    #[test]
    fn huge_keys_saturate() {
        let (vector, history) = ([1.0, -1.0], [1.0, 0.0, 2.0, 0.0, 4.0, 0.0]);
        let (weights, attns) =
            attend(&[1e30, -1e30, -200.0, 200.0, 0.0, 0.0], &[0.0, 0.0], &vector, &history);
        // Scores 2, -2 and 0.
        let total = 1.0 + (-4.0f32).exp() + (-2.0f32).exp();
        let expected = [1.0 / total, (-4.0f32).exp() / total, (-2.0f32).exp() / total];
        assert!(weights.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6));
        let sum: f32 = expected.iter().zip([1.0, 2.0, 4.0]).map(|(a, s)| a * s).sum();
        assert!((attns[0] - sum).abs() < 1e-6 && attns[1] == 0.0);
        let (weights, _) = attend(&[f32::NAN; 6], &[0.0, 0.0], &vector, &history);
        assert!(weights[0].is_nan());
    }
}
