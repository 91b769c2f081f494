//! The pages that say why a sign-in goes no further.

use super::Trouble;
use crate::http::client_address::ClientAddress;
use crate::http::request_id::RequestId;
use crate::language::{Language, Message};
use askama::Template;
use axum::extract::rejection::ExtensionRejection;
use axum::extract::{Extension, FromRequestParts};
use axum::response::{Html, IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use uuid::Uuid;

/// What a page needs to know of the request it answers.
pub(in crate::http) struct Asked {
    pub(in crate::http) request_id: Uuid,
    pub(in crate::http) address: ClientAddress,
    pub(in crate::http) headers: HeaderMap,
    pub(in crate::http) language: Language,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = ExtensionRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ExtensionRejection> {
        let Extension(RequestId(request_id)) = Extension::from_request_parts(parts, state).await?;
        let Extension(address) = Extension::from_request_parts(parts, state).await?;
        let accepted = parts.headers.get(header::ACCEPT_LANGUAGE);
        let accepted = accepted.and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(Self { language: Language::accepted(accepted), request_id, address, headers: parts.headers.clone() })
    }
}

#[derive(Template)]
#[template(path = "http/sign_in/page.html")]
struct Page<'a> {
    language: &'a str,
    title: &'a str,
    what_happened: &'a str,
    what_to_do: &'a str,
    again: &'a str,
    again_at: &'a str,
    request: &'a str,
}

impl Asked {
    /// The page about this trouble; it leads back to the beginning, from where `return_to` is not forgotten.
    pub(super) fn page(&self, trouble: Trouble, return_to: &str) -> Response {
        let say = |key| self.language.say(&key);
        let (happened, to_do) = trouble.messages();
        let request = Message::new("sign-in-request").with("id", self.request_id);
        let page = Page {
            language: self.language.tag(),
            title: &say(Message::new("sign-in-title")),
            what_happened: &say(happened),
            what_to_do: &say(to_do),
            again: &say(Message::new("sign-in-again")),
            again_at: &trouble.again_at(return_to),
            request: &say(request),
        };
        tracing::info!(?trouble, "a sign-in goes no further");
        let mut response = match page.render() {
            Ok(page) => (trouble.status(), Html(page)).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        };
        protect(response.headers_mut());
        if let Some(seconds) = trouble.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The headers of every page of ours: no script, nothing from elsewhere, in no frame, in no cache.
pub(in crate::http) fn protect(headers: &mut HeaderMap) {
    let policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "Accept-Language"),
    ] {
        let name: HeaderName = name;
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// How the pages look.
pub(super) async fn style() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("page.css"))
}

impl Trouble {
    fn status(self) -> StatusCode {
        match self {
            Self::AttemptExpired | Self::Failed => StatusCode::BAD_REQUEST,
            Self::Denied | Self::NoMembership | Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::IssuerUnavailable | Self::DatabaseUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotSetUp | Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// After how many seconds it may go well.
    fn retry_after(self) -> Option<u64> {
        match self {
            Self::IssuerUnavailable | Self::DatabaseUnavailable => Some(5),
            Self::TooMany(too_many) => Some(too_many.wait_seconds),
            _ => None,
        }
    }

    /// What happened, and what to do.
    fn messages(self) -> (Message, Message) {
        let (happened, to_do) = match self {
            Self::NotSetUp => (Message::new("sign-in-not-set-up"), Message::new("sign-in-not-set-up-remedy")),
            Self::IssuerUnavailable => {
                (Message::new("sign-in-issuer-unavailable"), Message::new("sign-in-wait-remedy"))
            }
            Self::TooMany(_) => (Message::new("sign-in-too-many"), Message::new("sign-in-wait-remedy")),
            Self::AttemptExpired => (Message::new("sign-in-expired"), Message::new("sign-in-expired-remedy")),
            Self::Denied => (Message::new("sign-in-denied"), Message::new("sign-in-denied-remedy")),
            Self::Failed => (Message::new("sign-in-failed"), Message::new("sign-in-failed-remedy")),
            Self::NoMembership => (Message::new("sign-in-no-membership"), Message::new("sign-in-no-membership-remedy")),
            Self::ForeignOrigin => (Message::new("sign-out-foreign"), Message::new("sign-out-foreign-remedy")),
            Self::DatabaseUnavailable => (Message::new("sign-in-unavailable"), Message::new("sign-in-wait-remedy")),
            Self::Internal => (Message::new("sign-in-internal"), Message::new("sign-in-failed-remedy")),
        };
        (happened, to_do)
    }

    /// Where to begin again. Who has no membership may be somebody else at the issuer.
    fn again_at(self, return_to: &str) -> String {
        let path = "/sign-in?";
        let mut query = url::form_urlencoded::Serializer::for_suffix(path.to_owned(), path.len());
        query.append_pair("return_to", return_to);
        if self == Self::NoMembership {
            query.append_pair("prompt", "login");
        }
        query.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::rate_limits::TooMany;

    #[tokio::test]
    async fn every_trouble_has_its_page_in_every_language() {
        for language in Language::ALL {
            for trouble in [
                Trouble::NotSetUp,
                Trouble::IssuerUnavailable,
                Trouble::AttemptExpired,
                Trouble::TooMany(TooMany { wait_seconds: 7 }),
                Trouble::Denied,
                Trouble::Failed,
                Trouble::NoMembership,
                Trouble::ForeignOrigin,
                Trouble::DatabaseUnavailable,
                Trouble::Internal,
            ] {
                let request_id = Uuid::from_u128(1);
                let headers = HeaderMap::new();
                let address = ClientAddress::of([192, 0, 2, 1].into());
                let asked = Asked { request_id, address, headers, language };
                let response = asked.page(trouble, "/\"><script>");
                assert_eq!(response.status(), trouble.status());
                assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY));
                let body = axum::body::to_bytes(response.into_body(), 100_000).await.unwrap();
                let body = String::from_utf8(body.to_vec()).unwrap();
                assert!(body.contains(&format!("<html lang=\"{}\">", language.tag())));
                assert!(body.contains(&language.say(&trouble.messages().0)), "{body}");
                assert!(body.contains("00000000-0000-0000-0000-000000000001"), "{body}");
                assert!(!body.contains("<script"), "{body}");
            }
        }
    }
}
