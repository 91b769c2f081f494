//! A real installation, as `deploy/README.md` sets it up: an empty database, the commands, and the certified OpenID
//! provider `oidc-provider` in place of the demonstration's issuer.

use reqwest::{StatusCode, Url};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Browser, Client, Database, Issuer, Server, Storage};

const ADMINISTRATOR: &str = "ana@centre.example";
const VIEWER: &str = "{ viewer { roles secondFactorMissing memberships { name organisation { id } } } }";

struct Installation {
    issuer: Issuer,
    server: Server,
}

impl Installation {
    async fn new(database: Database, algorithm: &str) -> Installation {
        let issuer = Issuer::start(&["--client-secret", "only-for-tests", "--algorithm", algorithm]).await;
        let storage = Storage::empty(database).await;
        run(&storage, &["migrate", "up"]).await;
        let add = ["organisation", "add", "--kind", "centre", "--municipality", "novi-beograd", "--name", "Центар"];
        let printed = run(&storage, &add).await;
        let organisation = printed.split_whitespace().find(|word| word.starts_with("organisation_"));
        let organisation = organisation.expect("the id of the organisation");
        let invite = ["member", "invite", "--organisation", organisation, "--email", ADMINISTRATOR];
        run(&storage, &[&invite[..], &["--name", "Ана Анић", "--role", "administrator"]].concat()).await;
        let server = Server::with(database).serve().settings(&settings(&issuer, algorithm)).start_on(storage).await;
        Installation { issuer, server }
    }

    /// Signs in with a browser, as somebody whom the issuer vouches for in the way that the query says.
    async fn sign_in(&self, query: &str) -> Browser {
        let mut browser = self.server.browser();
        let mut interaction = browser.open(self.server.url("/sign-in?return_to=/health/live")).await.url;
        assert!(interaction.path().starts_with("/interaction/"), "{interaction}");
        interaction.set_query(Some(query));
        let page = browser.open(interaction).await;
        assert_eq!(page.url, self.server.url("/health/live"), "{}", page.text);
        browser
    }

    async fn administrator_token(&self) -> String {
        self.issuer.mint(person(), json!({})).await
    }
}

/// Claims of the administrator's access token, with a second factor.
fn person() -> Value {
    json!({ "sub": ADMINISTRATOR, "email": ADMINISTRATOR, "email_verified": true, "amr": ["otp"] })
}

fn settings(issuer: &Issuer, algorithm: &str) -> String {
    format!(
        "[[sign_in.issuers]]\nurl = \"{}\"\nclient_id = \"oslonac\"\nclient_secret = \"only-for-tests\"\n\
         audience = \"oslonac\"\nalgorithms = [\"{algorithm}\"]\n",
        issuer.identifier()
    )
}

async fn run(storage: &Storage, arguments: &[&str]) -> String {
    let output = storage.command(arguments).run().await;
    assert!(output.success, "oslonac {arguments:?}: {}{}", output.stdout, output.stderr);
    output.stdout
}

fn site(server: &Server) -> Url {
    server.url("/")
}

async fn roles(client: &Client) -> Value {
    client.query(VIEWER, ()).await.expect_no_errors().data()["viewer"]["roles"].clone()
}

#[rstest]
#[tokio::test]
async fn its_first_administrator_signs_in_with_a_browser(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values("RS256", "ES256")] algorithm: &str,
) {
    let installation = Installation::new(database, algorithm).await;
    let mut browser = installation.sign_in(&format!("login={ADMINISTRATOR}&acr=mfa&amr=pwd,otp")).await;
    let viewer = browser.query(site(&installation.server), VIEWER).await;
    assert_eq!(viewer["data"]["viewer"]["roles"], json!(["ADMINISTRATOR"]), "{viewer}");
}

#[tokio::test]
async fn without_a_second_factor_there_is_no_role_of_the_centre() {
    let installation = Installation::new(Database::Sqlite, "RS256").await;
    let mut browser = installation.sign_in(&format!("login={ADMINISTRATOR}&amr=pwd")).await;
    let viewer = browser.query(site(&installation.server), VIEWER).await;
    assert_eq!(viewer["data"]["viewer"]["roles"], json!([]), "{viewer}");
    assert_eq!(viewer["data"]["viewer"]["secondFactorMissing"], true, "{viewer}");
}

#[tokio::test]
async fn who_was_not_invited_stays_outside() {
    let installation = Installation::new(Database::Sqlite, "RS256").await;
    let mut browser = installation.server.browser();
    let mut interaction = browser.open(installation.server.url("/sign-in")).await.url;
    interaction.set_query(Some("login=stranger@example.com"));
    let page = browser.open(interaction).await;
    assert_eq!(page.url.path(), "/sign-in/callback");
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.text);
}

#[tokio::test]
async fn tokens_outlive_a_rotation_of_keys_and_an_outage_of_the_issuer() {
    let Installation { issuer, mut server } = Installation::new(Database::Sqlite, "ES256").await;
    let before = issuer.mint(person(), json!({})).await;
    assert_eq!(roles(&server.anonymous().bearer(&before)).await, json!(["ADMINISTRATOR"]));

    issuer.rotate_keys(false).await;
    let after = issuer.mint(person(), json!({})).await;
    for token in [&before, &after] {
        assert_eq!(roles(&server.anonymous().bearer(token)).await, json!(["ADMINISTRATOR"]));
    }

    issuer.set_down(true).await;
    assert_eq!(roles(&server.anonymous().bearer(&after)).await, json!(["ADMINISTRATOR"]));
    server.restart().await;
    let unknown = server.anonymous().bearer(&after).query(VIEWER, ()).await;
    assert_eq!(unknown.status(), StatusCode::SERVICE_UNAVAILABLE, "{:#}", unknown.body());
    assert!(unknown.header("retry-after").is_some());
}

#[tokio::test]
async fn tokens_that_do_not_count() {
    let installation = Installation::new(Database::Sqlite, "RS256").await;
    let with = |claim: &str, value: Value| {
        let mut claims = person();
        claims[claim] = value;
        claims
    };
    let issuer = &installation.issuer;
    let forged = Issuer::start(&[]).await.mint(with("iss", json!(issuer.identifier())), json!({})).await;
    let tokens = [
        issuer.mint(with("exp", json!(1_500_000_000)), json!({})).await,
        issuer.mint(with("aud", json!("somebody-else")), json!({})).await,
        issuer.mint(with("iss", json!("http://127.0.0.1:1")), json!({})).await,
        issuer.mint(person(), json!({ "alg": "none" })).await,
        issuer.mint(person(), json!({ "alg": "ES256" })).await,
        issuer.mint(person(), json!({ "typ": "JWT" })).await,
        forged,
    ];
    for token in tokens {
        let response = installation.server.anonymous().bearer(&token).query(VIEWER, ()).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{token}: {:#}", response.body());
        assert_eq!(response.error_codes(), ["UNAUTHENTICATED"]);
    }
    let good = installation.administrator_token().await;
    assert_eq!(roles(&installation.server.anonymous().bearer(&good)).await, json!(["ADMINISTRATOR"]));
}

#[tokio::test]
async fn software_gets_its_own_token_and_acts_for_one_organisation() {
    let installation = Installation::new(Database::Sqlite, "RS256").await;
    let token = installation.issuer.client_token("oslonac", "only-for-tests").await;
    let software = installation.server.anonymous().bearer(&token);
    assert_eq!(software.query(VIEWER, ()).await.status(), StatusCode::UNAUTHORIZED);

    let administrator = installation.server.anonymous().bearer(&installation.administrator_token().await);
    let register = "mutation Register($input: RegisterOrganisationInput!) { registerOrganisation(input: $input) {
        organisation { id } userErrors { code field message } } }";
    let input = json!({ "input": { "idempotencyKey": "add-a-school", "kind": "SCHOOL", "name": "Школа",
        "municipality": "novi-sad" } });
    let registered = administrator.query(register, input).await;
    let school = registered.payload("registerOrganisation")["organisation"]["id"].clone();
    let connect = "mutation Connect($input: ConnectSoftwareInput!) { connectSoftware(input: $input) {
        membership { id } userErrors { code field message } } }";
    let input = json!({ "input": { "idempotencyKey": "connect-it", "organisationId": school, "name": "Дневник",
        "clientId": "oslonac" } });
    administrator.query(connect, input).await.payload("connectSoftware");

    let viewer = software.query(VIEWER, ()).await;
    let memberships = &viewer.expect_no_errors().data()["viewer"]["memberships"];
    assert_eq!(memberships, &json!([{ "name": "Дневник", "organisation": { "id": school } }]));
}
