//! `oslonac check`: what is wrong with an installation, and how to mend it.

use super::{clock, serve};
use crate::access::Database;
use crate::attachments::Files;
use crate::audit::signing::SigningKey;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::http::tokens::Issuers;
use crate::notifications::email;
use crate::server;
use secrecy::ExposeSecret;

pub(super) async fn run(config: Result<Config, config::Error>) -> Result<(), Failure> {
    let config = config?;
    let clock = clock(&config.demonstration)?;
    let mut findings = Findings::default();
    findings.say("settings", Ok::<_, &str>("in order"));
    listening(&config.http, clock, &mut findings);
    database(&config.database, clock, &mut findings).await;
    findings.say("audit", audit(&config.audit));
    let sends = if config.notifications.email.host.is_empty() { "none are sent" } else { "in order" };
    findings.say("e-mails", email::check(&config.notifications.email).map(|()| sends));
    files(&config, &mut findings).await;
    issuers(&config.sign_in, &mut findings).await;
    findings.end()
}

/// What was found, a line each as it is found.
#[derive(Default)]
struct Findings {
    wrong: usize,
}

impl Findings {
    fn say(&mut self, what: &str, result: Result<impl std::fmt::Display, impl std::fmt::Display>) {
        match result {
            Ok(found) => println!("{what:<11} {found}"),
            Err(problem) => {
                self.wrong += 1;
                println!("{what:<11} WRONG: {problem}");
            }
        }
    }

    fn end(self) -> Result<(), Failure> {
        match self.wrong {
            0 => Ok(()),
            1 => Err(Failure::Other("one thing is wrong; it is named above".to_owned())),
            many => Err(Failure::Other(format!("{many} things are wrong; they are named above"))),
        }
    }
}

fn listening(http: &config::Http, clock: Clock, findings: &mut Findings) {
    let address = match serve::check_listening(http) {
        Ok(()) => server::check_address(http).map_err(|problem| problem.to_string()),
        Err(problem) => Err(problem.to_string()),
    };
    let usable = address.is_ok();
    findings.say("listening", address.map(|()| "in order"));
    if usable {
        let certificate = server::check_certificate(http, clock.now()).transpose();
        certificate.into_iter().for_each(|found| findings.say("certificate", found));
    }
}

async fn database(settings: &config::Database, clock: Clock, findings: &mut Findings) {
    match Database::open_existing(settings).await {
        Ok(database) => {
            let checked = database.check().await;
            let (damaged, found) = match &checked {
                Ok(()) => (database.check_keys(clock).await, "the master key is that of the database"),
                Err(_) => (database.check_master_key().map(|()| Vec::new()), "there is a master key"),
            };
            findings.say("database", checked.map(|()| "reached, tables of this version, rights in order"));
            let found = format!("{found}; `oslonac keys verify` opens everything");
            findings.say("keys", damaged.as_ref().map(|_| found));
            damaged.into_iter().flatten().for_each(|what| findings.say("keys", Err::<&str, _>(what)));
        }
        Err(problem) => findings.say("database", Err::<&str, _>(problem)),
    }
}

fn audit(settings: &config::Audit) -> Result<String, config::Error> {
    let unsigned = "WARNING: nothing signs the audit trail; make a key with `oslonac audit create-key` and name it in \
                    audit.signing_key_file";
    let key = SigningKey::of(settings)?;
    Ok(key.map_or(unsigned.to_owned(), |key| format!("signed by the key {}", key.id())))
}

async fn files(config: &Config, findings: &mut Findings) {
    let files = match Files::of(&config.attachments, config.database.url.expose_secret()) {
        Ok(files) => files,
        Err(problem) => return findings.say("files", Err::<&str, _>(problem)),
    };
    findings.say("files", files.check_store().await.map(|()| "one was kept, read and removed"));
    let unscanned = "WARNING: nothing scans files; name a ClamAV daemon in attachments.scanner";
    let scanner = files.check_scanner().await;
    findings.say("scanner", scanner.map(|there| if there { "answers" } else { unscanned }));
}

async fn issuers(settings: &config::SignIn, findings: &mut Findings) {
    let issuers = match Issuers::new(settings) {
        Ok(_) if settings.issuers.is_empty() => {
            let nobody = "there is none, so nobody can sign in. Add a block [[sign_in.issuers]]";
            return findings.say("issuers", Err::<&str, _>(nobody));
        }
        Ok(issuers) => issuers,
        Err(problem) => return findings.say("issuers", Err::<&str, _>(problem)),
    };
    let problems = issuers.problems().await;
    if problems.is_empty() {
        findings.say("issuers", Ok::<_, &str>(format!("{} set up, each answers", settings.issuers.len())));
    }
    problems.into_iter().for_each(|problem| findings.say("issuers", Err::<&str, _>(problem)));
}
