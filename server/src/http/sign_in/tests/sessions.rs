use super::browser::{Browser, location};
use super::network::Network;
use http::header;
use serde_json::{Value, json};

#[tokio::test]
async fn somebody_signs_in_and_out() {
    let network = Network::start().await;
    let mut browser = Browser::new(&network);
    assert_eq!(browser.who().await, Value::Null);
    let response = browser.sign_in("ana", false).await;
    assert_eq!(location(&response), network.url.join("/after?a=b").unwrap());
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    assert_eq!(browser.cookies.keys().collect::<Vec<_>>(), ["__Host-oslonac"]);
    let who = browser.who().await;
    assert_eq!(who["channel"], "Browser");
    assert_eq!(who["organisation"], json!(network.school));
    assert_eq!(who["roles"], "reporter");

    let kept = browser.cookies.clone();
    let response = browser.post("/sign-out", Some("same-origin")).await;
    let at_the_issuer = location(&response);
    assert!(at_the_issuer.as_str().starts_with(network.issuer.settings().url.as_str()), "{at_the_issuer}");
    let asked: Vec<String> = at_the_issuer.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(
        asked,
        ["client_id", "post_logout_redirect_uri"],
        "nothing that says who somebody is was kept to ask with"
    );
    let back = location(&browser.get(&at_the_issuer).await);
    assert_eq!(back, network.url);
    assert!(browser.cookies.is_empty());
    browser.cookies = kept;
    assert_eq!(browser.who().await, Value::Null);
    let expected = ["membership.taken_up", "session.signed_in", "session.signed_out"];
    assert_eq!(network.audited().await, expected);
}

#[tokio::test]
async fn a_sign_in_belongs_to_its_browser_and_counts_once() {
    let network = Network::start().await;
    let (mut own, mut other) = (Browser::new(&network), Browser::new(&network));
    let at = own.begin("/").await;
    let callback = own.pick(&at, "ana-subject", true).await;
    // Another browser is given the address: it has no cookie, or that of a sign-in of its own.
    assert_eq!(other.get(&callback).await.status(), 400);
    other.begin("/").await;
    let response = other.get(&callback).await;
    assert_eq!(response.status(), 400);
    assert!(response.text().await.unwrap().contains("Sign in again, and finish within ten minutes"));
    assert_eq!(other.who().await, Value::Null);
    let cookies = own.cookies.clone();
    assert_eq!(own.get(&callback).await.status(), 303);
    let mut again = Browser::new(&network);
    again.cookies = cookies;
    assert_eq!(again.get(&callback).await.status(), 400);
    assert_eq!(again.who().await, Value::Null);
}

#[tokio::test]
async fn an_answer_that_does_not_hold() {
    let network = Network::start().await;
    for (name, value) in [("iss", "https://example.rs"), ("code", "another")] {
        let mut browser = Browser::new(&network);
        let at = browser.begin("/").await;
        let mut callback = browser.pick(&at, "ana-subject", true).await;
        let pairs: Vec<(String, String)> = callback.query_pairs().into_owned().collect();
        let changed = |pair: (String, String)| {
            if pair.0 == name { (pair.0, value.to_owned()) } else { pair }
        };
        callback.query_pairs_mut().clear().extend_pairs(pairs.into_iter().map(changed));
        let response = browser.get(&callback).await;
        assert_eq!(response.status(), 400, "{name}");
        assert!(browser.cookies.is_empty());
    }
    // A code that another sign-in of the same browser got: its challenge and its nonce are others.
    let mut browser = Browser::new(&network);
    let first = browser.begin("/").await;
    let first = browser.pick(&first, "ana-subject", true).await;
    let second = browser.begin("/").await;
    let mut second = browser.pick(&second, "ana-subject", true).await;
    let code = |address: &url::Url| address.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let swapped = second.as_str().replace(&code(&second), &code(&first));
    second = swapped.parse().unwrap();
    assert_eq!(browser.get(&second).await.status(), 400);
    assert_eq!(browser.who().await, Value::Null);
    let expected = ["session.refused: the issuer's answer does not hold"; 3];
    assert_eq!(network.audited().await, expected);
}

#[tokio::test]
async fn who_is_not_let_in() {
    let network = Network::start().await;
    let mut browser = Browser::new(&network);
    let response = browser.sign_in("nobody", true).await;
    assert_eq!(response.status(), 403);
    let response = browser.sign_in("stranger", true).await;
    assert_eq!(response.status(), 403);
    assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY));
    let page = response.text().await.unwrap();
    assert!(page.contains("Ask the coordinator of your organisation, or the Centre"), "{page}");
    assert!(page.contains("return_to=%2Fafter%3Fa%3Db&#38;prompt=login"), "{page}");
    assert!(browser.cookies.is_empty());
    let expected = ["session.refused: denied at the issuer", "session.refused"];
    assert_eq!(network.audited().await, expected);
}

#[tokio::test]
async fn the_centre_needs_a_second_factor() {
    let network = Network::start().await;
    let mut browser = Browser::new(&network);
    browser.sign_in("intake", false).await;
    let who = browser.who().await;
    assert_eq!((&who["roles"], &who["second_factor_missing"]), (&json!(""), &json!(true)));
    browser.sign_in("intake", true).await;
    assert_eq!(browser.who().await["roles"], "intake_officer");
}

#[tokio::test]
async fn signing_in_anew_ends_the_session_before() {
    let network = Network::start().await;
    let mut browser = Browser::new(&network);
    browser.sign_in("ana", true).await;
    let before = browser.cookies.clone();
    browser.sign_in("ana", true).await;
    assert_ne!(browser.cookies, before);
    assert_eq!(browser.who().await["roles"], "reporter");
    browser.cookies = before;
    assert_eq!(browser.who().await, Value::Null);
}

#[tokio::test]
async fn pages_of_other_sites_change_nothing() {
    let network = Network::start().await;
    let mut browser = Browser::new(&network);
    browser.sign_in("ana", true).await;
    for site in [None, Some("cross-site"), Some("same-site")] {
        let response = browser.post("/who", site).await;
        assert_eq!(response.status(), 403, "{site:?}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], "FORBIDDEN");
        assert_eq!(browser.post("/sign-out", site).await.status(), 403);
    }
    assert_eq!(browser.post("/who", Some("same-origin")).await.status(), 200);
    assert_eq!(browser.who().await["roles"], "reporter");
}

#[tokio::test]
async fn nobody_is_led_elsewhere() {
    let network = Network::start().await;
    for return_to in ["https://example.rs/", "//example.rs", "/\\example.rs", "/\t/example.rs"] {
        let mut browser = Browser::new(&network);
        let at = browser.begin(return_to).await;
        let callback = browser.pick(&at, "ana-subject", true).await;
        let response = browser.get(&callback).await;
        assert_eq!(response.headers()[header::LOCATION], "/", "{return_to:?}");
    }
}

#[tokio::test]
async fn other_names_of_this_machine_lead_to_ours() {
    let network = Network::start().await;
    let mut browser = Browser::new(&network);
    let mut address = network.url.join("/sign-in?return_to=/x").unwrap();
    address.set_host(Some("localhost")).unwrap();
    let response = browser.get(&address).await;
    assert_eq!(location(&response), network.url.join("/sign-in?return_to=%2Fx").unwrap());
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn outages_have_their_pages() {
    let mut network = Network::start().await;
    network.stop_issuer().await;
    let mut browser = Browser::new(&network);
    let sign_in = network.url.join("/sign-in").unwrap();
    let response = browser.get(&sign_in).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()[header::RETRY_AFTER], "5");
    assert!(response.text().await.unwrap().contains("does not answer at the moment"));
    network.start_issuer().await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(browser.sign_in("ana", true).await.status(), 303);
    network.stop_issuer().await;
    assert_eq!(browser.who().await["roles"], "reporter");
    // Signing out needs nobody's help.
    assert_eq!(browser.post("/sign-out", Some("same-origin")).await.status(), 303);
    assert_eq!(browser.who().await, Value::Null);
    network.database.close().await;
    let response = browser.get(&sign_in).await;
    assert_eq!(response.status(), 503);
    assert!(response.text().await.unwrap().contains("cannot reach its database"));
}
