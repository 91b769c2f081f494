//! Who gets a place, who waits, and who passes one on.

use super::{
    field, now, of_registration, open, organisation_of, refused, register, registration_now, server, step, two_days,
    with,
};
use crate::steps::{act, done, list, refusals, text};
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{Client, Database, Server};

async fn states(client: &Client, session: &Value) -> Vec<String> {
    let registrations = field(client, session, "registrations(first: 100) { nodes { state } }").await;
    list(&registrations["nodes"]).iter().map(|one| text(&one["state"])).collect()
}

#[rstest]
#[tokio::test]
async fn whoever_waits_first_gets_the_place_that_becomes_free(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let other = server.sign_in_as("coordinator@school-02.example").await;
    let id = open(&trainer, "a-waiting-list", two_days()).await;
    let own = register(&school, "own-place", &id, Value::Null).await;
    assert_eq!(own["state"], "REGISTERED");
    let second = register(&other, "second-place", &id, json!({ "name": "Прва Колегиница" })).await;
    assert_eq!((&second["state"], field(&school, &id, "state").await), (&json!("REGISTERED"), json!("FULL")));
    let third = register(&other, "third-waits", &id, json!({ "name": "Друга Колегиница" })).await;
    let fourth = register(&other, "fourth-waits", &id, json!({ "name": "Трећа Колегиница" })).await;
    assert_eq!([&third["state"], &fourth["state"]], ["WAITING", "WAITING"]);
    assert_eq!(states(&school, &id).await, ["REGISTERED"], "a reporter sees itself");
    assert_eq!(states(&other, &id).await, ["REGISTERED", "WAITING", "WAITING"], "a coordinator its staff");
    assert_eq!(states(&trainer, &id).await.len(), 4, "a trainer everybody");
    let given_up = json!({ "registrationId": own["id"], "revision": own["revision"] });
    let document = "mutation W($input: RegistrationStepInput!) { withdrawRegistration(input: $input) { registration { state } userErrors { code } } }";
    let withdrawn = school.query(document, json!({ "input": given_up })).await;
    assert_eq!(withdrawn.expect_no_errors().payload("withdrawRegistration")["registration"]["state"], "WITHDRAWN");
    assert_eq!(states(&other, &id).await, ["REGISTERED", "OFFERED", "WAITING"], "a coordinator sees the offer");
    // Nobody answers for a day: the place passes on to whoever is next.
    server.restart_at("2026-04-21T08:30:00Z").await;
    let other = server.sign_in_as("coordinator@school-02.example").await;
    let fourth = fourth["id"].clone();
    for _ in 0..50 {
        if of_registration(&other, &fourth, "state").await == "OFFERED" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(states(&other, &id).await, ["REGISTERED", "LAPSED", "OFFERED"]);
    let document = "mutation A($input: RegistrationStepInput!) { acceptOffer(input: $input) { registration { state } userErrors { code field } } }";
    let accept = async |registration: &Value| {
        let response = other.query(document, json!({ "input": registration_now(&other, registration).await })).await;
        response.expect_no_errors().body()["data"]["acceptOffer"].clone()
    };
    assert_eq!(accept(&fourth).await["registration"]["state"], "REGISTERED");
    assert_eq!(accept(&third["id"]).await["userErrors"][0]["code"], "WRONG_STATE", "it lapsed");
}

#[rstest]
#[tokio::test]
async fn places_are_kept_for_a_kind_of_institution(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("coordinator@school-01.example").await;
    let social_work = server.sign_in_as("reporter@social-work-01.example").await;
    let kept = json!({ "keptPlaces": [{ "kind": "CENTRE_FOR_SOCIAL_WORK", "places": 1 }] });
    let id = open(&trainer, "kept-places", with(two_days(), kept)).await;
    let states = [
        register(&school, "kept-one", &id, json!({ "name": "А" })).await["state"].clone(),
        register(&school, "kept-two", &id, json!({ "name": "Б" })).await["state"].clone(),
        register(&social_work, "kept-three", &id, Value::Null).await["state"].clone(),
    ];
    assert_eq!(states, ["REGISTERED", "WAITING", "REGISTERED"]);
}

#[rstest]
#[tokio::test]
async fn more_places_go_to_those_who_wait(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("coordinator@school-01.example").await;
    let social_work = server.sign_in_as("reporter@social-work-01.example").await;
    let kept = json!([{ "kind": "CENTRE_FOR_SOCIAL_WORK", "places": 1 }]);
    let at_once = |capacity: i32, kept: &Value| {
        with(two_days(), json!({ "capacity": capacity, "offerHours": 0, "keptPlaces": kept }))
    };
    let id = open(&trainer, "more-places", at_once(2, &kept)).await;
    for (at, name) in ["А", "Б", "В", "Г"].iter().enumerate() {
        register(&school, &format!("more-places-{at}"), &id, json!({ "name": name })).await;
    }
    assert_eq!(states(&school, &id).await, ["REGISTERED", "WAITING", "WAITING", "WAITING"]);
    let change = async |session: Value| {
        let input = with(now(&trainer, &id).await, json!({ "session": session }));
        let selection = "session { placesLeft state revision }";
        done(&trainer, "changeSession", selection, input).await["session"].clone()
    };
    let changed = change(at_once(3, &kept)).await;
    assert_eq!((&changed["placesLeft"], &changed["state"]), (&json!(1), &json!("OPEN")), "one is kept");
    assert_eq!(states(&school, &id).await, ["REGISTERED", "REGISTERED", "WAITING", "WAITING"]);
    let late = register(&social_work, "not-past-those-who-wait", &id, Value::Null).await;
    assert_eq!(late["state"], "REGISTERED", "what is kept was kept for it");
    change(at_once(4, &json!([]))).await;
    assert_eq!(states(&school, &id).await, ["REGISTERED", "REGISTERED", "REGISTERED", "WAITING"]);
}

#[rstest]
#[tokio::test]
async fn what_was_called_off_or_has_begun_gives_out_no_places(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("coordinator@school-01.example").await;
    let one = |more: Value| with(with(two_days(), json!({ "capacity": 1 })), more);
    let called_off = open(&trainer, "called-off-later", one(json!({}))).await;
    let first = register(&school, "called-off-first", &called_off, json!({ "name": "Прва" })).await;
    let second = register(&school, "called-off-second", &called_off, json!({ "name": "Друга" })).await;
    let given_up = json!({ "registrationId": first["id"], "revision": first["revision"] });
    done(&school, "withdrawRegistration", "registration { id }", given_up).await;
    assert_eq!(of_registration(&school, &second["id"], "state").await, "OFFERED");
    let why = with(now(&trainer, &called_off).await, json!({ "reason": "сала је поплављена" }));
    done(&trainer, "cancelSession", "session { id }", why).await;
    let accept = registration_now(&school, &second["id"]).await;
    assert_eq!(refusals(&school, "acceptOffer", accept).await, refused("WRONG_STATE", "registrationId"));
    let elsewhere = json!({ "needsApproval": true,
        "days": [{ "startsAt": "2026-05-07T07:00:00Z", "endsAt": "2026-05-07T13:00:00Z" }] });
    let approving = open(&trainer, "approved-too-late", one(elsewhere)).await;
    let mut asked = Vec::new();
    for (at, name) in ["Трећа", "Четврта", "Пета"].iter().enumerate() {
        asked.push(
            register(&school, &format!("asks-late-{at}"), &approving, json!({ "name": name })).await["id"].clone(),
        );
    }
    let early = json!({ "idempotencyKey": "nobody-yet", "sessionId": approving, "walkIn": true, "name": "Рана",
        "organisationId": organisation_of(&school).await });
    assert_eq!(refusals(&trainer, "addParticipant", early).await, refused("WRONG_STATE", "walkIn"));
    server.restart_at("2026-05-07T08:00:00Z").await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let approve = registration_now(&trainer, &asked[0]).await;
    let approved = done(&trainer, "approveRegistration", "registration { state }", approve).await;
    assert_eq!(approved["registration"]["state"], "REGISTERED", "there is a place, and it is there");
    let too_many = registration_now(&trainer, &asked[1]).await;
    assert_eq!(refusals(&trainer, "approveRegistration", too_many).await, refused("WRONG_STATE", "registrationId"));
}

#[rstest]
#[tokio::test]
async fn a_name_is_one_persons_however_it_is_written_and_holds_no_birth_date(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("coordinator@school-01.example").await;
    let id = open(&trainer, "one-of-a-name", two_days()).await;
    register(&school, "one-of-a-name", &id, json!({ "name": "Мара Педагог" })).await;
    for (key, name, code) in [
        ("the-same-again", "мара  педагог", "TAKEN"),
        ("the-same-in-latin", "Mara Pedagog", "TAKEN"),
        ("a-birth-date", "Ана 12.3.1988", "INVALID"),
        ("a-personal-number", "Ана 1203988715012", "INVALID"),
    ] {
        let input = json!({ "idempotencyKey": key, "sessionId": id, "participant": { "name": name } });
        assert_eq!(refusals(&school, "registerForSession", input).await[0].0, code, "{name}");
    }
    assert_eq!(states(&school, &id).await, ["REGISTERED"]);
}

#[rstest]
#[tokio::test]
async fn places_that_were_kept_in_vain_go_out_when_registration_ends(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("coordinator@school-01.example").await;
    let kept = json!({ "offerHours": 0, "keptPlaces": [{ "kind": "CENTRE_FOR_SOCIAL_WORK", "places": 1 }] });
    let id = open(&trainer, "kept-in-vain", with(two_days(), kept)).await;
    for (at, name) in ["А", "Б", "В"].iter().enumerate() {
        register(&school, &format!("kept-in-vain-{at}"), &id, json!({ "name": name })).await;
    }
    assert_eq!(states(&school, &id).await, ["REGISTERED", "WAITING", "WAITING"]);
    server.restart_at("2026-04-27T08:01:00Z").await;
    let school = server.sign_in_as("coordinator@school-01.example").await;
    for _ in 0..50 {
        if states(&school, &id).await[1] != "WAITING" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(states(&school, &id).await, ["REGISTERED", "REGISTERED", "WAITING"]);
    let trainer = server.sign_in_as("trainer@centre.example").await;
    step(&trainer, "closeSession", &id).await;
    let again = refusals(&trainer, "openSession", now(&trainer, &id).await).await;
    assert_eq!(again, refused("WRONG_STATE", "sessionId"), "nobody could register any more");
}

#[rstest]
#[tokio::test]
async fn a_trainer_approves_where_the_session_asks_for_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let id = open(&trainer, "to-approve", with(two_days(), json!({ "needsApproval": true }))).await;
    let made = register(&school, "asks-for-it", &id, Value::Null).await;
    assert_eq!((&made["state"], field(&trainer, &id, "placesLeft").await), (&json!("REQUESTED"), json!(2)));
    let decide = async |client: &Client, mutation: &str| {
        let document = format!(
            "mutation D($input: RegistrationStepInput!) {{ {mutation}(input: $input) {{ registration {{ state }} userErrors {{ code }} }} }}"
        );
        client.query(&document, json!({ "input": registration_now(client, &made["id"]).await })).await
    };
    assert_eq!(decide(&school, "approveRegistration").await.error_codes(), ["NOT_FOUND"], "not by itself");
    let approved = decide(&trainer, "approveRegistration").await;
    assert_eq!(approved.payload("approveRegistration")["registration"]["state"], "REGISTERED");
    assert_eq!(field(&trainer, &id, "placesLeft").await, 1);
    assert_eq!(field(&school, &id, "placesLeft").await, Value::Null);
    let again = decide(&trainer, "declineRegistration").await;
    assert_eq!(again.user_errors("declineRegistration")[0]["code"], "WRONG_STATE");
}

#[rstest]
#[tokio::test]
async fn registration_has_its_time_and_its_people(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let other = server.sign_in_as("coordinator@school-02.example").await;
    let at = |day: u32| json!([{ "startsAt": format!("2026-06-{day:02}T07:00:00Z"), "endsAt": format!("2026-06-{day:02}T09:00:00Z") }]);
    let later = json!({ "registrationOpensAt": "2026-04-25T08:00:00Z", "days": at(1) });
    let passed = json!({ "registrationClosesAt": "2026-04-20T09:00:00Z", "days": at(2) });
    let input = |key: &str, session: &Value, participant: Value| json!({ "idempotencyKey": key, "sessionId": session, "participant": participant });
    let refuse = async |client: &Client, session: &Value, participant: Value| {
        refusals(client, "registerForSession", input("is-refused", session, participant)).await
    };
    let early = open(&trainer, "opens-later", with(two_days(), later)).await;
    assert_eq!(refuse(&school, &early, Value::Null).await, refused("WRONG_STATE", "sessionId"));
    let closed = open(&trainer, "closes-soon", with(two_days(), passed)).await;
    step(&trainer, "closeSession", &closed).await;
    assert_eq!(refuse(&school, &closed, Value::Null).await, refused("WRONG_STATE", "sessionId"));
    let id = open(&trainer, "open-now", two_days()).await;
    assert_eq!(refuse(&school, &id, json!({ "name": "Неко Други" })).await, refused("INVALID", "participant.name"));
    register(&school, "own-and-once", &id, Value::Null).await;
    assert_eq!(refuse(&school, &id, Value::Null).await, refused("TAKEN", "sessionId"), "not twice");
    let member = crate::steps::own_membership(&school).await;
    let named = json!({ "membershipId": member });
    assert_eq!(refuse(&coordinator, &id, named.clone()).await, refused("TAKEN", "sessionId"), "nor by a colleague");
    assert_eq!(
        refuse(&other, &id, named).await,
        refused("NOT_FOUND", "participant.membershipId"),
        "nor by another institution"
    );
    assert_eq!(refuse(&school, &json!("training_session_x"), Value::Null).await, refused("NOT_FOUND", "sessionId"));
    let capacity = with(now(&trainer, &id).await, json!({ "session": with(two_days(), json!({ "capacity": 1 })) }));
    done(&trainer, "changeSession", "session { capacity }", capacity).await;
    register(&other, "waits-for-it", &id, json!({ "name": "Чека" })).await;
    let none = with(now(&trainer, &id).await, json!({ "session": with(two_days(), json!({ "capacity": 0 })) }));
    assert_eq!(refusals(&trainer, "changeSession", none).await, refused("INVALID", "session.capacity"));
}

#[rstest]
#[tokio::test]
async fn a_place_goes_to_a_colleague_and_needs_go_with_nobody(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let other = server.sign_in_as("coordinator@school-02.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let id = open(&trainer, "to-pass-on", two_days()).await;
    let input = json!({ "idempotencyKey": "with-needs", "sessionId": id,
        "needs": { "photograph": false, "dietary": "без кикирикија", "access": "приземље" } });
    let made = done(&school, "registerForSession", "registration { id revision needs { dietary } }", input).await["registration"].clone();
    assert_eq!(made["needs"]["dietary"], "без кикирикија");
    assert_eq!(of_registration(&trainer, &made["id"], "needs { access }").await["access"], "приземље");
    assert_eq!(
        of_registration(&supervisor, &made["id"], "needs { access }").await,
        Value::Null,
        "counts need no needs"
    );
    assert_eq!(of_registration(&other, &made["id"], "name").await, Value::Null);
    let input = json!({ "idempotencyKey": "passed-on", "registrationId": made["id"], "revision": made["revision"],
        "participant": { "name": "Колегиница" } });
    let selection = "registration { id state name needs { dietary } }";
    let passed = done(&coordinator, "transferPlace", selection, input).await["registration"].clone();
    assert_eq!(
        (&passed["state"], &passed["name"], &passed["needs"]),
        (&json!("REGISTERED"), &json!("Колегиница"), &Value::Null)
    );
    assert_eq!(of_registration(&school, &made["id"], "state").await, "TRANSFERRED");
    assert_eq!(of_registration(&trainer, &made["id"], "needs { access }").await, Value::Null);
    assert_eq!(field(&trainer, &id, "placesLeft").await, 1);
    let mut server = server;
    server.restart_at("2026-05-06T13:00:01Z").await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let late = json!({ "registrationId": passed["id"], "needs": { "dietary": "без глутена" } });
    assert_eq!(refusals(&coordinator, "sayNeeds", late).await, refused("WRONG_STATE", "registrationId"), "it is over");
}

#[rstest]
#[tokio::test]
async fn of_two_hundred_who_want_the_last_place_one_gets_it(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server: Server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let id = open(&trainer, "the-last-place", with(two_days(), json!({ "capacity": 1 }))).await;
    let mut coordinators = Vec::new();
    for number in 1..=4 {
        coordinators.push(server.sign_in_as(&format!("coordinator@school-{number:02}.example")).await);
    }
    let attempts: Vec<_> = (0..200)
        .map(|number| {
            let client = coordinators[number % coordinators.len()].clone();
            let input = json!({ "idempotencyKey": format!("race-{number:04}"), "sessionId": id,
                "participant": { "name": format!("Учесник {number}") } });
            tokio::spawn(async move {
                loop {
                    let response = act(&client, "registerForSession", "registration { state }", input.clone()).await;
                    // Where all connections are in use for too long, the service asks to come back; the key makes that safe.
                    if response.error_codes() != ["UNAVAILABLE"] {
                        return response;
                    }
                }
            })
        })
        .collect();
    let mut found = BTreeMap::<String, usize>::new();
    for attempt in attempts {
        let response = attempt.await.expect("it ends");
        let payload = response.expect_no_errors().payload("registerForSession").clone();
        *found.entry(text(&payload["registration"]["state"])).or_default() += 1;
    }
    assert_eq!(found, BTreeMap::from([("REGISTERED".to_owned(), 1), ("WAITING".to_owned(), 199)]));
    assert_eq!(field(&trainer, &id, "placesLeft").await, 0);
    let added = json!({ "idempotencyKey": "one-too-many", "sessionId": id,
        "organisationId": organisation_of(&coordinators[0]).await, "name": "Још Неко" });
    assert_eq!(refusals(&trainer, "addParticipant", added).await, refused("WRONG_STATE", "sessionId"));
}
