//! The keys themselves: missing, wrong, too open, changed while the service runs, changed by somebody who is killed.

use super::{observations, verify};
use crate::steps::{content, refusals, submit};
use rstest::rstest;
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;
use tests::{Command, Database, Output, Server};

async fn rotate(server: &Server, more: &[&str]) -> Output {
    server.storage().command(&[&["keys", "rotate"][..], more].concat()).run().await
}

async fn opens(server: &Server) {
    let (in_order, said) = verify(server).await;
    assert!(in_order, "{said}");
}

#[rstest]
#[tokio::test]
async fn they_are_changed_while_the_service_runs(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let mut server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-03.example").await;
    let first = submit(&reporter, "before-rotation", content("before")).await;
    let before = observations(&reporter).await;
    let output = rotate(&server, &[]).await;
    assert!(output.success, "{}{}", output.stdout, output.stderr);
    assert_eq!(observations(&reporter).await, before);
    assert_eq!(submit(&reporter, "before-rotation", content("before")).await.reference, first.reference, "sent again");
    let once = |seen: &str| json!({ "idempotencyKey": "before-rotation", "report": { "content": content(seen) } });
    let reused = [("KEY_REUSED".to_owned(), "idempotencyKey".to_owned())];
    assert_eq!(refusals(&reporter, "submitReport", once("something else")).await, reused);
    submit(&reporter, "after-rotation", content("after")).await;
    opens(&server).await;
    let listed = server.storage().command(&["keys", "list"]).run().await.stdout;
    let (used, retired): (Vec<&str>, Vec<&str>) = listed.lines().partition(|line| line.contains("in use"));
    assert_eq!(used.len(), retired.len(), "each got one new key: {listed}");
    let key = retired[0].split_whitespace().next().expect("an id");
    let hesitating = server.storage().command(&["keys", "destroy", key]).run().await;
    assert!(!hesitating.success && hesitating.stderr.contains("--yes"), "{}", hesitating.stderr);
    let key = used[0].split_whitespace().next().expect("an id");
    let in_use = server.storage().command(&["keys", "destroy", key, "--yes"]).run().await;
    assert!(!in_use.success && in_use.stderr.contains("in use"), "{}", in_use.stderr);
    let key = retired[0].split_whitespace().next().expect("an id");
    // However long the test has taken.
    let just_now = "UPDATE organisation_key SET retired_at = '2999-01-01 00:00:00+00:00' WHERE retired_at IS NOT NULL";
    assert_eq!(server.storage().tamper(just_now).await, retired.len() as u64);
    let hasty = server.storage().command(&["keys", "destroy", key, "--yes"]).run().await;
    assert!(!hasty.success && hasty.stderr.contains("minute"), "{}", hasty.stderr);
    destroy_all_retired(&mut server, &retired).await;
    opens(&server).await;
    let reporter = server.sign_in_as("reporter@school-03.example").await;
    assert_eq!(
        refusals(&reporter, "submitReport", once("before")).await,
        reused,
        "nobody can tell any more, so no second"
    );
    assert_eq!(observations(&reporter).await.0.len(), before.0.len() + 1, "no report twice");
    let listed = server.storage().command(&["keys", "list"]).run().await.stdout;
    assert_eq!(listed.matches("destroyed ").count(), retired.len(), "{listed}");
    let twice = server.storage().command(&["keys", "destroy", key, "--yes"]).run().await;
    assert!(!twice.success && twice.stderr.contains("already"), "{}", twice.stderr);
    let officer = server.sign_in_as("protection@centre.example").await;
    let trail = officer.query("{ auditEvents(first: 100) { nodes { action reason } } }", ()).await;
    assert!(!trail.expect_no_errors().data()["auditEvents"]["nodes"].as_array().expect("rows").is_empty());
}

/// Destroys retired keys, as if a while had passed since the rotation. A report that a server wrapped meanwhile with the key
/// that it had at hand keeps its key alive until the rotation is finished.
async fn destroy_all_retired(server: &mut Server, retired: &[&str]) {
    server.stop().await;
    let long_ago = "UPDATE organisation_key SET retired_at = '2020-01-01 00:00:00+00:00' WHERE retired_at IS NOT NULL";
    assert_eq!(server.storage().tamper(long_ago).await, retired.len() as u64);
    let finished = rotate(server, &[]).await;
    assert!(finished.success, "{}{}", finished.stdout, finished.stderr);
    for key in retired.iter().filter_map(|line| line.split_whitespace().next()) {
        let destroyed = server.storage().command(&["keys", "destroy", key, "--yes"]).run().await;
        assert!(destroyed.success, "{}", destroyed.stderr);
    }
    server.restart().await;
}

#[tokio::test]
async fn an_organisation_that_is_not_there_gets_no_key_and_no_success() {
    let server = Server::start(Database::Sqlite).await;
    for id in ["organisation_06evdz2wtqrk1ad40k5fjxm4x0", "report_06evdz2wtqrk1ad40k5fjxm4x0", "nonsense"] {
        let output = rotate(&server, &["--organisation", id]).await;
        assert!(!output.success && output.stderr.contains(id), "{id}: {}{}", output.stdout, output.stderr);
    }
}

#[rstest]
#[tokio::test]
async fn a_key_that_is_needed_is_not_destroyed_and_it_says_by_what(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::start(database).await;
    server.stop().await;
    let listed = server.storage().command(&["keys", "list"]).run().await.stdout;
    let key = listed.split_whitespace().next().expect("a key");
    let retired = "UPDATE organisation_key SET retired_at = '2020-01-01 00:00:00+00:00'";
    assert!(server.storage().tamper(retired).await > 0);
    let refused = server.storage().command(&["keys", "destroy", key, "--yes"]).run().await;
    assert!(!refused.success && refused.stderr.contains("still sealed with this key: "), "{}", refused.stderr);
}

#[rstest]
#[tokio::test]
async fn a_rotation_that_is_killed_is_finished_by_the_next(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    for pause in [60, 400] {
        server.storage().command(&["keys", "rotate"]).run_and_kill_after(Duration::from_millis(pause)).await;
        opens(&server).await;
    }
    let output = rotate(&server, &[]).await;
    assert!(output.success, "{}{}", output.stdout, output.stderr);
    opens(&server).await;
    let behind = "UPDATE report SET revision = revision WHERE sealing_key_id IN (SELECT id FROM organisation_key WHERE retired_at IS NOT NULL)";
    assert_eq!(server.storage().tamper(behind).await, 0, "no report is wrapped with a retired key");
}

#[rstest]
#[tokio::test]
async fn the_master_key_is_changed(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let mut server = Server::start(database).await;
    let file = server.storage().master_key();
    let old = std::fs::read_to_string(&file).expect("the key");
    let name = file.to_string_lossy().into_owned();
    let made = server.storage().command(&["keys", "create", &name]).run().await;
    assert!(made.success, "{}", made.stderr);
    let both = std::fs::read_to_string(&file).expect("the keys");
    assert!(both.ends_with(&old) && both.lines().count() == old.lines().count() + 1);
    let output = rotate(&server, &["--master"]).await;
    assert!(output.success, "{}{}", output.stdout, output.stderr);
    std::fs::write(&file, both.lines().next().expect("the new key")).expect("the old one is taken out");
    opens(&server).await;
    server.restart().await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let (reports, errors) = observations(&coordinator).await;
    assert!(errors.is_empty() && !reports.is_empty(), "{errors:?}");
}

#[rstest]
#[tokio::test]
async fn with_another_master_key_nothing_opens_and_it_says_why(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::start(database).await;
    server.stop().await;
    let file = server.storage().master_key();
    let key = std::fs::read_to_string(&file).expect("the key");
    let (name, _) = key.split_once(' ').expect("a name and a key");
    std::fs::write(&file, format!("{name} AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")).expect("another key");
    let (in_order, said) = verify(&server).await;
    assert!(!in_order && said.contains(&format!("the master key {name} is not the one")), "{said}");
    std::fs::write(&file, "another-key AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n").expect("another key");
    let (in_order, said) = verify(&server).await;
    assert!(!in_order && said.contains(&format!("{name} is not among those of database.master_key")), "{said}");
}

/// Runs a command that must refuse, and gives what it said.
async fn refused(command: Command) -> String {
    let serve = command.env(
        "OSLONAC_SIGN_IN__ISSUERS",
        "[{url=\"http://127.0.0.1:1/\",client_id=\"oslonac\",audience=\"oslonac\",algorithms=[\"RS256\"]}]",
    );
    let output = tokio::time::timeout(Duration::from_secs(60), serve.run()).await.expect("it goes on, and must not");
    assert!(!output.success, "{}{}", output.stdout, output.stderr);
    format!("{}{}", output.stdout, output.stderr)
}

#[rstest]
#[tokio::test]
async fn with_another_master_key_nothing_starts_and_nothing_is_wrapped(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let mut server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-03.example").await;
    let before = observations(&reporter).await;
    server.stop().await;
    let file = server.storage().master_key();
    let text = std::fs::read_to_string(&file).expect("the key");
    let (name, _) = text.split_once(' ').expect("a name and a key");
    let data = server.storage().data_folder().display().to_string();
    let listed = server.storage().command(&["keys", "list"]).run().await.stdout;
    for (other, expected) in [
        (format!("{name} AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"), "is not the one that wrapped it"),
        ("another-key AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n".to_owned(), "is not among those of"),
    ] {
        std::fs::write(&file, other).expect("another key");
        for arguments in [
            &["serve"][..],
            &["demo", "--listen", "127.0.0.1:0", "--data", &data],
            &["check"],
            &["keys", "rotate"],
            &["keys", "rotate", "--master"],
        ] {
            let command = server.storage().command(arguments).env("OSLONAC_HTTP__LISTEN", "127.0.0.1:0");
            let said = refused(command).await;
            assert!(said.contains(&format!("the master key {name} {expected}")), "{arguments:?}: {said}");
            assert!(said.contains("put the copy of its key back"), "{arguments:?}: {said}");
        }
        assert_eq!(server.storage().command(&["keys", "list"]).run().await.stdout, listed, "nothing was wrapped");
    }
    std::fs::write(&file, text).expect("its own key");
    server.restart().await;
    let reporter = server.sign_in_as("reporter@school-03.example").await;
    assert_eq!(observations(&reporter).await, before);
}

#[tokio::test]
async fn a_rotation_that_another_writer_keeps_out_says_to_run_it_again() {
    let server = Server::start(Database::Sqlite).await;
    let mut other = SqliteConnection::connect(&server.storage().url()).await.expect("the file opens");
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.expect("nobody else writes");
    for more in [&[][..], &["--master"]] {
        let command = server.storage().command(&[&["keys", "rotate"][..], more].concat());
        let said = refused(command.env("OSLONAC_DATABASE__ACQUIRE_TIMEOUT_SECONDS", "1")).await;
        assert!(said.contains("run it again"), "{more:?}: {said}");
    }
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("the lock goes");
    let again = rotate(&server, &[]).await;
    assert!(again.success, "{}{}", again.stdout, again.stderr);
    opens(&server).await;
}

#[tokio::test]
async fn a_key_file_that_cannot_be_right_stops_the_start() {
    let mut server = Server::start(Database::Sqlite).await;
    server.stop().await;
    let file = server.storage().master_key();
    let key = std::fs::read_to_string(&file).expect("the key");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).expect("it is ours");
    let (in_order, said) = verify(&server).await;
    assert!(!in_order && said.contains("chmod 600"), "{said}");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("it is ours");
    for (text, expected) in [("", "there is no key in it"), ("key c2hvcnQ=", "line 1 is not a name and 32 bytes")] {
        std::fs::write(&file, text).expect("it is ours");
        let (in_order, said) = verify(&server).await;
        assert!(!in_order && said.contains(expected) && said.contains(&*file.to_string_lossy()), "{said}");
    }
    std::fs::write(&file, key).expect("it is ours");
    opens(&server).await;
    let said = refused(server.storage().command(&["serve"]).env("OSLONAC_DATABASE__MASTER_KEY__FILE", "")).await;
    assert!(said.contains("oslonac keys create"), "{said}");
}
