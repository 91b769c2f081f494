//! Coverage and participants as files: what stands in them, that nothing in them is calculated, and for whom there are any.

use super::reach::{NOW, held};
use crate::steps::done;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::json;
use tests::{Client, Database, Server};

/// Status, type and name of a file, and its bytes.
async fn file(client: &Client, path: &str) -> (StatusCode, String, Vec<u8>) {
    let response = client.request(Method::GET, path).send().await.expect("the server answers");
    let header =
        |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let headers = format!("{} | {}", header("content-type"), header("content-disposition"));
    (response.status(), headers, response.bytes().await.expect("a body").to_vec())
}

async fn csv(client: &Client, path: &str) -> String {
    let (status, _, bytes) = file(client, path).await;
    assert_eq!(status, StatusCode::OK, "{path}");
    String::from_utf8(bytes).expect("UTF-8")
}

/// The texts of a spreadsheet, and whether it holds a formula.
fn spreadsheet(bytes: &[u8]) -> (String, bool) {
    use std::io::Write as _;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file.xlsx");
    std::fs::File::create(&path).expect("a file").write_all(bytes).expect("written");
    let part = |name: &str| {
        let script = "import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))";
        let output = std::process::Command::new("python3").args(["-c", script]).arg(&path).arg(name).output();
        let output = output.expect("python3 is installed");
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    (part("xl/sharedStrings.xml"), part("xl/worksheets/sheet1.xml").contains("<f>"))
}

#[rstest]
#[tokio::test]
async fn coverage_is_fetched_as_a_file_in_which_nothing_is_calculated(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::with(database).clock(NOW).start().await;
    let administrator = server.sign_in_as("administrator@centre.example").await;
    for (key, name) in [
        ("register-formula", "=HYPERLINK(\"http://example.rs\",\"отвори\")"),
        ("register-number", "+381 21"),
        ("register-at", "@x"),
        ("register-minus", "-1+1"),
        ("register-quote", "Школа \"Вук\", Ниш"),
    ] {
        let input =
            json!({ "idempotencyKey": key, "name": name, "kind": "RECEPTION_CENTRE", "municipality": "novi-sad" });
        done(&administrator, "registerOrganisation", "organisation { id }", input).await;
    }
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let path = "/coverage.csv?kind=RECEPTION_CENTRE&untrainedForYears=3&from=2018-01-01&until=2018-12-03";
    let (status, headers, _) = file(&supervisor, path).await;
    assert_eq!(status, StatusCode::OK);
    let named = "attachment; filename=\"coverage-2018-01-01-2018-12-03.csv\"";
    assert_eq!(headers, format!("text/csv; charset=utf-8; header=present | {named}"));
    let english = csv(&supervisor.clone().accept_language("en"), path).await;
    let heading =
        "\u{feff}Institution,Kind,District,Municipality,Last trained on,Participants,Sessions,Reports submitted\r\n";
    assert!(english.starts_with(heading), "{english}");
    for line in [
        "\r\n\"'=HYPERLINK(\"\"http://example.rs\"\",\"\"отвори\"\")\",reception centre,",
        "\r\n'+381 21,reception centre,",
        "\r\n'@x,reception centre,",
        "\r\n'-1+1,reception centre,",
        "\r\n\"Школа \"\"Вук\"\", Ниш\",reception centre,",
    ] {
        assert!(english.contains(line), "{line}: {english}");
    }
    let cyrillic = csv(&supervisor.clone().accept_language("sr-Cyrl"), path).await;
    assert!(cyrillic.starts_with("\u{feff}Установа,Врста,Округ,Општина,"), "{cyrillic}");
    let latin = csv(&supervisor.clone().accept_language("sr-Latn"), path).await;
    assert!(latin.starts_with("\u{feff}Ustanova,Vrsta,Okrug,Opština,") && latin.contains("\"Škola \"\"Vuk\"\", Niš\""));
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let without = csv(&trainer.clone().accept_language("en"), path).await;
    assert_eq!(without.lines().next(), Some(heading.trim_end().trim_end_matches(",Reports submitted")));
    assert!(csv(&supervisor, "/coverage.csv?until=1950-01-01&kind=CENTRE").await.lines().count() == 1, "an empty list");
    let (_, headers, bytes) = file(&supervisor.clone().accept_language("en"), &path.replace(".csv", ".xlsx")).await;
    let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!(headers, format!("{media_type} | {}", named.replace(".csv", ".xlsx")));
    let (texts, calculates) = spreadsheet(&bytes);
    assert!(!calculates && texts.contains("<t>=HYPERLINK(") && texts.contains("<t>+381 21</t>"), "{texts}");
    assert_eq!(file(&server.anonymous(), path).await.0, StatusCode::UNAUTHORIZED);
    let officer = server.sign_in_as("protection@centre.example").await;
    let document = "{ auditEvents(first: 100, filter: { from: \"2018-12-03T00:00:00Z\" }) { nodes { action } } }";
    let trail = officer.query(document, ()).await.expect_no_errors().data().to_string();
    assert_eq!(trail.matches("COVERAGE_EXPORTED").count(), 7, "{trail}");
}

#[rstest]
#[tokio::test]
async fn whoever_trains_a_session_fetches_its_participants(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::with(database).clock(NOW).start().await;
    let held = held(&server, database).await;
    let path = format!("/sessions/{}/participants.csv", held.id());
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let written = csv(&trainer.clone().accept_language("en"), &path).await;
    let lines: Vec<&str> = written.split("\r\n").collect();
    assert_eq!(lines[0], "\u{feff}Name,Function,Institution,Days attended");
    for (line, (name, days)) in
        lines[1..].iter().zip([("Љубица Ђорђевић", "2"), ("Марко Марковић", "1"), ("'=1+1", "0")])
    {
        assert!(line.starts_with(&format!("{name},")) && line.ends_with(&format!(",{days}")), "{line}");
    }
    assert_eq!(lines.len(), 5);
    let (_, headers, bytes) = file(&trainer, &path.replace(".csv", ".xlsx")).await;
    assert!(headers.ends_with("attachment; filename=\"participants.xlsx\"") && !spreadsheet(&bytes).1, "{headers}");
    for who in ["trainer@school-01.example", "supervisor@centre.example", "coordinator@school-01.example"] {
        assert_eq!(file(&server.sign_in_as(who).await, &path).await.0, StatusCode::NOT_FOUND, "{who}");
    }
    for wrong in ["/sessions/x/participants.csv", "/sessions/%00/participants.csv"] {
        assert_eq!(file(&trainer, wrong).await.0, StatusCode::NOT_FOUND, "{wrong}");
    }
    assert_eq!(file(&server.anonymous(), &path).await.0, StatusCode::UNAUTHORIZED);
    let officer = server.sign_in_as("protection@centre.example").await;
    let document = "{ auditEvents(first: 50, filter: { from: \"2018-12-03T00:00:00Z\" }) { nodes { action } } }";
    let trail = officer.query(document, ()).await.expect_no_errors().data().to_string();
    assert_eq!(trail.matches("PARTICIPANTS_EXPORTED").count(), 2, "{trail}");
}

#[rstest]
#[tokio::test]
async fn a_query_that_means_nothing_is_refused_and_for_others_there_is_no_coverage(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::with(database).clock(NOW).start().await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    for query in [
        "from=2018-12-04",
        "from=yesterday",
        "kind=HOTEL",
        "untrainedForYears=0",
        "untrainedForYears=x",
        "municipality=nowhere",
        "until=2018-12-01&until=%FF&from=2019-01-01",
        "everything=1",
    ] {
        let (status, _, _) = file(&supervisor, &format!("/coverage.csv?{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
    }
    for who in [
        "trainer@school-01.example",
        "reporter@school-01.example",
        "coordinator@school-01.example",
        "intake@centre.example",
        "caseworker@centre.example",
        "protection@centre.example",
        "administrator@centre.example",
    ] {
        let client = server.sign_in_as(who).await;
        // Whatever is asked: bad input is not told from good.
        for path in ["/coverage.csv", "/coverage.xlsx", "/coverage.csv?untrainedForYears=0"] {
            assert_eq!(file(&client, path).await.0, StatusCode::NOT_FOUND, "{who}: {path}");
        }
    }
    assert_eq!(file(&server.sign_in_as("analyst@centre.example").await, "/coverage.xlsx").await.0, StatusCode::OK);
}
