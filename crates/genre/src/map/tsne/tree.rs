//! Points in a tree of cells: squares in a plane, cubes in space.

/// Points that a cell may have without being divided.
const LEAF: usize = 8;

/// Points sorted along Morton's curve, and the cells that they lie in.
#[derive(Debug)]
pub(super) struct Tree<const D: usize> {
    /// Which point is where on the curve.
    pub(super) order: Vec<u32>,
    /// Where on the curve each point is.
    pub(super) places: Vec<u32>,
    /// Coordinates of the points on the curve, axis by axis.
    pub(super) axes: [Vec<f32>; D],
    /// The cells, each before those within it.
    pub(super) cells: Vec<Cell<D>>,
    codes: Vec<u32>,
    keys: Vec<u64>,
}

/// A cell and what is in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<const D: usize> {
    /// Mean of the points.
    pub(super) centre: [f32; D],
    /// Square of the length of an edge.
    pub(super) squared_width: f32,
    /// The first point, on the curve.
    pub(super) start: u32,
    /// The first point that is not in it.
    pub(super) end: u32,
    /// The next cell that is not within it.
    pub(super) next: u32,
}

impl<const D: usize> Cell<D> {
    /// Which points are in it, on the curve.
    pub(super) fn points(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl<const D: usize> Tree<D> {
    /// Bits of a coordinate in the code of a place.
    const BITS: u32 = u32::BITS / D as u32;

    pub(super) fn new() -> Self {
        Self {
            order: Vec::new(),
            places: Vec::new(),
            axes: std::array::from_fn(|_| Vec::new()),
            cells: Vec::new(),
            codes: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// Sorts other points in, of which there is at least one.
    pub(super) fn build(&mut self, points: &[[f32; D]]) {
        let (corner, width) = frame(points);
        let scale = (1_u64 << Self::BITS) as f32 / width;
        let largest = (1_u32 << Self::BITS) - 1;
        let code = |point: &[f32; D]| {
            let place = |axis: usize| (((point[axis] - corner[axis]) * scale) as u32).min(largest);
            (0..D).map(|axis| spread::<D>(place(axis)) << axis).fold(0, |code, bits| code | bits)
        };
        self.keys.clear();
        let places = points.iter().zip(0_u64..);
        self.keys.extend(places.map(|(point, index)| u64::from(code(point)) << 32 | index));
        self.keys.sort_unstable();
        self.order.clear();
        self.order.extend(self.keys.iter().map(|&key| key as u32));
        self.places.resize(points.len(), 0);
        (0..).zip(&self.order).for_each(|(place, &point)| self.places[point as usize] = place);
        self.codes.clear();
        self.codes.extend(self.keys.iter().map(|&key| (key >> 32) as u32));
        for (axis, coordinates) in self.axes.iter_mut().enumerate() {
            coordinates.clear();
            coordinates.extend(self.order.iter().map(|&point| points[point as usize][axis]));
        }
        self.cells.clear();
        self.divide(0, points.len(), width);
    }

    /// Adds the smallest cell that holds the points from `start` to `end`, with all within it. Returns the sum of the points.
    fn divide(&mut self, start: usize, end: usize, width: f32) -> [f32; D] {
        let differing = u32::BITS - (self.codes[start] ^ self.codes[end - 1]).leading_zeros();
        let levels_below = differing.div_ceil(D as u32);
        let edge = width * (1_u64 << levels_below) as f32 / (1_u64 << Self::BITS) as f32;
        let place = self.cells.len();
        self.cells.push(Cell {
            centre: [0.0; D],
            squared_width: edge * edge,
            start: start as u32,
            end: end as u32,
            next: 0,
        });
        let mut sum = [0.0; D];
        if end - start <= LEAF || levels_below == 0 {
            for (sum, axis) in sum.iter_mut().zip(&self.axes) {
                *sum = axis[start..end].iter().sum();
            }
        } else {
            let shift = (levels_below - 1) * D as u32;
            let mut from = start;
            while from < end {
                let digit = self.codes[from] >> shift;
                let to =
                    from + self.codes[from..end].partition_point(|code| code >> shift == digit);
                let part = self.divide(from, to, width);
                sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
                from = to;
            }
        }
        self.cells[place].centre = sum.map(|sum| sum / (end - start) as f32);
        self.cells[place].next = self.cells.len() as u32;
        sum
    }
}

/// The lowest corner of a square or cube that holds all points, and its width, above 0.
fn frame<const D: usize>(points: &[[f32; D]]) -> ([f32; D], f32) {
    let (mut low, mut high) = ([f32::INFINITY; D], [f32::NEG_INFINITY; D]);
    for point in points {
        for axis in 0..D {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
    }
    let width = (0..D).map(|axis| high[axis] - low[axis]).fold(f32::MIN_POSITIVE, f32::max);
    (low, width)
}

/// Moves the bits of a number apart, to every second or third place.
fn spread<const D: usize>(x: u32) -> u32 {
    let mut x = x;
    if D == 2 {
        x = (x | x << 8) & 0x00ff_00ff;
        x = (x | x << 4) & 0x0f0f_0f0f;
        x = (x | x << 2) & 0x3333_3333;
        (x | x << 1) & 0x5555_5555
    } else {
        x = (x | x << 16) & 0x0300_00ff;
        x = (x | x << 8) & 0x0300_f00f;
        x = (x | x << 4) & 0x030c_30c3;
        (x | x << 2) & 0x0924_9249
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check<const D: usize>(points: &[[f32; D]]) {
        let mut tree = Tree::new();
        // A tree that was used before.
        tree.build(&[[1.0; D]]);
        tree.build(points);
        let mut order = tree.order.clone();
        order.sort_unstable();
        assert_eq!(order, (0..points.len() as u32).collect::<Vec<_>>());
        assert_eq!(tree.cells[0].points(), 0..points.len());
        for cell in &tree.cells {
            let width = cell.squared_width.sqrt() * 1.001;
            for axis in 0..D {
                let inside = &tree.axes[axis][cell.points()];
                let low = inside.iter().copied().fold(f32::INFINITY, f32::min);
                let high = inside.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                assert!(high - low <= width, "{low} to {high} in a cell of {width}");
                let mean = inside.iter().sum::<f32>() / inside.len() as f32;
                assert!((mean - cell.centre[axis]).abs() <= 1e-3);
            }
        }
        for (place, cell) in tree.cells.iter().enumerate().skip(1) {
            // One that is not divided, or one that has parts, which are all of it.
            let mut part = place + 1;
            let mut from = cell.start;
            while part < cell.next as usize {
                assert_eq!(tree.cells[part].start, from);
                from = tree.cells[part].end;
                part = tree.cells[part].next as usize;
            }
            assert!(from == cell.start || from == cell.end);
        }
    }

    proptest! {
        #[test]
        fn cells_hold_their_points(
            flat in prop::collection::vec([-9.0_f32..9.0, -9.0_f32..9.0], 1..200),
            deep in prop::collection::vec([-9.0_f32..9.0, -9.0_f32..9.0, -9.0_f32..9.0], 1..200),
        ) {
            check(&flat);
            check(&deep);
        }
    }

    #[test]
    fn points_in_one_place_are_one_cell() {
        let mut tree = Tree::new();
        tree.build(&[[2.0, 3.0]; 1000]);
        assert_eq!(tree.cells.len(), 1);
        assert_eq!(tree.cells[0].centre, [2.0, 3.0]);
    }
}
