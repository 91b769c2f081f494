//! The edge: everything that speaks HTTP.

mod accept;
mod attachments;
pub mod authentication;
mod body_limit;
mod certificates;
pub mod client_address;
mod files;
mod graphiql;
mod graphql;
mod health;
pub mod live;
mod operation;
#[cfg(any(test, fuzzing))]
pub(crate) mod parsers;
mod participants;
pub mod rate_limits;
mod request_id;
mod security_headers;
pub mod sign_in;
mod tables;
pub mod tokens;
mod training;
mod verification;

use crate::access::Database;
use crate::attachments::Files;
use crate::clock::Clock;
use crate::config;
use crate::schema::Api;
use authentication::Authentication;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get};
use body_limit::BodyLimit;
use client_address::Proxies;
use live::Live;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

/// What every request needs.
#[derive(Clone)]
pub struct AppState {
    /// The API.
    pub api: Arc<Api>,
    /// The database.
    pub database: Database,
    /// The clock.
    pub clock: Clock,
    /// Who is asking.
    pub authentication: Authentication,
    /// What stays open.
    pub live: Live,
    /// Whether responses tell how many statements they took.
    pub server_timing: bool,
}

/// The service's routes, and `more` beside them, under its limits.
pub fn router(state: AppState, settings: &config::Http, files: (Files, &config::Attachments), more: Router) -> Router {
    let mut router = Router::new()
        .route(
            graphql::PATH,
            any(graphql::graphql).layer(from_fn_with_state(state.live.clone(), live::open_websockets)),
        )
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .merge(certificates::routes())
        .merge(training::routes())
        .merge(tables::routes())
        .merge(participants::routes(BodyLimit::of_lists(settings)))
        .merge(verification::routes());
    router = router.merge(sign_in::routes(state.authentication.clone(), settings.graphiql));
    if settings.graphiql {
        router = router.merge(graphiql::routes());
    }
    let proxies = Proxies::new(settings.behind_proxy, &settings.trusted_proxies);
    let router = router
        .with_state(state.clone())
        .merge(more)
        // axum's own limit, 2 MB, would stand beside that of the settings.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(BodyLimit::of(settings), body_limit::limit))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(settings.time_limit_seconds),
        ))
        // Files take longer, and have limits of their own.
        .merge(attachments::routes(files.0, files.1).with_state(state.clone()))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(graphql::refusals_in_form))
        .layer(from_fn_with_state(proxies, client_address::note));
    security_headers::add(router, &state.authentication.public_url, settings)
        // Outermost: what any layer refuses has an id too.
        .layer(from_fn_with_state(state, request_id::identify))
}
