//! `oslonac schema`: the contract.

use std::path::Path;
use tests::Command;

#[tokio::test]
async fn the_contract_in_the_repository_is_what_is_printed() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("schema.graphql");
    let output = Command::oslonac(&["schema"]).run().await;
    assert!(output.success, "{}", output.stderr);
    let kept = std::fs::read_to_string(file).expect("schema.graphql can be read");
    assert!(output.stdout == kept, "schema.graphql is older; run: cargo run -- schema > schema.graphql");
}
