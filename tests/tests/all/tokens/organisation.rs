//! Which organisation a token acts for, and what its roles need.

use super::roles;
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};
use tests::{ADMINISTRATOR, Client, Database, Installation, Server};

const VIEWER: &str = "{ viewer { roles secondFactorMissing membership { organisation { id } } } }";

async fn viewer(client: &Client) -> Value {
    client.query(VIEWER, ()).await.expect_no_errors().data()["viewer"].clone()
}

#[rstest]
#[tokio::test]
async fn the_header_chooses_among_ones_own(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let own = server.sign_in_as("reporter@school-01.example").await;
    let before = viewer(&own).await;
    let id = before["membership"]["organisation"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(viewer(&own.clone().header("Oslonac-Organisation", &id)).await, before);

    let other = server.sign_in_as("reporter@school-02.example").await;
    let foreign = viewer(&other).await["membership"]["organisation"]["id"].as_str().expect("an id").to_owned();
    for id in [foreign.as_str(), "organisation_01h455vb4pex5vsknk084sn02q"] {
        let acting = own.clone().header("Oslonac-Organisation", id);
        let seen = viewer(&acting).await;
        assert_eq!((&seen["membership"], &seen["roles"]), (&Value::Null, &json!([])), "{id}: it acts for nobody");
        assert_eq!(acting.query("{ reports(first: 1) { totalCount } }", ()).await.error_codes(), ["NOT_FOUND"]);
    }
    let report = id.replace("organisation", "report");
    for id in ["", "nonsense", "organisation_", "organisation_8zzzzzzzzzzzzzzzzzzzzzzzzz", &report, &id.to_uppercase()]
    {
        let refused = own.clone().header("Oslonac-Organisation", id).query(VIEWER, ()).await;
        assert_eq!((refused.status(), refused.error_codes()), (StatusCode::BAD_REQUEST, vec!["BAD_INPUT"]), "{id}");
        assert!(refused.body().get("data").is_none());
    }
}

#[rstest]
#[tokio::test]
async fn roles_of_the_centre_need_a_second_factor(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let form = [
        ("grant_type", "password"),
        ("username", "intake@centre.example"),
        ("client_id", "demonstration-script"),
        ("second_factor", "no"),
    ];
    let token = server.token(&form).await["access_token"].as_str().expect("a token").to_owned();
    let client = server.anonymous().bearer(&token);
    let seen = viewer(&client).await;
    assert_eq!((&seen["roles"], &seen["secondFactorMissing"]), (&json!([]), &json!(true)));
    for document in [
        "{ triageQueue { totalCount } }",
        "{ reports(first: 1) { totalCount } }",
        "{ organisations(first: 1) { totalCount } }",
    ] {
        assert_eq!(client.query(document, ()).await.error_codes(), ["NOT_FOUND"], "{document}");
    }
    let with = server.sign_in_as("intake@centre.example").await;
    let seen = viewer(&with).await;
    assert_eq!((&seen["roles"], &seen["secondFactorMissing"]), (&json!(["INTAKE_OFFICER"]), &json!(false)));
}

#[tokio::test]
async fn other_issuers_say_in_their_own_ways_that_there_was_one() {
    let installation = Installation::start(Database::Sqlite).await;
    for (claims, counted) in [
        (json!({ "acr": "1", "amr": ["pwd", "otp"] }), true),
        (json!({ "acr": "http://schemas.openid.net/pape/policies/2007/06/multi-factor" }), true),
        (json!({ "acr": "1", "amr": "hwk" }), true),
        (json!({ "acr": "1" }), false),
        (json!({ "acr": "1", "amr": ["pwd"] }), false),
        (json!({ "acr": "1", "amr": { "otp": true } }), false),
        (json!({ "acr": null, "roles": ["administrator"] }), false),
    ] {
        let token = installation.token_with(ADMINISTRATOR, claims.clone()).await;
        let found = roles(&installation.server.anonymous().bearer(&token)).await;
        assert_eq!(found, if counted { json!(["ADMINISTRATOR"]) } else { json!([]) }, "{claims}");
    }
}

#[rstest]
#[tokio::test]
async fn the_organization_claim_of_keycloak_chooses_and_gives_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let installation = Installation::start(database).await;
    let school = installation.register_school("Школа").await;
    let person = "mila@school.example";
    installation.invite(&school, person, "REPORTER").await;
    for claim in [json!(school), json!([school]), json!({ &school: {} }), json!({ "skola": { "id": school } })] {
        let token = installation.token_with(person, json!({ "organization": claim })).await;
        assert_eq!(roles(&installation.server.anonymous().bearer(&token)).await, json!(["REPORTER"]), "{claim}");
    }
    let token = installation.token_with(person, json!({ "organization": [installation.centre] })).await;
    assert_eq!(roles(&installation.server.anonymous().bearer(&token)).await, json!([]), "it is no member there");
}
