//! Signing in with a browser, at the demonstration's issuer and at one that is not ours.

mod cross_site;
mod memberships;
mod refused;
mod second_issuer;
mod sessions;

use reqwest::{Method, Url};
use serde_json::{Value, json};
use tests::{Browser, Page, Server};

/// The cookie of a session.
pub const SESSION: &str = "__Host-oslonac";

/// The form of the demonstration issuer's page, with somebody picked.
pub fn choice(page: &Url, subject: &str, second_factor: bool) -> Vec<(String, String)> {
    let mut form: Vec<(String, String)> = page.query_pairs().into_owned().collect();
    form.push(("subject".to_owned(), subject.to_owned()));
    if second_factor {
        form.push(("second_factor".to_owned(), "yes".to_owned()));
    }
    form
}

/// Picks somebody on the demonstration issuer's page and goes where that leads.
pub async fn pick(browser: &mut Browser, page: &Page, subject: &str, second_factor: bool) -> Page {
    let form = choice(&page.url, subject, second_factor);
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (&**name, &**value)).collect();
    let mut address = page.url.clone();
    address.set_query(None);
    browser.submit(address, &form).await
}

/// Signs in at the demonstration's issuer, to end at the front page.
pub async fn sign_in(server: &Server, email: &str, second_factor: bool) -> Browser {
    let mut browser = server.browser();
    let issuer = browser.open(server.url("/sign-in")).await;
    let page = pick(&mut browser, &issuer, email, second_factor).await;
    assert_eq!((page.status.as_u16(), page.url.path()), (200, "/"), "{}", page.text);
    browser
}

/// Sends GraphQL as a page of the site does.
pub async fn graphql(browser: &mut Browser, server: &Server, document: &str, variables: Value) -> Value {
    let page = send(browser, server, "same-origin", document, variables).await;
    serde_json::from_str(&page.text).unwrap_or_else(|_| panic!("{} is not JSON: {}", page.status, page.text))
}

/// Sends GraphQL as a page that is as near to the site as `site` says in `Sec-Fetch-Site`.
pub async fn send(browser: &mut Browser, server: &Server, site: &str, document: &str, variables: Value) -> Page {
    let request = server.anonymous().request(Method::POST, "/graphql").header("sec-fetch-site", site);
    let request = request.json(&json!({ "query": document, "variables": variables }));
    browser.send(server.url("/graphql"), request).await
}

/// Whether the browser is signed in.
pub async fn is_signed_in(browser: &mut Browser, server: &Server) -> bool {
    let answer = graphql(browser, server, "{ viewer { roles } }", json!({})).await;
    answer["data"]["viewer"].is_object()
}
