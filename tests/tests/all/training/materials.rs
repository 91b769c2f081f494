//! Materials for participants, and printed material that was given out.

use super::{field, open, organisation_of, refused, register, registration_now, server, two_days, with};
use crate::steps::{done, list, refusals, text};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database};

const MATERIAL: &str = "material { id version title replacedAt versions { version } }";

/// What a material says.
fn material(title: &str) -> Value {
    json!({ "kind": "PRESENTATION", "title": title, "about": "Слајдови", "address": "https://example.rs/slajdovi.pdf" })
}

async fn publish(trainer: &Client, key: &str, whole: (&str, &Value), title: &str) -> Value {
    let input = json!({ "idempotencyKey": key, whole.0: whole.1, "material": material(title) });
    done(trainer, "publishMaterial", MATERIAL, input).await["material"].clone()
}

async fn replace(trainer: &Client, key: &str, id: &Value, title: &str) -> Value {
    let input = json!({ "idempotencyKey": key, "materialId": id, "material": material(title) });
    done(trainer, "replaceMaterial", MATERIAL, input).await["material"].clone()
}

/// Titles and versions of the materials that a client lists, newest first.
async fn listed(client: &Client, filter: Value) -> Vec<String> {
    // The demonstration has none of this kind.
    let filter = with(json!({ "kind": "PRESENTATION" }), if filter.is_null() { json!({}) } else { filter });
    let document =
        "query L($filter: MaterialFilter) { materials(first: 50, filter: $filter) { nodes { title version } } }";
    let response = client.query(document, json!({ "filter": filter })).await;
    let nodes = response.expect_no_errors().data()["materials"]["nodes"].clone();
    list(&nodes).iter().map(|node| format!("{} {}", text(&node["title"]), node["version"])).collect()
}

/// The title of a version as a client reads it by its id; null where it reads none.
async fn title(client: &Client, id: &Value) -> Value {
    let document = "query M($id: ID!) { node(id: $id) { ... on Material { title } } }";
    client.query(document, json!({ "id": id })).await.expect_no_errors().data()["node"]["title"].clone()
}

#[rstest]
#[tokio::test]
async fn participants_read_the_materials_of_their_sessions_and_nobody_else_knows_of_them(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let early = server.sign_in_as("reporter@school-01.example").await;
    let id = open(&trainer, "with-materials", with(two_days(), json!({ "waitingList": true }))).await;
    let elsewhere = json!({ "days": [{ "startsAt": "2026-06-05T07:00:00Z", "endsAt": "2026-06-05T13:00:00Z" }] });
    let other = open(&trainer, "without-them", with(two_days(), elsewhere)).await;
    let place = register(&early, "early-place", &id, Value::Null).await;
    let first = publish(&trainer, "first-version", ("sessionId", &id), "Прва").await;
    assert_eq!((&first["version"], &first["replacedAt"]), (&json!(1), &Value::Null));
    publish(&trainer, "of-another-1", ("sessionId", &other), "Друге сесије").await;
    assert_eq!(listed(&early, Value::Null).await, ["Прва 1"]);
    // A day later there is a newer version, and somebody else gets a place.
    server.restart_at("2026-04-21T08:00:00Z").await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let early = server.sign_in_as("reporter@school-01.example").await;
    let second = replace(&trainer, "second-version", &first["id"], "Друга").await;
    assert_eq!(second["versions"], json!([{ "version": 1 }, { "version": 2 }]));
    let late = server.sign_in_as("reporter@school-02.example").await;
    register(&late, "late-place", &id, Value::Null).await;
    for client in [&early, &late] {
        assert_eq!(listed(client, Value::Null).await, ["Друга 2"]);
        assert_eq!(listed(client, json!({ "sessionId": id })).await, ["Друга 2"]);
        assert!(listed(client, json!({ "sessionId": other })).await.is_empty());
    }
    assert_eq!(title(&early, &first["id"]).await, "Прва", "whoever had it goes on reading it");
    assert_eq!(title(&late, &first["id"]).await, Value::Null, "whoever came later never had it");
    for email in [
        "coordinator@school-01.example",
        "reporter2@school-01.example",
        "trainer@school-01.example",
        "reporter@social-work-01.example",
    ] {
        let nobody = server.sign_in_as(email).await;
        assert!(listed(&nobody, Value::Null).await.is_empty(), "{email}");
        assert!(listed(&nobody, json!({ "sessionId": id })).await.is_empty(), "{email}");
        assert_eq!(title(&nobody, &second["id"]).await, Value::Null, "{email}");
    }
    for email in ["intake@centre.example", "analyst@centre.example"] {
        let response = server.sign_in_as(email).await.query("{ materials { nodes { title } } }", ()).await;
        assert_eq!(response.error_codes(), ["NOT_FOUND"], "{email}");
    }
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    assert_eq!(listed(&supervisor, Value::Null).await, ["Друга 2", "Друге сесије 1"]);
    let withdraw = json!({ "materialId": second["id"], "reason": "a name stands in it" });
    done(&trainer, "withdrawMaterial", MATERIAL, withdraw.clone()).await;
    assert_eq!(refusals(&trainer, "withdrawMaterial", withdraw).await, refused("WRONG_STATE", "materialId"));
    assert!(listed(&early, Value::Null).await.is_empty());
    assert_eq!(title(&early, &second["id"]).await, Value::Null, "what was taken back is gone for participants");
    assert_eq!(title(&trainer, &second["id"]).await, "Друга");
    let give_up =
        "mutation W($input: RegistrationStepInput!) { withdrawRegistration(input: $input) { userErrors { code } } }";
    early.query(give_up, json!({ "input": registration_now(&early, &place["id"]).await })).await.expect_no_errors();
    assert_eq!(title(&early, &first["id"]).await, Value::Null, "without a place there is none");
}

#[rstest]
#[tokio::test]
async fn materials_of_a_programme_are_for_all_its_sessions(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let school = server.sign_in_as("reporter@school-01.example").await;
    let programme = json!({ "idempotencyKey": "a-programme-1", "title": "Програм", "accreditor": "Завод",
        "accreditationNumber": "7/2026", "hours": 12, "validFrom": "2026-01-01" });
    let programme = done(&trainer, "registerProgramme", "programme { id }", programme).await["programme"]["id"].clone();
    let id = open(&trainer, "of-programme", with(two_days(), json!({ "programmeId": programme }))).await;
    let published = publish(&trainer, "for-programme", ("programmeId", &programme), "Приручник").await;
    assert!(listed(&school, Value::Null).await.is_empty());
    register(&school, "takes-part", &id, Value::Null).await;
    assert_eq!(listed(&school, Value::Null).await, ["Приручник 1"]);
    assert_eq!(listed(&school, json!({ "sessionId": id })).await, ["Приручник 1"], "a session shows its programme's");
    assert_eq!(
        listed(&school, json!({ "programmeId": programme, "kind": "PRESENTATION", "language": "sr" })).await.len(),
        1
    );
    assert!(listed(&school, json!({ "language": "en" })).await.is_empty());
    let nothing = with(material("Ништа"), json!({ "about": " ", "address": "" }));
    let nothing = json!({ "idempotencyKey": "gives-nothing", "programmeId": programme, "material": nothing });
    assert_eq!(refusals(&trainer, "publishMaterial", nothing).await, refused("REQUIRED", "material.about"));
    // A trainer of another organisation reads the catalogue of programmes, and writes to its own alone.
    let stranger = server.sign_in_as("trainer@school-01.example").await;
    let foreign = json!({ "idempotencyKey": "foreign-prog", "programmeId": programme, "material": material("Туђе") });
    assert_eq!(refusals(&stranger, "publishMaterial", foreign).await, refused("NOT_FOUND", "programmeId"));
    let foreign = json!({ "idempotencyKey": "foreign-ses1", "sessionId": id, "material": material("Туђе") });
    assert_eq!(refusals(&stranger, "publishMaterial", foreign).await, refused("NOT_FOUND", "sessionId"));
    let foreign =
        json!({ "idempotencyKey": "foreign-repl", "materialId": published["id"], "material": material("Туђе") });
    assert_eq!(refusals(&stranger, "replaceMaterial", foreign).await, refused("NOT_FOUND", "materialId"));
    let foreign = json!({ "materialId": published["id"], "reason": "mine" });
    assert_eq!(refusals(&stranger, "withdrawMaterial", foreign).await, refused("NOT_FOUND", "materialId"));
    let every_role = crate::steps::with_every_role(&server).await;
    let seen = json!({ "idempotencyKey": "seen-not-own", "sessionId": id, "material": material("Туђе") });
    assert_eq!(
        refusals(&every_role, "publishMaterial", seen).await,
        refused("NOT_FOUND", "sessionId"),
        "seen, not trained"
    );
}

#[rstest]
#[tokio::test]
async fn a_bad_material_is_refused_by_name(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let id = open(&trainer, "bad-input-1", two_days()).await;
    let refuse = async |more: Value| {
        let input =
            json!({ "idempotencyKey": "bad-material", "sessionId": id, "material": with(material("Наслов"), more) });
        refusals(&trainer, "publishMaterial", input).await
    };
    for (field, value, code) in [
        ("title", json!(" "), "REQUIRED"),
        ("title", json!("ш".repeat(201)), "TOO_LONG"),
        ("title", json!("a\u{7}"), "INVALID"),
        ("language", json!("serbian"), "INVALID"),
        ("about", json!("ш".repeat(10_001)), "TOO_LONG"),
        ("address", json!("http://example.rs/"), "INVALID"),
        ("address", json!("javascript:alert(1)"), "INVALID"),
        ("address", json!("https://name:password@example.rs/"), "INVALID"),
        ("address", json!(format!("https://example.rs/{}", "a".repeat(500))), "TOO_LONG"),
        ("validFrom", json!("9999-12-31"), "INVALID"),
        ("validFrom", json!("0001-01-01"), "INVALID"),
    ] {
        assert_eq!(refuse(json!({ field: value })).await, refused(code, &format!("material.{field}")), "{value}");
    }
    let neither = json!({ "idempotencyKey": "of-neither-1", "material": material("Наслов") });
    assert_eq!(refusals(&trainer, "publishMaterial", neither).await, refused("INVALID", "sessionId"));
    let first = publish(&trainer, "once-or-twice", ("sessionId", &id), "Наслов").await;
    let again = publish(&trainer, "once-or-twice", ("sessionId", &id), "Наслов").await;
    assert_eq!(first["id"], again["id"], "sent twice it is one");
    let second = replace(&trainer, "next-version", &first["id"], "Новији").await;
    assert_eq!(replace(&trainer, "next-version", &first["id"], "Новији").await["id"], second["id"]);
    let stale = json!({ "idempotencyKey": "stale-version", "materialId": first["id"], "material": material("Треће") });
    assert_eq!(refusals(&trainer, "replaceMaterial", stale).await, refused("STALE", "materialId"));
    let mut racing = tokio::task::JoinSet::new();
    for number in 0..10 {
        let (client, id) = (trainer.clone(), second["id"].clone());
        let input =
            json!({ "idempotencyKey": format!("racing-{number:03}"), "materialId": id, "material": material("Трка") });
        racing.spawn(async move { crate::steps::act(&client, "replaceMaterial", MATERIAL, input).await });
    }
    let answers = racing.join_all().await;
    let done = answers.iter().filter(|answer| answer.expect_no_errors().user_errors("replaceMaterial").is_empty());
    assert_eq!(done.count(), 1, "of ten newer versions at once one is the next");
    assert_eq!(listed(&trainer, json!({ "sessionId": id })).await, ["Трка 3"]);
}

/// What was given out, as a client adds it up.
async fn totals(client: &Client, filter: Value) -> Vec<String> {
    // The demonstration's is older.
    let filter = with(json!({ "givenFrom": "2026-01-01" }), if filter.is_null() { json!({}) } else { filter });
    let document =
        "query T($filter: PrintedMaterialFilter) { printedMaterialTotals(filter: $filter) { item language quantity } }";
    let response = client.query(document, json!({ "filter": filter })).await;
    let lines = response.expect_no_errors().data()["printedMaterialTotals"].clone();
    let line = |one: &Value| format!("{} {} {}", text(&one["item"]), text(&one["language"]), one["quantity"]);
    list(&lines).iter().map(line).collect()
}

#[rstest]
#[tokio::test]
async fn printed_material_is_counted_by_item_and_language(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let schools = server.sign_in_as("trainer@school-01.example").await;
    let id = open(&trainer, "with-leaflets", two_days()).await;
    let school = organisation_of(&schools).await;
    let give = async |client: &Client, key: &str, more: Value| {
        let input = with(json!({ "idempotencyKey": key, "item": "Летак", "quantity": 100 }), more);
        let selection = "printedMaterial { id recipient { id } recipientName session { id } givenBy { id } givenOn }";
        done(client, "givePrintedMaterial", selection, input).await["printedMaterial"].clone()
    };
    let at_session = give(&trainer, "at-session-1", json!({ "sessionId": id, "recipientName": "учесници" })).await;
    assert_eq!((&at_session["session"]["id"], &at_session["givenOn"]), (&id, &json!("2026-04-20")));
    let to_school =
        give(&trainer, "to-school-1", json!({ "recipientId": school, "quantity": 250, "givenOn": "2026-03-01" })).await;
    assert_eq!(to_school["recipient"]["id"], school);
    give(&trainer, "in-english-1", json!({ "recipientName": "сајам", "language": "en", "quantity": 30 })).await;
    give(&trainer, "in-english-1", json!({ "recipientName": "сајам", "language": "en", "quantity": 30 })).await;
    give(&schools, "of-school-01", json!({ "recipientName": "родитељи", "quantity": 7 })).await;
    assert_eq!(totals(&trainer, Value::Null).await, ["Летак en 30", "Летак sr 350"]);
    assert_eq!(totals(&schools, Value::Null).await, ["Летак sr 7"], "one's own organisation's");
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    assert_eq!(totals(&supervisor, Value::Null).await, ["Летак en 30", "Летак sr 357"]);
    for (filter, expected) in [
        (json!({ "givenFrom": "2026-04-01" }), vec!["Летак en 30", "Летак sr 100"]),
        (json!({ "givenUntil": "2026-03-31", "language": "sr" }), vec!["Летак sr 250"]),
        (json!({ "sessionId": id }), vec!["Летак sr 100"]),
        (json!({ "recipientId": school }), vec!["Летак sr 250"]),
        (json!({ "recipientId": "organisation_x" }), vec![]),
        (json!({ "language": "\u{0}" }), vec![]),
    ] {
        assert_eq!(totals(&trainer, filter.clone()).await, expected, "{filter}");
    }
    let document =
        "{ printedMaterials(first: 50, filter: { givenFrom: \"2026-01-01\" }) { totalCount nodes { item quantity } } }";
    for (client, count) in [(&trainer, 3), (&schools, 1), (&supervisor, 4)] {
        let response = client.query(document, ()).await;
        assert_eq!(response.expect_no_errors().data()["printedMaterials"]["totalCount"], count);
    }
    for email in ["reporter@school-01.example", "coordinator@school-01.example", "analyst@centre.example"] {
        let response = server.sign_in_as(email).await.query(document, ()).await;
        assert_eq!(response.error_codes(), ["NOT_FOUND"], "{email}");
    }
    let remove = json!({ "printedMaterialId": to_school["id"], "reason": "counted twice" });
    assert_eq!(
        refusals(&schools, "removePrintedMaterial", remove.clone()).await,
        refused("NOT_FOUND", "printedMaterialId")
    );
    done(&trainer, "removePrintedMaterial", "removedId", remove.clone()).await;
    assert_eq!(refusals(&trainer, "removePrintedMaterial", remove).await, refused("NOT_FOUND", "printedMaterialId"));
    assert_eq!(totals(&trainer, Value::Null).await, ["Летак en 30", "Летак sr 100"]);
    assert!(field(&trainer, &id, "title").await.is_string());
}

#[rstest]
#[tokio::test]
async fn printed_material_that_cannot_be_is_refused_by_name(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let schools = server.sign_in_as("trainer@school-01.example").await;
    let id = open(&trainer, "no-leaflets-1", two_days()).await;
    let refuse = async |client: &Client, more: Value| {
        let good =
            json!({ "idempotencyKey": "bad-leaflets", "item": "Летак", "quantity": 1, "recipientName": "сајам" });
        refusals(client, "givePrintedMaterial", with(good, more)).await
    };
    for (field, value, code) in [
        ("quantity", json!(0), "INVALID"),
        ("quantity", json!(-5), "INVALID"),
        ("quantity", json!(1_000_001), "INVALID"),
        ("item", json!(""), "REQUIRED"),
        ("language", json!("ћ"), "INVALID"),
        ("givenOn", json!("2026-04-21"), "INVALID"),
        ("givenOn", json!("1989-12-31"), "INVALID"),
        ("recipientName", json!(" "), "REQUIRED"),
        ("sessionId", json!("training_session_x"), "NOT_FOUND"),
    ] {
        assert_eq!(refuse(&trainer, json!({ field: value })).await, refused(code, field), "{value}");
    }
    assert_eq!(refuse(&trainer, json!({ "recipientName": null })).await, refused("INVALID", "recipientId"));
    let both = json!({ "recipientId": organisation_of(&schools).await });
    assert_eq!(refuse(&trainer, both).await, refused("INVALID", "recipientId"));
    let foreign = json!({ "recipientName": null, "recipientId": "organisation_x" });
    assert_eq!(refuse(&trainer, foreign).await, refused("NOT_FOUND", "recipientId"));
    assert_eq!(refuse(&schools, json!({ "sessionId": id })).await, refused("NOT_FOUND", "sessionId"));
}
