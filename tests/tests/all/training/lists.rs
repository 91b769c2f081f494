//! Lists of past participants: what is imported, what is refused, and that nothing is half done.

use super::{field, server, two_days, with};
use crate::steps::{list, text, with_every_role};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};
use std::io::{Cursor, Write as _};
use tests::{Client, Database, Response, Server};

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const HEADINGS: &str = "Title,Kind,Days,Municipality,Hours,Programme number,Participant,Function,Institution,Municipality of the institution";
const SCHOOL: &str = "\"Osnovna skola 'Plavi jelen', Mostanci\",zvezdara";
const OTHER: &str = "\"ОСНОВНА ШКОЛА Шарени змај – Ветрограђе\",Ниш";

/// A list of two sessions with three participants.
fn good() -> String {
    format!(
        "{HEADINGS}
Знакови у школи,training,\"12.3.2024, 13.3.2024\",Нови Сад,12,,Ана Анић,педагог,{SCHOOL}
Znakovi u školi,обука,\"13. 3. 2024., 2024-03-12\",novi-sad,12,,Бранка Брзић,,{OTHER}
Округли сто,округли сто,5.4.2024,online,4,,Ана Анић,педагог,{SCHOOL}
"
    )
}

async fn send_as(client: &Client, kind: &str, query: &str, list: impl Into<reqwest::Body>) -> Response {
    let request = client.request(Method::POST, &format!("/participants{query}")).header("content-type", kind);
    Response::of(request.body(list)).await
}

async fn send(client: &Client, list: impl Into<reqwest::Body>) -> Response {
    send_as(client, CSV, "", list).await
}

/// What a list comes to: sessions added and there, participants added and there, repeated lines, days of attendance.
fn counts(response: &Response) -> [u64; 6] {
    let body = response.body();
    assert_eq!(response.status(), StatusCode::OK, "{body:#}");
    ["sessionsAdded", "sessionsThere", "participantsAdded", "participantsThere", "linesRepeated", "attendanceAdded"]
        .map(|name| body[name].as_u64().expect("a number"))
}

/// What is wrong with a list: line, column, code.
fn wrong(response: &Response) -> Vec<(u64, String, String)> {
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{:#}", response.body());
    let errors = list(&response.body()["userErrors"]).iter();
    errors
        .map(|error| (error["line"].as_u64().expect("a line"), crate::steps::path(error), text(&error["code"])))
        .collect()
}

/// Sessions that a client sees with those who took part, in words.
async fn sessions(client: &Client) -> Vec<Value> {
    let document = "{ trainingSessions(first: 100, filter: { startsFrom: \"2024-01-01\" }) { nodes { title kind state hours mode
        organiser trainers capacity municipality { code } days { startsAt endsAt }
        registrations(first: 10) { nodes { name function state organisation { name } attendance { mark method } } } } } }";
    let response = client.query(document, ()).await;
    list(&response.expect_no_errors().data()["trainingSessions"]["nodes"]).to_vec()
}

#[rstest]
#[tokio::test]
async fn a_list_is_imported_once_and_a_dry_run_says_what_it_comes_to(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let dry = send_as(&trainer, CSV, "?dryRun=true", good()).await;
    assert_eq!(counts(&dry), [2, 0, 3, 0, 0, 5]);
    assert!(sessions(&trainer).await.is_empty(), "a dry run writes nothing");
    let real = send(&trainer, good()).await;
    assert_eq!(counts(&real), counts(&dry), "what the dry run said");
    assert_eq!((&real.body()["dryRun"], &dry.body()["dryRun"]), (&json!(false), &json!(true)));
    let seen = sessions(&trainer).await;
    insta::assert_json_snapshot!("an_imported_list", seen);
    for again in ["?dryRun=true", "", ""] {
        assert_eq!(counts(&send_as(&trainer, CSV, again, good()).await), [0, 2, 0, 3, 0, 0], "there already");
    }
    assert_eq!(sessions(&trainer).await, seen);
    let more =
        format!("{}Знакови у школи,training,\"12.3.2024,13.3.2024\",Нови Сад,12,,Весна Весић,,{OTHER}\n", good());
    let more = format!("{more}Округли сто,round table,5.4.2024,online,4,,ana anić,,{SCHOOL}\n");
    assert_eq!(counts(&send(&trainer, more).await), [0, 2, 1, 3, 1, 2]);
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let own: Vec<Value> = sessions(&coordinator).await;
    assert_eq!(own.len(), 2, "an institution sees its own staff");
    assert!(own.iter().all(|session| list(&session["registrations"]["nodes"]).len() == 1), "{own:?}");
    assert_eq!(trail(&server).await, ["SESSION_IMPORTED", "SESSION_IMPORTED", "PARTICIPANTS_IMPORTED"]);
}

/// What the audit trail says of imports.
async fn trail(server: &Server) -> Vec<String> {
    let officer = server.sign_in_as("protection@centre.example").await;
    let document = "{ auditEvents(first: 100, filter: { from: \"2026-04-20T00:00:00Z\" }) { nodes { action } } }";
    let response = officer.query(document, ()).await;
    let actions = list(&response.expect_no_errors().data()["auditEvents"]["nodes"]).iter();
    let mut actions: Vec<String> = actions.map(|event| text(&event["action"])).collect();
    actions.retain(|action| action.ends_with("IMPORTED") && action != "INDICATORS_IMPORTED");
    actions.sort_unstable_by_key(|action| action == "PARTICIPANTS_IMPORTED");
    actions
}

#[rstest]
#[tokio::test]
async fn a_list_with_one_bad_line_changes_nothing(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let line = |days: &str, municipality: &str, name: &str, institution: &str| {
        format!("Обука,training,{days},{municipality},6,,{name},,{institution}\n")
    };
    let bad = [
        line("12.3.2024", "Ниш", "\"Ана Анић, 1.1.1990.\"", SCHOOL),
        line("12.3.2024", "Ниш", "0101990710006", SCHOOL),
        line("12.3.2030", "Ниш", "Ана Анић", SCHOOL),
        line("12.3.2024", "Атлантида", "Ана Анић", SCHOOL),
        line("12.3.2024", "Ниш", "", SCHOOL),
        line("12.3.2024", "Ниш", &"а".repeat(201), SCHOOL),
        line("12.3.2024", "Ниш", "=cmd()", SCHOOL),
        line("12.3.2024", "Ниш", "Ана Анић", "Основна школа „Плави јелен“ Мостанци,Ниш"),
        line("12.3.2024", "Ниш", "Ана Анић", "Osnovna škola Šareni zmaj,Ниш"),
        "Обука,training,12.3.2024,Ниш,6,П-9999,Ана Анић,,x,Ниш\n".to_owned(),
    ];
    let expected = [
        (5, "participant", "INVALID"),
        (6, "participant", "INVALID"),
        (7, "days", "INVALID"),
        (8, "municipality", "INVALID"),
        (9, "participant", "REQUIRED"),
        (10, "participant", "TOO_LONG"),
        (11, "participant", "INVALID"),
        (12, "institution", "NOT_FOUND"),
        (13, "institution", "NOT_FOUND"),
        (14, "title", "INVALID"),
    ]
    .map(|(line, column, code)| (line, column.to_owned(), code.to_owned()));
    let bad = good() + &bad.concat();
    let dry = send_as(&trainer, CSV, "?dryRun=true", bad.clone()).await;
    assert_eq!(wrong(&dry), expected);
    let real = send(&trainer, bad).await;
    assert_eq!(real.body()["userErrors"], dry.body()["userErrors"]);
    assert_eq!((&real.body()["errorCount"], &real.body()["participantsAdded"]), (&json!(10), &json!(0)));
    let close = text(&real.body()["userErrors"][8]["message"]);
    assert!(close.contains("„Основна школа „Шарени змај“, Ветрограђе“"), "{close}");
    let said = real.body().to_string();
    assert!(!said.contains("1990") && !said.contains("0101990710006"), "no answer repeats it: {said}");
    assert!(sessions(&trainer).await.is_empty());
    assert_eq!(trail(&server).await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn lists_come_as_spreadsheets_write_them(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let template = trainer.clone().accept_language("sr-Latn").request(Method::GET, "/participants/template.csv");
    let template = template.send().await.expect("the server answers");
    assert_eq!(template.headers()["content-type"], "text/csv; charset=utf-8");
    let template = template.text().await.expect("text");
    assert!(
        template.starts_with("\u{feff}Naziv;Vrsta;Dani;") && template.ends_with("Opština ustanove\r\n"),
        "{template}"
    );
    let line = "Znakovi;radionica;12.3.2024;Čačak;6;;\"Đorđe\r\nŽikić\";pedagog;\"Основна школа „Бела лађа“, Тихобрег\";Нови Сад\r\n";
    let with_mark = template.clone() + line;
    assert_eq!(counts(&send(&trainer, with_mark).await), [1, 0, 1, 0, 0, 1]);
    let old: Vec<u8> = windows_1250(&format!(
        "{}Znakovi\tradionica\t12.3.2024\tČačak\t6\t\tŽika Šćepanović\tpedagog\tOsnovna škola Bela lađa, Tihobreg\tNovi Sad\r\n",
        template.trim_start_matches('\u{feff}').replace(';', "\t")
    ));
    assert_eq!(counts(&send(&trainer, old).await), [0, 1, 1, 0, 0, 1]);
    let names = list(&sessions(&trainer).await[0]["registrations"]["nodes"])
        .iter()
        .map(|one| text(&one["name"]))
        .collect::<Vec<_>>();
    assert_eq!(names, ["Đorđe Žikić", "Žika Šćepanović"]);
    let cell = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let row = |name: &str| {
        let rest = format!("{}{}", cell("Основна школа „Бела лађа“, Тихобрег"), cell("Нови Сад"));
        format!(
            "<row>{}{}<c s=\"1\"><v>45363</v></c>{}<c><v>6</v></c>{}{name}{}{rest}</row>",
            cell("Znakovi"),
            cell("radionica"),
            cell("Čačak"),
            cell("-"),
            cell("")
        )
    };
    let headings: String = HEADINGS.split(',').map(cell).collect();
    let sheet = |name: &str| workbook(&format!("<row>{headings}</row>{}", row(name)));
    assert_eq!(counts(&send_as(&trainer, XLSX, "", sheet(&cell("Žika Šćepanović"))).await), [0, 1, 0, 1, 0, 0]);
    assert_eq!(counts(&send_as(&trainer, XLSX, "", sheet(&cell("Вера Верић"))).await), [0, 1, 1, 0, 0, 1]);
    let formula = sheet("<c t=\"str\"><f>A1</f><v>Вера Верић</v></c>");
    assert_eq!(
        wrong(&send_as(&trainer, XLSX, "", formula).await),
        [(2, "participant".to_owned(), "INVALID".to_owned())]
    );
    let number = sheet("<c><v>101990710006</v></c>");
    assert_eq!(
        wrong(&send_as(&trainer, XLSX, "", number).await),
        [(2, "participant".to_owned(), "INVALID".to_owned())]
    );
    let broken = send_as(&trainer, XLSX, "", good()).await;
    assert_eq!(wrong(&broken), [(0, String::new(), "INVALID".to_owned())]);
}

/// The bytes of a text in the encoding of older spreadsheets here.
fn windows_1250(text: &str) -> Vec<u8> {
    let pairs =
        [('Č', 0xc8), ('č', 0xe8), ('Ž', 0x8e), ('š', 0x9a), ('ć', 0xe6), ('đ', 0xf0), ('Š', 0x8a), ('ž', 0x9e)];
    let byte = |letter: char| {
        let known = pairs.iter().find(|(known, _)| *known == letter).map(|(_, byte)| *byte);
        known.or(u8::try_from(letter).ok().filter(u8::is_ascii)).unwrap_or_else(|| panic!("{letter}"))
    };
    text.chars().map(byte).collect()
}

/// A workbook whose first sheet has these rows; the second format of cells is a date.
fn workbook(rows: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |them: String| format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{them}</Relationships>");
    let parts = [
        ("[Content_Types].xml", format!("<Types xmlns=\"{PACKAGE}/content-types\"/>")),
        ("_rels/.rels", relations(relation("r1", "officeDocument", "xl/workbook.xml"))),
        (
            "xl/_rels/workbook.xml.rels",
            relations(relation("r1", "worksheet", "worksheets/sheet1.xml") + &relation("r2", "styles", "styles.xml")),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"Списак\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        archive.write_all(content.as_bytes()).expect("room");
    }
    archive.finish().expect("an archive").into_inner()
}

#[rstest]
#[tokio::test]
async fn only_those_who_train_send_lists_and_only_into_their_sessions(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    for nobody in [
        "reporter@school-01.example",
        "coordinator@school-01.example",
        "intake@centre.example",
        "caseworker@centre.example",
        "supervisor@centre.example",
        "analyst@centre.example",
        "protection@centre.example",
        "administrator@centre.example",
    ] {
        let client = server.sign_in_as(nobody).await;
        for query in ["", "?dryRun=true"] {
            let response = send_as(&client, CSV, query, good()).await;
            assert_eq!(
                (response.status(), response.error_codes()),
                (StatusCode::NOT_FOUND, vec!["NOT_FOUND"]),
                "{nobody}"
            );
        }
        let template =
            client.request(Method::GET, "/participants/template.csv").send().await.expect("the server answers");
        assert_eq!(template.status(), StatusCode::NOT_FOUND, "{nobody}");
    }
    let stranger = send(&server.anonymous(), good()).await;
    assert_eq!((stranger.status(), stranger.header("www-authenticate")), (StatusCode::UNAUTHORIZED, Some("Bearer")));
    let all = with_every_role(&server).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    counts(&send(&trainer, good()).await);
    let others: Vec<_> = wrong(&send(&all, good()).await).into_iter().map(|(line, _, code)| (line, code)).collect();
    assert_eq!(others, [2, 3, 4].map(|line| (line, "WRONG_STATE".to_owned())), "others of the organisation train them");
    let partner = server.sign_in_as("trainer@school-01.example").await;
    assert_eq!(counts(&send(&partner, good()).await), [2, 0, 3, 0, 0, 5], "another organiser has its own sessions");
    assert_eq!(sessions(&partner).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_session_that_is_not_over_takes_no_list(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let past = |day: &str| json!([{ "startsAt": format!("{day}T07:00:00Z"), "endsAt": format!("{day}T09:00:00Z") }]);
    let session = json!({
        "title": "Јуче", "days": past("2026-04-18"), "registrationClosesAt": "2026-04-17T07:00:00Z", "hours": 2,
    });
    let id = super::plan(&trainer, "not-over-1", with(two_days(), session)).await;
    let line = format!("{HEADINGS}\njuče,training,18.4.2026,novi-sad,2,,Ана Анић,,{SCHOOL}\n");
    assert_eq!(wrong(&send(&trainer, line).await), [(2, "title".to_owned(), "WRONG_STATE".to_owned())]);
    assert_eq!(field(&trainer, &id, "state").await, "DRAFT");
}

#[tokio::test]
async fn requests_that_are_no_list_are_refused() {
    let server = server(Database::Sqlite).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    for kind in ["application/json", "multipart/form-data", "text/plain", ""] {
        assert_eq!(send_as(&trainer, kind, "", good()).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    for query in ["?dryRun=maybe", "?dryrun=true", "?dryRun=true&x=1"] {
        assert_eq!(send_as(&trainer, CSV, query, good()).await.status(), StatusCode::BAD_REQUEST, "{query}");
    }
    let large = send(&trainer, " ".repeat(33_000_000)).await;
    assert_eq!((large.status(), large.error_codes()), (StatusCode::PAYLOAD_TOO_LARGE, vec!["BAD_INPUT"]));
    let unknown = send(&server.anonymous(), " ".repeat(33_000_000)).await;
    assert_eq!(unknown.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(wrong(&send(&trainer, "").await), [(0, String::new(), "REQUIRED".to_owned())]);
    assert_eq!(wrong(&send(&trainer, HEADINGS).await), [(0, String::new(), "REQUIRED".to_owned())]);
    let get = trainer.request(Method::GET, "/participants").send().await.expect("the server answers");
    assert_eq!(get.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[rstest]
#[tokio::test]
async fn the_same_list_sent_twice_at_once_is_imported_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let sent = [send(&trainer, good()), send(&trainer, good()), send(&trainer, good())];
    let [one, two, three] = sent;
    let answers = tokio::join!(one, two, three);
    let mut answers = [&answers.0, &answers.1, &answers.2].map(counts);
    answers.sort_unstable();
    assert_eq!(answers, [[0, 2, 0, 3, 0, 0], [0, 2, 0, 3, 0, 0], [2, 0, 3, 0, 0, 5]]);
    assert_eq!(sessions(&trainer).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn fifty_thousand_lines_are_imported(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let options = Server::with(database).clock(super::NOW).env("OSLONAC_HTTP__TIME_LIMIT_SECONDS", "300");
    let server = options.start().await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let mut lines = format!("{HEADINGS}\n");
    for number in 0..50_000_u32 {
        let (session, person) = (number / 50, number % 50);
        let (year, month, day) = (2005 + session / 250, 1 + session / 21 % 12, 1 + session % 28);
        let name = ["А", "Б", "В", "Г", "Д", "Ђ", "Е", "Ж", "З", "И"].map(|letter| format!("{letter}на"));
        let (first, family) = (&name[person as usize % 10], &name[person as usize / 10]);
        lines +=
            &format!("Обука {session},training,{day}.{month}.{year}.,Ниш,6,,{first} {family}ић,педагог,{SCHOOL}\n");
    }
    let expected = [1_000, 0, 50_000, 0, 0, 50_000];
    let started = std::time::Instant::now();
    assert_eq!(counts(&send(&trainer, lines.clone()).await), expected);
    eprintln!("{database:?}: {:?}", started.elapsed());
    assert_eq!(counts(&send_as(&trainer, CSV, "?dryRun=true", lines.clone()).await), [0, 1_000, 0, 50_000, 0, 0]);
    let one_more = lines + "Обука,training,1.1.2020,Ниш,6,,Ана,,x,Ниш\n";
    assert_eq!(wrong(&send(&trainer, one_more).await), [(50_002, String::new(), "TOO_LONG".to_owned())]);
}

#[rstest]
#[tokio::test]
async fn a_session_of_five_hundred_lists_with_as_many_statements_as_one_of_five(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server(database).await;
    let trainer = server.sign_in_as("trainer@centre.example").await;
    let line = |title: &str, person: usize| {
        let letters = [person / 100, person / 10 % 10, person % 10]
            .map(|digit| ["а", "б", "в", "г", "д", "ђ", "е", "ж", "з", "и"][digit]);
        let institution = [SCHOOL, OTHER][person % 2];
        format!("{title},training,12.3.2024,Ниш,6,,Ана {},педагог,{institution}\n", letters.concat())
    };
    let few = (0..5).map(|person| line("Мала", person));
    let many = (0..500).map(|person| line("Велика", person));
    let lines: String = few.chain(many).collect();
    assert_eq!(counts(&send(&trainer, format!("{HEADINGS}\n{lines}")).await), [2, 0, 505, 0, 0, 505]);
    let listed = |title: &'static str| {
        let trainer = trainer.clone();
        async move {
            let ids = trainer
                .query(
                    "{ trainingSessions(first: 9, filter: { startsFrom: \"2024-03-01\" }) { nodes { id title } } }",
                    (),
                )
                .await;
            let nodes = list(&ids.expect_no_errors().data()["trainingSessions"]["nodes"]).to_vec();
            let id = nodes.iter().find(|one| one["title"] == title).expect("it is there")["id"].clone();
            let document = "query Page($id: ID!, $after: String) { trainingSession(id: $id) { registrations(first: 100, after: $after) {
                nodes { id name function state organisation { name kind } session { title } attendance { mark method }
                    certificate { number } }
                pageInfo { endCursor hasNextPage } } } }";
            let (mut after, mut statements, mut number) = (Value::Null, Vec::new(), 0);
            loop {
                let response = trainer.query(document, json!({ "id": id, "after": after })).await;
                let page = response.expect_no_errors().data()["trainingSession"]["registrations"].clone();
                statements.push(response.statements());
                number += list(&page["nodes"]).len();
                if page["pageInfo"]["hasNextPage"] == false {
                    return (number, statements);
                }
                after = page["pageInfo"]["endCursor"].clone();
            }
        }
    };
    let (few, some) = listed("Мала").await;
    let (many, pages) = listed("Велика").await;
    assert_eq!((few, many, some.len(), pages.len()), (5, 500, 1, 5));
    assert_eq!(pages, [some[0]; 5], "each page of a large session takes what the only one of a small takes");
}
