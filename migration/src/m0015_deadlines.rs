//! Deadlines of the Centre. The service keeps them: alone, or in the transaction of a member whose step moves a clock, for which
//! it acts in the member's name for a purpose of its own. No other partner reads a row.

use crate::m0004_reports::KEEPS_TIME_ALONE;
use crate::m0006_audit::SERVICE;
use crate::row_level_security::{Rights, on_postgres, secure};
use crate::tables::{drop_tables, tenant_table, within_tenant};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const KEEPS_TIME: &str = "(SELECT app_purpose('timekeeping'))";
const CENTRE: &str =
    "(SELECT app_role('intake_officer', 'case_worker', 'supervisor') OR app_purpose('demonstration', 'timekeeping'))";
const COUNTS: &str = "(SELECT app_purpose('count') AND app_role('analyst'))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        deadlines(manager).await?;
        on_postgres(
            manager,
            &format!(
                "CREATE POLICY report_timekeeping_select ON report FOR SELECT
                     USING ({KEEPS_TIME_ALONE} AND state <> 'draft');
                 CREATE POLICY report_event_timekeeping_select ON report_event FOR SELECT USING ({KEEPS_TIME} AND {});
                 CREATE POLICY audit_event_timekeeping_insert ON audit_event FOR INSERT
                     WITH CHECK ({KEEPS_TIME_ALONE} AND {SERVICE});",
                with_report("report_event"),
            ),
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(
            manager,
            "DROP POLICY report_timekeeping_select ON report;
             DROP POLICY report_event_timekeeping_select ON report_event;
             DROP POLICY audit_event_timekeeping_insert ON audit_event;",
        )
        .await?;
        drop_tables(manager, &["report_deadline"]).await
    }
}

/// A part of a report that the viewer sees.
fn with_report(table: &str) -> String {
    format!(
        "EXISTS (SELECT FROM report r WHERE r.organisation_id = {table}.organisation_id AND r.id = {table}.report_id)"
    )
}

async fn deadlines(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("report_deadline");
    table
        .col(ColumnDef::new("report_id").uuid().not_null())
        .col(ColumnDef::new("kind").text().not_null())
        .col(ColumnDef::new("round").integer().not_null())
        .col(ColumnDef::new("urgency").small_integer().not_null())
        .col(ColumnDef::new("started_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("started_in").text().not_null())
        .col(ColumnDef::new("due_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("escalates_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("paused_at").timestamp_with_time_zone())
        .col(ColumnDef::new("remaining_seconds").integer().not_null());
    for column in ["met_at", "overdue_at", "escalated_at"] {
        table.col(ColumnDef::new(column).timestamp_with_time_zone());
    }
    table
        .index(Index::create().name("report_deadline_key").unique().col("report_id").col("kind").col("round"))
        .foreign_key(&mut within_tenant("report_deadline", "report_id", "report", ForeignKeyAction::NoAction))
        .check(Expr::cust("met_at IS NULL OR paused_at IS NULL"))
        .check(Expr::cust("escalated_at IS NULL OR overdue_at IS NOT NULL"));
    manager.create_table(table).await?;
    for (name, columns) in
        [("report_deadline_open_idx", ["due_at", "id"]), ("report_deadline_escalates_idx", ["escalates_at", "id"])]
    {
        let mut index = Index::create();
        index.name(name).table("report_deadline").cond_where(Expr::col("met_at").is_null());
        for column in columns {
            index.col(column);
        }
        manager.create_index(index).await?;
    }
    let month =
        Index::create().name("report_deadline_started_in_idx").table("report_deadline").col("started_in").to_owned();
    manager.create_index(month).await?;
    let kept = format!("{CENTRE} AND {}", with_report("report_deadline"));
    // An analyst's own reports policy lets it count them all.
    let read = format!("({kept}) OR ({COUNTS} AND {})", with_report("report_deadline"));
    let rights = Rights { select: Some(&read), insert: Some(&kept), update: Some(&kept), delete: None };
    secure(manager, "report_deadline", rights).await
}
