use super::Policy;
use crate::access::sealing::{KeyOf, Seal};
use crate::access::tables::for_each_table;
use sea_orm::IdenStatic;

#[test]
fn reports_and_persons_have_keys_of_their_own() {
    let mut found = Vec::new();
    macro_rules! collect {
        ($($table:ident),*) => {$(
            if let Some(Seal { organisation, key: KeyOf::Itself(key_id, ..), .. }) = entity::$table::Entity::SEAL {
                found.push([entity::$table::Entity::TABLE, organisation.as_str(), key_id.as_str()]);
            }
        )*};
    }
    for_each_table!(collect);
    assert_eq!(found, ["report", "person"].map(|table| [table, "organisation_id", "sealing_key_id"]));
}
