//! All indicator sets in memory, as the database has them.

use super::catalogue_file::Definition;
use super::keys;
use super::rules::{self, SetVersion};
use super::{Evaluation, Indicator};
use crate::access::{Result, Scope};
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use chrono::NaiveDate;
use entity::indicator_set_version as table;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Every version of every indicator set.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// By the code of the set, oldest first.
    versions: Vec<Arc<Version>>,
    /// Where each indicator stands: its version, its dimension, its position there.
    places: HashMap<Uuid, (usize, usize, usize)>,
}

/// One version of one indicator set.
#[derive(Debug, PartialEq, Eq)]
pub struct Version {
    /// Its key.
    pub id: Uuid,
    /// The set's stable code.
    pub set: String,
    /// The version's code.
    pub version: String,
    /// The first day on which a report may use it.
    pub valid_from: NaiveDate,
    /// The first day on which it no longer may; nothing while it is in use.
    pub valid_until: Option<NaiveDate>,
    /// What it says.
    pub definition: Definition,
    pub(super) for_evaluation: SetVersion,
}

impl Version {
    /// The version of this row. Fails where the definition cannot be read.
    pub(super) fn of_row(row: table::Model) -> serde_json::Result<Self> {
        let definition: Definition = serde_json::from_str(&row.definition)?;
        Ok(Self {
            id: row.id,
            set: row.set_code,
            version: row.version,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            for_evaluation: definition.for_evaluation(),
            definition,
        })
    }

    /// Whether a report that is begun on this day may use it.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|end| day < end)
    }
}

/// Why codes lead to no indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// There is no such set.
    UnknownSet,
    /// The set has no such version.
    UnknownVersion,
    /// The version, or every version of the set, is not in use on that day. The period is that of the version that was
    /// named, or else of the nearest one.
    NotValidOn {
        /// The first day on which it may be used.
        from: NaiveDate,
        /// The first day on which it no longer may.
        until: Option<NaiveDate>,
    },
    /// The version has no such indicator.
    UnknownCode,
}

impl Unresolved {
    /// The refusal of an input that names an indicator; `path` leads to the object with `set`, `version` and `code`.
    pub fn problem(self, path: &str) -> Problem {
        let (field, message) = match self {
            Self::UnknownSet => ("set", Message::new("unknown-indicator-set")),
            Self::UnknownVersion => ("version", Message::new("unknown-indicator-version")),
            Self::NotValidOn { from, until: None } => {
                ("set", Message::new("indicator-set-not-yet-valid").with("from", from))
            }
            Self::NotValidOn { from, until: Some(until) } => {
                ("set", Message::new("indicator-set-not-valid").with("from", from).with("until", until))
            }
            Self::UnknownCode => ("code", Message::new("unknown-indicator")),
        };
        Problem::new(UserErrorCode::Invalid, &format!("{path}.{field}"), message)
    }
}

impl Catalogue {
    /// Reads it from the database, in one statement.
    pub(super) async fn read(scope: &Scope) -> Result<Self> {
        let rows = scope.find::<table::Entity>().all().await?;
        let mut versions = Vec::with_capacity(rows.len());
        for row in rows {
            let id = row.id;
            let version = Version::of_row(row).map_err(|error| {
                let what = format!("the definition of indicator set version {id} cannot be read: {error}");
                crate::access::Error::Database(sea_orm::DbErr::Custom(what))
            })?;
            versions.push(version);
        }
        Ok(Self::of(versions))
    }

    pub(super) fn of(mut versions: Vec<Version>) -> Self {
        versions.sort_by(|a, b| (&a.set, a.valid_from).cmp(&(&b.set, b.valid_from)));
        let mut places = HashMap::new();
        for (at, version) in versions.iter().enumerate() {
            for (dimension, entry) in version.definition.dimensions.iter().enumerate() {
                for (position, indicator) in entry.indicators.iter().enumerate() {
                    let key = keys::of_indicator(&version.set, &version.version, &indicator.code);
                    places.insert(key, (at, dimension, position));
                }
            }
        }
        Self { versions: versions.into_iter().map(Arc::new).collect(), places }
    }

    /// Every version, by the code of the set, oldest first.
    pub fn versions(&self) -> &[Arc<Version>] {
        &self.versions
    }

    /// The key of the indicator with these codes. Where the version is left out, it is the one in use on that day.
    ///
    /// # Errors
    /// See [`Unresolved`].
    pub fn resolve(
        &self,
        set: &str,
        version: Option<&str>,
        code: &str,
        on: NaiveDate,
    ) -> std::result::Result<Uuid, Unresolved> {
        let mut of_set = self.versions.iter().filter(|version| version.set == set).peekable();
        let first = *of_set.peek().ok_or(Unresolved::UnknownSet)?;
        let version = match version {
            Some(name) => of_set.find(|version| version.version == name).ok_or(Unresolved::UnknownVersion)?,
            None => of_set.rfind(|version| version.valid_from <= on).unwrap_or(first),
        };
        if !version.is_valid_on(on) {
            return Err(Unresolved::NotValidOn { from: version.valid_from, until: version.valid_until });
        }
        let key = keys::of_indicator(set, &version.version, code);
        if self.places.contains_key(&key) { Ok(key) } else { Err(Unresolved::UnknownCode) }
    }

    /// Whether it holds an indicator with this key.
    pub fn knows(&self, id: Uuid) -> bool {
        self.places.contains_key(&id)
    }

    /// The indicator with this key.
    pub fn indicator(&self, id: Uuid) -> Option<Indicator> {
        let &(version, dimension, position) = self.places.get(&id)?;
        Some(Indicator { version: self.versions.get(version)?.clone(), dimension, position })
    }

    /// Explains ticked indicators: one evaluation for each version that they come from, in the order of the catalogue.
    /// Indicators that it does not know are left out; [`Catalogues::knowing`](super::Catalogues::knowing) sees to it that there
    /// are none.
    pub fn evaluate(&self, ids: &[Uuid]) -> Vec<Evaluation> {
        let places: Vec<_> = ids.iter().filter_map(|id| self.places.get(id)).collect();
        let evaluation = |(at, version): (usize, &Arc<Version>)| {
            let ticked: Vec<&str> = places
                .iter()
                .filter(|place| place.0 == at)
                .map(|place| version.definition.dimensions[place.1].indicators[place.2].code.as_str())
                .collect();
            if ticked.is_empty() {
                return None;
            }
            let result = rules::evaluate(&version.for_evaluation, ticked).expect("codes of this very version");
            Some(Evaluation { version: version.clone(), result })
        };
        self.versions.iter().enumerate().filter_map(evaluation).collect()
    }
}
