//! A real installation: `oslonac serve` with an issuer that is not ours, set up by its operator's commands.

use crate::client::Client;
use crate::database::{Database, Storage};
use crate::node::Issuer;
use crate::server::Server;
use serde_json::{Value, json};

/// The administrator whom the operator has invited.
pub const ADMINISTRATOR: &str = "ana@centre.example";

/// A server, its issuer, and the Centre with one administrator who has not signed in yet.
#[derive(Debug)]
pub struct Installation {
    /// The service.
    pub server: Server,
    /// The issuer of its settings.
    pub issuer: Issuer,
    /// Id of the Centre.
    pub centre: String,
}

impl Installation {
    /// Sets it up on an empty database.
    pub async fn start(database: Database) -> Installation {
        Installation::with_algorithm(database, "RS256").await
    }

    /// The same with an issuer that signs in this way.
    pub async fn with_algorithm(database: Database, algorithm: &str) -> Installation {
        let issuer = Issuer::start(&["--client-secret", "only-for-tests", "--algorithm", algorithm]).await;
        let storage = Storage::empty(database).await;
        succeed(&storage, &["migrate", "up"]).await;
        let centre = add_centre(&storage).await;
        let server = Server::with(database)
            .serve()
            .settings(&settings_for(&issuer).replace("RS256", algorithm))
            .start_on(storage)
            .await;
        Installation { server, issuer, centre }
    }

    /// An access token of the issuer for the person of this address, with a second factor.
    pub async fn token(&self, email: &str) -> String {
        self.token_with(email, json!({})).await
    }

    /// The same with other claims, which are put in place of those.
    pub async fn token_with(&self, email: &str, claims: Value) -> String {
        let mut all = json!({ "sub": email, "email": email, "email_verified": true, "acr": "2" });
        for (name, value) in claims.as_object().expect("claims are an object") {
            all[name] = value.clone();
        }
        self.issuer.mint(all, json!({})).await
    }

    /// A client that acts for the person of this address.
    pub async fn sign_in_as(&self, email: &str) -> Client {
        self.server.anonymous().bearer(&self.token(email).await)
    }

    /// Registers a school, by the administrator, and answers its id.
    pub async fn register_school(&self, name: &str) -> String {
        let document = "mutation R($input: RegisterOrganisationInput!) { registerOrganisation(input: $input) {
            organisation { id } userErrors { code field message } } }";
        let input = json!({ "idempotencyKey": format!("register-{}", name.len()), "kind": "SCHOOL", "municipality": "novi-sad", "name": name });
        let administrator = self.sign_in_as(ADMINISTRATOR).await;
        let registered = administrator.query(document, json!({ "input": input })).await;
        registered.payload("registerOrganisation")["organisation"]["id"].as_str().expect("an id").to_owned()
    }

    /// Invites somebody into an organisation, by the administrator.
    pub async fn invite(&self, organisation: &str, email: &str, role: &str) {
        let document = "mutation I($input: InviteMemberInput!) { inviteMember(input: $input) {
            membership { id } userErrors { code field message } } }";
        let input = json!({ "idempotencyKey": format!("invite-{email}"), "organisationId": organisation,
            "name": "Неко", "email": email, "roles": [role] });
        let administrator = self.sign_in_as(ADMINISTRATOR).await;
        administrator.query(document, json!({ "input": input })).await.payload("inviteMember");
    }
}

/// Settings that name this issuer and no other.
pub fn settings_for(issuer: &Issuer) -> String {
    format!(
        "[[sign_in.issuers]]\nurl = \"{}\"\nclient_id = \"oslonac\"\nclient_secret = \"only-for-tests\"\n\
         audience = \"oslonac\"\nalgorithms = [\"RS256\"]\n",
        issuer.identifier()
    )
}

async fn add_centre(storage: &Storage) -> String {
    let add = ["organisation", "add", "--kind", "centre", "--municipality", "novi-beograd", "--name", "Центар"];
    let centre = succeed(storage, &add).await.trim().to_owned();
    let invite = ["member", "invite", "--organisation", &centre, "--email", ADMINISTRATOR, "--name", "Ана"];
    succeed(storage, &[&invite[..], &["--role", "administrator"]].concat()).await;
    centre
}

/// Runs a command that must succeed and answers what it printed.
async fn succeed(storage: &Storage, arguments: &[&str]) -> String {
    let output = storage.command(arguments).run().await;
    assert!(output.success, "{arguments:?}: {}{}", output.stdout, output.stderr);
    output.stdout
}
