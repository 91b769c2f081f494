//! A server of SMTP that is not ours, in `tests/node`: what it took, and how it is to behave.

use crate::client;
use crate::node::node;
use crate::process::Running;
use base64::Engine as _;
use serde_json::{Value, json};
use std::time::Duration;
use tempfile::TempDir;

/// A running server that takes e-mails.
#[derive(Debug)]
pub struct Post {
    controls: String,
    port: u64,
    _running: Running,
    _folder: TempDir,
}

/// An e-mail that was taken.
#[derive(Clone, Debug)]
pub struct Email {
    /// Where it went.
    pub to: String,
    /// Its headers by name, in lower case, encoded words read.
    pub head: String,
    /// Its text.
    pub body: String,
    /// When it was taken, in milliseconds of the system's clock.
    pub at: u64,
}

impl Post {
    /// Starts it.
    pub async fn start() -> Post {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (running, controls) =
            Running::start_until(&node("post.mjs", &[]), &folder.path().join("log"), "READY ").await;
        let mut post = Post { controls, port: 0, _running: running, _folder: folder };
        post.port = post.ask("/", Value::Null).await["port"].as_u64().expect("a port");
        post
    }

    /// Settings of a server that sends its e-mails there.
    pub fn settings(&self) -> [(&'static str, String); 5] {
        [
            ("OSLONAC_NOTIFICATIONS__EMAIL__HOST", "127.0.0.1".to_owned()),
            ("OSLONAC_NOTIFICATIONS__EMAIL__PORT", self.port.to_string()),
            ("OSLONAC_NOTIFICATIONS__EMAIL__ENCRYPTION", "none".to_owned()),
            ("OSLONAC_NOTIFICATIONS__EMAIL__FROM", "Oslonac <oslonac@centre.example>".to_owned()),
            ("OSLONAC_NOTIFICATIONS__EMAIL__TIME_LIMIT_SECONDS", "2".to_owned()),
        ]
    }

    /// How it is to behave from now on: `take`, `hang` when somebody connects, `refuse` recipients, or `refuse-data`, with a
    /// `code`, `take-and-hang`.
    pub async fn behave(&self, behaviour: Value) {
        self.ask("/behave", behaviour).await;
    }

    /// How many connections there were.
    pub async fn connections(&self) -> u64 {
        self.ask("/", Value::Null).await["connections"].as_u64().expect("a number")
    }

    /// What it has taken so far.
    pub async fn taken(&self) -> Vec<Email> {
        let answer = self.ask("/", Value::Null).await;
        answer["taken"].as_array().expect("a list").iter().map(Email::of).collect()
    }

    /// Waits until it has taken so many, and no longer than ten seconds.
    #[track_caller]
    pub fn wait_for(&self, number: usize) -> impl Future<Output = Vec<Email>> {
        let caller = std::panic::Location::caller();
        async move {
            for _ in 0..500 {
                let taken = self.taken().await;
                if taken.len() >= number {
                    return taken;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            panic!("not {number} e-mails at {caller}, but {:?}", self.taken().await);
        }
    }

    async fn ask(&self, path: &str, body: Value) -> Value {
        let request = client::http().post(format!("{}{path}", self.controls)).json(&json!(body));
        request.send().await.expect("the post answers").json().await.expect("JSON")
    }
}

impl Email {
    fn of(taken: &Value) -> Email {
        let text = taken["text"].as_str().expect("a text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a text");
        let head = head.replace("\r\n ", " ");
        let encoded = head.to_lowercase().contains("content-transfer-encoding: base64");
        let quoted = head.to_lowercase().contains("content-transfer-encoding: quoted-printable");
        let body = match (encoded, quoted) {
            (true, _) => of_base64(&body.replace("\r\n", "")),
            (_, true) => of_quoted(body),
            _ => body.to_owned(),
        };
        Email {
            to: taken["to"][0].as_str().expect("a recipient").to_owned(),
            head: read_words(&head),
            body,
            at: taken["at"].as_u64().expect("an instant"),
        }
    }

    /// A header, where it has it.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines();
        let mut found =
            lines.filter_map(|line| line.split_once(": ")).filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim())
    }
}

fn of_base64(text: &str) -> String {
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).expect("base 64");
    String::from_utf8(bytes).expect("UTF-8")
}

fn of_quoted(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        match (first, others) {
            (b'=', [high, low, others @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).expect("two digits");
                bytes.push(u8::from_str_radix(digits, 16).expect("a byte"));
                rest = others;
            }
            _ => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// Reads encoded words (RFC 2047) in base 64; those that follow each other belong together.
fn read_words(head: &str) -> String {
    let head = head.replace("?= =?utf-8?b?", "?==?utf-8?b?");
    let mut parts = head.split("=?utf-8?b?");
    let mut read = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (word, rest) = part.split_once("?=").expect("the end of a word");
        read.push_str(&of_base64(word));
        read.push_str(rest);
    }
    read
}
