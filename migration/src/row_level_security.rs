//! PostgreSQL's half of the isolation between tenants; SQLite has neither roles nor row level security.
//!
//! The server connects as [`SERVER_ROLE`], which owns nothing. Every table is under `FORCE ROW LEVEL SECURITY`, and every
//! policy asks the settings `app.*` that the server's access layer sends when its transaction opens. Nothing set: no rows.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

/// The role whose members the server connects as; `deploy/postgresql/roles.sql` creates it.
pub const SERVER_ROLE: &str = "oslonac_server";

/// What the server may do with a table, and with which rows. Each field is an SQL condition; `None` forbids the command.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rights<'a> {
    /// Rows it may read.
    pub select: Option<&'a str>,
    /// Rows it may add.
    pub insert: Option<&'a str>,
    /// Rows it may change.
    pub update: Option<&'a str>,
    /// Rows it may remove.
    pub delete: Option<&'a str>,
}

/// Runs a statement on PostgreSQL, and nothing on SQLite.
pub async fn on_postgres(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DatabaseBackend::Postgres {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

/// Runs a statement on SQLite, and nothing on PostgreSQL.
pub async fn on_sqlite(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DatabaseBackend::Sqlite {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

/// Puts a table under row level security and grants the server exactly the commands that have a condition.
pub async fn secure(manager: &SchemaManager<'_>, table: &str, rights: Rights<'_>) -> Result<(), DbErr> {
    let mut sql =
        format!("ALTER TABLE \"{table}\" ENABLE ROW LEVEL SECURITY; ALTER TABLE \"{table}\" FORCE ROW LEVEL SECURITY;");
    let commands = [
        ("SELECT", rights.select, "USING"),
        ("INSERT", rights.insert, "WITH CHECK"),
        ("UPDATE", rights.update, "USING"),
        ("DELETE", rights.delete, "USING"),
    ];
    for (command, condition, clause) in commands {
        let Some(condition) = condition else { continue };
        let right = match command {
            "UPDATE" => right_to_update(table),
            _ => format!("GRANT {command} ON \"{table}\" TO {SERVER_ROLE};"),
        };
        sql += &format!(
            "CREATE POLICY \"{table}_{name}\" ON \"{table}\" FOR {command} {clause} ({condition});{right}",
            name = command.to_lowercase(),
        );
    }
    on_postgres(manager, &sql).await
}

/// Lets those who keep the keys seal these columns anew, and change nothing else of a row.
pub async fn sealed_anew(manager: &SchemaManager<'_>, table: &str, columns: &[&str]) -> Result<(), DbErr> {
    let (granted, quoted) = (columns.join(", "), columns.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>());
    let sql = format!(
        "CREATE POLICY {table}_sealed_anew ON {table} FOR UPDATE USING ((SELECT app_purpose('key_keeping')));
         GRANT UPDATE ({granted}) ON {table} TO {SERVER_ROLE};
         CREATE TRIGGER {table}_only_sealed BEFORE UPDATE ON {table}
             FOR EACH ROW EXECUTE FUNCTION app_only_sealed({});",
        quoted.join(", ")
    );
    on_postgres(manager, &sql).await
}

/// The right to change a row is none to make it somebody else's: it has no column that holds a key.
fn right_to_update(table: &str) -> String {
    format!(
        "DO $do$ BEGIN EXECUTE (
             SELECT format('GRANT UPDATE (%s) ON %I TO {SERVER_ROLE}', string_agg(quote_ident(attname), ', '), '{table}')
             FROM pg_attribute
             WHERE attrelid = '\"{table}\"'::regclass AND attnum > 0 AND NOT attisdropped AND atttypid <> 'uuid'::regtype);
         END $do$;"
    )
}

/// Lets a change set a column only where the condition holds, which asks `OLD` and `NEW`: one that holds a key, which no other
/// change sets, or another one that is held to more than its table's policy. Policies know the row before or after it, not both.
pub async fn may_move(
    manager: &SchemaManager<'_>,
    table: &str,
    columns: &[&str],
    condition: &str,
) -> Result<(), DbErr> {
    for column in columns {
        let sql = format!(
            "GRANT UPDATE ({column}) ON \"{table}\" TO {SERVER_ROLE};
             CREATE TRIGGER {table}_{column}_moves BEFORE UPDATE OF {column} ON \"{table}\" FOR EACH ROW
                 WHEN (OLD.{column} IS DISTINCT FROM NEW.{column} AND row_security_active('\"{table}\"')
                       AND ({condition}) IS NOT TRUE)
                 EXECUTE FUNCTION app_refuse_move();"
        );
        on_postgres(manager, &sql).await?;
    }
    Ok(())
}

/// Takes further columns out of what a change may set.
pub async fn keep(manager: &SchemaManager<'_>, table: &str, columns: &[&str]) -> Result<(), DbErr> {
    on_postgres(manager, &format!("REVOKE UPDATE ({}) ON \"{table}\" FROM {SERVER_ROLE}", columns.join(", "))).await
}
