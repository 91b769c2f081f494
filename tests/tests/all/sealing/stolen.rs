//! Whoever changes the database gains nothing. That a stolen copy shows nothing, the walk says (`isolation/kept.rs`), where
//! everything is written that can be.

use super::{observations, verify};
use crate::steps::{Submitted, content, done, submit};
use rstest::rstest;
use serde_json::json;
use tests::{Database, Server};

/// Two reports of one school and one of another, each of which somebody can read.
async fn three(server: &Server) -> (Submitted, Submitted, Submitted) {
    let one = server.sign_in_as("reporter@school-03.example").await;
    let other = server.sign_in_as("reporter@school-04.example").await;
    (
        submit(&one, "sealed-first", content("first")).await,
        submit(&one, "sealed-second", content("second")).await,
        submit(&other, "sealed-other", content("other")).await,
    )
}

#[rstest]
#[case::to_another_row(
    "UPDATE report SET observations = (SELECT observations FROM report WHERE reference = '{second}') WHERE reference = '{first}'",
    "report.observations"
)]
#[case::to_another_tenant(
    "UPDATE report SET observations = (SELECT observations FROM report WHERE reference = '{other}') WHERE reference = '{first}'",
    "report.observations"
)]
#[case::to_another_column("UPDATE report SET place = observations WHERE reference = '{first}'", "report.place")]
#[case::with_its_key(
    "UPDATE report SET (observations, sealing_key) = (SELECT observations, sealing_key FROM report WHERE reference = '{second}') WHERE reference = '{first}'",
    "report.sealing_key"
)]
#[case::replaced_by_plain_text(
    "UPDATE report SET observations = 'nothing was seen' WHERE reference = '{first}'",
    "report.observations"
)]
#[case::persons_key_replaced(
    "UPDATE person SET sealing_key = (SELECT sealing_key FROM report WHERE reference = '{first}') WHERE report_id = (SELECT id FROM report WHERE reference = '{first}')",
    "person.sealing_key"
)]
#[case::report_without_its_key(
    "UPDATE report SET sealing_key_id = NULL WHERE reference = '{first}'",
    "report.sealing_key_id"
)]
#[case::person_without_its_key(
    "UPDATE person SET sealing_key_id = NULL WHERE report_id = (SELECT id FROM report WHERE reference = '{first}')",
    "person.sealing_key_id"
)]
#[tokio::test]
async fn what_was_moved_or_changed_does_not_open(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[case] change: &str,
    #[case] named: &str,
) {
    let server = Server::start(database).await;
    let (first, second, other) = three(&server).await;
    let change = change.replace("{first}", &first.reference).replace("{second}", &second.reference);
    assert_eq!(server.storage().tamper(&change.replace("{other}", &other.reference)).await, 1);
    let reader = server.sign_in_as("reporter@school-03.example").await;
    let (reports, errors) = observations(&reader).await;
    assert!(!errors.is_empty() && errors.iter().all(|code| code == "CONTENT_UNREADABLE"), "{errors:?}: {reports:?}");
    let shown = json!(reports).to_string();
    let once = ["\"first\"", "\"second\""].into_iter().all(|text| shown.matches(text).count() <= 1);
    assert!(
        once && !shown.contains("other") && !shown.contains("nothing was seen"),
        "nothing is shown in its place: {shown}"
    );
    let (in_order, said) = verify(&server).await;
    assert!(!in_order && said.contains(named), "{said}");
    assert!(server.log().contains(named), "the log names what does not open");
    let elsewhere = server.sign_in_as("reporter@school-04.example").await;
    assert_eq!(observations(&elsewhere).await.1, [] as [&str; 0], "others go on");
}

#[rstest]
#[tokio::test]
async fn a_reason_under_a_key_that_never_was_is_damaged_and_not_empty(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report =
        json!({ "observations": "seen", "persons": [{ "pseudonym": "one", "identity": { "names": "M. M." } }] });
    let report = submit(&reporter, "sealed-submit", report).await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let opened = json!({ "idempotencyKey": "sealed-open", "personId": report.person, "reason": "to call the family" });
    done(&supervisor, "openIdentity", "identity { names }", opened).await;
    let officer = server.sign_in_as("protection@centre.example").await;
    let reasons = "{ identityOpenings(first: 1) { nodes { reason } } }";
    let before = officer.query(reasons, ()).await.expect_no_errors().data().clone();
    assert_eq!(before["identityOpenings"]["nodes"][0]["reason"], "to call the family");
    let nobodys = "A".repeat(64);
    assert!(server.storage().tamper(&format!("UPDATE identity_opening SET reason = '{nobodys}'")).await > 0);
    let after = officer.query(reasons, ()).await;
    assert_eq!(after.error_codes(), ["CONTENT_UNREADABLE"], "{}", after.body());
    let (in_order, said) = verify(&server).await;
    assert!(!in_order && said.contains("identity_opening.reason of "), "{said}");
    assert!(server.log().contains("identity_opening.reason of "), "the log names it");
}
