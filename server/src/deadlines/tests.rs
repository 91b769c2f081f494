//! Deadlines on a database of their own.

use super::job::{Done, renew, run};
use super::{Deadlines, keep};
use crate::access::{Action, Purpose};
use crate::config;
use crate::ids::{self, ObjectType};
use crate::testing::World;
use chrono::TimeDelta;
use entity::{report, report_deadline};
use serde_json::{Value, json};

const DEADLINES: &str = "query($id: ID!) { report(id: $id) { revision urgency deadlines {
    kind name state urgency lengthHours countsWorkingTime startedAt dueAt remainingMinutes pausedAt metAt overdueAt escalatedAt
    legalBasis confirmed } } }";

async fn submitted(world: &World, name: &str, danger: &str) -> String {
    let content = json!({ "observations": "Види се.", "dangerNow": danger, "persons": [{ "child": "NO" }] });
    let input = json!({ "idempotencyKey": format!("a report of {danger}").replace(' ', "-"), "report": { "content": content } });
    let document =
        "mutation($input: SubmitReportInput!) { submitReport(input: $input) { report { id } userErrors { code } } }";
    let answer = world.ask(name, document, json!({ "input": input })).await;
    answer["submitReport"]["report"]["id"].as_str().expect("an id").to_owned()
}

async fn report_of(world: &World, name: &str, report: &str) -> Value {
    world.ask(name, DEADLINES, json!({ "id": report })).await["report"].clone()
}

async fn act(world: &World, name: &str, mutation: &str, input: Value) -> Value {
    let ty = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let document = format!(
        "mutation($input: {ty}!) {{ {mutation}(input: $input) {{ report {{ id urgency }} userErrors {{ code field }} }} }}"
    );
    world.ask(name, &document, json!({ "input": input })).await[mutation].clone()
}

fn states(report: &Value) -> Vec<&str> {
    let all = report["deadlines"].as_array().expect("deadlines").iter();
    all.map(|deadline| deadline["state"].as_str().expect("a state")).collect()
}

async fn run_later(world: &World, later: TimeDelta) -> Done {
    run(&world.service(Purpose::Timekeeping), world.clock.now() + later).await.expect("runs")
}

#[tokio::test]
async fn the_centre_sees_deadlines_from_submission_to_decision_and_partners_none() {
    let world = World::new().await;
    let report = submitted(&world, "ana", "YES").await;
    for partner in ["ana", "aca"] {
        assert_eq!(report_of(&world, partner, &report).await["deadlines"], Value::Null);
    }
    let seen = report_of(&world, "iva", &report).await;
    assert_eq!(states(&seen), ["RUNNING", "RUNNING"]);
    let first = &seen["deadlines"][0];
    assert_eq!((&first["kind"], &first["name"]), (&json!("FIRST_ASSESSMENT"), &json!("First assessment")));
    assert_eq!((&first["lengthHours"], &first["confirmed"]), (&json!(24), &json!(false)));
    assert!((1430..=1440).contains(&first["remainingMinutes"].as_i64().expect("minutes")), "{first}");
    assert_eq!(seen["deadlines"][1]["countsWorkingTime"], true);
    let ask = json!({ "idempotencyKey": "ask-for-it", "reportId": report, "revision": 1, "question": "Где?" });
    act(&world, "iva", "requestInformation", ask).await;
    let paused = report_of(&world, "iva", &report).await;
    assert_eq!(states(&paused), ["PAUSED", "PAUSED"]);
    assert_eq!(paused["deadlines"][0]["dueAt"], Value::Null);
    let messages = "query($id: ID!) { report(id: $id) { messages { nodes { id } } } }";
    let messages = world.ask("ana", messages, json!({ "id": report })).await;
    let question = &messages["report"]["messages"]["nodes"][0]["id"];
    let answer = json!({ "idempotencyKey": "answers-it", "reportId": report, "messageId": question, "text": "Тамо." });
    assert_eq!(act(&world, "ana", "answerInformationRequest", answer).await["userErrors"], json!([]));
    assert_eq!(states(&report_of(&world, "iva", &report).await), ["RUNNING", "RUNNING"]);
    let assignee = world.membership("iva").await;
    act(&world, "iva", "assignReport", json!({ "reportId": report, "revision": 3, "membershipId": assignee })).await;
    assert_eq!(states(&report_of(&world, "iva", &report).await), ["MET", "RUNNING"]);
    act(&world, "iva", "closeReport", json!({ "reportId": report, "revision": 4, "reason": "Нема основа." })).await;
    assert_eq!(states(&report_of(&world, "iva", &report).await), ["MET", "MET"]);
    act(&world, "sava", "reopenReport", json!({ "reportId": report, "revision": 5, "reason": "Грешка." })).await;
    assert_eq!(states(&report_of(&world, "sava", &report).await), ["MET", "MET", "RUNNING"]);
}

#[tokio::test]
async fn another_urgency_moves_the_deadlines_and_the_partner_learns_nothing_of_it() {
    let world = World::new().await;
    let report = submitted(&world, "ana", "NO").await;
    let change = |revision: i32, urgency: &str, reason: &str| json!({ "reportId": report, "revision": revision, "urgency": urgency, "reason": reason });
    let refused = act(&world, "iva", "changeUrgency", change(1, "ORDINARY", "Исто.")).await;
    assert_eq!(refused["userErrors"], json!([{ "code": "INVALID", "field": ["urgency"] }]));
    let refused = act(&world, "iva", "changeUrgency", change(1, "IMMEDIATE", " ")).await;
    assert_eq!(refused["userErrors"], json!([{ "code": "REQUIRED", "field": ["reason"] }]));
    let changed = act(&world, "iva", "changeUrgency", change(1, "IMMEDIATE", "Звала је тетка.")).await;
    assert_eq!(changed["report"]["urgency"], "IMMEDIATE");
    let stale = act(&world, "iva", "changeUrgency", change(1, "URGENT", "Тише је.")).await;
    assert_eq!(stale["userErrors"][0]["code"], "STALE");
    let seen = report_of(&world, "iva", &report).await;
    assert_eq!(seen["deadlines"][0]["lengthHours"], 24);
    assert_eq!(report_of(&world, "ana", &report).await["urgency"], "ORDINARY");
    assert!(world.audited(&report).await.contains(&Action::UrgencyChanged));
    let events = "query($id: ID!) { report(id: $id) { events { nodes { transition urgency reason } } } }";
    let events = world.ask("sava", events, json!({ "id": report })).await["report"]["events"]["nodes"].clone();
    assert_eq!(
        events[1],
        json!({ "transition": "CHANGE_URGENCY", "urgency": "IMMEDIATE", "reason": "Звала је тетка." })
    );
}

#[tokio::test]
async fn what_is_overdue_is_marked_and_escalates_once_whatever_the_clock_says() {
    let world = World::new().await;
    let report = submitted(&world, "ana", "YES").await;
    assert_eq!(run_later(&world, TimeDelta::hours(23)).await, Done::default());
    let at_due = TimeDelta::hours(24);
    assert_eq!(run_later(&world, at_due).await, Done { overdue: 1, escalated: 1 });
    for later in [at_due, TimeDelta::hours(23), at_due] {
        assert_eq!(run_later(&world, later).await, Done::default(), "a clock set back");
    }
    let seen = report_of(&world, "iva", &report).await;
    assert_eq!(states(&seen), ["ESCALATED", "RUNNING"]);
    let audited = world.audited(&report).await;
    let count = |action| audited.iter().filter(|found| **found == action).count();
    assert_eq!((count(Action::DeadlineMissed), count(Action::DeadlineEscalated)), (1, 1));
    // A step of the Centre keeps what was marked.
    let ask = json!({ "idempotencyKey": "ask-for-it", "reportId": report, "revision": 1, "question": "Где?" });
    act(&world, "iva", "requestInformation", ask).await;
    assert_eq!(states(&report_of(&world, "iva", &report).await), ["ESCALATED", "PAUSED"]);
    assert_eq!(run_later(&world, at_due).await, Done::default());
}

#[tokio::test]
async fn the_urgent_is_marked_first_and_escalates_later() {
    let world = World::new().await;
    let report = submitted(&world, "ana", "NO").await;
    let change = json!({ "reportId": report, "revision": 1, "urgency": "URGENT", "reason": "Дете." });
    act(&world, "iva", "changeUrgency", change).await;
    let first = |done: Done| (done.overdue > 0, done.escalated > 0);
    assert_eq!(first(run_later(&world, TimeDelta::hours(72)).await), (true, false));
    assert!(run_later(&world, TimeDelta::hours(76)).await.escalated > 0);
}

#[tokio::test]
async fn the_queue_is_sorted_and_narrowed_by_what_is_due() {
    let world = World::new().await;
    let ordinary = submitted(&world, "ana", "NO").await;
    let immediate = submitted(&world, "ana", "YES").await;
    let ended = submitted(&world, "ana", "UNSURE").await;
    act(&world, "iva", "closeReport", json!({ "reportId": ended, "revision": 1, "reason": "Нема основа." })).await;
    let queue = async |variables: Value| {
        let document = "query($filter: TriageFilter, $sort: TriageSort! = URGENCY, $first: Int, $after: String) {
            triageQueue(filter: $filter, sort: $sort, first: $first, after: $after) {
                totalCount nodes { id author { name } } pageInfo { hasNextPage endCursor } } }";
        world.ask("iva", document, variables).await["triageQueue"].clone()
    };
    let ids = |page: &Value| {
        let nodes = page["nodes"].as_array().expect("nodes").iter();
        nodes.map(|node| node["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    let all = queue(json!({ "sort": "DUE" })).await;
    assert_eq!((ids(&all), &all["totalCount"]), (vec![immediate.clone(), ordinary.clone()], &json!(2)));
    let page = queue(json!({ "sort": "DUE", "first": 1 })).await;
    assert_eq!((ids(&page), &page["pageInfo"]["hasNextPage"]), (vec![immediate.clone()], &json!(true)));
    let page = queue(json!({ "sort": "DUE", "first": 1, "after": page["pageInfo"]["endCursor"] })).await;
    assert_eq!((ids(&page), &page["pageInfo"]["hasNextPage"]), (vec![ordinary.clone()], &json!(false)));
    // Paused ones stand behind all others.
    let ask = json!({ "idempotencyKey": "ask-for-it", "reportId": immediate, "revision": 1, "question": "Где?" });
    act(&world, "iva", "requestInformation", ask).await;
    assert_eq!(ids(&queue(json!({ "sort": "DUE" })).await), [ordinary.clone(), immediate.clone()]);
    let soon = (world.clock.now() + TimeDelta::days(30)).to_rfc3339();
    assert_eq!(ids(&queue(json!({ "filter": { "dueBefore": soon } })).await), std::slice::from_ref(&ordinary));
    assert_eq!(ids(&queue(json!({ "filter": { "overdue": true } })).await), Vec::<String>::new());
    assert_eq!(ids(&queue(json!({ "sort": "DUE", "filter": { "overdue": false } })).await).len(), 2);
}

#[tokio::test]
async fn rules_that_changed_and_rows_that_are_missing_are_kept_anew() {
    let world = World::new().await;
    let report = submitted(&world, "ana", "YES").await;
    let service = || world.service(Purpose::Timekeeping);
    assert_eq!(renew(&service(), &Deadlines::default()).await.expect("runs"), 0);
    let hours = config::DeadlineHours { immediate_hours: 2, ..Default::default() };
    let shorter = Deadlines::of(&config::Deadlines { first_assessment: hours, ..Default::default() });
    assert_eq!(renew(&service(), &shorter).await.expect("runs"), 1);
    assert_eq!(renew(&service(), &shorter).await.expect("runs"), 0);
    assert_eq!(run_later(&world, TimeDelta::hours(2)).await.overdue, 1);
    assert!(world.audited(&report).await.contains(&Action::DeadlinesRenewed));
}

#[tokio::test]
async fn a_partner_reads_and_writes_no_deadline() {
    let world = World::new().await;
    let report = submitted(&world, "ana", "YES").await;
    let key = ids::decode(ObjectType::Report, &report).expect("an id");
    for name in ["ana", "aca", "boris", "alma", "tanja", "petar"] {
        let found = world.scope(name).await.find::<report_deadline::Entity>().all().await.expect("rows");
        assert_eq!(found, [], "{name}");
    }
    let write = world.scope("ana").await.begin().await.expect("begins");
    let row = write.find::<report::Entity>().by_key(key).one().await.expect("reads").expect("the report");
    assert!(
        keep(&write, &Deadlines::default(), &row).await.is_ok_and(|changed| !changed),
        "without its history there is none"
    );
}

#[tokio::test]
async fn deadlines_are_counted_by_month_and_kind_of_organisation() {
    let world = World::new().await;
    submitted(&world, "ana", "YES").await;
    submitted(&world, "pavle", "YES").await;
    run_later(&world, TimeDelta::hours(24)).await;
    let today = world.clock.today();
    let (year, month) = (chrono::Datelike::year(&today), chrono::Datelike::month(&today));
    let document = "query($year: Int!) { deadlineCounts(year: $year) { month organisationKind kind started met overdue escalated } }";
    for name in ["alma", "sava"] {
        let counts = world.ask(name, document, json!({ "year": year })).await["deadlineCounts"].clone();
        let counts = counts.as_array().expect("counts").clone();
        assert_eq!(counts.len(), 4);
        let school = counts.iter().find(|c| c["organisationKind"] == "SCHOOL" && c["kind"] == "FIRST_ASSESSMENT");
        assert_eq!(
            school.expect("the school's"),
            &json!({ "month": month, "organisationKind": "SCHOOL", "kind": "FIRST_ASSESSMENT", "started": 1, "met": 0, "overdue": 1, "escalated": 1 })
        );
    }
    for name in ["ana", "aca", "iva", "goran", "petar", "tanja"] {
        let answer = world.execute(name, document, json!({ "year": year })).await;
        crate::testing::assert_fault(&answer, crate::error::Fault::NotFound);
    }
}
