//! Files arrive, are kept sealed, and are fetched by those who see the report.

use super::{TYPES, announce, fetch, files, objects, packed, put, send};
use crate::steps::{content, done, list, submit, text};
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Database, Server};

/// A JPEG that says where it was taken, and holds a word that nobody else would write.
fn picture() -> Vec<u8> {
    let segment =
        |marker: u8, content: &[u8]| [&[0xff, marker], &(content.len() as u16 + 2).to_be_bytes()[..], content].concat();
    [
        &[0xff, 0xd8][..],
        &segment(0xe1, b"Exif\0\0MM\0*\0\0\0\x08\0\0GPS 45.2671 19.8335"),
        &segment(0xdb, b"wallaby quantisation"),
        &segment(0xda, &[1, 1, 0, 0, 63, 0]),
        b"wallaby scan",
        &[0xff, 0xd9],
    ]
    .concat()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[rstest]
#[tokio::test]
async fn a_file_is_sent_once_kept_sealed_and_fetched(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let draft = json!({ "idempotencyKey": "a-draft-with-files", "content": content("a file goes with this") });
    let draft = done(&reporter, "createDraft", "report { id revision }", draft).await["report"].clone();
    let file = announce(&reporter, "announced-1", &draft["id"]).await;
    let again = announce(&reporter, "announced-1", &draft["id"]).await;
    assert_eq!(file.id, again.id, "the same key announces no second file");
    let (status, said) = put(&reporter, &file.path, picture()).await;
    assert_eq!((status, &said["id"]), (StatusCode::CREATED, &file.id), "{said}");
    assert_eq!(put(&reporter, &file.path, picture()).await.0, StatusCode::OK, "the same again is acknowledged");
    let (status, said) = put(&reporter, &file.path, "another").await;
    assert_eq!((status, &said["userErrors"][0]["code"]), (StatusCode::CONFLICT, &json!("TAKEN")), "{said}");
    let sealed = objects(&server);
    assert_eq!(sealed.len(), 1, "{sealed:?}");
    let bytes = std::fs::read(&sealed[0]).expect("the object");
    assert!(!holds(&bytes, b"wallaby") && !holds(&bytes, &[0xff, 0xd8]), "it is sealed");
    let seen = files(&reporter, &draft["id"]).await;
    let path = text(&seen[0]["downloadPath"]);
    let (status, headers, bytes) = fetch(&reporter, &path).await;
    assert_eq!(status, StatusCode::OK);
    assert!(holds(&bytes, b"wallaby scan") && !holds(&bytes, b"45.2671"), "the picture without its place");
    assert_eq!(json!(bytes.len()), seen[0]["size"]);
    for header in [
        "\"content-disposition\": \"attachment; filename=\\\"attachment-1.jpg\\\"\"",
        "\"content-type\": \"image/jpeg\"",
        "\"x-content-type-options\": \"nosniff\"",
        "\"cache-control\": \"no-store\"",
    ] {
        assert!(headers.contains(header), "{header}: {headers}");
    }
    let submitted = json!({ "idempotencyKey": "with-files", "report": { "draft": { "reportId": draft["id"], "revision": draft["revision"] } } });
    done(&reporter, "submitReport", "report { id }", submitted).await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let seen = files(&officer, &draft["id"]).await;
    assert_eq!((&seen[0]["kind"], &seen[0]["state"]), (&json!("JPEG"), &json!("NOT_SCANNED")));
    assert_eq!(fetch(&officer, &text(&seen[0]["downloadPath"])).await.2, bytes);
    let trail = "query T($id: ID) { auditEvents(first: 100, filter: { objectId: $id }) { nodes { action } } }";
    let protection = server.sign_in_as("protection@centre.example").await;
    let trail = protection.query(trail, json!({ "id": draft["id"] })).await.expect_no_errors().data().to_string();
    let count = |action: &str| trail.matches(&format!("\"{action}\"")).count();
    assert_eq!(
        ["ATTACHMENT_ANNOUNCED", "ATTACHMENT_RECEIVED", "ATTACHMENT_READ"].map(count),
        [1, 1, 2],
        "each, and each download, leaves a row: {trail}"
    );
}

#[rstest]
#[tokio::test]
async fn what_a_file_is_its_content_says(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let report = submit(&reporter, "of-all-kinds", content("files of all kinds")).await;
    let word = packed(&[("[Content_Types].xml", TYPES), ("word/document.xml", b"<w/>")]);
    let open = packed(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<o/>")]);
    for (key, bytes, kind) in [
        ("kind-word", &word[..], "DOCX"),
        ("kind-open", &open, "ODT"),
        ("kind-text", "Видела сам га јуче.".as_bytes(), "TXT"),
        ("kind-old-text", b"Do\x9ala je ju\xe8e", "TXT"),
        ("kind-pdf", b"%PDF-1.4\nstartxref\n9\n%%EOF", "PDF"),
    ] {
        let file = send(&reporter, key, &report.id, bytes).await;
        let seen = files(&reporter, &report.id).await;
        let seen = list(&seen).iter().find(|seen| seen["id"] == file.id).expect("the file").clone();
        assert_eq!(seen["kind"], json!(kind));
        assert_eq!(fetch(&reporter, &text(&seen["downloadPath"])).await.2, bytes, "{kind} as it was sent");
    }
    let numbers: Vec<Value> =
        list(&files(&reporter, &report.id).await).iter().map(|file| file["number"].clone()).collect();
    assert_eq!(json!(numbers), json!([1, 2, 3, 4, 5]));
}

#[rstest]
#[tokio::test]
async fn what_the_centre_adds_the_centre_alone_sees(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let officer = server.sign_in_as("intake@centre.example").await;
    let report = submit(&reporter, "of-both-sides", content("files of both sides")).await;
    let before = crate::steps::field(&reporter, &report.id, "updatedAt").await;
    let centres = send(&officer, "the-centres", &report.id, b"from the Centre").await;
    assert_eq!(files(&reporter, &report.id).await, json!([]));
    assert_eq!(crate::steps::field(&reporter, &report.id, "updatedAt").await, before, "no trace for the partner");
    let own = send(&reporter, "the-partners", &report.id, b"from the school").await;
    let ids = |seen: Value| list(&seen).iter().map(|file| file["id"].clone()).collect::<Vec<_>>();
    for (who, expected) in [
        ("reporter@school-01.example", vec![own.id.clone()]),
        ("coordinator@school-01.example", vec![own.id.clone()]),
        ("intake@centre.example", vec![centres.id.clone(), own.id.clone()]),
        ("supervisor@centre.example", vec![centres.id.clone(), own.id.clone()]),
    ] {
        assert_eq!(ids(files(&server.sign_in_as(who).await, &report.id).await), expected, "{who}");
    }
    let node = "query N($id: ID!) { node(id: $id) { id } }";
    for who in [
        "reporter@school-02.example",
        "reporter2@school-01.example",
        "trainer@centre.example",
        "analyst@centre.example",
        "protection@centre.example",
        "administrator@centre.example",
        "caseworker@centre.example",
    ] {
        let client = server.sign_in_as(who).await;
        let seen = client.query(node, json!({ "id": own.id })).await;
        assert_eq!(seen.expect_no_errors().data()["node"], Value::Null, "{who}");
        let refused = crate::steps::refusals(
            &client,
            "addAttachment",
            json!({ "idempotencyKey": "of-others", "reportId": report.id }),
        );
        if who.starts_with("reporter") || who.starts_with("caseworker") {
            assert_eq!(refused.await, [("NOT_FOUND".to_owned(), "reportId".to_owned())], "{who}");
        }
    }
}
