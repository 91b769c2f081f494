//! Possible duplicates. Whoever submits a report adds blind indexes of its persons and reads none; the service compares them,
//! and reads nothing else; the Centre sees what it proposes where it sees both reports.
//!
//! What is compared refers to the persons, and proposals to what is compared: whoever proposes locks no row that a reporting
//! organisation waits for.

use crate::m0006_audit::SERVICE;
use crate::row_level_security::{Rights, may_move, on_postgres, secure};
use crate::tables::{drop_tables, reference, tenant_table, within_tenant};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const MATCHES: &str = "(SELECT app_purpose('matching'))";
const DEMONSTRATION: &str = "(SELECT app_purpose('demonstration'))";
const ERASES: &str = "(SELECT app_purpose('erasure'))";
/// Those who submit reports, on their own side.
const SUBMITS: &str = "(organisation_id = (SELECT app_organisation())
     AND (SELECT app_role('reporter', 'coordinator', 'intake_officer')))";
const SEES: &str = "(SELECT app_role('intake_officer', 'case_worker', 'supervisor') AND NOT app_purpose('count'))";
const EXPORTS: &str = "(SELECT app_purpose('export'))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        index_key(manager).await?;
        subjects(manager).await?;
        keys(manager).await?;
        proposals(manager).await?;
        let service = format!(
            "CREATE POLICY audit_event_matching_insert ON audit_event FOR INSERT WITH CHECK ({MATCHES} AND {SERVICE});"
        );
        on_postgres(manager, &service).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, "DROP POLICY audit_event_matching_insert ON audit_event;").await?;
        drop_tables(manager, &["possible_duplicate", "match_key", "match_subject", "index_key"]).await
    }
}

/// Wrapped by the master key it says nothing. Whoever submits first makes it.
async fn index_key(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("index_key")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("master_key_id").text().not_null())
        .col(ColumnDef::new("wrapped").binary().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null());
    manager.create_table(table).await?;
    let keeps = "(SELECT app_purpose('key_keeping'))";
    let uses = format!("(SELECT app_role('reporter', 'coordinator', 'intake_officer')) OR {DEMONSTRATION} OR {keeps}");
    let rights = Rights { select: Some(&uses), insert: Some(&uses), update: Some(keeps), delete: None };
    secure(manager, "index_key", rights).await
}

async fn subjects(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("match_subject")
        .col(ColumnDef::new("person_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("report_id").uuid().not_null())
        .col(ColumnDef::new("name_parts").small_integer().not_null())
        .col(ColumnDef::new("birth_year").integer())
        .col(ColumnDef::new("age_band").text())
        .col(ColumnDef::new("sex").text().not_null())
        .col(ColumnDef::new("municipality_code").text())
        .col(ColumnDef::new("submitted_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("compared_at").timestamp_with_time_zone())
        .index(Index::create().name("match_subject_tenant_key").unique().col("organisation_id").col("person_id"))
        .foreign_key(&mut within_tenant("match_subject", "person_id", "person", ForeignKeyAction::Cascade))
        .foreign_key(&mut within_tenant("match_subject", "report_id", "report", ForeignKeyAction::Cascade));
    manager.create_table(table).await?;
    let mut waiting = Index::create();
    waiting.name("match_subject_waiting_idx").table("match_subject").col("person_id");
    waiting.cond_where(Expr::col("compared_at").is_null());
    manager.create_index(waiting).await?;
    let select = format!("{MATCHES} OR {ERASES} OR {DEMONSTRATION}");
    let insert = format!("({SUBMITS} AND compared_at IS NULL) OR {DEMONSTRATION}");
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: Some(MATCHES), delete: Some(ERASES) };
    secure(manager, "match_subject", rights).await
}

/// A composite foreign key to what is compared, with which it goes.
fn to_subject(from: &'static str, organisation: &'static str, person: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{from}_{person}_fkey"))
        .from(from, (organisation, person))
        .to("match_subject", ("organisation_id", "person_id"))
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

async fn keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("match_key");
    for column in ["report_id", "person_id"] {
        table.col(ColumnDef::new(column).uuid().not_null());
    }
    table
        .col(ColumnDef::new("kind").text().not_null())
        .col(ColumnDef::new("part").small_integer().not_null())
        .col(ColumnDef::new("digest").binary().not_null())
        .foreign_key(&mut to_subject("match_key", "organisation_id", "person_id"))
        .check(Expr::cust("length(digest) = 16"));
    manager.create_table(table).await?;
    for column in ["digest", "person_id"] {
        let name = format!("match_key_{column}_idx");
        manager.create_index(Index::create().name(name).table("match_key").col(column).to_owned()).await?;
    }
    let select = format!("{MATCHES} OR {DEMONSTRATION}");
    let insert = format!("{SUBMITS} OR {DEMONSTRATION}");
    let rights = Rights { select: Some(&select), insert: Some(&insert), ..Rights::default() };
    secure(manager, "match_key", rights).await
}

fn proposal_table() -> TableCreateStatement {
    let mut table = tenant_table("possible_duplicate");
    for column in ["report_id", "person_id", "other_organisation_id", "other_report_id", "other_person_id"] {
        table.col(ColumnDef::new(column).uuid().not_null());
    }
    for column in ["reasons", "strength", "state", "resolve_reason"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    table
        .col(ColumnDef::new("proposed_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("resolved_at").timestamp_with_time_zone())
        .col(ColumnDef::new("resolved_by_id").uuid())
        .index(Index::create().name("possible_duplicate_pair_key").unique().col("person_id").col("other_person_id"))
        .foreign_key(&mut to_subject("possible_duplicate", "organisation_id", "person_id"))
        .foreign_key(&mut to_subject("possible_duplicate", "other_organisation_id", "other_person_id"))
        .foreign_key(&mut reference("possible_duplicate", "resolved_by_id", "membership"))
        .check(Expr::cust("(state = 'open') = (resolved_at IS NULL)"))
        .check(Expr::cust("(resolved_at IS NULL) = (resolved_by_id IS NULL)"))
        .check(Expr::cust("report_id <> other_report_id"));
    table
}

async fn proposals(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_table(proposal_table()).await?;
    for column in ["report_id", "other_report_id", "other_person_id"] {
        let name = format!("possible_duplicate_{column}_idx");
        manager.create_index(Index::create().name(name).table("possible_duplicate").col(column).to_owned()).await?;
    }
    let report = |prefix: &str| {
        format!(
            "EXISTS (SELECT FROM report r WHERE r.organisation_id = possible_duplicate.{prefix}organisation_id
                     AND r.id = possible_duplicate.{prefix}report_id)"
        )
    };
    let both = format!("({} AND {})", report(""), report("other_"));
    let sees = format!("({SEES} AND {both})");
    let decides = format!("({sees} AND NOT {EXPORTS})");
    let services = "(SELECT app_purpose('matching', 'notification', 'key_keeping', 'demonstration'))";
    let select = format!("{sees} OR {services}");
    let insert = format!("({MATCHES} AND state = 'open') OR {DEMONSTRATION}");
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: Some(&decides), delete: None };
    secure(manager, "possible_duplicate", rights).await?;
    let resolves = "app_role('intake_officer', 'case_worker', 'supervisor')
         AND (NEW.resolved_by_id IS NULL OR NEW.resolved_by_id = app_membership())";
    may_move(manager, "possible_duplicate", &["resolved_by_id"], resolves).await
}
