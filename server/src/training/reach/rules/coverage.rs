//! Who was reached. An institution is reached by a session of which somebody of it attended at least one day.

use super::Period;
use chrono::NaiveDate;
use entity::organisation::Kind;
use sea_orm::Iterable;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// What one session, or several, did for one institution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Last day of the latest of them, up to the end of the period, before it too.
    pub last_trained_on: Option<NaiveDate>,
    /// How many attended in the period; whoever attended two sessions counts twice.
    pub participants: u64,
    /// Keys of the sessions in the period.
    pub sessions: Vec<u128>,
}

impl Reached {
    /// The same with what one more session did, which ended on this day.
    pub fn add(&mut self, session: Uuid, ended_on: NaiveDate, participants: u64, period: Period) {
        if ended_on > period.until {
            return;
        }
        self.last_trained_on = self.last_trained_on.max(Some(ended_on));
        if period.contains(ended_on) {
            self.participants += participants;
            self.sessions.push(session.as_u128());
        }
    }
}

/// One institution, in numbers.
#[derive(Clone, Debug)]
pub struct Institution {
    /// Its key.
    pub id: Uuid,
    /// Its name, in Serbian Cyrillic.
    pub name: String,
    /// What kind of institution it is.
    pub kind: Kind,
    /// Code of its municipality.
    pub municipality: String,
    /// Code of its district; nothing where the municipality is not on the list.
    pub district: Option<&'static str>,
    /// What training did for it.
    pub reached: Reached,
    /// Reports that it submitted in the period; nothing for whoever may not know.
    pub reports: Option<u64>,
}

/// The order in which institutions are listed: those never reached first, then those not reached for longest; by name where
/// that is the same.
pub type Rank = (Option<NaiveDate>, String, Uuid);

impl Institution {
    /// Its place in the list.
    pub fn rank(&self) -> Rank {
        (self.reached.last_trained_on, self.name.clone(), self.id)
    }
}

/// Which institutions to list. What is left out does not narrow the list.
#[derive(Clone, Debug, Default)]
pub struct Narrowing {
    /// Of this kind.
    pub kind: Option<Kind>,
    /// In this municipality.
    pub municipality: Option<String>,
    /// In this district.
    pub district: Option<String>,
    /// Where nobody was trained after this day.
    pub untrained_since: Option<NaiveDate>,
}

impl Narrowing {
    /// Whether the institution is one of them.
    pub fn lets_through(&self, institution: &Institution) -> bool {
        self.kind.is_none_or(|kind| institution.kind == kind)
            && self.municipality.as_ref().is_none_or(|code| institution.municipality == *code)
            && self.district.as_deref().is_none_or(|code| institution.district == Some(code))
            && self.untrained_since.is_none_or(|day| institution.reached.last_trained_on <= Some(day))
    }
}

/// Institutions in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many there are.
    pub institutions: u64,
    /// How many of them were reached in the period.
    pub reached: u64,
    /// How many of their people attended, each once a session.
    pub participants: u64,
    /// How many sessions their people attended, each session once.
    pub sessions: u64,
    /// How many reports they submitted in the period; nothing for whoever may not know.
    pub reports: Option<u64>,
}

impl Counts {
    /// Counts these.
    pub fn of<'a>(institutions: impl IntoIterator<Item = &'a Institution>) -> Self {
        let mut counts = Self::default();
        let mut sessions: HashSet<u128> = HashSet::new();
        for institution in institutions {
            counts.institutions += 1;
            counts.reached += u64::from(!institution.reached.sessions.is_empty());
            counts.participants += institution.reached.participants;
            sessions.extend(&institution.reached.sessions);
            counts.reports = match (counts.reports, institution.reports) {
                (sum, Some(reports)) => Some(sum.unwrap_or_default() + reports),
                (sum, None) => sum,
            };
        }
        counts.sessions = sessions.len() as u64;
        counts
    }
}

/// Counts institutions by something that they have in common; those that do not have it are left out.
pub fn by<'a, K: Ord>(
    institutions: &'a [Arc<Institution>],
    common: impl Fn(&'a Institution) -> Option<K>,
) -> Vec<(K, Counts)> {
    let mut groups: BTreeMap<K, Vec<&Institution>> = BTreeMap::new();
    for institution in institutions {
        if let Some(key) = common(institution) {
            groups.entry(key).or_default().push(institution);
        }
    }
    groups.into_iter().map(|(key, group)| (key, Counts::of(group))).collect()
}

/// Counts institutions by their kind, in the order of the kinds; those of which there is none are left out.
pub fn by_kind(institutions: &[Arc<Institution>]) -> Vec<(Kind, Counts)> {
    let of = |kind: Kind| institutions.iter().map(Arc::as_ref).filter(move |institution| institution.kind == kind);
    Kind::iter().filter(|kind| of(*kind).next().is_some()).map(|kind| (kind, Counts::of(of(kind)))).collect()
}

/// The keys that stand one behind the other, 32 hexadecimal digits each. What is none is left out.
pub fn keys(joined: &str) -> Vec<u128> {
    let digits = joined.as_bytes().chunks(32).filter_map(|digits| std::str::from_utf8(digits).ok());
    digits.filter_map(|digits| u128::from_str_radix(digits, 16).ok()).collect()
}
