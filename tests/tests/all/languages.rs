//! Messages follow `Accept-Language`: Serbian in Cyrillic and in Latin letters, and English.

use rstest::rstest;
use serde_json::json;
use tests::{Client, Database, Server};

/// The message of one expected failure.
async fn message(client: &Client) -> String {
    let document =
        "mutation D($input: DiscardDraftInput!) { discardDraft(input: $input) { userErrors { code message } } }";
    let response = client.query(document, json!({ "input": { "reportId": "nonsense" } })).await;
    let error = &response.user_errors("discardDraft")[0];
    assert_eq!(error["code"], "NOT_FOUND", "the code is the same in every language");
    error["message"].as_str().expect("a message").to_owned()
}

#[rstest]
#[tokio::test]
async fn of_a_mutation(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let client = server.sign_in_as("reporter@school-01.example").await;
    let cyrillic = "Ово не постоји, или не постоји за вас.";
    let latin = "Ovo ne postoji, ili ne postoji za vas.";
    let english = "This does not exist, or not for you.";
    for (header, expected) in [
        ("sr-Cyrl", cyrillic),
        ("sr", cyrillic),
        ("sr-RS", cyrillic),
        ("sr-Latn", latin),
        ("sr-Latn-RS, sr;q=0.5", latin),
        ("SR-LATN", latin),
        ("en", english),
        ("en-GB,en;q=0.9,sr;q=0.8", english),
        ("sr;q=0.1, en;q=0.9", english),
        ("de, en;q=0.5", english),
        ("en;q=0, sr", cyrillic),
        ("de", cyrillic),
        ("*", cyrillic),
        ("", cyrillic),
        ("nonsense;;;q=x,,,", cyrillic),
    ] {
        assert_eq!(message(&client.clone().accept_language(header)).await, expected, "{header}");
    }
    assert_eq!(message(&client).await, cyrillic, "without a header");
}

#[tokio::test]
async fn of_explanations_and_of_what_is_asked_about_indicators() {
    let server = Server::start(Database::Sqlite).await;
    let client = server.sign_in_as("reporter@school-01.example").await;
    let document = "{ indicatorSets { title sector } }";
    let mut names = Vec::new();
    for language in ["sr-Cyrl", "sr-Latn", "en"] {
        let response = client.clone().accept_language(language).query(document, ()).await;
        names
            .push(response.expect_no_errors().data()["indicatorSets"][0]["title"].as_str().expect("a name").to_owned());
    }
    let is_cyrillic = |text: &str| text.chars().any(|c| ('а'..='я').contains(&c));
    assert!(is_cyrillic(&names[0]) && !is_cyrillic(&names[1]) && !is_cyrillic(&names[2]), "{names:?}");
    assert_ne!(names[1], names[2]);
}

#[tokio::test]
async fn of_pages() {
    let server = Server::start(Database::Sqlite).await;
    for (language, words) in
        [("sr-Cyrl", "Нисте пријављени."), ("sr-Latn", "Niste prijavljeni."), ("en", "You are not signed in.")]
    {
        let request = server.anonymous().accept_language(language).request(reqwest::Method::GET, "/");
        let page = request.send().await.expect("the server answers");
        assert_eq!(page.headers()["vary"], "Accept-Language");
        let page = page.text().await.expect("a page is text");
        assert!(page.contains(words) && page.contains(&format!("<html lang=\"{language}\">")), "{page}");
    }
}
