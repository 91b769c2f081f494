//! Every command says what it is for and shows how it is used.

use tests::Command;

/// Commands that a help text lists.
fn listed(help: &str) -> Vec<String> {
    let Some((_, commands)) = help.split_once("Commands:\n") else { return Vec::new() };
    let lines = commands.lines().take_while(|line| !line.is_empty());
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

#[tokio::test]
async fn every_help_has_examples() {
    let mut waiting = vec![Vec::new()];
    let mut seen = Vec::new();
    while let Some(path) = waiting.pop() {
        let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
        arguments.push("--help");
        let output = Command::oslonac(&arguments).run().await;
        assert!(output.success && output.stderr.is_empty(), "{path:?}: {}", output.stderr);
        let examples = output.stdout.split("Example").nth(1).unwrap_or_else(|| panic!("{path:?} shows no example"));
        let shown = format!("oslonac {}", path.join(" "));
        assert!(examples.contains(shown.trim_end()), "{path:?}: the examples do not show `{shown}`: {examples}");
        for name in listed(&output.stdout) {
            waiting.push([path.clone(), vec![name]].concat());
        }
        seen.push(path.join(" "));
    }
    seen.sort();
    let expected = [
        "",
        "audit",
        "audit create-key",
        "audit export-checkpoints",
        "audit public-key",
        "audit verify",
        "check",
        "demo",
        "indicators",
        "indicators import",
        "indicators list",
        "keys",
        "keys create",
        "keys destroy",
        "keys list",
        "keys rotate",
        "keys verify",
        "member",
        "member invite",
        "migrate",
        "migrate down",
        "migrate status",
        "migrate up",
        "organisation",
        "organisation add",
        "retention",
        "retention preview",
        "schema",
        "serve",
        "settings",
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    for arguments in [&["serv"][..], &["serve", "--nonsense"], &["demo", "--listen", "nowhere"], &["member", "invite"]]
    {
        let output = Command::oslonac(arguments).run().await;
        assert!(!output.success && output.stderr.starts_with("error: "), "{arguments:?}: {}", output.stderr);
        assert!(output.stderr.contains("--help"), "{arguments:?}: {}", output.stderr);
    }
}
