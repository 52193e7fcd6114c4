//! The genres that tables have for artists.

use corpus::catalog::{Catalog, GenreSource, NameMatch};
use genre::GenreTable;
use genre::matching::{How, Match, Matcher};

use super::{Fuzzy, Tagged, advance};
use crate::{Event, Observer, Result};

pub(super) fn tag(
    catalog: &mut Catalog,
    tables: &[GenreTable],
    tagged: &mut Tagged,
    observer: &dyn Observer,
) -> Result<()> {
    let artists: Vec<_> = catalog.artists()?.into_iter().filter(|it| it.files > 0).collect();
    tagged.artists = artists.len() as u64;
    let total = Some(tagged.artists);
    observer.observe(Event::Began { task: "tagging", unit: "artists", total, done: 0 });
    let matchers: Vec<Matcher<'_>> = tables.iter().map(Matcher::new).collect();
    let tagging = catalog.tagging(GenreSource::Table)?;
    tagging.clear()?;
    for (done, artist) in (0..).zip(artists) {
        advance(done, total, observer)?;
        let Some(found) = find(&matchers, &artist.artist) else {
            tagged.unmatched.push(artist.artist);
            continue;
        };
        let genres: Vec<(&str, f64)> =
            found.artist.genres.iter().map(|genre| (genre.as_str(), found.score)).collect();
        let (name, score) = (found.artist.name.clone(), found.score);
        tagged.count(found.how);
        tagged.without_genres += u64::from(genres.is_empty());
        if found.how == How::Fuzzy {
            tagged.fuzzy.push(Fuzzy { name: artist.artist.clone(), artist: name.clone(), score });
        }
        let matched = NameMatch { name, method: found.how.name().to_owned(), score };
        tagging.artist(&artist.artist, &genres, Some(&matched))?;
    }
    tagging.commit()?;
    observer.observe(Event::Ended);
    Ok(())
}

/// The artist with genres in the first table that has one; failing that, one without.
fn find<'a>(matchers: &[Matcher<'a>], name: &str) -> Option<Match<'a>> {
    let mut without = None;
    for found in matchers.iter().filter_map(|matcher| matcher.find(name)) {
        if !found.artist.genres.is_empty() {
            return Some(found);
        }
        without.get_or_insert(found);
    }
    without
}
