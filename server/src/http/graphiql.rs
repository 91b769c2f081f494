//! GraphiQL, a page to try the API, from files that the service carries itself.

use super::AppState;
use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

/// No inline script and no inline style. What the editor sets by script, the policy lets be; it refuses the rule by which an
/// open dialog keeps the page behind it from scrolling, and that page does not scroll anyway.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

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
