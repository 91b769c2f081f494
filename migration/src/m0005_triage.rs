//! The Centre's work on reports: transitions, internal notes, cases.

use crate::m0004_reports::{assigns, with_report};
use crate::row_level_security::{Rights, may_move, secure};
use crate::tables::{drop_tables, reference, tenant_table, within_tenant};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const CENTRE: &str = "(SELECT app_role('intake_officer', 'case_worker', 'supervisor') OR app_purpose('demonstration'))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        events(manager).await?;
        notes(manager).await?;
        cases(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["case", "internal_note", "report_event"]).await
    }
}

async fn events(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("report_event");
    table.col(ColumnDef::new("report_id").uuid().not_null()).col(ColumnDef::new("actor_id").uuid().not_null());
    for column in ["transition", "from_state", "to_state"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    table
        .col(ColumnDef::new("revision").integer().not_null())
        .col(ColumnDef::new("urgency").small_integer())
        .col(ColumnDef::new("assignee_id").uuid())
        .col(ColumnDef::new("reason").text().not_null())
        .col(ColumnDef::new("occurred_at").timestamp_with_time_zone().not_null())
        .foreign_key(&mut within_tenant("report_event", "report_id", "report", ForeignKeyAction::NoAction))
        .foreign_key(&mut reference("report_event", "actor_id", "membership"))
        .foreign_key(&mut reference("report_event", "assignee_id", "membership"));
    manager.create_table(table).await?;
    by_report(manager, "report_event").await?;
    // Partners cause two transitions, submit and answer, and so may add a row that they cannot read.
    let visible = read("report_event");
    let insert = format!("{} AND {}", with_report("report_event", "true"), in_own_name("actor_id"));
    let rights = Rights { select: Some(&visible), insert: Some(&insert), update: None, delete: None };
    secure(manager, "report_event", rights).await
}

async fn notes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("internal_note");
    table
        .col(ColumnDef::new("report_id").uuid().not_null())
        .col(ColumnDef::new("author_id").uuid().not_null())
        .col(ColumnDef::new("text").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .foreign_key(&mut within_tenant("internal_note", "report_id", "report", ForeignKeyAction::NoAction))
        .foreign_key(&mut reference("internal_note", "author_id", "membership"));
    manager.create_table(table).await?;
    by_report(manager, "internal_note").await?;
    let visible = read("internal_note");
    let written = format!("{} AND {}", centre_only("internal_note"), in_own_name("author_id"));
    let rights = Rights { select: Some(&visible), insert: Some(&written), update: None, delete: None };
    secure(manager, "internal_note", rights).await
}

async fn cases(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("case");
    table
        .col(ColumnDef::new("report_id").uuid().not_null())
        .col(ColumnDef::new("person_id").uuid().not_null())
        .col(ColumnDef::new("reference").text().not_null().unique_key())
        .col(ColumnDef::new("case_worker_id").uuid());
    for column in ["identification", "exploitation_forms", "decision_reason"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    table
        .col(ColumnDef::new("decided_by_id").uuid())
        .col(ColumnDef::new("decided_at").timestamp_with_time_zone())
        .col(ColumnDef::new("revision").integer().not_null())
        .col(ColumnDef::new("opened_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("void_at").timestamp_with_time_zone())
        .foreign_key(&mut within_tenant("case", "report_id", "report", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_tenant("case", "person_id", "person", ForeignKeyAction::NoAction))
        .foreign_key(&mut reference("case", "case_worker_id", "membership"))
        .foreign_key(&mut reference("case", "decided_by_id", "membership"))
        .check(Expr::cust("(identification = 'pending') = (decided_at IS NULL)"));
    manager.create_table(table).await?;
    by_report(manager, "case").await?;
    let open_case = Index::create()
        .name("case_open_person_key")
        .table("case")
        .unique()
        .col("person_id")
        .cond_where(Expr::col("void_at").is_null())
        .to_owned();
    manager.create_index(open_case).await?;
    let written = centre_only("case");
    let visible = format!("({}) OR (SELECT app_purpose('count') AND app_role('analyst'))", read("case"));
    let rights = Rights { select: Some(&visible), insert: Some(&written), update: Some(&written), delete: None };
    secure(manager, "case", rights).await?;
    may_move(manager, "case", &["case_worker_id"], &assigns("case_worker_id")).await?;
    let decides = "app_role('intake_officer', 'case_worker', 'supervisor') AND NEW.decided_by_id = app_membership()";
    may_move(manager, "case", &["decided_by_id"], decides).await
}

/// Nobody writes in another's name.
fn in_own_name(column: &str) -> String {
    format!("({column} = (SELECT app_membership()) OR (SELECT app_purpose('demonstration')))")
}

/// Read by the Centre, and by those who keep the keys, to whom everything is sealed.
fn read(table: &str) -> String {
    format!("({}) OR (SELECT app_purpose('key_keeping'))", centre_only(table))
}

fn centre_only(table: &str) -> String {
    format!("{CENTRE} AND {}", with_report(table, "true"))
}

async fn by_report(manager: &SchemaManager<'_>, table: &'static str) -> Result<(), DbErr> {
    let index = Index::create().name(format!("{table}_report_idx")).table(table).col("report_id").to_owned();
    manager.create_index(index).await
}
