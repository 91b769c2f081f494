//! The demonstration network: the Centre, its partners, their people, and the reports of 2018 as that year was published.
//!
//! Everything is invented and made anew from `data/demonstration` with a fixed seed: every installation has the same
//! network, to the last id; only the days of sessions to come follow the day on which it is filled. [`fill`] writes it into an
//! empty database.
//!
//! | file | what it makes |
//! | --- | --- |
//! | `data` | reads the files of `data/demonstration` |
//! | `random` | chance that is the same everywhere, and keys made of it |
//! | `members` | organisations, accounts, memberships, software |
//! | `plan` | what 2018 comes to: who reports whom, when, and what becomes of it |
//! | `reports`, `persons` | what stands in the reports |
//! | `twice` | somebody whom two organisations report, for the Centre to find |
//! | `history` | what the Centre and its partners did about them |
//! | `news` | what members were told of lately |
//! | `training` | three years of sessions and who came, and sessions to come |
//! | `learning`, `certificates` | what those who came knew before and after, what they said of it, what they have to show |

mod catalogue;
mod certificates;
mod data;
mod handouts;
mod history;
mod learning;
mod members;
mod news;
mod persons;
mod plan;
mod random;
mod reports;
mod rows;
#[cfg(test)]
mod tests;
mod training;
mod twice;

pub use members::{people, software};

use crate::access::{self, Action, Database, Purpose, Scope, Viewer};
use crate::clock::Clock;
use crate::duplicates;
use crate::ids;
use crate::notifications::Teller;
use catalogue::Catalogue;
use chrono::NaiveDate;
use entity::{account, organisation};
use sea_orm::ColumnTrait;

/// Why the demonstration network cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refuses.
    #[error(transparent)]
    Access(#[from] access::Error),
    /// The reports tick indicators of a set that is not there.
    #[error("indicator set {set} has no version that is valid on {day}; import the indicator sets first")]
    MissingIndicators {
        /// Code of the set.
        set: String,
        /// Day of the report.
        day: NaiveDate,
    },
}

/// Fills a migrated database, into which the indicator sets were imported, with the demonstration network: all of it or
/// nothing. `issuer` is the issuer whose tokens prove the accounts; their subject is the e-mail address.
///
/// Answers false, and changes nothing, where the database has an organisation already.
///
/// # Errors
/// When the database refuses, or an indicator set is missing.
pub async fn fill(database: &Database, clock: Clock, issuer: &str) -> Result<bool, Error> {
    let viewer = Viewer::service(Purpose::Demonstration);
    let scope = Scope::new(database.clone(), viewer, clock, ids::new_key(clock.now()));
    let write = scope.begin().await?;
    if write.find::<organisation::Entity>().one().await?.is_some() {
        return Ok(false);
    }
    let catalogue = Catalogue::read(&write).await?;
    let (rows, centre) = reports::generate(&catalogue, issuer, clock.today())?;
    let news = news::of(&rows);
    let persons = rows.to_compare();
    rows.store(&write).await?;
    for (subject, known) in persons {
        write.index(subject, known).await?;
    }
    news::store(&write, news).await?;
    write.audit::<organisation::Entity>(centre, Action::DemonstrationFilled).await?;
    write.commit().await?;
    duplicates::job::compare_all(&duplicates::job::scope(database, clock)).await?;
    news::tell(&Teller::new(database.clone(), clock, None)).await?;
    Ok(true)
}

/// Tells a filled network under which address its issuer is reached now: the address holds the port, and the port may be
/// another one today.
///
/// # Errors
/// When the database refuses.
pub async fn follow_issuer(database: &Database, clock: Clock, issuer: &str) -> access::Result<()> {
    let viewer = Viewer::service(Purpose::Demonstration);
    let write = Scope::new(database.clone(), viewer, clock, ids::new_key(clock.now())).begin().await?;
    let elsewhere = account::Column::Issuer.ne(issuer);
    for before in write.find::<account::Entity>().filter(elsewhere).all().await? {
        let after = account::Model { issuer: issuer.to_owned(), ..before.clone() };
        write.update::<account::Entity>(&before, after, Action::IssuerMoved).await?;
    }
    write.commit().await
}
