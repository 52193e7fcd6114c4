//! What levels cost in bits, and which code tables make it least.
//!
//! Layer III codes pairs of levels in up to three regions, each with one of some thirty tables, and at the end quadruples of levels of 0
//! and 1. The tables that may serve a region are known by its highest level. Their lengths, signs included, lie side by side in one
//! word, so that one sum over the region has the costs of all.

use std::sync::OnceLock;

use rusty_mp3::decode::codebooks::{PAIR_TABLES, QUAD_A, QUAD_B};
use rusty_mp3::frame::{BlockType, GRANULE_LINES, GranuleSideInfo};

use super::bits::Bits;

/// Levels from here on are written as this and the rest of them.
const ESCAPE: u32 = 15;

/// Bits of a word for each table: enough for 288 pairs of 40 bits.
const LANE: u32 = 21;

/// Where a region ends in granules with other windows than the long one.
const WINDOWED_REGION: usize = 36;

/// Cost of all pairs of levels up to 15 under up to three tables.
struct Class {
    tables: Vec<usize>,
    /// By `16 * x + y`: a lane for each table, one for the number of escapes.
    lengths: [u64; 256],
}

impl Class {
    fn new(tables: Vec<usize>) -> Self {
        let mut lengths = [0; 256];
        for (cell, word) in lengths.iter_mut().enumerate() {
            let (x, y) = (cell / 16, cell % 16);
            for (lane, table) in
                tables.iter().filter_map(|&table| PAIR_TABLES.get(table)).enumerate()
            {
                let dim = usize::from(table.dim);
                let code = (x < dim && y < dim).then(|| table.book.code_len(x * dim + y)).flatten();
                let signs = u64::from(x > 0) + u64::from(y > 0);
                *word |= (code.map_or(0, |(_, length)| u64::from(length)) + signs)
                    << (LANE * lane as u32);
            }
            let escapes = u64::from(x == ESCAPE as usize) + u64::from(y == ESCAPE as usize);
            if tables.len() < 3 {
                *word |= escapes << (2 * LANE);
            }
        }
        Self { tables, lengths }
    }

    fn sum(&self, levels: &[u16]) -> u64 {
        let pairs = levels.as_chunks::<2>().0.iter();
        pairs.map(|&[x, y]| self.lengths[usize::from((x.min(15) << 4 | y.min(15)) & 255)]).sum()
    }
}

/// The tables, sorted by what they can hold.
struct Classes {
    /// Tables without escapes by the highest level, 1 to 15.
    plain: [usize; 16],
    classes: Vec<Class>,
    /// Of one table of each of the two families with escapes.
    escaping: Class,
    /// Lengths of quadruples under both tables, 16 bits for each.
    quads: [u32; 16],
}

/// The two families of tables with escapes: they differ in the number of bits for the rest.
const FAMILIES: [std::ops::Range<usize>; 2] = [16..24, 24..32];

fn classes() -> &'static Classes {
    static CLASSES: OnceLock<Classes> = OnceLock::new();
    CLASSES.get_or_init(|| {
        let mut dims: Vec<u8> =
            PAIR_TABLES.iter().filter(|table| table.linbits == 0).map(|table| table.dim).collect();
        dims.sort_unstable();
        dims.dedup();
        dims.retain(|&dim| dim > 0);
        let of = |dim: u8| (0..16).filter(|&number| PAIR_TABLES[number].dim == dim).collect();
        let mut plain = [0; 16];
        for (level, class) in plain.iter_mut().enumerate() {
            *class = dims.iter().position(|&dim| usize::from(dim) > level).unwrap_or(0);
        }
        let mut quads = [0; 16];
        for (cell, word) in quads.iter_mut().enumerate() {
            let length = |book: &rusty_mp3::decode::huffman::HuffBook| {
                book.code_len(cell).map_or(0, |(_, length)| u32::from(length)) + cell.count_ones()
            };
            *word = length(&QUAD_A.book) | length(&QUAD_B.book) << 16;
        }
        Classes {
            plain,
            classes: dims.into_iter().map(|dim| Class::new(of(dim))).collect(),
            escaping: Class::new(FAMILIES.iter().map(|family| family.start).collect()),
            quads,
        }
    })
}

/// The cheapest table for a region, and its cost in bits.
fn cheapest(levels: &[u16]) -> (u8, usize) {
    let most = levels.iter().fold(0, |most, &level| most.max(level));
    if most == 0 {
        return (0, 0);
    }
    let classes = classes();
    let lane = |sum: u64, lane: u32| (sum >> (LANE * lane) & ((1 << LANE) - 1)) as usize;
    if u32::from(most) > ESCAPE {
        let rest = u32::from(most) - ESCAPE;
        let sum = classes.escaping.sum(levels);
        let costs = FAMILIES.into_iter().enumerate().filter_map(|(number, mut family)| {
            let table = family.find(|&table| rest >> PAIR_TABLES[table].linbits == 0)?;
            let escapes = lane(sum, 2) * usize::from(PAIR_TABLES[table].linbits);
            Some((table as u8, lane(sum, number as u32) + escapes))
        });
        return costs.min_by_key(|(_, cost)| *cost).unwrap_or((0, usize::MAX));
    }
    let class = &classes.classes[classes.plain[usize::from(most & 15)]];
    let sum = class.sum(levels);
    let costs = class
        .tables
        .iter()
        .enumerate()
        .map(|(number, &table)| (table as u8, lane(sum, number as u32)));
    costs.min_by_key(|(_, cost)| *cost).unwrap_or((0, usize::MAX))
}

/// How many scale factor bands the first two regions of a granule with long windows have, for a third of its levels each.
fn thirds(bands: &[u16; 23], end: usize) -> (usize, usize) {
    let band_at =
        |line: usize| bands.iter().rposition(|&start| usize::from(start) <= line).unwrap_or(0);
    let first = band_at(end / 3).clamp(1, 16);
    let second = band_at(2 * end / 3).clamp(first + 1, first + 8);
    (first, second)
}

/// Lines at which the second and the third region begin.
fn borders(side: &GranuleSideInfo, bands: &[u16; 23]) -> [usize; 2] {
    let big = 2 * usize::from(side.big_values);
    if side.window_switching {
        return [WINDOWED_REGION.min(big), big];
    }
    let first = usize::from(side.region0_count) + 1;
    let second = first + usize::from(side.region1_count) + 1;
    [first, second].map(|band| usize::from(bands[band.min(22)]).min(big))
}

/// Chooses regions and tables for levels, and counts the bits that they take.
pub(super) fn choose(
    levels: &[u16; GRANULE_LINES],
    block_type: BlockType,
    bands: &[u16; 23],
) -> (GranuleSideInfo, usize) {
    let end = levels.iter().rposition(|&level| level > 0).map_or(0, |last| last + 1);
    let big = levels[..end].iter().rposition(|&level| level > 1);
    let mut big = big.map_or(0, |last| (last + 2) & !1);
    // Two lines at the very end are no quadruple.
    if end > GRANULE_LINES - 2 && (GRANULE_LINES - big) % 4 == 2 {
        big = GRANULE_LINES;
    }
    let mut side = GranuleSideInfo {
        big_values: (big / 2) as u16,
        window_switching: block_type != BlockType::Long,
        block_type,
        ..GranuleSideInfo::default()
    };
    if !side.window_switching {
        let (first, second) = thirds(bands, big);
        side.region0_count = (first - 1) as u8;
        side.region1_count = (second - first - 1) as u8;
    }
    let [first, second] = borders(&side, bands);
    let mut bits = 0;
    for (region, select) in
        [0..first, first..second, second..big].into_iter().zip(&mut side.table_select)
    {
        let (table, cost) = cheapest(&levels[region]);
        *select = table;
        bits += cost;
    }
    let lengths = &classes().quads;
    let quads = quads(levels, big, end).iter();
    let sum: u32 = quads.map(|quad| lengths[quad_cell(quad)]).sum();
    let (first, second) = (sum & 0xffff, sum >> 16);
    side.count1table_select = second < first;
    (side, bits + first.min(second) as usize)
}

/// The levels of 0 and 1 after the large ones.
fn quads(levels: &[u16; GRANULE_LINES], big: usize, end: usize) -> &[[u16; 4]] {
    levels[big..(end.max(big) + 3).min(GRANULE_LINES)].as_chunks().0
}

fn quad_cell(&[v, w, x, y]: &[u16; 4]) -> usize {
    usize::from((v << 3 | w << 2 | x << 1 | y) & 15)
}

/// Writes levels under the tables that [`choose`] has chosen; `lines` have the signs.
pub(super) fn write(
    levels: &[u16; GRANULE_LINES],
    lines: &[f32; GRANULE_LINES],
    side: &GranuleSideInfo,
    bands: &[u16; 23],
    bits: &mut Bits,
) {
    let sign = |at: usize| u32::from(lines[at] < 0.0);
    let big = 2 * usize::from(side.big_values);
    let [first, second] = borders(side, bands);
    let regions = [0..first, first..second, second..big];
    for (region, &table) in regions.into_iter().zip(&side.table_select) {
        let table = PAIR_TABLES[usize::from(table & 31)];
        let dim = usize::from(table.dim);
        for at in region.step_by(2).filter(|_| dim > 0) {
            let pair = [levels[at], levels[at + 1]].map(usize::from);
            let [x, y] = pair.map(|level| level.min(dim - 1));
            let (code, length) = table.book.code_len(x * dim + y).unwrap_or_default();
            bits.push(code.into(), length.into());
            for (at, level) in (at..).zip(pair) {
                if table.linbits > 0 && level >= dim - 1 {
                    bits.push((level - (dim - 1)) as u32, table.linbits.into());
                }
                if level > 0 {
                    bits.push(sign(at), 1);
                }
            }
        }
    }
    let book = if side.count1table_select { &QUAD_B.book } else { &QUAD_A.book };
    let end = levels.iter().rposition(|&level| level > 0).map_or(0, |last| last + 1);
    for (quad, at) in quads(levels, big, end).iter().zip((big..).step_by(4)) {
        let (code, length) = book.code_len(quad_cell(quad)).unwrap_or_default();
        bits.push(code.into(), length.into());
        for (at, _) in (at..).zip(quad).filter(|(_, level)| **level > 0) {
            bits.push(sign(at), 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use rusty_mp3::tables::sfb_long_offsets;

    use super::*;

    /// Levels as they are: high ones low, then smaller, then none.
    fn levels() -> impl Strategy<Value = [u16; GRANULE_LINES]> {
        let high = prop_oneof![
            Just(1_u16),
            Just(2),
            Just(3),
            Just(7),
            Just(15),
            Just(16),
            Just(300),
            Just(8190)
        ];
        (vec(0..=1_000_000_u32, GRANULE_LINES), high, 0..=GRANULE_LINES, 0..=GRANULE_LINES)
            .prop_map(|(noise, high, big, end)| {
                std::array::from_fn(|at| match at {
                    at if at >= big.max(end) => 0,
                    at if at >= big => (noise[at] % 2) as u16,
                    _ => (noise[at] % (u32::from(high) + 1)) as u16,
                })
            })
    }

    proptest! {
        #[test]
        fn what_is_counted_is_written(levels in levels(), kind in 0..4_usize) {
            use BlockType::{Long, Short, Start, Stop};
            let bands = sfb_long_offsets(44_100);
            let (side, counted) = choose(&levels, [Long, Short, Start, Stop][kind], bands);
            prop_assert!(side.region0_count <= 15 && side.region1_count <= 7 && side.big_values <= 288);
            let mut bits = Bits::default();
            write(&levels, &[-1.0; GRANULE_LINES], &side, bands, &mut bits);
            prop_assert_eq!(bits.count(), counted);
        }
    }
}
