//! Who was there: by the code in the room, and by the trainer's list.

use super::{field, now, of_registration, open, organisation_of, refused, register, server, step, two_days, with};
use crate::steps::{act, done, list, refusals, text};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};
use tokio::task::JoinSet;

async fn code(trainer: &Client, day: &Value) -> Value {
    let document = "query Code($day: ID!) { attendanceCode(dayId: $day) { code shownUntil } }";
    let response = trainer.query(document, json!({ "day": day })).await;
    response.expect_no_errors().data()["attendanceCode"]["code"].clone()
}

async fn marks(client: &Client, registration: &Value) -> Vec<String> {
    let attendance = of_registration(client, registration, "attendance { mark }").await;
    list(&attendance).iter().map(|one| text(&one["mark"])).collect()
}

/// A session with the reporter of the first school in it, and the days of it, in the morning of the first.
async fn first_morning(database: Database) -> (Server, Value, Value, Value) {
    let mut server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let id = open(&trainer, "who-was-there", two_days()).await;
    let own = register(&school, "comes-along", &id, Value::Null).await["id"].clone();
    let days = field(&trainer, &id, "days { id }").await;
    assert_eq!(code(&trainer, &days[0]["id"]).await, Value::Null, "no code weeks before");
    server.restart_at("2026-05-05T06:50:00Z").await;
    (server, id, own, days)
}

#[rstest]
#[tokio::test]
async fn the_code_in_the_room_lets_in_who_is_registered_and_there(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let (mut server, id, own, days) = first_morning(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let friend = server.sign_in_as("reporter@school-02.example").await;
    let shown = code(&trainer, &days[0]["id"]).await;
    assert!(shown.is_string());
    let nobody = act(&school, "attend", "registration { id }", json!({ "code": "AAAA" })).await;
    assert_eq!(nobody.user_errors("attend")[0]["code"], "INVALID");
    for _ in 0..2 {
        let attended = done(&school, "attend", "registration { id }", json!({ "code": shown })).await;
        assert_eq!(attended["registration"]["id"], own);
    }
    assert_eq!(marks(&school, &own).await, ["PRESENT"], "once");
    let copied = refusals(&friend, "attend", json!({ "code": shown })).await;
    assert_eq!(copied, refused("NOT_FOUND", "code"), "a copy lets nobody in who has no place");
    assert_eq!(code(&trainer, &days[1]["id"]).await, Value::Null, "tomorrow's is not shown today");
    server.restart_at("2026-05-06T07:30:00Z").await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let yesterday = refusals(&school, "attend", json!({ "code": shown })).await;
    assert_eq!(yesterday, refused("INVALID", "code"), "yesterday's does not hold");
    let shown = code(&trainer, &days[1]["id"]).await;
    done(&school, "attend", "registration { id }", json!({ "code": shown })).await;
    assert_eq!(marks(&trainer, &own).await, ["PRESENT", "LATE"]);
    assert!(field(&school, &id, "title").await.is_string());
    let response = school
        .query("query C($day: ID!) { attendanceCode(dayId: $day) { code } }", json!({ "day": days[1]["id"] }))
        .await;
    assert_eq!(response.error_codes(), ["NOT_FOUND"], "a participant gets no code to send around");
}

#[rstest]
#[tokio::test]
async fn a_trainer_writes_down_who_was_there(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let (server, id, own, days) = first_morning(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("coordinator@school-01.example").await;
    let response = school.query("{ viewer { membership { organisation { id } } } }", ()).await;
    let institution = response.data()["viewer"]["membership"]["organisation"]["id"].clone();
    let walked_in = json!({ "idempotencyKey": "walked-in-1", "sessionId": id, "organisationId": institution,
        "name": "Ненајављена", "function": "наставница", "walkIn": true });
    let walked_in =
        done(&trainer, "addParticipant", "registration { id walkIn }", walked_in).await["registration"]["id"].clone();
    assert_eq!(field(&trainer, &id, "placesLeft").await, 1, "who walks in takes no counted place");
    let entry = |registration: &Value, mark: &str| json!({ "registrationId": registration, "mark": mark });
    let record = |day: &Value, entries: Value| json!({ "dayId": day, "entries": entries });
    let today = &days[0]["id"];
    done(
        &trainer,
        "recordAttendance",
        "session { id }",
        record(today, json!([entry(&own, "LATE"), entry(&walked_in, "PRESENT")])),
    )
    .await;
    let left = json!({ "registrationId": own, "mark": "LEFT_EARLY", "leftAt": "2026-05-05T10:00:00Z" });
    done(&trainer, "recordAttendance", "session { id }", record(today, json!([left]))).await;
    assert_eq!(marks(&school, &own).await, ["LEFT_EARLY"], "the last word holds");
    let refuse = async |input| refusals(&trainer, "recordAttendance", input).await;
    let twice = json!([entry(&walked_in, "PRESENT"), entry(&walked_in, "ABSENT")]);
    assert_eq!(refuse(record(today, twice)).await, refused("INVALID", "entries.1.registrationId"));
    let unknown = json!([entry(&walked_in, "ABSENT"), entry(&json!("registration_x"), "ABSENT")]);
    assert_eq!(refuse(record(today, unknown)).await, refused("NOT_FOUND", "entries.1.registrationId"));
    assert_eq!(marks(&trainer, &walked_in).await, ["PRESENT"], "nothing of a list that was refused is kept");
    let tomorrow = record(&days[1]["id"], json!([entry(&own, "PRESENT")]));
    assert_eq!(refuse(tomorrow).await, refused("WRONG_STATE", "dayId"));
    let yesterday = json!([{ "registrationId": own, "mark": "LATE", "arrivedAt": "2026-05-04T09:00:00Z" }]);
    assert_eq!(refuse(record(today, yesterday)).await, refused("INVALID", "entries.0"));
    assert_eq!(refuse(record(today, json!([]))).await, refused("INVALID", "entries"));
}

#[rstest]
#[tokio::test]
async fn whoever_came_unregistered_is_added_by_name_and_takes_that_over(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let (mut server, id, _, days) = first_morning(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let member = server.sign_in_as("reporter@school-02.example").await;
    let shown = code(&trainer, &days[0]["id"]).await;
    let attend = json!({ "code": shown });
    assert_eq!(refusals(&member, "attend", attend.clone()).await, refused("NOT_FOUND", "code"));
    let own = member.query("{ viewer { membership { name organisation { id } } } }", ()).await;
    let own = own.expect_no_errors().data()["viewer"]["membership"].clone();
    let add = async |key: &str, organisation: &Value, name: &Value| {
        let input = json!({ "idempotencyKey": key, "sessionId": id, "organisationId": organisation, "name": name, "walkIn": true });
        done(&trainer, "addParticipant", "registration { id }", input).await["registration"]["id"].clone()
    };
    let elsewhere = organisation_of(&server.sign_in_as("reporter@school-03.example").await).await;
    add("added-elsewhere", &elsewhere, &own["name"]).await;
    add("added-colleague", &own["organisation"]["id"], &json!("Неко Други")).await;
    assert_eq!(
        refusals(&member, "attend", attend.clone()).await,
        refused("NOT_FOUND", "code"),
        "somebody else was added"
    );
    let added = add("added-by-name", &own["organisation"]["id"], &own["name"]).await;
    // The trainer has it on the list before it reads the code.
    let present = json!({ "dayId": days[0]["id"], "entries": [{ "registrationId": added, "mark": "PRESENT" }] });
    done(&trainer, "recordAttendance", "session { id }", present).await;
    assert_eq!(of_registration(&member, &added, "state").await, Value::Null, "a name is nobody's yet");
    for _ in 0..2 {
        let attended =
            done(&member, "attend", "registration { id walkIn }", attend.clone()).await["registration"].clone();
        assert_eq!((&attended["id"], &attended["walkIn"]), (&added, &json!(true)));
    }
    assert_eq!(marks(&member, &added).await, ["PRESENT"], "it is the member's now, as everything that follows from it");
    assert_eq!(field(&member, &id, "days { id }").await, days);
    assert_eq!(of_registration(&member, &added, "state").await, "REGISTERED");
    // While it is held already, too.
    server.restart_at("2026-05-05T07:05:00Z").await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    step(&trainer, "holdSession", &id).await;
    let late = server.sign_in_as("coordinator@school-02.example").await;
    let own = late.query("{ viewer { membership { name organisation { id } } } }", ()).await;
    let own = own.expect_no_errors().data()["viewer"]["membership"].clone();
    let attend = json!({ "code": code(&trainer, &days[0]["id"]).await });
    assert_eq!(refusals(&late, "attend", attend.clone()).await, refused("NOT_FOUND", "code"));
    let input = json!({ "idempotencyKey": "added-while-held", "sessionId": id, "name": own["name"], "walkIn": true,
        "organisationId": own["organisation"]["id"] });
    let added = done(&trainer, "addParticipant", "registration { id }", input).await["registration"]["id"].clone();
    let attended = done(&late, "attend", "registration { id }", attend).await;
    assert_eq!(attended["registration"]["id"], added);
}

#[rstest]
#[tokio::test]
async fn a_day_on_which_somebody_was_there_stays_on_its_date(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let (server, id, own, days) = first_morning(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let present = json!({ "dayId": days[0]["id"], "entries": [{ "registrationId": own, "mark": "PRESENT" }] });
    done(&trainer, "recordAttendance", "session { id }", present).await;
    let on = async |days: Value| {
        with(now(&trainer, &id).await, json!({ "session": with(two_days(), json!({ "days": days })) }))
    };
    let first = json!({ "startsAt": "2026-05-05T08:00:00Z", "endsAt": "2026-05-05T13:00:00Z" });
    let second = json!({ "startsAt": "2026-05-06T07:00:00Z", "endsAt": "2026-05-06T13:00:00Z" });
    let later = json!({ "startsAt": "2026-05-07T07:00:00Z", "endsAt": "2026-05-07T13:00:00Z" });
    for other in [json!([second]), json!([second, later]), json!([later])] {
        let input = on(other.clone()).await;
        assert_eq!(refusals(&trainer, "changeSession", input).await, refused("WRONG_STATE", "session.days"), "{other}");
    }
    let input = on(json!([first, later])).await;
    let changed = done(&trainer, "changeSession", "session { days { id startsAt } }", input).await;
    let changed = list(&changed["session"]["days"]).to_vec();
    assert_eq!(
        changed.iter().map(|day| day["id"].clone()).collect::<Vec<_>>(),
        [days[0]["id"].clone(), days[1]["id"].clone()]
    );
    let input = on(json!([first])).await;
    done(&trainer, "changeSession", "session { id }", input).await;
    assert_eq!(marks(&trainer, &own).await, ["PRESENT"]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_scans_at_the_same_instant_one_counts(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let (server, _, own, days) = first_morning(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let shown = code(&trainer, &days[0]["id"]).await;
    let entry = json!({ "dayId": days[0]["id"], "entries": [{ "registrationId": own, "mark": "LATE" }] });
    let held_up = async {
        // PostgreSQL lets everybody read what is not there yet, and nobody write before all have read. SQLite has one writer.
        if database == Database::Postgres {
            let hold = "BEGIN; LOCK TABLE attendance IN SHARE ROW EXCLUSIVE MODE; SELECT pg_sleep(2); COMMIT";
            server.storage().tamper(hold).await;
        }
    };
    let mut scans = JoinSet::new();
    let scan = async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        for _ in 0..5 {
            let (client, shown) = (school.clone(), shown.clone());
            scans.spawn(async move { act(&client, "attend", "registration { id }", json!({ "code": shown })).await });
        }
        let (client, entry) = (trainer.clone(), entry.clone());
        scans.spawn(async move { act(&client, "recordAttendance", "session { id }", entry).await });
    };
    tokio::join!(held_up, scan);
    while let Some(scan) = scans.join_next().await {
        let answer = scan.expect("an answer");
        answer.expect_no_errors();
        assert!(!answer.whole().contains("\"code\":"), "{}", answer.body());
    }
    assert_eq!(marks(&school, &own).await, ["LATE"], "what the trainer wrote stays");
}
