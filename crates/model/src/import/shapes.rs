//! The configuration of a network, read off the shapes of its variables.

use std::collections::BTreeMap;

use super::fault::{Attempt, Fault};
use crate::config::{CONFIG_NAMES, HParams, MelodyConfig};
use crate::network::AttentionAround;

/// Shapes of the weights, by their names of today.
pub(super) type Shapes = BTreeMap<String, Vec<usize>>;

/// Previous outputs that attention looks back at where no graph tells: Magenta's default.
const USUAL_ATTENTION_LENGTH: usize = 40;

/// Scope of the layers.
const STACK: &str = "rnn/multi_rnn_cell";
/// Scope of attention around all layers.
const AROUND_STACK: &str = "rnn/attention_cell_wrapper";
/// Scope of a projection before a cell.
const PROJECTION: &str = "input_projection_wrapper";
/// Weights of the linear layer over the classes, `[U, C]`.
const CLASSES: &str = "fully_connected/weights";

/// The configuration of a network with these weights. `attn_length` is what its graph says, where there is one; what no shape shows
/// (batch size, dropout, learning rate) is as Magenta has it for the configuration.
pub(super) fn config(shapes: &Shapes, attn_length: Option<usize>) -> Attempt<MelodyConfig> {
    let around_stack = shapes.contains_key(&format!("{AROUND_STACK}/kernel"));
    let scope = if around_stack { format!("{AROUND_STACK}/multi_rnn_cell") } else { STACK.into() };
    let residual = shapes.keys().any(|name| name.contains(PROJECTION));
    let layers: Vec<Layer<'_>> =
        (0..).map_while(|number| Layer::of(shapes, &scope, number)).collect();
    let Some(first) = layers.first() else {
        return Err(Fault::Missing { name: format!("{scope}/cell_0/basic_lstm_cell/kernel") });
    };
    let rnn_layer_sizes = layers.iter().map(Layer::units).collect::<Result<Vec<_>, _>>()?;
    let wrapper = if around_stack {
        Some(format!("{AROUND_STACK}/kernel"))
    } else {
        first.attention.then(|| format!("{}/kernel", first.scope))
    };
    let input_size = if residual {
        dimension(shapes, &format!("{scope}/cell_0/{PROJECTION}/kernel"), 0)?
    } else if let Some(wrapper) = &wrapper {
        dimension(shapes, wrapper, 1)?
    } else {
        // [D + U, 4U]
        let rows = dimension(shapes, &first.kernel, 0)?;
        rows.checked_sub(rnn_layer_sizes[0]).ok_or_else(|| first.misshapen())?
    };
    let num_classes = dimension(shapes, CLASSES, 1)?;
    let mut config = kind(input_size, num_classes)?;
    config.hparams = HParams {
        rnn_layer_sizes,
        residual_connections: residual,
        attn_length: if wrapper.is_some() {
            attn_length.unwrap_or(USUAL_ATTENTION_LENGTH)
        } else {
            0
        },
        attention: if around_stack { AttentionAround::Stack } else { AttentionAround::FirstLayer },
        ..config.hparams
    };
    Ok(config)
}

/// The configuration whose encoding has so many inputs and classes.
fn kind(input_size: usize, num_classes: usize) -> Attempt<MelodyConfig> {
    let configs = CONFIG_NAMES.iter().filter_map(|name| MelodyConfig::named(name).ok());
    let mut fitting = configs.filter(|config| {
        let encoding = &config.encoding;
        (encoding.input_size(), encoding.num_classes()) == (input_size, num_classes)
    });
    fitting.next().ok_or(Fault::UnknownEncoding { input_size, num_classes })
}

/// An LSTM of the network.
struct Layer<'a> {
    /// Its scope, that of a wrapper of attention included.
    scope: String,
    attention: bool,
    /// Name of its weights, `[D + U, 4U]`.
    kernel: String,
    shape: &'a [usize],
}

impl<'a> Layer<'a> {
    /// Layer number `number`, if there is one.
    fn of(shapes: &'a Shapes, stack: &str, number: usize) -> Option<Self> {
        let cell = format!("{stack}/cell_{number}");
        let scopes = ["", "/input_projection_wrapper"];
        let wrappers = [("", false), ("/attention_cell_wrapper", true)];
        let all =
            scopes.iter().flat_map(|scope| wrappers.map(|(wrapper, on)| (scope, wrapper, on)));
        all.map(|(scope, wrapper, on)| (format!("{cell}{scope}{wrapper}"), on)).find_map(
            |(scope, attention)| {
                let kernel = format!("{scope}/basic_lstm_cell/kernel");
                shapes.get(&kernel).map(|shape| Self { scope, attention, kernel, shape })
            },
        )
    }

    /// Units.
    fn units(&self) -> Attempt<usize> {
        match *self.shape {
            [_, gates] if gates > 0 && gates % 4 == 0 => Ok(gates / 4),
            _ => Err(self.misshapen()),
        }
    }

    fn misshapen(&self) -> Fault {
        Fault::Misshapen {
            name: self.kernel.clone(),
            found: self.shape.to_vec(),
            expected: "[inputs + units, 4 units]".to_owned(),
        }
    }
}

/// One dimension of a variable that is a matrix.
fn dimension(shapes: &Shapes, name: &str, index: usize) -> Attempt<usize> {
    match shapes.get(name).map(Vec::as_slice) {
        Some(shape @ [_, _]) => Ok(shape[index]),
        Some(shape) => Err(Fault::Misshapen {
            name: name.to_owned(),
            found: shape.to_vec(),
            expected: "a matrix".to_owned(),
        }),
        None => Err(Fault::Missing { name: name.to_owned() }),
    }
}
