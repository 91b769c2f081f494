//! The authorization endpoint: a page on which a person of the network is picked, and the code that this yields.

use super::{CLIENT, DemonstrationIssuer, Person, random};
use crate::http::tokens::is_loopback;
use crate::language::{Language, Message};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use url::Url;

/// What a client asks for (RFC 6749, section 4.1.1; RFC 7636, section 4.3).
#[derive(Clone, Debug, Deserialize)]
pub(super) struct AuthorizationRequest {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    nonce: String,
    #[serde(default)]
    code_challenge: String,
    #[serde(default)]
    code_challenge_method: String,
}

/// What was picked.
#[derive(Deserialize)]
pub(super) struct Choice {
    #[serde(flatten)]
    request: AuthorizationRequest,
    /// Empty where nobody was picked.
    subject: String,
    /// There where the box is ticked.
    second_factor: Option<String>,
}

/// What a code stands for.
pub(super) struct Granted {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) code_challenge: String,
    pub(super) nonce: String,
    pub(super) subject: String,
    pub(super) second_factor: bool,
    expires_at: DateTime<Utc>,
}

/// Codes that were not redeemed yet.
#[derive(Default)]
pub(super) struct Codes(Mutex<HashMap<String, Granted>>);

impl Codes {
    fn add(&self, granted: Granted, now: DateTime<Utc>) -> String {
        let code = random();
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        codes.retain(|_, other| other.expires_at > now);
        codes.insert(code.clone(), granted);
        code
    }

    /// Takes a code out, so that it counts once.
    pub(super) fn take(&self, code: &str, now: DateTime<Utc>) -> Option<Granted> {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        codes.remove(code).filter(|granted| granted.expires_at > now)
    }
}

impl AuthorizationRequest {
    /// Where to send the browser back to; nothing where the client is unknown or not on this machine.
    fn back(&self) -> Option<Url> {
        on_this_machine(&self.redirect_uri).filter(|_| self.client_id == CLIENT)
    }

    /// What is wrong with the rest of it, as an OAuth error code.
    fn error(&self) -> Option<&'static str> {
        if self.response_type != "code" {
            return Some("unsupported_response_type");
        }
        let challenged = self.code_challenge_method == "S256" && self.code_challenge.len() == 43;
        (!challenged).then_some("invalid_request")
    }
}

/// An address of this machine without a fragment, the only kind that browsers are sent to.
pub(super) fn on_this_machine(address: &str) -> Option<Url> {
    let address = Url::parse(address).ok()?;
    let web = matches!(address.scheme(), "http" | "https");
    (web && is_loopback(&address) && address.fragment().is_none()).then_some(address)
}

#[derive(Template)]
#[template(path = "demo/issuer/authorize.html")]
struct Page<'a> {
    language: Language,
    action: &'a str,
    style: &'a str,
    request: &'a AuthorizationRequest,
    organisations: Vec<(&'a str, Vec<&'a Person>)>,
}

impl Page<'_> {
    fn title(&self) -> String {
        self.language.say(&Message::new("demonstration-sign-in-title"))
    }

    fn explanation(&self) -> String {
        self.language.say(&Message::new("demonstration-sign-in-explanation"))
    }

    fn second_factor(&self) -> String {
        self.language.say(&Message::new("demonstration-sign-in-second-factor"))
    }

    fn nobody(&self) -> String {
        self.language.say(&Message::new("demonstration-sign-in-nobody"))
    }

    fn organisations_title(&self) -> String {
        self.language.say(&Message::new("demonstration-sign-in-organisations"))
    }

    /// Names in the right script: those of the network are in Serbian Cyrillic, and not translated.
    fn name(&self, name: &str) -> String {
        self.language.choose(name, name)
    }
}

/// `GET /authorize`.
pub(super) async fn page(
    State(issuer): State<DemonstrationIssuer>,
    headers: HeaderMap,
    Query(request): Query<AuthorizationRequest>,
) -> Response {
    let Some(mut back) = request.back() else {
        return nowhere_to_go();
    };
    if let Some(error) = request.error() {
        answer(&mut back, &issuer, &request, &[("error", error)]);
        return Redirect::to(back.as_str()).into_response();
    }
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let page = Page {
        language: Language::accepted(accepted.unwrap_or_default()),
        action: &issuer.address("/authorize"),
        style: &issuer.address("/page.css"),
        request: &request,
        organisations: by_organisation(&issuer.0.people),
    };
    let Ok(page) = page.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = Html(page).into_response();
    protect(response.headers_mut(), &back);
    response
}

fn by_organisation(people: &[Person]) -> Vec<(&str, Vec<&Person>)> {
    let mut organisations: Vec<(&str, Vec<&Person>)> = Vec::new();
    for person in people {
        match organisations.iter_mut().find(|(name, _)| *name == person.organisation) {
            Some((_, members)) => members.push(person),
            None => organisations.push((&person.organisation, vec![person])),
        }
    }
    organisations
}

/// No script, nothing from elsewhere; the form may lead on to the client.
fn protect(headers: &mut HeaderMap, back: &Url) {
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        back.origin().ascii_serialization()
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// `POST /authorize`.
pub(super) async fn choose(State(issuer): State<DemonstrationIssuer>, Form(choice): Form<Choice>) -> Response {
    let request = choice.request;
    let Some(mut back) = request.back() else {
        return nowhere_to_go();
    };
    let now = issuer.0.clock.now();
    match (request.error(), issuer.person(&choice.subject)) {
        (Some(error), _) => answer(&mut back, &issuer, &request, &[("error", error)]),
        (None, None) => answer(&mut back, &issuer, &request, &[("error", "access_denied")]),
        (None, Some(person)) => {
            let granted = Granted {
                client_id: request.client_id.clone(),
                redirect_uri: request.redirect_uri.clone(),
                code_challenge: request.code_challenge.clone(),
                nonce: request.nonce.clone(),
                subject: person.subject.clone(),
                second_factor: choice.second_factor.is_some(),
                expires_at: now + TimeDelta::seconds(60),
            };
            let code = issuer.0.codes.add(granted, now);
            answer(&mut back, &issuer, &request, &[("code", &code)]);
        }
    }
    Redirect::to(back.as_str()).into_response()
}

fn nowhere_to_go() -> Response {
    let wrong = "Unknown client_id, or a redirect_uri that is not on this machine.\n";
    (StatusCode::BAD_REQUEST, wrong).into_response()
}

/// Adds the answer to the address that the browser is sent back to (RFC 6749, section 4.1.2; RFC 9207).
fn answer(back: &mut Url, issuer: &DemonstrationIssuer, request: &AuthorizationRequest, pairs: &[(&str, &str)]) {
    let mut query = back.query_pairs_mut();
    query.extend_pairs(pairs).append_pair("iss", issuer.0.url.as_str());
    if !request.state.is_empty() {
        query.append_pair("state", &request.state);
    }
}

/// How the page looks.
pub(super) async fn style() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("authorize.css"))
}
