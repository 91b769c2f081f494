//! What those who take part are told without asking: offers, changes, and reminders before and after.

use super::{NOW, field, now, open, register, registration_now, step, two_days, with};
use crate::notifications::{read_all, sending, told_kinds};
use crate::steps::done;
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Post, Server};

const TRAINER: &str = "trainer@centre.example";

async fn sign_in<const N: usize>(server: &Server, who: [&str; N]) -> [Client; N] {
    let mut clients = Vec::new();
    for email in who {
        clients.push(server.sign_in_as(email).await);
    }
    clients.try_into().expect("as many")
}

/// Signs in who has read all that there was.
async fn begin<const N: usize>(server: &Server, who: [&str; N]) -> [Client; N] {
    let clients = sign_in(server, who).await;
    for client in &clients {
        read_all(client).await;
    }
    clients
}

async fn expect_nothing(clients: &[&Client]) {
    for client in clients {
        assert_eq!(told_kinds(client, 0).await, Vec::<String>::new());
    }
}

#[rstest]
#[tokio::test]
async fn a_place_that_becomes_free_is_told_to_whoever_gets_it_at_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let post = Post::start().await;
    let server = sending(database, &post, NOW).env("OSLONAC_NOTIFICATIONS__LOOK_EVERY_SECONDS", "3600").start().await;
    let [trainer, first, waits, stranger] = begin(
        &server,
        [TRAINER, "reporter@school-01.example", "reporter@school-02.example", "reporter@school-03.example"],
    )
    .await;
    let daily = json!({ "email": "DAILY", "language": "SERBIAN_LATIN" });
    done(&waits, "updateNotificationPreferences", "preferences { email }", daily).await;
    let id = open(&trainer, "one-place-only", with(two_days(), json!({ "capacity": 1 }))).await;
    let place = register(&first, "the-only-place", &id, Value::Null).await;
    let waiting = register(&waits, "waits-for-it", &id, Value::Null).await;
    let step = registration_now(&first, &place["id"]).await;
    done_step(&first, "withdrawRegistration", step).await;
    assert_eq!(told_kinds(&waits, 1).await, ["PLACE_OFFERED"]);
    let document = "{ notifications(first: 1) { nodes { report { id } registration { id state } session { id } } } }";
    let response = waits.query(document, ()).await;
    let about = &response.expect_no_errors().data()["notifications"]["nodes"][0];
    assert_eq!(
        *about,
        json!({ "report": null, "session": { "id": id },
        "registration": { "id": waiting["id"], "state": "OFFERED" } })
    );
    let email = post.wait_for(1).await.remove(0);
    let subject = email.header("subject").expect("a subject");
    assert_eq!((&*email.to, subject), ("reporter@school-02.example", "Sesija 5. 5. 2026. ima novosti"));
    expect_nothing(&[&first, &stranger, &trainer]).await;
    assert_eq!(post.taken().await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn who_gives_up_a_place_is_told_of_the_one_that_is_offered_by_that(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = super::server(database).await;
    let [trainer, coordinator] = begin(&server, [TRAINER, "coordinator@school-02.example"]).await;
    let id = open(&trainer, "one-place-for-two", with(two_days(), json!({ "capacity": 1 }))).await;
    let place = register(&coordinator, "has-the-place", &id, json!({ "name": "Прва Колегиница" })).await;
    let waiting = register(&coordinator, "waits-behind", &id, json!({ "name": "Друга Колегиница" })).await;
    assert_eq!((&place["state"], &waiting["state"]), (&json!("REGISTERED"), &json!("WAITING")));
    let step = registration_now(&coordinator, &place["id"]).await;
    done_step(&coordinator, "withdrawRegistration", step).await;
    assert_eq!(told_kinds(&coordinator, 1).await, ["PLACE_OFFERED"]);
    expect_nothing(&[&trainer]).await;
}

async fn done_step(client: &Client, mutation: &str, input: Value) {
    let document = format!(
        "mutation S($input: RegistrationStepInput!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}"
    );
    let response = client.query(&document, json!({ "input": input })).await;
    assert!(response.expect_no_errors().user_errors(mutation).is_empty());
}

#[rstest]
#[tokio::test]
async fn a_session_that_begins_soon_is_told_once_and_anew_when_it_is_moved(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = super::server(database).await;
    let who = [TRAINER, "reporter@school-01.example", "coordinator@school-02.example", "reporter@school-03.example"];
    let [trainer, reporter, coordinator, _] = begin(&server, who).await;
    let id = open(&trainer, "begins-soon", with(two_days(), json!({ "capacity": 10 }))).await;
    register(&reporter, "registers-itself", &id, Value::Null).await;
    for (number, name) in ["Прва Колегиница", "Друга Колегиница"].iter().enumerate() {
        register(&coordinator, &format!("registers-{number}"), &id, json!({ "name": name })).await;
    }
    for again in [false, true] {
        server.restart_at("2026-05-03T08:00:00Z").await;
        let [_, reporter, coordinator, stranger] = sign_in(&server, who).await;
        assert_eq!(told_kinds(&reporter, 1).await, ["SESSION_SOON"], "again: {again}");
        assert_eq!(told_kinds(&coordinator, 1).await, ["SESSION_SOON"], "once for both of its staff");
        expect_nothing(&[&stranger]).await;
    }
    let [trainer, reporter, coordinator, stranger] = begin(&server, who).await;
    let other_room = json!({ "venue": "Сала 3", "capacity": 10 });
    let other_room = with(now(&trainer, &id).await, json!({ "session": with(two_days(), other_room) }));
    done(&trainer, "changeSession", "session { id }", other_room).await;
    assert_eq!(told_kinds(&reporter, 1).await, ["SESSION_CHANGED"]);
    let days = json!({ "venue": "Сала 3", "capacity": 10, "topic": "шире", "days": [
        { "startsAt": "2026-06-05T07:00:00Z", "endsAt": "2026-06-05T13:00:00Z" }] });
    let moved = with(now(&trainer, &id).await, json!({ "session": with(two_days(), days.clone()) }));
    done(&trainer, "changeSession", "session { id }", moved).await;
    assert_eq!(told_kinds(&reporter, 2).await, ["SESSION_CHANGED", "SESSION_CHANGED"]);
    let other_topic = with(days, json!({ "topic": "уже" }));
    let other_topic = with(now(&trainer, &id).await, json!({ "session": with(two_days(), other_topic) }));
    done(&trainer, "changeSession", "session { id }", other_topic).await;
    assert_eq!(told_kinds(&coordinator, 2).await, ["SESSION_CHANGED", "SESSION_CHANGED"], "not of its words");
    expect_nothing(&[&stranger, &trainer]).await;
    server.restart_at("2026-06-04T08:00:00Z").await;
    let [_, reporter, ..] = sign_in(&server, who).await;
    assert_eq!(told_kinds(&reporter, 3).await, ["SESSION_CHANGED", "SESSION_CHANGED", "SESSION_SOON"]);
}

#[rstest]
#[tokio::test]
async fn who_has_not_answered_is_reminded_before_it_is_too_late(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = super::server(database).await;
    let who = [TRAINER, "reporter@school-01.example", "reporter@school-02.example", "coordinator@school-03.example"];
    let [trainer, answers, silent, coordinator] = begin(&server, who).await;
    let id = open(&trainer, "is-evaluated", with(two_days(), json!({ "capacity": 10 }))).await;
    register(&answers, "registers-itself", &id, Value::Null).await;
    register(&silent, "registers-itself", &id, Value::Null).await;
    register(&coordinator, "registers-another", &id, json!({ "name": "Колегиница" })).await;
    server.restart_at("2026-05-06T14:00:00Z").await;
    let [trainer, answers, silent, coordinator] = begin(&server, who).await;
    assert_eq!(step(&trainer, "holdSession", &id).await, "HELD");
    let until = json!({ "sessionId": id, "closesAt": "2026-05-20T12:00:00Z" });
    done(&trainer, "openEvaluation", "evaluation { closesAt }", until).await;
    expect_nothing(&[&answers, &silent, &coordinator]).await;
    server.restart_at("2026-05-06T14:10:00Z").await;
    let [_, answers, silent, coordinator] = sign_in(&server, who).await;
    assert_eq!(told_kinds(&answers, 1).await, ["EVALUATION_OPENED"]);
    assert_eq!(told_kinds(&silent, 1).await, ["EVALUATION_OPENED"]);
    let codes = ["content", "usefulness", "trainers", "materials", "organisation"];
    let marks: Vec<Value> = codes.iter().map(|code| json!({ "code": code, "mark": 4 })).collect();
    let evaluated = json!({ "sessionId": id, "marks": marks, "comment": "" });
    done(&answers, "evaluateSession", "sessionId", evaluated).await;
    expect_nothing(&[&coordinator]).await;
    server.restart_at("2026-05-19T08:00:00Z").await;
    let [_, answers, silent, coordinator] = sign_in(&server, who).await;
    assert_eq!(told_kinds(&silent, 2).await, ["EVALUATION_AWAITED", "EVALUATION_OPENED"]);
    assert_eq!(told_kinds(&answers, 1).await, ["EVALUATION_OPENED"]);
    expect_nothing(&[&coordinator]).await;
    assert_eq!(field(&silent, &id, "state").await, "HELD");
}
