//! What a report may not say: unknown codes, indicators of sets that are not valid, contradictions.

use crate::steps::{act, done, refusals};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Database, Server};

fn draft(key: &str, content: Value) -> Value {
    json!({ "idempotencyKey": key, "content": content })
}

fn ticking(tick: Value) -> Value {
    json!({ "persons": [{ "indicators": [tick] }] })
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_right_is_refused_by_name(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let wrong = [
        (json!({ "municipality": "atlantis" }), "content.municipality"),
        (json!({ "municipality": "Novi Sad" }), "content.municipality"),
        (json!({ "observedFrom": "2018-09-03", "observedUntil": "2018-09-02" }), "content.observedUntil"),
        (json!({ "persons": [{ "citizenship": "Serbia" }] }), "content.persons.0.citizenship"),
        (json!({ "persons": [{ "language": "Serbian (Cyrillic)" }] }), "content.persons.0.language"),
        (json!({ "persons": [{}, { "birthYear": 1899 }] }), "content.persons.1.birthYear"),
        (
            json!({ "persons": [{ "identity": { "personalNumber": "<b>1</b>" } }] }),
            "content.persons.0.identity.personalNumber",
        ),
        (ticking(json!({ "set": "no-such-set", "code": "UN-G-01" })), "content.persons.0.indicators.0.set"),
        (ticking(json!({ "set": "unodc-general", "code": "UN-C-01" })), "content.persons.0.indicators.0.code"),
        (
            ticking(json!({ "set": "unodc-general", "version": "next", "code": "UN-G-01" })),
            "content.persons.0.indicators.0.version",
        ),
    ];
    for (content, path) in wrong {
        let refused = refusals(&reporter, "createDraft", draft("wrong-content", content)).await;
        assert_eq!(refused, [("INVALID".to_owned(), path.to_owned())]);
    }
    let twice = json!({ "persons": [{ "indicators": [
        { "set": "unodc-general", "code": "UN-G-01" }, { "set": "unodc-general", "code": "UN-G-01" }] }] });
    let refused = refusals(&reporter, "createDraft", draft("wrong-content", twice)).await;
    assert_eq!(refused, [("INVALID".to_owned(), "content.persons.0.indicators.1.code".to_owned())]);
}

#[rstest]
#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let wrong = json!({ "municipality": "atlantis", "place": "x".repeat(201),
        "persons": [{ "birthYear": 1800, "guardian": "\u{7}" }] });
    let mut refused = refusals(&reporter, "createDraft", draft("all-wrong-1", wrong)).await;
    refused.sort();
    let expected = [
        ("INVALID", "content.municipality"),
        ("INVALID", "content.persons.0.birthYear"),
        ("INVALID", "content.persons.0.guardian"),
        ("TOO_LONG", "content.place"),
    ];
    assert_eq!(refused, expected.map(|(code, path)| (code.to_owned(), path.to_owned())));
}

#[rstest]
#[tokio::test]
async fn lists_have_bounds(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let persons = |number: usize| json!({ "persons": vec![json!({}); number] });
    done(&reporter, "createDraft", "report { id }", draft("fifty-persons", persons(50))).await;
    let refused = refusals(&reporter, "createDraft", draft("many-persons", persons(51))).await;
    assert_eq!(refused, [("TOO_LONG".to_owned(), "content.persons".to_owned())]);
    let ticks =
        json!({ "persons": [{ "indicators": vec![json!({ "set": "unodc-general", "code": "UN-G-01" }); 301] }] });
    let refused = refusals(&reporter, "createDraft", draft("many-ticks", ticks)).await;
    assert!(refused.contains(&("TOO_LONG".to_owned(), "content.persons.0.indicators".to_owned())), "{refused:?}");
}

#[rstest]
#[tokio::test]
async fn submitting_asks_for_little(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let submit = |content: Value| json!({ "idempotencyKey": "little-0001", "report": { "content": content } });
    let refused = refusals(&reporter, "submitReport", submit(json!({}))).await;
    let missing = |path: &str| ("REQUIRED".to_owned(), format!("report.content.{path}"));
    assert_eq!(refused, [missing("persons"), missing("observations")]);
    let refused =
        refusals(&reporter, "submitReport", submit(json!({ "observations": "  \n " , "persons": [{}] }))).await;
    assert_eq!(refused, [missing("observations")]);
    let sent = act(
        &reporter,
        "submitReport",
        "report { status persons { identity { names } } }",
        submit(ticking(json!({ "set": "unodc-general", "code": "UN-G-01" }))),
    )
    .await;
    assert_eq!(
        sent.payload("submitReport")["report"],
        json!({ "status": "RECEIVED", "persons": [{ "identity": null }] })
    );
}

#[rstest]
#[tokio::test]
async fn an_indicator_of_a_set_that_is_not_valid_yet(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::with(database).clock("2005-06-01T10:00:00Z").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let sets = reporter.query("{ indicatorSets { set } }", ()).await;
    assert_eq!(sets.expect_no_errors().data()["indicatorSets"], json!([]), "every set is younger than that");
    for version in [json!(null), json!("leaflet")] {
        let tick = json!({ "set": "unodc-general", "version": version, "code": "UN-G-01" });
        let response =
            act(&reporter, "createDraft", "report { id }", draft("too-early-1", ticking(tick.clone()))).await;
        let error = &response.expect_no_errors().user_errors("createDraft")[0];
        assert_eq!(error["code"], "INVALID");
        assert_eq!(error["field"][4], "0", "{error}");
        let message = error["message"].as_str().expect("a message");
        assert!(message.contains("2009"), "it says from when on the set is valid: {message}");
    }
}
