use super::network::Network;
use crate::ids::{self, ObjectType};
use http::header;
use serde_json::{Value, json};

impl Network {
    async fn token_by(&self, form: &[(&str, &str)]) -> String {
        let address = format!("{}/token", self.issuer.settings().url.as_str());
        let answer: Value = client().post(address).form(form).send().await.unwrap().json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    async fn token(&self, name: &str) -> String {
        let email = format!("{name}@example.rs");
        let form = [("grant_type", "password"), ("client_id", "demonstration-script"), ("username", &*email)];
        self.token_by(&form).await
    }

    async fn software_token(&self, name: &str) -> String {
        let form = [("grant_type", "client_credentials"), ("client_id", name), ("client_secret", "secret")];
        self.token_by(&form).await
    }

    async fn who(&self, token: &str, organisation: Option<&str>) -> reqwest::Response {
        let mut request = client().post(self.url.join("/who").unwrap()).bearer_auth(token);
        if let Some(organisation) = organisation {
            request = request.header("Oslonac-Organisation", organisation);
        }
        request.send().await.unwrap()
    }

    async fn who_json(&self, token: &str, organisation: Option<&str>) -> Value {
        let response = self.who(token, organisation).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    async fn rotate_keys(&self) {
        let address = format!("{}/rotate-keys", self.issuer.settings().url.as_str());
        assert_eq!(client().post(address).send().await.unwrap().status(), 204);
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn a_person_acts_for_one_organisation_at_a_time() {
    let network = Network::start().await;
    let token = network.token("ana").await;
    let who = network.who_json(&token, None).await;
    assert_eq!(who["channel"], "Token");
    assert_eq!((&who["organisation"], &who["roles"]), (&json!(network.school), &json!("reporter")));

    let token = network.token("both").await;
    let id = |key| ids::encode(ObjectType::Organisation, key);
    assert_eq!(network.who_json(&token, None).await["roles"], "");
    let at_school = network.who_json(&token, Some(&id(network.school))).await;
    assert_eq!((&at_school["organisation"], &at_school["roles"]), (&json!(network.school), &json!("coordinator")));
    let at_clinic = network.who_json(&token, Some(&id(network.clinic))).await;
    assert_eq!((&at_clinic["organisation"], &at_clinic["roles"]), (&json!(network.clinic), &json!("reporter")));
    let elsewhere = network.who_json(&token, Some(&id(uuid::Uuid::from_u128(9)))).await;
    assert_eq!(elsewhere["roles"], "");
    assert_eq!(network.who(&token, Some("school")).await.status(), 400);
}

#[tokio::test]
async fn a_subject_may_hold_any_letter() {
    let network = Network::start().await;
    let token = network.token("o'neil\\").await;
    assert_eq!(network.who_json(&token, None).await["roles"], "reporter");
}

#[tokio::test]
async fn software_is_taken_up_at_its_first_call() {
    let network = Network::start().await;
    let token = network.software_token("clinic-software").await;
    let (first, second) = tokio::join!(network.who_json(&token, None), network.who_json(&token, None));
    assert_eq!(first["organisation"], json!(network.clinic));
    assert_eq!(first, second);
    assert_eq!(network.audited().await, ["membership.taken_up"]);
    let stranger = network.software_token("unconnected").await;
    assert_eq!(network.who(&stranger, None).await.status(), 401);
    let once_more = network.software_token("unconnected").await;
    assert_eq!(network.who(&once_more, None).await.status(), 401, "which leaves no second row");
    let refused = "session.refused: access token of an account that nobody invited";
    assert_eq!(network.audited().await, ["membership.taken_up", refused]);
}

#[tokio::test]
async fn tokens_that_do_not_count() {
    let network = Network::start().await;
    let token = network.token("ana").await;
    let (unsigned, _) = token.rsplit_once('.').unwrap();
    for wrong in ["", "a", "a.b.c", unsigned, &format!("{unsigned}."), &format!("{token}A")] {
        let response = network.who(wrong, None).await;
        assert_eq!(response.status(), 401, "{wrong}");
        let challenge = response.headers()[header::WWW_AUTHENTICATE].to_str().unwrap().to_owned();
        assert!(challenge.starts_with("Bearer error=\"invalid_token\""), "{challenge}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    }
    assert_eq!(network.who(&network.token("stranger").await, None).await.status(), 401);
}

#[tokio::test]
async fn keys_are_rotated() {
    let network = Network::start().await;
    let old = network.token("ana").await;
    assert_eq!(network.who(&old, None).await.status(), 200);
    network.rotate_keys().await;
    let new = network.token("ana").await;
    assert_eq!(network.who(&new, None).await.status(), 200);
    assert_eq!(network.who(&old, None).await.status(), 200);
    // So soon after the last time, the issuer is not asked again.
    network.rotate_keys().await;
    let newest = network.token("ana").await;
    assert_eq!(network.who(&newest, None).await.status(), 401);
    assert_eq!(network.who(&new, None).await.status(), 200);
}

#[tokio::test]
async fn an_outage_of_the_issuer() {
    let mut network = Network::start().await;
    let known = network.token("ana").await;
    assert_eq!(network.who(&known, None).await.status(), 200);
    network.rotate_keys().await;
    let unknown = network.token("ana").await;
    network.stop_issuer().await;
    assert_eq!(network.who(&known, None).await.status(), 200);
    let response = network.who(&unknown, None).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()[header::RETRY_AFTER], "5");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "UNAVAILABLE");
    assert_eq!(network.who(&known, None).await.status(), 200);
}

#[tokio::test]
async fn an_outage_of_the_database() {
    let network = Network::start().await;
    let token = network.token("ana").await;
    network.database.close().await;
    let response = network.who(&token, None).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()[header::RETRY_AFTER], "5");
}
