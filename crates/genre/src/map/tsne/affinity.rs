//! How much artists belong together, as probabilities.

use rayon::prelude::*;

use super::neighbours::Neighbour;

/// Difference of an entropy from the one that is wanted that does not matter, in nats.
const TOLERANCE: f64 = 1e-5;
/// Steps of the search for a width of a neighbourhood; more are needed only where equals outnumber the perplexity.
const MAX_STEPS: usize = 64;

/// The symmetric matrix of probabilities `[artists, artists]` that two artists, of all pairs, are the ones picked. Most are 0;
/// only the others are stored. All together are 1.
#[derive(Debug)]
pub(super) struct Affinities {
    /// Where each row ends.
    ends: Vec<usize>,
    /// The rows, one after the other, as they are read in each iteration.
    all: Vec<Affinity>,
}

/// How much an artist belongs to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Affinity {
    pub(super) artist: u32,
    pub(super) probability: f32,
}

impl Affinities {
    /// From the neighbours of each artist, each neighbourhood as wide as `perplexity` says (van der Maaten and Hinton,
    /// "Visualizing Data using t-SNE", 2008).
    pub(super) fn new(neighbours: &[Vec<Neighbour>], perplexity: f64) -> Self {
        let scale = 1.0 / (2.0 * neighbours.len() as f64);
        let chosen: Vec<Vec<Affinity>> = neighbours
            .par_iter()
            .map(|near| {
                let shells = near.chunk_by(|a, b| a.squared_distance == b.squared_distance);
                let sizes = shells.map(|shell| (shell[0].squared_distance, shell.len()));
                let weights = weights(&sizes.collect::<Vec<_>>(), perplexity);
                let affinity = |(one, weight): (&Neighbour, f64)| Affinity {
                    artist: one.artist,
                    probability: (weight * scale) as f32,
                };
                let shells = near.chunk_by(|a, b| a.squared_distance == b.squared_distance);
                let pairs = shells
                    .zip(weights)
                    .flat_map(|(shell, weight)| shell.iter().map(move |one| (one, weight)));
                pairs.map(affinity).collect()
            })
            .collect();
        let mut rows = chosen.clone();
        for (artist, near) in (0..).zip(&chosen) {
            for one in near {
                rows[one.artist as usize].push(Affinity { artist, ..*one });
            }
        }
        rows.par_iter_mut().for_each(|row| {
            row.sort_by_key(|one| one.artist);
            row.dedup_by(|again, first| {
                let same = again.artist == first.artist;
                if same {
                    first.probability += again.probability;
                }
                same
            });
        });
        let mut all = Vec::with_capacity(rows.iter().map(Vec::len).sum());
        let ends = rows.iter().map(|row| {
            all.extend_from_slice(row);
            all.len()
        });
        Self { ends: ends.collect(), all }
    }

    /// Those to whom `artist` belongs, in order.
    pub(super) fn of(&self, artist: usize) -> &[Affinity] {
        let start = if artist == 0 { 0 } else { self.ends[artist - 1] };
        &self.all[start..self.ends[artist]]
    }
}

/// Probability with which an artist picks a neighbour of each shell: a Gaussian of the distance, of such a width that the entropy is
/// that of `perplexity` equal ones. A shell is a squared distance and the number of neighbours at it; they go outwards.
pub(super) fn weights(shells: &[(u32, usize)], perplexity: f64) -> Vec<f64> {
    let nearest = shells.first().map_or(0, |shell| shell.0);
    let shell = |&(squared, count): &(u32, usize)| (f64::from(squared - nearest), count as f64);
    let shells: Vec<(f64, f64)> = shells.iter().map(shell).collect();
    let wanted = libm::log(perplexity);
    let (mut precision, mut low, mut high) = (1.0, 0.0, f64::INFINITY);
    for _ in 0..MAX_STEPS {
        let entropy = entropy(&shells, precision);
        if (entropy - wanted).abs() <= TOLERANCE {
            break;
        }
        if entropy > wanted {
            low = precision;
        } else {
            high = precision;
        }
        precision = if high.is_finite() { (low + high) / 2.0 } else { precision * 2.0 };
    }
    let weight = |&(beyond, _): &(f64, f64)| libm::exp(-precision * beyond);
    let total: f64 = shells.iter().map(|shell| shell.1 * weight(shell)).sum();
    shells.iter().map(|shell| weight(shell) / total).collect()
}

/// Entropy, in nats, of picks among shells of neighbours, each of a squared distance and a number.
fn entropy(shells: &[(f64, f64)], precision: f64) -> f64 {
    let (mut total, mut mean) = (0.0, 0.0);
    for &(beyond, count) in shells {
        let weight = count * libm::exp(-precision * beyond);
        total += weight;
        mean += weight * beyond;
    }
    libm::log(total) + precision * mean / total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entropy_is_that_of_the_perplexity() {
        let shells = [(1, 2), (2, 1), (3, 3), (5, 1), (7, 1), (9, 1)];
        let weights = weights(&shells, 4.0);
        let pairs = || shells.iter().map(|shell| shell.1 as f64).zip(&weights);
        let entropy: f64 = pairs().map(|(count, weight)| -count * weight * weight.ln()).sum();
        assert!((entropy.exp() - 4.0).abs() < 1e-4, "{}", entropy.exp());
        assert!((pairs().map(|(count, weight)| count * weight).sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn more_equals_than_the_perplexity_share_all_of_it() {
        let weights = weights(&[(0, 5), (4, 2)], 2.0);
        assert!((weights[0] - 0.2).abs() < 1e-9 && weights[1] < 1e-9, "{weights:?}");
    }

    #[test]
    fn affinities_are_mutual_and_add_up_to_one() {
        let neighbour = |artist| Neighbour { squared_distance: 1, artist };
        let neighbours = [
            vec![neighbour(1), neighbour(2)],
            vec![neighbour(0), neighbour(2)],
            vec![neighbour(0), neighbour(1)],
            vec![neighbour(0), neighbour(1)],
        ];
        let affinities = Affinities::new(&neighbours, 1.5);
        let all: f32 =
            (0..4).flat_map(|artist| affinities.of(artist)).map(|one| one.probability).sum();
        assert!((all - 1.0).abs() < 1e-6, "{all}");
        assert_eq!(affinities.of(0).iter().map(|one| one.artist).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(affinities.of(3).iter().map(|one| one.artist).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(affinities.of(0)[2].probability, affinities.of(3)[0].probability);
    }
}
