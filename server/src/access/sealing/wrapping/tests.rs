//! The master key of another installation, and damage that says nothing of the master key.

use super::*;
use crate::access::{Database, Purpose, Viewer};
use crate::config;
use crate::testing::World;
use serde_json::json;
use std::path::PathBuf;
use uuid::Uuid;

/// Bytes of no key of the tests.
const OTHER: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// Two schools that have a key each, and the key of the indexes.
async fn world() -> World {
    let world = World::new().await;
    for author in ["ana", "boris"] {
        let person = json!({ "pseudonym": "надимак", "identity": { "names": "Мира" } });
        let report = json!({ "content": { "observations": "виђено", "persons": [person] } });
        let input = json!({ "idempotencyKey": "one-of-each", "report": report });
        let document = "mutation($input: SubmitReportInput!) { submitReport(input: $input) { userErrors { code } } }";
        let answer = world.ask(author, document, json!({ "input": input })).await;
        assert_eq!(answer["submitReport"]["userErrors"], json!([]));
    }
    world
}

fn file(world: &World) -> PathBuf {
    world.file().with_file_name("master.key")
}

/// The same database, opened with the master keys that are in the file now.
async fn opened_anew(world: &World) -> (Database, Scope) {
    let settings = config::Database {
        url: format!("sqlite:{}", world.file().display()).into(),
        owner_url: None,
        max_connections: 4,
        acquire_timeout_seconds: 5,
        master_key: config::MasterKey { file: file(world), ..Default::default() },
    };
    let database = Database::open(&settings).await.expect("opens");
    let viewer = Viewer::service(Purpose::KeyKeeping);
    (database.clone(), Scope::new(database, viewer, world.clock, Uuid::nil()))
}

/// Why it would not start; nothing where it would.
async fn refused(world: &World) -> Option<String> {
    let (database, _) = opened_anew(world).await;
    database.check_keys(world.clock).await.err().map(|problem| problem.to_string())
}

async fn tamper(world: &World, sql: &'static str) {
    use sqlx::Connection as _;
    let url = format!("sqlite:{}", world.file().display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.expect("connects");
    assert_eq!(sqlx::raw_sql(sql).execute(&mut connection).await.expect(sql).rows_affected(), 1, "{sql}");
    connection.close().await.expect("closes");
}

#[tokio::test]
async fn the_master_key_of_another_installation_is_refused_whatever_its_name() {
    let world = world().await;
    assert_eq!(refused(&world).await, None);
    let text = std::fs::read_to_string(file(&world)).expect("a key");
    let (name, _) = text.split_once(' ').expect("a name and a key");
    for (other, expected) in [
        (format!("{name} {OTHER}\n"), "is not the one that wrapped it"),
        (format!("key-other {OTHER}\n"), "is not among those of database.master_key"),
    ] {
        std::fs::write(file(&world), &other).expect("another key");
        let told = refused(&world).await.expect("it would start");
        for word in ["organisation_key ", &format!("the master key {name} {expected}"), "Nothing was changed"] {
            assert!(told.contains(word), "{told}");
        }
        let (_, scope) = opened_anew(&world).await;
        let done = rewrap_with_master(&scope).await.expect("looks");
        assert_eq!((done.keys, done.broken.len()), (0, 3), "two schools and the indexes: {:?}", done.broken);
    }
    std::fs::write(file(&world), &text).expect("its own key");
    assert_eq!(refused(&world).await, None);
    std::fs::write(file(&world), format!("key-new {OTHER}\n{text}")).expect("a new one in front of it");
    assert_eq!(refused(&world).await, None);
}

#[tokio::test]
async fn a_database_without_keys_takes_any() {
    let world = World::new().await;
    assert_eq!(refused(&world).await, None);
    std::fs::remove_file(file(&world)).expect("there is one");
    crate::access::sealing::create_file(&file(&world)).expect("another");
    assert_eq!(refused(&world).await, None);
}

#[tokio::test]
async fn one_damaged_key_stops_neither_the_start_nor_another_master_key() {
    let world = world().await;
    tamper(&world, "UPDATE organisation_key SET wrapped = x'00' WHERE id = (SELECT MIN(id) FROM organisation_key)")
        .await;
    assert_eq!(refused(&world).await, None, "the other one opens");
    crate::access::sealing::create_file(&file(&world)).expect("another master key");
    let (_, scope) = opened_anew(&world).await;
    let done = rewrap_with_master(&scope).await.expect("wraps");
    assert_eq!((done.keys, done.broken.len()), (2, 1), "{:?}", done.broken);
    assert!(done.broken[0].starts_with("organisation_key "), "{:?}", done.broken);
    let again = rewrap_with_master(&scope).await.expect("looks");
    assert_eq!(again, Rewrapped { keys: 0, broken: done.broken }, "it stays named");
}

#[tokio::test]
async fn the_key_of_the_indexes_is_looked_at_as_well() {
    let world = world().await;
    tamper(&world, "UPDATE index_key SET wrapped = x'00'").await;
    let told = refused(&world).await.expect("it would start");
    assert!(told.contains("index_key ") && told.contains("what else that master key wrapped does"), "{told}");
    let (_, scope) = opened_anew(&world).await;
    let done = rewrap_with_master(&scope).await.expect("looks");
    assert!(done.keys == 0 && done.broken.len() == 1 && done.broken[0].starts_with("index_key "), "{:?}", done.broken);
}
