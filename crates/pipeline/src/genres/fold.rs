//! Fine genres to meta-genres.

use std::path::PathBuf;

use genre::Taxonomy;
use genre::count::genres_by_artists;
use genre::table::{Artist, TableFormat};
use genre::taxonomy::{Colour, Why};
use serde::Serialize;

use super::separated::{Separator, separated};
use super::table::{format_of, table, taxonomy};
use crate::{Observer, Result, files};

/// How fine genres are folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoldRule {
    /// The rule of the original recipe, [`Taxonomy::recipe`].
    Recipe,
    /// A taxonomy; none for the built-in one.
    Taxonomy(Option<PathBuf>),
}

/// What to fold.
#[derive(Clone, Debug)]
pub struct FoldOptions {
    /// The table; none for the built-in one.
    pub table: Option<PathBuf>,
    /// How.
    pub rule: FoldRule,
    /// Tell of each artist, too.
    pub artists: bool,
    /// Where to write the genres with their meta-genres or, if artists were asked for, the artists with theirs; the ending says whether as CSV, TSV
    /// or JSON.
    pub output: Option<PathBuf>,
}

/// How often a meta-genre occurs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetaCount {
    /// Its name.
    pub meta: String,
    /// What people read.
    pub display: String,
    /// Its colour.
    pub colour: Colour,
    /// Genres of the table that belong to it.
    pub genres: usize,
    /// Artists that have such a genre.
    pub artists: usize,
    /// Artists that it dominates.
    pub dominates: usize,
}

/// A fine genre with its meta-genre.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GenreFold {
    /// The genre.
    pub genre: String,
    /// The meta-genre.
    pub meta: String,
    /// Why.
    pub why: Why,
    /// Artists that have the genre.
    pub artists: u64,
}

/// The share of a meta-genre in an artist's genres.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetaShare {
    /// The meta-genre.
    pub meta: String,
    /// Its share in (0, 1].
    pub share: f64,
}

/// An artist with its meta-genres.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArtistFold {
    /// The artist.
    pub artist: String,
    /// The meta-genre that dominates; none where there are no genres.
    pub meta: Option<String>,
    /// All of them, the largest first.
    pub shares: Vec<MetaShare>,
}

/// A table with its genres folded.
#[derive(Clone, Debug, Serialize)]
pub struct Folded {
    /// The meta-genres in the order of the taxonomy.
    pub metas: Vec<MetaCount>,
    /// The genres of the table, the most frequent first.
    pub genres: Vec<GenreFold>,
    /// How many genres the taxonomy does not list; by the rule of the recipe, which lists none, those in which no word of it is found.
    pub uncovered: usize,
    /// The artists of the table, if they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artists: Option<Vec<ArtistFold>>,
    /// What was written.
    pub output: Option<PathBuf>,
}

/// Folds the genres of a table into meta-genres.
///
/// # Errors
///
/// Those of [`table`] and [`taxonomy`], a disk that cannot be written.
pub fn fold(options: &FoldOptions, observer: &dyn Observer) -> Result<Folded> {
    let format = options.output.as_deref().map(format_of).transpose()?;
    let (taxonomy, covers): (Taxonomy, fn(Why) -> bool) = match &options.rule {
        FoldRule::Recipe => (Taxonomy::recipe(), |why| why != Why::Nowhere),
        FoldRule::Taxonomy(path) => (taxonomy(path.as_deref())?, |why| why == Why::Listed),
    };
    let table = table(options.table.as_deref(), observer)?;
    let genres = genres_by_artists(&table).into_iter().map(|count| {
        let (meta, why) = taxonomy.place_of(&count.genre);
        GenreFold { meta: meta.name.clone(), genre: count.genre, why, artists: count.artists }
    });
    let genres: Vec<GenreFold> = genres.collect();
    let folded = Folded {
        metas: meta_counts(&taxonomy, table.artists(), &genres),
        uncovered: genres.iter().filter(|genre| !covers(genre.why)).count(),
        genres,
        artists: options.artists.then(|| artists(&taxonomy, table.artists())),
        output: options.output.clone(),
    };
    if let (Some(path), Some(format)) = (&options.output, format) {
        files::create_parent(path)?;
        files::write_whole(path, &folded.write(format))?;
    }
    Ok(folded)
}

fn meta_counts(taxonomy: &Taxonomy, artists: &[Artist], genres: &[GenreFold]) -> Vec<MetaCount> {
    let mut counts: Vec<MetaCount> = taxonomy
        .metas()
        .iter()
        .map(|meta| MetaCount {
            meta: meta.name.clone(),
            display: meta.display.clone(),
            colour: meta.colour,
            genres: genres.iter().filter(|genre| genre.meta == meta.name).count(),
            artists: 0,
            dominates: 0,
        })
        .collect();
    for artist in artists {
        for (rank, share) in taxonomy.blend(&artist.genres).into_iter().enumerate() {
            let count = &mut counts[share.meta.index()];
            count.artists += 1;
            count.dominates += usize::from(rank == 0);
        }
    }
    counts
}

fn artists(taxonomy: &Taxonomy, artists: &[Artist]) -> Vec<ArtistFold> {
    let fold = |artist: &Artist| {
        let shares = taxonomy.blend(&artist.genres).into_iter();
        let shares = shares.map(|share| MetaShare {
            meta: taxonomy.get(share.meta).name.clone(),
            share: share.share,
        });
        let shares: Vec<MetaShare> = shares.collect();
        ArtistFold {
            artist: artist.name.clone(),
            meta: shares.first().map(|share| share.meta.clone()),
            shares,
        }
    };
    artists.iter().map(fold).collect()
}

impl Folded {
    /// The artists with their meta-genres or, if they were not asked for, the genres with theirs, as comma- or tab-separated values. Shares stand apart
    /// by `|`: `rock:0.750|pop:0.250`.
    #[must_use]
    pub fn as_text(&self, separator: Separator) -> Vec<u8> {
        match &self.artists {
            Some(artists) => {
                let rows = artists.iter().map(|artist| {
                    let shares = artist
                        .shares
                        .iter()
                        .map(|share| format!("{}:{:.3}", share.meta, share.share));
                    let shares = shares.collect::<Vec<_>>().join("|");
                    [artist.artist.clone(), artist.meta.clone().unwrap_or_default(), shares]
                });
                separated(["artist", "meta", "shares"], rows, separator)
            }
            None => {
                let rows = self.genres.iter().map(|genre| {
                    let why = match genre.why {
                        Why::Listed => "listed",
                        Why::Substring => "substring",
                        Why::Nowhere => "nowhere",
                    };
                    [
                        genre.genre.clone(),
                        genre.meta.clone(),
                        why.to_owned(),
                        genre.artists.to_string(),
                    ]
                });
                separated(["genre", "meta", "why", "artists"], rows, separator)
            }
        }
    }

    fn write(&self, format: TableFormat) -> Vec<u8> {
        let json = match (&self.artists, format) {
            (_, TableFormat::Csv) => return self.as_text(Separator::Comma),
            (_, TableFormat::Tsv) => return self.as_text(Separator::Tab),
            (Some(artists), TableFormat::Json) => serde_json::to_vec_pretty(artists),
            (None, TableFormat::Json) => serde_json::to_vec_pretty(&self.genres),
        };
        let mut json = json.expect("names and numbers are JSON");
        json.push(b'\n');
        json
    }
}
