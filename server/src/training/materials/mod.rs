//! Materials for participants: what a programme or a session hands to those who have a place, in versions. A version never
//! changes. A newer one takes its place in the lists; whoever had a place before that goes on reading the older one.

mod actions;
mod loader;
mod mutations;
mod queries;
pub mod rules;
mod types;

pub use loader::Loader;
pub use mutations::MaterialMutations;
pub use queries::MaterialQueries;
pub use types::Material;
