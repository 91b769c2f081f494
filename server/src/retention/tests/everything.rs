//! That nothing sealed of a report or a person is forgotten when it is erased: the columns come from the policies, so that a new
//! one fails here until somebody has decided what becomes of it.

use super::super::job::Done;
use super::erasing::{attempt, decide, retention, run_at, step, submitted};
use crate::access::sealed_columns;
use crate::duplicates::job::{compare_all, scope};
use crate::testing::World;
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Sealed with keys of organisations, which no erasure destroys; each with the reason why it stays.
const STAYS: [(&str, &str, &str); 10] = [
    ("audit_event", "reason", "lines of the audit trail are never changed"),
    ("identity_opening", "reason", "who opened an identity, and why, answers for it afterwards"),
    ("identity_opening", "review_remark", "so does what the review found"),
    ("idempotency_key", "input_digest", "a digest, which goes some days after its use"),
    ("participant_needs", "dietary", "of a participant in a training"),
    ("participant_needs", "access", "of a participant in a training"),
    ("test_attempt", "answers", "of a participant in a training"),
    ("evaluation", "comment", "of a training"),
    ("webhook", "secret", "of a partner's software"),
    ("webhook", "previous_secret", "of a partner's software"),
];

/// In how many rows each sealed column of a report or person holds something.
async fn held(world: &World) -> Vec<(String, i64)> {
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", world.file().display())).await.expect("connects");
    let mut held = Vec::new();
    for sealed in sealed_columns().into_iter().filter(|sealed| sealed.of_matter) {
        let (table, column) = (sealed.table, sealed.column);
        let sql = format!("SELECT count(*) FROM \"{table}\" WHERE \"{column}\" <> ''");
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&pool).await.expect("counts");
        held.push((format!("{table}.{column}"), rows));
    }
    held
}

/// A report with everything that can be written about it and its person, who was reported before. Answers the ids of the person,
/// and of that in the earlier report.
async fn everything(world: &World) -> [Value; 2] {
    let (earlier, before) = submitted(world, "boris", "earlier", &["Мира Мирић"]).await;
    let person = json!({ "pseudonym": "Мира", "birthYear": 2004, "child": "NO", "language": "sr",
        "communicationNeed": "тумач", "guardian": "тетка",
        "safeContact": { "channel": "телефон", "time": "ујутру", "caution": "само она" },
        "identity": { "names": "Мира Мирић", "personalNumber": "1", "birthDate": "2004-01-01", "phone": "0600000000",
            "address": "Ниш" },
        "indicators": [{ "set": "unodc-general", "code": "UN-G-01", "remark": "белешка" }] });
    let content = json!({ "reporterFunction": "педагог", "reporterContact": "школа", "onBehalfOf": "комшиница",
        "observations": "виђено", "place": "код школе", "exploitationPlace": "пијаца", "actionsTaken": "разговор",
        "persons": [person] });
    let input = json!({ "idempotencyKey": "everything", "report": { "content": content } });
    let document = "mutation($input: SubmitReportInput!) { submitReport(input: $input) {
        report { id persons { id } } userErrors { code field message } } }";
    let answer = world.ask("ana", document, json!({ "input": input })).await["submitReport"].clone();
    assert_eq!(answer["userErrors"], json!([]));
    let (report, person) = (answer["report"]["id"].clone(), answer["report"]["persons"][0]["id"].clone());
    let more = json!({ "idempotencyKey": "more-of-it", "reportId": report, "text": "још" });
    step(world, "ana", "addInformation", more).await;
    step(world, "ana", "addAttachment", json!({ "idempotencyKey": "a-file-of-it", "reportId": report })).await;
    let note = json!({ "idempotencyKey": "a-note-on-it", "reportId": report, "text": "белешка" });
    step(world, "sava", "addNote", note).await;
    let bar = json!({ "idempotencyKey": "a-bar-from-it", "reportId": report, "reason": "рођак",
        "membershipId": world.membership("ivan").await });
    step(world, "sava", "barFromReport", bar).await;
    let bars = "query($id: ID!) { report(id: $id) { bars { id } } }";
    let bar = world.ask("sava", bars, json!({ "id": report })).await["report"]["bars"][0]["id"].clone();
    step(world, "sava", "liftBar", json!({ "barId": bar, "reason": "није рођак" })).await;
    assert!(compare_all(&scope(&world.database, world.clock)).await.expect("compared") > 0);
    let proposed = world.ask("sava", "{ possibleDuplicates { nodes { id } } }", json!({})).await;
    let pair = &proposed["possibleDuplicates"]["nodes"][0]["id"];
    step(world, "sava", "dismissPossibleDuplicate", json!({ "possibleDuplicateId": pair, "reason": "сестра" })).await;
    for report in [report.as_str().expect("an id"), &earlier] {
        decide(world, report, &["NOT_IDENTIFIED"]).await;
    }
    [person, json!(before[0])]
}

#[tokio::test]
async fn every_sealed_column_is_emptied_or_stays_for_a_reason() {
    let world = World::new().await;
    for (number, person) in everything(&world).await.into_iter().enumerate() {
        let key = format!("ask-to-erase-{number}");
        let ask = json!({ "idempotencyKey": key, "personIds": [person], "reason": "захтев лица" });
        step(&world, "sava", "requestErasure", ask).await;
    }
    let erasures = world.ask("sava", "{ erasures { nodes { id } } }", json!({})).await["erasures"]["nodes"].clone();
    let decision = json!({ "erasureId": erasures[0]["id"], "reason": "суд још ради" });
    step(&world, "sava", "holdErasure", decision.clone()).await;
    for (column, rows) in held(&world).await {
        assert!(rows > 0, "{column}: write something there before the erasure, so that its end is seen");
    }
    assert_eq!(attempt(&world, "sava", "releaseErasure", decision).await["userErrors"], json!([]));
    let done = run_at(&world, &retention(0, 0), world.clock.now() + TimeDelta::days(31)).await;
    assert_eq!(done, Done { erased: 2, ..Done::default() });
    for (column, rows) in held(&world).await {
        assert_eq!(rows, 0, "{column}: is sealed with the key of a report or person, and outlives its erasure");
    }
}

#[test]
fn what_no_erasure_reaches_is_known() {
    let sealed: BTreeSet<(&str, &str)> = sealed_columns()
        .into_iter()
        .filter(|sealed| !sealed.of_matter)
        .map(|sealed| (sealed.table, sealed.column))
        .collect();
    let known: BTreeSet<(&str, &str)> = STAYS.into_iter().map(|(table, column, _)| (table, column)).collect();
    assert_eq!(
        sealed, known,
        "say here why a column that is sealed with an organisation's key outlives a person's erasure"
    );
}
