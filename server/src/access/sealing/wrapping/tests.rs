//! The master key of another installation, and damage that says nothing of the master key.

use super::*;
use crate::access::sealing::index_key;
use crate::access::{Purpose, Viewer};
use crate::testing::World;
use serde_json::json;
use uuid::Uuid;

/// Bytes of no key of the tests.
const OTHER: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// Two schools that have a key each, and the key of the indexes.
async fn world() -> World {
    let world = World::new().await;
    world.submit_from_two(json!([])).await;
    world
}

async fn opened_anew(world: &World) -> Scope {
    Scope::new(world.opened_anew().await, Viewer::service(Purpose::KeyKeeping), world.clock, Uuid::nil())
}

/// Why it would not start; nothing where it would.
async fn refused(world: &World) -> Option<String> {
    world.opened_anew().await.check_keys(world.clock).await.err().map(|problem| problem.to_string())
}

/// What it names as it starts.
async fn named(world: &World) -> Vec<String> {
    world.opened_anew().await.check_keys(world.clock).await.expect("it starts")
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
    let text = std::fs::read_to_string(world.master_key_file()).expect("a key");
    let (name, _) = text.split_once(' ').expect("a name and a key");
    for (other, expected) in [
        (format!("{name} {OTHER}\n"), "is not the one that wrapped it"),
        (format!("key-other {OTHER}\n"), "is not among those of database.master_key"),
    ] {
        std::fs::write(world.master_key_file(), &other).expect("another key");
        let told = refused(&world).await.expect("it would start");
        for word in ["organisation_key ", &format!("the master key {name} {expected}"), "Nothing was changed"] {
            assert!(told.contains(word), "{told}");
        }
        let scope = opened_anew(&world).await;
        let done = rewrap_with_master(&scope).await.expect("looks");
        assert_eq!((done.keys, done.broken.len()), (0, 3), "two schools and the indexes: {:?}", done.broken);
    }
    std::fs::write(world.master_key_file(), &text).expect("its own key");
    assert_eq!(refused(&world).await, None);
    std::fs::write(world.master_key_file(), format!("key-new {OTHER}\n{text}")).expect("a new one in front of it");
    assert_eq!(refused(&world).await, None);
}

#[tokio::test]
async fn a_database_without_keys_takes_any() {
    let world = World::new().await;
    assert_eq!(refused(&world).await, None);
    std::fs::remove_file(world.master_key_file()).expect("there is one");
    crate::access::sealing::create_file(&world.master_key_file()).expect("another");
    assert_eq!(refused(&world).await, None);
}

#[tokio::test]
async fn one_damaged_key_stops_neither_the_start_nor_another_master_key() {
    let world = world().await;
    tamper(&world, "UPDATE organisation_key SET wrapped = x'00' WHERE id = (SELECT MIN(id) FROM organisation_key)")
        .await;
    let [what] = &*named(&world).await else { panic!("one is damaged") };
    assert!(what.starts_with("organisation_key ") && what.contains("others of the same master key do"), "{what}");
    crate::access::sealing::create_file(&world.master_key_file()).expect("another master key");
    let scope = opened_anew(&world).await;
    let done = rewrap_with_master(&scope).await.expect("wraps");
    assert_eq!((done.keys, done.broken.len()), (2, 1), "{:?}", done.broken);
    assert!(done.broken[0].starts_with("organisation_key "), "{:?}", done.broken);
    let again = rewrap_with_master(&scope).await.expect("looks");
    assert_eq!(again, Rewrapped { keys: 0, broken: done.broken }, "it stays named");
}

#[tokio::test]
async fn the_key_of_the_indexes_is_looked_at_as_well_and_stops_no_start() {
    let world = world().await;
    for damage in ["UPDATE index_key SET master_key_id = 'key-gone'", "UPDATE index_key SET wrapped = x'00'"] {
        tamper(&world, damage).await;
        let [what] = &*named(&world).await else { panic!("one is damaged") };
        assert!(what.starts_with("index_key ") && what.contains("other keys do"), "{what}");
    }
    let scope = opened_anew(&world).await;
    let done = rewrap_with_master(&scope).await.expect("looks");
    assert!(done.keys == 0 && done.broken.len() == 1 && done.broken[0].starts_with("index_key "), "{:?}", done.broken);
}

/// No other key says that the master key is the right one.
#[tokio::test]
async fn the_key_of_the_indexes_alone_says_which_master_key_is_missing() {
    let world = World::new().await;
    let write = world.service(Purpose::Demonstration).begin().await.expect("begins");
    index_key(&write).await.expect("a key");
    write.commit_unaudited().await.expect("commits");
    assert_eq!(refused(&world).await, None);
    tamper(&world, "UPDATE index_key SET master_key_id = 'key-other'").await;
    let told = refused(&world).await.expect("it would start");
    assert!(told.contains("the master key key-other is not among those of database.master_key"), "{told}");
}
