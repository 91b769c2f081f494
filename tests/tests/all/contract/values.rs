//! Texts, days, instants and numbers that cannot be right, in every argument that takes one.

use super::places::{Walk, expect_nothing, expect_unchanged};
use rstest::rstest;
use serde_json::{Value, json};
use tests::Database;

/// Puts each of these values into every place of the mutations that takes the scalar, but where it is right; each must be refused
/// by name.
async fn refused_in_every_mutation(
    walk: &Walk,
    scalar: &str,
    values: &[Value],
    right: impl Fn(&str, &Value) -> bool,
    codes: &[&str],
) -> usize {
    let mut places = 0;
    for field in walk.mutations() {
        for place in walk.contract.places(field, scalar) {
            let name = place.iter().rev().find(|name| name.parse::<usize>().is_err()).expect("a place has a name");
            for value in values.iter().filter(|value| !right(name, value)) {
                let response = walk.send(&walk.officer, "Mutation", field, &place, value).await;
                expect_nothing(&response, field, &place, codes);
            }
            places += 1;
        }
    }
    expect_unchanged(walk).await;
    places
}

/// No value is right anywhere.
fn never(_: &str, _: &Value) -> bool {
    false
}

/// Puts each of these values into every place of the queries that takes the scalar: an answer, or the value is called bad.
async fn answered_by_every_query(walk: &Walk, scalar: &str, values: &[Value]) {
    for field in walk.contract.fields("Query") {
        for place in walk.contract.places(field, scalar) {
            for value in values {
                let response = walk.send(&walk.officer, "Query", field, &place, value).await;
                let faults = response.error_codes();
                let told = || format!("{} at {place:?}: {}", field.name, response.body());
                // A page of two thousand million rows is refused for its cost, before its size is looked at.
                let too_complex = response.errors().iter().all(|error| error["message"] == "Query is too complex.");
                assert!(too_complex || faults == ["BAD_INPUT"], "{}", told());
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn nul_bytes_are_refused_by_name(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let walk = Walk::begin(database).await;
    let nul = [json!("with a \u{0} inside"), json!("\u{0}")];
    let places = refused_in_every_mutation(&walk, "String", &nul, never, &["INVALID"]).await;
    assert!(places > 80, "{places} places take texts");
    answered_by_every_query(&walk, "String", &nul).await;
}

#[rstest]
#[tokio::test]
async fn reasons_that_nobody_can_see_are_refused_wherever_one_is_asked_for(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let walk = Walk::begin(database).await;
    let unseen = [json!("\u{200b}".repeat(12)), json!("\u{ad} \u{2060}\t\u{3164}".repeat(6)), json!("... -- ?! ...")];
    let shown = |name: &str, _: &Value| name != "reason";
    refused_in_every_mutation(&walk, "String", &unseen, shown, &["REQUIRED"]).await;
    let asked =
        |field: &&tests::Field| walk.contract.places(field, "String").iter().flatten().any(|name| name == "reason");
    let number = walk.mutations().filter(asked).count();
    assert!(number > 25, "{number} mutations ask for a reason");
}

#[rstest]
#[tokio::test]
async fn texts_over_the_limit_are_refused_by_name(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let walk = Walk::begin(database).await;
    let long = [json!("ш".repeat(20_001))];
    refused_in_every_mutation(&walk, "String", &long, never, &["TOO_LONG", "INVALID"]).await;
    answered_by_every_query(&walk, "String", &long).await;
}

#[rstest]
#[tokio::test]
async fn impossible_days_are_refused_by_name(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let walk = Walk::begin(database).await;
    let impossible = [json!("9999-12-31"), json!("1899-12-31"), json!("0001-01-01")];
    let places = refused_in_every_mutation(&walk, "Date", &impossible, never, &["INVALID"]).await;
    assert!(places >= 9, "{places} places take days");
    answered_by_every_query(&walk, "Date", &impossible).await;
    let instants =
        ["-200000-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "+262000-01-01T00:00:00Z"];
    let instants = instants.map(|instant| json!(instant));
    answered_by_every_query(&walk, "DateTime", &instants).await;
    for (filter, found) in [("until", false), ("from", true)] {
        let document =
            format!("query All($at: DateTime!) {{ auditEvents(filter: {{ {filter}: $at }}) {{ totalCount }} }}");
        for instant in &instants[..2] {
            let response = walk.officer.query(&document, json!({ "at": instant })).await;
            let count = response.expect_no_errors().data()["auditEvents"]["totalCount"].as_u64();
            assert_eq!(count.is_some_and(|count| count > 0), found, "{filter} {instant}");
        }
        for instant in &instants[2..] {
            let response = walk.officer.query(&document, json!({ "at": instant })).await;
            let count = response.expect_no_errors().data()["auditEvents"]["totalCount"].as_u64();
            assert_eq!(count.is_some_and(|count| count > 0), !found, "{filter} {instant}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn impossible_numbers_are_refused_by_name(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let walk = Walk::begin(database).await;
    let numbers = [json!(i32::MIN), json!(-1), json!(0), json!(i32::MAX)];
    // Positions count from nought, no points may be had, and no hours to take an offer mean that none is made.
    let may_be_nought = ["position", "rightOptions", "choices", "points", "passPercent", "offerHours"];
    let right = |name: &str, value: &Value| *value == json!(0) && may_be_nought.contains(&name);
    let places = refused_in_every_mutation(&walk, "Int", &numbers, right, &["INVALID", "STALE", "NOT_FOUND"]).await;
    assert!(places > 10, "{places} places take numbers");
    answered_by_every_query(&walk, "Int", &numbers).await;
    let birth_years = [json!(1899), json!(2900)];
    for field in walk.mutations() {
        let places = walk.contract.places(field, "Int").into_iter();
        for place in places.filter(|place| place.last().is_some_and(|name| name == "birthYear")) {
            for year in &birth_years {
                let response = walk.send(&walk.officer, "Mutation", field, &place, year).await;
                expect_nothing(&response, field, &place, &["INVALID"]);
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn idempotency_keys_have_bounds(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let walk = Walk::begin(database).await;
    let mut mutations = 0;
    for field in walk.mutations() {
        let places = walk.contract.places(field, "String").into_iter();
        for place in places.filter(|place| place.last().is_some_and(|name| name == "idempotencyKey")) {
            mutations += 1;
            for key in ["", "1234567", &"k".repeat(129), "with a space", "кључ-кључ", "line\nbreak"] {
                let response = walk.send(&walk.officer, "Mutation", field, &place, &json!(key)).await;
                expect_nothing(&response, field, &place, &["INVALID"]);
            }
        }
    }
    assert!(mutations > 10, "{mutations} mutations take a key");
    expect_unchanged(&walk).await;
}
