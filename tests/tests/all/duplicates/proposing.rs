//! Who is proposed, and why.

use super::{child, proposed, reported_twice};
use crate::steps::{field, submit, text};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Database, Server, Storage};

#[rstest]
#[tokio::test]
async fn the_same_child_reported_by_a_clinic_the_day_before(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let (earlier, later) = reported_twice(&clinic, &school).await;
    let found = proposed(&intake, &later.id, 1).await.remove(0);
    assert_eq!(found["reasons"], json!(["NAME", "BIRTH_YEAR", "SEX", "MUNICIPALITY"]));
    assert_eq!((&found["state"], &found["strength"]), (&json!("OPEN"), &json!("STRONG")));
    assert_eq!((&found["person"]["id"], &found["earlierPerson"]["id"]), (&later.person, &earlier.person));
    assert_eq!(proposed(&intake, &earlier.id, 1).await[0]["id"], found["id"], "from either side");
    for state in ["JOINED", "DISMISSED"] {
        let none = field(&intake, &later.id, &format!("possibleDuplicates(state: {state}) {{ id }}")).await;
        assert_eq!(none, json!([]));
    }
    assert_eq!(field(&intake, &later.id, "state").await, "SUBMITTED", "nothing is joined by itself");
    let of_person = field(&intake, &later.id, "persons { possibleDuplicates { id } }").await;
    assert_eq!(of_person[0]["possibleDuplicates"], json!([{ "id": found["id"] }]));
    let queue =
        "query($there: Boolean) { triageQueue(filter: { possibleDuplicate: $there, states: [SUBMITTED] }, first: 100)
        { totalCount nodes { id } } }";
    for (there, expected) in [(true, true), (false, false)] {
        let response = intake.query(queue, json!({ "there": there })).await;
        let queue = response.expect_no_errors().data()["triageQueue"].to_string();
        for report in [&later.id, &earlier.id] {
            assert_eq!(queue.contains(&text(report)), expected, "{queue}");
        }
    }
    let all = intake.query("{ possibleDuplicates(state: OPEN, first: 1) { totalCount nodes { id } } }", ()).await;
    assert_eq!(all.expect_no_errors().data()["possibleDuplicates"]["nodes"], json!([{ "id": found["id"] }]));
}

#[rstest]
#[tokio::test]
async fn scripts_short_forms_and_slips_agree(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let police = server.sign_in_as("reporter@police-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let telephone = |names: &str, phone: &str| {
        let mut report = child(names);
        report["persons"][0]["identity"]["phone"] = json!(phone);
        report
    };
    for (position, (one, other, reason)) in [
        (child("Ђорђина Шћепковић"), child("DJORDJINA SCEPKOVIC"), "NAME"),
        (child("Александра Лађаревска"), child("Sasa Ladjarevska"), "SHORT_FORM"),
        (child("Милица Звездопољка"), child("Milica Zvezdopojlka"), "SIMILAR_NAME"),
        (telephone("", "060/765-432-1"), telephone("", "+381 60 7654321"), "TELEPHONE"),
    ]
    .into_iter()
    .enumerate()
    {
        submit(&school, &format!("the-first-of-{position}"), one).await;
        let later = submit(&police, &format!("the-second-of-{position}"), other).await;
        let found = proposed(&intake, &later.id, 1).await.remove(0);
        assert!(found["reasons"].to_string().contains(reason), "{position}: {found}");
    }
}

#[rstest]
#[tokio::test]
async fn others_are_not_proposed_nor_what_is_only_a_draft(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let clinic = server.sign_in_as("reporter@health-01.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let draft = json!({ "idempotencyKey": "only-a-draft", "content": child("Марија Кленовска") });
    let draft = crate::steps::done(&clinic, "createDraft", "report { id revision }", draft).await["report"].clone();
    let sister = submit(&clinic, "her-sister", child("Јована Кленовска")).await;
    let report = submit(&school, "there-is-a-draft", child("Marija Klenovska")).await;
    // What comes later is compared later: when this one is proposed, those before it were looked at.
    let submitted = json!({ "draft": { "reportId": draft["id"], "revision": draft["revision"] } });
    let submitted = json!({ "idempotencyKey": "no-more-a-draft", "report": submitted });
    let submitted = crate::steps::done(&clinic, "submitReport", "report { id }", submitted).await["report"].clone();
    let found = proposed(&intake, &report.id, 1).await.remove(0);
    assert_eq!(found["person"]["report"]["id"], submitted["id"], "it was submitted later than it was begun");
    assert_eq!(field(&intake, &sister.id, "possibleDuplicates { id }").await, json!([]));
    let discarded = json!({ "idempotencyKey": "to-be-discarded", "content": child("Ивана Торањска") });
    let discarded = crate::steps::done(&clinic, "createDraft", "report { id }", discarded).await["report"].clone();
    crate::steps::done(&clinic, "discardDraft", "discardedId", json!({ "reportId": discarded["id"] })).await;
    let mut both = child("Ивана Торањска");
    let twin = both["persons"][0].clone();
    both["persons"].as_array_mut().expect("a list").push(twin);
    let both = submit(&school, "twice-in-one-report", both).await;
    let last = submit(&school, "and-once-more", child("Ivana Toranjska")).await;
    assert_eq!(proposed(&intake, &last.id, 2).await.len(), 2, "both of the other report");
    assert_eq!(proposed(&intake, &both.id, 2).await.len(), 2, "and neither with the other");
}

#[tokio::test]
async fn two_servers_propose_as_one() {
    let first = Server::start(Database::Postgres).await;
    let issuer = format!(
        "[[sign_in.issuers]]\nurl = \"{}\"\nclient_id = \"oslonac\"\naudience = \"oslonac\"\nalgorithms = [\"ES256\"]\n",
        first.url("/demonstration/issuer")
    );
    let key = first.storage().master_key().to_str().expect("a path").to_owned();
    let second = Server::with(Database::Postgres).serve().settings(&issuer);
    let second = second.env("OSLONAC_DATABASE__URL", first.storage().url());
    let second = second.env("OSLONAC_DATABASE__MASTER_KEY__FILE", key);
    let second = second.start_on(Storage::empty(Database::Sqlite).await).await;
    let here = first.sign_in_as("reporter@school-01.example").await;
    let there = first.sign_in_as("reporter@health-01.example").await.of_server(&second);
    let intake = first.sign_in_as("intake@centre.example").await;
    let mut reports = Vec::new();
    for round in 0..5 {
        let (one, other) = (format!("here-{round}-first"), format!("there-{round}-then"));
        let (a, b) = tokio::join!(
            submit(&here, &one, child("Теодора Мостанчић")),
            submit(&there, &other, child("Teodora Mostancic"))
        );
        reports.extend([a.id, b.id]);
    }
    // Ten times the same child: each pair once.
    for report in &reports {
        proposed(&intake, report, 9).await;
    }
    tokio::time::sleep(Duration::from_secs(6)).await;
    for report in &reports {
        assert_eq!(proposed(&intake, report, 9).await.len(), 9);
    }
    let officer = first.sign_in_as("protection@centre.example").await;
    let document = "{ auditEvents(filter: { action: DUPLICATE_PROPOSED }, first: 0) { totalCount } }";
    let before = Value::from(45);
    let response = officer.query(document, ()).await;
    let total = response.expect_no_errors().data()["auditEvents"]["totalCount"].clone();
    assert!(total.as_u64() >= before.as_u64() && total.as_u64() < Some(60), "{total} of 45 and the demonstration's");
}
