//! What pulls the points of a map together and pushes them apart.
//!
//! Points push each other as a sum over all pairs; after Barnes and Hut ("A hierarchical O(N log N) force-calculation algorithm", 1986) a cell
//! of points that is far away counts as one point in its middle (van der Maaten, "Accelerating t-SNE using tree-based algorithms", 2014).
//! What is far is decided for a whole group of points that lie together (Barnes, "A modified tree code", 1990): the tree is climbed once
//! for all of them, and the sums are taken side by side in vectors.

use rayon::prelude::*;

use super::affinity::Affinities;
use super::tree::Tree;

/// Points that climb the tree together.
const GROUP: usize = 32;
/// Points that are computed side by side.
const LANES: usize = 8;
/// A cell is far if it is seen under a smaller angle than this: its width over its distance. At less than 1 / sqrt(3) no cell is far
/// from a point within it, which keeps a point from pushing itself.
const ANGLE: f32 = 0.5;

/// Student's t-distribution, not yet divided by its sum, of as many degrees of freedom as there are dimensions less one, which is
/// what scikit-learn does: the gradient has a factor `w` and the density is `w` in a plane, `w^1.5` in space.
#[inline(always)]
pub(super) fn kernel<const D: usize>(squared_distance: f32) -> (f32, f32) {
    if D == 2 {
        let w = 1.0 / (1.0 + squared_distance);
        (w, w)
    } else {
        let w = 1.0 / (1.0 + squared_distance * 0.5);
        (w, w * w.sqrt())
    }
}

/// The factor of the gradient: `2 (v + 1) / v` with `v` degrees of freedom.
pub(super) const fn gradient_factor(dimensions: usize) -> f32 {
    if dimensions == 2 { 4.0 } else { 3.0 }
}

/// Computes how all points push each point, not yet divided by the sum of the density over all pairs, in the order of `tree`.
/// Returns that sum.
pub(super) fn push_all<const D: usize>(tree: &Tree<D>, pushes: &mut [[f32; D]]) -> f64 {
    let groups = pushes.par_chunks_mut(GROUP).enumerate();
    let sums = groups.map_init(Sources::new, |sources, (number, pushes)| {
        let start = number * GROUP;
        sources.collect(tree, start..start + pushes.len());
        push(tree, start, sources, pushes)
    });
    // One after the other, so that the sum does not depend on the threads.
    sums.collect::<Vec<f64>>().iter().sum()
}

/// What pushes a group: points and cells, axis by axis, with the number of points in each.
struct Sources<const D: usize> {
    axes: [Vec<f32>; D],
    counts: Vec<f32>,
}

impl<const D: usize> Sources<D> {
    fn new() -> Self {
        Self { axes: std::array::from_fn(|_| Vec::new()), counts: Vec::new() }
    }

    fn collect(&mut self, tree: &Tree<D>, group: std::ops::Range<usize>) {
        self.axes.iter_mut().for_each(Vec::clear);
        self.counts.clear();
        let (mut low, mut high) = ([0.0; D], [0.0; D]);
        for axis in 0..D {
            let inside = || tree.axes[axis][group.clone()].iter().copied();
            low[axis] = inside().fold(f32::INFINITY, f32::min);
            high[axis] = inside().fold(f32::NEG_INFINITY, f32::max);
        }
        let mut place = 0;
        while let Some(cell) = tree.cells.get(place) {
            let mut squared = 0.0;
            for axis in 0..D {
                let beyond =
                    (low[axis] - cell.centre[axis]).max(cell.centre[axis] - high[axis]).max(0.0);
                squared += beyond * beyond;
            }
            if cell.squared_width < ANGLE * ANGLE * squared {
                self.axes.iter_mut().zip(cell.centre).for_each(|(axis, centre)| axis.push(centre));
                self.counts.push((cell.end - cell.start) as f32);
                place = cell.next as usize;
            } else if cell.next as usize == place + 1 {
                let near = self.axes.iter_mut().zip(&tree.axes);
                near.for_each(|(axis, all)| axis.extend_from_slice(&all[cell.points()]));
                self.counts.resize(self.counts.len() + cell.points().len(), 1.0);
                place += 1;
            } else {
                place += 1;
            }
        }
    }
}

/// How the sources push the points of a group. Returns the density at them, without that of each point at itself.
fn push<const D: usize>(
    tree: &Tree<D>,
    start: usize,
    sources: &Sources<D>,
    pushes: &mut [[f32; D]],
) -> f64 {
    let mut density = 0.0;
    for (block, pushes) in pushes.chunks_mut(LANES).enumerate() {
        let from = start + block * LANES;
        let mut points = [[0.0; LANES]; D];
        for (points, axis) in points.iter_mut().zip(&tree.axes) {
            points[..pushes.len()].copy_from_slice(&axis[from..from + pushes.len()]);
        }
        let (densities, lanes) = push_lanes(&points, sources);
        for (lane, push) in pushes.iter_mut().enumerate() {
            density += f64::from(densities[lane]) - 1.0;
            *push = std::array::from_fn(|axis| lanes[axis][lane]);
        }
    }
    density
}

/// The densities at points and the pushes on them. Each step is a loop over the lanes, which the compiler makes one instruction.
fn push_lanes<const D: usize>(
    points: &[[f32; LANES]; D],
    sources: &Sources<D>,
) -> ([f32; LANES], [[f32; LANES]; D]) {
    let mut densities = [0.0; LANES];
    let mut pushes = [[0.0; LANES]; D];
    let axes: [&[f32]; D] = std::array::from_fn(|axis| &sources.axes[axis][..sources.counts.len()]);
    for (source, &count) in sources.counts.iter().enumerate() {
        let mut away = *points;
        let mut squared = [0.0; LANES];
        for (away, axis) in away.iter_mut().zip(axes) {
            for (away, squared) in away.iter_mut().zip(&mut squared) {
                *away -= axis[source];
                *squared += *away * *away;
            }
        }
        let mut factors = [0.0; LANES];
        for lane in 0..LANES {
            let (w, density) = kernel::<D>(squared[lane]);
            densities[lane] += density * count;
            factors[lane] = density * count * w;
        }
        for (pushes, away) in pushes.iter_mut().zip(&away) {
            for lane in 0..LANES {
                pushes[lane] += factors[lane] * away[lane];
            }
        }
    }
    (densities, pushes)
}

/// How those that `artist` belongs to pull it.
pub(super) fn pull<const D: usize>(
    points: &[[f32; D]],
    affinities: &Affinities,
    artist: usize,
) -> [f32; D] {
    let here = points[artist];
    let mut pull = [0.0; D];
    for one in affinities.of(artist) {
        let there = points[one.artist as usize];
        let away: [f32; D] = std::array::from_fn(|axis| here[axis] - there[axis]);
        let (w, _) = kernel::<D>(away.iter().map(|x| x * x).sum());
        for axis in 0..D {
            pull[axis] += one.probability * w * away[axis];
        }
    }
    pull
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    use super::*;

    /// Three clouds, one of them in a single place.
    fn clouds<const D: usize>() -> Vec<[f32; D]> {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut draw = |scale: f32| (rng.next_u32() as f32 / u32::MAX as f32 - 0.5) * scale;
        let cloud = |number: usize| [[0.0, 20.0], [30.0, 5.0], [40.0, 1e-7]][number % 3];
        (0..1001).map(|i| std::array::from_fn(|_| cloud(i)[0] + draw(cloud(i)[1]))).collect()
    }

    fn check<const D: usize>() {
        let points = clouds::<D>();
        let mut tree = Tree::new();
        tree.build(&points);
        let mut pushes = vec![[0.0; D]; points.len()];
        let density = push_all(&tree, &mut pushes);
        let (mut total, mut error, mut size) = (0.0_f64, 0.0_f64, 0.0_f64);
        for (place, &point) in tree.order.iter().enumerate() {
            let mut expected = [0.0_f64; D];
            for (_, other) in
                points.iter().enumerate().filter(|(other, _)| *other != point as usize)
            {
                let here = points[point as usize];
                let away: [f32; D] = std::array::from_fn(|axis| here[axis] - other[axis]);
                let (w, density) = kernel::<D>(away.iter().map(|x| x * x).sum());
                total += f64::from(density);
                let pushed = expected.iter_mut().zip(away);
                pushed.for_each(|(sum, away)| *sum += f64::from(density * w * away));
            }
            for (found, expected) in pushes[place].iter().zip(expected) {
                error += (f64::from(*found) - expected).powi(2);
                size += expected.powi(2);
            }
        }
        assert!((density / total - 1.0).abs() < 2e-3, "{density} instead of {total}");
        assert!((error / size).sqrt() < 1e-2, "off by {} of {}", error.sqrt(), size.sqrt());
    }

    #[test]
    fn far_cells_push_almost_as_their_points_do() {
        check::<2>();
        check::<3>();
    }

    /// The gradient is what a small step changes: of a kernel, in its own logarithm.
    #[test]
    fn the_kernel_and_its_gradient_agree() {
        fn check<const D: usize>() {
            let (near, far) = (kernel::<D>(3.99), kernel::<D>(4.01));
            let slope = (far.1.ln() - near.1.ln()) / 0.02;
            let (w, _) = kernel::<D>(4.0);
            // d ln(density) / d(squared distance) is -(v + 1) / 2v of w, and the gradient is four times that.
            assert!((slope + w * gradient_factor(D) / 4.0).abs() < 1e-3, "{slope}");
        }
        check::<2>();
        check::<3>();
    }
}
