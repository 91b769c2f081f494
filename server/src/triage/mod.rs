//! Triage: the Centre's intake work on submitted reports. The queue, the transitions, notes, and opening an identity.

mod actions;
pub mod rules;
