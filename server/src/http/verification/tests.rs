use super::*;
use crate::http::client_address::ClientAddress;
use crate::language::Language;
use http::HeaderMap;
use uuid::Uuid;

#[tokio::test]
async fn every_finding_has_its_words_in_every_language_and_nothing_runs() {
    for language in Language::ALL {
        for finding in [
            Finding::Nothing,
            Finding::NoNumber,
            Finding::Unknown,
            Finding::Known(Validity::Valid),
            Finding::Known(Validity::Expired),
            Finding::Known(Validity::Revoked),
            Finding::Known(Validity::Replaced),
            Finding::Known(Validity::ProgrammeWithdrawn),
            Finding::TooMany(TooMany { wait_seconds: 7 }),
            Finding::Unavailable,
        ] {
            let address = ClientAddress::of([192, 0, 2, 1].into());
            let asked = Asked { request_id: Uuid::nil(), address, headers: HeaderMap::new(), language };
            let response = page(&asked, finding, "\"><script>");
            assert_eq!(response.status(), finding.status());
            assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY));
            let body = axum::body::to_bytes(response.into_body(), 100_000).await.unwrap();
            let body = String::from_utf8(body.to_vec()).unwrap();
            assert!(body.contains(&format!("<html lang=\"{}\">", language.tag())));
            assert!(finding.message().is_none_or(|message| body.contains(&language.say(&message))), "{body}");
            assert!(!body.contains("<script"), "{body}");
        }
    }
}
