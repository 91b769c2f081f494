//! The chain over the audit trail, and its signed checkpoints. The server may add and read; nobody it connects as may change
//! or remove.

use crate::row_level_security::{Rights, on_postgres, on_sqlite, secure};
use crate::tables::drop_tables;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Who reads the audit trail: as [`super::m0006_audit`] has it, and the service that links it.
const READERS: &str = "(SELECT app_role('protection_officer') OR app_purpose('key_keeping'))
    OR (organisation_id = (SELECT app_organisation()) AND (SELECT app_role('coordinator')))";
const LINKING: &str = "(SELECT app_purpose('audit_linking'))";

async fn append_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    for command in ["UPDATE", "DELETE"] {
        let sql = format!(
            "CREATE TRIGGER {table}_no_{name} BEFORE {command} ON {table}
             BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;",
            name = command.to_lowercase(),
        );
        on_sqlite(manager, &sql).await?;
    }
    secure(manager, table, Rights { select: Some(LINKING), insert: Some(LINKING), ..Rights::default() }).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut link = Table::create();
        link.table("audit_link")
            .col(ColumnDef::new("position").big_integer().not_null().primary_key())
            .col(ColumnDef::new("event_id").uuid().not_null().unique_key())
            .col(ColumnDef::new("digest").binary().not_null())
            .col(ColumnDef::new("hash").binary().not_null());
        manager.create_table(link).await?;
        let mut checkpoint = Table::create();
        checkpoint
            .table("audit_checkpoint")
            .col(ColumnDef::new("position").big_integer().not_null().primary_key())
            .col(ColumnDef::new("hash").binary().not_null())
            .col(ColumnDef::new("signed_at").timestamp_with_time_zone().not_null())
            .col(ColumnDef::new("key_id").text().not_null())
            .col(ColumnDef::new("signature").binary().not_null());
        manager.create_table(checkpoint).await?;
        for table in ["audit_link", "audit_checkpoint"] {
            append_only(manager, table).await?;
        }
        let readers = format!("ALTER POLICY audit_event_select ON audit_event USING ({READERS} OR {LINKING})");
        on_postgres(manager, &readers).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let readers = format!("ALTER POLICY audit_event_select ON audit_event USING ({READERS})");
        on_postgres(manager, &readers).await?;
        drop_tables(manager, &["audit_checkpoint", "audit_link"]).await
    }
}
