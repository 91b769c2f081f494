//! The audit trail. The server may add and read; nobody it connects as may change or remove.

use crate::row_level_security::{Rights, on_sqlite, secure};
use crate::tables::drop_tables;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What somebody did stands in its own name. Signing in knows whose account it is before anybody acts in it.
const MEMBER: &str = "(account_id = (SELECT app_account())
     AND organisation_id IS NOT DISTINCT FROM (SELECT app_organisation())
     AND membership_id IS NOT DISTINCT FROM (SELECT app_membership()))";

/// What the service did stands in nobody's name.
pub(crate) const SERVICE: &str = "(account_id IS NULL AND organisation_id IS NULL AND membership_id IS NULL)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("audit_event")
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("occurred_at").timestamp_with_time_zone().not_null());
        for column in ["organisation_id", "account_id", "membership_id"] {
            table.col(ColumnDef::new(column).uuid());
        }
        table
            .col(ColumnDef::new("action").text().not_null())
            .col(ColumnDef::new("object_type").text().not_null())
            .col(ColumnDef::new("object_id").uuid())
            .col(ColumnDef::new("request_id").uuid().not_null())
            .col(ColumnDef::new("reason").text());
        manager.create_table(table).await?;
        for column in ["organisation_id", "object_id"] {
            let mut index = Index::create();
            index.name(format!("audit_event_{column}_idx")).table("audit_event").col(column).col("id");
            manager.create_index(index).await?;
        }
        for command in ["UPDATE", "DELETE"] {
            let sql = format!(
                "CREATE TRIGGER audit_event_no_{name} BEFORE {command} ON audit_event
                 BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;",
                name = command.to_lowercase(),
            );
            on_sqlite(manager, &sql).await?;
        }
        let rights = Rights {
            select: Some(
                "(SELECT app_role('protection_officer') OR app_purpose('key_keeping'))
                 OR (organisation_id = (SELECT app_organisation()) AND (SELECT app_role('coordinator')))",
            ),
            insert: Some(&format!(
                "{MEMBER} OR ({SERVICE} AND (SELECT app_purpose('import', 'administration', 'expiry', 'demonstration', 'key_keeping', 'placement')))
                 OR ((account_id IS NOT NULL OR {SERVICE}) AND (SELECT app_purpose('sign_in')))"
            )),
            ..Rights::default()
        };
        secure(manager, "audit_event", rights).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["audit_event"]).await
    }
}
