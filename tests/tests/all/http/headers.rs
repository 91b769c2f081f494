//! What browsers are told about every answer.

use reqwest::Method;
use reqwest::header::HeaderMap;
use tests::{Database, Issuer, Server, Storage, settings_for};

async fn headers(server: &Server, method: Method, path: &str) -> HeaderMap {
    let request = server.anonymous().request(method, path).header("accept", "*/*");
    request.send().await.expect("the server answers").headers().clone()
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn no_answer_runs_inline_script_is_framed_or_kept() {
    let server = Server::start(Database::Sqlite).await;
    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/sign-in"),
        (Method::GET, "/sign-in/callback"),
        (Method::GET, "/sign-in/page.css"),
        (Method::POST, "/sign-out"),
        (Method::GET, "/graphiql"),
        (Method::GET, "/graphiql/graphiql.js"),
        (Method::POST, "/graphql"),
        (Method::GET, "/graphql?query=%7B__typename%7D"),
        (Method::GET, "/health/live"),
        (Method::GET, "/verify"),
        (Method::GET, "/verify/UV-0000-0000-0"),
        (Method::GET, "/certificates/UV-0000-0000-0.pdf"),
        (Method::GET, "/nowhere"),
        (Method::GET, "/demonstration/issuer/authorize"),
    ] {
        let headers = headers(&server, method.clone(), path).await;
        let policy = value(&headers, "content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(policy.contains("base-uri 'none'") && policy.contains("form-action "), "{path}: {policy}");
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
        for (name, expected) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(value(&headers, name), expected, "{method} {path}: {name}");
        }
        assert!(value(&headers, "permissions-policy").contains("geolocation=()"), "{path}");
        // Files that come with the service are the same for everybody.
        let keeps = path.starts_with("/graphiql");
        assert_eq!(value(&headers, "cache-control"), if keeps { "no-cache" } else { "no-store" }, "{path}");
        assert!(!headers.contains_key("strict-transport-security"), "{path}: there is no TLS here");
    }
}

#[tokio::test]
async fn where_browsers_come_by_tls_they_come_no_other_way() {
    let issuer = Issuer::start(&["--client-secret", "only-for-tests"]).await;
    let server = Server::with(Database::Sqlite)
        .serve()
        .settings(&settings_for(&issuer))
        .env("OSLONAC_HTTP__PUBLIC_URL", "https://reports.example.rs")
        .env("OSLONAC_HTTP__BEHIND_PROXY", "true")
        .start_on(Storage::empty(Database::Sqlite).await)
        .await;
    for path in ["/health/live", "/sign-in", "/nowhere"] {
        let headers = headers(&server, Method::GET, path).await;
        assert_eq!(value(&headers, "strict-transport-security"), "max-age=63072000", "{path}");
    }
}
