use super::{certificate_of, held, issue, number, options, trainer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::json;
use tests::{Client, Database};

/// Status, headers that matter, and body of a GET.
async fn get(client: &Client, path: &str) -> (StatusCode, String, Vec<u8>) {
    let response = client.request(Method::GET, path).send().await.expect("the server answers");
    let header =
        |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let headers =
        format!("{} | {} | {}", header("content-type"), header("content-disposition"), header("cache-control"));
    (response.status(), headers, response.bytes().await.expect("a body").to_vec())
}

/// The text of a PDF, and its pages.
fn text_of(pdf: &[u8]) -> (String, usize) {
    let text = tests::text_of_pdf(pdf);
    let pages = text.matches('\u{c}').count();
    (text, pages)
}

#[rstest]
#[tokio::test]
async fn those_who_see_a_certificate_fetch_it_and_for_others_there_is_none(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = options(database).start().await;
    let held = held(&server, database, false).await;
    let trainer = trainer(&server).await;
    issue(&trainer, held, "issue-all", "SERBIAN_LATIN").await;
    let number = number(&certificate_of(&trainer, "Љубица Ђорђевић").await);
    let path = format!("/certificates/{number}.pdf");
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let (status, headers, pdf) = get(&reporter, &path).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers, format!("application/pdf | attachment; filename=\"{number}.pdf\" | no-store"));
    let (text, pages) = text_of(&pdf);
    for expected in
        ["UVERENJE", "Centar", "Ljubica Đorđević", "Znakovi u školi", "12 sati", "1123/2018", "3. 12. 2019.", &number]
    {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(text.contains(&format!("/verify/{number}")) && pages == 1, "{text}");
    for who in ["trainer@centre.example", "supervisor@centre.example", "coordinator@school-01.example"] {
        let (_, _, same) = get(&server.sign_in_as(who).await, &path.to_lowercase()).await;
        assert_eq!(same, pdf, "{who}: the same file, however the number is written");
    }
    let (_, _, nothing) = get(&reporter, "/certificates/UV-0000-0000-0.pdf").await;
    for who in [
        "reporter2@school-01.example",
        "reporter@school-02.example",
        "trainer@school-01.example",
        "intake@centre.example",
    ] {
        let (status, _, body) = get(&server.sign_in_as(who).await, &path).await;
        assert_eq!((status, &body), (StatusCode::NOT_FOUND, &nothing), "{who}");
    }
    for wrong in [path.trim_end_matches(".pdf"), "/certificates/UV.pdf", "/certificates/%D0%96.pdf"] {
        assert_eq!(get(&reporter, wrong).await.0, StatusCode::NOT_FOUND, "{wrong}");
    }
    assert_eq!(get(&server.anonymous(), &path).await.0, StatusCode::UNAUTHORIZED);
    let officer = server.sign_in_as("protection@centre.example").await;
    let document = "{ auditEvents(first: 20, filter: { from: \"2018-12-03T00:00:00Z\" }) { nodes { action } } }";
    let trail = officer.query(document, json!({})).await.expect_no_errors().data().to_string();
    assert_eq!(trail.matches("CERTIFICATE_PRINTED").count(), 4, "{trail}");
}

#[rstest]
#[tokio::test]
async fn the_certificates_of_a_session_are_one_file_for_its_trainer(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = options(database).start().await;
    let held = held(&server, database, false).await;
    let trainer = trainer(&server).await;
    let path = format!("/sessions/{}/certificates.pdf", held.id());
    assert_eq!(get(&trainer, &path).await.0, StatusCode::NOT_FOUND, "none is issued yet");
    issue(&trainer, held, "issue-all", "SERBIAN_CYRILLIC").await;
    let (status, headers, pdf) = get(&trainer, &path).await;
    assert_eq!((status, &*headers), (StatusCode::OK, "application/pdf | attachment; filename=\"UV.pdf\" | no-store"));
    let (text, pages) = text_of(&pdf);
    assert!(text.contains("Љубица Ђорђевић") && text.contains("Ana Žunić") && pages == 2, "{text}");
    for who in ["supervisor@centre.example", "trainer@school-01.example", "coordinator@school-01.example"] {
        assert_eq!(get(&server.sign_in_as(who).await, &path).await.0, StatusCode::NOT_FOUND, "{who}");
    }
    assert_eq!(get(&trainer, "/sessions/training_session_0/certificates.pdf").await.0, StatusCode::NOT_FOUND);
}

#[rstest]
#[tokio::test]
async fn whoever_prints_hundreds_hears_how_far_it_is(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    const PARTICIPANTS: u128 = 240;
    let server = options(database).start().await;
    let held = super::Held::new(database, super::NUMBER);
    let names = (1..=PARTICIPANTS).map(|at| (at, format!("Учесник {at}")));
    let sql = names.map(|(at, name)| held.participant(at, (&name, None), "registered", ["present", "present"]));
    server.storage().tamper(&(held.session(false) + &sql.collect::<String>())).await;
    let trainer = trainer(&server).await;
    issue(&trainer, held, "issue-all", "SERBIAN_LATIN").await;
    let path = format!("/sessions/{}/certificates.pdf", held.id());
    let listens = async |client: &Client| client.fetch_events(&path).await;
    let other = server.sign_in_as("supervisor@centre.example").await;
    assert!(!listens(&other).await.media_type().starts_with("text/event-stream"), "there is nothing for others");
    let mut events = listens(&trainer).await;
    let mut drawn = Vec::new();
    let file = loop {
        let (name, data) = events.next().await.expect("an event");
        let data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
        if name == "file" {
            break data;
        }
        assert_eq!((&*name, &data["of"]), ("progress", &json!(PARTICIPANTS as u64)));
        drawn.push(data["drawn"].as_u64().expect("a number"));
    };
    assert!(drawn.is_sorted() && drawn.first() == Some(&0), "{drawn:?}");
    let pdf = STANDARD.decode(file["base64"].as_str().expect("a text")).expect("base64");
    assert_eq!(pdf, get(&trainer, &path).await.2, "the same file");
    assert_eq!(text_of(&pdf).1, PARTICIPANTS as usize);
    assert!(events.next().await.is_none());
}
