//! Retention: proposed erasures, and what the service at this work may do to reports. It sees what was submitted, without
//! a key to read it; it changes nothing but rows whose matter has ended, and leaves each of them without its texts.

use crate::m0004_reports::with_report;
use crate::m0006_audit::SERVICE;
use crate::row_level_security::{Rights, SERVER_ROLE, may_move, on_postgres, secure};
use crate::tables::{drop_tables, reference, tenant_table, within_tenant};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const ERASES: &str = "(SELECT app_purpose('erasure'))";

/// States from which a report can be erased.
const ENDED: &str = "state IN ('accepted', 'joined', 'passed_on', 'closed')";

/// A table whose rows are emptied: its sealed columns, what else may be written, and how the row must look afterwards.
struct Emptied {
    table: &'static str,
    /// Texts that must be empty afterwards.
    texts: &'static [&'static str],
    /// Other columns that change with them.
    others: &'static [&'static str],
    /// What must be true of those.
    with: &'static str,
}

const KEY_GONE: &str = "sealing_key_id IS NULL AND length(sealing_key) = 0";

const EMPTIED: [Emptied; 6] = [
    Emptied {
        table: "person",
        texts: &[
            "pseudonym",
            "language",
            "communication_need",
            "guardian",
            "contact_channel",
            "contact_time",
            "contact_caution",
        ],
        others: &["age_band", "birth_year", "sealing_key_id", "sealing_key"],
        with: "birth_year IS NULL AND sealing_key_id IS NULL AND length(sealing_key) = 0",
    },
    Emptied { table: "ticked_indicator", texts: &["remark"], others: &[], with: "true" },
    Emptied { table: "report_message", texts: &["text"], others: &[], with: "true" },
    Emptied { table: "report_event", texts: &["reason"], others: &[], with: "true" },
    Emptied { table: "internal_note", texts: &["text"], others: &[], with: "true" },
    Emptied { table: "case", texts: &["decision_reason"], others: &[], with: "true" },
];

const REPORT_TEXTS: [&str; 7] = [
    "reporter_function",
    "reporter_contact",
    "on_behalf_of",
    "observations",
    "place",
    "exploitation_place",
    "actions_taken",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        erasures(manager).await?;
        on_postgres(manager, &reading()).await?;
        for emptied in &EMPTIED {
            on_postgres(manager, &emptied.policy()).await?;
        }
        on_postgres(manager, &reports()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["erasure"]).await?;
        let policies = "
            DROP POLICY report_erasure_select ON report;
            DROP POLICY person_identity_erasure_select ON person_identity;
            DROP POLICY person_identity_erasure_delete ON person_identity;
            DROP POLICY report_event_erasure_select ON report_event;
            DROP POLICY internal_note_erasure_select ON internal_note;
            DROP POLICY case_erasure_select ON \"case\";
            DROP POLICY audit_event_erasure_insert ON audit_event;
            DROP POLICY report_erasure_update ON report;";
        on_postgres(manager, policies).await?;
        for emptied in &EMPTIED {
            on_postgres(manager, &emptied.no_policy()).await?;
        }
        Ok(())
    }
}

async fn erasures(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("erasure");
    for column in ["report_id", "person_id", "together_id"] {
        table.col(ColumnDef::new(column).uuid().not_null());
    }
    table.col(ColumnDef::new("ground").text().not_null()).col(ColumnDef::new("reason").text().not_null());
    table
        .col(ColumnDef::new("due_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("stands_nowhere_else").boolean().not_null())
        .col(ColumnDef::new("proposed_by_id").uuid())
        .col(ColumnDef::new("proposed_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("window_began_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("held_at").timestamp_with_time_zone())
        .col(ColumnDef::new("held_by_id").uuid())
        .col(ColumnDef::new("hold_reason").text().not_null())
        .col(ColumnDef::new("dropped_at").timestamp_with_time_zone())
        .col(ColumnDef::new("executed_at").timestamp_with_time_zone())
        .foreign_key(&mut within_tenant("erasure", "report_id", "report", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_tenant("erasure", "person_id", "person", ForeignKeyAction::NoAction))
        .foreign_key(&mut reference("erasure", "proposed_by_id", "membership"))
        .foreign_key(&mut reference("erasure", "held_by_id", "membership"))
        .check(Expr::cust("(ground = 'request') = (proposed_by_id IS NOT NULL)"))
        .check(Expr::cust("(held_at IS NULL) = (held_by_id IS NULL)"))
        .check(Expr::cust("executed_at IS NULL OR (held_at IS NULL AND dropped_at IS NULL)"));
    manager.create_table(table).await?;
    let mut open = Index::create();
    open.name("erasure_open_person_key").table("erasure").unique().col("person_id");
    open.cond_where(Expr::cust("executed_at IS NULL AND dropped_at IS NULL"));
    manager.create_index(open).await?;
    for column in ["report_id", "together_id"] {
        let index = Index::create().name(format!("erasure_{column}_idx")).table("erasure").col(column).to_owned();
        manager.create_index(index).await?;
    }
    let sees = format!(
        "(SELECT app_role('supervisor') OR app_purpose('erasure', 'key_keeping')) AND {}",
        with_report("erasure", "true")
    );
    let insert = format!(
        "(({ERASES} AND proposed_by_id IS NULL)
          OR ((SELECT app_role('supervisor')) AND proposed_by_id = (SELECT app_membership())))
         AND held_at IS NULL AND dropped_at IS NULL AND executed_at IS NULL AND {}",
        with_report("erasure", "true")
    );
    // Supervisors hold and release; only the service at this work ends one.
    let update = format!(
        "({ERASES} OR ((SELECT app_role('supervisor')) AND dropped_at IS NULL AND executed_at IS NULL)) AND {}",
        with_report("erasure", "true")
    );
    let rights = Rights { select: Some(&sees), insert: Some(&insert), update: Some(&update), delete: None };
    secure(manager, "erasure", rights).await?;
    let holds = "app_role('supervisor') AND (NEW.held_by_id IS NULL OR NEW.held_by_id = app_membership())";
    may_move(manager, "erasure", &["held_by_id"], holds).await
}

/// What the service at this work reads, and an identity for an access request.
fn reading() -> String {
    let part = |table: &str| with_report(table, "true");
    let exports = "(SELECT app_purpose('export') AND app_role('supervisor'))";
    format!(
        "CREATE POLICY report_erasure_select ON report FOR SELECT USING ({ERASES} AND state <> 'draft');
         CREATE POLICY person_identity_erasure_select ON person_identity FOR SELECT
             USING (({ERASES} OR {exports}) AND {identity});
         CREATE POLICY person_identity_erasure_delete ON person_identity FOR DELETE
             USING ({ERASES} AND {ended_identity});
         GRANT DELETE ON person_identity TO {SERVER_ROLE};
         CREATE POLICY report_event_erasure_select ON report_event FOR SELECT USING ({ERASES} AND {event});
         CREATE POLICY internal_note_erasure_select ON internal_note FOR SELECT USING ({ERASES} AND {note});
         CREATE POLICY case_erasure_select ON \"case\" FOR SELECT USING ({ERASES} AND {case});
         CREATE POLICY audit_event_erasure_insert ON audit_event FOR INSERT WITH CHECK ({ERASES} AND {SERVICE});",
        identity = part("person_identity"),
        ended_identity = with_report("person_identity", &format!("r.{ENDED}")),
        event = part("report_event"),
        note = part("internal_note"),
        case = part("case"),
    )
}

/// A report is emptied where its matter has ended.
fn reports() -> String {
    let empty: Vec<String> = REPORT_TEXTS.iter().map(|column| format!("{column} = ''")).collect();
    format!(
        "CREATE POLICY report_erasure_update ON report FOR UPDATE USING ({ERASES} AND {ENDED})
             WITH CHECK ({ERASES} AND {ENDED} AND {KEY_GONE} AND {empty});",
        empty = empty.join(" AND ")
    )
}

impl Emptied {
    /// Lets the service at this work write the row without its texts, and in no other way.
    fn policy(&self) -> String {
        let Self { table, texts, others, with } = self;
        let ended = with_report(table, &format!("r.{ENDED}"));
        let empty: Vec<String> = texts.iter().map(|column| format!("{column} = ''")).collect();
        let columns: Vec<&str> = texts.iter().chain(others.iter()).copied().collect();
        format!(
            "CREATE POLICY {table}_erasure_update ON \"{table}\" FOR UPDATE USING ({ERASES} AND {ended})
                 WITH CHECK ({ERASES} AND {with} AND {empty});
             GRANT UPDATE ({columns}) ON \"{table}\" TO {SERVER_ROLE};",
            empty = empty.join(" AND "),
            columns = columns.join(", "),
        )
    }

    fn no_policy(&self) -> String {
        let Self { table, texts, others, .. } = self;
        // Keys and cases were writable before.
        let kept = |column: &&&str| !column.starts_with("sealing_key") && *table != "case";
        let columns: Vec<&str> = texts.iter().chain(others.iter()).filter(kept).copied().collect();
        let revoke = match columns.is_empty() {
            true => String::new(),
            false => format!("REVOKE UPDATE ({}) ON \"{table}\" FROM {SERVER_ROLE};", columns.join(", ")),
        };
        format!("DROP POLICY {table}_erasure_update ON \"{table}\"; {revoke}")
    }
}
