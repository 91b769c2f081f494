//! The running service: a listener, the routes, the jobs, and an orderly end.

mod connections;
mod serving;
mod tls;

use crate::access::{Database, Gate, SessionLimits};
use crate::attachments::Files;
use crate::audit::signing::SigningKey;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::deadlines::Deadlines;
use crate::failure::Failure;
use crate::http::authentication::Authentication;
use crate::http::live::Live;
use crate::http::rate_limits::RateLimits;
use crate::http::tokens::Issuers;
use crate::http::{self, AppState};
use crate::jobs::Jobs;
use crate::retention::ReviewWindow;
use crate::schema::Api;
use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use rustls::ServerConfig;
use secrecy::ExposeSecret;
use std::io::IsTerminal;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tls::Identity;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::timeout;
use url::Url;

/// From when on `oslonac check` finds fault with a certificate that is about to end.
const RENEWED_BEFORE: TimeDelta = TimeDelta::days(14);
/// How long closing the database may take when the service stops.
const CLOSING: Duration = Duration::from_secs(10);

/// A bound address, with TLS where the settings have a certificate.
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Arc<ServerConfig>>,
}

impl Listening {
    /// Binds the address of the settings.
    pub async fn bind(settings: &config::Http) -> Result<Self, Failure> {
        let tls = Identity::load(&settings.tls)?.map(|identity| identity.config);
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
pub fn check_address(settings: &config::Http) -> Result<(), config::Error> {
    Identity::load(&settings.tls)?;
    if !settings.public_url.is_empty() {
        public_url(settings.public_url.clone())?;
    }
    Ok(())
}

/// What there is to say of the certificate; nothing where the settings have none. Those that cannot be used at all are found
/// by [`check_address`].
///
/// # Errors
/// It is not valid now, ends within 14 days, or is for another address than browsers see.
pub fn check_certificate(settings: &config::Http, now: DateTime<Utc>) -> Result<Option<String>, config::Error> {
    let Some(identity) = Identity::load(&settings.tls)? else { return Ok(None) };
    let wrong = |what: &str| {
        let what = format!("{}: {what}", settings.tls.certificate.display());
        Err(config::Error::of_key("http.tls.certificate", &what))
    };
    let until = identity.not_after.format("%Y-%m-%d %H:%M UTC");
    if now > identity.not_after {
        return wrong(&format!("it ended on {until}; renew it"));
    }
    if now < identity.not_before {
        return wrong(&format!("it is valid from {} only", identity.not_before.format("%Y-%m-%d %H:%M UTC")));
    }
    if now + RENEWED_BEFORE > identity.not_after {
        return wrong(&format!("it ends on {until}; renew it"));
    }
    let public = if settings.public_url.is_empty() { None } else { Some(public_url(settings.public_url.clone())?) };
    if let Some(host) = public.as_ref().and_then(Url::host_str)
        && !identity.is_for(host.trim_matches(['[', ']']))
    {
        return wrong(&format!("it is not for {host}, which browsers ask for by http.public_url"));
    }
    Ok(Some(format!("valid until {until}")))
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

/// Serves until it is told to stop, and then ends what is under way. `more` are routes beside the service's own.
pub async fn run(
    config: Config,
    database: Database,
    clock: Clock,
    listening: Listening,
    more: Router,
) -> Result<(), Failure> {
    let public_url = listening.public_url(&config.http)?;
    let files = Files::of(&config.attachments, config.database.url.expose_secret())?;
    let state = state(&config, &database, clock, public_url.clone(), &files)?;
    let live = state.live.clone();
    let app = http::router(state, &config.http, (files.clone(), &config.attachments), more);
    let signals = database.follow_signals().await;
    let jobs = Jobs::start(&database, clock, &config, files, signing_key(&config.audit)?, public_url.clone())?;
    let metrics = crate::metrics::serve(&config.metrics).await?;
    // Before anybody is told: from then on a signal ends the service in order.
    let stop = stop_signal(listening.tls.is_none() && std::io::stdin().is_terminal())?;
    let stop = async {
        stop.await;
        live.end().await;
    };
    println!("listening on {}", listening.base_url());
    tracing::info!(address = %listening.address, %public_url, "listening");
    if let Err(error) = check_certificate(&config.http, clock.now()) {
        tracing::warn!(%error, "browsers may not take the certificate");
    }
    serve(app, listening, &config.http, stop).await?;
    signals.abort();
    jobs.end().await;
    if let Some(metrics) = metrics {
        metrics.abort();
    }
    if timeout(CLOSING, database.close()).await.is_err() {
        tracing::warn!("connections to the database are still in use; they end with this program");
    }
    tracing::info!("stopped");
    Ok(())
}

/// The key that signs the audit trail. Going without is allowed, and said.
fn signing_key(settings: &config::Audit) -> Result<Option<SigningKey>, config::Error> {
    let key = SigningKey::of(settings)?;
    match &key {
        Some(key) => tracing::info!(key = key.id(), "checkpoints of the audit trail are signed"),
        None => tracing::warn!(
            "NOTHING SIGNS THE AUDIT TRAIL: whoever can write to the database can rewrite it unseen. Make a key with \
             `oslonac audit create-key` and name it in audit.signing_key_file"
        ),
    }
    Ok(key)
}

fn state(
    config: &Config,
    database: &Database,
    clock: Clock,
    public_url: Url,
    files: &Files,
) -> Result<AppState, Failure> {
    let sessions = SessionLimits {
        idle: TimeDelta::minutes(config.sign_in.idle_minutes.into()),
        absolute: TimeDelta::hours(config.sign_in.absolute_hours.into()),
    };
    let gate = Gate::new(database.clone(), clock, sessions);
    let limits = RateLimits::new(&config.http.rate_limits);
    let api = Api::new(config.graphql.clone(), config.http.introspection)
        .keeping_drafts(config.jobs.draft_days)
        .keeping_files(files.clone())
        .opening_identities((&config.identity).into())
        .reviewing_erasures(ReviewWindow::of_days(config.retention.review_days.get()))
        .keeping_deadlines(Deadlines::of(&config.deadlines))
        .allowing_webhooks((&config.notifications.webhooks).into());
    let api = Arc::new(api);
    let authentication = Authentication::new(gate, Issuers::new(&config.sign_in)?, clock, public_url, limits);
    let live = Live::new(api.clone(), database.clone(), clock, authentication.clone(), config.live.clone());
    Ok(AppState {
        api,
        authentication,
        live,
        database: database.clone(),
        clock,
        server_timing: config.http.server_timing,
    })
}

/// Answers requests until a signal, and then those under way.
async fn serve(
    app: Router,
    listening: Listening,
    settings: &config::Http,
    stop: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let listener = tokio::net::TcpListener::from_std(listening.listener)?;
    let tls = listening.tls.map(|config| {
        let (sender, receiver) = watch::channel(config);
        tokio::spawn(tls::follow(settings.tls.clone(), sender));
        receiver
    });
    serving::serve(listener, tls, app, settings, stop).await;
    Ok(())
}

/// Comes when the process is told to stop, and where it `ends_with_terminal`, when that is closed. Otherwise the same signal
/// asks for a new certificate, and ends nothing where there is none.
fn stop_signal(ends_with_terminal: bool) -> std::io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hang_up.recv(), if ends_with_terminal => {}
        }
        tracing::info!("stopping: no new requests, those under way may end");
    })
}
