//! `cantus models`: networks that Magenta has published, and what is in files of weights.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueHint};
use pipeline::models::{
    self, Attention, AttentionAround, Cache, Catalogue, Entry, Graph, Inspected, KNOWN, Known,
    Listed, Patience, PullOptions, Pulled, inspect, list, pull,
};

use crate::args::seconds;
use crate::failure::Failure;
use crate::terminal::{Terminal, bold, count, dim, program};

const AFTER_HELP: &str = "\
Examples:
  cantus models list
  cantus models pull attention_rnn
  cantus generate --bundle attention_rnn --output-dir out
  cantus models inspect attention_rnn.mag";

const AFTER_PULL: &str = "\
Examples:
  cantus models pull attention_rnn
  cantus generate --bundle attention_rnn --output-dir out
  cantus models pull basic_rnn --url https://mirror.example/basic_rnn.mag
  CANTUS_CACHE_DIR=/data/cache cantus models pull lookback_rnn

Bundles are kept in `models` within $CANTUS_CACHE_DIR [default: `cantus` where
the system keeps caches, such as ~/.cache]. Ctrl-C keeps what has come; the same
command again goes on from there. A proxy is taken from ALL_PROXY, HTTPS_PROXY
or HTTP_PROXY, except for the hosts in NO_PROXY.";

const AFTER_LIST: &str = "\
Examples:
  cantus models list
  cantus models list --json | jq '.models[] | select(.cached).name'";

const AFTER_INSPECT: &str = "\
Examples:
  cantus models inspect attention_rnn.mag
  cantus models inspect magenta/run1
  cantus models inspect model.ckpt-20000 --json
  cantus models inspect runs/metal
  cantus models inspect metal.safetensors --json | jq '.variables[].name'

A file that is whole but holds no network of melodies is listed, too, with the
reason why it is none. The values themselves are not read: what has been
changed within them comes to light when the network is used.";

/// Get networks that Magenta has published, and see what is in files of weights
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP, disable_help_subcommand = true)]
pub(crate) struct ModelsArgs {
    #[command(subcommand)]
    command: ModelsCommand,
}

/// What can be done with models.
#[derive(Debug, Subcommand)]
enum ModelsCommand {
    List(ListArgs),
    Pull(PullArgs),
    Inspect(InspectArgs),
}

/// List the networks that Magenta has published, and which of them have been pulled
#[derive(Args, Debug)]
#[command(after_help = AFTER_LIST)]
struct ListArgs {}

/// Download a network that Magenta has published, for --bundle NAME
#[derive(Args, Debug)]
#[command(after_help = AFTER_PULL)]
struct PullArgs {
    /// The network
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(KNOWN.each_ref().map(|known| known.name)))]
    name: String,
    /// Get it from this address instead of Magenta's
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    url: Option<String>,
    /// Get it again even if it is there
    #[arg(long)]
    force: bool,
    /// Seconds to wait for the next byte
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0, value_parser = seconds)]
    timeout: f64,
    /// Ask so many times again after failures that may pass
    #[arg(long, value_name = "N", default_value_t = 4)]
    retries: u32,
}

/// Tell what is in a file of weights: its network, its origin and all variables
#[derive(Args, Debug)]
#[command(after_help = AFTER_INSPECT)]
struct InspectArgs {
    /// Magenta's .mag, a checkpoint of TensorFlow (its files, their prefix or their folder), a run of Magenta or Cantus, .safetensors, or the
    /// name of a pulled network
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    path: PathBuf,
}

pub(crate) fn run(args: &ModelsArgs, terminal: Terminal) -> Result<(), Failure> {
    match &args.command {
        ModelsCommand::List(_) => {
            let catalogue = list(&Cache::of_user()?, &terminal.progress())?;
            terminal.answer(&catalogue, |out| entries(&catalogue, out))
        }
        ModelsCommand::Pull(args) => {
            let pulled = pull(&args.options()?, &terminal.progress())?;
            terminal.result(&pulled, |out| got(&pulled, out))
        }
        ModelsCommand::Inspect(args) => {
            let path = models::find(&args.path)?;
            let inspected = inspect(&path, &terminal.progress())?;
            terminal.answer(&inspected, |out| contents(&inspected, out))
        }
    }
}

impl PullArgs {
    fn options(&self) -> Result<PullOptions, Failure> {
        let known = Known::named(&self.name);
        let known = known.ok_or_else(|| Failure::usage(format!("no network {}", self.name)))?;
        Ok(PullOptions {
            known,
            url: self.url.clone(),
            force: self.force,
            cache: Cache::of_user()?,
            patience: Patience {
                timeout: Duration::from_secs_f64(self.timeout),
                retries: self.retries,
                ..Patience::default()
            },
        })
    }
}

fn entries(catalogue: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    for Entry { name, published, cached } in &catalogue.models {
        let name = bold(format!("{name:<13}"));
        match cached {
            Some(cached) => {
                writeln!(out, "{name} {}, {} bytes", cached.path.display(), count(cached.bytes))?;
                writeln!(out, "{:<13} SHA-256 {}", "", cached.sha256)?;
            }
            None => writeln!(out, "{name} {}", dim(format!("not pulled: {published}")))?,
        }
    }
    Ok(())
}

fn got(pulled: &Pulled, out: &mut dyn Write) -> io::Result<()> {
    let (name, bytes) = (bold(pulled.name), count(pulled.bytes));
    let verb = if pulled.was_there { "There already" } else { "Pulled" };
    writeln!(out, "{verb}: {name}, {bytes} bytes, SHA-256 {}", pulled.sha256)?;
    writeln!(out, "  file         {}", pulled.path.display())?;
    writeln!(out, "Next: {} generate --bundle {} --output-dir out", program(), pulled.name)
}

fn contents(inspected: &Inspected, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}: {}", bold(inspected.path.display()), inspected.format)?;
    let mut fact = |name: &str, text: &str| writeln!(out, "  {name:<15} {text}");
    if let Some(bundle) = &inspected.bundle {
        fact("bundle", &bundle.id)?;
        let descriptions = [Some(&bundle.description), bundle.bundle_description.as_ref()];
        for text in descriptions.into_iter().flatten().filter(|text| !text.is_empty()) {
            fact("", &one_line(text))?;
        }
    }
    if let Some(graph) = &inspected.graph {
        fact("graph", &graph_facts(graph))?;
    }
    if let Some(network) = &inspected.network {
        fact("configuration", &network.config)?;
        fact("layers", &format!("{:?}", network.layers))?;
        fact("attention", &network.attention.map_or("none".to_owned(), attention))?;
        if network.residual_connections {
            fact("residual", "each layer's input is added to its output")?;
        }
        fact("inputs", &count(network.inputs as u64))?;
        fact("classes", &count(network.classes as u64))?;
    }
    fact("parameters", &count(inspected.parameters))?;
    fact("updates", &inspected.update.map_or("not said".to_owned(), count))?;
    fact("Adam's moments", if inspected.has_moments { "there" } else { "not there" })?;
    if let Some(reason) = &inspected.no_network {
        writeln!(out, "no melody network: {}", one_line(reason))?;
    }
    table(&inspected.variables, out)
}

fn graph_facts(graph: &Graph) -> String {
    let mut text = match &graph.tensorflow_version {
        Some(version) => format!("TensorFlow {}, ", one_line(version)),
        None => String::new(),
    };
    text += &format!("{} nodes", count(graph.nodes as u64));
    if let Some(rows) = graph.batch_size {
        text += &format!(", batches of {}", count(rows as u64));
    }
    text
}

fn attention(attention: Attention) -> String {
    let Attention { length, assumed, around } = attention;
    let around = match around {
        AttentionAround::FirstLayer => "the first layer",
        AttentionAround::Stack => "all layers",
    };
    let assumed = if assumed { " (Magenta's default: the file does not say)" } else { "" };
    format!("over {} steps{assumed}, around {around}", count(length as u64))
}

/// One line a variable: its name in the file, what its values are, its dimensions.
fn table(variables: &[Listed], out: &mut dyn Write) -> io::Result<()> {
    let rows = || {
        variables.iter().map(|variable| {
            let shape = variable.shape.iter().map(usize::to_string).collect::<Vec<_>>();
            (one_line(&variable.name), &variable.dtype, format!("[{}]", shape.join(", ")))
        })
    };
    let width = |length: usize, title: &str| length.max(title.len());
    let (title, dtype_title) = (format!("{} variables", variables.len()), "type");
    let name = width(rows().map(|row| row.0.chars().count()).max().unwrap_or(0), &title);
    let dtype = width(rows().map(|row| row.1.len()).max().unwrap_or(0), dtype_title);
    writeln!(out, "\n{}", dim(format!("{title:<name$}  {dtype_title:<dtype$}  shape")))?;
    for (variable, kind, shape) in rows() {
        writeln!(out, "{variable:<name$}  {kind:<dtype$}  {shape}")?;
    }
    Ok(())
}

/// A text from a file, in which control characters must not reach the terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
