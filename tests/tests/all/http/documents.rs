//! Documents that ask for too much, or were made to break what reads them.

use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{Client, Database, Installation, Server};

/// Nothing here may take longer: what is refused is refused before it costs anything.
const QUICK: Duration = Duration::from_secs(5);

/// Sends a document by POST, which must be refused quickly and without data.
async fn refused(client: &Client, document: &str) -> String {
    let begun = Instant::now();
    let response = client.query(document, ()).await;
    let start: String = document.chars().take(60).collect();
    assert!(begun.elapsed() < QUICK, "{start}… took {:?}", begun.elapsed());
    assert_eq!(response.status(), 400, "{start}…: {:#}", response.body());
    assert!(response.body().get("data").is_none(), "{start}…");
    assert!(response.error_codes().iter().all(|code| *code == "BAD_INPUT"), "{start}…: {:?}", response.error_codes());
    response.errors()[0]["message"].as_str().expect("a message").to_owned()
}

/// Nesting that must be refused before a parser recurses into it. 700 deep and well-formed once ended the process.
fn nested() -> Vec<String> {
    let mut documents = Vec::new();
    for depth in [100, 700, 2_400, 100_000] {
        let (lists, objects) = ("[".repeat(depth), "{a:".repeat(depth));
        documents.push("{a".repeat(depth));
        documents.push(format!("{}{}", "{a".repeat(depth), "}".repeat(depth)));
        documents.push(format!("{{a(x:{lists}"));
        documents.push(format!("{{a(x:{lists}{})}}", "]".repeat(depth)));
        documents.push(format!("{{a(x:{objects}1{})}}", "}".repeat(depth)));
        documents.push(format!("query($x:{lists}Int{}){{a}}", "]".repeat(depth)));
        documents.push(format!("query($x:Int={lists}{}){{a}}", "]".repeat(depth)));
        documents.push(format!("{{{}__typename{}}}", "...{".repeat(depth), "}".repeat(depth)));
    }
    documents
}

#[tokio::test]
async fn no_nesting_ends_the_process() {
    let server = Server::start(Database::Sqlite).await;
    let client = server.anonymous();
    let process = server.id();
    for document in nested() {
        refused(&client, &document).await;
        // By GET the document is read once more, for its operation.
        if document.len() < 20_000 {
            let request = client.get(&[("query", &document)]);
            let answer = request.send().await.expect("the server answers");
            let body: Value = answer.json().await.expect("JSON");
            assert!(body.get("data").is_none() && body["errors"].is_array(), "{body}");
        }
    }
    assert_eq!(client.query("{ __typename }", ()).await.data()["__typename"], "Query");
    assert_eq!(server.id(), process);
}

#[tokio::test]
async fn depth_aliases_tokens_and_root_fields_have_limits() {
    let server = Server::start(Database::Sqlite).await;
    let client = server.sign_in_as("reporter@school-01.example").await;
    for levels in [5, 16, 20] {
        // Three fields a level: 17, 50 and 62 deep.
        let (down, up) = ("organisation { memberships(first: 1) { nodes { ", " } } }");
        let nested = format!("{}id{}", down.repeat(levels), up.repeat(levels));
        let told = refused(&client, &format!("{{ viewer {{ membership {{ {nested} }} }} }}")).await;
        assert!(told.contains("too deep") || told.contains("recursion depth"), "{levels}: {told}");
    }
    let aliases: String = (0..1_000).map(|i| format!("a{i}: roles ")).collect();
    assert!(refused(&client, &format!("{{ viewer {{ {aliases} }} }}")).await.contains("too many aliases"));
    let tokens = format!("{{ viewer {{ {} }} }}", "roles ".repeat(60_000));
    assert!(refused(&client, &tokens).await.contains("too many tokens"));
    let roots = format!("{{ {} }}", "viewer { roles } ".repeat(21));
    assert!(refused(&client, &roots).await.contains("too many root fields"));
    let directives = format!("{{ viewer {{ roles {} }} }}", "@include(if: true) ".repeat(11));
    refused(&client, &directives).await;
    let rows = "{ organisations(first: 100) { nodes { memberships(first: 100) { nodes { organisation { memberships(first: 100) { nodes { id } } } } } } } }";
    refused(&client, rows).await;
}

#[tokio::test]
async fn what_is_within_the_limits_is_answered() {
    let server = Server::start(Database::Sqlite).await;
    let client = server.sign_in_as("reporter@school-01.example").await;
    let aliases: String = (0..50).map(|i| format!("a{i}: roles ")).collect();
    let answer = client.query(&format!("{{ viewer {{ {aliases} }} }}"), ()).await;
    assert_eq!(answer.expect_no_errors().data()["viewer"].as_object().map(serde_json::Map::len), Some(50));
    let roots = format!("{{ {} }}", "viewer { roles } ".repeat(20));
    client.query(&roots, ()).await.expect_no_errors();
    let fragments =
        "{ ...Q } fragment Q on Query { viewer { ...V } } fragment V on Viewer { roles membership { ...M } }
        fragment M on Membership { id organisation { name } }";
    let answer = client.query(fragments, ()).await;
    assert!(answer.expect_no_errors().data()["viewer"]["membership"]["organisation"]["name"].is_string());
}

#[tokio::test]
async fn nothing_hides_tokens_from_their_limit() {
    let server = Server::start(Database::Sqlite).await;
    let client = server.sign_in_as("reporter@school-01.example").await;
    let many = "roles ".repeat(60_000);
    for hidden in [
        format!("{{ viewer {{ roles @skip(if: \"\"\"a\"b\"\"\") {many} }} }}"),
        format!("{{ viewer {{ roles # a comment ends with a carriage return\r {many} }} }}"),
        format!("{{ nodes(ids: [{}]) {{ id }} }}", "0".repeat(300_000)),
        format!("{{ nodes(ids: [{}]) {{ id }} }}", "-1".repeat(150_000)),
        format!("{{ viewer {{ {} }} }} fragment a on Viewer {{ roles }}", "...a".repeat(60_000)),
    ] {
        assert!(refused(&client, &hidden).await.contains("too many tokens"), "{}", &hidden[..60]);
    }
}

#[tokio::test]
async fn fragments_that_multiply_or_contain_themselves_are_refused() {
    let server = Server::start(Database::Sqlite).await;
    for client in [server.anonymous(), server.sign_in_as("reporter@school-01.example").await] {
        for times in [30, 300] {
            let chain: String =
                (0..times).map(|i| format!("fragment F{i} on Query {{ ...F{0} ...F{0} }} ", i + 1)).collect();
            let document = format!("{{ ...F0 }} {chain} fragment F{times} on Query {{ viewer {{ roles }} }}");
            assert!(refused(&client, &document).await.contains("too large"));
        }
        for document in [
            "{ ...A } fragment A on Query { ...A }",
            "{ ...A } fragment A on Query { ...A ...A ...A }",
            "{ ...A } fragment A on Query { viewer { roles } ...B } fragment B on Query { ...A ...A }",
            "{ viewer { ...A } } fragment A on Viewer { membership { organisation { memberships(first: 1) { nodes { ...B } } } } }
             fragment B on Membership { organisation { memberships(first: 1) { nodes { ...B ...B } } } }",
        ] {
            assert!(refused(&client, document).await.contains("contains itself"), "{document}");
        }
        let spread = format!("{{ {} }} fragment R on Query {{ viewer {{ roles }} }}", "...R ".repeat(21));
        assert!(refused(&client, &spread).await.contains("too many root fields"));
    }
}

#[tokio::test]
async fn operations_are_found_by_name_or_not_at_all() {
    let server = Server::start(Database::Sqlite).await;
    let client = server.anonymous();
    assert_eq!(client.query("{ __typename }", ()).await.body(), &json!({ "data": { "__typename": "Query" } }));
    assert_eq!(client.query("mutation { __typename }", ()).await.data()["__typename"], "Mutation");
    let two = "query A { __typename } query B { again: __typename }";
    for (name, status) in [(json!("B"), 200), (json!("C"), 400), (Value::Null, 400), (json!(""), 400)] {
        let response = client.send(&json!({ "query": two, "operationName": name })).await;
        assert_eq!(response.status(), status, "{name}: {:#}", response.body());
    }
    let nobody = client.query("query { viewer { roles } }", ()).await;
    assert_eq!((nobody.status().as_u16(), nobody.header("www-authenticate")), (401, Some("Bearer")));
    assert_eq!(nobody.error_codes(), ["UNAUTHENTICATED"]);
    assert_eq!(client.query("query { nonsense }", ()).await.status(), 400);
}

#[rstest]
#[tokio::test]
async fn a_real_installation_shows_no_schema_and_suggests_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let installation = Installation::start(database).await;
    let client = installation.sign_in_as(tests::ADMINISTRATOR).await;
    client.query("{ viewer { roles } }", ()).await.expect_no_errors();
    for document in ["{ __schema { queryType { name } } }", "{ __type(name: \"Report\") { name } }"] {
        let response = client.query(document, ()).await;
        let text = response.body().to_string();
        assert!(!text.contains("Query") && !text.contains("\"Report\""), "{document}: {text}");
    }
    for document in ["{ viewr { roles } }", "{ viewer { role } }", "{ organisations(fist: 1) { totalCount } }"] {
        let text = client.query(document, ()).await.body().to_string();
        assert!(!text.contains("Did you mean"), "{text}");
    }
    let page = installation.server.anonymous().request(reqwest::Method::GET, "/graphiql").send().await;
    assert_eq!(page.expect("the server answers").status(), 404, "GraphiQL only where it is configured");
}
