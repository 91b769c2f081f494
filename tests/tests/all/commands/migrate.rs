//! `oslonac migrate`: up, status, down.

use rstest::rstest;
use tests::{Database, Output, Storage};

fn states(output: &Output) -> Vec<&str> {
    assert!(output.success, "{}{}", output.stdout, output.stderr);
    output.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect()
}

#[rstest]
#[tokio::test]
async fn up_status_and_down(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let storage = Storage::empty(database).await;
    let run = async |what: &str| storage.command(&["migrate", what]).run().await;
    let missing = run("status").await;
    let count = states(&missing).len();
    assert!(count > 3 && states(&missing).iter().all(|state| *state == "missing"), "{}", missing.stdout);
    for _ in 0..2 {
        assert_eq!(states(&run("up").await), vec!["applied"; count]);
    }
    for down in 1..=count {
        let output = run("down").await;
        let expected = [vec!["applied"; count - down], vec!["missing"; down]].concat();
        assert_eq!(states(&output), expected, "{}", output.stdout);
    }
    assert_eq!(states(&run("down").await), vec!["missing"; count], "there is nothing left to take back");
    assert_eq!(states(&run("up").await), vec!["applied"; count], "and up again");
    assert_eq!(states(&run("status").await), vec!["applied"; count]);
}

#[rstest]
#[tokio::test]
async fn several_at_once_wait_for_each_other(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let storage = Storage::empty(database).await;
    let up = storage.command(&["migrate", "up"]);
    let (one, two, three) = tokio::join!(up.run(), up.run(), up.run());
    for output in [one, two, three] {
        assert!(states(&output).iter().all(|state| *state == "applied"), "{}", output.stdout);
    }
    assert!(storage.command(&["indicators", "import"]).run().await.success, "the tables are whole");
}

#[tokio::test]
async fn the_servers_own_role_may_not() {
    let storage = Storage::empty(Database::Postgres).await;
    let up = storage.command(&["migrate", "up"]).env("OSLONAC_DATABASE__OWNER_URL", storage.url());
    super::assert_one_line(&up.run().await, &["permission denied"]);
    let status = storage.command(&["migrate", "status"]).run().await;
    assert!(states(&status).iter().all(|state| *state == "missing"));
}
