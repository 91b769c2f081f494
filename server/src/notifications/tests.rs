//! The words of e-mails, and telling on a database of its own.

use super::Teller;
use super::letter::Content;
use crate::clock::Clock;
use crate::language::Language;
use crate::testing::World;
use chrono::TimeDelta;
use entity::{delivery, notification, outbox};
use serde_json::{Value, json};
use url::Url;

/// Words that stand in no e-mail, in any of the languages and scripts.
const NEVER: [&str; 12] = [
    "victim",
    "traffick",
    "exploit",
    "жртв",
    "трговин",
    "експлоат",
    "žrtv",
    "trgovin",
    "eksploat",
    "лице",
    "дете",
    "child",
];

#[test]
fn no_email_says_what_it_is_about() {
    let address = Url::parse("https://reports.example.rs").expect("an address");
    let contents = [
        Content::Report { reference: "PI-7KQ4-M2XD-5".to_owned(), urgent: true },
        Content::Report { reference: "PI-7KQ4-M2XD-5".to_owned(), urgent: false },
        Content::Session { day: chrono::NaiveDate::from_ymd_opt(2026, 5, 4).expect("a day") },
        Content::Other,
        Content::Summary { unread: 1 },
        Content::Summary { unread: 3 },
        Content::Summary { unread: 17 },
    ];
    for language in Language::ALL {
        for content in &contents {
            let (subject, body) = content.in_words(language, &address);
            let whole = format!("{subject}\n{body}").to_lowercase();
            for word in NEVER {
                assert!(!whole.contains(word), "{word} in {whole}");
            }
            assert!(body.contains("https://reports.example.rs/"), "{body}");
            assert!(!whole.contains("mail-") && !whole.contains("{ $"), "{whole}");
        }
    }
}

#[test]
fn every_message_for_emails_is_looked_at_above() {
    let known = ["mail-report", "mail-urgent", "mail-session", "mail-other", "mail-summary", "mail-link", "mail-foot"];
    let all = include_str!("../locales/en.ftl").lines().filter(|line| line.starts_with("mail-"));
    let all: Vec<&str> = all.filter_map(|line| line.split_once(" =")).map(|(key, _)| key).collect();
    assert_eq!(all, known);
}

const SUBMIT: &str = "mutation($input: SubmitReportInput!) { submitReport(input: $input) {
    report { id reference } userErrors { code } } }";

async fn submit(world: &World, name: &str, key: &str) -> Value {
    let persons = json!([{ "pseudonym": "A", "child": "NO", "birthYear": 1980, "sex": "MALE" }]);
    let content = json!({ "observations": "seen", "persons": persons });
    let input = json!({ "idempotencyKey": key, "report": { "content": content } });
    world.ask(name, SUBMIT, json!({ "input": input })).await["submitReport"]["report"].clone()
}

async fn list(world: &World, name: &str) -> Value {
    let document = "{ notifications(first: 50) { totalCount nodes { kind readAt report { reference } } } }";
    world.ask(name, document, json!({})).await["notifications"].clone()
}

fn teller(world: &World) -> Teller {
    Teller::new(world.database.clone(), world.clock, Some(7))
}

#[tokio::test]
async fn a_server_whose_clock_is_behind_takes_nothing_that_another_has_in_hand() {
    let world = World::new().await;
    submit(&world, "ana", "in-hand-elsewhere").await;
    assert_eq!(teller(&world).take().await.expect("it is there").len(), 1);
    let behind = |by| Clock::starting_at(world.clock.now() - by);
    for (by, taken) in [(TimeDelta::milliseconds(1), 0), (TimeDelta::seconds(20), 0), (TimeDelta::hours(1), 1)] {
        let other = Teller::new(world.database.clone(), behind(by), Some(7));
        assert_eq!(other.take().await.expect("it is there").len(), taken, "{by} behind");
    }
}

#[tokio::test]
async fn news_stand_in_the_outbox_and_are_told_once() {
    let world = World::new().await;
    let report = submit(&world, "ana", "key-of-the-first").await;
    let service = super::service(&world.database, world.clock);
    let waiting = service.find::<outbox::Entity>().all().await.expect("rows");
    assert_eq!(waiting.len(), 1);
    service.finish().await.expect("finished");
    assert_eq!(teller(&world).turn().await.expect("told"), 1);
    assert_eq!(teller(&world).turn().await.expect("nothing"), 0);
    let expected = json!({ "totalCount": 2, "nodes": [
        { "kind": "REPORT_SUBMITTED", "readAt": null, "report": { "reference": report["reference"] } }] });
    for name in ["iva", "ivan"] {
        let told = list(&world, name).await;
        assert_eq!(told["nodes"], expected["nodes"], "{name}");
    }
    for name in ["ana", "ada", "aca", "boris", "pavle", "goran", "sava", "alma", "petar", "tanja"] {
        assert_eq!(list(&world, name).await["totalCount"], 0, "{name}");
    }
    let deliveries = service.find::<delivery::Entity>().all().await.expect("rows");
    assert_eq!(deliveries.len(), 2, "one for each intake officer");
    assert_eq!(service.find::<notification::Entity>().count().await.expect("a number"), 2);
}

#[tokio::test]
async fn a_server_that_died_over_it_leaves_it_to_another_and_a_clock_set_back_keeps_nothing_waiting() {
    let world = World::new().await;
    submit(&world, "ana", "key-of-the-first").await;
    let now = world.clock.now();
    let lease = async |until| {
        let write = super::service(&world.database, world.clock).begin().await.expect("begins");
        for before in write.find::<outbox::Entity>().all().await.expect("rows") {
            let after = outbox::Model { leased_until: Some(until), ..before.clone() };
            write.update_part::<outbox::Entity>(&before, after).await.expect("leased");
        }
        write.commit_notifications().await.expect("lasts");
    };
    lease(now + chrono::TimeDelta::seconds(30)).await;
    assert_eq!(teller(&world).turn().await.expect("nothing"), 0, "another is at work on it");
    lease(now - chrono::TimeDelta::seconds(1)).await;
    assert_eq!(teller(&world).turn().await.expect("told"), 1, "the other has died");
    submit(&world, "ana", "key-of-the-second").await;
    lease(now + chrono::TimeDelta::hours(1)).await;
    assert_eq!(teller(&world).turn().await.expect("told"), 1, "no lease is that long");
}

#[tokio::test]
async fn what_somebody_is_barred_from_it_is_not_told_of() {
    let world = World::new().await;
    let report = submit(&world, "ana", "key-of-the-first").await;
    let bar = "mutation($input: BarFromReportInput!) { barFromReport(input: $input) { userErrors { code } } }";
    let input = json!({ "idempotencyKey": "key-of-the-bar", "reportId": report["id"], "reason": "a relative of the school",
        "membershipId": world.membership("ivan").await });
    let barred = world.ask("sava", bar, json!({ "input": input })).await;
    assert_eq!(barred["barFromReport"]["userErrors"], json!([]));
    teller(&world).turn().await.expect("told");
    assert_eq!(list(&world, "iva").await["totalCount"], 1);
    assert_eq!(list(&world, "ivan").await["totalCount"], 0);
}
