//! Webhooks: what an organisation's own software is told, by whom it is signed, and what comes of receivers that fail.

use super::{NOW, content, unread};
use crate::steps::{done, refusals, step, submit};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{Client, Database, Hooks, Options, Server};

/// Options of a server that may send to this machine, where the receivers of the tests are.
fn sending(database: Database, clock: &str) -> Options {
    Server::with(database)
        .clock(clock)
        .env("OSLONAC_NOTIFICATIONS__LOOK_EVERY_SECONDS", "1")
        .env("OSLONAC_NOTIFICATIONS__WEBHOOKS__TIME_LIMIT_SECONDS", "2")
        .env("OSLONAC_NOTIFICATIONS__WEBHOOKS__PLAIN_HTTP", "true")
        .env("OSLONAC_NOTIFICATIONS__WEBHOOKS__PRIVATE_NETWORKS", "true")
}

async fn register(client: &Client, key: &str, url: &str) -> (Value, String) {
    let input = json!({ "idempotencyKey": key, "url": url });
    let made = done(client, "registerWebhook", "webhook { id disabledAt } secret", input).await;
    (made["webhook"]["id"].clone(), crate::steps::text(&made["secret"]))
}

/// One step that a partner learns of: the Centre sends a notice.
async fn notice(server: &Server, report: &Value, key: &str) {
    let intake = server.sign_in_as("intake@centre.example").await;
    step(&intake, "sendNotice", report, json!({ "idempotencyKey": key, "text": "we are at it" })).await;
}

async fn webhook(client: &Client) -> Value {
    let document = "{ webhooks(first: 1) { nodes { failingSince disabledAt previousSecretUntil } } }";
    client.query(document, ()).await.expect_no_errors().data()["webhooks"]["nodes"][0].clone()
}

fn header<'a>(request: &'a Value, name: &str) -> &'a str {
    request["headers"][name].as_str().unwrap_or_else(|| panic!("no {name} in {request}"))
}

#[rstest]
#[tokio::test]
async fn software_learns_which_report_has_news_and_nothing_else(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let (hooks, others) = (Hooks::start().await, Hooks::start().await);
    let server = sending(database, NOW).start().await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let other = server.sign_in_as("coordinator@school-02.example").await;
    let (_, secret) = register(&coordinator, "webhook-of-school", &hooks.url("/of-school-01")).await;
    register(&other, "webhook-of-other", &others.url("/of-school-02")).await;
    assert!(secret.starts_with("whsec_"), "{secret}");
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "told-to-software", content(false)).await;
    notice(&server, &report.id, "notice-for-software").await;
    let got = hooks.wait_for(1).await;
    let body: Value = serde_json::from_str(got[0]["body"].as_str().expect("a body")).expect("JSON");
    let data = json!({ "id": report.id, "reference": report.reference });
    assert_eq!(body, json!({ "type": "report.changed", "timestamp": body["timestamp"], "data": data }));
    let (id, at) = (header(&got[0], "webhook-id"), header(&got[0], "webhook-timestamp"));
    assert!(id.starts_with("msg_") && at.parse::<i64>().is_ok(), "{id} {at}");
    let signature = header(&got[0], "webhook-signature");
    assert!(signature.starts_with("v1,") && !signature.contains(' '), "{signature}");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(hooks.got().await.len(), 1, "its own submission is no news");
    assert_eq!(others.got().await.len(), 0, "nor are reports of others");
    let shown = coordinator.query("{ webhooks { nodes { id url } } }", ()).await;
    assert!(!shown.body().to_string().contains(&secret), "the secret is shown once");
}

#[rstest]
#[tokio::test]
async fn a_webhook_is_tried_gets_a_new_secret_and_is_switched_off_and_on(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let hooks = Hooks::start().await;
    let server = sending(database, NOW).start().await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let (id, secret) = register(&coordinator, "webhook-of-school", &hooks.url("/")).await;
    let again = json!({ "idempotencyKey": "webhook-of-school", "url": hooks.url("/") });
    let again = done(&coordinator, "registerWebhook", "webhook { id } secret", again).await;
    assert_eq!(again, json!({ "webhook": { "id": id }, "secret": null, "userErrors": [] }));
    let which = json!({ "webhookId": id });
    let rotated = done(&coordinator, "rotateWebhookSecret", "secret", which.clone()).await;
    assert_ne!(rotated["secret"], json!(secret));
    done(&coordinator, "testWebhook", "webhook { id }", which.clone()).await;
    let got = hooks.wait_for(1).await;
    assert!(got[0]["body"].as_str().is_some_and(|body| body.contains("\"webhook.test\"")), "{got:?}");
    assert_eq!(header(&got[0], "webhook-signature").split(' ').count(), 2, "both secrets sign for a while");
    done(&coordinator, "disableWebhook", "webhook { id }", which.clone()).await;
    let refused = refusals(&coordinator, "testWebhook", which.clone()).await;
    assert_eq!(refused, [("WRONG_STATE".to_owned(), "webhookId".to_owned())]);
    for stranger in ["coordinator@school-02.example", "administrator@centre.example"] {
        let stranger = server.sign_in_as(stranger).await;
        let refused = refusals(&stranger, "enableWebhook", which.clone()).await;
        assert_eq!(refused, [("NOT_FOUND".to_owned(), "webhookId".to_owned())]);
    }
    for nobody in ["reporter@school-01.example", "intake@centre.example", "supervisor@centre.example"] {
        let nobody = server.sign_in_as(nobody).await;
        assert_eq!(nobody.query("{ webhooks { nodes { id } } }", ()).await.error_codes(), ["NOT_FOUND"]);
    }
    done(&coordinator, "enableWebhook", "webhook { id }", which).await;
}

#[rstest]
#[tokio::test]
async fn a_receiver_that_fails_gets_it_later_and_one_that_always_fails_is_disabled(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let hooks = Hooks::start().await;
    hooks.behave(json!({ "status": 500 })).await;
    let mut server = sending(database, NOW).start().await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    register(&coordinator, "webhook-of-school", &hooks.url("/")).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "told-in-the-end", content(false)).await;
    notice(&server, &report.id, "notice-for-later").await;
    let first = hooks.wait_for(1).await;
    server.restart_at("2026-04-20T09:00:00Z").await;
    hooks.wait_for(2).await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    assert!(webhook(&coordinator).await["failingSince"].is_string());
    hooks.behave(json!({ "status": 204 })).await;
    server.restart_at("2026-04-20T11:00:00Z").await;
    let got = hooks.wait_for(3).await;
    assert_eq!(header(&got[2], "webhook-id"), header(&first[0], "webhook-id"), "the same message, the same id");
    hooks.behave(json!({ "status": 503 })).await;
    notice(&server, &report.id, "notice-for-nobody").await;
    hooks.wait_for(4).await;
    server.restart_at("2026-04-23T12:00:00Z").await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    notice(&server, &report.id, "notice-for-nobody-2").await;
    let disabled = async || unread(&coordinator).await.iter().any(|(kind, _)| kind == "WEBHOOK_DISABLED");
    for _ in 0..500 {
        if disabled().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(disabled().await, "{:?}", unread(&coordinator).await);
    assert!(webhook(&coordinator).await["disabledAt"].is_string());
}

#[rstest]
#[tokio::test]
async fn receivers_that_hang_redirect_or_never_end_keep_nobody_waiting(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let (hooks, inside) = (Hooks::start().await, Hooks::start().await);
    let server = sending(database, NOW).start().await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let (id, _) = register(&coordinator, "webhook-of-school", &hooks.url("/")).await;
    for (number, (behaviour, said)) in [
        (json!({ "hang": true }), "it does not answer in time"),
        (json!({ "status": 307, "location": inside.url("/inside") }), "it answers 307"),
        (json!({ "status": 500, "endless": true }), "it answers 500"),
    ]
    .into_iter()
    .enumerate()
    {
        hooks.behave(behaviour).await;
        done(&coordinator, "testWebhook", "webhook { id }", json!({ "webhookId": id })).await;
        hooks.wait_for(number + 1).await;
        let asked = Instant::now();
        while !server.log().contains(said) {
            assert!(asked.elapsed() < Duration::from_secs(8), "the log does not say {said}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    assert_eq!(inside.got().await.len(), 0, "no redirect is followed");
}

#[rstest]
#[tokio::test]
async fn addresses_of_private_networks_are_refused_and_names_that_lead_there_are_not_asked(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let hooks = Hooks::start().await;
    let strict = Server::with(database).clock(NOW).env("OSLONAC_NOTIFICATIONS__WEBHOOKS__PLAIN_HTTP", "true");
    let server = strict.start().await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    for (position, url) in [
        hooks.url("/"),
        "http://169.254.169.254/latest/".to_owned(),
        "https://[::1]/".to_owned(),
        "https://10.0.0.1/".to_owned(),
        "ftp://partner.example/".to_owned(),
        "not an address".to_owned(),
    ]
    .into_iter()
    .enumerate()
    {
        let input = json!({ "idempotencyKey": format!("private-{position}"), "url": url });
        let refused = refusals(&coordinator, "registerWebhook", input).await;
        assert_eq!(refused, [("INVALID".to_owned(), "url".to_owned())], "{url}");
    }
    let named = hooks.url("/").replace("127.0.0.1", "localhost");
    let (id, _) = register(&coordinator, "webhook-by-name", &named).await;
    done(&coordinator, "testWebhook", "webhook { id }", json!({ "webhookId": id })).await;
    let asked = Instant::now();
    while !server.log().contains("its address is not public") {
        assert!(asked.elapsed() < Duration::from_secs(8), "{}", server.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(hooks.got().await.len(), 0);
}
