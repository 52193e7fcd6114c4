//! Gradient-boosted trees for several classes.
//!
//! In each round every class gets a small tree that lowers the log-loss of the softmax of the scores, by the second-order gain of
//! XGBoost (Chen & Guestrin 2016) on features cut into bins. A tree grows where it gains most and looks at a random part of the
//! features, drawn for the tree from the seed, the round and the class: so the result does not depend on threads.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::bins::{Binned, Cuts, MAX_BINS};
use super::calibration::softmax;
use super::examples::Examples;

/// How trees are grown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// Rounds, each of which gives a tree for every class.
    pub rounds: usize,
    /// Leaves of a tree.
    pub leaves: usize,
    /// Share of a tree's advice that is taken.
    pub rate: f64,
    /// Share of the features that a tree looks at.
    pub features: f64,
    /// Least sum of piece weights in a leaf.
    pub least: f64,
    /// L2 regularisation of a leaf's score.
    pub lambda: f64,
}

impl Default for Growth {
    /// What cross-validation on Clean MIDI chose.
    fn default() -> Self {
        Self { rounds: 150, leaves: 8, rate: 0.05, features: 0.15, least: 10.0, lambda: 5.0 }
    }
}

/// A place in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Node {
    /// Asks whether a feature is at most so much.
    Fork {
        /// The feature.
        feature: u32,
        /// The greatest value that goes to the first branch.
        most: f32,
        /// Where to go on if it is at most that, and if not: two later places of the tree.
        branches: [u32; 2],
    },
    /// Adds to the score of the class.
    Leaf {
        /// How much.
        score: f64,
    },
}

/// A tree: its first node is the root.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree(
    /// Its nodes; branches lead to later ones alone.
    pub Vec<Node>,
);

impl Tree {
    /// What the tree adds to the score of its class.
    #[must_use]
    pub fn score(&self, features: &[f32]) -> f64 {
        let mut place = 0;
        loop {
            match self.0.get(place) {
                Some(&Node::Fork { feature, most, branches }) => {
                    let value = features.get(feature as usize).copied().unwrap_or_default();
                    place = branches[usize::from(value > most)] as usize;
                }
                Some(&Node::Leaf { score }) => return score,
                None => return 0.0,
            }
        }
    }
}

/// Boosted trees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Boosted {
    /// Scores before any tree, one a class.
    pub biases: Vec<f64>,
    /// `[rounds][K]`.
    pub trees: Vec<Vec<Tree>>,
}

impl Boosted {
    /// Learns from the pieces `rows`, where those of class `c` weigh `class_weights[c]`.
    #[must_use]
    pub fn fit(
        examples: &Examples,
        rows: &[usize],
        class_weights: &[f64],
        growth: &Growth,
        seed: u64,
    ) -> Self {
        let classes = examples.classes().len();
        let cuts = Cuts::of(examples, rows);
        let binned = Binned::new(examples, rows, &cuts);
        let labels: Vec<usize> = rows.iter().map(|&row| examples.labels()[row]).collect();
        let weights: Vec<f64> = labels.iter().map(|&label| class_weights[label]).collect();
        let mut prior = vec![1e-3; classes];
        labels.iter().zip(&weights).for_each(|(&label, weight)| prior[label] += weight);
        let total: f64 = prior.iter().sum();
        let biases: Vec<f64> = prior.iter().map(|prior| (prior / total).ln()).collect();
        let mut scores = vec![biases.clone(); rows.len()];
        let mut trees = Vec::with_capacity(growth.rounds);
        for round in 0..growth.rounds {
            let p: Vec<Vec<f64>> = scores.par_iter().map(|row| softmax(row.clone())).collect();
            let grow = |class: usize| {
                let slopes = p.iter().zip(&labels).zip(&weights).map(|((p, &label), &weight)| {
                    let p = p[class];
                    let slope = weight * (p - f64::from(u8::from(class == label)));
                    Slope { first: slope as f32, second: (weight * p * (1.0 - p)) as f32 }
                });
                let mut random = ChaCha8Rng::seed_from_u64(seed);
                random.set_stream((round * classes + class) as u64);
                let looked_at = choose(examples.width(), growth.features, &mut random);
                let grower = Grower {
                    binned: &binned,
                    cuts: &cuts,
                    slopes: slopes.collect(),
                    weights: &weights,
                    features: &looked_at,
                    growth,
                };
                grower.grow()
            };
            let grown: Vec<(Tree, Vec<f64>)> = (0..classes).into_par_iter().map(grow).collect();
            for (class, (_, gains)) in grown.iter().enumerate() {
                scores.iter_mut().zip(gains).for_each(|(row, gain)| row[class] += gain);
            }
            trees.push(grown.into_iter().map(|(tree, _)| tree).collect());
        }
        Self { biases, trees }
    }

    /// The probabilities of the classes.
    #[must_use]
    pub fn probabilities(&self, features: &[f32]) -> Vec<f64> {
        let mut scores = self.biases.clone();
        for round in &self.trees {
            let trees = scores.iter_mut().zip(round);
            trees.for_each(|(score, tree)| *score += tree.score(features));
        }
        softmax(scores)
    }
}

/// A share of the numbers below `width`, at least one, in order.
fn choose(width: usize, share: f64, random: &mut ChaCha8Rng) -> Vec<usize> {
    let mut all: Vec<usize> = (0..width).collect();
    let count = ((width as f64 * share).ceil() as usize).clamp(width.min(1), width);
    for place in 0..count {
        let other = place + (random.next_u64() % (width - place) as u64) as usize;
        all.swap(place, other);
    }
    all.truncate(count);
    all.sort_unstable();
    all
}

/// First and second derivative of the loss of a piece over the score of a class, and their sums.
#[derive(Clone, Copy, Debug, Default)]
struct Slope {
    first: f32,
    second: f32,
}

/// Sums over a bin or a node.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    first: f64,
    second: f64,
    weight: f64,
}

impl Sum {
    fn add(&mut self, slope: Slope, weight: f64) {
        self.first += f64::from(slope.first);
        self.second += f64::from(slope.second);
        self.weight += weight;
    }

    fn with(self, other: Self) -> Self {
        Self {
            first: self.first + other.first,
            second: self.second + other.second,
            weight: self.weight + other.weight,
        }
    }

    fn without(self, other: Self) -> Self {
        self.with(Self { first: -other.first, second: -other.second, weight: -other.weight })
    }

    /// Twice what the best score for all of it lowers the loss by.
    fn gain(self, lambda: f64) -> f64 {
        self.first * self.first / (self.second.max(0.0) + lambda)
    }
}

/// The best question for the pieces of a node.
#[derive(Clone, Copy, Debug)]
struct Question {
    gain: f64,
    feature: usize,
    /// The last bin of the first branch.
    bin: u8,
}

/// A leaf that may still become a fork.
struct Open {
    place: usize,
    rows: Vec<u32>,
    sum: Sum,
    question: Option<Question>,
}

/// Grows one tree.
struct Grower<'a> {
    binned: &'a Binned,
    cuts: &'a Cuts,
    slopes: Vec<Slope>,
    weights: &'a [f64],
    features: &'a [usize],
    growth: &'a Growth,
}

impl Grower<'_> {
    /// The tree, and what it adds to the score of each piece.
    fn grow(&self) -> (Tree, Vec<f64>) {
        let mut nodes = vec![Node::Leaf { score: 0.0 }];
        let mut open = vec![self.open(0, (0..self.slopes.len() as u32).collect())];
        while open.len() < self.growth.leaves.max(1) {
            let asked = open
                .iter()
                .enumerate()
                .filter_map(|(index, leaf)| leaf.question.map(|question| (index, question)));
            // The first of equals.
            let best =
                asked.reduce(|best, next| if next.1.gain > best.1.gain { next } else { best });
            let Some((index, question)) = best else { break };
            let leaf = open.swap_remove(index);
            let (first, second): (Vec<u32>, Vec<u32>) = leaf
                .rows
                .iter()
                .partition(|&&row| self.binned.row(row as usize)[question.feature] <= question.bin);
            let place = nodes.len() as u32;
            nodes[leaf.place] = Node::Fork {
                feature: question.feature as u32,
                most: self.cuts.most(question.feature, question.bin),
                branches: [place, place + 1],
            };
            nodes.extend([Node::Leaf { score: 0.0 }; 2]);
            open.push(self.open(place as usize, first));
            open.push(self.open(place as usize + 1, second));
        }
        let mut gains = vec![0.0; self.slopes.len()];
        for leaf in open {
            let best = -leaf.sum.first / (leaf.sum.second.max(0.0) + self.growth.lambda);
            let score = self.growth.rate * best;
            nodes[leaf.place] = Node::Leaf { score };
            leaf.rows.iter().for_each(|&row| gains[row as usize] = score);
        }
        (Tree(nodes), gains)
    }

    fn open(&self, place: usize, rows: Vec<u32>) -> Open {
        let mut sum = Sum::default();
        for &row in &rows {
            sum.add(self.slopes[row as usize], self.weights[row as usize]);
        }
        let question = self.question(&rows, sum);
        Open { place, rows, sum, question }
    }

    /// The question that lowers the loss most, if any does and leaves enough on both sides.
    fn question(&self, rows: &[u32], all: Sum) -> Option<Question> {
        if all.weight < 2.0 * self.growth.least {
            return None;
        }
        let mut bins = vec![[Sum::default(); MAX_BINS]; self.features.len()];
        for &row in rows {
            let (slope, weight) = (self.slopes[row as usize], self.weights[row as usize]);
            let binned = self.binned.row(row as usize);
            for (bins, &feature) in bins.iter_mut().zip(self.features) {
                bins[usize::from(binned[feature]) % MAX_BINS].add(slope, weight);
            }
        }
        let whole = all.gain(self.growth.lambda);
        let mut best: Option<Question> = None;
        for (bins, &feature) in bins.iter().zip(self.features) {
            let mut first = Sum::default();
            // After the last bin there is no second branch.
            let cuts = self.cuts.bins(feature).saturating_sub(1);
            for (bin, sum) in bins.iter().enumerate().take(cuts) {
                first = first.with(*sum);
                let second = all.without(first);
                if first.weight < self.growth.least || second.weight < self.growth.least {
                    continue;
                }
                let gain = first.gain(self.growth.lambda) + second.gain(self.growth.lambda) - whole;
                if gain > best.map_or(1e-9, |best| best.gain) {
                    best = Some(Question { gain, feature, bin: bin as u8 });
                }
            }
        }
        best
    }
}
