//! THREATS.md names what is there: an answer or a test that was moved or taken away shows.

use std::path::PathBuf;

#[test]
fn every_file_that_answers_a_threat_exists() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("THREATS.md")).expect("the file is there");
    let quoted = text.split('`').skip(1).step_by(2);
    let paths: Vec<&str> = quoted.filter(|words| words.ends_with(".rs") || words.ends_with('/')).collect();
    assert!(paths.len() > 50, "{} paths", paths.len());
    let missing =
        |path: &&str| !["", "server/src", "tests/tests/all"].iter().any(|from| root.join(from).join(path).exists());
    let missing: Vec<&str> = paths.into_iter().filter(missing).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
