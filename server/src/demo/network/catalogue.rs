//! The indicators that the database has, for the reports to tick.

use super::Error;
use crate::access::{self, Scope};
use chrono::NaiveDate;
use entity::{indicator, indicator_set_version};
use uuid::Uuid;

/// The versions of the indicator sets.
pub(super) struct Catalogue(Vec<Version>);

struct Version {
    row: indicator_set_version::Model,
    /// Keys of its indicators, in the order of their codes.
    indicators: Vec<Uuid>,
}

impl Catalogue {
    /// Reads what was imported.
    pub(super) async fn read(scope: &Scope) -> access::Result<Self> {
        let mut indicators = scope.find::<indicator::Entity>().all().await?;
        indicators.sort_by(|a, b| a.code.cmp(&b.code));
        let versions = scope.find::<indicator_set_version::Entity>().all().await?;
        let with_indicators = |row: indicator_set_version::Model| {
            let own = indicators.iter().filter(|indicator| indicator.set_version_id == row.id);
            Version { indicators: own.map(|indicator| indicator.id).collect(), row }
        };
        Ok(Self(versions.into_iter().map(with_indicators).collect()))
    }

    /// The indicators of a set in the version that a report of this day uses.
    pub(super) fn indicators(&self, set: &str, day: NaiveDate) -> Result<&[Uuid], Error> {
        let valid = |version: &&Version| {
            let row = &version.row;
            row.set_code == set && row.valid_from <= day && row.valid_until.is_none_or(|until| day < until)
        };
        let version = self.0.iter().find(valid);
        let missing = || Error::MissingIndicators { set: set.to_owned(), day };
        version.map(|version| &*version.indicators).filter(|indicators| !indicators.is_empty()).ok_or_else(missing)
    }
}
