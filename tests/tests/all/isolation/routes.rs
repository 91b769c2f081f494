//! That no download is forgotten: every route that the service's sources name is fetched by the walk, told by an answer that the
//! walk follows, or stands here with the reason why it is neither.

use super::downloads::ROUTES;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Why a route is walked, or is not.
enum Way {
    /// It stands among the routes that are fetched.
    Fetched,
    /// Answers name its paths.
    Named,
    /// It shows nothing of anybody, for this reason.
    #[expect(dead_code, reason = "it is for whoever reads this")]
    Not(&'static str),
}

use Way::{Fetched, Named, Not};

/// Files below `server/src`, and what they route, as it is written there.
const WAYS: [(&str, &str, Way); 32] = [
    ("http/mod.rs", "graphql::PATH", Not("the walk asks it everything")),
    ("http/mod.rs", "\"/health/live\"", Not(HEALTH)),
    ("http/mod.rs", "\"/health/ready\"", Not(HEALTH)),
    ("http/attachments.rs", "&format!(\"{}/{{id}}\", attachments::PATH)", Named),
    ("http/certificates.rs", "\"/certificates/{file}\"", Named),
    ("http/certificates.rs", "\"/sessions/{id}/certificates.pdf\"", Fetched),
    ("http/participants.rs", "PATH", Not("answers with the errors of the list that was just sent")),
    ("http/participants.rs", "\"/participants/template.csv\"", Not("an empty table")),
    ("http/tables.rs", "&format!(\"/coverage.{extension}\")", Fetched),
    ("http/tables.rs", "&format!(\"/sessions/{{id}}/participants.{extension}\")", Fetched),
    ("http/training.rs", "address::PATH", Named),
    ("http/training.rs", "\"/sessions/{id}/calendar.ics\"", Fetched),
    ("http/training.rs", "\"/days/{id}/code.svg\"", Fetched),
    ("http/verification/mod.rs", "\"/verify\"", Not("a form, which leads to the same page as the number in the path")),
    ("http/verification/mod.rs", "\"/verify/{number}\"", Fetched),
    ("http/graphiql.rs", "\"/graphiql\"", Not(PAGE)),
    ("http/graphiql.rs", "\"/graphiql/graphiql.js\"", Not(PAGE)),
    ("http/graphiql.rs", "\"/graphiql/graphiql.css\"", Not(PAGE)),
    ("http/sign_in/mod.rs", "\"/\"", Not(SIGN_IN)),
    ("http/sign_in/mod.rs", "\"/sign-in\"", Not(SIGN_IN)),
    ("http/sign_in/mod.rs", "\"/sign-in/callback\"", Not(SIGN_IN)),
    ("http/sign_in/mod.rs", "\"/sign-in/page.css\"", Not(PAGE)),
    ("http/sign_in/mod.rs", "\"/sign-out\"", Not(SIGN_IN)),
    ("demo/issuer/mod.rs", "PATH", Not(ISSUER)),
    ("demo/issuer/mod.rs", "\"/.well-known/openid-configuration\"", Not(ISSUER)),
    ("demo/issuer/mod.rs", "\"/jwks\"", Not(ISSUER)),
    ("demo/issuer/mod.rs", "\"/rotate-keys\"", Not(ISSUER)),
    ("demo/issuer/mod.rs", "\"/authorize\"", Not(ISSUER)),
    ("demo/issuer/mod.rs", "\"/page.css\"", Not(ISSUER)),
    ("demo/issuer/mod.rs", "\"/token\"", Not(ISSUER)),
    ("demo/issuer/mod.rs", "\"/end-session\"", Not(ISSUER)),
    ("metrics.rs", "\"/metrics\"", Not("counts, at an address of their own")),
];

const HEALTH: &str = "says whether the service works";
const PAGE: &str = "the same for everybody";
const SIGN_IN: &str = "shows who oneself is, and nobody else";
const ISSUER: &str = "stands in for the issuer in demonstrations, and knows invented people only";

/// What the router's methods take in one file: the text up to the first comma that stands in no brackets.
fn routed(source: &str) -> Vec<String> {
    let methods = [".route(", ".route_service(", ".nest(", ".nest_service(", ".fallback(", ".fallback_service("];
    let calls = methods.iter().flat_map(|method| source.split(method).skip(1));
    let first_argument = |call: &str| {
        let mut open = 0;
        let end = call.find(|letter| {
            open += i32::from(matches!(letter, '(' | '[')) - i32::from(matches!(letter, ')' | ']'));
            open < 0 || (open == 0 && letter == ',')
        });
        call[..end.unwrap_or(call.len())].trim().to_owned()
    };
    calls.map(first_argument).collect()
}

/// The sources of the service without their tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries =
        std::fs::read_dir(folder).expect("a folder of the sources").map(|entry| entry.expect("an entry").path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let folders = folders.into_iter().filter(|path| !path.ends_with("tests"));
    let files =
        files.into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs"));
    files.chain(folders.flat_map(|folder| sources(&folder))).collect()
}

#[test]
fn every_route_is_walked_or_shows_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src");
    let mut found = BTreeSet::new();
    for file in sources(&root) {
        let source = std::fs::read_to_string(&file).expect("a source");
        let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let name = file.strip_prefix(&root).expect("below the sources").display().to_string();
        found.extend(routed(code).into_iter().map(|route| (name.clone(), route)));
    }
    let known: BTreeSet<(String, String)> =
        WAYS.iter().map(|(file, route, _)| ((*file).to_owned(), (*route).to_owned())).collect();
    let new: Vec<_> = found.difference(&known).collect();
    assert!(new.is_empty(), "walk them in ROUTES of downloads.rs and say so here, or say here why not: {new:?}");
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "there are no such routes: {gone:?}");
}

#[test]
fn what_is_fetched_is_fetched() {
    for (_, route, _) in WAYS.iter().filter(|(.., way)| matches!(way, Fetched)) {
        let literal = route.split('"').nth(1).unwrap_or_default().replace("{{", "{").replace("}}", "}");
        // What stands between the places for values.
        let pieces: Vec<&str> = literal.split(['{', '}']).step_by(2).collect();
        let fetched = ROUTES.iter().any(|(path, _)| pieces.iter().all(|piece| path.contains(piece)));
        assert!(fetched, "{route} stands in no line of ROUTES");
    }
}
