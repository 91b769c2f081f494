//! The answer type that several tables share.

use sea_orm::entity::prelude::*;

/// An answer of someone who may not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Answer {
    /// Yes.
    #[sea_orm(string_value = "yes")]
    Yes,
    /// No.
    #[sea_orm(string_value = "no")]
    No,
    /// Not known, or disputed.
    #[sea_orm(string_value = "unsure")]
    Unsure,
}
