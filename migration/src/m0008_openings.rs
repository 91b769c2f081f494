//! Opened identities, emergency access, and who is barred from a report.

use crate::m0004_reports::with_report;
use crate::row_level_security::{Rights, keep, may_move, on_postgres, sealed_anew, secure};
use crate::tables::{drop_tables, reference, tenant_table, within_tenant};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const CENTRE: &str = "(SELECT app_role('intake_officer', 'case_worker', 'supervisor'))";

/// The same in a trigger's condition, which holds no subqueries.
const CENTRE_ALONE: &str = "app_role('intake_officer', 'case_worker', 'supervisor')";

/// An opening of the viewer that has begun and not ended, by the service's clock. Those of two servers may differ by a minute.
const OPEN: &str = "o.membership_id = (SELECT app_membership()) AND o.expires_at > (SELECT app_now())
     AND o.opened_at <= (SELECT app_now() + interval '1 minute')";

/// The author of a report, until the Centre accepts it.
const AUTHOR: &str = "r.author_id = (SELECT app_membership()) AND r.state IN ('draft', 'submitted', 'in_triage', 'more_information_needed')";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Nothing set answers NULL, with which no comparison holds.
        on_postgres(
            manager,
            "CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE
                 AS $$ SELECT NULLIF(current_setting('app.now', true), '')::timestamptz $$;
             CREATE FUNCTION app_barred() RETURNS uuid[] LANGUAGE sql STABLE
                 AS $$ SELECT string_to_array(current_setting('app.barred', true), ',')::uuid[] $$;",
        )
        .await?;
        openings(manager).await?;
        bars(manager).await?;
        keep_the_barred_out(manager).await?;
        open_to_whoever_opened(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let before = with_report(
            "person_identity",
            &format!(
                "({AUTHOR} OR (SELECT app_purpose('open_identity') AND app_role('intake_officer', 'case_worker', 'supervisor'))
                 OR (SELECT app_purpose('demonstration', 'key_keeping')))"
            ),
        );
        on_postgres(
            manager,
            &format!(
                "DROP POLICY report_not_barred ON report;
                 DROP POLICY case_not_barred ON \"case\";
                 DROP POLICY audit_event_not_barred ON audit_event;
                 DROP POLICY report_emergency_select ON report;
                 DROP POLICY report_beyond_update ON report;
                 DROP POLICY person_identity_select ON person_identity;
                 CREATE POLICY person_identity_select ON person_identity FOR SELECT USING ({before});"
            ),
        )
        .await?;
        drop_tables(manager, &["report_bar", "identity_opening"]).await?;
        on_postgres(manager, "DROP FUNCTION app_now, app_barred").await
    }
}

async fn openings(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("identity_opening");
    table
        .col(ColumnDef::new("report_id").uuid().not_null())
        .col(ColumnDef::new("report_reference").text().not_null())
        .col(ColumnDef::new("person_id").uuid())
        .col(ColumnDef::new("membership_id").uuid().not_null())
        .col(ColumnDef::new("reason").text().not_null())
        .col(ColumnDef::new("opened_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("expires_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("attention").small_integer().not_null())
        .col(ColumnDef::new("reviewed_at").timestamp_with_time_zone())
        .col(ColumnDef::new("reviewer_id").uuid())
        .col(ColumnDef::new("review").text())
        .col(ColumnDef::new("review_remark").text().not_null())
        .foreign_key(&mut within_tenant("identity_opening", "report_id", "report", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_tenant("identity_opening", "person_id", "person", ForeignKeyAction::NoAction))
        .foreign_key(&mut reference("identity_opening", "membership_id", "membership"))
        .foreign_key(&mut reference("identity_opening", "reviewer_id", "membership"))
        .check(Expr::cust("(attention = 2) = (reviewed_at IS NOT NULL)"))
        .check(Expr::cust("(attention = 0) = (person_id IS NULL AND reviewed_at IS NULL)"))
        .check(Expr::cust("(reviewed_at IS NULL) = (review IS NULL)"))
        .check(Expr::cust("(reviewed_at IS NULL) = (reviewer_id IS NULL)"))
        .check(Expr::cust("reviewer_id <> membership_id"));
    manager.create_table(table).await?;
    for (name, columns) in [
        ("identity_opening_open_idx", ["membership_id", "expires_at"]),
        ("identity_opening_review_idx", ["attention", "id"]),
    ] {
        let mut index = Index::create();
        index.name(name).table("identity_opening");
        for column in columns {
            index.col(column);
        }
        manager.create_index(index).await?;
    }
    let not_barred = "report_id <> ALL ((SELECT app_barred())::uuid[])";
    let own = format!("membership_id = (SELECT app_membership()) AND {CENTRE}");
    // Who somebody is, is asked before it is known what the account is barred from.
    let select = format!(
        "(SELECT app_purpose('sign_in', 'key_keeping'))
         OR ({not_barred} AND (({own}) OR (SELECT app_role('supervisor', 'protection_officer'))))"
    );
    // That its report exists for the viewer cannot be asked here: the report's policy asks this table.
    let insert = format!(
        "{not_barred} AND {own} AND reviewed_at IS NULL
         AND (person_id IS NOT NULL OR (SELECT app_purpose('beyond_assignment') AND app_role('case_worker')))"
    );
    let reviewer = "(SELECT app_role('protection_officer'))";
    let update = format!("{not_barred} AND (({own}) OR ({reviewer} AND reviewed_at IS NULL))");
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: Some(&update), delete: None };
    secure(manager, "identity_opening", rights).await?;
    let reviewed = "(reviewer_id IS NULL OR reviewer_id = (SELECT app_membership()))";
    let after = format!("{not_barred} AND (({own}) OR ({reviewer} AND {reviewed}))");
    may_become(manager, "identity_opening", &after).await?;
    // What was opened, by whom, when and why stays: otherwise one's own opening would become one of any report. It may end
    // earlier, and is reviewed once.
    keep(manager, "identity_opening", &["report_reference", "opened_at"]).await?;
    let earlier =
        format!("OLD.membership_id = app_membership() AND {CENTRE_ALONE} AND NEW.expires_at <= OLD.expires_at");
    may_move(manager, "identity_opening", &["expires_at"], &earlier).await?;
    may_move(manager, "identity_opening", &["reason"], "app_purpose('key_keeping')").await?;
    let reviews = "OLD.reviewed_at IS NULL AND app_role('protection_officer')";
    may_move(manager, "identity_opening", &["attention", "reviewed_at", "review"], reviews).await?;
    let remarks = format!("({reviews}) OR app_purpose('key_keeping')");
    may_move(manager, "identity_opening", &["review_remark"], &remarks).await?;
    let reviewer = format!("{reviews} AND NEW.reviewer_id = app_membership()");
    may_move(manager, "identity_opening", &["reviewer_id"], &reviewer).await?;
    sealed_anew(manager, "identity_opening", &["reason", "review_remark"]).await
}

async fn bars(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("report_bar");
    table
        .col(ColumnDef::new("report_id").uuid().not_null())
        .col(ColumnDef::new("membership_id").uuid().not_null())
        .col(ColumnDef::new("reason").text().not_null())
        .col(ColumnDef::new("objects").text().not_null())
        .col(ColumnDef::new("barred_by_id").uuid().not_null())
        .col(ColumnDef::new("barred_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("lifted_at").timestamp_with_time_zone())
        .col(ColumnDef::new("lifted_by_id").uuid())
        .col(ColumnDef::new("lift_reason").text().not_null())
        .foreign_key(&mut within_tenant("report_bar", "report_id", "report", ForeignKeyAction::NoAction))
        .foreign_key(&mut reference("report_bar", "membership_id", "membership"))
        .foreign_key(&mut reference("report_bar", "barred_by_id", "membership"))
        .foreign_key(&mut reference("report_bar", "lifted_by_id", "membership"))
        .check(Expr::cust("(lifted_at IS NULL) = (lifted_by_id IS NULL)"));
    manager.create_table(table).await?;
    let once = Index::create()
        .name("report_bar_key")
        .table("report_bar")
        .unique()
        .col("membership_id")
        .col("report_id")
        .cond_where(Expr::col("lifted_at").is_null())
        .to_owned();
    manager.create_index(once).await?;
    let by_report = Index::create().name("report_bar_report_idx").table("report_bar").col("report_id").to_owned();
    manager.create_index(by_report).await?;
    let internal = format!("{CENTRE} AND {}", with_report("report_bar", "true"));
    let select = format!("({internal}) OR (SELECT app_purpose('sign_in', 'key_keeping'))");
    let declares = format!("membership_id = (SELECT app_membership()) AND {CENTRE}");
    // Nobody bars in another's name, nor lifts in it.
    let insert = format!(
        "({internal}) AND barred_by_id = (SELECT app_membership()) AND lifted_at IS NULL
         AND (({declares}) OR (SELECT app_role('supervisor')))"
    );
    let update = format!("({internal}) AND lifted_at IS NULL");
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: Some(&update), delete: None };
    secure(manager, "report_bar", rights).await?;
    let after = format!("({internal}) AND (lifted_at IS NULL OR lifted_by_id = (SELECT app_membership()))");
    may_become(manager, "report_bar", &after).await?;
    let lifts = format!("OLD.lifted_by_id IS NULL AND {CENTRE_ALONE} AND NEW.lifted_by_id = app_membership()");
    may_move(manager, "report_bar", &["lifted_by_id"], &lifts).await
}

/// What rows must be after a change, where that differs from what may be changed.
async fn may_become(manager: &SchemaManager<'_>, table: &str, condition: &str) -> Result<(), DbErr> {
    on_postgres(manager, &format!("ALTER POLICY {table}_update ON {table} WITH CHECK ({condition})")).await
}

/// What a viewer is barred from is hidden whatever else lets it through. Parts of a report are hidden with it; counting reads
/// cases without their reports, and the audit trail names objects by their keys.
async fn keep_the_barred_out(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for (table, condition) in [
        ("report", "id <> ALL ((SELECT app_barred())::uuid[])"),
        ("case", "report_id <> ALL ((SELECT app_barred())::uuid[])"),
        ("audit_event", "object_id IS NULL OR object_id <> ALL ((SELECT app_barred())::uuid[])"),
    ] {
        let sql = format!(
            "CREATE POLICY \"{table}_not_barred\" ON \"{table}\" AS RESTRICTIVE FOR SELECT USING ({condition})"
        );
        on_postgres(manager, &sql).await?;
    }
    Ok(())
}

/// Emergency access shows a case worker a report, and lets it change nothing. Beyond its assignments it finds a report to ask
/// for that, and gives up one that it declares a conflict of interest in.
async fn open_to_whoever_opened(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let beyond = "state <> 'draft' AND (SELECT app_role('case_worker') AND app_purpose('beyond_assignment'))";
    let opened = format!(
        "o.report_id = person_identity.report_id AND (o.person_id = person_identity.person_id OR o.person_id IS NULL) AND {OPEN}"
    );
    let identity = format!(
        "{} OR ({CENTRE} AND EXISTS (SELECT FROM identity_opening o WHERE {opened}) AND {})",
        with_report("person_identity", &format!("({AUTHOR} OR (SELECT app_purpose('demonstration', 'key_keeping')))")),
        with_report("person_identity", "true"),
    );
    let sql = format!(
        "CREATE POLICY report_emergency_select ON report FOR SELECT USING (({beyond})
             OR (state <> 'draft' AND (SELECT app_role('case_worker') AND NOT app_purpose('count'))
                 AND id = ANY (ARRAY(SELECT o.report_id FROM identity_opening o WHERE o.person_id IS NULL AND {OPEN}))));
         CREATE POLICY report_beyond_update ON report FOR UPDATE USING ({beyond});
         DROP POLICY person_identity_select ON person_identity;
         CREATE POLICY person_identity_select ON person_identity FOR SELECT USING ({identity});"
    );
    on_postgres(manager, &sql).await
}
