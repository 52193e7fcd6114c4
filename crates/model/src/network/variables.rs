//! Names, shapes and initial values of the tensors: TensorFlow's variables.
//!
//! A wrapper of a cell opens a scope only if it has variables of its own: `input_projection_wrapper` and
//! `attention_cell_wrapper` do, dropout and residual wrappers do not. Networks with attention around the stack are from before
//! today's spelling (`RNN/AttentionCellWrapper/MultiRNNCell/Cell0/BasicLSTMCell/Linear/Matrix`); here they have the names that
//! today's TensorFlow gives to their graph.

use nn::Tensor;
use nn::init::glorot_uniform;
use nn::rng::Rng;

use super::NetworkConfig;

/// Every variable with its shape, in the order in which TensorFlow creates them.
pub(super) fn list(config: &NetworkConfig) -> Vec<(String, Vec<usize>)> {
    let mut list = List(Vec::new());
    if config.is_stack() {
        list.push_stack(config);
    } else {
        (0..config.cells()).for_each(|layer| list.push_layer(config, layer));
    }
    list.push("fully_connected", "weights", &[config.output_size(), config.num_classes]);
    list.push("fully_connected", "biases", &[config.num_classes]);
    list.0
}

struct List(Vec<(String, Vec<usize>)>);

impl List {
    fn push(&mut self, scope: &str, name: &str, shape: &[usize]) {
        self.0.push((format!("{scope}/{name}"), shape.to_vec()));
    }

    fn push_linear(&mut self, scope: &str, inputs: usize, units: usize) {
        self.push(scope, "kernel", &[inputs, units]);
        self.push(scope, "bias", &[units]);
    }

    fn push_lstm(&mut self, scope: &str, inputs: usize, units: usize) {
        self.push_linear(&format!("{scope}/basic_lstm_cell"), inputs + units, 4 * units);
    }

    fn push_layer(&mut self, config: &NetworkConfig, layer: usize) {
        let mut scope = format!("rnn/multi_rnn_cell/cell_{layer}");
        let (inputs, units) = (config.cell_input(layer), config.layer_sizes[layer]);
        if config.has_projection(layer) {
            scope += "/input_projection_wrapper";
            self.push_linear(&scope, config.layer_input(layer), units);
        }
        if config.has_attention(layer) {
            scope += "/attention_cell_wrapper";
            self.push_linear(&scope, inputs + units, inputs);
            self.push_lstm(&scope, inputs, units);
            self.push_attention(&scope, &[units]);
        } else {
            self.push_lstm(&scope, inputs, units);
        }
    }

    /// All layers, with attention around them.
    fn push_stack(&mut self, config: &NetworkConfig) {
        let scope = "rnn/attention_cell_wrapper";
        let inputs = config.input_size;
        self.push_linear(scope, inputs + config.output_size(), inputs);
        for (layer, &units) in config.layer_sizes.iter().enumerate() {
            let cell = format!("{scope}/multi_rnn_cell/cell_{layer}");
            self.push_lstm(&cell, config.layer_input(layer), units);
        }
        self.push_attention(scope, &config.layer_sizes);
    }

    /// Attention around layers of these sizes, the input projection apart.
    fn push_attention(&mut self, scope: &str, layer_sizes: &[usize]) {
        let units = layer_sizes[layer_sizes.len() - 1];
        let attention = format!("{scope}/attention");
        self.push(&attention, "attn_w", &[1, 1, units, units]);
        self.push(&attention, "attn_v", &[units]);
        self.push_linear(&attention, 2 * layer_sizes.iter().sum::<usize>(), units);
        self.push_linear(&format!("{scope}/attn_output_projection"), 2 * units, units);
    }
}

/// Initial value of a variable: zero for a bias, else uniform after Glorot and Bengio. Fans are the last two dimensions
/// times the others; both are the length for a vector (`attn_v`).
pub(super) fn initial(name: &str, shape: &[usize], rng: &mut Rng) -> Tensor {
    let mut tensor = Tensor::zeros(shape);
    if name.ends_with("/bias") || name.ends_with("/biases") {
        return tensor;
    }
    let (fan_in, fan_out) = match *shape {
        [.., fan_in, fan_out] => (fan_in, fan_out),
        [length] => (length, length),
        [] => (1, 1),
    };
    let weights = glorot_uniform(tensor.data().len(), fan_in, fan_out, rng);
    tensor.data_mut().copy_from_slice(&weights);
    tensor
}

#[cfg(test)]
mod tests {
    use super::super::{Attention, AttentionAround};
    use super::*;

    fn names(
        residual_connections: bool,
        attention: Option<AttentionAround>,
    ) -> Vec<(String, Vec<usize>)> {
        list(&NetworkConfig {
            input_size: 7,
            num_classes: 5,
            layer_sizes: vec![3, 4, 4],
            attention: attention.map(|around| Attention { length: 9, around }),
            residual_connections,
        })
    }

    #[test]
    fn residual_layers_project_where_sizes_differ() {
        let cell = |layer: usize, name: &str| format!("rnn/multi_rnn_cell/cell_{layer}/{name}");
        let projected = "input_projection_wrapper";
        let expected = [
            (cell(0, &format!("{projected}/kernel")), vec![7, 3]),
            (cell(0, &format!("{projected}/bias")), vec![3]),
            (cell(0, &format!("{projected}/basic_lstm_cell/kernel")), vec![6, 12]),
            (cell(0, &format!("{projected}/basic_lstm_cell/bias")), vec![12]),
            (cell(1, &format!("{projected}/kernel")), vec![3, 4]),
            (cell(1, &format!("{projected}/bias")), vec![4]),
            (cell(1, &format!("{projected}/basic_lstm_cell/kernel")), vec![8, 16]),
            (cell(1, &format!("{projected}/basic_lstm_cell/bias")), vec![16]),
            (cell(2, "basic_lstm_cell/kernel"), vec![8, 16]),
            (cell(2, "basic_lstm_cell/bias"), vec![16]),
            ("fully_connected/weights".to_owned(), vec![4, 5]),
            ("fully_connected/biases".to_owned(), vec![5]),
        ];
        assert_eq!(names(true, None), expected);
    }

    #[test]
    fn attention_wraps_the_first_layer_alone() {
        let list = names(true, Some(AttentionAround::FirstLayer));
        let scope = "rnn/multi_rnn_cell/cell_0/input_projection_wrapper/attention_cell_wrapper";
        assert!(list.contains(&(format!("{scope}/kernel"), vec![6, 3])));
        assert!(list.contains(&(format!("{scope}/attention/attn_w"), vec![1, 1, 3, 3])));
        assert_eq!(
            list.iter().filter(|(name, _)| name.contains("attention_cell_wrapper")).count(),
            10
        );
    }
    #[test]
    fn attention_wraps_the_whole_stack() {
        let scope = "rnn/attention_cell_wrapper";
        let name = |name: &str| format!("{scope}/{name}");
        let cell = |layer: usize, name: &str| format!("{scope}/multi_rnn_cell/cell_{layer}/{name}");
        let expected = [
            (name("kernel"), vec![11, 7]),
            (name("bias"), vec![7]),
            (cell(0, "basic_lstm_cell/kernel"), vec![10, 12]),
            (cell(0, "basic_lstm_cell/bias"), vec![12]),
            (cell(1, "basic_lstm_cell/kernel"), vec![7, 16]),
            (cell(1, "basic_lstm_cell/bias"), vec![16]),
            (cell(2, "basic_lstm_cell/kernel"), vec![8, 16]),
            (cell(2, "basic_lstm_cell/bias"), vec![16]),
            (name("attention/attn_w"), vec![1, 1, 4, 4]),
            (name("attention/attn_v"), vec![4]),
            (name("attention/kernel"), vec![22, 4]),
            (name("attention/bias"), vec![4]),
            (name("attn_output_projection/kernel"), vec![8, 4]),
            (name("attn_output_projection/bias"), vec![4]),
            ("fully_connected/weights".to_owned(), vec![4, 5]),
            ("fully_connected/biases".to_owned(), vec![5]),
        ];
        assert_eq!(names(false, Some(AttentionAround::Stack)), expected);
    }
}
