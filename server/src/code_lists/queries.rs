//! Reading the code lists.

use super::types::{District, ExploitationFormName};
use super::{DISTRICTS, ExploitationForm};
use crate::access::{Permission, guarded};
use async_graphql::Object;

/// Root fields of the room.
#[derive(Default)]
pub struct CodeListQueries;

#[Object]
impl CodeListQueries {
    /// Districts of Serbia with their municipalities, in the order of their ISO 3166-2 codes.
    #[graphql(directive = guarded::apply(Permission::SignedIn))]
    async fn districts(&self) -> Vec<District> {
        DISTRICTS.iter().map(District).collect()
    }

    /// Forms of exploitation by the codes of the Human Trafficking Case Data Standard, with their names.
    #[graphql(directive = guarded::apply(Permission::SignedIn))]
    async fn exploitation_forms(&self) -> Vec<ExploitationFormName> {
        ExploitationForm::ALL.into_iter().map(ExploitationFormName).collect()
    }
}
