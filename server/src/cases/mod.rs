//! Cases: the Centre's work with one person after triage, and the decision on formal identification.

mod actions;
pub mod rules;

pub use actions::{open_for, void_of};
