//! The points of a sweep: all combinations, or some drawn at random.

use std::str::FromStr;

use model::config::{HPARAM_NAMES, HParams};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use super::{GridFault, Point, RandomSearch, SweepOptions, SweepSource};
use crate::{Error, MelodyConfig, ModelError, Observer, Result, config};

/// Most runs of a sweep.
const MAX_POINTS: usize = 10_000;
/// Hyper-parameters that are whole numbers.
const WHOLE: [&str; 2] = ["batch_size", "attn_length"];

/// A hyper-parameter and what it may be, such as `batch_size=32,64` or, to draw from, `learning_rate=0.0001..0.01`.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    name: &'static str,
    choices: Vec<Choice>,
}

#[derive(Clone, Debug, PartialEq)]
enum Choice {
    /// A value as Magenta's flag spells it.
    Value(String),
    /// Any number between two.
    Range(f64, f64),
}

impl FromStr for Axis {
    type Err = Error;

    /// Every value is checked by its type and range.
    fn from_str(text: &str) -> Result<Self> {
        let syntax = || GridFault::Syntax { text: text.to_owned() };
        let (name, values) = text.split_once('=').ok_or_else(syntax)?;
        let known = HPARAM_NAMES.into_iter().find(|known| *known == name.trim());
        let name = known.ok_or_else(|| ModelError::UnknownHParam {
            name: name.trim().to_owned(),
            known: HPARAM_NAMES.join(", "),
        })?;
        let values = values_of(values);
        if values.iter().any(|value| value.is_empty()) {
            return Err(syntax().into());
        }
        let choices = values.into_iter().map(|value| Choice::parse(name, value));
        Ok(Self { name, choices: choices.collect::<Result<_>>()? })
    }
}

/// The values of a list: commas within brackets part nothing.
fn values_of(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let is_comma = |letter: char| {
        depth += i32::from(letter == '[') - i32::from(letter == ']');
        letter == ',' && depth <= 0
    };
    text.split(is_comma).map(str::trim).collect()
}

impl Choice {
    fn parse(name: &'static str, text: &str) -> Result<Self> {
        let Some((low, high)) = text.split_once("..") else {
            check(name, text)?;
            return Ok(Self::Value(text.to_owned()));
        };
        let fault = || GridFault::Range { name, text: text.to_owned() };
        let ends = low.parse().ok().zip(high.parse().ok());
        let is_range = |&(low, high): &(f64, f64)| low < high && high.is_finite();
        let (low, high) = ends.filter(is_range).ok_or_else(fault)?;
        for end in [low, high] {
            check(name, &written(name, end))?;
        }
        Ok(Self::Range(low, high))
    }
}

fn check(name: &str, value: &str) -> Result<()> {
    HParams::default().parse_overrides(&format!("{name}={value}"))?;
    Ok(())
}

/// A number as a hyper-parameter takes it.
fn written(name: &str, value: f64) -> String {
    if WHOLE.contains(&name) { format!("{:.0}", value.round()) } else { value.to_string() }
}

/// All points, each once.
pub(super) fn points(options: &SweepOptions, observer: &dyn Observer) -> Result<Vec<Point>> {
    if let (SweepSource::Examples { .. }, configs @ 2..) = (&options.source, options.configs.len())
    {
        return Err(GridFault::Configs { configs }.into());
    }
    let held_out = match &options.source {
        SweepSource::Examples { eval, .. } => !eval.is_empty(),
        SweepSource::Notes { eval_ratio, .. } => *eval_ratio > 0.0,
    };
    if options.halving && !held_out {
        return Err(GridFault::NothingHeldOut.into());
    }
    for (index, axis) in options.axes.iter().enumerate() {
        if options.axes.iter().take(index).any(|other| other.name == axis.name) {
            return Err(ModelError::RepeatedHParam { name: axis.name }.into());
        }
    }
    let bases = options.configs.iter().map(|name| config(name, &options.hparams, observer));
    let bases = bases.collect::<Result<Vec<_>>>()?;
    let configs = match options.random {
        None => all(&bases, options)?,
        Some(search) => drawn(&bases, &options.axes, search)?,
    };
    let mut points: Vec<Point> = Vec::new();
    for config in configs {
        for &seed in &options.seeds {
            let point = Point::new(config.clone(), seed)?;
            if points.iter().all(|other| other.name != point.name) {
                points.push(point);
            }
        }
    }
    Ok(points)
}

/// Every configuration with every combination of values.
fn all(bases: &[MelodyConfig], options: &SweepOptions) -> Result<Vec<MelodyConfig>> {
    let sizes = options.axes.iter().map(|axis| axis.choices.len());
    let sizes = sizes.chain([bases.len(), options.seeds.len()]);
    let size = sizes.fold(1, usize::saturating_mul);
    if size > MAX_POINTS {
        return Err(GridFault::Size { points: size, most: MAX_POINTS }.into());
    }
    let mut configs = bases.to_vec();
    for axis in &options.axes {
        let mut finer = Vec::new();
        for config in &configs {
            for choice in &axis.choices {
                let Choice::Value(value) = choice else {
                    return Err(GridFault::Endless { name: axis.name }.into());
                };
                finer.push(with(config, axis.name, value)?);
            }
        }
        configs = finer;
    }
    Ok(configs)
}

/// Configurations drawn at random. Each has a stream of its own, so that more of them begin with the same.
fn drawn(bases: &[MelodyConfig], axes: &[Axis], search: RandomSearch) -> Result<Vec<MelodyConfig>> {
    if search.points > MAX_POINTS {
        return Err(GridFault::Size { points: search.points, most: MAX_POINTS }.into());
    }
    let draw = |stream| {
        let mut rng = ChaCha8Rng::seed_from_u64(search.seed);
        rng.set_stream(stream);
        let mut config = pick(bases, &mut rng).cloned().ok_or(GridFault::Configs { configs: 0 })?;
        for axis in axes {
            let value = match pick(&axis.choices, &mut rng) {
                Some(Choice::Value(value)) => value.clone(),
                Some(&Choice::Range(low, high)) => {
                    written(axis.name, between(low, high, uniform(&mut rng)))
                }
                None => continue,
            };
            config = with(&config, axis.name, &value)?;
        }
        Ok(config)
    };
    (0..search.points as u64).map(draw).collect()
}

fn with(config: &MelodyConfig, name: &str, value: &str) -> Result<MelodyConfig> {
    let mut config = config.clone();
    config.hparams.parse_overrides(&format!("{name}={value}"))?;
    Ok(config)
}

fn pick<'a, T>(items: &'a [T], rng: &mut ChaCha8Rng) -> Option<&'a T> {
    items.get((uniform(rng) * items.len() as f64) as usize)
}

/// Uniform in [0, 1) with 53 bits.
fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// The number `share` of the way from `low` to `high` by their logarithms, or by themselves if `low` is not above 0; in three digits,
/// which are enough for a name.
fn between(low: f64, high: f64, share: f64) -> f64 {
    let value = match low > 0.0 {
        true => low * (high / low).powf(share),
        false => low + (high - low) * share,
    };
    let short = format!("{value:.2e}").parse().unwrap_or(value);
    f64::clamp(short, low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unobserved;

    fn options(configs: &[&str], axes: &[&str]) -> SweepOptions {
        SweepOptions {
            output_dir: "sweep".into(),
            source: SweepSource::Notes {
                inputs: Vec::new(),
                eval_ratio: 0.1,
                seed: 0,
                extract: crate::ExtractOptions::default(),
            },
            configs: configs.iter().map(|&name| name.to_owned()).collect(),
            hparams: "batch_size=16".to_owned(),
            axes: axes.iter().map(|axis| axis.parse().unwrap()).collect(),
            seeds: vec![0],
            random: None,
            num_training_steps: 10,
            eval_every: None,
            patience: None,
            halving: false,
            threads: 1,
        }
    }

    fn names(options: &SweepOptions) -> Vec<String> {
        points(options, &Unobserved).unwrap().into_iter().map(|point| point.name).collect()
    }

    #[test]
    fn a_grid_is_every_combination_once() {
        let mut options = options(
            &["basic_rnn", "attention_rnn"],
            &["rnn_layer_sizes=[64],[128,128]", "attn_length=0, 40"],
        );
        options.seeds = vec![0, 7];
        let names = names(&options);
        assert_eq!(names.len(), 16);
        assert_eq!(names[0], "basic_rnn-layers64-batch16");
        assert_eq!(names[1], "basic_rnn-layers64-batch16-seed7");
        assert!(names.contains(&"attention_rnn-batch16-attn0".to_owned()), "{names:?}");
        options.axes = vec!["learning_rate=0.001,1e-3,0.0010,0.002".parse().unwrap()];
        options.seeds = vec![0];
        assert_eq!(points(&options, &Unobserved).unwrap().len(), 4, "equal values are one point");
    }

    #[test]
    fn more_random_points_begin_with_the_same() {
        let axes =
            ["learning_rate=0.0001..0.01", "batch_size=8..64,100", "dropout_keep_prob=0.5,1"];
        let mut options = options(&["basic_rnn", "lookback_rnn"], &axes);
        options.random = Some(RandomSearch { points: 20, seed: 1 });
        let few = names(&options);
        options.random = Some(RandomSearch { points: 40, seed: 1 });
        let all = points(&options, &Unobserved).unwrap();
        assert!(all.len() > 30 && all.iter().zip(&few).all(|(point, name)| point.name == *name));
        for point in &all {
            let hparams = &point.config.hparams;
            assert!((0.0001..=0.01).contains(&hparams.learning_rate), "{hparams:?}");
            assert!((8..=64).contains(&hparams.batch_size) || hparams.batch_size == 100);
        }
        let low = all.iter().filter(|point| point.config.hparams.learning_rate < 0.001).count();
        assert!((10..30).contains(&low), "half of them below the geometric mean: {low}");
        options.random = Some(RandomSearch { points: 20, seed: 2 });
        assert_ne!(names(&options), few);
        options.random = None;
        let error = points(&options, &Unobserved).unwrap_err();
        assert!(matches!(error, Error::Grid(GridFault::Endless { name: "learning_rate" })));
    }

    #[test]
    fn what_is_no_axis_is_told() {
        for (text, wanted) in [
            ("batch_size", "`batch_size` is no hyper-parameter with values"),
            ("batch_size=32,,64", "is no hyper-parameter with values"),
            ("bach_size=32", "unknown hyper-parameter `bach_size`"),
            ("batch_size=32,many", "`batch_size` is `many`"),
            ("rnn_layer_sizes=64,64", "`rnn_layer_sizes` is `64`"),
            ("learning_rate=0.1..0.01", "`0.1..0.01` is no range of `learning_rate`"),
            ("dropout_keep_prob=0.5..2", "`dropout_keep_prob` is `2.0`"),
            ("rnn_layer_sizes=1..2", "`rnn_layer_sizes` is `1`"),
        ] {
            let message = text.parse::<Axis>().unwrap_err().to_string();
            assert!(message.contains(wanted), "{text}: {message}");
        }
        let mut twice = options(&["basic_rnn"], &["batch_size=1", "batch_size=2"]);
        let told = |options: &SweepOptions| points(options, &Unobserved).unwrap_err().to_string();
        assert!(told(&twice).contains("more than once"));
        twice.axes = vec!["batch_size=1".parse().unwrap(); 1];
        twice.seeds = (0..20_000).collect();
        assert!(told(&twice).contains("20000 runs, 10000 at most"));
        let mut several = options(&["basic_rnn", "mono_rnn"], &[]);
        several.source = SweepSource::Examples { training: Vec::new(), eval: Vec::new() };
        assert!(told(&several).contains("not for 2"));
        several.configs.pop();
        several.halving = true;
        assert!(told(&several).contains("nothing is held out"));
    }
}
