//! What an import has to do: pure, so that it can be asked before anything is written.

use super::Version;
use super::catalogue_file::{CatalogueError, SetFile};
use chrono::NaiveDate;

/// What an import has to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan<'a> {
    /// Versions that are not in the database, each with the day on which it ends.
    pub(super) new: Vec<(&'a SetFile, Option<NaiveDate>)>,
    /// Versions that get the end they lacked: set, version, the day.
    pub(super) ending: Vec<(&'a str, &'a str, NaiveDate)>,
    /// How many files say what the database says already.
    pub(super) unchanged: usize,
}

impl Plan<'_> {
    /// Whether nothing has to be done.
    pub(super) fn is_empty(&self) -> bool {
        self.new.is_empty() && self.ending.is_empty()
    }
}

/// A version as it will be: which of its facts decide on the others.
struct Period<'a> {
    set: &'a str,
    version: &'a str,
    from: NaiveDate,
    /// What the database says.
    ends: Option<NaiveDate>,
    /// What a file says.
    should_end: Option<NaiveDate>,
    /// The file, by its name for messages, and itself where it is new.
    file: Option<&'a str>,
    new: Option<&'a SetFile>,
}

/// Compares files, each with its name for messages, to the versions in the database.
///
/// # Errors
/// A file that says something else than the version of the same name that was imported before, but for an end that it
/// lacks; versions of a set that would be in use on the same day.
pub(super) fn plan<'a>(there: &'a [Version], files: &'a [(String, SetFile)]) -> Result<Plan<'a>, CatalogueError> {
    let mut periods: Vec<Period> = there.iter().map(period_of_version).collect();
    for (name, file) in files {
        match there.iter().position(|version| version.set == file.code && version.version == file.version) {
            None => periods.push(period_of_file(name, file)),
            Some(at) => {
                refuse_changes(name, file, &there[at])?;
                periods[at].should_end = file.valid_until;
                periods[at].file = Some(name);
            }
        }
    }
    periods.sort_by_key(|period| (period.set, period.from));
    let mut plan = Plan::default();
    for (at, period) in periods.iter().enumerate() {
        let next = periods.get(at + 1).filter(|next| next.set == period.set);
        add(&mut plan, period, next)?;
    }
    Ok(plan)
}

fn period_of_version(version: &Version) -> Period<'_> {
    Period {
        set: &version.set,
        version: &version.version,
        from: version.valid_from,
        ends: version.valid_until,
        should_end: None,
        file: None,
        new: None,
    }
}

fn period_of_file<'a>(name: &'a str, file: &'a SetFile) -> Period<'a> {
    Period {
        set: &file.code,
        version: &file.version,
        from: file.valid_from,
        ends: None,
        should_end: file.valid_until,
        file: Some(name),
        new: Some(file),
    }
}

fn refuse_changes(name: &str, file: &SetFile, there: &Version) -> Result<(), CatalogueError> {
    let difference = if file.valid_from == there.valid_from {
        there.definition.difference(&file.definition())
    } else {
        Some("valid_from".to_owned())
    };
    if let Some(place) = difference {
        return refuse(
            name,
            place,
            "differs from the version of this name that was imported. A change needs a new version",
        );
    }
    match (there.valid_until, file.valid_until) {
        (Some(ends), Some(other)) if ends != other => {
            refuse(name, "valid_until", format!("the version that was imported ends on {ends} already"))
        }
        _ => Ok(()),
    }
}

fn add<'a>(plan: &mut Plan<'a>, period: &Period<'a>, next: Option<&Period<'a>>) -> Result<(), CatalogueError> {
    let end = period.ends.or(period.should_end).or(next.map(|next| next.from));
    if let Some(next) = next
        && (end.is_some_and(|end| end > next.from) || period.from == next.from)
    {
        // Of two versions that were there before, nothing can be said about a file; the database is as it is.
        let (Some(file), other) = (next.file.or(period.file), if next.file.is_some() { period } else { next }) else {
            return Ok(());
        };
        let problem = format!("version `{}` of the same set is in use on some of the same days", other.version);
        return refuse(file, "valid_from", problem);
    }
    match (period.new, end) {
        (Some(file), end) => plan.new.push((file, end)),
        (None, Some(end)) if period.ends.is_none() => plan.ending.push((period.set, period.version, end)),
        (None, _) => plan.unchanged += usize::from(period.file.is_some()),
    }
    Ok(())
}

fn refuse<T>(file: &str, place: impl Into<String>, problem: impl Into<String>) -> Result<T, CatalogueError> {
    Err(CatalogueError::new(file, place, problem))
}
