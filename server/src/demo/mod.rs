//! The demonstration: a network of invented organisations and people with a year of reports.

pub mod network;
