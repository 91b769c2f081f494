//! Who may do what, and the only door to the database.
//!
//! A [`Scope`] is a viewer with a connection. It finds only rows that the [`Policy`] of their table lets the viewer see,
//! and writes only changes that the policy allows, each with its audit row in the same transaction. Nothing else in the
//! server holds a database connection: a query that forgets the tenant does not compile.
//!
//! | file | what it answers |
//! | --- | --- |
//! | `viewer` | who acts, for whom, in which roles, for which purpose |
//! | `permission` | which root fields those roles reach |
//! | `policy/` | which rows of a table they see and may change |
//! | `scope`, `find`, `write` | reading and writing under those policies |
//! | `figures` | numbers for statistics, which are no rows |
//! | `signals` | that something changed, for those who wait for it |
//! | `outbox` | that something happened, for those whom it concerns |
//! | `indexing` | what persons are known by, so that they can be compared unread |
//! | `linking` | how the chain over the audit trail is written |
//! | `erasing` | how what was sealed goes for good |
//! | `sealing/` | what the database holds only sealed, and the keys |
//! | `tables` | which tables there are |
//! | `named` | enums whose values the database knows by names |
//! | `verification` | whether a certificate is valid, which anybody may ask |
//! | `gate` | the few questions that are asked before a viewer is known |
//! | `audit` | what leaves a row in the audit trail |
//! | `database`, `transaction` | SQLite and PostgreSQL underneath |

mod audit;
mod database;
mod erasing;
mod figures;
mod find;
mod gate;
mod indexing;
mod linking;
#[cfg(test)]
mod matrix;
mod named;
mod outbox;
mod page;
#[cfg(any(test, fuzzing))]
pub(crate) mod parsers;
mod permission;
mod policy;
mod scope;
pub mod sealing;
mod signals;
mod tables;
mod transaction;
mod verification;
mod viewer;
mod write;

#[cfg(test)]
pub(crate) use matrix::sealed_columns;

pub use audit::{Act, Action};
pub use database::{Database, Problem as DatabaseProblem};
pub use figures::Figure;
pub use find::{Find, Tally};
pub use gate::{CalendarHolder, Gate, NewSession, Recipient, SessionLimits, SignInAttempt, TokenHolder};
pub use indexing::Known;
pub use outbox::News;
pub use page::{Order, Page, PageArguments};
pub use permission::{Permission, RootFields, chosen_operation, guarded};
pub use policy::{Change, Policy, Root, open_at};
pub use scope::Scope;
pub use signals::{Heard, Signal, Signals};
pub use verification::Standing;
pub use viewer::{Membership, Purpose, Role, Roles, Viewer};
pub use write::Write;

/// What can go wrong between the server and its database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached, or no connection became free in time; or Vault, where it holds the master key. Says which.
    #[error("{0}")]
    Unavailable(String),
    /// A unique key exists already; carries the database's words.
    #[error("exists already: {0}")]
    Duplicate(String),
    /// The policy of the table does not allow this change.
    #[error("the policy of {0} does not allow this change")]
    NotPermitted(&'static str),
    /// A transaction changed something and left no audit row.
    #[error("a change without an audit row")]
    Unaudited,
    /// A cursor that is not one of this connection.
    #[error("a cursor of another connection")]
    Cursor,
    /// Page arguments that contradict each other or ask for too much.
    #[error("{0}")]
    Page(&'static str),
    /// Something sealed cannot be opened, or nothing can be sealed; says what and why.
    #[error("{0}")]
    Sealed(String),
    /// A text cannot be kept: the key that would seal it is damaged, or was destroyed.
    #[error("{0}")]
    Unsealable(String),
    /// Anything else that the database says.
    #[error("the database says: {0}")]
    Database(sea_orm::DbErr),
}

/// Result of access to the data.
pub type Result<T> = std::result::Result<T, Error>;

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        use sea_orm::{DbErr, RuntimeErr, SqlErr};
        if let Some(SqlErr::UniqueConstraintViolation(what)) = error.sql_err() {
            return Self::Duplicate(what);
        }
        match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => away(&error),
            DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)) if lost(inner) => {
                away(&error)
            }
            _ => Self::Database(error),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if lost(&error) {
            return away(&error);
        }
        sea_orm::DbErr::Query(sea_orm::RuntimeErr::SqlxError(std::sync::Arc::new(error))).into()
    }
}

fn away(error: &dyn std::fmt::Display) -> Error {
    Error::Unavailable(format!("the database cannot be reached: {error}"))
}

/// Whether the connection was lost, rather than the statement wrong.
fn lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(inner) => inner.code().is_some_and(|code| is_away(&code)),
        _ => false,
    }
}

/// Whether a database that answers with this code cannot do its work at the moment. PostgreSQL's codes have five characters:
/// 08 connection, 3D000 no such database, 53 resources, 55000 lets nobody in, 57P01 to 57P03 shutdown or start. SQLite's are
/// numbers, the kind in their last byte: 5 busy, 6 locked, 10 input and output, 13 full, 14 cannot be opened.
fn is_away(code: &str) -> bool {
    if code.len() == 5 {
        return matches!(code, "3D000" | "55000") || ["08", "53", "57P"].iter().any(|class| code.starts_with(class));
    }
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 10 | 13 | 14))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_away_is_told_from_a_wrong_statement() {
        for away in ["08006", "3D000", "53300", "55000", "57P01", "57P03", "5", "6", "261", "517", "522", "13", "14"] {
            assert!(is_away(away), "{away}");
        }
        for wrong in ["23505", "42P01", "57014", "40001", "1", "19", "2067", ""] {
            assert!(!is_away(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_lost_connection_is_told_from_a_failed_statement() {
        use sea_orm::{DbErr, RuntimeErr};
        let failed = |error: sqlx::Error| RuntimeErr::SqlxError(std::sync::Arc::new(error));
        for away in [
            Error::from(DbErr::Conn(RuntimeErr::Internal("refused".to_owned()))),
            DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::Timeout).into(),
            DbErr::Query(failed(sqlx::Error::PoolTimedOut)).into(),
            DbErr::Exec(failed(sqlx::Error::WorkerCrashed)).into(),
            sqlx::Error::PoolClosed.into(),
        ] {
            assert!(matches!(away, Error::Unavailable(_)), "{away}");
        }
        for wrong in [DbErr::Query(failed(sqlx::Error::RowNotFound)).into(), Error::from(sqlx::Error::RowNotFound)] {
            assert!(matches!(wrong, Error::Database(_)), "{wrong}");
        }
    }
}
