//! Multinomial logistic regression with L2 regularisation.
//!
//! Minimises `sum_i v_i (-ln p_i) / sum_i v_i + lambda / 2 |W|^2` over the weights `W` `[K, D]` and the biases `[K]`, which are not
//! regularised, by L-BFGS (Nocedal & Wright, Numerical Optimization, ch. 7). `v_i` is the weight of a piece.

use std::collections::VecDeque;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::calibration::softmax;
use super::examples::Examples;
use super::scale::Scale;

/// Rows whose gradients are summed in one go: the sum does not depend on the number of threads.
const CHUNK: usize = 256;
/// Steps that L-BFGS remembers.
const MEMORY: usize = 10;
/// Most steps.
const STEPS: usize = 150;
/// A step that lowers the loss by less than this share is the last.
const ENOUGH: f64 = 1e-6;

/// A logistic regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    /// How features are standardised.
    pub scale: Scale,
    /// `[K][D]`: a weight for each class and feature.
    pub weights: Vec<Vec<f32>>,
    /// `[K]`.
    pub biases: Vec<f64>,
}

impl Logistic {
    /// Learns from the pieces `rows`, where those of class `c` weigh `class_weights[c]`.
    #[must_use]
    pub fn fit(examples: &Examples, rows: &[usize], class_weights: &[f64], lambda: f64) -> Self {
        let scale = Scale::of(examples, rows);
        let problem = Problem::new(examples, rows, class_weights, lambda, &scale);
        let parameters = minimise(&problem);
        let (width, classes) = (problem.width, problem.classes);
        let (biases, weights) = parameters.split_at(classes);
        let weights =
            weights.chunks(width.max(1)).map(|row| row.iter().map(|&w| w as f32).collect());
        Self { scale, weights: weights.collect(), biases: biases.to_vec() }
    }

    /// The probabilities of the classes.
    #[must_use]
    pub fn probabilities(&self, features: &[f32]) -> Vec<f64> {
        let scaled: Vec<f32> = self.scale.apply(features).collect();
        let rows = self.weights.iter().zip(&self.biases);
        softmax(rows.map(|(weights, bias)| bias + f64::from(dot(weights, &scaled))).collect())
    }
}

/// A sum of products, in eight sums so that processors can do them at once.
fn dot(one: &[f32], other: &[f32]) -> f32 {
    const LANES: usize = 8;
    let (ones, rest_one) = one.as_chunks::<LANES>();
    let (others, rest_other) = other.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (one, other) in ones.iter().zip(others) {
        for lane in 0..LANES {
            sums[lane] += one[lane] * other[lane];
        }
    }
    let rest: f32 = rest_one.iter().zip(rest_other).map(|(one, other)| one * other).sum();
    sums.iter().sum::<f32>() + rest
}

/// The function to be minimised.
struct Problem {
    /// Standardised features `[N, D]`.
    rows: Vec<f32>,
    labels: Vec<usize>,
    /// Weights of the pieces, which sum up to 1.
    weights: Vec<f64>,
    width: usize,
    classes: usize,
    lambda: f64,
}

impl Problem {
    fn new(
        examples: &Examples,
        rows: &[usize],
        class_weights: &[f64],
        lambda: f64,
        scale: &Scale,
    ) -> Self {
        let labels: Vec<usize> = rows.iter().map(|&row| examples.labels()[row]).collect();
        let total: f64 = labels.iter().map(|&label| class_weights[label]).sum();
        let mut table = Vec::with_capacity(rows.len() * examples.width());
        rows.iter().for_each(|&row| table.extend(scale.apply(examples.features(row))));
        Self {
            rows: table,
            weights: labels.iter().map(|&label| class_weights[label] / total).collect(),
            labels,
            width: examples.width(),
            classes: examples.classes().len(),
            lambda,
        }
    }

    /// Loss and gradient at `parameters`: biases first, then the weights of each class.
    fn evaluate(&self, parameters: &[f64]) -> (f64, Vec<f64>) {
        let single: Vec<f32> = parameters.iter().map(|&parameter| parameter as f32).collect();
        let (biases, weights) = single.split_at(self.classes);
        let pieces = self.labels.len();
        let chunks: Vec<(f64, Vec<f32>)> = (0..pieces.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let rows = chunk * CHUNK..((chunk + 1) * CHUNK).min(pieces);
                self.chunk(rows, biases, weights)
            })
            .collect();
        let mut loss = 0.0;
        let mut gradient = vec![0.0; parameters.len()];
        for (chunk_loss, chunk) in &chunks {
            loss += chunk_loss;
            gradient.iter_mut().zip(chunk).for_each(|(sum, &part)| *sum += f64::from(part));
        }
        for place in self.classes..parameters.len() {
            loss += self.lambda / 2.0 * parameters[place] * parameters[place];
            gradient[place] += self.lambda * parameters[place];
        }
        (loss, gradient)
    }

    fn chunk(
        &self,
        rows: std::ops::Range<usize>,
        biases: &[f32],
        weights: &[f32],
    ) -> (f64, Vec<f32>) {
        let mut loss = 0.0;
        let mut gradient = vec![0.0; biases.len() + weights.len()];
        for row in rows {
            let features = &self.rows[row * self.width..][..self.width];
            let score = |class: usize| {
                let weights = &weights[class * self.width..][..self.width];
                f64::from(biases[class] + dot(weights, features))
            };
            let p = softmax((0..self.classes).map(score).collect());
            let (label, weight) = (self.labels[row], self.weights[row]);
            loss -= weight * p[label].max(f64::MIN_POSITIVE).ln();
            for (class, p) in p.iter().enumerate() {
                let error = (weight * (p - f64::from(u8::from(class == label)))) as f32;
                gradient[class] += error;
                let place = self.classes + class * self.width;
                let sums = &mut gradient[place..place + self.width];
                sums.iter_mut().zip(features).for_each(|(sum, value)| *sum += error * value);
            }
        }
        (loss, gradient)
    }
}

/// The least point of a smooth convex function, from 0 on.
fn minimise(problem: &Problem) -> Vec<f64> {
    let mut point = vec![0.0; problem.classes * (problem.width + 1)];
    let (mut loss, mut gradient) = problem.evaluate(&point);
    let mut memory: VecDeque<Step> = VecDeque::with_capacity(MEMORY);
    for _ in 0..STEPS {
        let mut direction = descent(&gradient, &memory);
        let mut slope = product(&direction, &gradient);
        if slope >= 0.0 {
            memory.clear();
            direction = gradient.iter().map(|slope| -slope).collect();
            slope = product(&direction, &gradient);
        }
        let Some(next) = search(problem, &point, loss, &direction, slope) else { break };
        let (next_point, next_loss, next_gradient) = next;
        let moved: Vec<f64> = difference(&next_point, &point);
        let turned: Vec<f64> = difference(&next_gradient, &gradient);
        let curvature = product(&moved, &turned);
        if curvature > 1e-12 {
            if memory.len() == MEMORY {
                memory.pop_front();
            }
            memory.push_back(Step { moved, turned, curvature });
        }
        let gain = loss - next_loss;
        (point, loss, gradient) = (next_point, next_loss, next_gradient);
        if gain < ENOUGH * loss {
            break;
        }
    }
    point
}

/// A step that was taken: how far it went, and how it changed the gradient.
struct Step {
    moved: Vec<f64>,
    turned: Vec<f64>,
    /// The product of the two.
    curvature: f64,
}

/// Minus the gradient times an estimate of the inverse matrix of second derivatives (the two-loop recursion).
fn descent(gradient: &[f64], memory: &VecDeque<Step>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let mut shares = Vec::with_capacity(memory.len());
    for step in memory.iter().rev() {
        let share = product(&step.moved, &direction) / step.curvature;
        add(&mut direction, &step.turned, -share);
        shares.push(share);
    }
    if let Some(last) = memory.back() {
        let size = last.curvature / product(&last.turned, &last.turned);
        direction.iter_mut().for_each(|value| *value *= size);
    }
    for (step, share) in memory.iter().zip(shares.into_iter().rev()) {
        let back = product(&step.turned, &direction) / step.curvature;
        add(&mut direction, &step.moved, share - back);
    }
    direction
}

/// Goes along `direction` as far as the loss falls enough (Armijo's rule); none if it does not at all.
fn search(
    problem: &Problem,
    point: &[f64],
    loss: f64,
    direction: &[f64],
    slope: f64,
) -> Option<(Vec<f64>, f64, Vec<f64>)> {
    let mut length = 1.0;
    for _ in 0..20 {
        let mut next = point.to_vec();
        add(&mut next, direction, length);
        let (next_loss, gradient) = problem.evaluate(&next);
        if next_loss <= loss + 1e-4 * length * slope {
            return Some((next, next_loss, gradient));
        }
        length /= 2.0;
    }
    None
}

fn product(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn difference(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(one, other)| one - other).collect()
}

fn add(sums: &mut [f64], values: &[f64], factor: f64) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += factor * value);
}
