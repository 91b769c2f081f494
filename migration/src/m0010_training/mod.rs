//! Programmes, sessions and who takes part in them.
//!
//! Policies ask one another in one direction only, because PostgreSQL refuses a circle: who trains and for whom it is, who is
//! registered, then the session, then its parts.

mod participants;
mod sessions;

use crate::row_level_security::{Rights, may_move, on_postgres, sealed_anew, secure};
use crate::tables::{drop_tables, reference, tenant_table, within_tenant};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

pub(crate) struct Migration;

impl MigrationName for Migration {
    // The derived name is that of the file, which folders share.
    fn name(&self) -> &'static str {
        "m0010_training"
    }
}

/// The tables, children before parents.
const TABLES: [&str; 9] = [
    "attendance",
    "participant_needs",
    "registration",
    "session_places",
    "session_audience",
    "training_day",
    "session_trainer",
    "training_session",
    "programme",
];

/// Roles that meet sessions at all.
const TAKES_PART: &str = "(SELECT app_role('reporter', 'coordinator', 'trainer', 'supervisor'))";

/// The service filling the demonstration.
const DEMONSTRATION: &str = "(SELECT app_purpose('demonstration'))";

/// Whoever may count what it may not read.
const COUNTS: &str = "(SELECT app_purpose('count') AND app_role('analyst', 'supervisor', 'trainer'))";

/// A member that takes a place or gives one up, or the service that gives out what became free.
const PLACES: &str = "(SELECT app_purpose('placement'))";

/// The service alone, giving out places.
const PLACES_ALONE: &str = "(SELECT app_purpose('placement') AND app_membership() IS NULL)";

/// Whether the viewer trains the session that a column names.
pub(crate) fn trains(column: &str) -> String {
    format!(
        "((SELECT app_role('trainer')) AND EXISTS (SELECT FROM session_trainer t
             WHERE t.session_id = {column} AND t.membership_id = (SELECT app_membership())))"
    )
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(
            manager,
            "CREATE FUNCTION app_kind() RETURNS text LANGUAGE sql STABLE
                 AS $$ SELECT NULLIF(current_setting('app.kind', true), '') $$;
             CREATE FUNCTION app_district() RETURNS text LANGUAGE sql STABLE
                 AS $$ SELECT NULLIF(current_setting('app.district', true), '') $$;",
        )
        .await?;
        programme(manager).await?;
        sessions::create(manager).await?;
        participants::create(manager).await?;
        sessions::secure_all(manager).await?;
        participants::secure_all(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Their policies ask one another, so that PostgreSQL drops them together or not at all.
        on_postgres(manager, &format!("DROP TABLE {}", TABLES.join(", "))).await?;
        if manager.get_database_backend() == DatabaseBackend::Sqlite {
            drop_tables(manager, &TABLES).await?;
        }
        on_postgres(manager, "DROP FUNCTION app_kind, app_district").await
    }
}

async fn programme(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("programme");
    for column in ["title", "topic", "accreditor", "accreditation_number"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    table
        .col(ColumnDef::new("hours").integer().not_null())
        .col(ColumnDef::new("valid_from").date().not_null())
        .col(ColumnDef::new("valid_until").date())
        .col(ColumnDef::new("withdrawn_at").timestamp_with_time_zone())
        .col(ColumnDef::new("revision").integer().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .foreign_key(&mut reference("programme", "organisation_id", "organisation"))
        .check(Expr::cust("hours > 0"))
        .check(Expr::cust("valid_until IS NULL OR valid_until >= valid_from"));
    manager.create_table(table).await?;
    let own =
        format!("{DEMONSTRATION} OR ((SELECT app_role('trainer')) AND organisation_id = (SELECT app_organisation()))");
    let select = format!("{TAKES_PART} OR {DEMONSTRATION} OR {COUNTS}");
    let rights = Rights { select: Some(&select), insert: Some(&own), update: Some(&own), delete: None };
    secure(manager, "programme", rights).await
}

/// Indexes on columns of a table, by name.
async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    indexes: &[(&'static str, &[&'static str])],
) -> Result<(), DbErr> {
    for (name, columns) in indexes {
        let mut index = Index::create();
        index.name(*name).table(table);
        for column in *columns {
            index.col(*column);
        }
        manager.create_index(index).await?;
    }
    Ok(())
}
