//! Organisations and their members, put into the database of the real server.

use crate::{Result, time};
use reqwest::Url;
use sqlx::PgConnection;
use uuid::Uuid;

/// Adds an organisation of this kind; answers its key.
pub async fn add_organisation(connection: &mut PgConnection, name: &str, kind: &str) -> Result<Uuid> {
    let key = time::new_key();
    let insert = "INSERT INTO organisation (id, name, kind, municipality_code, created_at)
        VALUES ($1, $2, $3, 'zemun', now())";
    sqlx::query(insert).bind(key).bind(name).bind(kind).execute(connection).await?;
    Ok(key)
}

/// Adds a member in this role, whose account and e-mail address are its name; answers the key of both.
pub async fn add_member(
    connection: &mut PgConnection,
    issuer: &Url,
    organisation: Uuid,
    name: &str,
    role: &str,
) -> Result<Uuid> {
    let key = time::new_key();
    let account = "INSERT INTO account (id, issuer, subject, email, created_at) VALUES ($1, $2, $3, $3, now())";
    sqlx::query(account).bind(key).bind(issuer.as_str()).bind(name).execute(&mut *connection).await?;
    let membership =
        "INSERT INTO membership (id, organisation_id, account_id, email, name, function, roles, revision, created_at)
        VALUES ($1, $2, $1, $3, $3, '', $4, 1, now())";
    sqlx::query(membership).bind(key).bind(organisation).bind(name).bind(role).execute(connection).await?;
    Ok(key)
}
