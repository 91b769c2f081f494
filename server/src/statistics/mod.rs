//! Counts, as the Centre publishes them every year. What comes out of here are numbers, never a row.

mod queries;
pub mod rules;
#[cfg(test)]
mod tests;
mod types;

pub use queries::StatisticsQueries;
