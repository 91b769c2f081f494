//! What somebody would write by hand for this one question: axum, sqlx, and nothing in between.
//!
//! It does what the server does for it: finds out who asks, reads under row level security with the settings sent in the
//! same round trip that opens the transaction, opens what is sealed, and answers only once the audit trail says who read which report. It knows
//! no other question, no other role, and no other language.

mod answer;
mod audit;
mod catalogue;
mod reports;
mod viewer;

use crate::Result;
use crate::sealing::{Cipher, MasterKey};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use catalogue::Catalogue;
use clap::Args;
use reqwest::Url;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use uuid::Uuid;
use viewer::{TokenKeys, Viewer};

/// What it needs to know.
#[derive(Args)]
pub struct Options {
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// The database, in the server's role.
    #[arg(long, value_name = "URL")]
    database: Url,
    /// The issuer of access tokens.
    #[arg(long, value_name = "URL")]
    issuer: Url,
    /// The file of the master key.
    #[arg(long, value_name = "FILE")]
    master_key: PathBuf,
    /// Texts stand in the database in plain, and are not opened.
    #[arg(long)]
    plain: bool,
}

/// What every request needs.
#[derive(Clone)]
struct Service {
    pool: PgPool,
    /// Connections that find out who asks, and so see accounts, memberships and sessions.
    signing_in: PgPool,
    keys: Arc<TokenKeys>,
    catalogue: Arc<Catalogue>,
    /// Nothing where texts are in plain.
    organisation_keys: Option<Arc<HashMap<Uuid, Cipher>>>,
}

/// Serves until the process is ended.
pub async fn serve(options: Options) -> Result<()> {
    let database: PgConnectOptions = options.database.as_str().parse()?;
    let pool = || PgPoolOptions::new().max_connections(16).test_before_acquire(false);
    let keeping = [("app.purpose", "key_keeping")];
    let mut keeping = PgConnection::connect_with(&database.clone().options(keeping)).await?;
    let organisation_keys = MasterKey::read(&options.master_key)?.organisation_keys(&mut keeping).await?;
    let signing_in = pool().connect_with(database.clone().options([("app.purpose", "sign_in")])).await?;
    let pool = pool().connect_with(database).await?;
    let service = Service {
        catalogue: Arc::new(Catalogue::read(&pool).await?),
        keys: Arc::new(TokenKeys::fetch(options.issuer).await?),
        organisation_keys: (!options.plain).then(|| Arc::new(organisation_keys)),
        pool,
        signing_in,
    };
    let router = Router::new().route("/health/ready", get(ready)).route("/newest-reports", get(newest_reports));
    let listener = tokio::net::TcpListener::bind(options.listen).await?;
    Ok(axum::serve(listener, router.with_state(service)).await?)
}

async fn ready(State(service): State<Service>) -> StatusCode {
    match sqlx::query("SELECT 1").execute(&service.pool).await {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn newest_reports(State(service): State<Service>, headers: HeaderMap) -> Response {
    match service.newest_reports(&headers).await {
        Ok(Some(body)) => ([(CONTENT_TYPE, "application/json")], body).into_response(),
        Ok(None) => StatusCode::UNAUTHORIZED.into_response(),
        Err(error) => {
            eprintln!("{error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

impl Service {
    /// The answer as JSON; nothing where nobody is known to be asking.
    async fn newest_reports(&self, headers: &HeaderMap) -> Result<Option<Bytes>> {
        let Some(viewer) = Viewer::of(headers, &self.keys, &self.signing_in).await? else { return Ok(None) };
        let mut transaction = self.pool.begin_with(sqlx::AssertSqlSafe(viewer.begin())).await?;
        let reports = reports::newest(&mut transaction, &viewer).await?;
        let persons = reports::persons(&mut transaction, &reports).await?;
        let ticks = reports::ticks(&mut transaction, &reports).await?;
        let (reports, persons, ticks) = match &self.organisation_keys {
            Some(keys) => reports::opened(reports, persons, ticks, &viewer, keys)?,
            None => (reports, persons, ticks),
        };
        audit::commit(transaction, &viewer, &reports).await?;
        Ok(Some(answer::written(&reports, &persons, &ticks, &self.catalogue)?))
    }
}
