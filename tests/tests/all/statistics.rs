//! The yearly counts: as they were published, and for each role what is its own.

use crate::steps::list;
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

const COUNTS: &str = "query Counts($year: Int!) { yearlyCounts(year: $year) { year
    reports { total bySource { source count } }
    identified { total female male children foreignNationals byForm { form count } } } }";

async fn counts(client: &Client, year: i32) -> Value {
    client.query(COUNTS, json!({ "year": year })).await.expect_no_errors().data()["yearlyCounts"].clone()
}

/// The entries of a list that are not nought, in the order of their names.
fn entries(found: &Value, name: &str) -> Vec<(String, u64)> {
    let entry = |entry: &Value| (crate::steps::text(&entry[name]), entry["count"].as_u64().expect("a count"));
    let mut entries: Vec<_> = list(found).iter().map(entry).filter(|(_, count)| *count > 0).collect();
    entries.sort();
    entries
}

#[rstest]
#[tokio::test]
async fn the_year_2018_is_as_published(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    for email in ["analyst@centre.example", "supervisor@centre.example"] {
        let counts = counts(&server.sign_in_as(email).await, 2018).await;
        assert_eq!(counts["reports"]["total"], 193, "{email}");
        let sources =
            [("CIVIL_SOCIETY_AND_OTHER", 38), ("OTHER_GOVERNMENT", 21), ("POLICE", 89), ("SOCIAL_WELFARE", 45)];
        let sources = sources.map(|(name, count)| (name.to_owned(), count));
        assert_eq!(entries(&counts["reports"]["bySource"], "source"), sources, "{email}");
        let identified = &counts["identified"];
        let expected = [("total", 76), ("female", 57), ("male", 19), ("children", 32), ("foreignNationals", 5)];
        for (name, count) in expected {
            assert_eq!(identified[name], count, "{email}: {name}");
        }
        let forms = [
            ("FORCED_BEGGING", 2),
            ("FORCED_CRIMINALITY", 1),
            ("FORCED_LABOUR", 18),
            ("MULTIPLE", 21),
            ("SEXUAL_EXPLOITATION", 34),
        ];
        let forms = forms.map(|(name, count)| (name.to_owned(), count));
        assert_eq!(entries(&identified["byForm"], "form"), forms, "{email}");
    }
}

#[rstest]
#[tokio::test]
async fn the_centre_finds_the_reports_behind_the_counts(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    for email in ["intake@centre.example", "supervisor@centre.example"] {
        let client = server.sign_in_as(email).await;
        let document = "{ triageQueue(first: 0, filter: { submittedFrom: \"2018-01-01\", submittedUntil: \"2018-12-31\",
                states: [SUBMITTED, IN_TRIAGE, MORE_INFORMATION_NEEDED, ACCEPTED, JOINED, PASSED_ON, CLOSED] }) { totalCount }
            reports(first: 0) { totalCount } }";
        let response = client.query(document, ()).await;
        let data = response.expect_no_errors().data();
        assert_eq!(
            (&data["triageQueue"]["totalCount"], &data["reports"]["totalCount"]),
            (&json!(193), &json!(193)),
            "{email}"
        );
    }
}

#[rstest]
#[tokio::test]
async fn a_coordinator_counts_its_own_organisation(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let coordinator = server.sign_in_as("coordinator@social-work-01.example").await;
    let own = counts(&coordinator, 2018).await;
    let document = "{ reports(first: 0, filter: { submittedFrom: \"2018-01-01\", submittedUntil: \"2018-12-31\" }) { totalCount } }";
    let listed = coordinator.query(document, ()).await.data()["reports"]["totalCount"].clone();
    assert_eq!(own["reports"]["total"], listed);
    assert!(listed.as_u64().is_some_and(|count| count > 0 && count < 193));
    assert_eq!(own["identified"], Value::Null, "outcomes are not a partner's to count");
    for email in ["reporter@school-01.example", "trainer@centre.example", "administrator@centre.example"] {
        let refused = server.sign_in_as(email).await.query(COUNTS, json!({ "year": 2018 })).await;
        assert_eq!(refused.error_codes(), ["NOT_FOUND"], "{email}");
    }
}

#[rstest]
#[tokio::test]
async fn counts_follow_what_happens(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::with(database).clock("2020-02-01T12:00:00Z").start().await;
    let analyst = server.sign_in_as("analyst@centre.example").await;
    assert_eq!(counts(&analyst, 2020).await["reports"]["total"], 0);
    let reporter = server.sign_in_as("reporter@police-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let mut content = crate::steps::content("counted");
    content["persons"][0]["citizenship"] = json!("RO");
    let report = crate::steps::submit(&reporter, "counted-2020", content).await;
    crate::steps::step(
        &supervisor,
        "acceptReport",
        &report.id,
        json!({ "idempotencyKey": "counted-acc", "reason": "signs" }),
    )
    .await;
    let case = crate::steps::field(&supervisor, &report.id, "cases { id revision }").await[0].clone();
    let decision = json!({ "caseId": case["id"], "revision": case["revision"], "outcome": "IDENTIFIED", "reason": "assessed",
        "exploitationForms": ["FORCED_LABOUR", "SERVITUDE"] });
    crate::steps::done(&supervisor, "decideIdentification", "case { id }", decision).await;
    let counted = counts(&analyst, 2020).await;
    assert_eq!(entries(&counted["reports"]["bySource"], "source"), [("POLICE".to_owned(), 1)]);
    assert_eq!(entries(&counted["identified"]["byForm"], "form"), [("MULTIPLE".to_owned(), 1)]);
    let one = json!({ "total": 1, "female": 0, "male": 1, "children": 0, "foreignNationals": 1 });
    for (name, count) in one.as_object().expect("an object") {
        assert_eq!(counted["identified"][name], *count, "{name}");
    }
    assert_eq!(counts(&analyst, 2018).await["reports"]["total"], 193);
}
