//! Files of reports: sent and fetched by links, looked at, sealed, kept.

mod bucket;
mod erased;
mod full;
mod keeping;
mod links;
mod refused;
mod scanned;
mod sending;

use crate::steps::{done, text};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use tests::{Client, Server};
use zip::write::SimpleFileOptions;

/// A file that is expected or was sent.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Its id.
    pub(crate) id: Value,
    /// Where it is sent to.
    pub(crate) path: String,
}

/// Announces a file for a report.
pub(crate) async fn announce(client: &Client, key: &str, report: &Value) -> File {
    let input = json!({ "idempotencyKey": format!("a-file-{key}"), "reportId": report });
    let file = done(client, "addAttachment", "attachment { id state uploadPath downloadPath }", input).await;
    let file = &file["attachment"];
    assert_eq!((&file["state"], &file["downloadPath"]), (&json!("EXPECTED"), &Value::Null));
    File { id: file["id"].clone(), path: text(&file["uploadPath"]) }
}

/// Sends bytes to a link: the status, and what is said.
pub(crate) async fn put(client: &Client, path: &str, bytes: impl Into<reqwest::Body>) -> (StatusCode, Value) {
    let response = client.request(Method::PUT, path).body(bytes).send().await.expect("the server answers");
    let (status, body) = (response.status(), response.text().await.expect("a text"));
    (status, serde_json::from_str(&body).unwrap_or(Value::String(body)))
}

/// Announces a file and sends it.
async fn send(client: &Client, key: &str, report: &Value, bytes: &[u8]) -> File {
    let file = announce(client, key, report).await;
    let (status, said) = put(client, &file.path, bytes.to_vec()).await;
    assert_eq!(status, StatusCode::CREATED, "{said}");
    file
}

/// The files of a report, as somebody sees them.
async fn files(client: &Client, report: &Value) -> Value {
    let document = "query Files($id: ID!) { report(id: $id) { attachments {
        id number ofCentre kind size state uploadPath downloadPath } } }";
    let response = client.query(document, json!({ "id": report })).await;
    response.expect_no_errors().data()["report"]["attachments"].clone()
}

/// A file as it is handed out: status, headers, bytes.
async fn fetch(client: &Client, path: &str) -> (StatusCode, String, Vec<u8>) {
    let response = client.request(Method::GET, path).send().await.expect("the server answers");
    let headers = format!("{:?}", response.headers());
    (response.status(), headers, response.bytes().await.map(|bytes| bytes.to_vec()).unwrap_or_default())
}

/// The folder in which the server keeps sealed files, and what lies there.
fn folder(server: &Server) -> PathBuf {
    server.storage().data_folder().join("attachments")
}

fn objects(server: &Server) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder(server)) else { return Vec::new() };
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

/// A packed folder with these parts.
fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a part");
        writer.write_all(content).expect("its content");
    }
    writer.finish().expect("a folder").into_inner()
}

const TYPES: &[u8] = b"<Types><Override ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml\
    .document.main+xml\"/></Types>";
