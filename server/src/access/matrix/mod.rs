//! The proof of who may do what: a matrix of viewer × row × action for every table, and of role × root field for the whole
//! contract, printed from the code and kept as snapshots. A table or a root field that nobody thought of fails the test.
//!
//! The same rows are asked of PostgreSQL with the policies of this module left out: row level security alone must let
//! through exactly the same ones.

mod certificates;
mod commands;
mod duplicates;
mod keeping;
mod learning;
mod locks;
mod materials;
mod moves;
mod network;
mod notifications;
mod numbers;
mod openings;
mod postgres;
mod reach;
mod reports;
mod sealed;
mod signals;
mod training;

pub(crate) use sealed::sealed_columns;

use super::policy::{Change, Policy};
use super::{Database, Permission, Role, Scope, Viewer};
use crate::clock::Clock;
use crate::schema::Api;
use crate::testing::database_at;
use network::{Network, Row};
use sea_orm::{ConnectionTrait, Iterable, ModelTrait, PrimaryKeyToColumn, Statement};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A migrated SQLite database in a folder that goes with the test.
async fn sqlite() -> (tempfile::TempDir, Database) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("matrix.db").display());
    let database = Database::open(&database_at(&url)).await.expect("a database");
    database.migrate_up().await.expect("tables");
    (folder, database)
}

fn scope(database: &Database, viewer: &Viewer) -> Scope {
    Scope::new(database.clone(), viewer.clone(), Clock::system(), uuid::Uuid::nil())
}

/// The keys of a row, as text.
fn key_of<E: Policy>(row: &E::Model) -> String {
    E::PrimaryKey::iter().map(|key| format!("{:?}", row.get(key.into_column()))).collect()
}

/// What a viewer may do with each of these rows: r read, i insert, u update, d delete.
async fn cells<E: Policy>(database: &Database, viewer: &Viewer, rows: &[Row<E::Model>]) -> Vec<String> {
    let visible = scope(database, viewer).find::<E>().all().await.expect("rows");
    let visible: BTreeSet<String> = visible.iter().map(key_of::<E>).collect();
    let cell = |row: &Row<E::Model>| {
        let seen = visible.contains(&key_of::<E>(&row.model));
        let letters = [
            ('r', seen),
            ('i', E::may_write(viewer, Change::Insert(&row.model))),
            // Only what is seen can be found, and only what was found can be changed.
            ('u', seen && E::may_write(viewer, Change::Update(&row.model))),
            ('d', seen && E::may_write(viewer, Change::Delete(&row.model))),
        ];
        letters.iter().map(|(letter, allowed)| if *allowed { *letter } else { '-' }).collect()
    };
    rows.iter().map(cell).collect()
}

async fn print_table<E: Policy>(out: &mut String, database: &Database, network: &Network, rows: &[Row<E::Model>]) {
    let mut columns = Vec::new();
    for (_, viewer) in &network.viewers {
        columns.push(cells::<E>(database, viewer, rows).await);
    }
    writeln!(out, "\n{}", E::TABLE).expect("a string");
    for (position, row) in rows.iter().enumerate() {
        let cells: Vec<&str> = columns.iter().map(|column| &*column[position]).collect();
        writeln!(out, "  {:<62}{}", row.label, cells.join("  ").trim_end()).expect("a string");
    }
}

#[tokio::test]
async fn every_role_and_every_row() {
    let (_folder, database) = sqlite().await;
    let network = Network::new();
    network.store(&database).await;
    let mut out = String::new();
    let heads =
        network.viewers.iter().enumerate().map(|(position, (name, _))| format!("{:>2}  {name}\n", position + 1));
    out.extend(heads);
    let numbers: Vec<String> = (1..=network.viewers.len()).map(|number| format!("{number:<4}")).collect();
    writeln!(out, "\n  {:<62}{}", "", numbers.join("  ")).expect("a string");
    let mut covered = BTreeSet::new();
    macro_rules! print {
        ($($table:ident),*) => {$(
            print_table::<entity::$table::Entity>(&mut out, &database, &network, &network.$table).await;
            covered.insert(<entity::$table::Entity as Policy>::TABLE.to_owned());
        )*};
    }
    network::for_each_table!(print);
    assert_eq!(covered, tables(&database).await, "every table has rows in the matrix");
    insta::assert_snapshot!("tables", out);
}

/// A purpose in no cell would be one that nothing is asked of, row level security least of all.
#[test]
fn every_purpose_acts() {
    let network = Network::new();
    for purpose in super::Purpose::ALL {
        let acts = network.viewers.iter().any(|(_, viewer)| viewer.acts_for(*purpose));
        assert!(acts, "no viewer of the matrix acts for {purpose:?}");
    }
}

/// The tables there are.
async fn tables(database: &Database) -> BTreeSet<String> {
    let transaction = database.read(&Viewer::service(super::Purpose::SignIn)).await.expect("a transaction");
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'seaql_migrations'";
    let rows = transaction.query_all_raw(Statement::from_string(sea_orm::DbBackend::Sqlite, sql)).await.expect("names");
    rows.iter().map(|row| row.try_get("", "name").expect("a name")).collect()
}

/// Whoever does not see another's draft could not change it either, if a room found it by mistake.
#[test]
fn drafts_and_reports_of_others_stay_as_they_are() {
    use entity::report::{Entity, State};
    let network = Network::new();
    let report = |label: &str| network.report.iter().find(|row| row.label == label).expect("a report").model.clone();
    let draft = report("the reporter's draft");
    for name in ["coordinator", "intake officer", "supervisor", "case worker"] {
        let viewer = network.viewer(name);
        assert!(!Entity::may_write(&viewer, Change::Update(&draft)), "{name}");
        assert!(!Entity::may_write(&viewer, Change::Delete(&draft)), "{name}");
    }
    let colleagues =
        entity::report::Model { author_id: uuid::Uuid::from_u128(2), ..report("the reporter's submitted report") };
    assert_ne!(colleagues.state, State::Draft);
    for (name, expected) in [("reporter", false), ("coordinator", true), ("other school's reporter", false)] {
        assert_eq!(Entity::may_write(&network.viewer(name), Change::Update(&colleagues)), expected, "{name}");
    }
}

/// Nor could a reporter change what stands of a colleague in a session, or register one in another's name.
#[test]
fn registrations_of_colleagues_stay_as_they_are() {
    use entity::registration::{Entity, Model};
    let network = Network::new();
    let reporter = network.viewer("reporter");
    let own = Model {
        organisation_id: reporter.organisation_id(),
        membership_id: Some(reporter.membership_id()),
        registered_by_id: reporter.membership_id(),
        ..network.registration[0].model.clone()
    };
    let colleagues = Model { membership_id: Some(uuid::Uuid::from_u128(2)), ..own.clone() };
    for (row, expected) in [(&own, true), (&colleagues, false)] {
        assert_eq!(Entity::may_write(&reporter, Change::Insert(row)), expected);
        assert_eq!(Entity::may_write(&reporter, Change::Update(row)), expected);
        assert!(Entity::may_write(&network.viewer("coordinator"), Change::Update(row)));
    }
}

#[test]
fn every_role_and_every_root_field() {
    let settings = crate::config::Config::read(None).expect("the defaults");
    let api = Api::new(settings.graphql, true);
    assert_eq!(api.root_fields().unguarded(), Vec::<&str>::new(), "every root field carries @permission");
    let network = Network::new();
    let members: Vec<(&str, &Viewer)> = network.members().collect();
    let mut out = format!("{:<44}{}\n", "", members.iter().map(|(name, _)| format!("{name:<20}")).collect::<String>());
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    for (operation, name, permission) in api.root_fields().iter() {
        let permission = permission.expect("checked above");
        *used.entry(format!("{permission:?}")).or_default() += 1;
        let reach = members.iter().map(|(_, viewer)| if permission.is_given_to(viewer) { "x" } else { "." });
        let row: String = reach.map(|cell| format!("{cell:<20}")).collect();
        writeln!(out, "{:<44}{}", format!("{operation}.{name}"), row.trim_end()).expect("a string");
    }
    for permission in Permission::ALL {
        assert!(used.contains_key(&format!("{permission:?}")), "{permission:?} guards no root field");
    }
    assert_eq!(members.len(), Role::ALL.len(), "one member a role");
    insta::assert_snapshot!("root_fields", out);
}
