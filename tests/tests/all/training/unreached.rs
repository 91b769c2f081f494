//! Inviting exactly those whom nobody has reached.

use super::{field, open, organisation_of, plan, refused, two_days, with};
use crate::steps::{act, list, refusals, text};
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Client, Database, Server};

/// When these tests look back: the demonstration's sessions are from 2018 to 2020.
const NOW: &str = "2021-06-15T08:00:00Z";

/// A session after that instant, for nobody yet.
fn next() -> Value {
    let days = json!([{ "startsAt": "2021-09-01T07:00:00Z", "endsAt": "2021-09-01T09:00:00Z" }]);
    let window =
        json!({ "registrationOpensAt": "2021-06-01T07:00:00Z", "registrationClosesAt": "2021-08-25T07:00:00Z" });
    with(with(two_days(), json!({ "days": days, "audience": {} })), window)
}

/// Invites them; answers how many nobody has reached and how many are invited now.
async fn invite(trainer: &Client, session: &Value, more: Value) -> (u64, u64) {
    let input = with(json!({ "sessionId": session }), more);
    let response = act(trainer, "inviteUnreached", "session { id } unreached invited", input).await;
    let payload = response.expect_no_errors().payload("inviteUnreached").clone();
    assert_eq!(payload["userErrors"], json!([]), "{payload}");
    let number = |name: &str| payload[name].as_u64().expect("a number");
    (number("unreached"), number("invited"))
}

/// The institutions that a session invites.
async fn invited(trainer: &Client, session: &Value) -> BTreeSet<String> {
    let audience = field(trainer, session, "audience { organisation { name } }").await;
    list(&audience).iter().map(|row| text(&row["organisation"]["name"])).collect()
}

/// All that a connection lists, page by page.
async fn all(client: &Client, root: &str, arguments: &str, selection: &str) -> Vec<Value> {
    let (mut rows, mut after) = (Vec::new(), Value::Null);
    loop {
        let document = format!(
            "query All($after: String) {{ {root}(first: 20, after: $after{arguments}) {{ nodes {{ {selection} }} pageInfo {{ endCursor hasNextPage }} }} }}"
        );
        let response = client.query(&document, json!({ "after": after })).await;
        let page = response.expect_no_errors().data()[root].clone();
        rows.extend(list(&page["nodes"]).iter().cloned());
        if page["pageInfo"]["hasNextPage"] == false {
            return rows;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// Institutions that cooperate, with kind and district.
async fn directory(server: &Server) -> Vec<(String, String, String)> {
    let client = server.sign_in_as("administrator@centre.example").await;
    let rows = all(&client, "organisations", "", "name kind suspendedAt municipality { district { code } }").await;
    rows.iter()
        .filter(|row| row["suspendedAt"].is_null() && row["kind"] != "CENTRE")
        .map(|row| (text(&row["name"]), text(&row["kind"]), text(&row["municipality"]["district"]["code"])))
        .collect()
}

/// Institutions of which somebody was there from this day on, as the supervisor reads them.
async fn reached(server: &Server, from: &str) -> BTreeSet<String> {
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let arguments = format!(", filter: {{ startsFrom: \"{from}\" }}");
    let selection = "state registrations(first: 50) { nodes { organisation { name } attendance { mark } } }";
    let sessions = all(&supervisor, "trainingSessions", &arguments, selection).await;
    let mut names = BTreeSet::new();
    for session in sessions.iter().filter(|session| session["state"] == "HELD" || session["state"] == "COMPLETED") {
        for row in list(&session["registrations"]["nodes"]) {
            if list(&row["attendance"]).iter().any(|day| day["mark"] != "ABSENT") {
                names.insert(text(&row["organisation"]["name"]));
            }
        }
    }
    names
}

#[rstest]
#[tokio::test]
async fn exactly_those_are_invited_whom_nobody_has_reached(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::with(database).clock(NOW).start().await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let directory = directory(&server).await;
    let expected = |reached: &BTreeSet<String>, fits: &dyn Fn(&str, &str) -> bool| {
        let unreached =
            directory.iter().filter(|(name, kind, district)| !reached.contains(name) && fits(kind, district));
        unreached.map(|(name, ..)| name.clone()).collect::<BTreeSet<String>>()
    };
    let in_three_years = reached(&server, "2018-06-15").await;
    let in_one_year = reached(&server, "2020-06-15").await;
    assert!(in_three_years.len() > in_one_year.len() && !in_one_year.is_empty(), "{in_one_year:?}");
    for (key, years, reached) in [("three-years", 3, &in_three_years), ("one-year-1", 1, &in_one_year)] {
        let session = plan(&trainer, key, next_on(years)).await;
        let unreached = expected(reached, &|_, _| true);
        let number = unreached.len() as u64;
        assert!(number > 2, "somebody is left");
        assert_eq!(invite(&trainer, &session, json!({ "years": years })).await, (number, number));
        assert_eq!(invite(&trainer, &session, json!({ "years": years })).await, (number, 0), "nobody twice");
        assert_eq!(invited(&trainer, &session).await, unreached, "{years}");
    }
    let narrow = plan(&trainer, "narrow-1", next_on(9)).await;
    let schools = json!({ "years": 1, "kinds": ["SCHOOL"], "districts": ["RS-00", "RS-20", "RS-06"] });
    let fits = |kind: &str, district: &str| kind == "SCHOOL" && ["RS-00", "RS-20", "RS-06"].contains(&district);
    invite(&trainer, &narrow, schools).await;
    assert_eq!(invited(&trainer, &narrow).await, expected(&in_one_year, &fits));
}

/// The session, some days later: a trainer holds one at a time.
fn next_on(day: i32) -> Value {
    let day = format!("2021-09-{:02}", 1 + day);
    with(next(), json!({ "days": [{ "startsAt": format!("{day}T07:00:00Z"), "endsAt": format!("{day}T09:00:00Z") }] }))
}

#[rstest]
#[tokio::test]
async fn the_invited_see_it_and_others_do_not_invite(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::with(database).clock(NOW).start().await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let session = open(&trainer, "for-unreached", next()).await;
    let school = server.sign_in_as("coordinator@school-04.example").await;
    assert_eq!(field(&school, &session, "title").await, Value::Null);
    let input = json!({ "sessionId": session, "years": 3 });
    let partner = server.sign_in_as("trainer@school-01.example").await;
    assert_eq!(refusals(&partner, "inviteUnreached", input.clone()).await, refused("NOT_FOUND", "sessionId"));
    let second = server.sign_in_as("supervisor@centre.example").await;
    let response = act(&second, "inviteUnreached", "__typename", input.clone()).await;
    assert_eq!(response.error_codes(), ["NOT_FOUND"], "the supervisor trains nothing");
    invite(&trainer, &session, json!({ "years": 3 })).await;
    let names = invited(&trainer, &session).await;
    let seen = field(&school, &session, "title").await.is_string();
    let own = school.query("{ viewer { membership { organisation { name } } } }", ()).await;
    let own = text(&own.expect_no_errors().data()["viewer"]["membership"]["organisation"]["name"]);
    assert_eq!(seen, names.contains(&own));
    for (bad, path) in [
        (json!({ "years": 0 }), "years"),
        (json!({ "years": 21 }), "years"),
        (json!({ "years": 3, "districts": ["RS-00", "RS-99"] }), "districts.1"),
    ] {
        let input = with(json!({ "sessionId": session }), bad);
        assert_eq!(refusals(&trainer, "inviteUnreached", input).await, refused("INVALID", path));
    }
    let unknown = json!({ "sessionId": organisation_of(&trainer).await, "years": 3 });
    assert_eq!(refusals(&trainer, "inviteUnreached", unknown).await, refused("NOT_FOUND", "sessionId"));
    let now = super::now(&trainer, &session).await;
    crate::steps::done(&trainer, "cancelSession", "session { state }", with(now, json!({ "reason": "болест" }))).await;
    assert_eq!(refusals(&trainer, "inviteUnreached", input).await, refused("WRONG_STATE", "sessionId"));
}
