//! Names of a network's variables, of every vintage of TensorFlow, as those of today.
//!
//! | | 2016 | 2017 | today |
//! |---|---|---|---|
//! | scopes | `RNN/MultiRNNCell/Cell0/BasicLSTMCell` | `rnn/multi_rnn_cell/cell_0/basic_lstm_cell` | the same |
//! | weights | `Linear/Matrix`, `Linear/Bias` | `weights`, `biases` | `kernel`, `bias` |
//! | attention | `Attention/AttnW` | `attention/attn_w` | the same |
//!
//! The linear layer over the classes is `fully_connected/weights` and `fully_connected/biases` at all times.

/// Scope of the linear layer, whose variables have kept their names.
const FULLY_CONNECTED: &str = "fully_connected";

/// What a variable of a training checkpoint is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// A weight, by its name of today.
    Weight(String),
    /// Adam's first moment of that weight.
    FirstMoment(String),
    /// Its second moment.
    SecondMoment(String),
    /// The number of updates made.
    GlobalStep,
    /// Whatever else: Adam's powers of beta, which follow from the number of updates.
    Other,
}

impl Name {
    /// What the variable called `name` is.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "global_step" => return Self::GlobalStep,
            "beta1_power" | "beta2_power" => return Self::Other,
            _ => {}
        }
        // Second first: the suffix of the first moment is the beginning of its own.
        if let Some(weight) = name.strip_suffix("/Adam_1") {
            Self::SecondMoment(todays(weight))
        } else if let Some(weight) = name.strip_suffix("/Adam") {
            Self::FirstMoment(todays(weight))
        } else {
            Self::Weight(todays(name))
        }
    }
}

/// Today's name of a weight.
fn todays(name: &str) -> String {
    let is_linear_layer = name.starts_with(FULLY_CONNECTED);
    let scopes = name.split('/').filter(|scope| *scope != "Linear");
    let scopes = scopes.map(|scope| match scope {
        "Matrix" | "weights" if !is_linear_layer => "kernel".to_owned(),
        "Bias" | "biases" if !is_linear_layer => "bias".to_owned(),
        "RNN" => "rnn".to_owned(),
        "MultiRNNCell" => "multi_rnn_cell".to_owned(),
        "BasicLSTMCell" => "basic_lstm_cell".to_owned(),
        other => match other.strip_prefix("Cell") {
            Some(number) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => {
                format!("cell_{number}")
            }
            _ => in_snake_case(other),
        },
    });
    scopes.collect::<Vec<_>>().join("/")
}

/// `AttnOutputProjection` as `attn_output_projection`; what begins with a small letter stays.
fn in_snake_case(scope: &str) -> String {
    if !scope.starts_with(|first: char| first.is_ascii_uppercase()) {
        return scope.to_owned();
    }
    let mut snake = String::with_capacity(scope.len() + 4);
    for letter in scope.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vintage_has_the_names_of_today() {
        let cell = "rnn/multi_rnn_cell/cell_1/basic_lstm_cell";
        let attention = "rnn/multi_rnn_cell/cell_0/attention_cell_wrapper";
        let around = "rnn/attention_cell_wrapper";
        for (name, today) in [
            ("RNN/MultiRNNCell/Cell1/BasicLSTMCell/Linear/Matrix", format!("{cell}/kernel")),
            ("RNN/MultiRNNCell/Cell1/BasicLSTMCell/Linear/Bias", format!("{cell}/bias")),
            ("rnn/multi_rnn_cell/cell_1/basic_lstm_cell/weights", format!("{cell}/kernel")),
            ("rnn/multi_rnn_cell/cell_1/basic_lstm_cell/biases", format!("{cell}/bias")),
            ("rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel", format!("{cell}/kernel")),
            (
                "rnn/multi_rnn_cell/cell_0/attention_cell_wrapper/attention/weights",
                format!("{attention}/attention/kernel"),
            ),
            (
                "rnn/multi_rnn_cell/cell_0/attention_cell_wrapper/attention/attn_w",
                format!("{attention}/attention/attn_w"),
            ),
            ("RNN/AttentionCellWrapper/Linear/Matrix", format!("{around}/kernel")),
            ("RNN/AttentionCellWrapper/Attention/AttnV", format!("{around}/attention/attn_v")),
            (
                "RNN/AttentionCellWrapper/AttnOutputProjection/Linear/Bias",
                format!("{around}/attn_output_projection/bias"),
            ),
            (
                "RNN/AttentionCellWrapper/MultiRNNCell/Cell0/BasicLSTMCell/Linear/Matrix",
                format!("{around}/multi_rnn_cell/cell_0/basic_lstm_cell/kernel"),
            ),
            ("fully_connected/weights", "fully_connected/weights".to_owned()),
            ("fully_connected/biases", "fully_connected/biases".to_owned()),
        ] {
            assert_eq!(Name::of(name), Name::Weight(today.clone()), "{name}");
            assert_eq!(Name::of(&format!("{name}/Adam")), Name::FirstMoment(today.clone()));
            assert_eq!(Name::of(&format!("{name}/Adam_1")), Name::SecondMoment(today));
        }
        assert_eq!(Name::of("global_step"), Name::GlobalStep);
        assert_eq!(Name::of("beta1_power"), Name::Other);
    }
}
