//! `oslonac demo`: what it refuses, and what it keeps.

use super::assert_one_line;
use serde_json::json;
use std::net::TcpListener;
use tests::{Command, Database, Server};

fn demo(arguments: &[&str], data: &std::path::Path) -> Command {
    let command = arguments.iter().fold(Command::oslonac(&["demo"]), |command, argument| command.argument(argument));
    command.argument("--data").argument(data)
}

#[tokio::test]
async fn it_stays_on_this_machine() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let output = demo(&["--listen", address], folder.path()).run().await;
        assert_one_line(&output, &["this machine only", "127.0.0.1:8080"]);
    }
    let elsewhere = demo(&["--listen", "127.0.0.1:0"], folder.path());
    let output = elsewhere.env("OSLONAC_HTTP__PUBLIC_URL", "https://reports.example.rs").run().await;
    assert_one_line(&output, &["http.public_url", "this machine only"]);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing was begun");
}

#[tokio::test]
async fn an_address_that_is_taken_costs_nobody_their_data() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("oslonac.db");
    std::fs::write(&file, "somebody's data").expect("a file in a temporary folder");
    let output = demo(&["--fresh", "--listen", &address], folder.path()).run().await;
    assert_one_line(&output, &[&address, "in use", "--listen"]);
    assert_eq!(std::fs::read_to_string(file).expect("the file is still there"), "somebody's data");
}

#[tokio::test]
async fn fresh_empties_its_own_folder_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let other = folder.path().join("other.db");
    let url = format!("sqlite:{}", other.display());
    let output =
        demo(&["--fresh", "--listen", "127.0.0.1:0"], folder.path()).env("OSLONAC_DATABASE__URL", url).run().await;
    assert_one_line(&output, &["--fresh", "database"]);
    assert!(!other.exists());
}

#[tokio::test]
async fn it_says_where_to_go_and_who_can_sign_in() {
    let server = Server::start(Database::Sqlite).await;
    let log = server.log();
    assert!(log.contains(&format!("{}sign-in?return_to=/graphiql", server.url("/"))), "{log}");
    let people: Vec<&str> = log.lines().filter(|line| line.starts_with("  ") && line.contains("@")).collect();
    assert!(people.len() > 8, "{log}");
    for line in people {
        let email = line.split_whitespace().next().expect("an address");
        let client = server.sign_in_as(email).await;
        let roles = client.query("{ viewer { roles } }", ()).await;
        assert_ne!(roles.expect_no_errors().data()["viewer"]["roles"], json!([]), "{email}");
    }
}

#[tokio::test]
async fn what_was_done_is_kept_over_a_restart_at_another_address() {
    let mut server = Server::start(Database::Sqlite).await;
    let create =
        "mutation C($input: CreateDraftInput!) { createDraft(input: $input) { report { id } userErrors { code } } }";
    let input = json!({ "input": { "idempotencyKey": "kept-0001", "content": {} } });
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let id = reporter.query(create, input).await.payload("createDraft")["report"]["id"].clone();
    server.move_to("127.0.0.1:0").await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let found = reporter.query("query R($id: ID!) { report(id: $id) { id } }", json!({ "id": id })).await;
    assert_eq!(found.expect_no_errors().data()["report"]["id"], id);
}
