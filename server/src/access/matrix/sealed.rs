//! Every sealed column that there is, for tests of what becomes of each.

use super::network::for_each_table;
use crate::access::Policy;
use crate::access::sealing::{KeyOf, Seal};
use sea_orm::IdenStatic;

/// A sealed column, and whether its key is that of a report or person, so that it goes with them.
pub(crate) struct SealedColumn {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) of_matter: bool,
}

/// The sealed columns of all tables.
pub(crate) fn sealed_columns() -> Vec<SealedColumn> {
    let mut found = Vec::new();
    macro_rules! collect {
        ($($table:ident),*) => {$(found.extend(of_table::<entity::$table::Entity>());)*};
    }
    for_each_table!(collect);
    found
}

fn of_table<E: Policy>() -> Vec<SealedColumn> {
    let Some(Seal { columns, key, .. }) = E::SEAL else { return Vec::new() };
    let of_matter = !matches!(key, KeyOf::Organisation | KeyOf::OrganisationOnce);
    columns.iter().map(|column| SealedColumn { table: E::TABLE, column: column.as_str(), of_matter }).collect()
}
