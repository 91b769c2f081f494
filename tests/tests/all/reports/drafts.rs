//! Drafts: their author's alone, never overwritten unseen, removed when nobody touches them.

use crate::steps::{act, content, done, field, list, path, refusal, refusals};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

async fn draft(client: &Client, key: &str) -> Value {
    let input = json!({ "idempotencyKey": key, "content": content("a draft") });
    done(client, "createDraft", "report { id revision persons { id } }", input).await["report"].clone()
}

fn update(draft: &Value, revision: &Value, content: Value) -> Value {
    json!({ "reportId": draft["id"], "revision": revision, "content": content })
}

#[rstest]
#[tokio::test]
async fn a_stale_change_says_what_changed(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await.accept_language("en");
    let draft = draft(&reporter, "stale-draft-1").await;
    let mut changed = content("a draft");
    changed["observations"] = json!("other observations");
    changed["persons"][0]["id"] = draft["persons"][0]["id"].clone();
    done(&reporter, "updateDraft", "report { id }", update(&draft, &draft["revision"], changed.clone())).await;
    let told = refusal(&reporter, "updateDraft", update(&draft, &draft["revision"], json!({})), "STALE").await;
    assert!(told.contains("observations"), "{told}");
    assert!(!told.contains("persons") && !told.contains("danger"), "only what changed: {told}");

    changed["dangerNow"] = json!("YES");
    changed["persons"][0]["indicators"] = json!([]);
    done(&reporter, "updateDraft", "report { id }", update(&draft, &json!(2), changed)).await;
    let told = refusal(&reporter, "updateDraft", update(&draft, &json!(2), json!({})), "STALE").await;
    assert!(told.contains("danger") && told.contains("persons") && !told.contains("observations"), "{told}");
    let submit =
        json!({ "idempotencyKey": "stale-submit", "report": { "draft": { "reportId": draft["id"], "revision": 1 } } });
    let refused = refusals(&reporter, "submitReport", submit).await;
    assert_eq!(refused, [("STALE".to_owned(), "report.draft.revision".to_owned())]);
    assert_eq!(field(&reporter, &draft["id"], "observations").await, "other observations");
}

#[rstest]
#[tokio::test]
async fn of_two_changes_at_once_one_is_stale(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let draft = draft(&reporter, "two-tabs-001").await;
    let attempts: Vec<_> = (0..8)
        .map(|tab| {
            let (reporter, input) =
                (reporter.clone(), update(&draft, &draft["revision"], content(&format!("tab {tab}"))));
            tokio::spawn(async move { act(&reporter, "updateDraft", "report { observations }", input).await })
        })
        .collect();
    let mut kept = Vec::new();
    for attempt in attempts {
        let response = attempt.await.expect("an attempt ends");
        match response.expect_no_errors().user_errors("updateDraft") {
            [] => kept.push(response.payload("updateDraft")["report"]["observations"].clone()),
            errors => assert_eq!((&errors[0]["code"], path(&errors[0])), (&json!("STALE"), "revision".to_owned())),
        }
    }
    assert_eq!(kept.len(), 1);
    assert_eq!(field(&reporter, &draft["id"], "observations").await, kept[0]);
}

#[rstest]
#[tokio::test]
async fn nobody_else_ever_sees_a_draft(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let draft = draft(&reporter, "unseen-draft").await;
    let mine =
        reporter.query("{ reports(filter: { status: DRAFT }) { nodes { id status expiresAt reference } } }", ()).await;
    let mine = list(&mine.expect_no_errors().data()["reports"]["nodes"]).to_vec();
    assert!(mine.iter().any(|report| report["id"] == draft["id"] && report["reference"].is_null()));
    assert!(mine.iter().all(|report| report["expiresAt"].is_string()));

    let look = "query Look($id: ID!, $person: ID!) { report(id: $id) { id } nodes(ids: [$id, $person]) { id }
        reports(first: 100) { totalCount nodes { id status } } drafts: reports(filter: { status: DRAFT }) { totalCount } }";
    let variables = json!({ "id": draft["id"], "person": draft["persons"][0]["id"] });
    for email in [
        "reporter2@school-01.example",
        "coordinator@school-01.example",
        "intake@centre.example",
        "supervisor@centre.example",
    ] {
        let other = server.sign_in_as(email).await;
        let response = other.query(look, variables.clone()).await;
        let seen = response.expect_no_errors().data();
        assert_eq!((&seen["report"], &seen["nodes"]), (&Value::Null, &json!([null, null])), "{email}");
        assert!(list(&seen["reports"]["nodes"]).iter().all(|report| report["id"] != draft["id"]), "{email}");
        assert_eq!(seen["drafts"]["totalCount"], 0, "{email}");
    }
    let intake = server.sign_in_as("intake@centre.example").await;
    let queue = "{ triageQueue(first: 100, filter: { states: [DRAFT] }) { totalCount nodes { id } } }";
    assert_eq!(intake.query(queue, ()).await.expect_no_errors().data()["triageQueue"]["totalCount"], 0);
    for email in ["reporter2@school-01.example", "coordinator@school-01.example", "intake@centre.example"] {
        let other = server.sign_in_as(email).await;
        let submit = json!({ "idempotencyKey": "not-my-draft", "report": { "draft": { "reportId": draft["id"], "revision": 1 } } });
        let not_found = |path: &str| vec![("NOT_FOUND".to_owned(), path.to_owned())];
        assert_eq!(refusals(&other, "submitReport", submit).await, not_found("report.draft.reportId"), "{email}");
        assert_eq!(refusals(&other, "updateDraft", update(&draft, &json!(1), json!({}))).await, not_found("reportId"));
        assert_eq!(refusals(&other, "discardDraft", json!({ "reportId": draft["id"] })).await, not_found("reportId"));
    }
}

#[rstest]
#[tokio::test]
async fn a_discarded_draft_is_gone(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let draft = draft(&reporter, "thrown-away").await;
    let gone = done(&reporter, "discardDraft", "discardedId", json!({ "reportId": draft["id"] })).await;
    assert_eq!(gone["discardedId"], draft["id"]);
    let look = "query Look($id: ID!, $person: ID!) { nodes(ids: [$id, $person]) { id } }";
    let variables = json!({ "id": draft["id"], "person": draft["persons"][0]["id"] });
    assert_eq!(reporter.query(look, variables).await.expect_no_errors().data()["nodes"], json!([null, null]));
    let again = refusals(&reporter, "discardDraft", json!({ "reportId": draft["id"] })).await;
    assert_eq!(again, [("NOT_FOUND".to_owned(), "reportId".to_owned())]);

    let sent = crate::steps::submit(&reporter, "sent-already", content("sent")).await;
    let refused = refusals(&reporter, "discardDraft", json!({ "reportId": sent.id })).await;
    assert_eq!(refused, [("WRONG_STATE".to_owned(), "reportId".to_owned())], "what was submitted stays");
    let told =
        refusal(&reporter, "updateDraft", json!({ "reportId": sent.id, "revision": 1, "content": {} }), "WRONG_STATE")
            .await;
    assert!(told.contains(&sent.reference), "{told}");
}

#[rstest]
#[tokio::test]
async fn a_draft_that_nobody_touches_expires(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let mut server = Server::with(database).clock("2019-03-01T10:00:00Z").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let old = draft(&reporter, "left-alone-1").await;
    assert!(crate::steps::text(&field(&reporter, &old["id"], "expiresAt").await).starts_with("2019-03-29T10:00"));
    server.restart_at("2019-03-29T09:00:00Z").await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let touched = draft(&reporter, "written-late").await;
    assert_eq!(field(&reporter, &old["id"], "id").await, old["id"]);
    let options = Server::with(database).clock("2019-03-29T10:00:30Z").env("OSLONAC_JOBS__EXPIRY_EVERY_SECONDS", "1");
    server.restart_with(options).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    for _ in 0..100 {
        if field(&reporter, &old["id"], "id").await.is_null() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(field(&reporter, &old["id"], "id").await, Value::Null, "28 days after it was last touched");
    assert_eq!(field(&reporter, &touched["id"], "id").await, touched["id"]);
    let officer = server.sign_in_as("protection@centre.example").await;
    let trail = "query Trail($id: ID!) { auditEvents(filter: { objectId: $id, action: DRAFT_EXPIRED }) { nodes { member { id } } } }";
    let trail = officer.query(trail, json!({ "id": old["id"] })).await;
    assert_eq!(trail.expect_no_errors().data()["auditEvents"]["nodes"], json!([{ "member": null }]));
}
