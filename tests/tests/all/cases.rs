//! Cases: opened when a report is accepted, void when it is reopened, decided on by a supervisor.

use crate::steps::{act, content, done, field, list, own_membership, refusals, step, submit, text};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

const CASE: &str = "id reference revision identification voidedAt person { id } caseWorker { id }";

async fn accepted(reporter: &Client, centre: &Client, key: &str, persons: usize) -> (Value, Vec<Value>) {
    let mut content = content(key);
    content["persons"] = vec![json!({ "child": "NO", "pseudonym": "B" }); persons].into();
    let report = submit(reporter, key, content).await.id;
    step(centre, "acceptReport", &report, json!({ "idempotencyKey": key, "reason": "signs" })).await;
    let cases = field(centre, &report, &format!("cases {{ {CASE} }}")).await;
    (report, list(&cases).to_vec())
}

fn decision(case: &Value, outcome: &str, forms: Value) -> Value {
    json!({ "caseId": case["id"], "revision": case["revision"], "outcome": outcome, "exploitationForms": forms,
        "reason": "the assessment of May" })
}

#[rstest]
#[tokio::test]
async fn each_person_gets_a_case_until_the_report_is_reopened(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let (report, cases) = accepted(&reporter, &supervisor, "three-persons", 3).await;
    let persons = field(&supervisor, &report, "persons { id }").await;
    let of_cases: Vec<Value> = cases.iter().map(|case| json!({ "id": case["person"]["id"] })).collect();
    assert_eq!(persons, json!(of_cases));
    assert!(cases.iter().all(|case| case["identification"] == "PENDING" && case["voidedAt"].is_null()));

    step(&supervisor, "reopenReport", &report, json!({ "reason": "a slip" })).await;
    let void = field(&supervisor, &report, &format!("cases {{ {CASE} }}")).await;
    assert!(list(&void).len() == 3 && list(&void).iter().all(|case| case["voidedAt"].is_string()));
    let input = decision(&list(&void)[0], "NOT_IDENTIFIED", json!([]));
    assert_eq!(
        refusals(&supervisor, "decideIdentification", input).await,
        [("WRONG_STATE".to_owned(), "caseId".to_owned())]
    );
    step(&supervisor, "acceptReport", &report, json!({ "idempotencyKey": "accepted-again", "reason": "signs" })).await;
    let again = field(&supervisor, &report, &format!("cases {{ {CASE} }}")).await;
    assert_eq!(list(&again).iter().filter(|case| case["voidedAt"].is_null()).count(), 3);
    assert_eq!(list(&again).len(), 6);
}

#[rstest]
#[tokio::test]
async fn a_decision_needs_forms_a_reason_and_the_newest_revision(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let (report, cases) = accepted(&reporter, &supervisor, "to-be-decided", 1).await;
    let case = &cases[0];
    let refused = |input: Value| refusals(&supervisor, "decideIdentification", input);
    let at = |code: &str, path: &str| vec![(code.to_owned(), path.to_owned())];
    assert_eq!(refused(decision(case, "IDENTIFIED", json!([]))).await, at("REQUIRED", "exploitationForms"));
    assert_eq!(
        refused(decision(case, "NOT_IDENTIFIED", json!(["SERVITUDE"]))).await,
        at("INVALID", "exploitationForms")
    );
    let mut silent = decision(case, "NOT_IDENTIFIED", json!([]));
    silent["reason"] = json!(" ");
    assert_eq!(refused(silent).await, at("REQUIRED", "reason"));
    let shown = "case { identification exploitationForms decisionReason decidedBy { id } decidedAt revision }";
    let decided =
        done(&supervisor, "decideIdentification", shown, decision(case, "IDENTIFIED", json!(["SERVITUDE"]))).await;
    assert_eq!(decided["case"]["exploitationForms"], json!(["SERVITUDE"]));
    assert_eq!(decided["case"]["decidedBy"]["id"], own_membership(&supervisor).await);
    assert_eq!(refused(decision(case, "NOT_IDENTIFIED", json!([]))).await, at("STALE", "revision"));
    let reopen =
        json!({ "reportId": report, "revision": field(&supervisor, &report, "revision").await, "reason": "again" });
    assert_eq!(
        refusals(&supervisor, "reopenReport", reopen).await,
        at("WRONG_STATE", "reportId"),
        "a decided case keeps it"
    );
    let other = json!({ "id": case["id"], "revision": decided["case"]["revision"] });
    let other = done(&supervisor, "decideIdentification", shown, decision(&other, "NOT_IDENTIFIED", json!([]))).await;
    assert_eq!(
        (&other["case"]["identification"], &other["case"]["exploitationForms"]),
        (&json!("NOT_IDENTIFIED"), &json!([]))
    );
}

#[rstest]
#[tokio::test]
async fn two_decisions_at_once(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let (_, cases) = accepted(&reporter, &supervisor, "decided-at-once", 1).await;
    let attempts: Vec<_> = [("IDENTIFIED", json!(["OTHER"])), ("NOT_IDENTIFIED", json!([]))]
        .map(|(outcome, forms)| {
            let (supervisor, input) = (supervisor.clone(), decision(&cases[0], outcome, forms));
            tokio::spawn(async move { act(&supervisor, "decideIdentification", "case { id }", input).await })
        })
        .into();
    let mut codes = Vec::new();
    for attempt in attempts {
        let response = attempt.await.expect("it ends");
        codes.extend(
            response.expect_no_errors().user_errors("decideIdentification").iter().map(|error| text(&error["code"])),
        );
    }
    assert_eq!(codes, ["STALE"]);
}

#[rstest]
#[tokio::test]
async fn a_case_worker_carries_the_cases_of_its_reports(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let worker = server.sign_in_as("caseworker@centre.example").await;
    let own = own_membership(&worker).await;
    let report = submit(&reporter, "carried-by-one", content("x")).await;
    step(&intake, "assignReport", &report.id, json!({ "membershipId": own })).await;
    step(&worker, "acceptReport", &report.id, json!({ "idempotencyKey": "worker-accepts", "reason": "signs" })).await;
    let cases = field(&worker, &report.id, &format!("cases {{ {CASE} }}")).await;
    assert_eq!(cases[0]["caseWorker"]["id"], own);
    let mine = "{ cases(first: 100, filter: { mine: true }) { nodes { id caseWorker { id } } } cases2: cases(first: 100) { nodes { report { assignee { id } } } } }";
    let response = worker.query(mine, ()).await;
    let data = response.expect_no_errors().data();
    assert!(list(&data["cases"]["nodes"]).iter().any(|case| case["id"] == cases[0]["id"]));
    assert!(list(&data["cases"]["nodes"]).iter().all(|case| case["caseWorker"]["id"] == own));
    assert!(list(&data["cases2"]["nodes"]).iter().all(|case| case["report"]["assignee"]["id"] == own));
    let refused =
        act(&worker, "decideIdentification", "case { id }", decision(&cases[0], "NOT_IDENTIFIED", json!([]))).await;
    assert_eq!(refused.error_codes(), ["NOT_FOUND"], "a supervisor decides");
}
