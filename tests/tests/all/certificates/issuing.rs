use super::{certificate_of, certificates, held, issue, number, options, trainer};
use crate::steps::{done, refusals};
use rstest::rstest;
use serde_json::json;
use tests::Database;

#[rstest]
#[tokio::test]
async fn whoever_earned_one_gets_one_once_and_those_concerned_see_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = options(database).start().await;
    let held = held(&server, database, false).await;
    let trainer = trainer(&server).await;
    let refused = json!([{ "registrationId": held.registration(2), "reason": "ATTENDANCE_TOO_LOW" }]);
    let issued = json!({ "issuedCount": 2, "notIssued": refused });
    assert_eq!(issue(&trainer, held, "issue-all", "SERBIAN_CYRILLIC").await, issued);
    assert_eq!(issue(&trainer, held, "issue-all", "SERBIAN_CYRILLIC").await, issued, "the same key");
    let again = json!({ "issuedCount": 0, "notIssued": refused });
    assert_eq!(issue(&trainer, held, "issue-again", "ENGLISH").await, again);

    let own = certificate_of(&trainer, "Љубица Ђорђевић").await;
    let [kind, title, until] = [&own["validity"], &own["title"], &own["validUntil"]];
    assert_eq!([kind, title, until], [&json!("VALID"), &json!("Знакови у школи"), &json!("2019-12-03")]);
    assert_eq!([&own["accreditor"], &own["accreditationNumber"]], [&json!("Завод"), &json!("1123/2018")]);
    for (who, sees) in [
        ("trainer@centre.example", 2),
        ("supervisor@centre.example", 2),
        ("coordinator@school-01.example", 2),
        ("reporter@school-01.example", 1),
        ("reporter2@school-01.example", 0),
        ("trainer@school-01.example", 0),
        ("coordinator@school-02.example", 0),
    ] {
        let client = server.sign_in_as(who).await;
        assert_eq!(certificates(&client).await.len(), sees, "{who}");
        let of_registration = "query N($id: ID!) { node(id: $id) { ... on Registration { certificate { id } } } }";
        let registration = client.query(of_registration, json!({ "id": held.registration(1) })).await;
        let shown = &registration.expect_no_errors().data()["node"]["certificate"]["id"];
        assert_eq!(shown == &own["id"], sees > 0, "{who}: {shown}");
        let node = client.query("query N($id: ID!) { node(id: $id) { id } }", json!({ "id": own["id"] })).await;
        assert_eq!(node.expect_no_errors().data()["node"].is_null(), sees == 0, "{who}");
    }
    let officer = server.sign_in_as("intake@centre.example").await;
    assert_eq!(officer.query("{ certificates { nodes { id } } }", ()).await.error_codes(), ["NOT_FOUND"]);
}

#[rstest]
#[tokio::test]
async fn two_at_once_issue_one_certificate_each(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = options(database).start().await;
    let held = held(&server, database, false).await;
    let trainer = trainer(&server).await;
    let keys: Vec<String> = (0..8).map(|number| format!("at-once-{number}")).collect();
    let mut all = Vec::new();
    for key in &keys {
        let (trainer, key) = (trainer.clone(), key.clone());
        all.push(tokio::spawn(async move { issue(&trainer, held, &key, "ENGLISH").await }));
    }
    let mut counts = Vec::new();
    for one in all {
        counts.push(one.await.expect("an answer")["issuedCount"].as_u64().expect("a number"));
    }
    assert_eq!(counts.iter().sum::<u64>(), 2, "{counts:?}");
    assert_eq!(certificates(&trainer).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_revoked_one_stays_revoked_until_it_is_replaced(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = options(database).start().await;
    let held = held(&server, database, false).await;
    let trainer = trainer(&server).await;
    issue(&trainer, held, "issue-all", "SERBIAN_CYRILLIC").await;
    let first = certificate_of(&trainer, "Љубица Ђорђевић").await;
    let revoke = json!({ "certificateId": first["id"], "reason": "somebody else was there" });
    let revoked = done(&trainer, "revokeCertificate", "certificate { validity revokedAt }", revoke.clone()).await;
    assert_eq!(revoked["certificate"]["validity"], "REVOKED");
    assert_eq!(refusals(&trainer, "revokeCertificate", revoke).await, [("WRONG_STATE".into(), "certificateId".into())]);
    let issued = issue(&trainer, held, "issue-more", "ENGLISH").await;
    assert_eq!(issued["issuedCount"], 0);
    let reasons: Vec<_> = issued["notIssued"].as_array().expect("a list").iter().map(|it| &it["reason"]).collect();
    assert_eq!(reasons, ["REVOKED", "ATTENDANCE_TOO_LOW"]);

    let input = json!({ "idempotencyKey": "replace-1", "certificateId": first["id"], "holderName": "Љубица Ђорђевић-Џамбас",
        "language": "SERBIAN_LATIN" });
    let selection = "certificate { id number validity language holderName title }";
    let new = done(&trainer, "replaceCertificate", selection, input.clone()).await["certificate"].clone();
    assert_eq!(done(&trainer, "replaceCertificate", selection, input).await["certificate"], new, "the same key");
    assert_eq!([&new["validity"], &new["language"]], [&json!("VALID"), &json!("SERBIAN_LATIN")]);
    assert_eq!([&new["holderName"], &new["title"]], [&json!("Љубица Ђорђевић-Џамбас"), &first["title"]]);
    assert_ne!(number(&new), number(&first));
    let old = certificate_of(&trainer, "Љубица Ђорђевић").await;
    assert_eq!([&old["validity"], &old["replacedBy"]["number"]], [&json!("REPLACED"), &new["number"]]);
    let twice = json!({ "idempotencyKey": "replace-2", "certificateId": first["id"] });
    assert_eq!(refusals(&trainer, "replaceCertificate", twice).await, [("WRONG_STATE".into(), "certificateId".into())]);
    for (name, code) in [("", "REQUIRED"), ("王芳", "INVALID")] {
        let input = json!({ "idempotencyKey": "replace-3", "certificateId": new["id"], "holderName": name });
        assert_eq!(refusals(&trainer, "replaceCertificate", input).await, [(code.into(), "holderName".into())]);
    }
}

#[rstest]
#[tokio::test]
async fn letters_that_no_certificate_shows_are_said_before_there_is_one(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = options(database).start().await;
    let held = held(&server, database, false).await;
    server.storage().tamper("UPDATE training_session SET title = '王芳 и обука' WHERE title = 'Знакови у школи'").await;
    let trainer = trainer(&server).await;
    let input = json!({ "idempotencyKey": "issue-none", "sessionId": held.id(), "language": "ENGLISH" });
    assert_eq!(refusals(&trainer, "issueCertificates", input).await, [("INVALID".into(), "sessionId".into())]);
    assert_eq!(certificates(&trainer).await.len(), 0);
}

#[rstest]
#[tokio::test]
async fn without_a_test_passed_or_before_it_was_held_there_is_none_and_no_other_trainer_issues_any(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = options(database).start().await;
    let held = held(&server, database, true).await;
    let trainer = trainer(&server).await;
    let issued = issue(&trainer, held, "issue-all", "ENGLISH").await;
    assert_eq!(issued["issuedCount"], 0);
    let reasons: Vec<_> = issued["notIssued"].as_array().expect("a list").iter().map(|it| &it["reason"]).collect();
    assert_eq!(reasons, ["TEST_NOT_PASSED", "TEST_NOT_PASSED", "ATTENDANCE_TOO_LOW"]);
    server.storage().tamper(&held.passed_by(1)).await;
    assert_eq!(issue(&trainer, held, "issue-passed", "ENGLISH").await["issuedCount"], 1, "one has passed");
    certificate_of(&trainer, "Љубица Ђорђевић").await;
    let input = json!({ "idempotencyKey": "issue-more", "sessionId": held.id(), "language": "ENGLISH" });
    let other = server.sign_in_as("trainer@school-01.example").await;
    let missing = [("NOT_FOUND".to_owned(), "sessionId".to_owned())];
    assert_eq!(refusals(&other, "issueCertificates", input.clone()).await, missing);
    server.storage().tamper("UPDATE training_session SET state = 'closed'").await;
    assert_eq!(refusals(&trainer, "issueCertificates", input).await, [("WRONG_STATE".into(), "sessionId".into())]);
}
