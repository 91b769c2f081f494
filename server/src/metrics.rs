//! Numbers for whoever watches the service, in the format of Prometheus, at an address of its own: they are not for clients.

use crate::config::{self, Error};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use metrics::{Unit, describe_counter, describe_gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Starts to answer `GET /metrics` at the address of the settings; nothing where they have none. Says where it listens.
///
/// # Errors
/// The address is none, or cannot be listened on.
pub async fn serve(settings: &config::Metrics) -> Result<Option<JoinHandle<()>>, Error> {
    if settings.listen.is_empty() {
        return Ok(None);
    }
    let wrong = |what: &str| Error::of_key("metrics.listen", &format!("{}: {what}", settings.listen));
    let address: SocketAddr =
        settings.listen.parse().map_err(|_| wrong("write an address and a port, such as 127.0.0.1:9464"))?;
    let listener = TcpListener::bind(address).await.map_err(|error| wrong(&error.to_string()))?;
    let address = listener.local_addr().map_err(|error| wrong(&error.to_string()))?;
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        return Err(wrong("metrics are kept already"));
    }
    describe();
    tracing::info!(%address, "metrics at /metrics");
    Ok(Some(tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, routes(handle)).await {
            tracing::error!(%error, "metrics are not served any more");
        }
    })))
}

fn routes(handle: PrometheusHandle) -> Router {
    let render = move || {
        let handle = handle.clone();
        async move { ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()) }
    };
    Router::new().route("/metrics", get(render))
}

/// Says what the numbers are.
fn describe() {
    describe_counter!("oslonac_deliveries_total", Unit::Count, "Attempts to send something, by channel and outcome.");
    describe_gauge!("oslonac_deliveries_waiting", Unit::Count, "What waits to be sent, or to be sent again.");
    describe_counter!(
        "oslonac_job_runs_total",
        Unit::Count,
        "Runs of work in the background, by job and outcome; of telling, sending and matching those that did something."
    );
}
