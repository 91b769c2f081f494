use super::{certificate_of, held, issue, number, options, trainer};
use crate::steps::done;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::json;
use tests::{Client, Database, Server};

/// Status and text of the page, in English.
async fn page(client: &Client, path: &str) -> (StatusCode, String) {
    let request = client.request(Method::GET, path).header("accept-language", "en");
    let response = request.send().await.expect("the server answers");
    (response.status(), response.text().await.expect("a page"))
}

/// What the page says of a number.
async fn finding(server: &Server, number: &str) -> (u16, String) {
    let (status, page) = page(&server.anonymous(), &format!("/verify/{number}")).await;
    let said = page.split("<strong>").nth(1).and_then(|rest| rest.split("</strong>").next()).unwrap_or_default();
    (status.as_u16(), said.to_owned())
}

/// The number with its last digit, the check digit, changed.
fn with_wrong_digit(number: &str) -> String {
    let (start, last) = number.split_at(number.len() - 1);
    format!("{start}{}", if last == "2" { "3" } else { "2" })
}

#[rstest]
#[tokio::test]
async fn anybody_learns_whether_a_certificate_is_valid_and_nothing_else(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = options(database).start().await;
    let held = held(&server, database, false).await;
    let client = trainer(&server).await;
    issue(&client, held, "issue-all", "SERBIAN_CYRILLIC").await;
    let valid = certificate_of(&client, "Љубица Ђорђевић").await;
    let other = certificate_of(&client, "Ana Žunić").await;
    let known = number(&valid);
    assert_eq!(finding(&server, &known).await, (200, "This certificate is valid.".to_owned()));
    let (_, whole) = page(&server.anonymous(), &format!("/verify/{known}")).await;
    for kept in ["Љубица", "Ljubica", "Знакови", "Znakovi", "Завод", "1123", "2018", "2019", "training_session"]
    {
        assert!(!whole.contains(kept), "{kept}: {whole}");
    }
    let sloppy = known.to_lowercase().replace('0', "O").replace('-', "%20");
    assert_eq!(finding(&server, &sloppy).await.0, 200);
    let (status, typed) = page(&server.anonymous(), &format!("/verify?number={sloppy}")).await;
    assert!(status == StatusCode::OK && typed.contains("This certificate is valid."), "{typed}");

    let look_again = "This cannot be the number of a certificate. Look at the number again, letter by letter.";
    for wrong in [&*with_wrong_digit(&known), "UV", "%D0%96", &"9".repeat(500)] {
        assert_eq!(finding(&server, wrong).await, (404, look_again.to_owned()), "{wrong}");
    }
    let unknown = (404, "There is no certificate with this number.".to_owned());
    assert_eq!(finding(&server, "UV-0000-0000-0").await, unknown);

    let replace = json!({ "idempotencyKey": "replace-1", "certificateId": other["id"] });
    let new = done(&client, "replaceCertificate", "certificate { id number }", replace).await["certificate"].clone();
    let replaced = "This certificate is not valid any more: another was issued in its place.";
    assert_eq!(finding(&server, &number(&other)).await, (200, replaced.to_owned()));
    assert_eq!(finding(&server, &number(&new)).await.1, "This certificate is valid.");
    let revoke = json!({ "certificateId": new["id"], "reason": "a mistake" });
    done(&client, "revokeCertificate", "certificate { id }", revoke).await;
    assert_eq!(finding(&server, &number(&new)).await.1, "This certificate is not valid: it was revoked.");

    server.restart_at("2019-12-03T22:30:00Z").await;
    assert_eq!(finding(&server, &known).await.1, "This certificate is valid.", "on its last day");
    server.restart_at("2019-12-03T23:30:00Z").await;
    let expired = "This certificate is not valid any more: its time has ended.";
    assert_eq!(finding(&server, &known).await.1, expired, "it is the next day in Serbia");
    server.storage().tamper(&held.withdraw_programme()).await;
    let withdrawn = "This certificate is not valid any more: the programme was withdrawn.";
    assert_eq!(finding(&server, &known).await.1, withdrawn);
}

#[tokio::test]
async fn the_page_speaks_three_languages_runs_nothing_and_is_limited() {
    let server = options(Database::Sqlite).env("OSLONAC_HTTP__RATE_LIMITS__ADDRESS", "5").start().await;
    for (language, title) in
        [("sr-Cyrl", "Да ли уверење важи?"), ("sr-Latn", "Da li uverenje važi?"), ("en", "Is a certificate valid?")]
    {
        let request = server.anonymous().request(Method::GET, "/verify").header("accept-language", language);
        let response = request.send().await.expect("the server answers");
        let policy = response.headers()["content-security-policy"].to_str().expect("ASCII").to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("script"), "{policy}");
        let page = response.text().await.expect("a page");
        assert!(page.contains(title) && page.contains("<form") && !page.contains("<script"), "{page}");
    }
    let (status, asked) = page(&server.anonymous(), "/verify?number=%22%3E%3Cscript%3E").await;
    assert!(status == StatusCode::NOT_FOUND && !asked.contains("<script"), "{asked}");
    assert_eq!(page(&server.anonymous(), "/verify").await.0, StatusCode::OK);
    let response = server.anonymous().request(Method::GET, "/verify/UV-0000-0000-0").send().await;
    let response = response.expect("the server answers");
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(response.headers().contains_key("retry-after"));
}
