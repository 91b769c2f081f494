//! A receiver of webhooks, in `tests/node`: what it got, and how it is to answer.

use crate::client;
use crate::node::node;
use crate::process::Running;
use serde_json::Value;
use std::time::Duration;
use tempfile::TempDir;

/// A running receiver.
#[derive(Debug)]
pub struct Hooks {
    address: String,
    _running: Running,
    _folder: TempDir,
}

impl Hooks {
    /// Starts it.
    pub async fn start() -> Hooks {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (running, address) =
            Running::start_until(&node("hooks.mjs", &[]), &folder.path().join("log"), "READY ").await;
        Hooks { address, _running: running, _folder: folder }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// How it answers from now on: a `status`, a `location`, `hang`, or `endless`. Answers what it got so far.
    pub async fn behave(&self, behaviour: Value) -> Vec<Value> {
        let request = client::http().post(self.url("/behave")).json(&behaviour);
        request.send().await.expect("the receiver answers").json().await.expect("JSON")
    }

    /// What it got so far: `path`, `headers` and `body` of each request.
    pub async fn got(&self) -> Vec<Value> {
        self.behave(Value::Null).await
    }

    /// Waits until it has got so much, and no longer than ten seconds.
    #[track_caller]
    pub fn wait_for(&self, number: usize) -> impl Future<Output = Vec<Value>> {
        let caller = std::panic::Location::caller();
        async move {
            for _ in 0..500 {
                let got = self.got().await;
                if got.len() >= number {
                    return got;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            panic!("not {number} requests at {caller}, but {:?}", self.got().await);
        }
    }
}
