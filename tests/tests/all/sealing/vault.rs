//! The master key in Vault, which never hands it out.

use super::observations;
use crate::steps::{content, submit};
use rstest::rstest;
use std::os::unix::fs::PermissionsExt;
use tests::{Client, Command, Database, Options, Output, Server, Storage, Transit};

fn with(command: Command, settings: &[(&'static str, String)]) -> Command {
    settings.iter().fold(command, |command, (key, value)| command.env(key, value))
}

fn options(database: Database, settings: &[(&'static str, String)]) -> Options {
    settings.iter().fold(Server::with(database), |all, (key, value)| all.env(key, value))
}

/// A service whose master key is in Vault, and who has reported something there.
async fn with_a_report(database: Database, transit: &Transit) -> (Server, Client) {
    let server = options(database, &transit.settings()).start_on(Storage::empty(database).await).await;
    let reporter = server.sign_in_as("reporter@school-03.example").await;
    submit(&reporter, "sealed-by-vault", content("first")).await;
    (server, reporter)
}

async fn verify(storage: &Storage, settings: &[(&'static str, String)]) -> Output {
    with(storage.command(&["keys", "verify"]), settings).run().await
}

#[rstest]
#[tokio::test]
async fn it_wraps_and_unwraps_and_without_it_nothing_opens(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let transit = Transit::start().await;
    let (mut server, reporter) = with_a_report(database, &transit).await;
    let before = observations(&reporter).await;
    assert!(before.1.is_empty() && !before.0.is_empty());
    let listed = with(server.storage().command(&["keys", "list"]), &transit.settings()).run().await;
    assert!(listed.success && listed.stdout.lines().all(|line| line.ends_with("wrapped with vault:oslonac")));
    let output = verify(server.storage(), &transit.settings()).await;
    assert!(output.success, "{}{}", output.stdout, output.stderr);
    let refused = verify(server.storage(), &transit.settings_with("another-token")).await;
    assert!(!refused.success && refused.stderr.contains("403 Forbidden: permission denied"), "{}", refused.stderr);
    assert!(!refused.stdout.contains("organisation_key"), "no row is called damaged: {}", refused.stdout);
    transit.settings();
    server.restart().await;
    let reporter = server.sign_in_as("reporter@school-03.example").await;
    assert_eq!(observations(&reporter).await, before);
    server.restart().await;
    drop(transit);
    let reporter = server.sign_in_as("reporter@school-03.example").await;
    let (reports, errors) = observations(&reporter).await;
    assert_eq!((reports.len(), errors), (0, vec!["UNAVAILABLE".to_owned()]), "come back when Vault does");
}

#[rstest]
#[tokio::test]
async fn a_token_that_ended_is_no_damage_and_another_is_taken_from_the_file(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let transit = Transit::start().await;
    let (mut server, reporter) = with_a_report(database, &transit).await;
    let before = observations(&reporter).await;
    server.restart().await;
    transit.let_count("the-next-token");
    let reporter = server.sign_in_as("reporter@school-03.example").await;
    let (reports, errors) = observations(&reporter).await;
    assert_eq!((reports.len(), errors), (0, vec!["UNAVAILABLE".to_owned()]), "it is not called damaged");
    let log = server.log();
    assert!(log.contains("Vault cannot decrypt: 403 Forbidden: permission denied"), "{log}");
    assert!(!log.contains("the database cannot be reached"), "{log}");
    transit.settings_with("the-next-token");
    assert_eq!(observations(&reporter).await, before, "no restart is needed");
}

#[rstest]
#[tokio::test]
async fn what_an_older_version_of_its_key_wrapped_is_wrapped_anew(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let transit = Transit::start().await;
    let settings = transit.settings();
    let (server, _) = with_a_report(database, &transit).await;
    let rotate = async || with(server.storage().command(&["keys", "rotate", "--master"]), &settings).run().await.stdout;
    assert!(rotate().await.starts_with("0 wrapped"), "nothing is older");
    transit.rotate().await;
    let done = rotate().await;
    assert!(done.contains(" wrapped with the master key in use") && !done.starts_with("0 "), "{done}");
    assert!(rotate().await.starts_with("0 wrapped"), "each is of the newest version");
    let output = verify(server.storage(), &settings).await;
    assert!(output.success, "{}{}", output.stdout, output.stderr);
}

#[rstest]
#[tokio::test]
async fn an_installation_moves_there_and_back(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let transit = Transit::start().await;
    let mut server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-03.example").await;
    submit(&reporter, "sealed-in-a-file", content("first")).await;
    let before = observations(&reporter).await;
    let [no_file, address, token] = transit.settings();
    let in_use = |place: &str| ("OSLONAC_DATABASE__MASTER_KEY__IN_USE", place.to_owned());
    for (place, wrapped, alone) in [
        ("vault", "wrapped with vault:oslonac", vec![no_file, address.clone(), token.clone()]),
        ("file", "wrapped with key-", Vec::new()),
    ] {
        let both = [address.clone(), token.clone(), in_use(place)];
        server.restart_with(options(database, &both)).await;
        let reporter = server.sign_in_as("reporter@school-03.example").await;
        assert_eq!(observations(&reporter).await, before, "both open, {place} is to wrap");
        let output = with(server.storage().command(&["keys", "rotate", "--master"]), &both).run().await;
        assert!(output.success && !output.stdout.starts_with("0 "), "{}{}", output.stdout, output.stderr);
        let listed = with(server.storage().command(&["keys", "list"]), &both).run().await.stdout;
        assert!(listed.lines().all(|line| line.contains(wrapped)), "{listed}");
        server.restart_with(options(database, &alone)).await;
        let reporter = server.sign_in_as("reporter@school-03.example").await;
        assert_eq!(observations(&reporter).await, before, "{place} alone opens everything");
        let output = verify(server.storage(), &alone).await;
        assert!(output.success, "{}{}", output.stdout, output.stderr);
    }
}

#[tokio::test]
async fn it_is_not_reached_where_others_read_along() {
    let storage = Storage::empty(Database::Sqlite).await;
    let transit = Transit::start().await;
    let [no_file, _, token] = transit.settings();
    let address = |value: &str| ("OSLONAC_DATABASE__MASTER_KEY__VAULT__ADDRESS", value.to_owned());
    let check = |settings: Vec<(&'static str, String)>| with(storage.command(&["migrate", "up"]), &settings);
    let output = check(vec![no_file.clone(), address("http://vault.example.rs:8200"), token.clone()]).run().await;
    assert!(!output.success && output.stderr.contains("vault.address"), "{}{}", output.stdout, output.stderr);
    std::fs::set_permissions(&token.1, PermissionsExt::from_mode(0o644)).expect("it is ours");
    let output = check(vec![no_file, address("https://vault.example.rs:8200"), token.clone()]).run().await;
    assert!(!output.success && output.stderr.contains(&format!("chmod 600 {}", token.1)), "{}", output.stderr);
}
