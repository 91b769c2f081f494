//! Whether the keys of the settings are those of this database.

use super::{Database, Problem, problem};
use crate::access::{Error, Purpose, Scope, Viewer, sealing};
use crate::clock::Clock;
use uuid::Uuid;

impl Database {
    /// Checks that there is a master key.
    pub fn check_master_key(&self) -> std::result::Result<(), Problem> {
        self.keyring
            .check()
            .map_err(|error| problem(error.to_string(), "Keep a copy of it apart from the database's copies"))
    }

    /// Checks that the master key is the one that wrapped the keys in this database, whose tables are there. Answers in words which
    /// keys are damaged though it is: each takes with it what it seals, and nothing else.
    pub async fn check_keys(&self, clock: Clock) -> std::result::Result<Vec<String>, Problem> {
        self.check_master_key()?;
        let scope = Scope::new(self.clone(), Viewer::service(Purpose::KeyKeeping), clock, Uuid::nil());
        sealing::check_wrapping(&scope).await.map_err(|error| match error {
            Error::Sealed(what) => problem(
                format!("what the master key of this database wrapped does not open: {what}"),
                "Nothing was changed. Name the file or the Vault of this database in database.master_key, or put the \
                 copy of its key back; `oslonac keys verify` names all that does not open",
            ),
            Error::Unavailable(what) => away(&what),
            other => away(&other.to_string()),
        })
    }
}

fn away(what: &str) -> Problem {
    problem(
        format!("it cannot be seen whether the master key opens what is sealed: {what}"),
        "Try again once the database answers, and Vault where it holds the key",
    )
}
