//! The master key in Vault, here a stand-in that writes down what it is given.

use super::*;
use axum::extract::{Json, Path as Segment};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
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

async fn start() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = axum::Router::new().route("/v1/transit/{what}/oslonac", axum::routing::post(transit));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/")
}

fn master(folder: &Path, address: &str, token: &str) -> Master {
    let token_file = folder.join("token");
    std::fs::write(&token_file, token).expect("a file");
    let (mount, key) = ("transit".to_owned(), "oslonac".to_owned());
    let vault = config::Vault { address: address.to_owned(), mount, key, token_file };
    Master::of(&config::MasterKey { vault, ..Default::default() }).expect("a master key")
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
    let master = master(folder.path(), &start().await, "a-token\n");
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
    let other_token = master(folder.path(), &start().await, "another-token");
    let (said, passing) = refused(&other_token, "vault:oslonac", b"vault:v1:", &place("wrapped")).await;
    assert!(said.contains("403") && !passing, "{said}");
    let nobody = master(folder.path(), "http://127.0.0.1:1", "a-token");
    assert!(refused(&nobody, "vault:oslonac", b"vault:v1:", &place("wrapped")).await.1, "it may be back in a moment");
}
