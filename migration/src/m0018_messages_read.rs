//! Who has read which message. The reporting organisation sees its own readers, and that the Centre has read a message; who of the
//! Centre did, the Centre alone sees. Nobody marks in another's name.

use crate::m0004_reports::with_report;
use crate::row_level_security::{Rights, secure};
use crate::tables::{drop_tables, reference, tenant_table, within_tenant};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const WORKS: &str = "(SELECT app_role('intake_officer', 'case_worker', 'supervisor'))";
const DEMONSTRATION: &str = "(SELECT app_purpose('demonstration'))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = tenant_table("message_reading");
        for column in ["report_id", "message_id", "reader_organisation_id"] {
            table.col(ColumnDef::new(column).uuid().not_null());
        }
        table
            .col(ColumnDef::new("membership_id").uuid())
            .col(ColumnDef::new("read_at").timestamp_with_time_zone().not_null())
            .foreign_key(&mut within_tenant("message_reading", "report_id", "report", ForeignKeyAction::NoAction))
            .foreign_key(&mut within_tenant(
                "message_reading",
                "message_id",
                "report_message",
                ForeignKeyAction::NoAction,
            ))
            .foreign_key(&mut reference("message_reading", "reader_organisation_id", "organisation"))
            .foreign_key(&mut reference("message_reading", "membership_id", "membership"));
        manager.create_table(table).await?;
        for (name, columns, member) in [
            ("message_reading_member_key", &["message_id", "membership_id"][..], true),
            ("message_reading_centre_key", &["message_id"][..], false),
        ] {
            let mut index = Index::create();
            index.name(name).table("message_reading").unique();
            columns.iter().for_each(|column| _ = index.col(*column));
            let of_member = Expr::col("membership_id");
            index.cond_where(if member { of_member.is_not_null() } else { of_member.is_null() });
            manager.create_index(index).await?;
        }
        let by_report =
            Index::create().name("message_reading_report_idx").table("message_reading").col("report_id").to_owned();
        manager.create_index(by_report).await?;
        secure_readings(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["message_reading"]).await
    }
}

async fn secure_readings(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let seen = with_report("message_reading", "NOT (SELECT app_purpose('count'))");
    let own = "reader_organisation_id = (SELECT app_organisation())";
    let select = format!("{seen} AND ({WORKS} OR {DEMONSTRATION} OR {own} OR membership_id IS NULL)");
    let insert = format!(
        "{seen} AND (({own} AND (membership_id = (SELECT app_membership()) OR (membership_id IS NULL AND {WORKS})))
                     OR {DEMONSTRATION})"
    );
    let rights = Rights { select: Some(&select), insert: Some(&insert), ..Rights::default() };
    secure(manager, "message_reading", rights).await
}
