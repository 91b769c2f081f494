//! Whom sessions reached. Its policy asks who trains, and nobody asks it.

use crate::m0010_training::trains;
use crate::row_level_security::{Rights, secure};
use crate::tables::{drop_tables, reference};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The service filling the demonstration.
const DEMONSTRATION: &str = "(SELECT app_purpose('demonstration'))";

/// Members of the Centre who count whom sessions reached.
const COUNTS: &str =
    "(SELECT app_purpose('count') AND app_role('supervisor', 'analyst', 'trainer') AND app_kind() = 'centre')";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        session_reach(manager).await?;
        // Kept when attendance has become final, and kept anew when a list adds to it.
        let trains = trains("session_reach.session_id");
        let select = format!("{COUNTS} OR {DEMONSTRATION} OR {trains}");
        let insert = format!("{trains} OR {DEMONSTRATION}");
        let rights =
            Rights { select: Some(&select), insert: Some(&insert), delete: Some(&trains), ..Rights::default() };
        secure(manager, "session_reach", rights).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["session_reach"]).await
    }
}

async fn session_reach(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("session_reach")
        .col(ColumnDef::new("session_id").uuid().not_null())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("organiser_id").uuid().not_null())
        .col(ColumnDef::new("ended_on").date().not_null())
        .col(ColumnDef::new("participants").integer().not_null())
        .primary_key(Index::create().col("session_id").col("organisation_id"))
        .foreign_key(&mut reference("session_reach", "organisation_id", "organisation"))
        .foreign_key(
            ForeignKey::create()
                .name("session_reach_session_id_fkey")
                .from("session_reach", ("organiser_id", "session_id"))
                .to("training_session", ("organisation_id", "id")),
        )
        .check(Expr::cust("participants > 0"));
    manager.create_table(table).await?;
    // All that coverage asks, in the order in which it asks.
    let covering = Index::create()
        .name("session_reach_institution_idx")
        .table("session_reach")
        .col("organisation_id")
        .col("ended_on")
        .col("participants")
        .col("session_id")
        .to_owned();
    manager.create_index(covering).await
}
