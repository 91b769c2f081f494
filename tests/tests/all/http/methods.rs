//! Which requests are GraphQL, by method and by media type.

use reqwest::header::{ALLOW, CONTENT_TYPE};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tests::{Client, Database, Server};

const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

async fn post(client: &Client, content_type: &str, body: &str) -> (StatusCode, Value) {
    let request = client.request(Method::POST, "/graphql").header(CONTENT_TYPE, content_type);
    let response = request.body(body.to_owned()).send().await.expect("the server answers");
    (response.status(), response.json().await.expect("the answer is JSON"))
}

#[tokio::test]
async fn only_json_is_a_request() {
    let server = Server::start(Database::Sqlite).await;
    let client = server.anonymous();
    let body = r#"{"query":"{__typename}"}"#;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        let (status, answer) = post(&client, content_type, body).await;
        assert_eq!(status, 415, "{content_type}: browsers send this to other sites without asking");
        assert!(answer["errors"][0]["message"].is_string() && answer.get("data").is_none(), "{answer}");
    }
    for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
        let (status, answer) = post(&client, content_type, body).await;
        assert_eq!((status, &answer), (StatusCode::OK, &json!({ "data": { "__typename": "Query" } })));
    }
}

#[tokio::test]
async fn a_get_only_reads() {
    let server = Server::start(Database::Sqlite).await;
    let client = server.sign_in_as("reporter@school-01.example").await;
    let get = |query: &'static str, operation: &'static str| {
        client.get(&[("query", query), ("operationName", operation)]).send()
    };
    let mutation = "mutation { discardDraft(input: { reportId: \"x\" }) { userErrors { code } } }";
    let named =
        "mutation M { discardDraft(input: { reportId: \"x\" }) { userErrors { code } } } query Q { __typename }";
    for (query, operation) in [(mutation, ""), (named, "M")] {
        let refused = get(query, operation).await.expect("the server answers");
        assert_eq!(refused.status(), 405);
        assert_eq!(refused.headers()[ALLOW], "POST");
    }
    for (query, operation) in [("{ viewer { roles } }", ""), (named, "Q")] {
        let read = get(query, operation).await.expect("the server answers");
        assert_eq!(read.status(), 200);
        let body: Value = read.json().await.expect("JSON");
        assert!(body["data"].is_object() && body.get("errors").is_none(), "{body}");
    }
}

#[tokio::test]
async fn other_methods_are_told_which_ones_there_are() {
    let server = Server::start(Database::Sqlite).await;
    let client = server.anonymous();
    for method in [Method::HEAD, Method::OPTIONS, Method::PUT, Method::DELETE, Method::PATCH, Method::TRACE] {
        let response = client.request(method.clone(), "/graphql").send().await.expect("the server answers");
        assert_eq!(response.status(), 405, "{method}");
        assert_eq!(response.headers()[ALLOW], "GET, POST", "{method}");
        assert!(!response.headers().contains_key("access-control-allow-origin"), "{method}: no other site is let in");
    }
}

#[tokio::test]
async fn the_answer_is_of_the_type_that_was_asked_for() {
    let server = Server::start(Database::Sqlite).await;
    let client = server.anonymous();
    for (accept, status, content_type) in [
        (None, 200, "application/json"),
        (Some("*/*"), 200, "application/json"),
        (Some("application/*"), 200, "application/json"),
        (Some("application/json"), 200, "application/json"),
        (Some("application/graphql-response+json"), 400, GRAPHQL_RESPONSE),
        (Some("application/graphql-response+json, application/json;q=0.9"), 400, GRAPHQL_RESPONSE),
        (Some("text/html, APPLICATION/GRAPHQL-RESPONSE+JSON; charset=utf-8"), 400, GRAPHQL_RESPONSE),
        (Some("application/json;q=0.5, application/graphql-response+json"), 400, GRAPHQL_RESPONSE),
        (Some("application/json;q=0, */*;q=0.1"), 400, GRAPHQL_RESPONSE),
        (Some("text/html"), 406, "application/json"),
        (Some("application/json;q=0"), 406, "application/json"),
    ] {
        let mut request = client.request(Method::POST, "/graphql").json(&json!({ "query": "{ nonsense }" }));
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        let response = request.send().await.expect("the server answers");
        assert_eq!(response.status(), status, "{accept:?}");
        let found = response.headers()[CONTENT_TYPE].to_str().expect("ASCII").to_owned();
        assert!(found.starts_with(content_type), "{accept:?}: {found}");
        let body: Value = response.json().await.expect("JSON");
        assert!(body["errors"][0]["message"].is_string(), "{accept:?}: {body}");
    }
}
