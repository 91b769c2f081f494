//! `oslonac serve`: the service.

use super::{clock, start_log};
use crate::access::Database;
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::server::{self, Listening};

pub(super) async fn run(config: Config) -> Result<(), Failure> {
    start_log(&config.log)?;
    check_listening(&config.http)?;
    if !config.demonstration.clock_starts_at.is_empty() {
        let what = "this belongs to `oslonac demo`; take it out to serve";
        return Err(config::Error::of_key("demonstration.clock_starts_at", what).into());
    }
    if config.sign_in.issuers.is_empty() {
        let what = "there is none, so nobody could sign in. Add a block [[sign_in.issuers]]";
        return Err(config::Error::of_key("sign_in.issuers", what).into());
    }
    let clock = clock(&config.demonstration)?;
    let database = Database::open(&config.database).await?;
    if database.is_embedded() {
        database.migrate_up().await?;
    }
    database.check().await?;
    let imported = crate::indicators::import_embedded(&database, clock).await;
    let imported = imported.map_err(|error| Failure::Other(error.to_string()))?;
    tracing::info!(%imported, "indicator sets");
    let listening = Listening::bind(&config.http).await?;
    server::run(config, database, clock, listening, axum::Router::new()).await
}

/// Refuses to listen beyond this machine without TLS, or without being told that a proxy stands in front.
pub(super) fn check_listening(http: &config::Http) -> Result<(), config::Error> {
    let tls = !http.tls.certificate.as_os_str().is_empty();
    if http.listen.ip().is_loopback() || tls || http.behind_proxy {
        return Ok(());
    }
    let what = format!(
        "{} can be reached from other machines, and what travels would not be encrypted. Set http.tls.certificate and \
         http.tls.key, or http.behind_proxy = true where a proxy terminates TLS",
        http.listen
    );
    Err(config::Error::of_key("http.listen", &what))
}
