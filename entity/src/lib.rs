//! The tables of Oslonac as types: one file a table, no logic, no GraphQL.

pub mod account;
pub mod answer;
pub mod audit_checkpoint;
pub mod audit_event;
pub mod audit_link;
pub mod case;
pub mod erasure;
pub mod idempotency_key;
pub mod identity_opening;
pub mod indicator;
pub mod indicator_set_version;
pub mod internal_note;
pub mod membership;
pub mod organisation;
pub mod organisation_key;
pub mod person;
pub mod person_identity;
pub mod report;
pub mod report_bar;
pub mod report_event;
pub mod report_message;
pub mod session;
pub mod sign_in_attempt;
pub mod ticked_indicator;
