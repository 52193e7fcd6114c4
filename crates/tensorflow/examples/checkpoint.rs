//! Lists a checkpoint or the one in a bundle, and writes it again in both versions.
//!
//! `cargo run -p tensorflow --example checkpoint -- PATH [PREFIX]` writes `PREFIX.index`, its data file, and `PREFIX.v1`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tensorflow::bundle::Bundle;
use tensorflow::checkpoint::{Reader, v1, v2};
use tensorflow::metagraph::MetaGraph;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let path =
        PathBuf::from(arguments.next().ok_or("the path of a checkpoint or a bundle expected")?);
    let (reader, graph) = open(&path)?;
    println!(
        "{}: version {:?}, {} variables",
        reader.path().display(),
        reader.version(),
        reader.list().len()
    );
    for info in reader.list() {
        println!("{:8} {:?} {}", info.dtype.to_string(), info.shape, info.name);
    }
    if let Some(graph) = graph {
        let graph = MetaGraph::new(&graph);
        println!(
            "TensorFlow {:?}, {} nodes, {:?}",
            graph.tensorflow_version()?,
            graph.nodes().count(),
            graph.facts()?
        );
    }
    match arguments.next() {
        Some(prefix) => write(&reader, &prefix),
        None => Ok(()),
    }
}

/// The checkpoint, and the graph that belongs to it, if there is one.
fn open(path: &Path) -> Result<(Reader, Option<Vec<u8>>)> {
    if path.extension().is_some_and(|ending| ending == "mag") {
        let bundle = Bundle::read(path)?;
        println!("{}: {} {:?}", bundle.id, bundle.description, bundle.bundle_description);
        return Ok((Reader::from_bytes(bundle.checkpoint, path)?, Some(bundle.metagraph)));
    }
    let reader = Reader::open(path)?;
    let mut graph = reader.path().as_os_str().to_owned();
    graph.push(".meta");
    Ok((reader, std::fs::read(graph).ok()))
}

fn write(reader: &Reader, prefix: &OsString) -> Result<()> {
    let variables = reader.read_all()?;
    v2::write(Path::new(prefix), &variables)?;
    let mut path = prefix.clone();
    path.push(".v1");
    Ok(std::fs::write(path, v1::encode(&variables)?)?)
}
