//! The running service: a listener, the routes, the jobs, and an orderly end.

use crate::access::{Database, Gate, SessionLimits};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::http::authentication::Authentication;
use crate::http::tokens::{self, Issuers};
use crate::http::{self, AppState};
use crate::jobs;
use crate::schema::Api;
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use chrono::TimeDelta;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How long requests under way may take to end when the service stops.
const GRACE: Duration = Duration::from_secs(20);

/// A bound address, with TLS where the settings have a certificate.
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<RustlsConfig>,
}

impl Listening {
    /// Binds the address of the settings.
    pub async fn bind(settings: &config::Http) -> Result<Self, Failure> {
        let tls = tls(&settings.tls).await?;
        let unusable = |error| config::Error::of_key("http.listen", &format!("{}: {error}", settings.listen));
        let listener = TcpListener::bind(settings.listen).map_err(unusable)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, tls })
    }

    /// The address as a URL, for use on this machine.
    pub fn base_url(&self) -> String {
        format!("{}://{}", if self.tls.is_some() { "https" } else { "http" }, self.address)
    }

    /// The address that browsers see.
    pub fn public_url(&self, settings: &config::Http) -> Result<Url, config::Error> {
        public_url(if settings.public_url.is_empty() { self.base_url() } else { settings.public_url.clone() })
    }
}

/// Checks what the settings say of certificates and of the address that browsers see, without listening.
pub async fn check_address(settings: &config::Http) -> Result<(), Failure> {
    tls(&settings.tls).await?;
    if !settings.public_url.is_empty() {
        public_url(settings.public_url.clone())?;
    }
    Ok(())
}

fn public_url(text: String) -> Result<Url, config::Error> {
    let wrong = |what: &str| {
        let what = format!("{text}: {what}; write an address without a path, such as https://reports.example.rs");
        config::Error::of_key("http.public_url", &what)
    };
    let url: Url = text.parse().map_err(|error: url::ParseError| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("it is neither https nor http"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("there is more than scheme, host and port"));
    }
    Ok(url)
}

async fn tls(settings: &config::Tls) -> Result<Option<RustlsConfig>, Failure> {
    if settings.certificate.as_os_str().is_empty() {
        return Ok(None);
    }
    tokens::install_tls_provider();
    let loaded = RustlsConfig::from_pem_file(&settings.certificate, &settings.key).await;
    let unusable = |error| {
        let what = format!("{} and {}: {error}", settings.certificate.display(), settings.key.display());
        config::Error::of_key("http.tls", &what)
    };
    Ok(Some(loaded.map_err(unusable)?))
}

/// Serves until it is told to stop, and then ends what is under way. `more` are routes beside the service's own.
pub async fn run(
    config: Config,
    database: Database,
    clock: Clock,
    listening: Listening,
    more: Router,
) -> Result<(), Failure> {
    let public_url = listening.public_url(&config.http)?;
    let limits = SessionLimits {
        idle: TimeDelta::minutes(config.sign_in.idle_minutes.into()),
        absolute: TimeDelta::hours(config.sign_in.absolute_hours.into()),
    };
    let gate = Gate::new(database.clone(), clock, limits);
    let state = AppState {
        api: Arc::new(
            Api::new(config.graphql.clone(), config.http.introspection)
                .keeping_drafts(config.jobs.draft_days)
                .opening_identities((&config.identity).into()),
        ),
        authentication: Authentication::new(gate, Issuers::new(&config.sign_in)?, clock, public_url.clone()),
        database: database.clone(),
        clock,
        server_timing: config.http.server_timing,
    };
    let app = http::router(state, &config.http, more);
    let jobs = jobs::start(database.clone(), clock, &config);
    println!("listening on {}", listening.base_url());
    tracing::info!(address = %listening.address, %public_url, "listening");
    let handle = Handle::new();
    tokio::spawn(stop_on_signal(handle.clone()));
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    match listening.tls {
        Some(tls) => axum_server::from_tcp_rustls(listening.listener, tls)?.handle(handle).serve(service).await?,
        None => axum_server::from_tcp(listening.listener)?.handle(handle).serve(service).await?,
    }
    jobs.abort();
    database.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn stop_on_signal(handle: Handle<SocketAddr>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: no new requests, those under way may end");
    handle.graceful_shutdown(Some(GRACE));
}
