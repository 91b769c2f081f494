//! GraphiQL, a page to try the API, from files that the service carries itself.

use super::AppState;
use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

/// GraphiQL sets styles from script, hence `unsafe-inline` for styles, and for nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

/// The page and its two assets.
pub(super) fn routes() -> Router<AppState> {
    let page = include_str!("../../assets/graphiql/index.html");
    let script = include_str!("../../assets/graphiql/graphiql.js");
    let style = include_str!("../../assets/graphiql/graphiql.css");
    Router::new()
        .route("/graphiql", get(|| serve("text/html; charset=utf-8", page)))
        .route("/graphiql/graphiql.js", get(|| serve("text/javascript; charset=utf-8", script)))
        .route("/graphiql/graphiql.css", get(|| serve("text/css; charset=utf-8", style)))
}

async fn serve(content_type: &'static str, body: &'static str) -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, content_type), (CONTENT_SECURITY_POLICY, POLICY), (CACHE_CONTROL, "no-cache")];
    (headers, body)
}
