use super::*;
use serde_json::Value;

/// The issuer on a port of its own.
struct Served {
    issuer: DemonstrationIssuer,
    client: reqwest::Client,
}

async fn served() -> Served {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let person = |name: &str, organisation: &str| Person {
        subject: format!("{name}@example.rs"),
        email: format!("{name}@example.rs"),
        name: name.to_owned(),
        organisation: organisation.to_owned(),
        roles: "reporter".to_owned(),
    };
    let software = Software { client_id: "software".to_owned(), client_secret: "s p+c".to_owned() };
    let people = vec![person("ana", "School <1>"), person("iva", "Clinic"), person("eva", "School <1>")];
    let issuer = DemonstrationIssuer::new(&url, people, vec![software], Clock::system()).unwrap();
    let service = routes(issuer.clone()).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    Served { issuer, client: client.build().unwrap() }
}

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The SHA-256 of it: the example of RFC 7636, appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const BACK: &str = "http://127.0.0.1:9/sign-in/callback";

fn request<'a>() -> Vec<(&'a str, &'a str)> {
    vec![
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", BACK),
        ("state", "a state"),
        ("nonce", "a nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

fn with<'a>(mut pairs: Vec<(&'a str, &'a str)>, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    pairs.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    pairs.extend_from_slice(changes);
    pairs
}

impl Served {
    async fn post(&self, route: &str, form: &[(&str, &str)]) -> reqwest::Response {
        self.client.post(self.issuer.address(route)).form(form).send().await.unwrap()
    }

    /// Where picking somebody leads.
    async fn pick(&self, form: &[(&str, &str)]) -> Url {
        let response = self.post("/authorize", form).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        Url::parse(response.headers()[header::LOCATION].to_str().unwrap()).unwrap()
    }

    async fn code(&self) -> String {
        let back = self.pick(&with(request(), &[("subject", "ana@example.rs"), ("second_factor", "yes")])).await;
        parameter(&back, "code").unwrap()
    }

    async fn redeem(&self, code: &str, changes: &[(&str, &str)]) -> (StatusCode, Value) {
        let form = vec![
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        let response = self.post("/token", &with(form, changes)).await;
        (response.status(), response.json().await.unwrap())
    }
}

fn parameter(address: &Url, name: &str) -> Option<String> {
    let mut pairs = address.query_pairs();
    pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

fn claims(token: &Value) -> Value {
    jsonwebtoken::dangerous::insecure_decode_claims(token.as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn the_page_groups_people_by_organisation() {
    let served = served().await;
    let address = Url::parse_with_params(&served.issuer.address("/authorize"), request()).unwrap();
    let response = served.client.get(address).header("accept-language", "en").send().await.unwrap();
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("form-action 'self' http://127.0.0.1:9"),
        "{policy}"
    );
    let page = response.text().await.unwrap();
    assert_eq!(page.matches("<section").count(), 2);
    assert!(page.contains("School &#60;1&#62;"), "{page}");
    assert!(page.contains("value=\"ana@example.rs\""), "{page}");
    assert!(!page.contains("<script"), "{page}");
}

#[tokio::test]
async fn a_code_is_redeemed_once_by_who_asked_for_it() {
    let served = served().await;
    let (status, tokens) = served.redeem(&served.code().await, &[]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    let id_token = claims(&tokens["id_token"]);
    assert_eq!(id_token["nonce"], "a nonce");
    assert_eq!(id_token["email"], "ana@example.rs");
    assert_eq!(id_token["acr"], "2");
    let code = served.code().await;
    assert_eq!(served.redeem(&code, &[]).await.0, StatusCode::OK);
    assert_eq!(served.redeem(&code, &[]).await.1["error"], "invalid_grant");
    for changes in [
        [("code_verifier", "another")],
        [("code_verifier", "")],
        [("redirect_uri", "http://127.0.0.1:9/")],
        [("client_id", SCRIPT_CLIENT)],
        [("code", "another")],
    ] {
        let (status, error) = served.redeem(&served.code().await, &changes).await;
        assert_eq!((status, &error["error"]), (StatusCode::BAD_REQUEST, &"invalid_grant".into()), "{changes:?}");
    }
}

#[tokio::test]
async fn only_this_machine_is_sent_codes() {
    let served = served().await;
    for changes in [
        ("redirect_uri", "https://example.rs/sign-in/callback"),
        ("redirect_uri", "http://127.0.0.1.example.rs/"),
        ("redirect_uri", "javascript:alert(1)"),
        ("client_id", "another"),
    ] {
        let form = with(with(request(), &[changes]), &[("subject", "ana@example.rs")]);
        let response = served.post("/authorize", &form).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{changes:?}");
    }
    for (changes, error) in [
        ([("subject", "")], "access_denied"),
        ([("subject", "nobody")], "access_denied"),
        ([("code_challenge", "")], "invalid_request"),
        ([("code_challenge_method", "plain")], "invalid_request"),
        ([("response_type", "token")], "unsupported_response_type"),
    ] {
        let form = with(with(request(), &[("subject", "ana@example.rs")]), &changes);
        let back = served.pick(&form).await;
        assert_eq!(parameter(&back, "error").as_deref(), Some(error), "{changes:?}");
        assert_eq!(parameter(&back, "state").as_deref(), Some("a state"));
        assert_eq!(parameter(&back, "code"), None);
    }
}

#[tokio::test]
async fn scripts_and_software() {
    let served = served().await;
    let script = [("grant_type", "password"), ("client_id", SCRIPT_CLIENT), ("username", "Iva@example.rs")];
    let token: Value = served.post("/token", &script).await.json().await.unwrap();
    let with_second_factor = claims(&token["access_token"]);
    assert_eq!(with_second_factor["sub"], "iva@example.rs");
    assert_eq!(with_second_factor["acr"], "2");
    let without = with(script.to_vec(), &[("second_factor", "no")]);
    let token: Value = served.post("/token", &without).await.json().await.unwrap();
    assert_eq!(claims(&token["access_token"])["acr"], "1");
    let nobody = with(script.to_vec(), &[("username", "nobody@example.rs")]);
    assert_eq!(served.post("/token", &nobody).await.status(), StatusCode::BAD_REQUEST);

    let software = [("grant_type", "client_credentials"), ("client_id", "software"), ("client_secret", "s p+c")];
    let token: Value = served.post("/token", &software).await.json().await.unwrap();
    assert_eq!(claims(&token["access_token"])["sub"], "software");
    let basic = served.client.post(served.issuer.address("/token")).basic_auth("software", Some("s+p%2Bc"));
    let response = basic.form(&[("grant_type", "client_credentials")]).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let wrong = with(software.to_vec(), &[("client_secret", "wrong")]);
    assert_eq!(served.post("/token", &wrong).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn signing_out_leads_back_to_this_machine_only() {
    let served = served().await;
    let at =
        |back| Url::parse_with_params(&served.issuer.address("/end-session"), [("post_logout_redirect_uri", back)]);
    let response = served.client.get(at("http://127.0.0.1:9/").unwrap()).send().await.unwrap();
    assert_eq!(response.headers()[header::LOCATION], "http://127.0.0.1:9/");
    let response = served.client.get(at("https://example.rs/").unwrap()).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(!response.headers().contains_key(header::LOCATION));
}

#[tokio::test]
async fn names_of_elsewhere_are_refused() {
    let served = served().await;
    let jwks = || served.client.get(served.issuer.address("/jwks"));
    assert_eq!(jwks().send().await.unwrap().status(), StatusCode::OK);
    for host in ["example.rs", "127.0.0.1.example.rs:80", "10.0.0.1"] {
        let response = jwks().header(header::HOST, host).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{host}");
    }
}

#[test]
fn peers_of_elsewhere_are_refused() {
    for (peer, here) in [
        ("127.0.0.1:5", true),
        ("[::1]:5", true),
        ("[::ffff:127.0.0.1]:5", true),
        ("10.0.0.1:5", false),
        ("[2001:db8::1]:5", false),
    ] {
        let mut request = Request::new(axum::body::Body::empty());
        assert!(!comes_from_this_machine(&request));
        let address: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(address));
        assert_eq!(comes_from_this_machine(&request), here, "{peer}");
    }
    let elsewhere = Url::parse("http://10.0.0.1:8080").unwrap();
    assert!(DemonstrationIssuer::new(&elsewhere, vec![], vec![], Clock::system()).is_err());
}
