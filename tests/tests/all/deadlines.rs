//! Deadlines of the Centre, from submission until nobody acted.

use crate::steps::{content, done, field, list, step, submit, text};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

async fn deadlines(client: &Client, report: &Value) -> Value {
    field(client, report, "deadlines { kind state dueAt overdueAt escalatedAt }").await
}

async fn states(client: &Client, report: &Value) -> Vec<String> {
    let deadlines = deadlines(client, report).await;
    list(&deadlines).iter().map(|deadline| text(&deadline["state"])).collect()
}

fn in_danger() -> Value {
    let mut content = content("Чује се плач.");
    content["dangerNow"] = json!("YES");
    content
}

/// How often something was done to a report, as the audit trail has it.
async fn audited(server: &Server, action: &str, report: &Value) -> usize {
    let officer = server.sign_in_as("protection@centre.example").await;
    let document = "query($filter: AuditFilter) { auditEvents(filter: $filter, first: 100) { nodes { action } } }";
    let filter = json!({ "objectId": report, "action": action });
    let response = officer.query(document, json!({ "filter": filter })).await;
    list(&response.expect_no_errors().data()["auditEvents"]["nodes"]).len()
}

#[rstest]
#[tokio::test]
async fn the_time_runs_pauses_for_the_partner_and_escalates_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::with(database).clock("2019-03-04T22:00:00Z").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let report = submit(&reporter, "a-report-at-night", in_danger()).await.id;
    assert_eq!(states(&officer, &report).await, ["RUNNING", "RUNNING"]);
    let due = text(&deadlines(&officer, &report).await[0]["dueAt"]);
    assert!(due.starts_with("2019-03-05T22:00"), "{due}");

    let ask = json!({ "idempotencyKey": "what-is-missing", "question": "Где?" });
    step(&officer, "requestInformation", &report, ask).await;
    assert_eq!(states(&officer, &report).await, ["PAUSED", "PAUSED"]);
    let messages = field(&reporter, &report, "messages { nodes { id } }").await;
    let answer = json!({ "idempotencyKey": "what-it-was", "reportId": report, "text": "Тамо.",
        "messageId": messages["nodes"][0]["id"] });
    done(&reporter, "answerInformationRequest", "report { id }", answer).await;
    assert_eq!(states(&officer, &report).await, ["RUNNING", "RUNNING"], "the partner's answer moved a clock");

    for partner in ["reporter@school-01.example", "coordinator@school-01.example"] {
        assert_eq!(deadlines(&server.sign_in_as(partner).await, &report).await, Value::Null);
    }
    server.restart_at("2019-03-05T23:00:00Z").await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let escalated = async || {
        for _ in 0..100 {
            if states(&officer, &report).await[0] == "ESCALATED" {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("nobody was told");
    };
    escalated().await;
    // The clock is set back by an hour, and later it is right again.
    for clock in ["2019-03-05T22:00:30Z", "2019-03-05T23:30:00Z"] {
        server.restart_at(clock).await;
    }
    let officer = server.sign_in_as("intake@centre.example").await;
    assert_eq!(states(&officer, &report).await[0], "ESCALATED");
    for action in ["DEADLINE_MISSED", "DEADLINE_ESCALATED"] {
        assert_eq!(audited(&server, action, &report).await, 1, "{action}");
    }
}

#[rstest]
#[tokio::test]
async fn the_queue_shows_first_what_is_due_first(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::with(database).clock("2019-03-04T22:00:00Z").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let calm = submit(&reporter, "a-calm-report", content("Види се.")).await.id;
    let urgent = submit(&reporter, "an-urgent-report", in_danger()).await.id;
    let queue = async |variables: Value| {
        let document = "query($filter: TriageFilter, $after: String) { triageQueue(sort: DUE, first: 7, filter: $filter, after: $after) {
            totalCount nodes { id deadlines { state dueAt metAt } } pageInfo { endCursor hasNextPage } } }";
        officer.query(document, variables).await.expect_no_errors().data()["triageQueue"].clone()
    };
    let (mut found, mut after) = (Vec::new(), Value::Null);
    let total = loop {
        let page = queue(json!({ "after": after })).await;
        found.extend(list(&page["nodes"]).iter().cloned());
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break page["totalCount"].clone();
        }
    };
    assert_eq!((found.len(), total), (22, json!(22)), "twenty of 2018 and these two");
    let next = |row: &Value| {
        let open = list(&row["deadlines"]).iter().filter(|deadline| deadline["metAt"].is_null());
        open.filter_map(|deadline| deadline["dueAt"].as_str().map(str::to_owned))
            .min()
            .unwrap_or_else(|| "9999".to_owned())
    };
    assert!(found.is_sorted_by_key(next));
    let place = |id: &Value| found.iter().position(|row| row["id"] == *id).expect("it waits");
    assert!(place(&urgent) < place(&calm));
    let change = json!({ "urgency": "URGENT", "reason": "Звала је тетка." });
    step(&officer, "changeUrgency", &calm, change).await;
    let soon = queue(json!({ "filter": { "submittedFrom": "2019-01-01", "dueBefore": "2019-03-07T23:00:00Z" } })).await;
    let soon: Vec<&Value> = list(&soon["nodes"]).iter().map(|row| &row["id"]).collect();
    assert_eq!(soon, [&urgent, &calm]);
    assert_eq!(field(&reporter, &calm, "urgency").await, "ORDINARY", "the partner's is its own");
}

#[rstest]
#[tokio::test]
async fn deadlines_of_2018_are_counted(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::with(database).clock("2018-12-31T22:00:00Z").start().await;
    let document = "{ deadlineCounts(year: 2018) { month organisationKind kind started met overdue escalated } }";
    let mut seen = Vec::new();
    for name in ["analyst@centre.example", "supervisor@centre.example"] {
        let client = server.sign_in_as(name).await;
        let counts = client.query(document, ()).await.expect_no_errors().data()["deadlineCounts"].clone();
        let of = |kind: &str, what: &str| {
            let rows = list(&counts).iter().filter(|row| row["kind"] == kind);
            rows.map(|row| row[what].as_u64().expect("a number")).sum::<u64>()
        };
        assert_eq!(of("FIRST_ASSESSMENT", "started"), 193, "each report of the year");
        assert!(of("DECISION", "started") > 193, "some were taken up again");
        assert!(of("DECISION", "overdue") < of("DECISION", "started") / 2);
        assert!(of("FIRST_ASSESSMENT", "met") > 150);
        seen.push((of("DECISION", "started"), of("DECISION", "met")));
    }
    assert_eq!(seen[0], seen[1]);
    for name in ["coordinator@school-01.example", "intake@centre.example", "reporter@school-01.example"] {
        let response = server.sign_in_as(name).await.query(document, ()).await;
        assert_eq!(response.error_codes(), ["NOT_FOUND"], "{name}");
    }
}
