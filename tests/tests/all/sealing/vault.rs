//! The master key in Vault, which never hands it out.

use super::observations;
use crate::steps::{content, submit};
use rstest::rstest;
use tests::{Command, Database, Output, Server, Storage, Transit};

fn with(command: Command, settings: &[(&'static str, String)]) -> Command {
    settings.iter().fold(command, |command, (key, value)| command.env(key, value))
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
    let options = transit.settings().into_iter().fold(Server::with(database), |all, (key, value)| all.env(key, value));
    let mut server = options.start_on(Storage::empty(database).await).await;
    let reporter = server.sign_in_as("reporter@school-03.example").await;
    submit(&reporter, "sealed-by-vault", content("first")).await;
    let before = observations(&reporter).await;
    assert!(before.1.is_empty() && !before.0.is_empty());
    let listed = with(server.storage().command(&["keys", "list"]), &transit.settings()).run().await;
    assert!(listed.success && listed.stdout.lines().all(|line| line.ends_with("wrapped with vault:oslonac")));
    let output = verify(server.storage(), &transit.settings()).await;
    assert!(output.success, "{}{}", output.stdout, output.stderr);
    let refused = verify(server.storage(), &transit.settings_with("another-token")).await;
    assert!(!refused.success && format!("{}{}", refused.stdout, refused.stderr).contains("Vault cannot decrypt"));
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
