//! Any bytes as a bundle, which comes back when it is written again, and as a graph.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tensorflow::bundle::Bundle;
use tensorflow::checkpoint::Reader;
use tensorflow::metagraph::MetaGraph;

fuzz_target!(|bytes: &[u8]| {
    look_at(bytes);
    let Ok(bundle) = Bundle::decode(bytes) else { return };
    assert_eq!(Bundle::decode(&bundle.encode()).expect("what was encoded decodes"), bundle);
    look_at(&bundle.metagraph);
    let _ = Reader::from_bytes(bundle.checkpoint, "fuzz").and_then(|reader| reader.read_all());
});

fn look_at(graph: &[u8]) {
    let graph = MetaGraph::new(graph);
    let _ = (graph.facts(), graph.tensorflow_version());
    for node in graph.nodes().map_while(Result::ok) {
        let _ = (node.shape("shape"), node.output_shape(), node.tensor("value"));
        let _ = (node.inputs().count(), node.attributes().count());
    }
}
