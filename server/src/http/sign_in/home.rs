//! The page at `/`: whether one is signed in, and where to go on.

use super::Trouble;
use super::page::{Asked, protect};
use crate::http::authentication::{Authentication, Rejection};
use crate::language::Message;
use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};

/// Signing out leads on to the issuer, wherever that is, and browsers hold the form to account for that too.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self' https:; base-uri 'none'; \
    frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "http/sign_in/home.html")]
struct Home<'a> {
    language: &'a str,
    signed_in: bool,
    graphiql: bool,
    standing: &'a str,
    explanation: &'a str,
    sign_in: &'a str,
    sign_out: &'a str,
    try_the_api: &'a str,
}

/// Answers with the page. `graphiql` says whether the page to try the API is there.
pub(super) async fn home(State(authentication): State<Authentication>, asked: Asked, graphiql: bool) -> Response {
    let viewer = match authentication.viewer(&Method::GET, &asked.headers, asked.request_id, asked.address).await {
        Ok(viewer) => viewer,
        Err(rejection) => return refused(rejection, &asked),
    };
    let say = |key| asked.language.say(&key);
    let standing = match viewer {
        Some(_) => Message::new("home-signed-in"),
        None => Message::new("home-signed-out"),
    };
    let page = Home {
        language: asked.language.tag(),
        signed_in: viewer.is_some(),
        graphiql,
        standing: &say(standing),
        explanation: &say(Message::new("home-explanation")),
        sign_in: &say(Message::new("home-sign-in")),
        sign_out: &say(Message::new("home-sign-out")),
        try_the_api: &say(Message::new("home-try-the-api")),
    };
    let mut response = match page.render() {
        Ok(page) => Html(page).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    protect(response.headers_mut());
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// A page about what a browser may meet. The rest is the answer to whoever sends tokens.
fn refused(rejection: Rejection, asked: &Asked) -> Response {
    let trouble = match rejection {
        Rejection::TooManyRequests(too_many) => Trouble::TooMany(too_many),
        Rejection::DatabaseUnavailable => Trouble::DatabaseUnavailable,
        Rejection::Internal => Trouble::Internal,
        of_a_token => return of_a_token.into_response(),
    };
    asked.page(trouble, "/")
}
