//! `oslonac serve`: the service.

use super::{clock, start_log};
use crate::access::Database;
use crate::audit::signing::SigningKey;
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::http::tokens::Issuers;
use crate::notifications::email;
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
    // Nothing is written before everything that can be checked is.
    Issuers::new(&config.sign_in)?;
    SigningKey::of(&config.audit)?;
    server::check_address(&config.http)?;
    email::check(&config.notifications.email)?;
    let clock = clock(&config.demonstration)?;
    let database = Database::open(&config.database).await?;
    database.check_master_key()?;
    if database.is_embedded() {
        database.migrate_up().await?;
    }
    database.check().await?;
    name_damaged(&database.check_keys(clock).await?);
    let imported = crate::indicators::import_embedded(&database, clock).await;
    let imported = imported.map_err(|error| Failure::Other(error.to_string()))?;
    tracing::info!(%imported, "indicator sets");
    let listening = Listening::bind(&config.http).await?;
    server::run(config, database, clock, listening, axum::Router::new()).await
}

/// Says in the log which keys do not open, for which nothing else has to wait.
pub(super) fn name_damaged(keys: &[String]) {
    for what in keys {
        tracing::error!(%what, "a key is damaged. Put its row back from a copy; `oslonac keys verify` names all that does not open");
    }
}

/// Refuses to listen beyond this machine without TLS, or without being told that a proxy stands in front; and to serve
/// others without knowing the address that their browsers see, to which the issuer sends them back.
pub(super) fn check_listening(http: &config::Http) -> Result<(), config::Error> {
    let (here_only, tls) = (http.listen.ip().is_loopback(), http.tls.is_set());
    if !here_only && !tls && !http.behind_proxy {
        let what = format!(
            "{} can be reached from other machines, and what travels would not be encrypted. Set http.tls.certificate \
             and http.tls.key, or http.behind_proxy = true where a proxy terminates TLS",
            http.listen
        );
        return Err(config::Error::of_key("http.listen", &what));
    }
    if (!here_only || http.behind_proxy) && http.public_url.is_empty() {
        let what = "set the address that browsers see, such as https://reports.example.rs; sign-in leads back to it";
        return Err(config::Error::of_key("http.public_url", what));
    }
    Ok(())
}
