//! Moods: one idea of a melody in several keys, temperatures or from several primers, side by side.

use std::path::PathBuf;

use music::Key;
use serde::Serialize;

use crate::album::{AlbumOptions, AlbumPage, Card, Section, companions, write_page};
use crate::generate::{GenerateOptions, Generated, draw_seed, generate};
use crate::{Error, Event, Meter, Observer, Origin, Provenance, Result, Sampling, Tune};

/// What moods begin with if nothing else is given, an eighth a note: C E G F A G B C, in which every mode shows its colour.
pub const PRIMER: &str = "[60, -2, 64, -2, 67, -2, 65, -2, 69, -2, 67, -2, 71, -2, 72, -2]";

/// Melodies that are made side by side, at most: keys times temperatures times primers.
pub const MAX_MOODS: usize = 64;

/// What to make in which moods.
#[derive(Clone, Debug)]
pub struct MoodsOptions {
    /// The network.
    pub origin: Origin,
    /// Folder for everything.
    pub output_dir: PathBuf,
    /// Keys that the primer is moved into; its own if there are none.
    pub keys: Vec<Key>,
    /// Temperatures; that of `sampling` if there are none.
    pub temperatures: Vec<f64>,
    /// Primers; [`PRIMER`] if there are none.
    pub primers: Vec<Tune>,
    /// The key that the primers are in; none for the one that the notes of each speak for.
    pub primer_key: Option<Key>,
    /// The metre that is written into the files.
    pub meter: Option<Meter>,
    /// Tempo in quarter notes a minute; none for that of the primer, or else 120.
    pub qpm: Option<f64>,
    /// Seed of the draws; none for one from the operating system.
    pub seed: Option<u64>,
    /// How many melodies of each mood and how long, beams; its seed is not used.
    pub sampling: Sampling,
    /// Sound and pictures.
    pub album: AlbumOptions,
}

/// What was made.
#[derive(Clone, Debug, Serialize)]
pub struct Moods {
    /// The page.
    pub page: PathBuf,
    /// The seed that makes the same melodies again.
    pub seed: u64,
    /// One after the other as on the page: by primer, then by temperature, then by key.
    pub moods: Vec<Mood>,
}

/// One of them.
#[derive(Clone, Debug, Serialize)]
pub struct Mood {
    /// What distinguishes it from the others: `Eb major`, `temperature 0.6`, `primer 2`.
    pub name: String,
    /// What the network made.
    pub generated: Generated,
    /// Files of audio, in the order of the melodies.
    pub audio: Vec<PathBuf>,
    /// Piano rolls and scores.
    pub pictures: Vec<PathBuf>,
}

/// Makes the same idea in each mood: with the same network, seed and length, from the same primer, which is moved into the key and its
/// mode; and a page with all of them side by side.
///
/// # Errors
///
/// Those of [`generate`] and of sound and pictures; [`Error::TooManyMoods`].
pub fn moods(options: &MoodsOptions, observer: &dyn Observer) -> Result<Moods> {
    let wanted = wanted(options, observer)?;
    let seed = options.seed.map_or_else(draw_seed, Ok)?;
    let mut moods = Vec::with_capacity(wanted.len());
    let mut sections = Vec::with_capacity(wanted.len());
    for mood in &wanted {
        observer.observe(Event::Notice(&mood.name));
        let generated = generate(&mood.options(options, seed), observer)?;
        let made = companions(&generated, &options.album, observer)?;
        sections.push(section(&mood.name, &generated)?);
        moods.push(Mood {
            name: mood.name.clone(),
            generated,
            audio: made.audio,
            pictures: [made.rolls, made.scores].concat(),
        });
    }
    let config = moods.first().map_or("", |mood| mood.generated.config.as_str());
    let page = AlbumPage {
        title: "One idea, several moods".to_owned(),
        lead: lead(config, seed, !options.keys.is_empty()),
        columns: columns(options),
        sections,
    };
    let page = write_page(&page, &options.output_dir)?;
    Ok(Moods { page, seed, moods })
}

/// What all of them have in common, in words.
fn lead(config: &str, seed: u64, has_keys: bool) -> String {
    let moved = if has_keys {
        " The primer is moved into each key, degree by degree; the network goes on from there."
    } else {
        ""
    };
    format!("All by {config} with seed {seed}.{moved}")
}

/// A mood that is wanted.
struct Wanted {
    name: String,
    /// What it is called in the names of files.
    slug: String,
    key: Option<Key>,
    temperature: f64,
    primer: Tune,
    qpm: Option<f64>,
}

/// All that are wanted, in the order of the page.
fn wanted(options: &MoodsOptions, observer: &dyn Observer) -> Result<Vec<Wanted>> {
    let or_one = |number: usize| number.max(1);
    let (keys, temperatures, primers) = (&options.keys, &options.temperatures, &options.primers);
    let number = [keys.len(), temperatures.len(), primers.len()]
        .map(or_one)
        .into_iter()
        .fold(1, usize::saturating_mul);
    if number > MAX_MOODS {
        return Err(Error::TooManyMoods { number, most: MAX_MOODS });
    }
    let given = |tune: &Tune| tune.read(observer);
    let read = match primers.as_slice() {
        [] => vec![given(&Tune::Text(PRIMER.to_owned()))?],
        primers => primers.iter().map(given).collect::<Result<_>>()?,
    };
    let mut wanted = Vec::with_capacity(number);
    for (number, primer) in (1..).zip(&read) {
        for temperature in choices(temperatures, options.sampling.temperature) {
            for key in optional(keys) {
                let mut names = Vec::new();
                let mut slugs = Vec::new();
                if let Some(key) = key {
                    names.push(key.to_string());
                    slugs.push(slug(key));
                }
                if temperatures.len() > 1 {
                    names.push(format!("temperature {temperature}"));
                    slugs.push(format!("t{temperature}"));
                }
                if read.len() > 1 {
                    let file = primer.file.as_deref().and_then(|file| file.file_stem());
                    names.push(match file {
                        Some(file) => format!("from {}", file.to_string_lossy()),
                        None => format!("primer {number}"),
                    });
                    slugs.push(format!("primer{number}"));
                }
                wanted.push(Wanted {
                    name: if names.is_empty() { "as it is".to_owned() } else { names.join(", ") },
                    slug: slugs.join("-"),
                    key,
                    temperature,
                    primer: Tune::Text(primer.melody.to_string()),
                    qpm: primer.qpm,
                });
            }
        }
    }
    Ok(wanted)
}

/// What was given, or else the one that is usual.
fn choices(given: &[f64], usual: f64) -> Vec<f64> {
    if given.is_empty() { vec![usual] } else { given.to_vec() }
}

fn optional(keys: &[Key]) -> Vec<Option<Key>> {
    if keys.is_empty() { vec![None] } else { keys.iter().copied().map(Some).collect() }
}

/// The name of a key as files may have it.
fn slug(key: Key) -> String {
    key.to_string().replace('#', "-sharp").replace(' ', "-").to_lowercase()
}

/// What stands side by side: keys, or else temperatures, or else primers.
fn columns(options: &MoodsOptions) -> usize {
    let numbers = [options.keys.len(), options.temperatures.len(), options.primers.len()];
    numbers.into_iter().find(|number| *number > 1).unwrap_or(1)
}

impl Wanted {
    fn options(&self, options: &MoodsOptions, seed: u64) -> GenerateOptions {
        let name = (!self.slug.is_empty()).then(|| self.slug.clone());
        GenerateOptions {
            origin: options.origin.clone(),
            output_dir: options.output_dir.clone(),
            name,
            primer: Some(self.primer.clone()),
            key: self.key,
            primer_key: options.primer_key,
            meter: options.meter,
            qpm: options.qpm.or(self.qpm),
            seed: Some(seed),
            as_magenta: None,
            sampling: Sampling { temperature: self.temperature, ..options.sampling.clone() },
        }
    }
}

/// The column or row of a mood.
fn section(name: &str, generated: &Generated) -> Result<Section> {
    let mut section: Option<Section> = None;
    for made in &generated.melodies {
        let Some(provenance) = Provenance::beside(&made.file)? else { continue };
        let section = section.get_or_insert_with(|| Section {
            title: name.to_owned(),
            ..Section::of_call(&made.file, &provenance)
        });
        section.melodies.push(Card::new(&made.file, &provenance));
    }
    Ok(section.unwrap_or_else(|| Section {
        title: name.to_owned(),
        settings: Vec::new(),
        command: None,
        melodies: Vec::new(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unobserved;

    fn options(keys: &str, temperatures: &[f64], primers: &[&str]) -> MoodsOptions {
        MoodsOptions {
            origin: Origin::RunDir(PathBuf::from("run")),
            output_dir: PathBuf::from("moods"),
            keys: keys.split_terminator(',').map(|key| key.parse().unwrap()).collect(),
            temperatures: temperatures.to_vec(),
            primers: primers.iter().map(|text| Tune::Text((*text).to_owned())).collect(),
            primer_key: None,
            meter: None,
            qpm: None,
            seed: Some(1),
            sampling: Sampling::default(),
            album: AlbumOptions::default(),
        }
    }

    fn names(options: &MoodsOptions) -> Vec<(String, String)> {
        let wanted = wanted(options, &Unobserved).unwrap();
        wanted.into_iter().map(|mood| (mood.name, mood.slug)).collect()
    }

    #[test]
    fn moods_are_called_by_what_distinguishes_them() {
        let pair = |name: &str, slug: &str| (name.to_owned(), slug.to_owned());
        let keys = options("F#m,Eb", &[], &[]);
        assert_eq!(names(&keys), [pair("F# minor", "f-sharp-minor"), pair("Eb major", "eb-major")]);
        assert_eq!(columns(&keys), 2);
        let temperatures = options("", &[0.6, 1.0], &[]);
        assert_eq!(
            names(&temperatures),
            [pair("temperature 0.6", "t0.6"), pair("temperature 1", "t1")]
        );
        let all = options("C,D,E", &[0.6, 1.0], &["[60]", "[62]"]);
        let names = names(&all);
        assert_eq!((names.len(), columns(&all)), (12, 3));
        assert_eq!(names[7], pair("D major, temperature 0.6, primer 2", "d-major-t0.6-primer2"));
        assert_eq!(columns(&options("C", &[], &["[60]", "[62]"])), 2);
    }

    #[test]
    fn there_is_a_bound() {
        let keys = "C,".repeat(65);
        let refused = wanted(&options(&keys, &[], &[]), &Unobserved).err();
        assert!(matches!(refused, Some(Error::TooManyMoods { number: 65, most: 64 })));
    }
}
