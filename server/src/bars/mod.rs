//! Bars: whoever has a conflict of interest in a report is barred from it, and learns nothing of it from then on.

mod actions;
mod loader;
mod mutations;
pub mod rules;
mod types;

pub use actions::{expect_not_barred, hide};
pub use loader::Loader;
pub use mutations::BarMutations;
pub use types::{ReportBar, of_report};
