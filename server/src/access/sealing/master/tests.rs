//! The master key in Vault, here a stand-in that writes down what it is given.

use super::*;
use axum::extract::{Json, Path as Segment};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Redirect;
use axum::routing::post;
use serde_json::{Value, json};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use uuid::Uuid;

/// What it would encrypt, and where that belongs, behind Vault's mark.
async fn transit(
    Segment(what): Segment<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Json<Value>, StatusCode> {
    if headers.get("x-vault-token").is_none_or(|token| token != "a-token") {
        return Err(StatusCode::FORBIDDEN);
    }
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let mark = format!("vault:v1:{}:", text("associated_data"));
    let data = match &*what {
        "encrypt" => json!({ "ciphertext": mark + &text("plaintext") }),
        _ => json!({ "plaintext": text("ciphertext").strip_prefix(&mark).ok_or(StatusCode::BAD_REQUEST)? }),
    };
    Ok(Json(json!({ "data": data })))
}

/// An answer of the stand-in's, at an address of this machine.
async fn start(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/")
}

async fn start_transit() -> String {
    start(axum::Router::new().route("/v1/transit/{what}/oslonac", post(transit))).await
}

/// Settings with a Vault at this address, and a file with its token.
fn settings(folder: &Path, address: &str, token: &str) -> config::MasterKey {
    let token_file = folder.join("token");
    std::fs::write(&token_file, token).expect("a file");
    std::fs::set_permissions(&token_file, Permissions::from_mode(0o600)).expect("it is ours");
    let (mount, key) = ("transit".to_owned(), "oslonac".to_owned());
    let vault = config::Vault { address: address.to_owned(), mount, key, token_file };
    config::MasterKey { vault, ..Default::default() }
}

fn master(folder: &Path, address: &str, token: &str) -> Master {
    Master::of(&settings(folder, address, token)).expect("a master key")
}

/// Why these settings are not taken.
fn problem_of(settings: &config::MasterKey) -> String {
    Master::of(settings).err().expect("they are taken").to_string()
}

fn place(column: &str) -> Place {
    Place::new("organisation_key", column, Uuid::nil(), Uuid::nil())
}

async fn refused(master: &Master, name: &str, wrapped: &[u8], place: &Place) -> (String, bool) {
    let problem = master.unwrap(name, wrapped, place).await.err().expect("it does not open");
    (problem.to_string(), problem.passing)
}

#[tokio::test]
async fn vault_wraps_and_unwraps_for_one_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let master = master(folder.path(), &start_transit().await, "a-token\n");
    assert_eq!(master.name().expect("a name"), "vault:oslonac");
    let key = Key::generate();
    let wrapped = master.wrap(&key, &place("wrapped")).await.expect("wraps");
    let opened = master.unwrap("vault:oslonac", &wrapped, &place("wrapped")).await.expect("unwraps");
    assert_eq!(opened.as_bytes(), key.as_bytes());
    let (elsewhere, passing) = refused(&master, "vault:oslonac", &wrapped, &place("elsewhere")).await;
    assert!(elsewhere.contains("Vault cannot decrypt") && !passing, "{elsewhere}");
    let (unknown, passing) = refused(&master, "key-1", &wrapped, &place("wrapped")).await;
    assert!(unknown.contains("key-1 is not among") && !passing, "{unknown}");
}

#[tokio::test]
async fn vault_that_refuses_is_told_from_one_that_is_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let other_token = master(folder.path(), &start_transit().await, "another-token");
    let (said, passing) = refused(&other_token, "vault:oslonac", b"vault:v1:", &place("wrapped")).await;
    assert!(said.contains("403") && said.contains("vault.token_file") && passing, "{said}");
    let nobody = master(folder.path(), "http://127.0.0.1:1", "a-token");
    let (said, passing) = refused(&nobody, "vault:oslonac", b"vault:v1:", &place("wrapped")).await;
    assert!(said.contains("Connection refused") && passing, "it may be back in a moment: {said}");
}

/// Vault that refuses everything so.
async fn refusing(status: u16, said: Value) -> String {
    let status = StatusCode::from_u16(status).expect("a status");
    start(axum::Router::new().fallback(move || async move { (status, Json(said)) })).await
}

#[tokio::test]
async fn damage_is_what_vault_calls_so_and_its_words_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    for (status, words, is_passing) in [
        (400, "cipher: message authentication failed", false),
        (400, "ciphertext or signature version is disallowed by policy (too old)", true),
        (400, "encryption key not found", true),
        (403, "permission denied", true),
        (404, "no handler for route", true),
        (429, "request path \"transit/decrypt\": rate limit quota exceeded", true),
        (503, "Vault is sealed", true),
    ] {
        let address = refusing(status, json!({ "errors": [words, "of a-token"] })).await;
        let master = master(folder.path(), &address, "a-token");
        let (said, passing) = refused(&master, "vault:oslonac", b"vault:v1:", &place("wrapped")).await;
        assert!(said.contains(&format!("{status} ")) && said.contains(words) && passing == is_passing, "{said}");
        assert!(!said.contains("a-token"), "{said}");
    }
    let address = refusing(503, json!({ "errors": ["x\n".repeat(10_000)] })).await;
    let master = master(folder.path(), &address, "a-token");
    let (said, _) = refused(&master, "vault:oslonac", b"vault:v1:", &place("wrapped")).await;
    assert!(said.len() < 500 && !said.contains('\n'), "{said}");
}

#[tokio::test]
async fn a_token_that_ended_is_read_again_from_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = start_transit().await;
    let master = master(folder.path(), &address, "a-token-that-ended");
    let key = Key::generate();
    assert!(master.wrap(&key, &place("wrapped")).await.expect_err("it has ended").passing);
    std::fs::remove_file(folder.path().join("token")).expect("it is ours");
    assert!(master.wrap(&key, &place("wrapped")).await.expect_err("there is none").passing);
    settings(folder.path(), &address, "a-token");
    let wrapped = master.wrap(&key, &place("wrapped")).await.expect("another counts");
    assert_eq!(master.mark().await.expect("a version"), b"vault:v1:");
    assert!(wrapped.starts_with(b"vault:v1:"));
}

#[tokio::test]
async fn what_is_no_answer_of_vault_is_no_key() {
    let folder = tempfile::tempdir().expect("a folder");
    for answer in ["", "{}", "<html>", r#"{"data":{"plaintext":"c2hvcnQ="}}"#, r#"{"data":{"plaintext":"?"}}"#] {
        let router = axum::Router::new().fallback(move || async move { answer });
        let master = master(folder.path(), &start(router).await, "a-token");
        let (said, passing) = refused(&master, "vault:oslonac", b"vault:v1:", &place("wrapped")).await;
        assert!(said.starts_with("Vault cannot decrypt: its answer is") && passing, "{said}");
    }
    let key = json!({ "data": { "plaintext": format!("{}=", "A".repeat(43)) } });
    for (blanks, is_key) in [(1000, true), (100_000, false)] {
        let answer = format!("{}{key}", " ".repeat(blanks));
        let router = axum::Router::new().fallback(move || async move { answer });
        let master = master(folder.path(), &start(router).await, "a-token");
        let opened = master.unwrap("vault:oslonac", b"vault:v1:", &place("wrapped")).await;
        assert_eq!(opened.is_ok(), is_key, "more than Vault has to say is not kept");
    }
}

#[tokio::test]
async fn keys_and_token_are_sent_nowhere_else() {
    let heard = Arc::new(AtomicUsize::new(0));
    let counted = heard.clone();
    let elsewhere = start(axum::Router::new().fallback(move || async move {
        counted.fetch_add(1, Ordering::Relaxed);
        ""
    }));
    let elsewhere = elsewhere.await;
    let redirecting = axum::Router::new().fallback(move || async move { Redirect::temporary(&elsewhere) });
    let folder = tempfile::tempdir().expect("a folder");
    let master = master(folder.path(), &start(redirecting).await, "a-token");
    let said = master.wrap(&Key::generate(), &place("wrapped")).await.expect_err("it is sent on").to_string();
    assert!(said.contains("307") && said.contains("database.master_key.vault.address"), "{said}");
    assert_eq!(heard.load(Ordering::Relaxed), 0, "nobody else hears of it");
}

#[test]
fn vault_is_reached_where_nobody_reads_along() {
    let folder = tempfile::tempdir().expect("a folder");
    for good in [
        "https://vault.example.rs:8200",
        "https://10.0.0.7/",
        "http://127.0.0.1:8200",
        "http://[::1]:8200",
        "http://localhost",
    ] {
        assert!(Master::of(&settings(folder.path(), good, "a-token")).is_ok(), "{good}");
    }
    for (bad, expected) in [
        ("http://vault.example.rs:8200", "in the clear"),
        ("http://10.0.0.7:8200", "in the clear"),
        ("http://localhost.example.rs", "in the clear"),
        ("ftp://127.0.0.1", "such as https://"),
        ("vault.example.rs:8200", "such as https://"),
        ("https://somebody:hunter736452@vault.example.rs", "token_file"),
        ("https://hunter736452@vault.example.rs", "token_file"),
        ("https://:hunter736452@vault.example.rs", "token_file"),
        ("https://vault.example.rs/?token=hunter736452", "token_file"),
    ] {
        let told = problem_of(&settings(folder.path(), bad, "a-token"));
        assert!(told.contains(expected) && told.contains("vault.address") && !told.contains("hunter736452"), "{told}");
    }
}

#[test]
fn the_token_is_one_line_that_only_its_owner_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = |token: &str| settings(folder.path(), "https://vault.example.rs", token);
    for wrong in ["", " \n", "two\nlines"] {
        assert!(problem_of(&settings(wrong)).contains("a token in one line"), "{wrong:?}");
    }
    let right = settings("a-token\n");
    assert!(Master::of(&right).is_ok());
    for mode in [0o640, 0o604] {
        std::fs::set_permissions(&right.vault.token_file, Permissions::from_mode(mode)).expect("it is ours");
        assert!(problem_of(&right).contains("chmod 600"));
    }
    std::fs::remove_file(&right.vault.token_file).expect("it is ours");
    assert!(problem_of(&right).contains("vault.token_file"));
}

#[tokio::test]
async fn of_two_places_the_one_that_is_named_wraps_and_both_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("master.key");
    let name = create_file(&file).expect("a key");
    let both = config::MasterKey { file, ..settings(folder.path(), &start_transit().await, "a-token") };
    assert!(problem_of(&both).contains("database.master_key.in_use"));
    let key = Key::generate();
    let mut wrapped = Vec::new();
    for (in_use, expected) in [(MasterKeyPlace::File, &*name), (MasterKeyPlace::Vault, "vault:oslonac")] {
        let master = Master::of(&config::MasterKey { in_use: Some(in_use), ..both.clone() }).expect("it is said which");
        assert_eq!(master.name().expect("a name"), expected);
        wrapped.push((expected, master.wrap(&key, &place("wrapped")).await.expect("wraps")));
        for (name, wrapped) in &wrapped {
            let opened = master.unwrap(name, wrapped, &place("wrapped")).await.expect("opens");
            assert_eq!(opened.as_bytes(), key.as_bytes());
        }
    }
    let (file, vault) = (
        config::MasterKey { file: both.file.clone(), ..Default::default() },
        config::MasterKey { file: PathBuf::new(), ..both },
    );
    for (alone, missing) in [(file, MasterKeyPlace::Vault), (vault, MasterKeyPlace::File)] {
        assert!(problem_of(&config::MasterKey { in_use: Some(missing), ..alone }).contains("names none"));
    }
}
