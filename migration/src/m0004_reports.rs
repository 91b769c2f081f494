//! Reports with their persons, ticked indicators and messages; keys of mutations that create something.

use crate::row_level_security::{Rights, may_move, on_postgres, secure};
use crate::tables::{drop_tables, reference, tenant_table, within_tenant};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Those who write reports, where they stand in a policy.
const WRITES: &str = "organisation_id = (SELECT app_organisation())
     AND (SELECT app_role('reporter', 'coordinator', 'intake_officer'))";

/// The service keeping deadlines by itself. It sees reports and what happened to them, and no other part.
pub(crate) const KEEPS_TIME_ALONE: &str = "(SELECT app_purpose('timekeeping') AND app_membership() IS NULL)";

/// A part of a report is visible with the report. What removes expired drafts sees no parts: they go with their report. Nor
/// does what tells news.
pub(crate) fn with_report(table: &str, condition: &str) -> String {
    format!(
        "NOT (SELECT app_purpose('expiry', 'notification')) AND NOT {KEEPS_TIME_ALONE}
         AND EXISTS (SELECT FROM report r WHERE r.organisation_id = \"{table}\".organisation_id
                     AND r.id = \"{table}\".report_id AND {condition})"
    )
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        reports(manager).await?;
        persons(manager).await?;
        ticked_indicators(manager).await?;
        messages(manager).await?;
        idempotency_keys(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = ["idempotency_key", "report_message", "ticked_indicator", "person_identity", "person", "report"];
        drop_tables(manager, &tables).await
    }
}

fn report_table() -> TableCreateStatement {
    let mut table = tenant_table("report");
    table.col(ColumnDef::new("author_id").uuid().not_null()).col(ColumnDef::new("reference").text().unique_key());
    for column in ["channel", "state"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    table
        .col(ColumnDef::new("urgency").small_integer().not_null())
        .col(ColumnDef::new("reported_urgency").small_integer().not_null())
        .col(ColumnDef::new("revision").integer().not_null())
        .col(ColumnDef::new("section_revisions").text().not_null())
        .col(ColumnDef::new("begun_on").date().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("submitted_at").timestamp_with_time_zone());
    for column in ["reporter_function", "reporter_contact", "on_behalf_of"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    table.col(ColumnDef::new("may_call_back").boolean().not_null());
    for column in ["danger_now", "exploiter_near", "observations"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    table
        .col(ColumnDef::new("observed_from").date())
        .col(ColumnDef::new("observed_until").date())
        .col(ColumnDef::new("municipality_code").text());
    for column in ["place", "suspected_forms", "exploitation_place", "actions_taken", "person_knows"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    table
        .col(ColumnDef::new("assignee_id").uuid())
        .col(ColumnDef::new("joined_to_id").uuid())
        .col(ColumnDef::new("withdrawal_requested_at").timestamp_with_time_zone())
        .col(ColumnDef::new("sealing_key_id").uuid())
        .col(ColumnDef::new("sealing_key").binary().not_null())
        .foreign_key(&mut within_tenant("report", "sealing_key_id", "organisation_key", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_tenant("report", "author_id", "membership", ForeignKeyAction::NoAction))
        .foreign_key(&mut reference("report", "assignee_id", "membership"))
        .foreign_key(&mut reference("report", "joined_to_id", "report"))
        .check(Expr::cust("(state = 'draft') = (submitted_at IS NULL)"))
        .check(Expr::cust("(state = 'draft') = (reference IS NULL)"))
        .check(Expr::cust("(state = 'joined') = (joined_to_id IS NOT NULL)"));
    table
}

async fn reports(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_table(report_table()).await?;
    let indexes: [(&str, &[&str]); 4] = [
        ("report_author_idx", &["author_id", "id"]),
        ("report_queue_idx", &["state", "urgency", "submitted_at", "id"]),
        ("report_assignee_idx", &["assignee_id", "id"]),
        ("report_joined_to_idx", &["joined_to_id"]),
    ];
    for (name, columns) in indexes {
        let mut index = Index::create();
        index.name(name).table("report");
        for column in columns {
            index.col(*column);
        }
        manager.create_index(index).await?;
    }
    let author = format!("author_id = (SELECT app_membership()) AND {WRITES}");
    let select = format!(
        "({author})
         OR (state <> 'draft' AND (
             (organisation_id = (SELECT app_organisation()) AND (SELECT app_role('coordinator')))
             OR (SELECT app_role('intake_officer', 'supervisor'))
             OR (assignee_id = (SELECT app_membership()) AND (SELECT app_role('case_worker')))
             OR (SELECT app_purpose('count') AND app_role('analyst'))))
         OR (state = 'draft' AND (SELECT app_purpose('expiry')))
         OR (SELECT app_purpose('demonstration', 'key_keeping'))"
    );
    let insert = format!("({author} AND state IN ('draft', 'submitted')) OR (SELECT app_purpose('demonstration'))");
    let update = format!("({select}) AND NOT (SELECT app_purpose('count', 'expiry'))");
    let delete = format!("state = 'draft' AND (({author}) OR (SELECT app_purpose('expiry')))");
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: Some(&update), delete: Some(&delete) };
    secure(manager, "report", rights).await?;
    let works = "app_role('intake_officer', 'case_worker', 'supervisor')";
    may_move(manager, "report", &["assignee_id"], &assigns("assignee_id")).await?;
    may_move(manager, "report", &["joined_to_id"], works).await?;
    keys_are_kept(manager, "report").await
}

/// Whether work may be given to the member in this column: by those who assign to anybody, by a case worker to nobody.
pub(crate) fn assigns(column: &str) -> String {
    format!("app_role('intake_officer', 'supervisor') OR (app_role('case_worker') AND NEW.{column} IS NULL)")
}

/// A record's key is wrapped anew by those who keep the keys, and destroyed with its texts.
async fn keys_are_kept(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let condition = "app_purpose('key_keeping') OR (app_purpose('erasure') AND NEW.sealing_key_id IS NULL)";
    may_move(manager, table, &["sealing_key_id", "sealing_key"], condition).await
}

async fn persons(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("person");
    table
        .col(ColumnDef::new("report_id").uuid().not_null())
        .col(ColumnDef::new("position").integer().not_null())
        .col(ColumnDef::new("pseudonym").text().not_null())
        .col(ColumnDef::new("age_band").text())
        .col(ColumnDef::new("birth_year").integer());
    for column in [
        "child",
        "sex",
        "citizenship",
        "language",
        "communication_need",
        "guardian",
        "guardian_may_be_involved",
        "contact_channel",
        "contact_time",
        "contact_caution",
    ] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    table
        .col(ColumnDef::new("sealing_key_id").uuid())
        .col(ColumnDef::new("sealing_key").binary().not_null())
        .foreign_key(&mut within_tenant("person", "sealing_key_id", "organisation_key", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_tenant("person", "report_id", "report", ForeignKeyAction::Cascade));
    manager.create_table(table).await?;
    let mut identity = Table::create();
    identity
        .table("person_identity")
        .col(ColumnDef::new("person_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("report_id").uuid().not_null());
    for column in ["names", "personal_number", "birth_date", "phone", "address"] {
        identity.col(ColumnDef::new(column).text().not_null());
    }
    identity.foreign_key(&mut within_tenant("person_identity", "person_id", "person", ForeignKeyAction::Cascade));
    identity.foreign_key(&mut within_tenant("person_identity", "report_id", "report", ForeignKeyAction::Cascade));
    manager.create_table(identity).await?;
    by_report(manager, &["person", "person_identity"]).await?;
    part_of_report(manager, "person", &with_report("person", "true")).await?;
    rewrap(manager, "person").await?;
    let unaccepted_author = "r.author_id = (SELECT app_membership()) AND r.state IN ('draft', 'submitted', 'in_triage', 'more_information_needed')";
    let visible = with_report(
        "person_identity",
        &format!(
            "({unaccepted_author} OR (SELECT app_purpose('open_identity') AND app_role('intake_officer', 'case_worker', 'supervisor')) OR (SELECT app_purpose('demonstration', 'key_keeping')))"
        ),
    );
    part_of_report(manager, "person_identity", &visible).await
}

async fn ticked_indicators(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("ticked_indicator");
    table
        .col(ColumnDef::new("report_id").uuid().not_null())
        .col(ColumnDef::new("person_id").uuid().not_null())
        .col(ColumnDef::new("indicator_id").uuid().not_null())
        .col(ColumnDef::new("remark").text().not_null())
        .index(Index::create().name("ticked_indicator_key").unique().col("person_id").col("indicator_id"))
        .foreign_key(&mut within_tenant("ticked_indicator", "report_id", "report", ForeignKeyAction::Cascade))
        .foreign_key(&mut within_tenant("ticked_indicator", "person_id", "person", ForeignKeyAction::Cascade))
        .foreign_key(&mut reference("ticked_indicator", "indicator_id", "indicator"));
    manager.create_table(table).await?;
    by_report(manager, &["ticked_indicator"]).await?;
    part_of_report(manager, "ticked_indicator", &with_report("ticked_indicator", "true")).await
}

async fn messages(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("report_message");
    table
        .col(ColumnDef::new("report_id").uuid().not_null())
        .col(ColumnDef::new("author_id").uuid().not_null())
        .col(ColumnDef::new("kind").text().not_null())
        .col(ColumnDef::new("in_reply_to_id").uuid())
        .col(ColumnDef::new("text").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .foreign_key(&mut within_tenant("report_message", "report_id", "report", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_tenant(
            "report_message",
            "in_reply_to_id",
            "report_message",
            ForeignKeyAction::NoAction,
        ))
        .foreign_key(&mut reference("report_message", "author_id", "membership"));
    manager.create_table(table).await?;
    by_report(manager, &["report_message"]).await?;
    let visible = with_report("report_message", "NOT (SELECT app_purpose('count'))");
    // Nobody writes in another's name.
    let written =
        format!("({visible}) AND (author_id = (SELECT app_membership()) OR (SELECT app_purpose('demonstration')))");
    let rights = Rights { select: Some(&visible), insert: Some(&written), update: None, delete: None };
    secure(manager, "report_message", rights).await
}

async fn idempotency_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("idempotency_key")
        .col(ColumnDef::new("membership_id").uuid().not_null())
        .col(ColumnDef::new("key").text().not_null())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("operation").text().not_null())
        .col(ColumnDef::new("input_digest").text().not_null())
        .col(ColumnDef::new("result_id").uuid().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col("membership_id").col("key"));
    manager.create_table(table).await?;
    let own = "membership_id = (SELECT app_membership()) AND organisation_id = (SELECT app_organisation())";
    let expired = "(SELECT app_purpose('expiry'))";
    let select = format!("({own}) OR (SELECT app_purpose('expiry', 'key_keeping'))");
    let rights = Rights { select: Some(&select), insert: Some(own), update: None, delete: Some(expired) };
    secure(manager, "idempotency_key", rights).await
}

/// Parts are read by report.
async fn by_report(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for table in tables {
        let index = Index::create().name(format!("{table}_report_idx")).table(*table).col("report_id").to_owned();
        manager.create_index(index).await?;
    }
    Ok(())
}

/// Those who keep the keys wrap those of records anew.
async fn rewrap(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let sql = format!("CREATE POLICY {table}_update ON {table} FOR UPDATE USING ((SELECT app_purpose('key_keeping')))");
    on_postgres(manager, &sql).await?;
    keys_are_kept(manager, table).await
}

/// A part is seen with its report, written by the report's author, and removed while the report is a draft.
async fn part_of_report(manager: &SchemaManager<'_>, table: &str, visible: &str) -> Result<(), DbErr> {
    let author = "(r.author_id = (SELECT app_membership()) OR (SELECT app_purpose('demonstration')))";
    let (written, removed) =
        (with_report(table, author), with_report(table, &format!("{author} AND r.state = 'draft'")));
    let rights = Rights { select: Some(visible), insert: Some(&written), update: None, delete: Some(&removed) };
    secure(manager, table, rights).await
}
