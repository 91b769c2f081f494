//! What goes when a period ends, and what stays.

use super::super::job::{Done, Retention, run};
use super::super::preview::{Stays, preview};
use crate::access::{Action, Purpose};
use crate::config::{self, Config};
use crate::ids;
use crate::testing::World;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ModelTrait;
use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};
use std::collections::HashSet;
use std::time::Duration;
use uuid::Uuid;

/// The settings with these periods, in years.
pub(super) fn retention(identified_years: u32, not_identified_years: u32) -> Retention {
    let defaults = Config::read(None).expect("the defaults").retention;
    Retention::of(&config::Retention { identified_years, not_identified_years, ..defaults })
}

pub(super) fn years_later(world: &World, years: i64) -> DateTime<Utc> {
    world.clock.now() + TimeDelta::days(366 * years)
}

/// Runs the job at an instant.
pub(super) async fn run_at(world: &World, retention: &Retention, now: DateTime<Utc>) -> Done {
    run(&world.service(Purpose::Erasure), retention, now).await.expect("runs")
}

/// A submitted report with these names, one person each, and the ids of report and persons.
pub(super) async fn submitted(world: &World, author: &str, key: &str, names: &[&str]) -> (String, Vec<String>) {
    let person = |name: &&str| {
        json!({ "pseudonym": format!("{name}-надимак"), "birthYear": 2004, "child": "NO", "language": "sr",
            "identity": { "names": name, "phone": "0600000000" },
            "indicators": [{ "set": "unodc-general", "code": "UN-G-01", "remark": format!("{name}-белешка") }] })
    };
    let persons: Vec<Value> = names.iter().map(person).collect();
    let content = json!({ "observations": format!("{key}-виђено"), "observedFrom": "2020-01-01", "persons": persons });
    let input = json!({ "idempotencyKey": format!("submit-{key}"), "report": { "content": content } });
    let document = "mutation($input: SubmitReportInput!) { submitReport(input: $input) {
        report { id persons { id } } userErrors { code field message } } }";
    let answer = world.ask(author, document, json!({ "input": input })).await["submitReport"].clone();
    assert_eq!(answer["userErrors"], json!([]));
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    let persons = answer["report"]["persons"].as_array().expect("persons");
    (text(&answer["report"]["id"]), persons.iter().map(|person| text(&person["id"])).collect())
}

/// A mutation of the Centre, as it must go well.
pub(super) async fn step(world: &World, name: &str, mutation: &str, input: Value) {
    let answer = attempt(world, name, mutation, input).await;
    assert_eq!(answer["userErrors"], json!([]), "{mutation}");
}

/// A mutation, and what it answers.
pub(super) async fn attempt(world: &World, name: &str, mutation: &str, input: Value) -> Value {
    let mut ty = mutation.to_owned();
    ty[..1].make_ascii_uppercase();
    let document =
        format!("mutation($input: {ty}Input!) {{ {mutation}(input: $input) {{ userErrors {{ code field }} }} }}");
    world.ask(name, &document, json!({ "input": input })).await[mutation].clone()
}

pub(super) async fn close(world: &World, report: &str) {
    step(world, "sava", "closeReport", json!({ "reportId": report, "revision": 1, "reason": "нема знакова" })).await;
}

/// Accepts a report and decides on each of its persons.
pub(super) async fn decide(world: &World, report: &str, outcomes: &[&str]) {
    let key = format!("accept-{report}");
    let accept = json!({ "idempotencyKey": key, "reportId": report, "revision": 1, "reason": "има знакова" });
    step(world, "sava", "acceptReport", accept).await;
    let query = "query($id: ID!) { report(id: $id) { cases { id revision } } }";
    let cases = world.ask("sava", query, json!({ "id": report })).await["report"]["cases"].clone();
    for (case, outcome) in cases.as_array().expect("cases").iter().zip(outcomes) {
        let forms = if *outcome == "IDENTIFIED" { json!(["FORCED_BEGGING"]) } else { json!([]) };
        let input = json!({ "caseId": case["id"], "revision": case["revision"], "outcome": outcome,
            "exploitationForms": forms, "reason": "утврђено-разлог" });
        step(world, "sava", "decideIdentification", input).await;
    }
}

/// What the supervisor reads of a report.
pub(super) async fn read(world: &World, report: &str) -> Value {
    let query = "query($id: ID!) { report(id: $id) { observations observedFrom place notes { nodes { text } }
        messages { nodes { text } } events { nodes { reason transition } }
        persons { pseudonym birthYear ageBand language sex child indicators { remark } } cases { identification decisionReason } } }";
    world.ask("sava", query, json!({ "id": report })).await["report"].clone()
}

#[tokio::test]
async fn nothing_goes_by_a_period_that_nobody_confirmed_and_the_preview_shows_it() {
    let world = World::new().await;
    let (report, _) = submitted(&world, "ana", "unconfirmed", &["Мира"]).await;
    close(&world, &report).await;
    let later = years_later(&world, 90);
    assert_eq!(run_at(&world, &retention(0, 0), later).await, Done::default());
    let unconfirmed = Retention::of(&Config::read(None).expect("the defaults").retention);
    let scope = world.service(Purpose::Erasure);
    let ahead = |years| preview(&scope, &unconfirmed, world.clock.now(), years_later(&world, years));
    let found = ahead(6).await.expect("a preview");
    assert_eq!(found.iter().map(|ahead| ahead.stays).collect::<Vec<_>>(), [Some(Stays::Unconfirmed)]);
    assert!(ahead(4).await.expect("a preview").is_empty());
}

#[tokio::test]
async fn who_is_due_goes_after_the_review_window_and_not_before() {
    let world = World::new().await;
    let (report, persons) = submitted(&world, "ana", "window", &["Мира"]).await;
    step(&world, "sava", "addNote", json!({ "idempotencyKey": "note-window", "reportId": report, "text": "белешка" }))
        .await;
    close(&world, &report).await;
    let retention = retention(10, 5);
    assert_eq!(run_at(&world, &retention, years_later(&world, 4)).await, Done::default());
    let due = years_later(&world, 6);
    assert_eq!(run_at(&world, &retention, due).await, Done { proposed: 1, ..Done::default() });
    assert_eq!(run_at(&world, &retention, due + TimeDelta::days(29)).await, Done::default(), "under review");
    assert_eq!(read(&world, &report).await["observations"], "window-виђено");
    let done = run_at(&world, &retention, due + TimeDelta::days(30)).await;
    assert_eq!(done, Done { erased: 1, ..Done::default() });
    assert_eq!(run_at(&world, &retention, due + TimeDelta::days(90)).await, Done::default(), "once");
    let left = read(&world, &report).await;
    let person = json!({ "pseudonym": null, "birthYear": null, "ageBand": left["persons"][0]["ageBand"], "language": null,
        "sex": "UNKNOWN", "child": "NO", "indicators": [{ "remark": null }] });
    assert_ne!(left["persons"][0]["ageBand"], Value::Null, "of the year of birth the band stays");
    assert_eq!(left["persons"], json!([person]));
    assert_eq!((&left["observations"], &left["observedFrom"]), (&json!(null), &json!(null)));
    assert_eq!(left["notes"]["nodes"], json!([{ "text": "" }]));
    assert_eq!(left["events"]["nodes"].as_array().expect("events").len(), 2);
    assert!(left["events"]["nodes"].as_array().expect("events").iter().all(|event| event["reason"].is_null()));
    let trail = world.audited(&persons[0]).await;
    assert_eq!(trail, [Action::ErasureProposed, Action::PersonErased]);
    assert!(world.audited(&report).await.contains(&Action::ReportErased));
}

#[tokio::test]
async fn persons_of_one_report_go_one_by_one_and_its_texts_with_the_last() {
    let world = World::new().await;
    let (report, persons) = submitted(&world, "ana", "two", &["Мира", "Јана"]).await;
    decide(&world, &report, &["IDENTIFIED", "NOT_IDENTIFIED"]).await;
    let retention = retention(10, 5);
    let due = years_later(&world, 6);
    assert_eq!(run_at(&world, &retention, due).await.proposed, 1);
    assert_eq!(run_at(&world, &retention, due + TimeDelta::days(31)).await.erased, 1);
    let half = read(&world, &report).await;
    assert_eq!(half["observations"], "two-виђено", "the other person's as well");
    let pseudonyms: Vec<&Value> =
        half["persons"].as_array().expect("two").iter().map(|one| &one["pseudonym"]).collect();
    assert_eq!(pseudonyms, [&json!("Мира-надимак"), &Value::Null]);
    let reasons: Vec<&Value> =
        half["cases"].as_array().expect("two").iter().map(|one| &one["decisionReason"]).collect();
    assert_eq!(reasons.iter().filter(|reason| reason.is_null()).count(), 1);
    let due = years_later(&world, 12);
    assert_eq!(run_at(&world, &retention, due).await.proposed, 1);
    assert_eq!(run_at(&world, &retention, due + TimeDelta::days(31)).await.erased, 1);
    assert_eq!(read(&world, &report).await["observations"], Value::Null);
    assert_eq!(world.audited(&persons[0]).await.last(), Some(&Action::PersonErased));
}

#[tokio::test]
async fn a_report_that_is_taken_up_again_under_review_is_kept() {
    let world = World::new().await;
    let (report, persons) = submitted(&world, "ana", "reopened", &["Мира"]).await;
    close(&world, &report).await;
    let (retention, due) = (retention(10, 5), years_later(&world, 6));
    assert_eq!(run_at(&world, &retention, due).await.proposed, 1);
    step(&world, "sava", "reopenReport", json!({ "reportId": report, "revision": 2, "reason": "ново сазнање" })).await;
    let done = run_at(&world, &retention, due + TimeDelta::days(31)).await;
    assert_eq!(done, Done { dropped: 1, ..Done::default() });
    assert_eq!(read(&world, &report).await["observations"], "reopened-виђено");
    assert_eq!(world.audited(&persons[0]).await, [Action::ErasureProposed, Action::ErasureDropped]);
}

#[tokio::test]
async fn nothing_is_written_on_an_erased_report() {
    let world = World::new().await;
    let (report, _) = submitted(&world, "ana", "written", &["Мира"]).await;
    let (other, _) = submitted(&world, "ana", "other", &["Јана"]).await;
    decide(&world, &report, &["NOT_IDENTIFIED"]).await;
    let (retention, due) = (retention(10, 5), years_later(&world, 6));
    run_at(&world, &retention, due).await;
    assert_eq!(run_at(&world, &retention, due + TimeDelta::days(31)).await.erased, 1);
    let refused = |field: &str| json!({ "userErrors": [{ "code": "WRONG_STATE", "field": [field] }] });
    let query = "query($id: ID!) { report(id: $id) { cases { id revision } } }";
    let case = world.ask("sava", query, json!({ "id": report })).await["report"]["cases"][0].clone();
    let decision = json!({ "caseId": case["id"], "revision": case["revision"], "outcome": "IDENTIFIED",
        "exploitationForms": ["SERVITUDE"], "reason": "ипак" });
    assert_eq!(attempt(&world, "sava", "decideIdentification", decision).await, refused("caseId"));
    let again = json!({ "reportId": report, "revision": 2, "reason": "ипак" });
    assert_eq!(attempt(&world, "sava", "reopenReport", again).await, refused("reportId"));
    let join = json!({ "reportId": other, "revision": 1, "intoReportId": report, "reason": "исто" });
    assert_eq!(attempt(&world, "sava", "joinReport", join).await, refused("intoReportId"));
    let note = json!({ "idempotencyKey": "a-late-note", "reportId": report, "text": "касно" });
    assert_eq!(attempt(&world, "sava", "addNote", note).await, refused("reportId"));
    let more = json!({ "idempotencyKey": "late-information", "reportId": report, "text": "касно" });
    assert_eq!(attempt(&world, "ana", "addInformation", more).await, refused("reportId"));
}

/// The bytes that a stolen copy needs: the person's wrapped key, and a text sealed with it.
async fn stolen(world: &World, person: &str) -> [Vec<u8>; 2] {
    use entity::{person, person_identity};
    let (_, key) = ids::decode_any(person).expect("an id");
    let scope = world.service(Purpose::KeyKeeping);
    let row = scope.find::<person::Entity>().by_key(key).one().await.expect("a row").expect("a person");
    let identity =
        scope.find::<person_identity::Entity>().by_key(key).one().await.expect("a row").expect("an identity");
    let sea_orm::Value::Bytes(Some(wrapped)) = row.get(person::Column::SealingKey) else { panic!("a key") };
    [wrapped, identity.names.into_bytes()]
}

fn holds(world: &World, bytes: &[u8]) -> bool {
    let log = world.file().with_extension("db-wal");
    [world.file(), log].iter().any(|file| {
        let content = std::fs::read(file).unwrap_or_default();
        content.windows(bytes.len()).any(|window| window == bytes)
    })
}

#[tokio::test]
async fn a_copy_of_the_database_file_holds_neither_the_key_nor_what_it_sealed() {
    let world = World::new().await;
    let (report, persons) = submitted(&world, "ana", "copied", &["Мира"]).await;
    close(&world, &report).await;
    let stolen = stolen(&world, &persons[0]).await;
    assert!(stolen.iter().all(|bytes| holds(&world, bytes)), "before");
    let (retention, due) = (retention(10, 5), years_later(&world, 6));
    run_at(&world, &retention, due).await;
    assert_eq!(run_at(&world, &retention, due + TimeDelta::days(31)).await.erased, 1);
    assert!(!stolen.iter().any(|bytes| holds(&world, bytes)), "after");
}

#[tokio::test]
async fn the_counts_of_2018_are_the_same_when_everybody_is_erased() {
    let world = World::demonstration().await;
    let counts = "{ yearlyCounts(year: 2018) { reports { total bySource { source count } }
        identified { total female male children foreignNationals byForm { form count } } } }";
    let supervisor = "supervisor@centre.example";
    let before = world.ask(supervisor, counts, json!({})).await;
    let (retention, now) = (retention(1, 1), world.clock.now());
    let proposed = run_at(&world, &retention, now).await.proposed;
    assert!(proposed > 150, "{proposed}");
    let done = run_at(&world, &retention, now + TimeDelta::days(30)).await;
    assert_eq!(done, Done { erased: proposed, ..Done::default() });
    assert_eq!(world.ask(supervisor, counts, json!({})).await, before);
    let broken = crate::access::sealing::verify(&world.service(Purpose::KeyKeeping), &|_| ()).await.expect("checks");
    assert_eq!(broken.broken, Vec::<String>::new());
}

/// That each person is wholly there or wholly gone, as its erasure says, and each report with its last person. Answers how
/// many are gone.
async fn expect_whole(world: &World) -> usize {
    use entity::{erasure, person, person_identity, report};
    let scope = world.service(Purpose::KeyKeeping);
    let persons = scope.find::<person::Entity>().all().await.expect("persons");
    let identities = scope.find::<person_identity::Entity>().all().await.expect("identities");
    let erasures = scope.find::<erasure::Entity>().all().await.expect("erasures");
    let gone: HashSet<Uuid> =
        persons.iter().filter(|person| person.sealing_key_id.is_none()).map(|person| person.id).collect();
    for person in persons.iter().filter(|person| gone.contains(&person.id)) {
        assert!(person.sealing_key.is_empty() && person.pseudonym.is_empty() && person.birth_year.is_none());
    }
    assert!(identities.iter().all(|identity| !gone.contains(&identity.person_id)));
    assert!(erasures.iter().all(|erasure| erasure.executed_at.is_some() == gone.contains(&erasure.person_id)));
    for report in scope.find::<report::Entity>().all().await.expect("reports") {
        let all_gone =
            persons.iter().filter(|person| person.report_id == report.id).all(|person| gone.contains(&person.id));
        assert_eq!((report.sealing_key_id.is_none(), report.observations.is_empty()), (all_gone, all_gone));
    }
    gone.len()
}

#[tokio::test]
async fn a_run_that_is_broken_off_leaves_everybody_whole_or_gone_and_the_next_goes_on() {
    let world = World::demonstration().await;
    let (retention, now) = (retention(1, 1), world.clock.now());
    let proposed = run_at(&world, &retention, now).await.proposed;
    assert_eq!(expect_whole(&world).await, 0);
    let (mut broken_off, mut gone) = (0, 0);
    for patience in (40..).step_by(40) {
        let scope = world.service(Purpose::Erasure);
        let run = run(&scope, &retention, now + TimeDelta::days(30));
        let ended = tokio::time::timeout(Duration::from_millis(patience), run).await;
        let now_gone = expect_whole(&world).await;
        assert!(now_gone >= gone, "nobody comes back");
        gone = now_gone;
        if let Ok(done) = ended {
            done.expect("the last run ends well");
            break;
        }
        broken_off += 1;
    }
    assert!(broken_off > 0);
    assert_eq!(gone as u64, proposed);
}

#[tokio::test]
async fn what_was_written_while_somebody_read_leaves_the_log_afterwards() {
    let world = World::new().await;
    let file = world.file();
    let mut reader = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("the file opens");
    sqlx::raw_sql("BEGIN; SELECT count(*) FROM report").execute(&mut reader).await.expect("somebody reads");
    submitted(&world, "ana", "meanwhile", &["Мира"]).await;
    let scope = world.service(Purpose::Erasure);
    let log = || file.with_extension("db-wal").metadata().expect("a log").len();
    scope.settle_erasures().await.expect("waits for nobody");
    assert!(log() > 0);
    sqlx::raw_sql("ROLLBACK").execute(&mut reader).await.expect("the reader ends");
    scope.settle_erasures().await.expect("settles");
    assert_eq!(log(), 0);
}
