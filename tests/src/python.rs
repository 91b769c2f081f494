//! Schemathesis, which makes requests up from the schema, in `tests/schemathesis`.

use crate::process::{Command, Output};
use reqwest::Url;
use std::path::PathBuf;

/// Tries every root field of the API at this address with so many made-up requests each, the same ones every time, as the
/// holder of an access token.
pub async fn run_schemathesis(api: &Url, token: &str, requests: u32) -> Output {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemathesis");
    let program = folder.join("venv/bin/schemathesis");
    assert!(program.is_file(), "schemathesis is not there: run `tests/run server`, which installs it");
    // It looks for its checks as a module, and keeps what it found out in the current folder.
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let run = ["run", api.as_str(), "--header"];
    Command::new(program, &run)
        .argument(format!("Authorization: Bearer {token}"))
        .arguments(&["--checks", "no_fault_of_the_server", "--phases", "fuzzing", "--mode", "positive", "--seed", "1"])
        .arguments(&["--no-shrink", "--suppress-health-check", "all", "--warnings", "off", "--max-examples"])
        .argument(requests.to_string())
        .env("SCHEMATHESIS_HOOKS", "checks")
        .env("PYTHONPATH", &folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .folder(scratch.path())
        .run()
        .await
}
