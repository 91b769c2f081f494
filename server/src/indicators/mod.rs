//! Indicators: observable signs, in published sets that have versions.
//!
//! A set belongs to a sector and is about adults, children or anyone. A report keeps the version it was made with.
//! Ticked indicators prove nothing: [`rules`] explains what they amount to under a set's own rule, and no more.

pub mod catalogue;
pub mod catalogue_file;
pub mod rules;
