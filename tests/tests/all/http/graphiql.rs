//! GraphiQL: whole in itself, and signing in from it works.

use crate::sign_in::{graphql, pick};
use reqwest::{Method, Url};
use serde_json::json;
use tests::{Database, Server};

/// Values of an attribute in a page.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let marker = format!("{name}=\"");
    page.split(&marker).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test]
async fn everything_it_needs_comes_from_here() {
    let server = Server::start(Database::Sqlite).await;
    let get = async |path: &str| {
        let response = server.anonymous().request(Method::GET, path).send().await.expect("the server answers");
        assert_eq!(response.status(), 200, "{path}");
        response
    };
    let page = get("/graphiql").await;
    let policy = page.headers()["content-security-policy"].to_str().expect("ASCII").to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("connect-src 'self'"), "{policy}");
    assert!(!policy.contains("http") && !policy.contains('*') && !policy.contains("script-src 'self' "), "{policy}");
    let page = page.text().await.expect("a page is text");
    let assets: Vec<&str> = attributes(&page, "src").into_iter().chain(attributes(&page, "href")).collect();
    assert_eq!(assets.len(), 2, "a script and a style: {assets:?}");
    for path in assets {
        assert!(path.starts_with("/graphiql/"), "{path} is on this server");
        let asset = get(path).await.text().await.expect("an asset is text");
        // What the browser would fetch: url(…) and @import in a style, import(…) and Worker(…) in a script.
        for marker in ["url(http", "url(//", "url(\"http", "url(\"//", "@import", "import(\"http", "Worker(\"http"] {
            assert!(!asset.contains(marker), "{path} holds {marker}");
        }
        for host in ["unpkg.com", "jsdelivr.net", "cdnjs", "googleapis.com", "gstatic.com", "esm.sh"] {
            assert!(!asset.contains(host), "{path} names {host}");
        }
    }
}

#[tokio::test]
async fn one_signs_in_from_it_and_is_back_there() {
    let server = Server::start(Database::Sqlite).await;
    let script = server.anonymous().request(Method::GET, "/graphiql/graphiql.js").send().await.expect("it answers");
    let script = script.text().await.expect("a script is text");
    let at = script.find("/sign-in?").expect("the page leads to sign-in");
    let link = script[at..].split(['"', '\'', '`']).next().expect("a link ends");
    let mut browser = server.browser();
    let issuer = browser.open(server.url(link)).await;
    let back = pick(&mut browser, &issuer, "intake@centre.example", true).await;
    assert_eq!((back.status.as_u16(), back.url.path()), (200, "/graphiql"));
    let answer = graphql(&mut browser, &server, "{ viewer { roles secondFactorMissing } }", json!({})).await;
    assert_eq!(answer["data"]["viewer"], json!({ "roles": ["INTAKE_OFFICER"], "secondFactorMissing": false }));
    assert_eq!(Url::join(&back.url, "/").expect("a path"), server.url("/"));
}
