//! `oslonac check`: what is wrong with an installation, and how to mend it.

use rstest::rstest;
use tests::{Bucket, Command, Database, Installation, Issuer, Output, Scanner, Storage, settings_for};

async fn check(storage: &Storage, settings: &str) -> Command {
    std::fs::write(storage.settings_file(), settings).expect("a file in a temporary folder");
    storage.command(&["check", "--config"]).argument(storage.settings_file())
}

/// The line that begins with this word.
fn line<'a>(output: &'a Output, word: &str) -> &'a str {
    let found = output.stdout.lines().find(|line| line.starts_with(word));
    found.unwrap_or_else(|| panic!("nothing on {word}: {}{}", output.stdout, output.stderr))
}

/// It finds exactly one thing wrong, in this line, with all of these words.
#[track_caller]
fn assert_wrong(output: &Output, word: &str, words: &[&str]) {
    let found = line(output, word);
    for word in words.iter().chain(&["WRONG: "]) {
        assert!(found.contains(word), "{word} is missing: {found}");
    }
    assert!(!output.success);
    assert_eq!(output.stdout.matches("WRONG").count(), 1, "{}", output.stdout);
    assert_eq!(output.stderr.trim_end(), "oslonac: one thing is wrong; it is named above");
}

#[rstest]
#[tokio::test]
async fn an_installation_in_order(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let installation = Installation::start(database).await;
    let storage = installation.server.storage();
    let output = check(storage, &settings_for(&installation.issuer)).await.run().await;
    assert!(output.success && output.stderr.is_empty(), "{}{}", output.stdout, output.stderr);
    for word in ["settings", "listening", "database", "issuers"] {
        assert!(!line(&output, word).contains("WRONG"));
    }
    let audit = line(&output, "audit");
    assert!(audit.contains("WARNING") && audit.contains("oslonac audit create-key"), "{audit}");
}

#[tokio::test]
async fn a_signing_key_in_order_and_one_that_is_open_to_others() {
    use std::os::unix::fs::PermissionsExt as _;
    let installation = Installation::start(Database::Sqlite).await;
    let storage = installation.server.storage();
    let file = storage.data_folder().join("key.pem");
    let name = file.to_str().expect("a path");
    let made = Command::oslonac(&["audit", "create-key", name]).run().await;
    let id = made.stdout.split_whitespace().nth(1).expect("the key's name").to_owned();
    let command =
        check(storage, &settings_for(&installation.issuer)).await.env("OSLONAC_AUDIT__SIGNING_KEY_FILE", name);
    let output = command.run().await;
    assert!(output.success && line(&output, "audit").contains(&id), "{}", output.stdout);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    assert_wrong(&command.run().await, "audit", &["audit.signing_key_file", name, "644", "chmod 600"]);
    assert!(!Command::oslonac(&["audit", "create-key", name]).run().await.success, "a key is never overwritten");
}

#[rstest]
#[tokio::test]
async fn a_database_without_its_tables(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let issuer = Issuer::start(&[]).await;
    let storage = Storage::empty(database).await;
    let output = check(&storage, &settings_for(&issuer)).await.run().await;
    assert_wrong(&output, "database", &["oslonac migrate up"]);
    assert_eq!(std::fs::read_dir(storage.data_folder()).expect("a folder").count(), 0, "checking makes nothing");
}

#[tokio::test]
async fn a_database_that_is_not_there() {
    let issuer = Issuer::start(&[]).await;
    let storage = Storage::empty(Database::Postgres).await;
    let settings = settings_for(&issuer);
    let (_, server) =
        storage.url().split_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("a URL with a user");
    let (host, _) = server.split_once('/').expect("a URL with a database");
    for (url, words) in [
        (format!("postgres://oslonac_server:hunter736452@{host}/nowhere"), ["nowhere", "database.url"]),
        (format!("postgres://nobody:hunter736452@{server}"), ["nobody", "database.url"]),
        ("postgres://oslonac_server:hunter736452@127.0.0.1:1/x".to_owned(), ["database.url", "runs"]),
        ("mysql://oslonac_server:hunter736452@127.0.0.1/x".to_owned(), ["database.url", "postgres://"]),
    ] {
        let command = check(&storage, &settings).await.env("OSLONAC_DATABASE__ACQUIRE_TIMEOUT_SECONDS", "1");
        let output = command.env("OSLONAC_DATABASE__URL", &url).run().await;
        assert_wrong(&output, "database", &words);
        assert!(!output.stdout.contains("hunter736452"), "{}", output.stdout);
    }
    let output = check(&storage, &settings).await.env("OSLONAC_DATABASE__URL", "sqlite:/nowhere/a.db").run().await;
    assert_wrong(&output, "database", &["/nowhere/a.db", "oslonac migrate up"]);
}

#[tokio::test]
async fn a_role_that_stands_above_row_level_security() {
    let installation = Installation::start(Database::Postgres).await;
    let storage = installation.server.storage();
    let command = check(storage, &settings_for(&installation.issuer)).await;
    for (url, words) in [
        (storage.owner_url(), ["oslonac_owner", "owns tables", "oslonac_server"]),
        (storage.superuser_url(), ["postgres", "above row level security", "oslonac_server"]),
    ] {
        let output = command.clone().env("OSLONAC_DATABASE__URL", url).run().await;
        assert_wrong(&output, "database", &words);
    }
}

#[tokio::test]
async fn an_issuer_that_is_dead_or_another() {
    let installation = Installation::start(Database::Sqlite).await;
    let storage = installation.server.storage();
    let settings = settings_for(&installation.issuer);
    let identifier = installation.issuer.identifier();
    let dead = settings.replace(&identifier, "http://127.0.0.1:1");
    assert_wrong(&check(storage, &dead).await.run().await, "issuers", &["http://127.0.0.1:1", "refused"]);
    let renamed = settings.replace(&identifier, &format!("{identifier}/"));
    assert_wrong(&check(storage, &renamed).await.run().await, "issuers", &["calls itself", &identifier]);
    installation.issuer.set_down(true).await;
    assert_wrong(&check(storage, &settings).await.run().await, "issuers", &[&identifier, "503"]);
    assert_wrong(&check(storage, "").await.run().await, "issuers", &["nobody can sign in", "[[sign_in.issuers]]"]);
    installation.issuer.set_down(false).await;
    let open = check(storage, &settings).await.env("OSLONAC_HTTP__LISTEN", "0.0.0.0:8080").run().await;
    assert_wrong(&open, "listening", &["http.listen", "behind_proxy"]);
    let unseen = check(storage, &settings).await.env("OSLONAC_HTTP__PUBLIC_URL", "https://a.example/b").run().await;
    assert_wrong(&unseen, "listening", &["http.public_url", "https://a.example/b"]);
    let several = check(storage, &dead).await.env("OSLONAC_HTTP__LISTEN", "0.0.0.0:8080").run().await;
    assert_eq!(several.stderr.trim_end(), "oslonac: 2 things are wrong; they are named above");
}

#[tokio::test]
async fn a_folder_for_files_and_one_that_cannot_be_used() {
    let installation = Installation::start(Database::Sqlite).await;
    let storage = installation.server.storage();
    let command = check(storage, &settings_for(&installation.issuer)).await;
    let output = command.run().await;
    assert!(output.success && line(&output, "files").contains("kept, read and removed"), "{}", output.stdout);
    assert!(!storage.data_folder().join("attachments").exists(), "the service is to make it, as its own user");
    let taken = storage.data_folder().join("a-file");
    std::fs::write(&taken, b"no folder").expect("a file");
    for folder in [taken.clone(), taken.join("below")] {
        let output = command.clone().env("OSLONAC_ATTACHMENTS__FOLDER", &folder).run().await;
        assert_wrong(&output, "files", &["attachments.folder", folder.to_str().expect("a path")]);
    }
    let deep = storage.data_folder().join("deep");
    let output = command.clone().env("OSLONAC_ATTACHMENTS__FOLDER", deep.join("down")).run().await;
    assert!(output.success && !deep.exists(), "{}", output.stdout);
    std::fs::create_dir(&deep).expect("a folder");
    let output = command.clone().env("OSLONAC_ATTACHMENTS__FOLDER", &deep).run().await;
    assert!(output.success && std::fs::read_dir(&deep).expect("it stays").count() == 0, "{}", output.stdout);
}

#[tokio::test]
async fn a_bucket_and_one_that_does_not_answer() {
    let installation = Installation::start(Database::Sqlite).await;
    let mut bucket = Bucket::start().await;
    let command = check(installation.server.storage(), &settings_for(&installation.issuer)).await;
    let command = bucket.environment().into_iter().fold(command, |command, (key, value)| command.env(key, value));
    let output = command.run().await;
    assert!(output.success && line(&output, "files").contains("kept, read and removed"), "{}", output.stdout);
    assert_eq!(bucket.objects().len(), 0, "nothing is left");
    for (name, value, words) in
        [("SECRET_ACCESS_KEY", "hunter736452", "SignatureDoesNotMatch"), ("ACCESS_KEY_ID", "somebody", "NotSignedUp")]
    {
        let output = command.clone().env(&format!("OSLONAC_ATTACHMENTS__S3__{name}"), value).run().await;
        assert_wrong(&output, "files", &["attachments.s3", words]);
        assert!(!output.stdout.contains("hunter736452"), "{}", output.stdout);
    }
    bucket.go().await;
    let output = command.env("OSLONAC_ATTACHMENTS__S3__PATIENCE_SECONDS", "1").run().await;
    assert_wrong(&output, "files", &["attachments.s3", "error sending request"]);
}

#[tokio::test]
async fn a_scanner_that_answers_and_one_that_does_not() {
    let installation = Installation::start(Database::Sqlite).await;
    let command = check(installation.server.storage(), &settings_for(&installation.issuer)).await;
    let output = command.run().await;
    assert!(output.success && line(&output, "scanner").contains("WARNING"), "{}", output.stdout);
    let mut scanner = Scanner::start().await;
    let with = |address: &str| command.clone().env("OSLONAC_ATTACHMENTS__SCANNER", address);
    let output = with(&scanner.address()).run().await;
    assert!(output.success && line(&output, "scanner").ends_with("answers"), "{}", output.stdout);
    scanner.go();
    let output = with(&scanner.address()).run().await;
    assert_wrong(&output, "scanner", &["attachments.scanner", "cannot be reached"]);
    // Connections are taken in by the system, and nobody reads them.
    let hangs = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("tcp:{}", hangs.local_addr().expect("an address"));
    let output = with(&address).env("OSLONAC_ATTACHMENTS__SCANNER_SECONDS", "1").run().await;
    assert_wrong(&output, "scanner", &["attachments.scanner", "does not answer within 1 seconds"]);
    assert_wrong(&with("clamd").run().await, "files", &["attachments.scanner", "unix:/run/clamav/clamd.ctl"]);
}
