//! `oslonac retention`: a look ahead that changes nothing.

use crate::steps::{content, done};
use rstest::rstest;
use serde_json::json;
use tests::{Database, Server, Storage};

#[rstest]
#[tokio::test]
async fn the_preview_counts_who_would_go(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let storage = Storage::seeded(database).await;
    let preview = ["retention", "preview", "--until", "2040-12-31"];
    let output = storage.command(&preview).run().await;
    assert!(output.success, "{}", output.stderr);
    assert_eq!(output.stdout.matches("NOT CONFIRMED: nothing goes by it").count(), 2, "{}", output.stdout);
    assert!(output.stdout.contains("stays: not confirmed"), "{}", output.stdout);
    let all =
        |stdout: &str| stdout.lines().last().and_then(|line| line.strip_suffix(" persons in all")?.parse::<u32>().ok());
    let persons = all(&output.stdout).expect("a sum");
    assert!(persons > 150, "{persons}");
    let stay = output.stdout.lines().find_map(|line| line.strip_suffix(" persons of them stay")?.parse::<u32>().ok());
    assert!(stay.is_some_and(|stay| 0 < stay && stay <= persons), "{}", output.stdout);
    assert!(output.stdout.lines().any(|line| line.starts_with("goes in")), "{}", output.stdout);
    let confirmed = storage.command(&preview).env("OSLONAC_RETENTION__NOT_IDENTIFIED_YEARS", "3").run().await;
    assert_eq!(confirmed.stdout.matches("NOT CONFIRMED").count(), 1, "{}", confirmed.stdout);
    assert_eq!(all(&confirmed.stdout), Some(persons));
    let earlier = storage.command(&["retention", "preview", "--until", "2019-06-30"]).run().await;
    assert_eq!(all(&earlier.stdout), Some(0), "{}", earlier.stdout);
}

#[rstest]
#[tokio::test]
async fn drafts_are_in_the_preview(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let drafts = async || {
        let output = server.storage().command(&["retention", "preview", "--until", "2099-12-31"]).run().await;
        assert!(output.success && output.stdout.contains("28 days"), "{}{}", output.stdout, output.stderr);
        let counted = output.stdout.lines().find_map(|line| line.strip_suffix(" drafts in all")?.parse::<u32>().ok());
        (counted.expect("a sum"), output.stdout)
    };
    let before = drafts().await.0;
    let draft = json!({ "idempotencyKey": "a-draft-to-keep", "content": content("never finished") });
    done(&reporter, "createDraft", "report { id }", draft).await;
    let (after, stdout) = drafts().await;
    assert_eq!(after, before + 1, "{stdout}");
    assert!(stdout.lines().any(|line| line.contains("-") && line.contains("  drafts ")), "in its month: {stdout}");
    assert!(!stdout.contains("never finished"), "{stdout}");
}

#[tokio::test]
async fn a_slip_is_named() {
    let storage = Storage::seeded(Database::Sqlite).await;
    let output = storage.command(&["retention", "preview", "--until", "tomorrow"]).run().await;
    assert!(!output.success && output.stderr.contains("--until"), "{}", output.stderr);
    for (key, value) in [("IDENTIFIED_YEARS", "101"), ("NOT_IDENTIFIED_YEARS", "-1"), ("REVIEW_DAYS", "0")] {
        let command = storage.command(&["retention", "preview"]).env(&format!("OSLONAC_RETENTION__{key}"), value);
        let output = command.run().await;
        let named = format!("retention.{}", key.to_lowercase());
        assert!(!output.success && output.stderr.contains(&named), "{key}: {}", output.stderr);
    }
}
