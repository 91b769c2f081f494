//! Row level security by itself: PostgreSQL is asked without any filter of ours, in the name of each viewer.

use super::commands::INSUFFICIENT_PRIVILEGE;
use super::network::{Network, Row, for_each_table};
use super::{key_of, scope};
use crate::access::policy::Policy;
use crate::access::{Database, Viewer};
use crate::testing::database_at;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbBackend, IdenStatic, IntoActiveModel, Iterable, QueryTrait};
use std::collections::BTreeSet;

/// A new database on the cluster of the tests, as its owner, its server and a superuser see it.
pub(super) struct Cluster {
    pub(super) owner: Database,
    pub(super) server: Database,
    pub(super) superuser: Database,
}

fn admin() -> String {
    std::env::var("TEST_POSTGRES").expect("PostgreSQL is needed: run tests/run, which starts one, or set TEST_POSTGRES")
}

/// The database of this test.
fn name() -> String {
    format!("matrix_{}", std::process::id())
}

/// The address of the database of this test, for a user.
pub(super) fn url(user: &str) -> String {
    let mut url = url::Url::parse(&admin()).expect("a URL");
    url.set_path(&name());
    url.set_username(user).expect("a user");
    url.to_string()
}

impl Cluster {
    pub(super) async fn new() -> Self {
        let (admin, name) = (admin(), name());
        let root = Database::open(&database_at(&admin)).await.expect("the cluster");
        root.run_as_superuser(&format!("CREATE DATABASE {name} OWNER oslonac_owner")).await;
        let open = async |user: &str| Database::open(&database_at(&url(user))).await.expect("the new database");
        let superuser = Database::open(&database_at(&url(url::Url::parse(&admin).expect("a URL").username()))).await;
        let superuser = superuser.expect("the new database");
        superuser.run_as_superuser(include_str!("../../../../deploy/postgresql/database.sql")).await;
        Self { owner: open("oslonac_owner").await, server: open("oslonac_server").await, superuser }
    }

    /// One whose tables hold the network.
    pub(super) async fn with_network() -> (Self, Network) {
        let cluster = Self::new().await;
        cluster.owner.migrate_up().await.expect("tables");
        let network = Network::new();
        network.store(&cluster.superuser).await;
        (cluster, network)
    }
}

impl Database {
    async fn run_as_superuser(&self, sql: &str) {
        let super::super::database::Pool::Postgres { pool, .. } = &self.pool else { panic!("not PostgreSQL") };
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(pool).await.expect("a superuser may");
    }
}

/// The rows that PostgreSQL lets through when nothing of ours filters.
async fn let_through<E: Policy>(server: &Database, viewer: &Viewer) -> BTreeSet<String> {
    let transaction = server.read(viewer).await.expect("a transaction");
    match E::find().all(&transaction).await {
        Ok(rows) => rows.iter().map(key_of::<E>).collect(),
        Err(error) => panic!("{}: {error}", E::TABLE),
    }
}

async fn visible<E: Policy>(server: &Database, viewer: &Viewer) -> BTreeSet<String> {
    let rows = scope(server, viewer).find::<E>().all().await.expect("rows");
    rows.iter().map(key_of::<E>).collect()
}

#[tokio::test]
async fn row_level_security_alone_lets_through_what_the_policies_do() {
    let (cluster, network) = Cluster::with_network().await;
    cluster.server.check().await.expect("the server's role is under row level security");
    for (name, viewer) in &network.viewers {
        macro_rules! compare {
            ($($table:ident),*) => {$(
                type Table = entity::$table::Entity;
                let (alone, together) =
                    (let_through::<Table>(&cluster.server, viewer).await, visible::<Table>(&cluster.server, viewer).await);
                assert_eq!(alone, together, "{} as seen by {name}", Table::TABLE);
            )*};
        }
        macro_rules! compare_each {
            ($($table:ident),*) => {$({ compare!($table); })*};
        }
        for_each_table!(compare_each);
    }
}

#[tokio::test]
async fn nobody_serves_who_stands_above_row_level_security() {
    let (cluster, _) = Cluster::with_network().await;
    for (database, why) in [(&cluster.superuser, "stands above row level security"), (&cluster.owner, "owns tables")] {
        let refused = database.check().await.expect_err(why).to_string();
        assert!(refused.contains(why) && refused.contains("deploy/postgresql/roles.sql"), "{refused}");
    }
}

/// How many rows a statement touches while nothing is set; nothing where row level security or a missing right refuses it.
async fn touched_by_nobody(server: &Database, sql: String) -> Option<u64> {
    let super::super::database::Pool::Postgres { pool, .. } = &server.pool else { panic!("not PostgreSQL") };
    match sqlx::raw_sql(sqlx::AssertSqlSafe(sql.clone())).execute(pool).await {
        Ok(done) => Some(done.rows_affected()),
        Err(error) => {
            let code = error.as_database_error().and_then(|error| error.code().map(|code| code.into_owned()));
            assert_eq!(code.as_deref(), Some(INSUFFICIENT_PRIVILEGE), "{sql}: {error}");
            None
        }
    }
}

/// A table that nobody may read, change or empty, and where nobody may add a row of the network again.
async fn closed_to_nobody<E: Policy>(server: &Database, rows: &[Row<E::Model>])
where
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let table = E::TABLE;
    let published = matches!(table, "indicator" | "indicator_set_version");
    let read = touched_by_nobody(server, format!("SELECT FROM \"{table}\"")).await;
    assert_eq!(read.expect("may be asked") > 0, published, "{table} is read");
    for column in E::Column::iter() {
        let sql = format!("UPDATE \"{table}\" SET \"{0}\" = \"{0}\"", column.as_str());
        assert_eq!(touched_by_nobody(server, sql).await.unwrap_or_default(), 0, "{table} is changed");
    }
    let emptied = touched_by_nobody(server, format!("DELETE FROM \"{table}\"")).await;
    assert_eq!(emptied.unwrap_or_default(), 0, "{table} is emptied");
    for row in rows {
        let insert = E::insert(row.model.clone().into_active_model().reset_all()).build(DbBackend::Postgres);
        assert_eq!(touched_by_nobody(server, insert.to_string()).await, None, "{table} gets {}", row.label);
    }
}

#[tokio::test]
async fn nothing_set_means_no_rows_and_no_change() {
    let (cluster, network) = Cluster::with_network().await;
    macro_rules! closed {
        ($($table:ident),*) => {$(
            closed_to_nobody::<entity::$table::Entity>(&cluster.server, &network.$table).await;
        )*};
    }
    for_each_table!(closed);
}

#[tokio::test]
async fn the_servers_role_cannot_rewrite_the_audit_trail_nor_switch_the_policies_off() {
    let cluster = Cluster::new().await;
    cluster.owner.migrate_up().await.expect("tables");
    for sql in [
        "UPDATE audit_event SET reason = ''",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "UPDATE audit_link SET hash = ''",
        "DELETE FROM audit_link",
        "TRUNCATE audit_link",
        "UPDATE audit_checkpoint SET hash = ''",
        "DELETE FROM audit_checkpoint",
        "INSERT INTO audit_link VALUES (2, '00000000-0000-0000-0000-000000000000', '', '')",
        "INSERT INTO audit_checkpoint VALUES (2, '', now(), '', '')",
        "ALTER TABLE report DISABLE ROW LEVEL SECURITY",
        "DROP POLICY report_select ON report",
        "SET row_security = off; SELECT * FROM report",
        "CREATE TABLE mine (id int)",
        "SET ROLE oslonac_owner",
        "DELETE FROM organisation",
        "UPDATE report_message SET kind = 'notice'",
    ] {
        let transaction = cluster.server.read(&Viewer::service(crate::access::Purpose::Demonstration)).await;
        let transaction = transaction.expect("a transaction");
        assert!(transaction.execute_unprepared(sql).await.is_err(), "the server's role could: {sql}");
    }
}

/// How many rows a statement touches in the name of a viewer, whatever is in the database afterwards; nothing where it is
/// refused.
pub(super) async fn touched(server: &Database, viewer: &Viewer, sql: &str) -> Option<u64> {
    let transaction = server.read(viewer).await.expect("a transaction");
    transaction.execute_unprepared(sql).await.ok().map(|done| done.rows_affected())
}

#[tokio::test]
async fn of_several_servers_one_marks_a_deadline_and_escalates_it() {
    let (cluster, network) = Cluster::with_network().await;
    let keeping = Viewer::service(crate::access::Purpose::Timekeeping);
    let (one, other) = (scope(&cluster.server, &keeping), scope(&cluster.server, &keeping));
    let (third, now) = (scope(&cluster.server, &keeping), one.now());
    let run = crate::deadlines::job::run;
    let done = tokio::join!(run(&one, now), run(&other, now), run(&third, now));
    let done = [done.0, done.1, done.2].map(|done| done.expect("runs"));
    let waiting = network.report_deadline.len() as u64;
    assert_eq!(done.iter().map(|done| done.overdue).sum::<u64>(), waiting);
    assert_eq!(done.iter().map(|done| done.escalated).sum::<u64>(), waiting);
    let officer = scope(&cluster.server, &network.viewer("protection officer"));
    for action in ["report.deadline_missed", "report.deadline_escalated"] {
        let rows = officer.find::<entity::audit_event::Entity>();
        let rows = rows.filter(sea_orm::ColumnTrait::eq(&entity::audit_event::Column::Action, action));
        assert_eq!(rows.count().await.expect("a number"), waiting, "{action}");
    }
}

#[tokio::test]
async fn of_several_servers_one_tells_of_an_opening_that_nobody_reviewed() {
    let (cluster, network) = Cluster::with_network().await;
    let keeping = Viewer::service(crate::access::Purpose::Timekeeping);
    let (one, other) = (scope(&cluster.server, &keeping), scope(&cluster.server, &keeping));
    let (terms, now) = (crate::openings::Terms::default(), one.now() + chrono::TimeDelta::days(8));
    let run = crate::openings::job::run;
    let done = tokio::join!(run(&one, terms, now), run(&other, terms, now));
    let waits = |row: &entity::identity_opening::Model| row.reviewed_at.is_none() && row.overdue_at.is_none();
    let waiting = network.identity_opening.iter().filter(|row| waits(&row.model)).count() as u64;
    assert_eq!(done.0.expect("runs") + done.1.expect("runs"), waiting);
    assert_eq!(run(&one, terms, now).await.expect("runs"), 0, "once");
    let telling = scope(&cluster.server, &Viewer::service(crate::access::Purpose::Notification));
    let news = telling.find::<entity::outbox::Entity>();
    let news = news.filter(sea_orm::ColumnTrait::eq(&entity::outbox::Column::News, "review_overdue"));
    assert_eq!(news.count().await.expect("a number"), waiting);
}

#[tokio::test]
async fn the_service_at_erasing_empties_what_has_ended_and_writes_nothing_else() {
    let (cluster, network) = Cluster::with_network().await;
    let erasing = Viewer::service(crate::access::Purpose::Erasure);
    let key_gone = "sealing_key_id = NULL, sealing_key = ''";
    for (sql, expected) in [
        // One report of the network has ended.
        ("UPDATE report_message SET text = ''".to_owned(), Some(1)),
        (format!("UPDATE person SET {key_gone}, birth_year = NULL, age_band = '12_14'"), Some(1)),
        (format!("UPDATE report SET {key_gone}, observations = ''"), Some(1)),
        ("DELETE FROM person_identity".to_owned(), Some(1)),
        ("UPDATE report_message SET text = 'another'".to_owned(), None),
        ("UPDATE report_message SET created_at = now()".to_owned(), None),
        ("UPDATE internal_note SET text = 'another'".to_owned(), None),
        ("UPDATE report_event SET reason = 'another'".to_owned(), None),
        ("UPDATE \"case\" SET decision_reason = 'another'".to_owned(), None),
        (format!("UPDATE report SET {key_gone}, observations = 'another'"), None),
        ("UPDATE person SET pseudonym = 'another'".to_owned(), None),
        ("UPDATE person SET birth_year = 2001".to_owned(), None),
        ("UPDATE person SET sex = 'female'".to_owned(), None),
        ("DELETE FROM person".to_owned(), Some(0)),
        ("DELETE FROM erasure".to_owned(), None),
    ] {
        assert_eq!(touched(&cluster.server, &erasing, &sql).await, expected, "{sql}");
    }
    for (name, viewer) in network.viewers.iter().filter(|(_, viewer)| !viewer.acts_for(crate::access::Purpose::Erasure))
    {
        for sql in ["UPDATE report_message SET text = ''", "UPDATE internal_note SET text = ''"] {
            assert_eq!(touched(&cluster.server, viewer, sql).await, Some(0), "{sql} by {name}");
        }
    }
}

#[tokio::test]
async fn connections_that_died_while_idle_are_replaced() {
    let cluster = Cluster::new().await;
    cluster.owner.migrate_up().await.expect("tables");
    let viewer = Viewer::service(crate::access::Purpose::Demonstration);
    let server = &cluster.server;
    let opened = tokio::join!(server.read(&viewer), server.read(&viewer), server.read(&viewer));
    for transaction in [opened.0, opened.1, opened.2] {
        transaction.expect("a transaction").commit().await.expect("ends");
    }
    let ask =
        async || server.recipients(vec![uuid::Uuid::nil()], super::network::instant()).await.map(|found| found.len());
    assert_eq!(ask().await.expect("an answer"), 0);
    let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
               WHERE usename = 'oslonac_server' AND datname = current_database()";
    cluster.superuser.run_as_superuser(end).await;
    server.read(&viewer).await.expect("another connection").commit().await.expect("ends");
    assert_eq!(ask().await.expect("an answer"), 0);
}
