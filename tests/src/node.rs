//! Other people's implementations, in `tests/node`: the second issuer and the audits.

use crate::client;
use crate::process::{Command, Output, Running};
use reqwest::Url;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use tempfile::TempDir;

/// Runs a script of `tests/node` to its end.
pub async fn run_script(script: &str, arguments: &[&str]) -> Output {
    node(script, arguments).run().await
}

pub(crate) fn node(script: &str, arguments: &[&str]) -> Command {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("node");
    assert!(
        folder.join("node_modules").is_dir(),
        "tests/node has no packages: run `tests/run server`, which installs them"
    );
    let script = folder.join(script);
    arguments.iter().fold(Command::new("node", &[]).argument(script), |command, argument| command.argument(argument))
}

/// A running OpenID provider that is not ours: the certified npm package `oidc-provider`.
#[derive(Debug)]
pub struct Issuer {
    url: Url,
    _running: Running,
    _folder: TempDir,
}

impl Issuer {
    /// Starts it with options of `tests/node/issuer.mjs`, on a free port where they name none.
    pub async fn start(options: &[&str]) -> Issuer {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let command = node("issuer.mjs", options);
        let (running, url) = Running::start_until(&command, &folder.path().join("log"), "READY ").await;
        Issuer { url: Url::parse(&url).expect("the issuer prints its URL"), _running: running, _folder: folder }
    }

    /// The issuer's identifier, without a slash at its end.
    pub fn identifier(&self) -> String {
        self.url.as_str().trim_end_matches('/').to_owned()
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> Url {
        self.url.join(path).expect("a path of the issuer")
    }

    /// Signs with new keys from now on; `retire` takes the old ones out of the published set at once.
    pub async fn rotate_keys(&self, retire: bool) {
        self.control("rotate", json!({ "retire": retire })).await;
    }

    /// Answers 503 to everything, until told otherwise.
    pub async fn set_down(&self, down: bool) {
        self.control("outage", json!({ "down": down })).await;
    }

    /// Adds claims to the tokens of a person or a client.
    pub async fn set_claims(&self, account: &str, claims: Value) {
        self.control("claims", json!({ "account": account, "claims": claims })).await;
    }

    /// How often a path was asked for.
    pub async fn requests(&self, path: &str) -> u64 {
        self.control("requests", json!({ "path": path })).await["count"].as_u64().expect("the issuer counts")
    }

    /// A signed access token whose claims and header are a valid one's, except for those given.
    pub async fn mint(&self, claims: Value, header: Value) -> String {
        let answer = self.control("mint", json!({ "claims": claims, "header": header })).await;
        answer["access_token"].as_str().expect("the issuer mints a token").to_owned()
    }

    /// An access token for the client itself, by client credentials.
    pub async fn client_token(&self, client_id: &str, secret: &str) -> String {
        let form = [("grant_type", "client_credentials")];
        let request = client::http().post(self.url("/token")).basic_auth(client_id, Some(secret)).form(&form);
        let answer: Value = request.send().await.expect("the issuer answers").json().await.expect("JSON");
        answer["access_token"].as_str().unwrap_or_else(|| panic!("the issuer refuses: {answer}")).to_owned()
    }

    async fn control(&self, action: &str, body: Value) -> Value {
        let request = client::http().post(self.url(&format!("/control/{action}"))).json(&body);
        let response = request.send().await.expect("the issuer answers");
        assert!(response.status().is_success(), "the issuer refuses {action}: {}", response.status());
        response.json().await.expect("the issuer answers with JSON")
    }
}

/// A running server of the protocol of Vault's Transit engine.
#[derive(Debug)]
pub struct Transit {
    address: String,
    folder: TempDir,
    _running: Running,
}

impl Transit {
    /// The token that it asks for.
    const TOKEN: &str = "a-token-of-the-tests";

    /// Starts it.
    pub async fn start() -> Transit {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let counts = folder.path().join("counts");
        std::fs::write(&counts, Transit::TOKEN).expect("a file in a temporary folder");
        let command = node("transit.mjs", &[&counts.display().to_string()]);
        let (running, address) = Running::start_until(&command, &folder.path().join("log"), "READY ").await;
        Transit { address, folder, _running: running }
    }

    /// Settings of a server whose master key it keeps, as variables of its environment.
    pub fn settings(&self) -> [(&'static str, String); 3] {
        self.settings_with(Transit::TOKEN)
    }

    /// From now on this token counts, and no other.
    pub fn let_count(&self, token: &str) {
        std::fs::write(self.folder.path().join("counts"), token).expect("a file in a temporary folder");
    }

    /// Gives the key another version, by which everything is wrapped from now on.
    pub async fn rotate(&self) {
        let request = client::http().post(format!("{}/v1/transit/keys/oslonac/rotate", self.address));
        let answer = request.header("X-Vault-Token", Transit::TOKEN).send().await.expect("it answers");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// The same with another token.
    pub fn settings_with(&self, token: &str) -> [(&'static str, String); 3] {
        let file = self.folder.path().join("token");
        std::fs::write(&file, format!("{token}\n")).expect("a file in a temporary folder");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("it is ours");
        [
            ("OSLONAC_DATABASE__MASTER_KEY__FILE", String::new()),
            ("OSLONAC_DATABASE__MASTER_KEY__VAULT__ADDRESS", self.address.clone()),
            ("OSLONAC_DATABASE__MASTER_KEY__VAULT__TOKEN_FILE", file.display().to_string()),
        ]
    }
}
