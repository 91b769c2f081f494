//! Vault's Transit engine: it wraps and unwraps, and keeps the key.

use super::file::OF_VAULT;
use super::{Problem, problem};
use crate::access::sealing::envelope::{Key, Place};
use crate::{config, key_file};
use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;
use url::{Host, Url};
use uuid::Uuid;
use zeroize::{Zeroize, Zeroizing};

/// More bytes than Vault has to say about a key.
const LARGEST_ANSWER: usize = 16 * 1024;
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// A key of Vault, and how it is reached.
pub(super) struct Vault {
    http: Client,
    base: String,
    key: String,
    name: String,
    token_file: PathBuf,
    /// As it was last read from there.
    token: RwLock<HeaderValue>,
}

/// What Vault says where it refuses, with 400 too, what only its operators can mend: the key is gone there, or lets the version that
/// wrapped no more be used.
const FOR_OPERATORS: [&str; 2] = ["key not found", "disallowed by policy"];

/// How much of Vault's own words is passed on.
const LONGEST_WORDS: usize = 300;

#[derive(Serialize)]
struct Encrypt<'a> {
    plaintext: &'a str,
    associated_data: String,
}

#[derive(Serialize)]
struct Decrypt<'a> {
    ciphertext: &'a str,
    associated_data: String,
}

#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    errors: Vec<String>,
}

#[derive(Deserialize)]
struct Answer<D> {
    data: D,
}

#[derive(Deserialize)]
struct Encrypted {
    ciphertext: String,
}

#[derive(Deserialize)]
struct Decrypted {
    plaintext: SecretString,
}

impl Vault {
    /// The one of the settings. Nothing is sent yet.
    pub(super) fn new(settings: &config::Vault) -> Result<Self, Problem> {
        let address = address(&settings.address)?;
        let token = token(&settings.token_file)?;
        crate::http::tokens::install_tls_provider();
        // Keys go to this address alone: no proxy reads them, and nobody sends them on.
        let http = Client::builder().timeout(TIME_LIMIT).redirect(Policy::none()).no_proxy();
        let http = http.https_only(address.scheme() == "https").build();
        Ok(Self {
            http: http.map_err(|error| problem(error.to_string()))?,
            base: format!("{}/v1/{}", address.as_str().trim_end_matches('/'), settings.mount),
            key: settings.key.clone(),
            name: format!("{OF_VAULT}{}", settings.key),
            token_file: settings.token_file.clone(),
            token: RwLock::new(token),
        })
    }

    /// What rows that it wrapped call it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) async fn encrypt(&self, key: &Key, place: &Place) -> Result<Vec<u8>, Problem> {
        let plaintext = Zeroizing::new(STANDARD.encode(key.as_bytes()));
        let associated_data = STANDARD.encode(place.as_bytes());
        let answer: Encrypted = self.ask("encrypt", &Encrypt { plaintext: &plaintext, associated_data }).await?;
        Ok(answer.ciphertext.into_bytes())
    }

    pub(super) async fn decrypt(&self, wrapped: &[u8], place: &Place) -> Result<Key, Problem> {
        let ciphertext = &String::from_utf8_lossy(wrapped);
        let associated_data = STANDARD.encode(place.as_bytes());
        let answer: Decrypted = self.ask("decrypt", &Decrypt { ciphertext, associated_data }).await?;
        let bytes = STANDARD.decode(answer.plaintext.expose_secret()).map(Zeroizing::new);
        bytes.ok().and_then(|bytes| Key::of_bytes(&bytes)).ok_or_else(|| strange("decrypt", "its answer is no key"))
    }

    /// How everything begins that it encrypts now: with the newest version of its key, which nothing else has to be asked for.
    pub(super) async fn mark(&self) -> Result<Vec<u8>, Problem> {
        let probe = Place::new("organisation_key", "probe", Uuid::nil(), Uuid::nil());
        let wrapped = self.encrypt(&Key::generate(), &probe).await?;
        let mut parts = wrapped.split_inclusive(|byte| *byte == b':');
        Ok([parts.next().unwrap_or_default(), parts.next().unwrap_or_default()].concat())
    }

    async fn ask<D: for<'a> Deserialize<'a>>(&self, what: &str, question: &impl Serialize) -> Result<D, Problem> {
        // Long enough for every question, so that no shorter copy is left behind when it grows.
        let mut body = Zeroizing::new(Vec::with_capacity(4096));
        serde_json::to_writer(&mut *body, question).map_err(|error| cannot(what, &error))?;
        let body = Bytes::from_owner(body);
        let mut answer = self.send(what, body.clone()).await?;
        if answer.status() == StatusCode::FORBIDDEN && self.token_is_another() {
            answer = self.send(what, body).await?;
        }
        if !answer.status().is_success() {
            return Err(self.refused(what, answer).await);
        }
        let answer = read(answer).await.map_err(|error| away(what, error))?;
        let answer: Option<Answer<D>> = serde_json::from_slice(&answer).ok();
        Ok(answer.ok_or_else(|| strange(what, "its answer is not one of a Transit engine"))?.data)
    }

    async fn send(&self, what: &str, body: Bytes) -> Result<Response, Problem> {
        let request = self.http.post(format!("{}/{what}/{}", self.base, self.key));
        let request = request.header("X-Vault-Token", self.token()).header(CONTENT_TYPE, "application/json");
        request.body(body).send().await.map_err(|error| away(what, error))
    }

    fn token(&self) -> HeaderValue {
        self.token.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the file holds another token than before, which counts from now on: tokens end, and are renewed there.
    fn token_is_another(&self) -> bool {
        match token(&self.token_file) {
            Ok(now) => {
                let mut known = self.token.write().unwrap_or_else(PoisonError::into_inner);
                std::mem::replace(&mut *known, now.clone()) != now
            }
            Err(problem) => {
                tracing::error!(%problem, "Vault refuses its token, and there is no other");
                false
            }
        }
    }

    /// What Vault refused. Damage is what it calls so alone: all else may be over in a moment, or its operators mend it.
    async fn refused(&self, what: &str, answer: Response) -> Problem {
        let status = answer.status();
        let said = words(&read(answer).await.unwrap_or_default(), self.token().as_bytes());
        let damaged = status == StatusCode::BAD_REQUEST && !FOR_OPERATORS.iter().any(|words| said.contains(words));
        let mend = match status {
            StatusCode::FORBIDDEN => {
                ". Write a token that counts into database.master_key.vault.token_file: it is read again by itself"
            }
            _ if status.is_redirection() => {
                ", and keys go nowhere but to database.master_key.vault.address. Name the Vault that answers itself"
            }
            _ => "",
        };
        Problem { passing: !damaged, ..cannot(what, &format!("{status}{said}{mend}")) }
    }
}

/// Vault's own words, in one line and without the token.
fn words(answer: &[u8], token: &[u8]) -> String {
    let Refusal { errors } = serde_json::from_slice(answer).unwrap_or_default();
    let said = errors.join("; ").replace(&*String::from_utf8_lossy(token), "…");
    let said: String =
        said.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(LONGEST_WORDS).collect();
    if said.is_empty() { said } else { format!(": {said}") }
}

fn away(what: &str, error: reqwest::Error) -> Problem {
    let error = error.without_url();
    // What failed stands in the cause, or in the cause of that.
    let whys = std::iter::successors(Some(&error as &dyn Error), |error| (*error).source());
    let why = whys.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    Problem { passing: true, ..cannot(what, &why) }
}

/// Vault, or something in front of it, answers what makes no sense, which says nothing of what was asked.
fn strange(what: &str, why: &str) -> Problem {
    Problem { passing: true, ..cannot(what, &why) }
}

fn cannot(what: &str, why: &dyn Display) -> Problem {
    problem(format!("Vault cannot {what}: {why}"))
}

/// As much of an answer as Vault has to say.
async fn read(mut answer: Response) -> Result<Zeroizing<Vec<u8>>, reqwest::Error> {
    let mut all = Zeroizing::new(Vec::with_capacity(LARGEST_ANSWER));
    while let Some(chunk) = answer.chunk().await? {
        let room = LARGEST_ANSWER - all.len();
        all.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if let Ok(mut chunk) = chunk.try_into_mut() {
            chunk.as_mut().zeroize();
        }
    }
    Ok(all)
}

/// The address, where nobody on the way reads what is sent there. What is wrong with it does not repeat it: it may hold a
/// password.
fn address(text: &str) -> Result<Url, Problem> {
    let wrong = |what: &str| problem(format!("setting database.master_key.vault.address: {what}"));
    let address = Url::parse(text).map_err(|_| wrong("write an address such as https://vault.example.rs:8200"))?;
    if !address.username().is_empty() || address.password().is_some() || address.query().is_some() {
        return Err(wrong("write the address alone; the token stands in token_file"));
    }
    let here = match address.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match address.scheme() {
        "https" => Ok(address),
        "http" if here => Ok(address),
        "http" => {
            Err(wrong("token and keys would travel in the clear. Write https://; http:// is for this machine alone"))
        }
        _ => Err(wrong("write an address such as https://vault.example.rs:8200")),
    }
}

/// The token, from a file that only the service's user can reach.
fn token(path: &Path) -> Result<HeaderValue, Problem> {
    let file = path.display();
    let here = |what: &dyn Display| problem(format!("setting database.master_key.vault.token_file: {file}: {what}"));
    let bytes = std::fs::read(path).map_err(|error| here(&format!("{error}. Write Vault's token into it")))?;
    let bytes = Zeroizing::new(bytes);
    if key_file::open_to_others(path).map_err(|error| here(&error))?.is_some() {
        return Err(here(&format!("other users of this machine may read it. Run `chmod 600 {file}`")));
    }
    let token = HeaderValue::from_bytes(bytes.trim_ascii()).ok().filter(|token| !token.is_empty());
    let mut token = token.ok_or_else(|| here(&"it holds something else than a token in one line"))?;
    token.set_sensitive(true);
    Ok(token)
}
