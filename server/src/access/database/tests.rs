use super::*;
use crate::testing::database_at;
use sqlx::Connection as _;

fn settings(url: &str) -> config::Database {
    config::Database { max_connections: 8, acquire_timeout_seconds: 1, ..database_at(url) }
}

/// The settings of a file in this folder.
fn in_folder(folder: &tempfile::TempDir) -> config::Database {
    settings(&format!("sqlite:{}", folder.path().join("new.sqlite").display()))
}

#[tokio::test]
async fn a_new_file_that_another_program_writes_is_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("new.sqlite");
    let settings = config::Database { acquire_timeout_seconds: 5, ..in_folder(&folder) };
    let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let mut writer = options.connect().await.expect("connects");
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut writer).await.expect("begins");
    let leaving = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        writer.close().await.expect("closes");
    };
    let (opened, ()) = tokio::join!(Database::open(&settings), leaving);
    assert_eq!(opened.map(drop).map_err(|problem| problem.to_string()), Ok(()));
}

#[tokio::test]
async fn a_file_of_something_else_is_refused_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("new.sqlite"), "a text that is no database, and long enough for a first page")
        .expect("writes");
    let patient = config::Database { acquire_timeout_seconds: 600, ..in_folder(&folder) };
    let opened =
        tokio::time::timeout(Duration::from_secs(10), Database::open(&patient)).await.expect("it does not wait");
    let refused = opened.map(drop).expect_err("no database").to_string();
    assert!(refused.contains("file is not a database"), "{refused}");
}

#[tokio::test]
async fn only_urls_of_both_databases_are_taken() {
    for url in ["postgres://nobody@127.0.0.1:1/none", "postgresql://nobody@127.0.0.1:1/none"] {
        let database = Database::open(&settings(url)).await.expect("connects when it is needed");
        assert!(!database.is_embedded());
        let Pool::Postgres { pool, sign_in, signals } = &database.pool else { panic!("not PostgreSQL") };
        let connections = [pool, sign_in, signals].map(|pool| pool.options().get_max_connections());
        assert_eq!(connections, [6, 2, 1], "what is asked at the gate waits for nothing else");
    }
    let mut other = settings("mysql://nobody@127.0.0.1:1/none");
    other.owner_url = Some("postgres://nobody@127.0.0.1:1/none".to_owned().into());
    let refused = Database::open(&other).await.map(drop).expect_err("another database").to_string();
    assert!(refused.contains("postgres://USER@HOST/DATABASE"), "{refused}");
    Database::open_as_owner(&other).await.map(drop).expect("the owner's URL is taken");
}

#[tokio::test]
async fn what_must_exist_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = in_folder(&folder);
    let missing = Database::open_existing(&settings).await.map(drop).expect_err("no file").to_string();
    assert!(missing.contains("there is no SQLite file") && missing.contains("oslonac migrate up"), "{missing}");
    assert!(!folder.path().join("new.sqlite").exists());
    assert!(Database::open(&settings).await.expect("it is made").is_embedded());
    Database::open_existing(&settings).await.map(drop).expect("it is there now");
}

#[tokio::test]
async fn a_migration_is_taken_back_and_applied_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::open(&in_folder(&folder)).await.expect("opens");
    let applied = async || database.migrations().await.expect("names").iter().filter(|(_, applied)| *applied).count();
    let number = database.migrations().await.expect("names").len();
    let missing = database.check().await.expect_err("no tables").to_string();
    assert!(missing.contains("not applied") && missing.contains("oslonac migrate up"), "{missing}");
    assert_eq!(applied().await, 0);
    database.migrate_up().await.expect("migrates");
    database.check().await.expect("all of them are applied");
    assert_eq!(applied().await, number);
    database.migrate_down().await.expect("takes the newest back");
    assert_eq!(applied().await, number - 1);
    database.check().await.expect_err("one is missing");
}

#[tokio::test]
async fn without_a_master_key_the_check_says_how_to_make_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = in_folder(&folder);
    let missing = Database::open(&settings).await.expect("opens").check_master_key().expect_err("no key").to_string();
    assert!(missing.contains("oslonac keys create"), "{missing}");
    settings.master_key = crate::testing::master_key(folder.path());
    Database::open(&settings).await.expect("opens").check_master_key().expect("a key");
}

#[tokio::test]
async fn it_answers_while_it_takes_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::open(&in_folder(&folder)).await.expect("opens");
    database.ping().await.expect("answers");
    let options = SqliteConnectOptions::new().filename(folder.path().join("new.sqlite"));
    let mut other = options.connect().await.expect("connects");
    sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut other).await.expect("nobody else writes");
    assert!(matches!(database.ping().await, Err(Error::Unavailable(_))));
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("the lock goes");
    database.ping().await.expect("answers again");
    database.close().await;
    assert!(matches!(database.ping().await, Err(Error::Unavailable(_))));
}
