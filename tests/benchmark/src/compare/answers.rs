//! Whether both sides do the same work.

use crate::load::{Headers, Target, client};
use crate::{Result, seed};
use reqwest::header::HeaderName;
use serde_json::Value;
use sqlx::PgConnection;

/// Asks both sides for every organisation: they must give the same answer, and leave the same rows in the audit trail.
pub async fn same(ours: &Target, theirs: &Target, headers: &Headers, database: &mut PgConnection) -> Result<()> {
    let http = client()?;
    for (organisation, header) in headers.iter().enumerate() {
        let (_, one) = ours.ask(&http, header).await?;
        let (_, other) = theirs.ask(&http, header).await?;
        let (one, other): (Value, Value) = (serde_json::from_slice(&one)?, serde_json::from_slice(&other)?);
        let reports = one["data"]["reports"]["nodes"].as_array().map_or(0, Vec::len);
        if one != other || reports != seed::REPORTS_READ {
            let what = format!("organisation {organisation} gets different answers:\n{one}\n{other}");
            return Err(what.into());
        }
    }
    let read = i64::try_from(headers.len() * seed::REPORTS_READ)?;
    // A request id is one side's; apart from it and the time, each row must be there twice.
    let differing: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM (
             SELECT FROM audit_event WHERE action = 'report.read'
             GROUP BY organisation_id, account_id, membership_id, object_type, object_id, reason
             HAVING count(*) <> 2) AS unequal",
    )
    .fetch_one(&mut *database)
    .await?;
    let rows: i64 =
        sqlx::query_scalar("SELECT count(*) FROM audit_event WHERE action = 'report.read'").fetch_one(database).await?;
    if (rows, differing) != (2 * read, 0) {
        return Err(format!("the audit trail holds {rows} rows instead of {}, {differing} differ", 2 * read).into());
    }
    Ok(())
}

/// How many statements a request takes, as the server says in its answer.
pub async fn statements(ours: &Target, headers: &Headers) -> Result<usize> {
    let (answer, _) = ours.ask(&client()?, &headers[0]).await?;
    let timing = answer.get(HeaderName::from_static("server-timing")).ok_or("there is no Server-Timing header")?;
    let number = timing.to_str()?.split_once("statements=").map_or("", |(_, rest)| rest);
    Ok(number.trim_end_matches('"').parse()?)
}
