//! Keys under rows of every table, with every sealed column full: that none is left out when keys are looked at, changed and
//! destroyed, on both databases.

use super::network::{Network, for_each_table};
use super::postgres::{Cluster, url};
use super::{scope, sealed_columns};
use crate::access::policy::Policy;
use crate::access::sealing::{self, KeyOf, Seal, destroy, keys, rotate, verify};
use crate::access::{Database, Purpose, Scope, Viewer, Write};
use crate::testing::{database_at, master_key};
use sea_orm::{IdenStatic, ModelTrait, Value};

/// A database with the tables and nothing in them, as its server and as whoever may write anything see it.
struct Empty {
    folder: tempfile::TempDir,
    server: Database,
    superuser: Database,
}

impl Empty {
    async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("keys.db").display());
        let server = open(&url, &folder).await;
        server.migrate_up().await.expect("tables");
        Self { superuser: server.clone(), server, folder }
    }

    async fn postgres() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let Cluster { owner, superuser, .. } = Cluster::new().await;
        owner.migrate_up().await.expect("tables");
        let server = open(&url("oslonac_server"), &folder).await;
        Self { server, superuser, folder }
    }

    fn keeping(&self) -> Scope {
        scope(&self.server, &Viewer::service(Purpose::KeyKeeping))
    }

    /// Stores the network with a text in every sealed column, which is sealed or left as it is.
    async fn fill(&self, seals: bool) -> Network {
        let mut network = Network::new();
        let write = scope(&self.server, &Viewer::service(Purpose::Demonstration)).begin().await.expect("begins");
        for row in &mut network.organisation_key {
            row.model = write.keyring().make_at_hand(row.model.organisation_id, write.now()).await;
        }
        macro_rules! fill {
            ($($table:ident),*) => {$(
                for row in &mut network.$table {
                    row.model = full::<entity::$table::Entity>(&write, row.model.clone(), seals).await;
                }
            )*};
        }
        for_each_table!(fill);
        drop(write);
        network.store(&self.superuser).await;
        network
    }
}

async fn open(url: &str, folder: &tempfile::TempDir) -> Database {
    let file = folder.path().join("master.key");
    let master_key = match file.exists() {
        true => crate::config::MasterKey { file, ..Default::default() },
        false => master_key(folder.path()),
    };
    Database::open(&crate::config::Database { master_key, ..database_at(url) }).await.expect("a database")
}

fn text(column: impl IdenStatic) -> String {
    format!("a text of {}", column.as_str())
}

async fn full<E: Policy>(write: &Write, row: E::Model, seals: bool) -> E::Model {
    let Some(Seal { columns, .. }) = E::SEAL else { return row };
    let mut row = sealing::keyed::<E>(write, row).await.expect("a key");
    for column in columns {
        row.set(*column, text(*column).into());
    }
    if seals { sealing::seal::<E>(write, None, &row).await.expect("seals") } else { row }
}

/// What does not open, but for the key of the indexes, of which the network has none.
async fn broken(scope: &Scope) -> (Vec<String>, u64) {
    let mut checked = verify(scope, &|_| ()).await.expect("checks");
    checked.broken.retain(|what| !what.starts_with("index_key "));
    (checked.broken, checked.rows)
}

async fn every_sealed_table_is_looked_at(empty: &Empty) {
    let network = empty.fill(false).await;
    let (broken, rows) = broken(&empty.keeping()).await;
    let mut expected = network.organisation_key.len() + network.index_key.len();
    macro_rules! count {
        ($($table:ident),*) => {$(
            if entity::$table::Entity::SEAL.is_some() {
                expected += network.$table.len();
            }
        )*};
    }
    for_each_table!(count);
    assert_eq!(rows, expected as u64, "a row of a sealed table is not looked at");
    for column in sealed_columns() {
        let name = format!("{}.{} of ", column.table, column.column);
        assert!(broken.iter().any(|what| what.starts_with(&name)), "{name} is not looked at:\n{}", broken.join("\n"));
    }
}

#[tokio::test]
async fn every_sealed_table_is_looked_at_on_sqlite() {
    every_sealed_table_is_looked_at(&Empty::sqlite().await).await;
}

#[tokio::test]
async fn every_sealed_table_is_looked_at_on_postgres() {
    every_sealed_table_is_looked_at(&Empty::postgres().await).await;
}

/// Reads every sealed text: all are there, but those that never change and whose key is destroyed.
async fn read_all<E: Policy>(keeping: &Scope, reader: &Scope) {
    let Some(Seal { columns, organisation, key }) = E::SEAL else { return };
    let mut rows = keeping.find::<E>().all().await.expect("rows");
    sealing::open::<E>(reader, rows.iter_mut().collect()).await.expect("opens");
    assert!(!rows.is_empty(), "{}", E::TABLE);
    // What the rotations themselves left in the trail has no reason.
    for row in rows.into_iter().filter(|row| columns.iter().all(|column| row.get(*column) != Value::String(None))) {
        let of_somebody = matches!(row.get(organisation), Value::Uuid(Some(_)));
        let ends = matches!(key, KeyOf::OrganisationOnce) && of_somebody;
        for column in columns {
            let expected = if ends { String::new() } else { text(*column) };
            assert_eq!(row.get(*column), Value::from(expected), "{}.{}", E::TABLE, column.as_str());
        }
    }
}

/// What was there before and is put back by hand names a key that is destroyed: it is damaged, where a rotation would have changed
/// it or the key was another organisation's.
async fn what_is_put_back_is_damaged(reader: &Scope, network: Network) {
    macro_rules! put_back {
        ($($table:ident),*) => {$(
            let rows = network.$table.into_iter().map(|row| row.model).collect();
            // In a box: the stack of a test is small.
            Box::pin(put_back::<entity::$table::Entity>(reader, rows)).await;
        )*};
    }
    for_each_table!(put_back);
}

async fn put_back<E: Policy>(reader: &Scope, mut rows: Vec<E::Model>) {
    let Some(Seal { columns, organisation, key }) = E::SEAL else { return };
    match key {
        KeyOf::Organisation => {}
        KeyOf::OrganisationOnce => {
            rows.iter_mut().for_each(|row| row.set(organisation, Value::Uuid(Some(uuid::Uuid::nil()))));
        }
        _ => return,
    }
    sealing::open::<E>(reader, rows.iter_mut().collect()).await.expect("opens");
    for (row, column) in rows.iter().flat_map(|row| columns.iter().map(move |column| (row, *column))) {
        let Value::String(Some(text)) = row.get(column) else { panic!("a text") };
        assert!(sealing::is_unreadable(&text), "{}.{}: {text:?}", E::TABLE, column.as_str());
    }
}

async fn nothing_needs_a_key_after_its_rotation(empty: &Empty) {
    let network = empty.fill(true).await;
    let scope = empty.keeping();
    assert_eq!(broken(&scope).await.0, Vec::<String>::new(), "before");
    let old = keys(&scope, None).await.expect("keys");
    // Whoever calls it twice does no harm.
    let other = empty.keeping();
    let done = tokio::join!(rotate(&scope, None, &|_| ()), rotate(&other, None, &|_| ()));
    let [one, other] = [done.0.expect("rotates"), done.1.expect("rotates")];
    assert!(one.broken.is_empty() && other.broken.is_empty() && one.rows > 0, "{one:?} {other:?}");
    let last = rotate(&scope, None, &|_| ()).await.expect("rotates");
    assert!(last.broken.is_empty(), "{last:?}");
    let (in_use, retired): (Vec<_>, Vec<_>) =
        keys(&scope, None).await.expect("keys").into_iter().partition(|key| key.retired_at.is_none());
    assert_eq!(in_use.len(), old.len(), "one of each organisation is in use");
    assert!(old.iter().all(|key| retired.iter().any(|retired| retired.id == key.id)));
    for key in &retired {
        destroy(&scope, key).await.expect("nothing needs it");
        assert!(destroy(&scope, key).await.is_err(), "it is destroyed already");
    }
    let kept = keys(&scope, None).await.expect("keys");
    assert!(kept.iter().all(|key| key.destroyed_at.is_some() == key.wrapped.is_empty()));
    assert_eq!(kept.len(), in_use.len() + retired.len(), "a destroyed key leaves its row");
    let file = empty.folder.path().join("keys.db");
    let again = if file.exists() { format!("sqlite:{}", file.display()) } else { url("oslonac_server") };
    let again = open(&again, &empty.folder).await;
    let keeping = super::scope(&again, &Viewer::service(Purpose::KeyKeeping));
    assert_eq!(broken(&keeping).await.0, Vec::<String>::new(), "after");
    let reader = super::scope(&again, &Viewer::service(Purpose::Demonstration));
    macro_rules! read {
        ($($table:ident),*) => {$( read_all::<entity::$table::Entity>(&keeping, &reader).await; )*};
    }
    for_each_table!(read);
    Box::pin(what_is_put_back_is_damaged(&reader, network)).await;
}

#[tokio::test]
async fn nothing_needs_a_key_after_its_rotation_on_sqlite() {
    nothing_needs_a_key_after_its_rotation(&Empty::sqlite().await).await;
}

#[tokio::test]
async fn nothing_needs_a_key_after_its_rotation_on_postgres() {
    nothing_needs_a_key_after_its_rotation(&Empty::postgres().await).await;
}

/// Neither is sealed anew as if it were a text.
#[tokio::test]
async fn a_rotation_leaves_what_is_damaged_or_empty_as_it_is_kept() {
    use entity::webhook::{Entity, Model};
    let empty = Empty::sqlite().await;
    empty.fill(true).await;
    let scope = empty.keeping();
    let write = scope.begin().await.expect("begins");
    let row = write.find::<Entity>().one().await.expect("rows").expect("a webhook");
    let damaged = Model { secret: "AAAA".to_owned(), previous_secret: String::new(), ..row.clone() };
    write.update_kept::<Entity>(&row, &damaged).await.expect("damages");
    write.commit_key_keeping().await.expect("commits");
    let done = rotate(&scope, None, &|_| ()).await.expect("rotates");
    assert!(done.broken.iter().any(|what| what.starts_with("webhook.secret of ")), "{:?}", done.broken);
    let kept = scope.find::<Entity>().by_key(row.id).one().await.expect("rows").expect("the webhook");
    assert_eq!(kept, damaged);
}

/// On PostgreSQL not even by a mistake in our own code.
#[tokio::test]
async fn who_keeps_the_keys_changes_nothing_else() {
    let empty = Empty::postgres().await;
    empty.fill(true).await;
    let keeping = Viewer::service(Purpose::KeyKeeping);
    for (sql, allowed) in [
        ("UPDATE webhook SET secret = secret || 'A'", true),
        ("UPDATE webhook SET secret = secret || 'A', url = 'https://example.com'", false),
        ("UPDATE identity_opening SET reason = ''", true),
        ("UPDATE identity_opening SET expires_at = now()", false),
        ("UPDATE test_attempt SET answers = ''", true),
        ("UPDATE test_attempt SET on_paper = NOT on_paper", false),
        ("UPDATE participant_needs SET dietary = ''", true),
        ("UPDATE evaluation SET comment = ''", true),
        ("UPDATE evaluation SET marks = ''", false),
        ("UPDATE idempotency_key SET input_digest = ''", false),
        ("DELETE FROM organisation_key", false),
    ] {
        use sea_orm::ConnectionTrait;
        let transaction = empty.server.write(&keeping).await.expect("a transaction");
        let done = transaction.execute_unprepared(sql).await;
        assert_eq!(done.is_ok_and(|done| done.rows_affected() > 0), allowed, "{sql}");
    }
}
