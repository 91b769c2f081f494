//! Indicators: observable signs, in published sets that have versions.
//!
//! A set belongs to a sector and is about adults, children or anyone. A report keeps the version it was made with.
//! Ticked indicators prove nothing: [`rules`] explains what they amount to under a set's own rule, and no more.
//!
//! | file | what it answers |
//! | --- | --- |
//! | `catalogue_file` | what one file may say |
//! | `embedded` | which sets the service comes with |
//! | `keys` | under which keys the database knows versions and indicators |
//! | `import` | how files get into the database |
//! | `catalogue`, `catalogues` | all sets in memory, as the database has them |
//! | `rules` | what ticked indicators amount to |
//! | `explanation` | how to say that |

mod catalogue;
pub mod catalogue_file;
mod catalogues;
pub mod embedded;
mod evaluation;
mod explanation;
mod import;
mod keys;
mod plan;
mod queries;
pub mod rules;
#[cfg(test)]
mod tests;
mod types;

pub use catalogue::{Catalogue, Unresolved, Version};
pub use catalogues::Catalogues;
pub use evaluation::Evaluation;
pub use import::{ImportError, Imported, import, import_embedded, import_folder, list};
pub use queries::{IndicatorQueries, TickInput};
pub use types::{Indicator, IndicatorSetVersion};
