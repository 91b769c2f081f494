//! An OpenID Connect provider for the demonstration: people sign in by picking a person of the network, so that the
//! real code of sign-in is the only one there is. It asks nobody for a password, and so answers nobody but this machine.
//!
//! | route below `/demonstration/issuer` | what it is |
//! | --- | --- |
//! | `/.well-known/openid-configuration`, `/jwks` | discovery and keys |
//! | `/authorize` | the page where a person is picked |
//! | `/token` | grants `authorization_code` with PKCE, `client_credentials` for software, `password` for scripts |
//! | `/end-session` | signing out |
//! | `/rotate-keys` | makes a new key; the one before stays valid until the next time |

mod authorize;
mod discovery;
mod end_session;
mod keys;
mod token;

pub use keys::new_key_der;

use crate::clock::Clock;
use crate::config;
use crate::http::tokens::is_loopback;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode, header};
use keys::SigningKeys;
use openidconnect::IssuerUrl;
use rand::RngExt;
use std::net::SocketAddr;
use std::sync::Arc;
use url::Url;

/// Where the routes are.
pub const PATH: &str = "/demonstration/issuer";
/// The client of the service itself, for people who sign in with a browser. It has no secret.
pub const CLIENT: &str = "oslonac";
/// The client for scripts: it gets a token for any person by grant `password`, without one.
pub const SCRIPT_CLIENT: &str = "demonstration-script";
/// What access tokens are for.
pub const AUDIENCE: &str = "oslonac";

/// A person who can be picked. Somebody in two organisations is there twice, under one subject.
#[derive(Clone, Debug)]
pub struct Person {
    /// The issuer's name for the person.
    pub subject: String,
    /// Verified e-mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Organisation, as the page groups people.
    pub organisation: String,
    /// Function and roles in words.
    pub roles: String,
}

/// An organisation's own software.
#[derive(Clone, Debug)]
pub struct Software {
    /// OAuth client; also its subject.
    pub client_id: String,
    /// Its secret, which is none: the demonstration prints it.
    pub client_secret: String,
}

/// The issuer.
#[derive(Clone)]
pub struct DemonstrationIssuer(Arc<Inner>);

struct Inner {
    url: IssuerUrl,
    clock: Clock,
    people: Vec<Person>,
    software: Vec<Software>,
    keys: SigningKeys,
    codes: authorize::Codes,
}

impl DemonstrationIssuer {
    /// An issuer with a new key, for these people and software, on the server that is reached under `public_url`.
    ///
    /// # Errors
    /// The address is not one of this machine.
    pub fn new(
        public_url: &Url,
        people: Vec<Person>,
        software: Vec<Software>,
        clock: Clock,
    ) -> Result<Self, config::Error> {
        let of_key = |what: &str| config::Error::of_key("http.public_url", what);
        if !is_loopback(public_url) {
            return Err(of_key("the demonstration runs on this machine only; take http://127.0.0.1"));
        }
        let mut url = public_url.clone();
        url.set_path(PATH);
        Ok(Self(Arc::new(Inner {
            url: IssuerUrl::new(url.into()).map_err(|error| of_key(&error.to_string()))?,
            clock,
            people,
            software,
            keys: SigningKeys::new(),
            codes: authorize::Codes::default(),
        })))
    }

    /// The issuer as the settings of sign-in have it.
    pub fn settings(&self) -> config::Issuer {
        config::Issuer {
            url: self.0.url.clone(),
            client_id: CLIENT.to_owned(),
            client_secret: None,
            audience: AUDIENCE.to_owned(),
            algorithms: vec![keys::ALGORITHM],
            token_types: vec!["at+jwt".to_owned()],
        }
    }

    fn person(&self, subject: &str) -> Option<&Person> {
        self.0.people.iter().find(|person| person.subject == subject)
    }

    fn person_by_email(&self, email: &str) -> Option<&Person> {
        let same = |person: &&Person| person.email.eq_ignore_ascii_case(email);
        self.0.people.iter().find(same)
    }

    /// The address of one of its routes.
    fn address(&self, route: &str) -> String {
        format!("{}{route}", self.0.url.as_str())
    }
}

/// The issuer's routes, under [`PATH`]. The server must tell who is connected (`ConnectInfo<SocketAddr>`).
pub fn routes(issuer: DemonstrationIssuer) -> Router {
    let routes = Router::new()
        .route("/.well-known/openid-configuration", get(discovery::configuration))
        .route("/jwks", get(discovery::key_set))
        .route("/rotate-keys", post(discovery::rotate_keys))
        .route("/authorize", get(authorize::page).post(authorize::choose))
        .route("/page.css", get(authorize::style))
        .route("/token", post(token::token))
        .route("/end-session", get(end_session::end_session).post(end_session::end_session))
        .layer(from_fn(only_this_machine))
        .with_state(issuer);
    Router::new().nest(PATH, routes)
}

/// Refuses everybody but this machine, and pages of other sites that had their names point here.
async fn only_this_machine(request: Request, next: Next) -> Response {
    if comes_from_this_machine(&request) && names_this_machine(request.headers()) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "The demonstration's issuer answers this machine only.\n").into_response()
}

fn comes_from_this_machine(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback())
}

fn names_this_machine(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let address = host.and_then(|host| Url::parse(&format!("http://{host}")).ok());
    address.is_some_and(|address| is_loopback(&address))
}

/// 32 random bytes, written.
fn random() -> String {
    let mut bytes = [0; 32];
    rand::rng().fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests;
