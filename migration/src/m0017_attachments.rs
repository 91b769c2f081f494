//! Files of reports: seen with their report, those of the Centre by the Centre alone; filled once, by whoever announced them.

use crate::m0004_reports::with_report;
use crate::m0006_audit::SERVICE;
use crate::row_level_security::{Rights, on_postgres, secure};
use crate::tables::{drop_tables, reference, tenant_table, within_tenant};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The service that scans files, and removes those that never came.
const KEEPS: &str = "(SELECT app_purpose('attachment_keeping'))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table()).await?;
        let mut position = Index::create();
        position.name("attachment_position_key").table("attachment").unique();
        position.col("report_id").col("of_centre").col("position");
        manager.create_index(position).await?;
        let object = Index::create().name("attachment_object_idx").table("attachment").col("object").to_owned();
        manager.create_index(object).await?;
        rights(manager).await?;
        on_postgres(manager, &keeping()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["attachment"]).await?;
        let policies = "
            DROP POLICY report_attachment_keeping_select ON report;
            DROP POLICY organisation_key_attachment_keeping_select ON organisation_key;
            DROP POLICY audit_event_attachment_keeping_insert ON audit_event;";
        on_postgres(manager, policies).await
    }
}

fn table() -> TableCreateStatement {
    let mut table = tenant_table("attachment");
    table
        .col(ColumnDef::new("report_id").uuid().not_null())
        .col(ColumnDef::new("author_id").uuid().not_null())
        .col(ColumnDef::new("of_centre").boolean().not_null())
        .col(ColumnDef::new("position").integer().not_null())
        .col(ColumnDef::new("state").text().not_null())
        .col(ColumnDef::new("kind").text())
        .col(ColumnDef::new("size").big_integer().not_null())
        .col(ColumnDef::new("object").text().not_null())
        .col(ColumnDef::new("digest").binary().not_null())
        .col(ColumnDef::new("secret").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("received_at").timestamp_with_time_zone())
        .foreign_key(&mut within_tenant("attachment", "report_id", "report", ForeignKeyAction::Cascade))
        .foreign_key(&mut reference("attachment", "author_id", "membership"))
        .check(Expr::cust("position > 0"))
        .check(Expr::cust("(state = 'expected') = (object = '')"))
        .check(Expr::cust("(state = 'expected') = (kind IS NULL)"))
        .check(Expr::cust("(state = 'expected') = (received_at IS NULL)"));
    table
}

async fn rights(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let centre = "(SELECT app_role('intake_officer', 'case_worker', 'supervisor')
                   OR app_purpose('key_keeping', 'erasure', 'demonstration'))";
    let seen = with_report("attachment", "NOT (SELECT app_purpose('count'))");
    let visible = format!("({seen} AND (NOT of_centre OR {centre})) OR {KEEPS}");
    // Nobody adds in another's name, and nobody but whoever announced a file fills it.
    let own = format!(
        "({seen} AND author_id = (SELECT app_membership())
          AND of_centre = (SELECT app_role('intake_officer', 'case_worker', 'supervisor')))"
    );
    let insert = format!("({own} AND state = 'expected') OR ({seen} AND (SELECT app_purpose('demonstration')))");
    let update = format!("({own} AND state = 'expected') OR ({KEEPS} AND state IN ('waiting', 'not_scanned'))");
    let draft = with_report("attachment", "r.state = 'draft'");
    let ended = with_report("attachment", "r.state IN ('accepted', 'joined', 'passed_on', 'closed')");
    let delete = format!(
        "({own} AND (state = 'expected' OR {draft})) OR ({KEEPS} AND state = 'expected')
         OR ((SELECT app_purpose('erasure')) AND {ended})"
    );
    let rights = Rights { select: Some(&visible), insert: Some(&insert), update: Some(&update), delete: Some(&delete) };
    secure(manager, "attachment", rights).await?;
    let after = format!("({own} AND state <> 'expected') OR ({KEEPS} AND state <> 'expected')");
    on_postgres(manager, &format!("ALTER POLICY attachment_update ON attachment WITH CHECK ({after})")).await
}

/// What the service at this work reads beside: reports, for their keys, which open no text for it; and the keys that wrap these.
fn keeping() -> String {
    format!(
        "CREATE POLICY report_attachment_keeping_select ON report FOR SELECT USING ({KEEPS});
         CREATE POLICY organisation_key_attachment_keeping_select ON organisation_key FOR SELECT USING ({KEEPS});
         CREATE POLICY audit_event_attachment_keeping_insert ON audit_event FOR INSERT
             WITH CHECK ({KEEPS} AND {SERVICE});"
    )
}
