//! What subsets have in common.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Wanted;
use super::choice::Member;

/// What two subsets have in common. An artist in both blurs the difference between them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overlap {
    /// Names of the two.
    pub subsets: [String; 2],
    /// Artists that are in both.
    pub artists: Vec<String>,
    /// Share of these among the artists of either (Jaccard's index).
    pub artists_jaccard: f64,
    /// Pieces that are in both, by themselves or as a copy.
    pub pieces: u64,
    /// Share of these among the pieces of either, copies aside (Jaccard's index).
    pub pieces_jaccard: f64,
}

/// What each two of the subsets have in common.
pub(super) fn of(wanted: &[Wanted], members: &[Vec<Member>]) -> Vec<Overlap> {
    let artists: Vec<BTreeSet<&str>> = members
        .iter()
        .map(|members| members.iter().map(|member| member.artist.as_str()).collect())
        .collect();
    let pieces: Vec<BTreeSet<i64>> = members
        .iter()
        .map(|members| members.iter().map(|member| member.original).collect())
        .collect();
    let mut overlaps = Vec::new();
    for one in 0..members.len() {
        for other in one + 1..members.len() {
            let shared = artists[one].intersection(&artists[other]);
            overlaps.push(Overlap {
                subsets: [one, other].map(|number| wanted[number].name.clone()),
                artists: shared.map(|artist| (*artist).to_owned()).collect(),
                artists_jaccard: jaccard(&artists[one], &artists[other]),
                pieces: pieces[one].intersection(&pieces[other]).count() as u64,
                pieces_jaccard: jaccard(&pieces[one], &pieces[other]),
            });
        }
    }
    overlaps
}

/// Takes out of every subset what another has, too: pieces by themselves or as copies, and all pieces of a shared artist. Gives how many
/// that were in each.
pub(super) fn remove(members: &mut [Vec<Member>]) -> Vec<u64> {
    let mut artists: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let mut pieces: BTreeMap<i64, BTreeSet<usize>> = BTreeMap::new();
    for (number, members) in members.iter().enumerate() {
        for member in members {
            artists.entry(member.artist.clone()).or_default().insert(number);
            pieces.entry(member.original).or_default().insert(number);
        }
    }
    let is_shared = |member: &Member| {
        artists.get(&member.artist).is_some_and(|subsets| subsets.len() > 1)
            || pieces.get(&member.original).is_some_and(|subsets| subsets.len() > 1)
    };
    let mut shared = Vec::new();
    for members in members {
        let before = members.len();
        members.retain(|member| !is_shared(member));
        shared.push((before - members.len()) as u64);
    }
    shared
}

fn jaccard<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> f64 {
    let both = one.intersection(other).count();
    let either = one.len() + other.len() - both;
    if either == 0 { 0.0 } else { both as f64 / either as f64 }
}
