//! Models: what is in a file of weights.

mod inspect;

pub use inspect::{Attention, Bundle, Inspected, NetworkFacts, inspect};
pub use model::import::{Graph, Listed};
pub use model::network::AttentionAround;
