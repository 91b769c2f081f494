//! What is never in the log: tokens, cookies, identities, variables and whatever else somebody typed.

use crate::sign_in;
use crate::steps::{content, submit};
use rstest::rstest;
use serde_json::json;
use tests::{Client, Database, Server};

/// A word that stands nowhere else.
fn marker(name: &str) -> String {
    format!("Xq{name}7Zk")
}

/// What is asked for, and what goes wrong. What is written on reports and in trainings, the walk looks for in its log
/// (`isolation/kept.rs`).
async fn work(server: &Server, reporter: &Client, intake: &Client) {
    let report = submit(reporter, &marker("key"), content(&marker("observations"))).await;
    let document = format!(
        "query R($id: ID!) {{ report(id: $id) {{ revision observations persons {{ id }} }} _{}: __typename }}",
        marker("alias")
    );
    intake.query(&document, json!({ "id": report.id })).await.expect_no_errors();
    let mut socket = intake.socket().await;
    let document = "subscription R($id: ID!) { reportChanged(id: $id) { observations } }";
    socket.subscribe("live", document, json!({ "id": report.id })).await;
    socket.next("live").await;
    // What goes wrong is logged most readily.
    let wrong = marker("wrong");
    for document in [
        format!("{{ report(id: \"{wrong}\") {{ id }} }}"),
        format!("{{ {wrong} }}"),
        format!("{{ report(id: \"{wrong}\" "),
        format!("{{ reports(first: 1, after: \"{wrong}\") {{ totalCount }} }}"),
    ] {
        reporter.query(&document, json!({ "x": wrong })).await;
    }
    let submit = "mutation S($input: SubmitReportInput!) { submitReport(input: $input) { userErrors { message } } }";
    reporter.query(submit, json!({ "input": { "idempotencyKey": 7, "report": wrong } })).await;
    let request = server.anonymous().get(&[("query", &wrong)]);
    request.send().await.expect("the server answers");
    for token in [wrong.clone(), format!("{wrong}.{wrong}.{wrong}")] {
        server.anonymous().bearer(&token).query("{ __typename }", ()).await;
    }
    let callback = format!("/sign-in/callback?code={wrong}&state={wrong}");
    server.browser().open_once(server.url(&callback)).await;
}

#[rstest]
#[tokio::test]
async fn nothing_that_somebody_typed_or_holds_is_logged(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values("info", "debug,h2=info", "trace,tungstenite::protocol=trace,h2=info")] filter: &str,
) {
    let server = Server::with(database).env("OSLONAC_LOG__FILTER", filter).start().await;
    let form = |name| [("grant_type", "password"), ("username", name), ("client_id", "demonstration-script")];
    let mut secrets = Vec::new();
    let mut clients = Vec::new();
    for name in ["reporter@school-01.example", "intake@centre.example"] {
        let token = server.token(&form(name)).await["access_token"].as_str().expect("a token").to_owned();
        clients.push(server.anonymous().bearer(&token));
        secrets.push(token);
    }
    work(&server, &clients[0], &clients[1]).await;
    let mut browser = server.browser();
    let issuer = browser.open(server.url("/sign-in")).await;
    sign_in::pick(&mut browser, &issuer, "reporter@school-02.example", true).await;
    sign_in::graphql(&mut browser, &server, "{ viewer { roles } }", json!({})).await;
    secrets.push(browser.cookie(&server.url("/"), sign_in::SESSION).expect("a session").to_owned());

    let log = server.log();
    assert!(log.contains("answered"), "there is a log: {log}");
    if let Some(line) = log.lines().find(|line| line.contains("Xq")) {
        panic!("the log repeats what was typed: {line}");
    }
    for secret in secrets {
        // A JWT's last part is its signature, and enough to know it by.
        let part = secret.rsplit('.').next().expect("a part");
        assert!(!log.contains(part), "the log holds a token or a cookie");
    }
    for address in ["reporter@school-01.example", "intake@centre.example"] {
        // The demonstration prints some who can sign in, before it listens.
        let (_, since) = log.split_once("listening on").expect("it listens");
        assert!(!since.contains(address), "the log says who did it: that is the audit trail's");
    }
}
