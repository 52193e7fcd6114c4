//! Groups of units: corpora and what was generated.

use std::collections::BTreeMap;

use corpus::profile::{Distribution, Feature, Profile};
use corpus::split::Splitter;
use serde::Serialize;
use statistics::Summary;

use super::read::{Piece, Pieces};
use super::word::{distribution_name, feature_name};
use super::{CompareOptions, names};

/// Artists that every corpus must have for artists to be the units unless told otherwise.
const ENOUGH_ARTISTS: usize = 10;

/// What counts once, however much music there is of it: the pieces of an artist are not independent of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// All songs of an artist; a song by nobody is one by itself.
    Artist,
    /// All pieces of a song: its copies and other versions.
    Song,
    /// A piece.
    Piece,
}

impl Unit {
    /// What several are called.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Artist => "artists",
            Self::Song => "songs",
            Self::Piece => "pieces",
        }
    }
}

/// Where melodies come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Music that was there.
    Corpus,
    /// Music that a network made.
    Generated,
}

/// A corpus, or what was generated.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// Name of the genre.
    pub name: String,
    /// Where its melodies come from.
    pub kind: Kind,
    /// Which genre it is of all that are shown, from 0.
    pub genre: usize,
    /// Pieces with a melody.
    pub pieces: usize,
    /// Pieces without any, which are left out.
    pub pieces_without_melody: u64,
    /// Melodies.
    pub melodies: u64,
    /// Songs.
    pub songs: usize,
    /// Artists that are named.
    pub artists: usize,
    /// Units.
    pub units: usize,
    /// What its units are like.
    pub features: Vec<FeatureSummary>,
    /// Mean shares of its units.
    pub distributions: Vec<DistributionShares>,
    /// One a unit.
    #[serde(skip)]
    pub(super) profiles: Vec<Profile>,
    /// One a song, or of what was generated a piece.
    #[serde(skip)]
    pub(super) songs_profiles: Vec<Profile>,
}

/// A feature of the units of a group.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FeatureSummary {
    /// Name of the feature.
    pub feature: &'static str,
    /// Mean over the units.
    pub mean: f64,
    /// Standard deviation.
    pub deviation: f64,
    /// A quarter of the units is no greater.
    pub lower_quartile: f64,
    /// Half of the units is no greater.
    pub median: f64,
    /// Three quarters are no greater.
    pub upper_quartile: f64,
}

/// A distribution over the units of a group.
#[derive(Clone, Debug, Serialize)]
pub struct DistributionShares {
    /// Name of the distribution.
    pub distribution: &'static str,
    /// What the first share is of: an interval in semitones, a length in sixteenths, a pitch class.
    pub first: i32,
    /// Shares, which sum to 1.
    pub shares: Vec<f64>,
}

/// All groups.
pub(super) struct Gathered {
    pub(super) unit: Unit,
    pub(super) groups: Vec<Group>,
    pub(super) notes: Vec<String>,
}

impl Group {
    /// What it is called.
    #[must_use]
    pub fn title(&self) -> String {
        match self.kind {
            Kind::Corpus => self.name.clone(),
            Kind::Generated => format!("{} (generated)", self.name),
        }
    }

    /// The values of a feature, one a unit.
    pub(super) fn values(&self, feature: Feature) -> Vec<f64> {
        self.profiles.iter().map(|profile| profile.feature(feature)).collect()
    }

    fn new(name: &str, kind: Kind, genre: usize, pieces: &Pieces, units: Units) -> Self {
        let Units { songs, artists, profiles, songs_profiles } = units;
        let summary = |feature| {
            let values: Vec<f64> =
                profiles.iter().map(|profile: &Profile| profile.feature(feature)).collect();
            let summary = Summary::of(&values);
            FeatureSummary {
                feature: feature_name(feature),
                mean: summary.mean,
                deviation: summary.deviation,
                lower_quartile: summary.lower_quartile,
                median: summary.median,
                upper_quartile: summary.upper_quartile,
            }
        };
        let mean = Profile::mean(profiles.iter().cloned());
        let shares = |distribution: Distribution| DistributionShares {
            distribution: distribution_name(distribution),
            first: distribution.first(),
            shares: mean
                .as_ref()
                .map_or(Vec::new(), |mean| mean.distribution(distribution).to_vec()),
        };
        Self {
            name: name.to_owned(),
            kind,
            genre,
            pieces: pieces.list.len(),
            pieces_without_melody: pieces.without_melody,
            melodies: pieces.melodies,
            songs,
            artists,
            units: profiles.len(),
            features: Feature::ALL.map(summary).into(),
            distributions: Distribution::ALL.map(shares).into(),
            profiles,
            songs_profiles,
        }
    }
}

/// The units of a group.
struct Units {
    songs: usize,
    artists: usize,
    profiles: Vec<Profile>,
    songs_profiles: Vec<Profile>,
}

/// Groups all pieces by unit.
pub(super) fn gather(
    options: &CompareOptions,
    corpora: Vec<Pieces>,
    generated: Vec<Pieces>,
) -> Gathered {
    let songs = songs(&corpora);
    let artists: Vec<usize> = corpora.iter().map(|pieces| artists(&pieces.list).len()).collect();
    let few_artists = artists.iter().any(|&artists| artists < ENOUGH_ARTISTS);
    let unit = options.unit.unwrap_or(if few_artists { Unit::Song } else { Unit::Artist });
    let mut notes = overlaps(options, &corpora, &songs);
    let narrow: Vec<&str> = options
        .corpora
        .iter()
        .zip(&artists)
        .filter(|(_, artists)| unit != Unit::Artist && (1..ENOUGH_ARTISTS).contains(*artists))
        .map(|(source, _)| source.name.as_str())
        .collect();
    if !narrow.is_empty() {
        notes.push(format!(
            "The music of {} is by fewer than {ENOUGH_ARTISTS} artists or folders: what is found holds for these, not for a genre.",
            narrow.join(" and of ")
        ));
    }
    let genres = names(options);
    let genre = |name: &str| genres.iter().position(|genre| *genre == name).unwrap_or_default();
    let mut groups = Vec::new();
    for ((source, pieces), songs) in options.corpora.iter().zip(&corpora).zip(&songs) {
        let units = units(pieces, songs, unit);
        groups.push(Group::new(&source.name, Kind::Corpus, genre(&source.name), pieces, units));
    }
    for (source, pieces) in options.generated.iter().zip(&generated) {
        let alone: Vec<usize> = (0..pieces.list.len()).collect();
        let units = Units { artists: 0, ..units(pieces, &alone, Unit::Piece) };
        groups.push(Group::new(&source.name, Kind::Generated, genre(&source.name), pieces, units));
    }
    groups.sort_by_key(|group| (group.genre, group.kind == Kind::Generated));
    Gathered { unit, groups, notes }
}

/// The song of each piece of each corpus: a song may be in several.
fn songs(corpora: &[Pieces]) -> Vec<Vec<usize>> {
    let mut splitter = Splitter::default();
    for piece in corpora.iter().flat_map(|pieces| &pieces.list) {
        splitter.add(piece.identity);
    }
    let mut songs = splitter.songs().into_iter();
    corpora.iter().map(|pieces| songs.by_ref().take(pieces.list.len()).collect()).collect()
}

/// The artists that are named.
fn artists(pieces: &[Piece]) -> Vec<&str> {
    let mut artists: Vec<&str> =
        pieces.iter().map(|piece| &*piece.artist).filter(|artist| !artist.is_empty()).collect();
    artists.sort_unstable();
    artists.dedup();
    artists
}

/// What two corpora have in common blurs their difference.
fn overlaps(options: &CompareOptions, corpora: &[Pieces], songs: &[Vec<usize>]) -> Vec<String> {
    let mut notes = Vec::new();
    for second in 0..corpora.len() {
        for first in 0..second {
            let (one, other) = (artists(&corpora[first].list), artists(&corpora[second].list));
            let shared_artists = common(&one, &other);
            let sorted = |songs: &[usize]| {
                let mut songs = songs.to_vec();
                songs.sort_unstable();
                songs.dedup();
                songs
            };
            let shared_songs = common(&sorted(&songs[first]), &sorted(&songs[second]));
            if shared_artists + shared_songs > 0 {
                notes.push(format!(
                    "{} and {} have {} and {} in common, which blurs their difference.",
                    options.corpora[first].name,
                    options.corpora[second].name,
                    counted(shared_artists, "artist"),
                    counted(shared_songs, "song"),
                ));
            }
        }
    }
    notes
}

fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// How many of one sorted list are in another.
fn common<T: Ord>(one: &[T], other: &[T]) -> usize {
    one.iter().filter(|item| other.binary_search(item).is_ok()).count()
}

/// The units of a group: the mean of a song is that of its pieces, the mean of an artist that of the songs.
fn units(pieces: &Pieces, songs: &[usize], unit: Unit) -> Units {
    let profiles = || pieces.list.iter().map(|piece| piece.profile.clone());
    let by_song = means(songs.iter().copied().zip(profiles()));
    let count = by_song.len();
    let songs_profiles = by_song.values().cloned().collect();
    let profiles: Vec<Profile> = match unit {
        Unit::Piece => profiles().collect(),
        Unit::Song => by_song.into_values().collect(),
        Unit::Artist => {
            let artist_of: BTreeMap<usize, &str> =
                songs.iter().copied().zip(pieces.list.iter().map(|piece| &*piece.artist)).collect();
            let key = |song: usize| match artist_of.get(&song) {
                Some(artist) if !artist.is_empty() => (*artist, 0),
                _ => ("", song),
            };
            means(by_song.into_iter().map(|(song, profile)| (key(song), profile)))
                .into_values()
                .collect()
        }
    };
    Units { songs: count, artists: artists(&pieces.list).len(), profiles, songs_profiles }
}

/// The mean of the profiles under each key.
fn means<K: Ord>(profiles: impl Iterator<Item = (K, Profile)>) -> BTreeMap<K, Profile> {
    let mut lists: BTreeMap<K, Vec<Profile>> = BTreeMap::new();
    for (key, profile) in profiles {
        lists.entry(key).or_default().push(profile);
    }
    let mean = |(key, list): (K, Vec<Profile>)| Profile::mean(list).map(|mean| (key, mean));
    lists.into_iter().filter_map(mean).collect()
}
