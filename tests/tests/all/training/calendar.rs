//! Sessions in calendars, as another implementation of the standard reads them; and whose calendar an address shows.

use super::{field, now, open, plan, register, registration_now, server, step, two_days, with};
use crate::steps::{done, list, own_membership, text};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server, run_script};

const CANCEL: &str = "mutation C($input: CancelSessionInput!) { cancelSession(input: $input) { session { state } userErrors { code } } }";

/// Status, media type, disposition, caching and body of a GET.
async fn get(client: &Client, path: &str) -> (StatusCode, String, String) {
    let response = client.request(Method::GET, path).send().await.expect("the server answers");
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("-");
    let headers = ["content-type", "content-disposition", "cache-control"].map(header).join(" | ");
    (response.status(), headers, response.text().await.expect("a body"))
}

/// A new address for the member's calendar.
async fn renew(client: &Client) -> String {
    let document = "mutation { renewCalendarFeed { path feed { createdAt } userErrors { code } } }";
    let response = client.query(document, ()).await;
    let payload = response.expect_no_errors().payload("renewCalendarFeed").clone();
    assert!(payload["feed"]["createdAt"].is_string());
    text(&payload["path"])
}

async fn revoke(client: &Client) -> Value {
    let response = client.query("mutation { revokeCalendarFeed { revoked userErrors { code } } }", ()).await;
    response.expect_no_errors().payload("revokeCalendarFeed")["revoked"].clone()
}

/// The calendar that an address leads to, as ical.js reads it.
async fn read(client: &Client, path: &str) -> Value {
    let (status, headers, body) = get(client, path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    assert_eq!(headers, "text/calendar; charset=utf-8 | attachment; filename=\"calendar.ics\" | no-store");
    assert!(body.split("\r\n").all(|line| line.len() <= 75) && body.ends_with("END:VCALENDAR\r\n"), "{body}");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("calendar.ics");
    std::fs::write(&file, &body).expect("a file");
    let output = run_script("calendar.mjs", &[file.to_str().expect("UTF-8")]).await;
    assert!(output.success, "{}{}", output.stdout, output.stderr);
    serde_json::from_str(&output.stdout).expect("JSON")
}

/// What a calendar says of its events: status, title, times on the wall.
fn told(calendar: &Value) -> Vec<String> {
    let one = |event: &Value| {
        let wall = list(&event["wall"]).iter().map(text).collect::<Vec<_>>().join(" - ");
        format!("{} {} {wall}", text(&event["status"]), text(&event["summary"]))
    };
    list(&calendar["events"]).iter().map(one).collect()
}

/// A session whose every text says what it is about, in two days around the night in which the clocks change.
fn in_autumn() -> Value {
    let told = "Жртве трговине људима victims of trafficking";
    with(
        two_days(),
        json!({ "title": told, "topic": told, "venue": told, "partners": told, "donor": told,
            "days": [
                { "startsAt": "2026-10-24T08:00:00Z", "endsAt": "2026-10-24T13:00:00Z" },
                { "startsAt": "2026-10-25T09:00:00Z", "endsAt": "2026-10-25T14:00:00Z" },
            ] }),
    )
}

#[rstest]
#[tokio::test]
async fn the_address_of_a_calendar_shows_the_members_sessions_and_nothing_else(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await.accept_language("en");
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let id = open(&trainer, "in-autumn-1", in_autumn()).await;
    let other = open(&trainer, "another-one", with(two_days(), json!({ "mode": "ONLINE", "venue": "" }))).await;
    register(&school, "takes-part", &id, Value::Null).await;
    let colleague = json!({ "name": "Милица Милић" });
    register(&coordinator, "a-colleague", &id, colleague).await;
    let (own, trainers, coordinators) = (renew(&school).await, renew(&trainer).await, renew(&coordinator).await);
    let stranger = server.anonymous();
    let calendar = read(&stranger, &own).await;
    let days = ["24/10/2026, 10:00 - 24/10/2026, 15:00", "25/10/2026, 10:00 - 25/10/2026, 15:00"];
    let expected = [1, 2].map(|day| format!("CONFIRMED Training, Novi Sad ({day}/2) {}", days[day - 1]));
    assert_eq!(told(&calendar), expected);
    let event = &calendar["events"][1];
    assert_eq!((&event["uid"], &event["inUtc"]), (&json!(format!("{}-2", text(&id))), &json!(true)));
    let properties = ["class", "dtend", "dtstamp", "dtstart", "location", "sequence", "status", "summary", "uid"]
        .map(|name| json!(name));
    assert_eq!(list(&event["properties"]), properties, "and nothing more");
    for (path, sessions) in [(&own, 1), (&trainers, 2), (&coordinators, 0)] {
        let calendar = read(&stranger, path).await;
        assert_eq!(list(&calendar["events"]).len(), sessions * 2, "{path}");
        let whole = calendar.to_string().to_lowercase();
        for word in ["жртв", "трговин", "victim", "traffick", "милић", "milić", "центар", "centar"]
        {
            assert!(!whole.contains(word), "{word}: {whole}");
        }
    }
    // A calendar programme may send whatever it likes beside the key: it stays the key's.
    assert_eq!(read(&trainer, &own).await, read(&stranger, &own).await);
    let key = own.split_once("key=").expect("a key").1;
    assert!(!server.log().contains(key), "the key stands in no log");
    assert!(!server.log().contains(&key[22..]), "nor its secret part");
    assert!(other.is_string());
}

#[rstest]
#[tokio::test]
async fn an_entry_follows_its_session(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await.accept_language("sr-Cyrl");
    let one_place = with(two_days(), json!({ "capacity": 1 }));
    let id = plan(&trainer, "followed-1", one_place.clone()).await;
    let (own, trainers) = (renew(&school).await, renew(&trainer).await);
    let stranger = server.anonymous();
    let statuses = async |path: &str| -> Vec<String> {
        list(&read(&stranger, path).await["events"]).iter().map(|event| text(&event["status"])).collect()
    };
    assert_eq!(statuses(&trainers).await, ["TENTATIVE"; 2], "a draft is its trainer's alone");
    step(&trainer, "openSession", &id).await;
    let first = server.sign_in_as("reporter@school-02.example").await;
    let place = register(&first, "takes-the-one", &id, Value::Null).await;
    register(&school, "waits-for-it", &id, Value::Null).await;
    assert!(statuses(&own).await.is_empty(), "who waits has no place yet");
    let withdraw =
        "mutation W($input: RegistrationStepInput!) { withdrawRegistration(input: $input) { userErrors { code } } }";
    first.query(withdraw, json!({ "input": registration_now(&first, &place["id"]).await })).await.expect_no_errors();
    let offered = read(&stranger, &own).await;
    assert_eq!(told(&offered)[0], "TENTATIVE Обука, Нови Сад (1/2) 05/05/2026, 09:00 - 05/05/2026, 15:00");
    let registration = field(&school, &id, "registrations(first: 1) { nodes { id } }").await["nodes"][0]["id"].clone();
    let accept = "mutation A($input: RegistrationStepInput!) { acceptOffer(input: $input) { userErrors { code } } }";
    school.query(accept, json!({ "input": registration_now(&school, &registration).await })).await.expect_no_errors();
    let confirmed = read(&stranger, &own).await;
    let moved = with(
        one_place,
        json!({ "days": [
            { "startsAt": "2026-05-06T06:00:00Z", "endsAt": "2026-05-06T12:00:00Z" },
            { "startsAt": "2026-05-07T07:00:00Z", "endsAt": "2026-05-07T13:00:00Z" } ] }),
    );
    done(&trainer, "changeSession", "session { id }", with(now(&trainer, &id).await, json!({ "session": moved })))
        .await;
    let after = read(&stranger, &own).await;
    let cancel = with(now(&trainer, &id).await, json!({ "reason": "the venue burnt" }));
    trainer.query(CANCEL, json!({ "input": cancel })).await.expect_no_errors();
    let cancelled = read(&stranger, &own).await;
    let calendars = [&offered, &confirmed, &after, &cancelled];
    for (calendar, status) in calendars.iter().zip(["TENTATIVE", "CONFIRMED", "CONFIRMED", "CANCELLED"]) {
        assert_eq!(calendar["events"][0]["status"], status);
        assert_eq!(calendar["events"][0]["uid"], offered["events"][0]["uid"], "it stays the same entry");
    }
    let sequences = calendars.map(|calendar| calendar["events"][0]["sequence"].as_i64().expect("a number"));
    assert!(sequences.is_sorted_by(|earlier, later| earlier < later), "{sequences:?}");
    assert_eq!(after["events"][0]["starts"], "2026-05-06T06:00:00.000Z");
    assert_eq!(statuses(&trainers).await, ["CANCELLED"; 2]);
}

#[rstest]
#[tokio::test]
async fn an_address_that_leads_nowhere_is_like_any_other(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let stranger = server.anonymous();
    let missing = get(&stranger, "/calendar.ics").await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    let (first, second) = (renew(&school).await, renew(&school).await);
    assert_ne!(first, second);
    let known = school.query("{ calendarFeed { createdAt } }", ()).await;
    assert!(known.expect_no_errors().data()["calendarFeed"]["createdAt"].is_string());
    assert_eq!(get(&stranger, &second).await.0, StatusCode::OK);
    let changed = format!("{}{}", &second[..second.len() - 1], if second.ends_with('A') { "Q" } else { "A" });
    for path in [
        &*first,
        &changed,
        "/calendar.ics?key=",
        "/calendar.ics?key=AAAA",
        "/calendar.ics?key=%00%D0%96",
        "/calendar.ics?other=1",
        &format!("/calendar.ics?key={}", "A".repeat(64)),
        &format!("/calendar.ics?key={}", "A".repeat(4_000)),
    ] {
        assert_eq!(get(&stranger, path).await, missing, "{path}");
    }
    assert_eq!(revoke(&school).await, true);
    assert_eq!(revoke(&school).await, false, "there is none any more");
    assert_eq!(get(&stranger, &second).await, missing, "it was taken back");
    let known = school.query("{ calendarFeed { createdAt } }", ()).await;
    assert!(known.expect_no_errors().data()["calendarFeed"].is_null());
    for email in ["intake@centre.example", "analyst@centre.example", "administrator@centre.example"] {
        let response = server.sign_in_as(email).await.query("mutation { renewCalendarFeed { path } }", ()).await;
        assert_eq!(response.error_codes(), ["NOT_FOUND"], "{email}: it has no sessions");
    }
}

#[rstest]
#[tokio::test]
async fn an_address_ends_with_the_membership_and_rests_with_the_organisation(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let administrator = server.sign_in_as("administrator@centre.example").await;
    let (reporter, coordinator) = (
        server.sign_in_as("reporter@school-01.example").await,
        server.sign_in_as("coordinator@school-01.example").await,
    );
    let own = (renew(&reporter).await, renew(&coordinator).await);
    let stranger = server.anonymous();
    let statuses = async || (get(&stranger, &own.0).await.0.as_u16(), get(&stranger, &own.1).await.0.as_u16());
    assert_eq!(statuses().await, (200, 200));
    let organisation = super::organisation_of(&reporter).await;
    let suspend = json!({ "organisationId": organisation, "reason": "the memorandum ended" });
    done(&administrator, "suspendOrganisation", "organisation { id }", suspend.clone()).await;
    assert_eq!(statuses().await, (404, 404));
    done(&administrator, "reinstateOrganisation", "organisation { id }", suspend).await;
    assert_eq!(statuses().await, (200, 200));
    let membership = own_membership(&reporter).await;
    let end = json!({ "membershipId": membership, "revision": 1, "reason": "left the school" });
    done(&coordinator, "endMembership", "membership { id }", end).await;
    assert_eq!(statuses().await, (404, 200));
}

#[tokio::test]
async fn guessing_addresses_is_limited_and_locks_nobody_out() {
    let options = Server::with(Database::Sqlite).clock(super::NOW);
    let server = options.env("OSLONAC_HTTP__RATE_LIMITS__CREDENTIALS", "5").start().await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let own = renew(&school).await;
    let stranger = server.anonymous();
    assert_eq!(get(&stranger, &own).await.0, StatusCode::OK);
    let mut limited = 0;
    for number in 0..20 {
        let (status, ..) = get(&stranger, &format!("/calendar.ics?key={number}")).await;
        limited += usize::from(status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(limited > 10, "{limited}");
    assert_eq!(get(&stranger, &own).await.0, StatusCode::OK, "a good address goes on");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_addresses_that_are_made_at_once_one_holds(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let mut made = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let client = school.clone();
        made.spawn(async move { renew(&client).await });
    }
    let mut good = 0;
    for path in made.join_all().await {
        good += usize::from(get(&server.anonymous(), &path).await.0 == StatusCode::OK);
    }
    assert_eq!(good, 1);
}

#[rstest]
#[tokio::test]
async fn a_session_is_a_file_for_those_who_see_it(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await.accept_language("sr-Latn");
    let organisation = super::organisation_of(&school).await;
    let for_school = with(in_autumn(), json!({ "audience": { "organisationIds": [organisation] } }));
    let id = plan(&trainer, "as-a-file", for_school).await;
    let path = format!("/sessions/{}/calendar.ics", text(&id));
    let missing = get(&school, "/sessions/training_session_01h455vb4pex5vsknk084sn02q/calendar.ics").await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    assert_eq!(get(&school, &path).await, missing, "a draft");
    step(&trainer, "openSession", &id).await;
    assert_eq!(told(&read(&school, &path).await)[0].split(',').next(), Some("TENTATIVE Obuka"));
    register(&school, "takes-part", &id, Value::Null).await;
    let calendar = read(&school, &path).await;
    assert_eq!(told(&calendar)[1], "CONFIRMED Obuka, Novi Sad (2/2) 25/10/2026, 10:00 - 25/10/2026, 15:00");
    assert_eq!(told(&read(&trainer, &path).await)[1].split(' ').next(), Some("CONFIRMED"));
    for email in ["supervisor@centre.example", "coordinator@school-01.example"] {
        let calendar = read(&server.sign_in_as(email).await, &path).await;
        assert_eq!(told(&calendar)[0].split(' ').next(), Some("TENTATIVE"), "{email} has no place in it");
    }
    for email in ["reporter@school-02.example", "trainer@school-01.example", "intake@centre.example"] {
        assert_eq!(get(&server.sign_in_as(email).await, &path).await, missing, "{email}");
    }
    assert_eq!(get(&server.anonymous(), &path).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(get(&school, "/sessions/%D0%96/calendar.ics").await, missing);
}

#[rstest]
#[tokio::test]
async fn the_code_in_the_room_is_a_picture_for_those_who_train(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let id = open(&trainer, "with-picture", two_days()).await;
    let days = field(&trainer, &id, "days { id }").await;
    let path = format!("/days/{}/code.svg", text(&days[0]["id"]));
    let missing = get(&trainer, &path).await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND, "weeks before");
    server.restart_at("2026-05-05T06:50:00Z").await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let response = trainer.request(Method::GET, &path).send().await.expect("the server answers");
    assert_eq!(response.status(), StatusCode::OK);
    let header = |name: &str| response.headers()[name].to_str().expect("ASCII").to_owned();
    assert_eq!((&*header("content-type"), &*header("cache-control")), ("image/svg+xml", "no-store"));
    assert!(header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(
        (&*header("x-content-type-options"), &*header("cross-origin-resource-policy")),
        ("nosniff", "same-origin")
    );
    let refresh: u64 = header("refresh").parse().expect("seconds");
    assert!((1..=30).contains(&refresh), "{refresh}");
    let picture = response.text().await.expect("a picture");
    assert!(picture.starts_with("<svg ") && !picture.contains("<script"), "{picture}");
    // Everybody here sees the session, and some train others.
    for email in [
        "reporter@school-01.example",
        "coordinator@school-01.example",
        "trainer@school-01.example",
        "supervisor@centre.example",
        "intake@centre.example",
    ] {
        assert_eq!(get(&server.sign_in_as(email).await, &path).await, missing, "{email}");
    }
    assert_eq!(get(&server.anonymous(), &path).await.0, StatusCode::UNAUTHORIZED);
    let tomorrow = format!("/days/{}/code.svg", text(&days[1]["id"]));
    assert_eq!(get(&trainer, &tomorrow).await, missing);
    assert_eq!(get(&trainer, &format!("/days/{}/code.svg", text(&id))).await, missing, "an id of another type");
    let every_role = crate::steps::with_every_role(&server).await;
    assert!(field(&every_role, &id, "title").await.is_string());
    assert_eq!(get(&every_role, &path).await, missing, "a trainer who sees the session, and trains another");
    let document = "query C($day: ID!) { attendanceCode(dayId: $day) { code } }";
    let response = every_role.query(document, json!({ "day": days[0]["id"] })).await;
    assert!(response.expect_no_errors().data()["attendanceCode"].is_null(), "nor the code itself");
}
