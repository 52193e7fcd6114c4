//! The gates of an LSTM cell, forward and backward.
//!
//! Hochreiter and Schmidhuber, "Long short-term memory", 1997, with the forget gate of Gers et al., 2000, in the form
//! and order of TensorFlow's `BasicLSTMCell`. From the pre-activations `z = [zi | zj | zf | zo]` of a step:
//!
//! ```text
//! i = sigmoid(zi)   j = tanh(zj)   f = sigmoid(zf)   o = sigmoid(zo)
//! c = f * c_prev + i * j
//! h = o * tanh(c)
//! ```
//!
//! The forget bias of 1 is part of the bias that went into `zf`. Backward, from dh and dc (gradients with respect to h and c):
//!
//! ```text
//! dc += dh * o * (1 - tanh(c)^2)        do = dh * tanh(c)
//! dzi = dc * j * i (1 - i)              dzj = dc * i * (1 - j^2)
//! dzf = dc * c_prev * f (1 - f)         dzo = do * o (1 - o)
//! dc_prev = dc * f
//! ```

use crate::ops::activation::{sigmoid, tanh};
use crate::simd::{dispatched, for_lanes, prefetch};

/// Added to the forget gate's pre-activation, so that a new network remembers.
pub const FORGET_BIAS: f32 = 1.0;

dispatched! {
    /// One step forward for the rows `current`: `gates [_, 4U]` holds z and becomes `i | j | f | o`; `states [_, width]` gets
    /// c in columns 0..U and h in U..2U of the current rows; c_prev is read from the rows `previous` (zero if there are none).
    pub fn forward(
        units: usize,
        current: &[usize],
        previous: Option<&[usize]>,
        gates: &mut [f32],
        states: &mut [f32],
        width: usize,
    ) {
        for (row, &current) in current.iter().enumerate() {
            prefetch(states, (current + 1) * width, 2 * units);
            let gates = &mut gates[current * 4 * units..][..4 * units];
            for_lanes!(units, |at, count| {
                let i = sigmoid(V::load_first(&gates[at..], count));
                let j = tanh(V::load_first(&gates[units + at..], count));
                let f = sigmoid(V::load_first(&gates[2 * units + at..], count));
                let o = sigmoid(V::load_first(&gates[3 * units + at..], count));
                i.store_first(&mut gates[at..], count);
                j.store_first(&mut gates[units + at..], count);
                f.store_first(&mut gates[2 * units + at..], count);
                o.store_first(&mut gates[3 * units + at..], count);
                let c_prev = match previous {
                    Some(previous) => V::load_first(&states[previous[row] * width + at..], count),
                    None => V::zero(),
                };
                let c = f.mul_add(c_prev, i * j);
                c.store_first(&mut states[current * width + at..], count);
                (o * tanh(c)).store_first(&mut states[current * width + units + at..], count);
            });
        }
    }
}

dispatched! {
    /// One step backward for the rows `current`: `gates` holds `i | j | f | o` and becomes dz; `carry [rows, width]` holds dc
    /// in columns 0..U and dh in U..2U, one row for each of `current`, and its dc becomes dc_prev. The current rows of
    /// `d_outputs [_, U]`, if given, are added to dh.
    pub fn backward(
        units: usize,
        current: &[usize],
        previous: Option<&[usize]>,
        gates: &mut [f32],
        states: &[f32],
        d_outputs: Option<&[f32]>,
        carry: &mut [f32],
        width: usize,
    ) {
        let one = V::splat(1.0);
        for (row, &current) in current.iter().enumerate() {
            if previous.is_some() {
                prefetch(gates, (current - 1) * 4 * units, 4 * units);
                prefetch(states, current.saturating_sub(2) * width, units);
            }
            let gates = &mut gates[current * 4 * units..][..4 * units];
            let carry = &mut carry[row * width..][..2 * units];
            for_lanes!(units, |at, count| {
                let i = V::load_first(&gates[at..], count);
                let j = V::load_first(&gates[units + at..], count);
                let f = V::load_first(&gates[2 * units + at..], count);
                let o = V::load_first(&gates[3 * units + at..], count);
                let tanh_c = tanh(V::load_first(&states[current * width + at..], count));
                let c_prev = match previous {
                    Some(previous) => V::load_first(&states[previous[row] * width + at..], count),
                    None => V::zero(),
                };
                let mut dh = V::load_first(&carry[units + at..], count);
                if let Some(d_outputs) = d_outputs {
                    dh = dh + V::load_first(&d_outputs[current * units + at..], count);
                }
                let dc = V::load_first(&carry[at..], count);
                let dc = (dh * o).mul_add(one - tanh_c * tanh_c, dc);
                (dc * j * i * (one - i)).store_first(&mut gates[at..], count);
                (dc * i * (one - j * j)).store_first(&mut gates[units + at..], count);
                (dc * c_prev * f * (one - f)).store_first(&mut gates[2 * units + at..], count);
                (dh * tanh_c * o * (one - o)).store_first(&mut gates[3 * units + at..], count);
                (dc * f).store_first(&mut carry[at..], count);
            });
        }
    }
}
