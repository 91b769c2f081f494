//! Why a command failed, or the service could not start.

use crate::access::{self, DatabaseProblem};
use crate::config;
use crate::error::{Fault, Stop};
use crate::language::Language;

/// Why a command failed, in words for whoever called it.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseProblem),
    /// The database was reached, and then something failed.
    #[error(transparent)]
    Access(#[from] access::Error),
    /// Anything else, said in full.
    #[error("{0}")]
    Other(String),
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refused(problems) => {
                let lines = problems.iter().map(|problem| {
                    let error = problem.in_words(Language::English);
                    format!("{}: {}", error.field.join("."), error.message)
                });
                Self::Other(lines.collect::<Vec<_>>().join("\n"))
            }
            Stop::Fault(fault) => fault.into(),
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Other(fault.message().to_owned())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.to_string())
    }
}
