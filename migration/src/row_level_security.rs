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
        sql += &format!(
            "CREATE POLICY \"{table}_{name}\" ON \"{table}\" FOR {command} {clause} ({condition});\
             GRANT {command} ON \"{table}\" TO {SERVER_ROLE};",
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
