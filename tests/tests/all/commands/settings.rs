//! Settings that cannot be right stop the start with one line: which key, where it stands, what would be right.

use super::assert_one_line;
use rstest::rstest;
use tests::{Command, Output};

/// Runs `check` with a settings file.
async fn check(settings: &str) -> (Output, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("oslonac.toml");
    std::fs::write(&file, settings).expect("a file in a temporary folder");
    let output = Command::oslonac(&["check", "--config"]).argument(&file).run().await;
    (output, file.display().to_string())
}

const ISSUER: &str = "[[sign_in.issuers]]\nurl = \"http://127.0.0.1:1\"\nclient_id = \"a\"\naudience = \"b\"\n";

#[rstest]
#[case::an_unknown_key("[http]\nlissten = \"127.0.0.1:80\"", &["lissten", "listen"])]
#[case::an_unknown_section("[htp]\nlisten = \"127.0.0.1:80\"", &["htp"])]
#[case::a_number("[http]\nlargest_body = \"many\"", &["http.largest_body"])]
#[case::a_negative_number("[http]\nlargest_body = -1", &["http.largest_body"])]
#[case::an_address("[http]\nlisten = \"8080\"", &["http.listen"])]
#[case::a_switch("[http]\ngraphiql = \"perhaps\"", &["http.graphiql"])]
#[case::a_choice("[log]\nformat = \"xml\"", &["log.format", "text", "json"])]
#[case::an_algorithm(&format!("{ISSUER}algorithms = [\"RS257\"]"), &["sign_in.issuers", "RS257"])]
#[case::something_missing(ISSUER, &["sign_in.issuers", "algorithms"])]
#[case::not_toml("[http\nlisten", &["TOML"])]
#[tokio::test]
async fn in_the_file(#[case] settings: &str, #[case] words: &[&str]) {
    let (output, file) = check(settings).await;
    assert_one_line(&output, words);
    assert!(output.stderr.contains(&file), "the file {file} is not named: {}", output.stderr);
}

#[rstest]
#[case("OSLONAC_HTTP__LARGEST_BODY", "many", &["http.largest_body"])]
#[case("OSLONAC_HTTP__LISSTEN", "127.0.0.1:80", &["lissten"])]
#[case("OSLONAC_SIGN_IN__IDLE_MINUTES", "-5", &["sign_in.idle_minutes"])]
#[case("OSLONAC_TYPO", "1", &["typo"])]
#[tokio::test]
async fn in_the_environment(#[case] key: &str, #[case] value: &str, #[case] words: &[&str]) {
    let output = Command::oslonac(&["check"]).env(key, value).run().await;
    assert_one_line(&output, words);
    assert!(output.stderr.contains("OSLONAC_"), "it says that it stands in the environment: {}", output.stderr);
}

#[tokio::test]
async fn a_file_that_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for file in [folder.path().join("missing.toml"), folder.path().to_owned()] {
        let output = Command::oslonac(&["check", "--config"]).argument(&file).run().await;
        assert_one_line(&output, &[&file.display().to_string()]);
    }
    let file = folder.path().join("latin.toml");
    std::fs::write(&file, b"[http]\nlisten = \"\xe6\"").expect("a file in a temporary folder");
    let output = Command::oslonac(&["check", "--config"]).argument(&file).run().await;
    assert_one_line(&output, &["latin.toml"]);
}

#[tokio::test]
async fn a_secret_is_not_repeated() {
    for (settings, secret) in [
        (format!("{ISSUER}algorithms = [\"RS256\"]\nclient_secret = 736452918273"), "736452918273"),
        ("[database]\nurl = 736452918273".to_owned(), "736452918273"),
        ("[database]\nurl = \"postgres://a:hunter736452@\\u0000/x\"".to_owned(), "hunter736452"),
        ("[database]\nurl = \"mysql://a:hunter736452@h/x\"".to_owned(), "hunter736452"),
    ] {
        let (output, _) = check(&settings).await;
        assert!(!output.success);
        let told = format!("{}{}", output.stdout, output.stderr);
        assert!(!told.contains(secret), "{told}");
    }
}

#[tokio::test]
async fn all_of_them_are_printed_and_are_the_defaults() {
    let output = Command::oslonac(&["settings"]).run().await;
    assert!(output.success);
    assert!(output.stdout.contains("[http]\n") && output.stdout.contains("largest_body = 1_000_000"));
    let (with, _) = check(&output.stdout).await;
    assert!(with.stdout.starts_with("settings    in order\n"), "{}{}", with.stdout, with.stderr);
}
