//! The room on a database of its own.

mod graphql;

use super::*;
use crate::access::{Database, Purpose, Scope, Viewer};
use crate::clock::Clock;
use crate::ids;
use chrono::{NaiveDate, TimeDelta};
use entity::{indicator, indicator_set_version};
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;
use uuid::Uuid;

const FILE: &str = r#"code = "signs"
version = "2020"
valid_from = 2020-02-01
sector = "HEALTH"
audience = "ANY"
source = "A made-up source"
title = { sr = "Знакови", en = "Signs" }

[[dimension]]
code = "first"
name = { sr = "Прва", en = "First" }

[[dimension.indicator]]
code = "A-01"
sr = "Први знак."
en = "The first sign."
confirmed = true
translation = "DRAFT"

[[dimension.indicator]]
code = "A-02"
sr = "Други знак."
en = "The second sign."
confirmed = false
translation = "PUBLISHED"
"#;

/// A migrated SQLite database in a folder that goes with it.
struct World {
    database: Database,
    clock: Clock,
    folder: TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = crate::testing::database_in(folder.path()).await;
        database.migrate_up().await.expect("migrates");
        Self { database, clock: Clock::system(), folder }
    }

    fn scope(&self, purpose: Purpose) -> Scope {
        self.scope_at(self.clock, purpose)
    }

    fn scope_at(&self, clock: Clock, purpose: Purpose) -> Scope {
        Scope::new(self.database.clone(), Viewer::service(purpose), clock, ids::new_key(clock.now()))
    }

    async fn import(&self, files: &[(&str, &str)]) -> Result<Imported, ImportError> {
        import(&self.scope(Purpose::Import), files).await
    }

    async fn catalogue(&self) -> Catalogue {
        Catalogue::read(&self.scope(Purpose::Import)).await.expect("reads")
    }

    /// How many versions, indicators and audit rows there are.
    async fn counts(&self) -> [u64; 3] {
        let scope = self.scope(Purpose::Administration);
        let versions = scope.find::<indicator_set_version::Entity>().count().await.expect("counts");
        let indicators = scope.find::<indicator::Entity>().count().await.expect("counts");
        [versions, indicators, self.audit_rows().await]
    }

    /// Past the scope, because only the Centre's protection officer reads the audit trail.
    async fn audit_rows(&self) -> u64 {
        let file = SqliteConnectOptions::new().filename(self.folder.path().join("test.db"));
        let mut connection = file.connect().await.expect("opens");
        let sql = "SELECT count(*) FROM audit_event WHERE action = 'indicator_set.imported'";
        let rows: i64 = sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("counts");
        rows.unsigned_abs()
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn next_version() -> String {
    FILE.replace("\"2020\"", "\"2022\"").replace("2020-02-01", "2022-01-01")
}

#[tokio::test]
async fn importing_twice_changes_nothing() {
    let world = World::new().await;
    let first = import_embedded(&world.database, world.clock).await.expect("imports");
    assert_eq!((first.changes.len(), first.unchanged), (9, 0));
    let counts = world.counts().await;
    assert_eq!(counts, [9, 257, 9]);
    let again = import_embedded(&world.database, world.clock).await.expect("imports again");
    assert_eq!(again, Imported { changes: Vec::new(), unchanged: 9 });
    assert_eq!(world.counts().await, counts);
    let lines = list(&world.database, world.clock).await.expect("lists");
    assert_eq!(lines[2], "rs-education-domains 2015: from 2015-12-01 until now, 9 indicators");
}

#[tokio::test]
async fn what_comes_back_is_what_the_files_say() {
    let world = World::new().await;
    import_embedded(&world.database, world.clock).await.expect("imports");
    let catalogue = world.catalogue().await;
    let files = embedded::read(&embedded::FILES).expect("in order");
    for (file, version) in files.iter().zip(catalogue.versions()) {
        assert_eq!((&file.code, &file.version, file.valid_from), (&version.set, &version.version, version.valid_from));
        assert_eq!(file.definition(), version.definition);
        for entry in file.indicators() {
            let resolved = catalogue.resolve(&file.code, None, &entry.code, day("2024-05-01")).expect("resolves");
            assert!(catalogue.indicator(resolved).is_some());
        }
    }
}

#[tokio::test]
async fn a_newer_version_ends_the_older_one() {
    let world = World::new().await;
    world.import(&[("a.toml", FILE)]).await.expect("imports");
    let done = world.import(&[("b.toml", &next_version())]).await.expect("imports");
    assert_eq!(done.changes, ["signs 2020: ends on 2022-01-01", "signs 2022: added, 2 indicators"]);
    assert_eq!(world.audit_rows().await, 3);
    let catalogue = world.catalogue().await;
    let ends: Vec<_> = catalogue.versions().iter().map(|version| version.valid_until).collect();
    assert_eq!(ends, [Some(day("2022-01-01")), None]);
    let on = |on: &str| catalogue.resolve("signs", None, "A-01", day(on)).expect("resolves");
    assert_ne!(on("2021-12-31"), on("2022-01-01"));
    let again = world.import(&[("a.toml", FILE), ("b.toml", &next_version())]).await.expect("imports");
    assert_eq!(again, Imported { changes: Vec::new(), unchanged: 2 });
}

#[tokio::test]
async fn an_older_version_that_comes_later_ends_where_the_newer_one_begins() {
    let world = World::new().await;
    world.import(&[("b.toml", &next_version())]).await.expect("imports");
    world.import(&[("a.toml", FILE)]).await.expect("imports");
    let ends: Vec<_> = world.catalogue().await.versions().iter().map(|version| version.valid_until).collect();
    assert_eq!(ends, [Some(day("2022-01-01")), None]);
}

#[tokio::test]
async fn a_changed_version_is_refused() {
    let world = World::new().await;
    world.import(&[("a.toml", FILE)]).await.expect("imports");
    let counts = world.counts().await;
    let changed = "differs from the version of this name that was imported. A change needs a new version";
    let longer = format!("{FILE}\n{}", &FILE[FILE.find("[[dimension.ind").expect("there")..].replace("A-0", "B-0"));
    for (text, expected) in [
        (FILE.replace("second sign", "other sign"), "dimension `first`, indicator `A-02`, en: "),
        (FILE.replace("2020-02-01", "2020-03-01"), "valid_from: "),
        (FILE.replace("\"HEALTH\"", "\"POLICE\""), "sector: "),
        (longer, "dimension `first`, indicator: "),
    ] {
        let error = world.import(&[("x.toml", &text)]).await.expect_err("is refused").to_string();
        assert_eq!(error, format!("x.toml: {expected}{changed}"));
    }
    assert_eq!(world.counts().await, counts);
}

#[tokio::test]
async fn only_a_missing_end_may_come_later() {
    let world = World::new().await;
    let ending = |end: &str| FILE.replace("2020-02-01\n", &format!("2020-02-01\nvalid_until = {end}\n"));
    world.import(&[("a.toml", FILE)]).await.expect("imports");
    let done = world.import(&[("a.toml", &ending("2023-01-01"))]).await.expect("imports");
    assert_eq!(done.to_string(), "signs 2020: ends on 2023-01-01\n1 changed, 0 as before");
    let error = world.import(&[("a.toml", &ending("2024-01-01"))]).await.expect_err("is refused").to_string();
    assert_eq!(error, "a.toml: valid_until: the version that was imported ends on 2023-01-01 already");
    let error = world.import(&[("b.toml", &next_version())]).await.expect_err("is refused").to_string();
    assert_eq!(error, "b.toml: valid_from: version `2020` of the same set is in use on some of the same days");
    let ended = world.import(&[("a.toml", FILE)]).await.expect("a file that says no end contradicts none");
    assert_eq!(ended.unchanged, 1);
}

#[tokio::test]
async fn codes_lead_to_an_indicator_or_say_why_not() {
    let world = World::new().await;
    world.import(&[("a.toml", FILE), ("b.toml", &next_version())]).await.expect("imports");
    let catalogue = world.catalogue().await;
    let resolve = |set, version, code, on| catalogue.resolve(set, version, code, day(on));
    let old = resolve("signs", Some("2020"), "A-01", "2021-12-31");
    assert_eq!(old, resolve("signs", None, "A-01", "2020-02-01"));
    assert!(old.is_ok());
    let (from, until) = (day("2020-02-01"), Some(day("2022-01-01")));
    for (set, version, code, on, expected) in [
        ("sign", None, "A-01", "2021-01-01", Unresolved::UnknownSet),
        ("signs", Some("2021"), "A-01", "2021-01-01", Unresolved::UnknownVersion),
        ("signs", None, "A-03", "2021-01-01", Unresolved::UnknownCode),
        ("signs", None, "a-01", "2021-01-01", Unresolved::UnknownCode),
        ("signs", None, "A-01", "2020-01-31", Unresolved::NotValidOn { from, until }),
        ("signs", Some("2020"), "A-01", "2022-01-01", Unresolved::NotValidOn { from, until }),
        ("signs", Some("2022"), "A-01", "2021-12-31", Unresolved::NotValidOn { from: day("2022-01-01"), until: None }),
    ] {
        assert_eq!(resolve(set, version, code, on), Err(expected), "{set} {version:?} {code} {on}");
    }
}

#[tokio::test]
async fn only_an_import_writes() {
    let world = World::new().await;
    let refused = import(&world.scope(Purpose::Demonstration), &[("a.toml", FILE)]).await;
    assert!(matches!(refused, Err(ImportError::Access(crate::access::Error::NotPermitted(_)))));
    assert_eq!(world.counts().await, [0, 0, 0]);
}

#[tokio::test]
async fn a_folder_is_imported_or_named_in_the_error() {
    let world = World::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let error = import_folder(&world.database, world.clock, folder.path()).await.expect_err("is empty").to_string();
    assert_eq!(error, format!("{}: no file in this folder ends in .toml", folder.path().display()));
    std::fs::write(folder.path().join("a.toml"), FILE).expect("writes");
    std::fs::write(folder.path().join("README.md"), "no set").expect("writes");
    let done = import_folder(&world.database, world.clock, folder.path()).await.expect("imports");
    assert_eq!(done.changes, ["signs 2020: added, 2 indicators"]);
    let missing = folder.path().join("nowhere");
    let error = import_folder(&world.database, world.clock, &missing).await.expect_err("is missing").to_string();
    assert!(error.starts_with(&missing.display().to_string()), "{error}");
}

#[tokio::test]
async fn two_servers_import_at_once() {
    let world = World::new().await;
    let import = || import_embedded(&world.database, world.clock);
    let (one, other) = tokio::join!(import(), import());
    assert_eq!(one.expect("imports").changes.len() + other.expect("imports").changes.len(), 9);
    assert_eq!(world.counts().await, [9, 257, 9]);
}

#[tokio::test]
async fn the_catalogue_is_read_again_after_half_a_minute_or_for_an_indicator_it_does_not_know() {
    let world = World::new().await;
    let catalogues = Catalogues::default();
    let versions = async |clock: Clock, ids: &[Uuid]| {
        let scope = world.scope_at(clock, Purpose::Expiry);
        let catalogue = catalogues.knowing(&scope, ids.iter().copied()).await.expect("reads");
        (catalogue.versions().len(), scope.statements())
    };
    let later = |seconds| Clock::starting_at(world.clock.now() + TimeDelta::seconds(seconds));
    assert_eq!(versions(world.clock, &[]).await.0, 0);
    world.import(&[("a.toml", FILE)]).await.expect("imports");
    assert_eq!(versions(later(20), &[]).await, (0, 0));
    assert_eq!(versions(later(40), &[]).await.0, 1);
    world.import(&[("b.toml", &next_version())]).await.expect("imports");
    let new = world.catalogue().await.resolve("signs", Some("2022"), "A-01", day("2022-01-01")).expect("resolves");
    assert_eq!(versions(later(50), &[]).await, (1, 0));
    assert_eq!(versions(later(50), &[new]).await.0, 2);
}
