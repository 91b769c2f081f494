//! Planning sessions, whom they are for, and their steps.

use super::{NOW, field, now, open, organisation_of, plan, refused, server, step, two_days, with};
use crate::steps::{act, done, list, own_membership, refusals, text, with_every_role};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};
use tokio::task::JoinSet;

async fn titles(client: &Client) -> Vec<String> {
    let response = client
        .query("{ trainingSessions(first: 100, filter: { startsFrom: \"2026-05-01\" }) { nodes { title } } }", ())
        .await;
    list(&response.expect_no_errors().data()["trainingSessions"]["nodes"])
        .iter()
        .map(|one| text(&one["title"]))
        .collect()
}

#[rstest]
#[tokio::test]
async fn a_session_is_for_those_whom_it_names(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let other = server.sign_in_as("coordinator@school-02.example").await;
    let social_work = server.sign_in_as("reporter@social-work-01.example").await;
    let district = district_of(&school).await;
    let at = |hour: u32| json!([{ "startsAt": format!("2026-05-{hour:02}T07:00:00Z"), "endsAt": format!("2026-05-{hour:02}T09:00:00Z") }]);
    let other_id = organisation_of(&other).await;
    for (number, (title, audience)) in [
        ("for all", json!({ "everyone": true })),
        ("for schools", json!({ "kinds": ["SCHOOL"] })),
        ("for schools of the district", json!({ "kinds": ["SCHOOL"], "districts": [district] })),
        ("for social work", json!({ "kinds": ["CENTRE_FOR_SOCIAL_WORK"] })),
        ("by name", json!({ "organisationIds": [other_id] })),
        ("by invitation", json!({})),
    ]
    .into_iter()
    .enumerate()
    {
        let session = with(two_days(), json!({ "title": title, "audience": audience, "days": at(5 + number as u32) }));
        open(&trainer, &format!("audience-{number}"), session).await;
    }
    assert_eq!(titles(&trainer).await.len(), 6);
    assert_eq!(titles(&school).await, ["for all", "for schools", "for schools of the district"]);
    let same_district = district == district_of(&other).await;
    let of_other: Vec<&str> = ["for all", "for schools", "for schools of the district", "by name"]
        .into_iter()
        .filter(|title| same_district || *title != "for schools of the district")
        .collect();
    assert_eq!(titles(&other).await, of_other);
    assert_eq!(titles(&social_work).await, ["for all", "for social work"]);
    for nobody in ["intake@centre.example", "analyst@centre.example", "administrator@centre.example"] {
        let client = server.sign_in_as(nobody).await;
        let response = client.query("{ trainingSessions { nodes { id } } }", ()).await;
        assert_eq!(response.error_codes(), ["NOT_FOUND"], "{nobody}");
    }
}

async fn district_of(client: &Client) -> Value {
    let response =
        client.query("{ viewer { membership { organisation { municipality { district { code } } } } } }", ()).await;
    response.expect_no_errors().data()["viewer"]["membership"]["organisation"]["municipality"]["district"]["code"]
        .clone()
}

#[rstest]
#[tokio::test]
async fn an_invited_institution_sees_it_and_nobody_else(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let (school, other) =
        (server.sign_in_as("reporter@school-01.example").await, server.sign_in_as("reporter@school-02.example").await);
    let id = open(&trainer, "by-invitation", with(two_days(), json!({ "audience": {} }))).await;
    assert_eq!(field(&school, &id, "title").await, Value::Null);
    let invited = json!({ "sessionId": id, "organisationIds": [organisation_of(&school).await] });
    for _ in 0..2 {
        done(&trainer, "inviteToSession", "session { id }", invited.clone()).await;
    }
    assert_eq!(list(&field(&trainer, &id, "audience { organisation { id } }").await).len(), 1, "invited once");
    assert!(field(&school, &id, "title").await.is_string());
    assert_eq!(field(&other, &id, "title").await, Value::Null);
    let unknown = json!({ "sessionId": id, "organisationIds": [organisation_of(&school).await, "organisation_x"] });
    assert_eq!(refusals(&trainer, "inviteToSession", unknown).await, refused("NOT_FOUND", "organisationIds.1"));
}

#[rstest]
#[tokio::test]
async fn drafts_are_seen_by_their_trainers_alone_and_steps_have_an_order(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let id = plan(&trainer, "a-draft-1", two_days()).await;
    assert_eq!(plan(&trainer, "a-draft-1", two_days()).await, id, "once");
    assert_eq!(field(&school, &id, "title").await, Value::Null);
    let early = refused("WRONG_STATE", "sessionId");
    assert_eq!(step_refused(&trainer, "completeSession", &id).await, early);
    assert_eq!(step(&trainer, "openSession", &id).await, "OPEN");
    assert_eq!(field(&school, &id, "state").await, "OPEN");
    assert_eq!(step_refused(&trainer, "holdSession", &id).await, early, "not before it begins");
    assert_eq!(step(&trainer, "closeSession", &id).await, "CLOSED");
    let stale = json!({ "sessionId": id, "revision": 1, "reason": "too late" });
    assert_eq!(refusals(&trainer, "cancelSession", stale).await, refused("STALE", "revision"));
    server.restart_at("2026-05-06T14:00:00Z").await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    assert_eq!(step(&trainer, "holdSession", &id).await, "HELD");
    assert_eq!(step(&trainer, "completeSession", &id).await, "COMPLETED");
    let over = with(now(&trainer, &id).await, json!({ "session": two_days() }));
    assert_eq!(refusals(&trainer, "changeSession", over).await, refused("WRONG_STATE", "sessionId"));
}

async fn step_refused(client: &Client, mutation: &str, id: &Value) -> Vec<(String, String)> {
    let document = format!(
        "mutation Step($input: SessionStepInput!) {{ {mutation}(input: $input) {{ userErrors {{ code field message }} }} }}"
    );
    let response = client.query(&document, json!({ "input": now(client, id).await })).await;
    let errors = response.expect_no_errors().user_errors(mutation);
    errors.iter().map(|error| (text(&error["code"]), crate::steps::path(error))).collect()
}

#[rstest]
#[tokio::test]
async fn a_trainer_holds_one_session_at_a_time(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let first = plan(&trainer, "busy-first", two_days()).await;
    let overlapping = json!([{ "startsAt": "2026-05-06T12:00:00Z", "endsAt": "2026-05-06T16:00:00Z" }]);
    let second =
        json!({ "idempotencyKey": "busy-second", "session": with(two_days(), json!({ "days": overlapping })) });
    assert_eq!(refusals(&trainer, "planSession", second).await, refused("TAKEN", "session.days"));
    let next = json!([{ "startsAt": "2026-05-06T13:00:00Z", "endsAt": "2026-05-06T16:00:00Z" }]);
    let after = plan(&trainer, "busy-after", with(two_days(), json!({ "days": next }))).await;
    let moved =
        with(now(&trainer, &after).await, json!({ "session": with(two_days(), json!({ "days": overlapping })) }));
    assert_eq!(refusals(&trainer, "changeSession", moved).await, refused("TAKEN", "session.days"));
    // Whoever is named as a trainer must be free too, though nobody reads the other sessions of a colleague.
    let colleague = with_every_role(&server).await;
    let theirs = plan(&colleague, "busy-colleague", two_days()).await;
    let named = with(now(&colleague, &theirs).await, json!({ "trainerIds": [own_membership(&trainer).await] }));
    assert_eq!(refusals(&colleague, "nameTrainers", named).await, refused("TAKEN", "trainerIds"));
    let cancelled = with(now(&trainer, &first).await, json!({ "reason": "nobody came" }));
    done(&trainer, "cancelSession", "session { state }", cancelled).await;
    assert_eq!(field(&trainer, &theirs, "title").await, Value::Null, "it trains no session of its colleague's");
    let named = with(now(&colleague, &theirs).await, json!({ "trainerIds": [own_membership(&trainer).await] }));
    let session = done(&colleague, "nameTrainers", "session { trainers }", named).await["session"].clone();
    assert!(text(&session["trainers"]).contains(", "), "{session}");
    assert!(field(&trainer, &theirs, "title").await.is_string(), "and now it does");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_sessions_for_the_same_hour_at_once_one_is_planned(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let mut all = JoinSet::new();
    for number in 0..8 {
        let trainer = trainer.clone();
        let input = json!({ "idempotencyKey": format!("at-once-{number}"), "session": two_days() });
        all.spawn(async move { act(&trainer, "planSession", "session { id }", input).await });
    }
    let answers = all.join_all().await;
    let planned = answers.iter().filter(|answer| answer.user_errors("planSession").is_empty()).count();
    assert_eq!(planned, 1);
}

#[rstest]
#[tokio::test]
async fn a_series_keeps_its_hour_when_the_clocks_change(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let id = plan(&trainer, "a-series", two_days()).await;
    let copies = json!({ "idempotencyKey": "copies-1", "sessionId": id, "startDays": ["2026-10-20", "2026-11-03"] });
    let copied = done(&trainer, "copySession", "sessions { seriesId state days { startsAt } }", copies.clone()).await;
    let copied = list(&copied["sessions"]).to_vec();
    let starts: Vec<_> = copied.iter().map(|one| text(&one["days"][0]["startsAt"])).collect();
    assert_eq!(starts, ["2026-10-20T07:00:00+00:00", "2026-11-03T08:00:00+00:00"]);
    assert_eq!(copied[0]["seriesId"], copied[1]["seriesId"]);
    assert_eq!(copied[0]["state"], "DRAFT");
    let again = done(&trainer, "copySession", "sessions { seriesId state days { startsAt } }", copies).await;
    assert_eq!(list(&again["sessions"]), copied, "once");
    let document = "query S($id: ID!) { trainingSessions(first: 10, filter: { seriesId: $id }) { nodes { id } } }";
    let series = trainer.query(document, json!({ "id": copied[0]["seriesId"] })).await;
    let series = list(&series.expect_no_errors().data()["trainingSessions"]["nodes"]).to_vec();
    assert!(series.len() == 3 && series.contains(&json!({ "id": id })), "{series:?} and the one they are copies of");
    let overlapping =
        json!({ "idempotencyKey": "copies-2", "sessionId": id, "startDays": ["2026-12-01", "2026-12-02"] });
    assert_eq!(refusals(&trainer, "copySession", overlapping).await, refused("INVALID", "startDays"));
}

#[rstest]
#[tokio::test]
async fn no_copy_outlives_the_accreditation(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let programme = json!({ "idempotencyKey": "ends-in-june", "title": "Програм", "accreditor": "Завод",
        "accreditationNumber": "7/2026", "hours": 12, "validFrom": "2026-01-01", "validUntil": "2026-06-30" });
    let programme =
        done(&trainer, "registerProgramme", "programme { id revision }", programme).await["programme"].clone();
    let session = with(two_days(), json!({ "programmeId": programme["id"] }));
    let id = plan(&trainer, "of-a-programme", session).await;
    let copies = |days: Value| json!({ "idempotencyKey": "copies-of-it", "sessionId": id, "startDays": days });
    let outlived = copies(json!(["2026-06-30", "2026-07-02"]));
    assert_eq!(refusals(&trainer, "copySession", outlived).await, refused("INVALID", "startDays.1"));
    let withdraw = json!({ "programmeId": programme["id"], "revision": programme["revision"], "reason": "истекла" });
    done(&trainer, "withdrawProgramme", "programme { id }", withdraw).await;
    let of_none = copies(json!(["2026-06-01"]));
    assert_eq!(refusals(&trainer, "copySession", of_none).await, refused("INVALID", "startDays.0"));
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_right_is_said_at_once_and_nothing_is_kept(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let before = titles(&trainer).await.len();
    let wrong = with(
        two_days(),
        json!({
            "title": " ", "hours": 0, "capacity": 0, "language": "serbian", "municipality": "atlantis",
            "onlineAddress": "http://somewhere.example", "attendancePercent": 101,
            "keptPlaces": [{ "kind": "SCHOOL", "places": 3 }],
        }),
    );
    let found = refusals(&trainer, "planSession", json!({ "idempotencyKey": "wrong-session", "session": wrong })).await;
    let mut paths: Vec<&str> = found.iter().map(|(_, path)| &**path).collect();
    paths.sort_unstable();
    let expected = [
        "session.attendancePercent",
        "session.capacity",
        "session.hours",
        "session.keptPlaces.0.places",
        "session.language",
        "session.municipality",
        "session.onlineAddress",
        "session.title",
    ];
    assert_eq!(paths, expected);
    for (days, path) in [
        (json!([]), "session.days"),
        (json!([{ "startsAt": NOW, "endsAt": NOW }]), "session.days"),
        (
            json!([{ "startsAt": "2026-04-25T07:00:00Z", "endsAt": "2026-04-25T09:00:00Z" }]),
            "session.registrationClosesAt",
        ),
    ] {
        let input = json!({ "idempotencyKey": "wrong-days", "session": with(two_days(), json!({ "days": days })) });
        assert_eq!(refusals(&trainer, "planSession", input).await, refused("INVALID", path));
    }
    let sets = json!({ "idempotencyKey": "wrong-sets", "session": with(two_days(), json!({ "indicatorSets": ["unodc-children", "nope"] })) });
    assert_eq!(refusals(&trainer, "planSession", sets).await, refused("INVALID", "session.indicatorSets.1"));
    assert_eq!(titles(&trainer).await.len(), before);
}

#[rstest]
#[tokio::test]
async fn a_session_follows_a_programme_that_is_valid(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server: Server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let programme = json!({
        "idempotencyKey": "a-programme", "title": "Заштита ученика", "accreditor": "Завод", "accreditationNumber": "114",
        "hours": 16, "validFrom": "2025-09-01", "validUntil": "2026-08-31",
    });
    let registered =
        done(&trainer, "registerProgramme", "programme { id revision }", programme.clone()).await["programme"].clone();
    assert_eq!(
        done(&trainer, "registerProgramme", "programme { id revision }", programme).await["programme"],
        registered
    );
    let follows = json!({ "programmeId": registered["id"] });
    let id = plan(&trainer, "follows-it", with(two_days(), follows.clone())).await;
    assert_eq!(field(&trainer, &id, "programme { accreditationNumber }").await["accreditationNumber"], "114");
    let later = json!([{ "startsAt": "2026-09-05T07:00:00Z", "endsAt": "2026-09-05T09:00:00Z" }]);
    let later = with(with(two_days(), follows.clone()), json!({ "days": later }));
    let input = json!({ "idempotencyKey": "follows-later", "session": later });
    assert_eq!(refusals(&trainer, "planSession", input).await, refused("INVALID", "session.programmeId"));
    let withdrawn = json!({ "programmeId": registered["id"], "revision": 1, "reason": "the accreditor withdrew it" });
    done(&trainer, "withdrawProgramme", "programme { withdrawnAt }", withdrawn.clone()).await;
    assert_eq!(refusals(&trainer, "withdrawProgramme", withdrawn).await, refused("WRONG_STATE", "programmeId"));
}
