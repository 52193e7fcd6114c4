//! Models: what is in a file of weights, and the networks that Magenta has published.
//!
//! * [`inspect()`]: what a file of weights holds
//! * [`pull()`]: a published network, into the [`Cache`]
//! * [`list()`]: which there are, and which are in the cache
//! * [`find`]: the file that a user means by a path or by a name
//!
//! A download is a file `.part` that grows, in as many requests as it takes; it becomes a bundle when its digests are right and its
//! network can be loaded. Nothing of TLS is set up before a request is sent to a server that wants it.

mod cache;
mod digest;
mod download;
mod fault;
mod inspect;
mod known;
mod list;
mod part;
mod pull;

pub use cache::{Cache, find};
pub(crate) use digest::sha256;
pub use download::{MAX_BYTES, Patience};
pub use fault::DownloadFault;
pub use inspect::{Attention, Bundle, Inspected, NetworkFacts, inspect};
pub use known::{KNOWN, Known};
pub use list::{Cached, Catalogue, Entry, list};
pub use model::import::{Graph, Listed};
pub use model::network::AttentionAround;
pub use pull::{PullOptions, Pulled, pull};
