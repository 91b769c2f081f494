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

/// Where an access request answers each sealed column of a report and a person.
const EXPORTED: [(&str, &str, &str); 27] = [
    ("person", "pseudonym", "person.pseudonym"),
    ("person", "communication_need", "person.communicationNeed"),
    ("person", "guardian", "person.guardian"),
    ("person", "contact_channel", "person.safeContact.channel"),
    ("person", "contact_time", "person.safeContact.time"),
    ("person", "contact_caution", "person.safeContact.caution"),
    ("person_identity", "names", "identity.names"),
    ("person_identity", "personal_number", "identity.personalNumber"),
    ("person_identity", "birth_date", "identity.birthDate"),
    ("person_identity", "phone", "identity.phone"),
    ("person_identity", "address", "identity.address"),
    ("ticked_indicator", "remark", "indicators.remark"),
    ("case", "decision_reason", "cases.reason"),
    ("report", "observations", "report.observations"),
    ("report", "place", "report.place"),
    ("report", "exploitation_place", "report.exploitationPlace"),
    ("report", "actions_taken", "report.actionsTaken"),
    ("report_message", "text", "messages.text"),
    ("internal_note", "text", "notes.text"),
    ("report_event", "reason", "steps.reason"),
    ("possible_duplicate", "resolve_reason", "possibleDuplicates.reason"),
    ("erasure", "reason", "erasures.reason"),
    ("erasure", "hold_reason", "erasures.holdReason"),
    // What it is and when it came stands there; its bytes are fetched from the report.
    ("attachment", "secret", "files"),
    // The head of `retention/export` says why these are not in it.
    ("report", "reporter_function", ""),
    ("report", "reporter_contact", ""),
    ("report", "on_behalf_of", ""),
];

/// Likewise not in it: who was barred, and why.
const NOT_EXPORTED: [(&str, &str); 2] = [("report_bar", "reason"), ("report_bar", "lift_reason")];

/// Whether something is written at a path, whatever the positions in lists on the way.
fn is_written(value: &Value, path: &[&str]) -> bool {
    match (value, path.split_first()) {
        (Value::Array(values), Some(_)) => values.iter().any(|value| is_written(value, path)),
        (_, Some((first, rest))) => is_written(&value[*first], rest),
        (_, None) => !value.is_null() && *value != json!(""),
    }
}

#[tokio::test]
async fn an_access_request_answers_every_sealed_column_or_it_is_left_out_for_a_reason() {
    let world = World::new().await;
    let [person, _] = everything(&world).await;
    let ask = json!({ "idempotencyKey": "ask-to-erase", "personIds": [person], "reason": "захтев лица" });
    step(&world, "sava", "requestErasure", ask).await;
    let erasures = world.ask("sava", "{ erasures { nodes { id } } }", json!({})).await["erasures"]["nodes"].clone();
    let hold = json!({ "erasureId": erasures[0]["id"], "reason": "суд још ради" });
    step(&world, "sava", "holdErasure", hold).await;
    let document = "mutation($input: ExportPersonInput!) { exportPerson(input: $input) { export } }";
    let input = json!({ "input": { "personId": person, "reason": "захтев за приступ" } });
    let export = world.ask("sava", document, input).await["exportPerson"]["export"].clone();
    for (table, column, path) in EXPORTED.into_iter().filter(|(_, _, path)| !path.is_empty()) {
        let path: Vec<&str> = path.split('.').collect();
        assert!(is_written(&export, &path), "{table}.{column} at {path:?}: {export:#}");
    }
    for word in ["педагог", "школа", "комшиница", "рођак"] {
        assert!(!export.to_string().contains(word), "{word}, which is about others: {export:#}");
    }
    let answered = EXPORTED.into_iter().map(|(table, column, _)| (table, column)).chain(NOT_EXPORTED);
    let sealed = sealed_columns().into_iter().filter(|sealed| sealed.of_matter);
    assert_eq!(
        answered.collect::<BTreeSet<_>>(),
        sealed.map(|sealed| (sealed.table, sealed.column)).collect(),
        "put a new sealed column of a report or person into the export, or say in `retention/export` why it is not there"
    );
}

#[test]
fn whoever_runs_the_database_is_told_of_every_table_that_an_erasure_leaves_old_rows_of() {
    let told = include_str!("../../../../deploy/README.md");
    let (_, told) = told.split_once("`VACUUM FULL ").expect("the command");
    let (told, _) = told.split_once('`').expect("its end");
    let told: BTreeSet<&str> = told.split(',').map(|table| table.trim().trim_matches('"')).collect();
    let sealed = sealed_columns().into_iter().filter(|sealed| sealed.of_matter).map(|sealed| sealed.table);
    // Blind indexes go with their person.
    assert_eq!(told, sealed.chain(["match_subject", "match_key"]).collect());
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
