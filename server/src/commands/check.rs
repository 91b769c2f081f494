//! `oslonac check`: what is wrong with an installation, and how to mend it.

use super::{clock, serve};
use crate::access::Database;
use crate::audit::signing::SigningKey;
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::http::tokens::Issuers;
use crate::notifications::email;
use crate::server;

pub(super) async fn run(config: Result<Config, config::Error>) -> Result<(), Failure> {
    let config = config?;
    let clock = clock(&config.demonstration)?;
    println!("settings    in order");
    let mut failures = 0;
    let mut say = |what: &str, result: Result<String, String>| match result {
        Ok(found) => println!("{what:<11} {found}"),
        Err(problem) => {
            failures += 1;
            println!("{what:<11} WRONG: {problem}");
        }
    };
    let address = match serve::check_listening(&config.http) {
        Ok(()) => server::check_address(&config.http).map_err(|problem| problem.to_string()),
        Err(problem) => Err(problem.to_string()),
    };
    let usable = address.is_ok();
    say("listening", address.map(|()| "in order".to_owned()));
    if usable {
        let certificate = server::check_certificate(&config.http, clock.now());
        let certificate = certificate.map_err(|problem| problem.to_string()).transpose();
        certificate.into_iter().for_each(|found| say("certificate", found));
    }
    match Database::open_existing(&config.database).await {
        Ok(database) => {
            let checked =
                database.check().await.map(|()| "reached, tables of this version, rights in order".to_owned());
            say("database", checked.map_err(|problem| problem.to_string()));
            let keys = database
                .check_keys()
                .map(|()| "there is a master key; `oslonac keys verify` opens everything".to_owned());
            say("keys", keys.map_err(|problem| problem.to_string()));
        }
        Err(problem) => say("database", Err(problem.to_string())),
    }
    let unsigned = "WARNING: nothing signs the audit trail; make a key with `oslonac audit create-key` and name it in \
                    audit.signing_key_file";
    let key = SigningKey::of(&config.audit).map_err(|problem| problem.to_string());
    say("audit", key.map(|key| key.map_or(unsigned.to_owned(), |key| format!("signed by the key {}", key.id()))));
    let mail = email::check(&config.notifications.email).map_err(|problem| problem.to_string());
    let sends = if config.notifications.email.host.is_empty() { "none are sent" } else { "in order" };
    say("e-mails", mail.map(|()| sends.to_owned()));
    match Issuers::new(&config.sign_in) {
        Ok(_) if config.sign_in.issuers.is_empty() => {
            say("issuers", Err("there is none, so nobody can sign in. Add a block [[sign_in.issuers]]".to_owned()));
        }
        Err(error) => say("issuers", Err(error.to_string())),
        Ok(issuers) => {
            let problems = issuers.problems().await;
            if problems.is_empty() {
                say("issuers", Ok(format!("{} set up, each answers", config.sign_in.issuers.len())));
            }
            problems.into_iter().for_each(|problem| say("issuers", Err(problem)));
        }
    }
    match failures {
        0 => Ok(()),
        1 => Err(Failure::Other("one thing is wrong; it is named above".to_owned())),
        many => Err(Failure::Other(format!("{many} things are wrong; they are named above"))),
    }
}
