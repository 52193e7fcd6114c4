use proptest::prelude::*;

use super::*;
use crate::checkpoint::Values;
use crate::wire::{put_bytes, put_uint};

/// A message of one field, a nested one.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put_bytes(&mut out, number, bytes);
    out
}

fn shape(dims: &[i64]) -> Vec<u8> {
    let dim = |&size: &i64| {
        let mut dim = Vec::new();
        put_uint(&mut dim, 1, size as u64);
        field(2, &dim)
    };
    dims.iter().flat_map(dim).collect()
}

fn node(name: &str, op: &str, attribute: &str, value: &[u8]) -> Vec<u8> {
    let entry = [field(1, attribute.as_bytes()), field(2, value)].concat();
    field(1, &[field(1, name.as_bytes()), field(2, op.as_bytes()), field(5, &entry)].concat())
}

/// Integers as the graph keeps a constant.
fn constant(name: &str, values: &[i32]) -> Vec<u8> {
    let mut tensor = Vec::new();
    put_uint(&mut tensor, 1, 3);
    put_bytes(&mut tensor, 2, &shape(&[values.len() as i64]));
    let content: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    put_bytes(&mut tensor, 4, &content);
    node(name, "Const", "value", &field(8, &tensor))
}

fn input(dims: &[i64]) -> Vec<u8> {
    node("Placeholder", "Placeholder", "shape", &field(7, &shape(dims)))
}

fn facts(nodes: &[Vec<u8>]) -> Facts {
    let graph = field(2, &nodes.concat());
    MetaGraph::new(&graph).facts().unwrap()
}

#[test]
fn every_topology_tells_its_facts() {
    let found = |length, rows| Facts { attention_length: Some(length), batch_size: Some(rows) };
    let old_input = field(1, &field(7, &shape(&[1, -1, 74])));
    let old = [
        node("Placeholder", "Placeholder", "_output_shapes", &old_input),
        constant("RNN/while/AttentionCellWrapper/Reshape/shape", &[-1, 40, 64]),
    ];
    assert_eq!(facts(&old), found(40, 1));
    let newer = [
        input(&[64, -1, 74]),
        constant("rnn/while/attention_cell_wrapper/Reshape/shape", &[-1, 16, 8]),
        constant("rnn/while/attention_cell_wrapper/Reshape_1/shape", &[-1, 128]),
    ];
    assert_eq!(facts(&newer), found(16, 64));
    let training = [
        constant("MultiRNNCellZeroState/AttentionCellWrapperZeroState/Const", &[32]),
        constant("MultiRNNCellZeroState/AttentionCellWrapperZeroState/Const_1", &[8]),
        constant("rnn/while/cell_0/attention_cell_wrapper/Reshape/shape", &[-1, 40, 8]),
    ];
    assert_eq!(facts(&training), found(40, 32));
}

#[test]
fn what_is_not_there_or_not_the_same_everywhere_is_not_a_fact() {
    assert_eq!(facts(&[]), Facts::default());
    let wrapper = "a/attention_cell_wrapper/Reshape/shape";
    let different = [constant(wrapper, &[-1, 40, 8]), constant(wrapper, &[-1, 20, 8])];
    assert_eq!(facts(&different).attention_length, None);
    assert_eq!(facts(&[constant(wrapper, &[-1, -40, 8])]).attention_length, None);
    assert_eq!(facts(&[constant(wrapper, &[8, 40])]).attention_length, None);
    assert_eq!(facts(&[input(&[-1, -1, 38])]).batch_size, None);
    assert_eq!(facts(&[input(&[1, -1, 38]), input(&[2, -1, 38])]).batch_size, None);
}

#[test]
fn a_value_may_stand_for_all_and_long_tensors_are_left_out() {
    let mut tensor = Vec::new();
    put_uint(&mut tensor, 1, 3);
    put_bytes(&mut tensor, 2, &shape(&[3]));
    put_uint(&mut tensor, 7, 5);
    let graph = field(2, &node("c", "Const", "value", &field(8, &tensor)));
    let node = MetaGraph::new(&graph).nodes().next().unwrap().unwrap();
    assert_eq!((node.name, node.op), ("c", "Const"));
    assert_eq!(node.tensor("value").unwrap(), Some(Values::I32(vec![5; 3])));
    assert_eq!(node.tensor("shape").unwrap(), None);
    assert_eq!(node.attributes().map(Result::unwrap).collect::<Vec<_>>(), ["value"]);

    let graph = field(2, &constant("c", &[1; MAX_TENSOR_VALUES + 1]));
    let node = MetaGraph::new(&graph).nodes().next().unwrap().unwrap();
    assert_eq!(node.tensor("value").unwrap(), None);
}

#[test]
fn a_damaged_graph_says_where() {
    let graph = field(2, &[0x0a, 9]);
    let error = MetaGraph::new(&graph).facts().unwrap_err().to_string();
    assert_eq!(error, "malformed message at byte 4: a field is longer than its message");
}

/// All that can be asked of a graph.
fn look_at_all(bytes: &[u8]) {
    let graph = MetaGraph::new(bytes);
    let _ = (graph.facts(), graph.tensorflow_version());
    for node in graph.nodes().map_while(Result::ok) {
        let _ = (node.shape("shape"), node.output_shape(), node.tensor("value"));
        assert!(node.inputs().count() + node.attributes().count() <= bytes.len());
    }
}

proptest! {
    #[test]
    fn damaged_graphs_never_panic(
        dims: Vec<i64>, values: Vec<i32>, place: prop::sample::Index, byte: u8, cut: prop::sample::Index,
    ) {
        let wrapper = "a/attention_cell_wrapper/Reshape/shape";
        let mut graph = field(2, &[input(&dims), constant(wrapper, &values)].concat());
        look_at_all(&graph);
        let place = place.index(graph.len());
        graph[place] = byte;
        look_at_all(&graph);
        look_at_all(&graph[..cut.index(graph.len())]);
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
        look_at_all(&bytes);
    }
}
