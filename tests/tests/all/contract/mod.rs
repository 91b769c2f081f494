//! The contract walked field by field, as introspection tells it: bad ids, texts, days, numbers and pages in every argument,
//! and what each connection costs.

mod ids;
mod pages;
pub(crate) mod places;
mod statements;
mod trained;
mod values;
