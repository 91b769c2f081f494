//! Every transition in every state: done, or refused with what is possible instead.

use crate::steps::{act, content, done, field, list, path, refusals, step, submit, text};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

/// The Centre's mutations that move a report, and what a refusal calls them.
const STEPS: [(&str, &str); 8] = [
    ("assignReport", "assign it"),
    ("requestInformation", "ask for information"),
    ("acceptReport", "accept it"),
    ("joinReport", "join it to another report"),
    ("undoJoin", "undo the joining"),
    ("passReportOn", "pass it on"),
    ("closeReport", "close it"),
    ("reopenReport", "reopen it"),
];

/// Each state, the steps that lead there from a submitted report, and the steps that are possible in it.
const STATES: [(&str, &[&str], &[&str]); 7] = [
    (
        "SUBMITTED",
        &[],
        &["assignReport", "requestInformation", "acceptReport", "joinReport", "passReportOn", "closeReport"],
    ),
    (
        "IN_TRIAGE",
        &["assignReport"],
        &["assignReport", "requestInformation", "acceptReport", "joinReport", "passReportOn", "closeReport"],
    ),
    (
        "MORE_INFORMATION_NEEDED",
        &["requestInformation"],
        &["assignReport", "acceptReport", "joinReport", "passReportOn", "closeReport"],
    ),
    ("ACCEPTED", &["acceptReport"], &["assignReport", "reopenReport"]),
    ("JOINED", &["joinReport"], &["undoJoin"]),
    ("PASSED_ON", &["passReportOn"], &["reopenReport"]),
    ("CLOSED", &["closeReport"], &["reopenReport"]),
];

/// Where a step leads from where it is possible.
fn leads_to(step: &str, from: &str) -> &'static str {
    match step {
        "assignReport" if from == "MORE_INFORMATION_NEEDED" => "MORE_INFORMATION_NEEDED",
        "assignReport" if from == "ACCEPTED" => "ACCEPTED",
        "requestInformation" => "MORE_INFORMATION_NEEDED",
        "acceptReport" => "ACCEPTED",
        "joinReport" => "JOINED",
        "passReportOn" => "PASSED_ON",
        "closeReport" => "CLOSED",
        _ => "IN_TRIAGE",
    }
}

/// What a step needs beside the report.
fn more(step: &str, key: &str, member: &Value, other: &Value) -> Value {
    match step {
        "assignReport" => json!({ "membershipId": member }),
        "requestInformation" => json!({ "idempotencyKey": key, "question": "Who?" }),
        "acceptReport" => json!({ "idempotencyKey": key, "reason": "signs" }),
        "joinReport" => json!({ "intoReportId": other, "reason": "the same events" }),
        "passReportOn" => json!({ "authority": "the police of Novi Sad", "reason": "an offence" }),
        _ => json!({ "reason": "a reason" }),
    }
}

struct Stage {
    reporter: Client,
    supervisor: Client,
    member: Value,
    other: Value,
}

impl Stage {
    async fn set(server: &Server) -> Stage {
        let reporter = server.sign_in_as("reporter@school-01.example").await;
        let supervisor = server.sign_in_as("supervisor@centre.example").await.accept_language("en");
        let member = crate::steps::own_membership(&supervisor).await;
        let other = submit(&reporter, "to-be-joined-to", content("another")).await.id;
        Stage { reporter, supervisor, member, other }
    }

    async fn take(&self, step_name: &str, report: &Value, key: &str) -> Value {
        step(&self.supervisor, step_name, report, more(step_name, key, &self.member, &self.other)).await
    }

    /// A new report in this state.
    async fn report_in(&self, state: &str, steps: &[&str], key: &str) -> Value {
        let report = submit(&self.reporter, key, content(state)).await.id;
        for name in steps {
            self.take(name, &report, key).await;
        }
        assert_eq!(field(&self.supervisor, &report, "state").await, state);
        report
    }
}

#[rstest]
#[tokio::test]
async fn a_wrong_step_is_told_which_are_possible(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let stage = Stage::set(&server).await;
    for (state, steps, possible) in STATES {
        let report = stage.report_in(state, steps, &format!("wrong-{state}")).await;
        let revision = field(&stage.supervisor, &report, "revision").await;
        for (name, _) in STEPS.iter().filter(|(name, _)| !possible.contains(name)) {
            let mut input = more(name, &format!("{name}-{state}"), &stage.member, &stage.other);
            input["reportId"] = report.clone();
            input["revision"] = revision.clone();
            let response = act(&stage.supervisor, name, "report { id }", input).await;
            let errors = response.expect_no_errors().user_errors(name);
            assert_eq!(errors.len(), 1, "{name} when {state}: {}", response.body());
            assert_eq!((&errors[0]["code"], path(&errors[0])), (&json!("WRONG_STATE"), "reportId".to_owned()));
            let told = text(&errors[0]["message"]);
            for (step, in_words) in STEPS {
                assert_eq!(told.contains(in_words), possible.contains(&step), "{step} when {state}: {told}");
            }
        }
        assert_eq!(field(&stage.supervisor, &report, "revision").await, revision, "{state}");
    }
}

#[rstest]
#[tokio::test]
async fn a_right_step_leads_where_it_should(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let stage = Stage::set(&server).await;
    for (state, steps, possible) in STATES {
        for name in possible {
            let key = format!("right-{state}-{name}");
            let report = stage.report_in(state, steps, &key).await;
            let reached = stage.take(name, &report, &format!("{key}-again")).await;
            assert_eq!(reached, leads_to(name, state), "{name} when {state}");
            let event = "events(last: 1) { nodes { from to actor { id } reason } }";
            let event = field(&stage.supervisor, &report, event).await["nodes"][0].clone();
            assert_eq!((&event["from"], &event["to"], &event["actor"]["id"]), (&json!(state), &reached, &stage.member));
            let with_reason = !matches!(*name, "assignReport" | "requestInformation");
            assert_eq!(event["reason"].is_string(), with_reason, "{name}: {event}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn the_partner_learns_a_coarse_status(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let stage = Stage::set(&server).await;
    let coarse = [
        ("SUBMITTED", "RECEIVED"),
        ("IN_TRIAGE", "IN_ASSESSMENT"),
        ("MORE_INFORMATION_NEEDED", "MORE_INFORMATION_NEEDED"),
        ("ACCEPTED", "IN_ASSESSMENT"),
        ("JOINED", "IN_ASSESSMENT"),
        ("PASSED_ON", "CLOSED"),
        ("CLOSED", "CLOSED"),
    ];
    for ((state, steps, _), (same, status)) in STATES.into_iter().zip(coarse) {
        assert_eq!(state, same);
        let report = stage.report_in(state, steps, &format!("coarse-{state}")).await;
        assert_eq!(field(&stage.reporter, &report, "status").await, status, "{state}");
        assert_eq!(field(&stage.reporter, &report, "state").await, Value::Null);
        let filter =
            "query F($s: ReportStatus!) { reports(first: 100, filter: { status: $s }) { nodes { id status } } }";
        let listed = stage.reporter.query(filter, json!({ "s": status })).await;
        let listed = list(&listed.expect_no_errors().data()["reports"]["nodes"]).to_vec();
        assert!(listed.iter().any(|found| found["id"] == report));
        assert!(listed.iter().all(|found| found["status"] == status));
    }
}

#[rstest]
#[tokio::test]
async fn reasons_are_required(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let stage = Stage::set(&server).await;
    let report = stage.report_in("SUBMITTED", &[], "no-reason-given").await;
    let revision = field(&stage.supervisor, &report, "revision").await;
    let empty = [
        ("acceptReport", "reason"),
        ("joinReport", "reason"),
        ("passReportOn", "reason"),
        ("passReportOn", "authority"),
        ("closeReport", "reason"),
        ("undoJoin", "reason"),
        ("reopenReport", "reason"),
        ("requestInformation", "question"),
    ];
    for (name, what) in empty {
        let mut input = more(name, "no-reason-at-all", &stage.member, &stage.other);
        input["reportId"] = report.clone();
        input["revision"] = revision.clone();
        input[what] = json!(" \n\t ");
        assert_eq!(
            refusals(&stage.supervisor, name, input).await,
            [("REQUIRED".to_owned(), what.to_owned())],
            "{name}"
        );
    }
    let note = json!({ "idempotencyKey": "empty-note-1", "reportId": report, "text": "" });
    assert_eq!(refusals(&stage.supervisor, "addNote", note).await, [("REQUIRED".to_owned(), "text".to_owned())]);
}

#[rstest]
#[tokio::test]
async fn questions_are_answered_once_and_only_when_asked(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let stage = Stage::set(&server).await;
    let report = stage.report_in("MORE_INFORMATION_NEEDED", &["requestInformation"], "asked-once-1").await;
    let messages = field(&stage.reporter, &report, "messages { nodes { id kind } }").await;
    let question = messages["nodes"][0]["id"].clone();
    assert_eq!(messages["nodes"][0]["kind"], "REQUEST");
    let answer =
        |key: &str, to: &Value| json!({ "idempotencyKey": key, "reportId": report, "messageId": to, "text": "He." });
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let done =
        done(&coordinator, "answerInformationRequest", "report { status }", answer("answer-one-1", &question)).await;
    assert_eq!(done["report"]["status"], "IN_ASSESSMENT", "a colleague who sees the report may answer");
    let again = refusals(&stage.reporter, "answerInformationRequest", answer("answer-two-2", &question)).await;
    assert_eq!(again, [("WRONG_STATE".to_owned(), "messageId".to_owned())]);
    let own = field(&stage.reporter, &report, "messages(last: 1) { nodes { id kind } }").await["nodes"][0].clone();
    assert_eq!(own["kind"], "ANSWER");
    let to_itself = refusals(&stage.reporter, "answerInformationRequest", answer("answer-three", &own["id"])).await;
    assert_eq!(to_itself, [("NOT_FOUND".to_owned(), "messageId".to_owned())]);
}

#[rstest]
#[tokio::test]
async fn a_withdrawal_is_asked_for_once_and_changes_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let stage = Stage::set(&server).await;
    let report = stage.report_in("SUBMITTED", &[], "to-withdraw-1").await;
    let ask = |key: &str| json!({ "idempotencyKey": key, "reportId": report, "reason": "a mistake" });
    let asked =
        done(&stage.reporter, "requestWithdrawal", "report { status withdrawalRequestedAt }", ask("withdraw-1st"))
            .await;
    assert_eq!(asked["report"]["status"], "RECEIVED");
    assert!(asked["report"]["withdrawalRequestedAt"].is_string());
    let again = refusals(&stage.reporter, "requestWithdrawal", ask("withdraw-2nd")).await;
    assert_eq!(again, [("WRONG_STATE".to_owned(), "reportId".to_owned())]);
    assert_eq!(field(&stage.supervisor, &report, "state").await, "SUBMITTED", "the Centre decides");
    let closed = stage.report_in("CLOSED", &["closeReport"], "closed-before").await;
    let late = json!({ "idempotencyKey": "withdraw-late", "reportId": closed, "reason": "a mistake" });
    assert_eq!(
        refusals(&stage.reporter, "requestWithdrawal", late).await,
        [("WRONG_STATE".to_owned(), "reportId".to_owned())]
    );
}

#[rstest]
#[tokio::test]
async fn what_was_said_and_done_stays_in_its_order_when_the_clock_is_set_back(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::with(database).clock("2026-04-20T10:00:00Z").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let report = submit(&reporter, "in-its-order", content("order")).await.id;
    let asked = json!({ "idempotencyKey": "in-its-order", "question": "Где је то било?" });
    step(&supervisor, "requestInformation", &report, asked).await;
    let said = async |client: &Client, after: Value| {
        let document = "query M($id: ID!, $after: String) { report(id: $id) { messages(first: 9, after: $after) {
            nodes { id text } pageInfo { endCursor } } } }";
        let response = client.query(document, json!({ "id": report, "after": after })).await;
        response.expect_no_errors().data()["report"]["messages"].clone()
    };
    let texts = |page: &Value| list(&page["nodes"]).iter().map(|one| text(&one["text"])).collect::<Vec<_>>();
    let before = said(&reporter, Value::Null).await;
    server.restart_at("2026-04-20T09:00:00Z").await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let answer = json!({ "idempotencyKey": "answered-in-order", "reportId": report, "messageId": before["nodes"][0]["id"],
        "text": "У дворишту." });
    done(&reporter, "answerInformationRequest", "report { id }", answer).await;
    let notice = json!({ "idempotencyKey": "noticed-in-order", "text": "Хвала." });
    step(&supervisor, "sendNotice", &report, notice).await;
    assert_eq!(texts(&said(&reporter, Value::Null).await), ["Где је то било?", "У дворишту.", "Хвала."]);
    let since = said(&reporter, before["pageInfo"]["endCursor"].clone()).await;
    assert_eq!(texts(&since), ["У дворишту.", "Хвала."], "whoever goes on from its last cursor misses nothing");
    let document = "query E($id: ID!) { report(id: $id) { events(first: 9) { nodes { to } } } }";
    let seen = supervisor.query(document, json!({ "id": report })).await;
    let events = seen.expect_no_errors().data()["report"]["events"]["nodes"].clone();
    let states: Vec<_> = list(&events).iter().map(|event| text(&event["to"])).collect();
    assert_eq!(states, ["SUBMITTED", "MORE_INFORMATION_NEEDED", "IN_TRIAGE"]);
}
