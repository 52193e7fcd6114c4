//! `cantus genres learn`: what genres sound like, from artists whose genres are known.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use pipeline::genres::{LearnOptions, Learner, LearntGenres, Metrics, Rule, Validation, learn};

use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, dim, percent, program};

const AFTER_HELP: &str = "\
Examples:
  cantus ingest clean_midi --output notes.tfrecord
  cantus genres learn --records notes.tfrecord --table genres.csv \\
      --output genres.model
  cantus genres learn --records notes.tfrecord --table genres.csv \\
      --output genres.model --json | jq '.validation.scores[].calibrated'

Artists are the folders that pieces were in. Each stands for the one genre that
most of its genres in the table fold into. How well genres are told is measured
on artists that were not learnt from. docs/genre-content.md says how it is done
and how well it goes on Lakh's Clean MIDI.";

/// Learn what genres sound like, from artists whose genres are known
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(super) struct LearnArgs {
    /// Pieces, as `cantus ingest` writes them
    #[arg(long, required = true, num_args = 1.., value_name = "FILE", value_hint = ValueHint::FilePath)]
    records: Vec<PathBuf>,
    /// Table of artists and their genres (CSV, TSV or JSON); several are put together [default: the built-in one]
    #[arg(long = "table", num_args = 1.., value_name = "FILE", value_hint = ValueHint::FilePath)]
    tables: Vec<PathBuf>,
    /// The file for the model
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: PathBuf,
    /// How fine genres fold into few
    #[arg(long, value_enum, default_value_t = RuleArg::Recipe)]
    rule: RuleArg,
    /// What to learn with [default: what does best on unheard artists]
    #[arg(long, value_enum)]
    learner: Option<LearnerArg>,
    /// Parts that the artists are shared out to; each is judged by what the others teach
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..=100))]
    folds: u8,
    /// Leave out genres with fewer artists
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(2..))]
    min_artists: u32,
    /// Seed of the folds and of the trees
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// How fine genres fold into few.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum RuleArg {
    /// By words in their names: rock, metal, pop, mellow, country, rap, classical
    Recipe,
    /// By the built-in meta-genres (cantus genres fold)
    Taxonomy,
}

/// What to learn with.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum LearnerArg {
    /// Multinomial logistic regression
    Logistic,
    /// Gradient-boosted trees
    Trees,
    /// Both, of one mind
    Both,
}

impl From<LearnerArg> for Learner {
    fn from(learner: LearnerArg) -> Self {
        match learner {
            LearnerArg::Logistic => Self::Logistic,
            LearnerArg::Trees => Self::Trees,
            LearnerArg::Both => Self::Both,
        }
    }
}

pub(super) fn run(args: &LearnArgs, terminal: Terminal, threads: usize) -> Result<(), Failure> {
    let options = LearnOptions {
        records: args.records.clone(),
        tables: args.tables.clone(),
        output: args.output.clone(),
        rule: match args.rule {
            RuleArg::Recipe => Rule::Recipe,
            RuleArg::Taxonomy => Rule::Taxonomy,
        },
        learner: args.learner.map(Learner::from),
        folds: usize::from(args.folds),
        min_artists: args.min_artists as usize,
        seed: args.seed,
        threads,
    };
    let progress = terminal.progress();
    let learnt = learn(&options, &progress)?;
    drop(progress);
    terminal.result(&learnt, |out| summary(&learnt, out))
}

fn summary(learnt: &LearntGenres, out: &mut dyn Write) -> io::Result<()> {
    let number = |number: usize| count(number as u64);
    writeln!(
        out,
        "Learnt {} genres from {} pieces by {} artists",
        bold(learnt.classes.len()),
        bold(number(learnt.pieces)),
        number(learnt.artists)
    )?;
    let names = learnt.classes.iter().map(|class| class.genre.chars().count());
    let wide = names.max().unwrap_or_default().max(11);
    writeln!(out, "{}", dim(format!("  {:wide$}  {:>7}  {:>7}", "", "pieces", "artists")))?;
    for class in &learnt.classes {
        let (pieces, artists) = (number(class.pieces), number(class.artists));
        writeln!(out, "  {:wide$}  {pieces:>7}  {artists:>7}", class.genre)?;
    }
    let left_out = &learnt.left_out;
    if left_out.without_genre > 0 {
        writeln!(
            out,
            "  {:>9}  pieces by artists without a genre, left out",
            number(left_out.without_genre)
        )?;
    }
    if left_out.copies > 0 {
        writeln!(
            out,
            "  {:>9}  with the notes of an earlier one, left out",
            number(left_out.copies)
        )?;
    }
    for (genre, pieces) in &left_out.rare {
        writeln!(out, "  {:>9}  of {genre}, which has too few artists", number(*pieces))?;
    }
    writeln!(out)?;
    scores(learnt, out)?;
    writeln!(out)?;
    confusion(learnt, wide, out)?;
    writeln!(out)?;
    importance(&learnt.validation, wide, out)?;
    writeln!(out)?;
    let output = learnt.output.display();
    writeln!(out, "Model: {output}")?;
    writeln!(out, "Next: {} genres guess --model {output} FOLDER", program())
}

/// How good each learner is, and what calibration did.
fn scores(learnt: &LearntGenres, out: &mut dyn Write) -> io::Result<()> {
    let validation = &learnt.validation;
    writeln!(out, "On artists that were not learnt from, in {} folds:", validation.folds)?;
    writeln!(
        out,
        "{}",
        dim(format!(
            "  {:20}  {:>6}  {:>8}  {:>6}  {:>8}  {:>8}  {:>11}",
            "", "right", "balanced", "top 3", "macro F1", "log-loss", "calib. error"
        ))
    )?;
    let line = |out: &mut dyn Write, name: &str, metrics: &Metrics| {
        writeln!(
            out,
            "  {name:20}  {:>6}  {:>8}  {:>6}  {:>8.3}  {:>8.4}  {:>11}",
            percent(metrics.accuracy),
            percent(metrics.balanced_accuracy),
            percent(metrics.top3),
            metrics.macro_f1,
            metrics.log_loss,
            percent(metrics.calibration_error)
        )
    };
    line(out, "always the commonest", &validation.baseline)?;
    for score in &validation.scores {
        let name = score.learner.name();
        line(out, &format!("{name}, raw"), &score.raw)?;
        line(out, &format!("{name}, calibrated"), &score.calibrated)?;
        if score.learner == learnt.learner {
            line(out, &format!("{name}, even"), &score.even)?;
        }
    }
    writeln!(
        out,
        "The model is `{}`, calibrated. `even` takes all genres for equally frequent.",
        bold(learnt.learner.name())
    )
}

/// What was taken for what, by shares of the rows.
fn confusion(learnt: &LearntGenres, wide: usize, out: &mut dyn Write) -> io::Result<()> {
    let Some(best) = learnt.validation.scores.iter().find(|s| s.learner == learnt.learner) else {
        return Ok(());
    };
    writeln!(out, "What was taken for what, in % of the pieces of a genre:")?;
    let short = |name: &str| name.chars().take(9).collect::<String>();
    let heads = learnt.classes.iter().map(|class| format!(" {:>9}", short(&class.genre)));
    writeln!(out, "{}", dim(format!("  {:wide$} {}", "", heads.collect::<String>())))?;
    for (place, (class, row)) in learnt.classes.iter().zip(&best.calibrated.confusion).enumerate() {
        write!(out, "  {:wide$} ", class.genre)?;
        let total: u32 = row.iter().sum();
        for (guessed, &pieces) in row.iter().enumerate() {
            let share = (100.0 * f64::from(pieces) / f64::from(total.max(1))).round();
            let cell = if pieces == 0 { "·".to_owned() } else { format!("{share}") };
            let cell = format!(" {cell:>9}");
            write!(out, "{}", if guessed == place { bold(cell) } else { cell })?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// What the guesses depend on.
fn importance(validation: &Validation, wide: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "How much worse it gets when pieces swap their features:")?;
    writeln!(out, "{}", dim(format!("  {:wide$}  {:>8}  {:>7}", "", "log-loss", "right")))?;
    let mut groups: Vec<_> = validation.importance.iter().collect();
    groups.sort_by(|one, other| other.log_loss.total_cmp(&one.log_loss));
    for group in groups {
        let points = -100.0 * group.accuracy;
        writeln!(out, "  {:wide$}  {:>+8.4}  {points:>+6.1}%", group.features, group.log_loss)?;
    }
    Ok(())
}
