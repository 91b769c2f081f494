//! Who sees what: nothing of a partner's report reaches anybody beyond the matrix, whatever is asked of the contract.

use crate::contract::places::type_at;
use crate::steps::{content, done, list, step, text};
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{Client, Contract, Database, Server};

/// Every free text of a report and of the Centre's work on it holds this, each with its own ending.
const MARK: &str = "quokka";

/// A report and a draft of one school, full of marks, and what the Centre did about it.
struct Planted {
    /// Ids of the report, the draft, and everything that belongs to them.
    ids: BTreeMap<&'static str, Value>,
    reference: String,
    /// References of its cases, and the name of the officer who works on it.
    internal: Vec<String>,
}

/// The content of a report in which every place for text is marked, as introspection finds them.
fn marked(contract: &Contract) -> Value {
    let field = contract.fields("Mutation").iter().find(|field| field.name == "createDraft").expect("createDraft");
    let mut whole = content("");
    whole["persons"][0]["child"] = json!("YES");
    for place in contract.places(field, "String") {
        let Some(place) = place.strip_prefix(&["input".to_owned(), "content".to_owned()]) else { continue };
        let text = match place.last().expect("a place has a name").as_str() {
            "municipality" | "set" | "version" | "code" | "citizenship" | "language" => continue,
            "personalNumber" => json!(format!("{MARK}0101")),
            name => json!(format!("{MARK} {name}")),
        };
        let mut at = &mut whole;
        for name in place {
            at = match name.parse::<usize>() {
                Ok(position) => &mut at[position],
                Err(_) => &mut at[name],
            };
        }
        *at = text;
    }
    whole
}

async fn plant(server: &Server, contract: &Contract) -> Planted {
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let content = marked(contract);
    let draft = json!({ "idempotencyKey": "planted-draft", "content": content });
    let draft = done(&reporter, "createDraft", "report { id persons { id } }", draft).await["report"].clone();
    let report = crate::steps::submit(&reporter, "planted-report", content).await;
    let told =
        json!({ "idempotencyKey": "planted-more", "reportId": report.id, "text": format!("{MARK} information") });
    done(&reporter, "addInformation", "report { id }", told).await;
    let note =
        json!({ "idempotencyKey": "planted-note", "reportId": report.id, "text": format!("{MARK}-internal note") });
    done(&supervisor, "addNote", "report { id }", note).await;
    let reason = |what: &str| json!({ "reason": format!("{MARK}-internal {what}") });
    let own = crate::steps::own_membership(&supervisor).await;
    step(&supervisor, "assignReport", &report.id, json!({ "membershipId": own })).await;
    step(&supervisor, "closeReport", &report.id, reason("closing")).await;
    step(&supervisor, "reopenReport", &report.id, reason("reopening")).await;
    let mut accept = reason("acceptance");
    accept["idempotencyKey"] = json!("planted-accept");
    step(&supervisor, "acceptReport", &report.id, accept).await;
    let document =
        "query P($id: ID!) { viewer { membership { name } } report(id: $id) { author { id } organisation { id }
        messages { nodes { id } } notes { nodes { id } } events { nodes { id } } cases { id reference } } }";
    let response = supervisor.query(document, json!({ "id": report.id })).await;
    let seen = response.expect_no_errors().data();
    let (officer, seen) = (&seen["viewer"]["membership"]["name"], &seen["report"]);
    let internal = vec![text(&seen["cases"][0]["reference"]), text(officer)];
    let ids = BTreeMap::from([
        ("report", report.id),
        ("person", report.person),
        ("draft", draft["id"].clone()),
        ("draft's person", draft["persons"][0]["id"].clone()),
        ("message", seen["messages"]["nodes"][0]["id"].clone()),
        ("note", seen["notes"]["nodes"][0]["id"].clone()),
        ("event", seen["events"]["nodes"][0]["id"].clone()),
        ("case", seen["cases"][0]["id"].clone()),
        ("author", seen["author"]["id"].clone()),
        ("organisation", seen["organisation"]["id"].clone()),
    ]);
    Planted { ids, reference: report.reference, internal }
}

async fn server_for_walks(database: Database) -> Server {
    let options = Server::with(database).env("OSLONAC_GRAPHQL__COMPLEXITY", "100000000");
    options.env("OSLONAC_GRAPHQL__TOKENS", "100000").env("OSLONAC_GRAPHQL__ALIASES", "10000").start().await
}

/// What every root field of the queries answers, asked for everything that it shows: plain, with each planted id in each
/// argument that takes one of its type, and with the reference.
async fn everything_found(client: &Client, contract: &Contract, planted: &Planted, page: usize) -> Vec<String> {
    let mut found = Vec::new();
    let plausible = |name: &str| match name {
        "year" => Some(json!(2018)),
        "id" | "reference" => Some(json!("")),
        _ => None,
    };
    for field in contract.fields("Query") {
        let mut asked = Vec::new();
        if field.takes("first") {
            asked.push((vec!["first".to_owned()], json!(page)));
        } else {
            asked.push((Vec::new(), Value::Null));
        }
        for place in contract.places(field, "ID") {
            let prefix = type_at(field, &place).map(|expected| format!("{expected}_")).unwrap_or_default();
            let ids = planted.ids.values().filter(|id| text(id).starts_with(&prefix));
            asked.extend(ids.map(|id| (place.clone(), id.clone())));
        }
        let of_text = contract.places(field, "String").into_iter();
        let of_text = of_text.filter(|place| place.last().is_some_and(|name| name == "reference"));
        asked.extend(of_text.map(|place| (place, json!(planted.reference))));
        // Of every type at once, one level is a large document already.
        let depth = if field.name.starts_with("node") { 1 } else { 3 };
        let document = contract.document("Query", field, depth, page);
        for (place, value) in asked {
            let response = client.query(&document, contract.arguments(field, &place, &value, &plausible)).await;
            found.push(format!("{} {place:?} {}", field.name, response.body()));
        }
    }
    found
}

#[rstest]
#[tokio::test]
async fn nothing_of_a_report_reaches_another_tenant(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = server_for_walks(database).await;
    let contract = Contract::of(&server.sign_in_as("analyst@centre.example").await).await;
    let planted = plant(&server, &contract).await;
    let hidden = ["report", "draft", "person", "draft's person", "message", "note", "event", "case"];
    let strangers = [
        "reporter2@school-01.example",
        "trainer@school-01.example",
        "reporter@school-02.example",
        "coordinator@social-work-01.example",
        "trainer@centre.example",
        "analyst@centre.example",
        "administrator@centre.example",
        "caseworker@centre.example",
        "protection@centre.example",
        "several@school-03.example",
    ];
    for email in strangers {
        let stranger = server.sign_in_as(email).await;
        let reads_the_trail = email == "protection@centre.example";
        for answer in everything_found(&stranger, &contract, &planted, 100).await {
            // Whoever reads the whole trail sees in it which objects were touched, and why.
            let of_the_trail = reads_the_trail && answer.starts_with("auditEvents");
            let marks = if of_the_trail { answer.replace(&format!("{MARK}-internal"), "") } else { answer.clone() };
            assert!(!marks.contains(MARK), "{email}: {answer}");
            assert!(!answer.contains(&planted.reference), "{email}: {answer}");
            assert!(!answer.contains("INTERNAL"), "{email}: {answer}");
            for name in hidden.iter().filter(|_| !of_the_trail) {
                assert!(!answer.contains(&text(&planted.ids[name])), "{email} finds the {name}: {answer}");
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn the_walk_finds_what_may_be_found(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server_for_walks(database).await;
    let contract = Contract::of(&server.sign_in_as("analyst@centre.example").await).await;
    let planted = plant(&server, &contract).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let own = everything_found(&reporter, &contract, &planted, 5).await.join("\n");
    let field = contract.fields("Mutation").iter().find(|field| field.name == "createDraft").expect("createDraft");
    for place in contract.places(field, "String") {
        let name = place.last().expect("a place has a name");
        let is_code = matches!(name.as_str(), "municipality" | "set" | "version" | "code" | "citizenship" | "language");
        if !is_code && !matches!(name.as_str(), "idempotencyKey" | "personalNumber") {
            assert!(own.contains(&format!("{MARK} {name}")), "its author reads {place:?}");
        }
    }
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let all = everything_found(&supervisor, &contract, &planted, 5).await.join("\n");
    for what in ["note", "closing", "reopening", "acceptance"] {
        assert!(all.contains(&format!("{MARK}-internal {what}")), "the Centre reads the {what}");
    }
    let draft = text(&planted.ids["draft"]);
    assert!(!all.contains(&draft) && own.contains(&draft));
    let identity = format!("{MARK} names");
    assert!(!all.contains(&identity), "the Centre reads no identity without a reason");
    let of_the_submitted = |answer: &&str| answer.contains("RECEIVED") || answer.contains("IN_ASSESSMENT");
    assert!(own.lines().filter(of_the_submitted).count() > 0);
}

#[rstest]
#[tokio::test]
async fn a_partner_sees_none_of_the_centres_work(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = server_for_walks(database).await;
    let contract = Contract::of(&server.sign_in_as("analyst@centre.example").await).await;
    let planted = plant(&server, &contract).await;
    let document = format!("query All($id: ID!) {{ report(id: $id) {} }}", contract.everything("Report", 4));
    for email in ["reporter@school-01.example", "coordinator@school-01.example"] {
        let partner = server.sign_in_as(email).await;
        let response = partner.query(&document, json!({ "id": planted.ids["report"] })).await;
        let report = response.expect_no_errors().data()["report"].clone();
        for field in ["state", "assignee", "joinedTo", "joinedReports", "notes", "events", "cases"] {
            assert_eq!(report[field], Value::Null, "{email}: {field}");
        }
        assert_eq!(report["status"], "IN_ASSESSMENT");
        assert_eq!(report["persons"][0]["identity"], Value::Null, "accepted: identity is the Centre's from now on");
        let written = report.to_string();
        assert!(written.contains(MARK) && !written.contains(&format!("{MARK}-internal")), "{written}");
        assert!(planted.internal.iter().all(|secret| !written.contains(secret)), "{written}");
        assert!(!written.contains(&format!("{MARK} names")), "{written}");
    }
}

#[rstest]
#[tokio::test]
async fn identity_is_the_authors_alone_until_acceptance(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let report = crate::steps::submit(&reporter, "with-identity", content("x")).await;
    let names = |client: &Client| {
        let (client, id) = (client.clone(), report.id.clone());
        async move { crate::steps::field(&client, &id, "persons { identity { names } }").await[0]["identity"].clone() }
    };
    assert_eq!(names(&reporter).await["names"], "Измишљен Измишљеновић");
    for email in ["coordinator@school-01.example", "intake@centre.example", "supervisor@centre.example"] {
        assert_eq!(names(&server.sign_in_as(email).await).await, Value::Null, "{email}");
    }
    for state in [
        ("assignReport", json!({ "membershipId": crate::steps::own_membership(&supervisor).await })),
        ("requestInformation", json!({ "idempotencyKey": "asks-for-more", "question": "?" })),
    ] {
        step(&supervisor, state.0, &report.id, state.1).await;
        assert!(names(&reporter).await.is_object(), "after {}", state.0);
    }
    step(&supervisor, "acceptReport", &report.id, json!({ "idempotencyKey": "accepts-it-now", "reason": "signs" }))
        .await;
    assert_eq!(names(&reporter).await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn roles_without_reports_have_no_field_that_leads_to_one(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let contract = Contract::of(&server.sign_in_as("analyst@centre.example").await).await;
    let reports = ["report", "reportByReference", "reports", "triageQueue", "case", "cases"];
    for email in [
        "trainer@centre.example",
        "analyst@centre.example",
        "administrator@centre.example",
        "protection@centre.example",
    ] {
        let client = server.sign_in_as(email).await;
        for name in reports {
            let field = contract.fields("Query").iter().find(|field| field.name == name).expect("a root field");
            let variables = json!({ "id": "report_01h455vb4pex5vsknk084sn02q", "reference": "PI-0000-0000-0" });
            let response = client.query(&contract.document("Query", field, 1, 1), variables).await;
            assert_eq!(response.error_codes(), ["NOT_FOUND"], "{email}: {name}");
        }
        let objects = "{ nodes(ids: [\"report_01h455vb4pex5vsknk084sn02q\"]) { id } }";
        assert_eq!(list(&client.query(objects, ()).await.expect_no_errors().data()["nodes"]), [Value::Null]);
    }
}
