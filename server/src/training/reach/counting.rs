//! Counts whom sessions reached: what was kept of completed sessions, and the attendance of those that were held and are not
//! completed yet. The number of statements is always the same.

use super::keeping::there;
use super::rules::coverage::{Institution, Reached, keys};
use super::rules::effect::{FirstReached, windows};
use super::rules::{Period, effect};
use crate::access::{Figure, Result, Role, Scope, Tally, Viewer};
use crate::clock::start_of;
use crate::code_lists::district_of;
use crate::training::sessions::rules::local_day;
use chrono::{DateTime, NaiveDate, Utc};
use entity::organisation::Kind;
use entity::training_session::{self, State};
use entity::{attendance, organisation, report, session_reach};
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, RelationDef};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Whether the viewer learns how many reports an institution submitted. Trainers see no report, not even that there is one.
pub(super) fn learns_reports(viewer: &Viewer) -> bool {
    viewer.has_any(&[Role::Supervisor, Role::Analyst])
}

/// Partner institutions that cooperate, each with what training did for it, in the order of the list.
pub(super) async fn coverage(scope: &Scope, period: Period) -> Result<Vec<Arc<Institution>>> {
    let mut reached = kept(scope, period).await?;
    for row in held(scope, Condition::all()).await? {
        let (day, participants) = (local_day(row.ends_at), number(Some(row.participants)));
        reached.entry(row.organisation_id).or_default().add(row.session_id, day, participants, period);
    }
    let reports = match learns_reports(scope.viewer()) {
        true => Some(reports(scope, period).await?),
        false => None,
    };
    let institutions = institutions(scope).await?.into_iter().map(|row| Institution {
        reached: reached.remove(&row.id).unwrap_or_default(),
        reports: reports.as_ref().map(|reports| reports.get(&row.id).copied().unwrap_or_default()),
        district: district_of(&row.municipality_code),
        id: row.id,
        name: row.name,
        kind: row.kind,
        municipality: row.municipality_code,
    });
    let mut institutions: Vec<Institution> = institutions.collect();
    institutions.sort_by_cached_key(Institution::rank);
    Ok(institutions.into_iter().map(Arc::new).collect())
}

#[derive(FromQueryResult)]
struct InstitutionRow {
    id: Uuid,
    name: String,
    kind: Kind,
    municipality_code: String,
}

/// Every partner institution that is not suspended: whom the Centre can invite.
async fn institutions(scope: &Scope) -> Result<Vec<InstitutionRow>> {
    use organisation::Column;
    let partners = Condition::all().add(Column::SuspendedAt.is_null()).add(Column::Kind.ne(Kind::Centre));
    let tally = scope.tally::<organisation::Entity>().await?.filter(partners).each("id", Column::Id);
    let tally = tally.each("name", Column::Name).each("kind", Column::Kind);
    tally.each("municipality_code", Column::MunicipalityCode).figures().await
}

#[derive(FromQueryResult)]
struct KeptRow {
    organisation_id: Uuid,
    last: Option<NaiveDate>,
    participants: Option<i64>,
    sessions: Option<String>,
}

/// What completed sessions did for each institution.
async fn kept(scope: &Scope, period: Period) -> Result<HashMap<Uuid, Reached>> {
    use session_reach::Column;
    let until = Column::EndedOn.lte(period.until);
    let since = || Condition::all().add(Column::EndedOn.gte(period.from));
    let tally = scope.tally::<session_reach::Entity>().await?.filter(until);
    let tally = tally.each("organisation_id", Column::OrganisationId).figure("last", Figure::latest(Column::EndedOn));
    let tally = tally
        .figure("participants", Figure::sum(Column::Participants).among(since()))
        .figure("sessions", Figure::keys(Column::SessionId).among(since()));
    let reached = |row: KeptRow| {
        let sessions = row.sessions.as_deref().map(keys).unwrap_or_default();
        let participants = number(row.participants);
        (row.organisation_id, Reached { last_trained_on: row.last, participants, sessions })
    };
    Ok(tally.figures::<KeptRow>().await?.into_iter().map(reached).collect())
}

#[derive(FromQueryResult)]
struct HeldRow {
    organisation_id: Uuid,
    session_id: Uuid,
    ends_at: DateTime<Utc>,
    participants: i64,
}

/// Who was at sessions that were held and are not completed yet: few at any time.
async fn held(scope: &Scope, of: Condition) -> Result<Vec<HeldRow>> {
    use attendance::Column;
    let to_session: RelationDef = attendance::Entity::belongs_to(training_session::Entity)
        .from(Column::SessionId)
        .to(training_session::Column::Id)
        .into();
    let were_there = of.add(training_session::Column::State.eq(State::Held)).add(Column::Mark.is_in(there()));
    let tally = scope.tally::<attendance::Entity>().await?.with::<training_session::Entity>(to_session);
    let tally = tally.filter(were_there).each("organisation_id", Column::OrganisationId);
    let tally = tally.each("session_id", Column::SessionId).each("ends_at", training_session::Column::EndsAt);
    tally.figure("participants", Figure::distinct(Column::RegistrationId)).figures().await
}

#[derive(FromQueryResult)]
struct ReportRow {
    organisation_id: Uuid,
    reports: i64,
}

fn submitted(from: NaiveDate, behind: NaiveDate) -> Condition {
    Condition::all()
        .add(report::Column::SubmittedAt.gte(start_of(from)))
        .add(report::Column::SubmittedAt.lt(start_of(behind)))
}

/// How many reports each institution submitted in the period, of those that the viewer may count.
async fn reports(scope: &Scope, period: Period) -> Result<HashMap<Uuid, u64>> {
    let behind = period.until.succ_opt().unwrap_or(period.until);
    let tally = scope.tally::<report::Entity>().await?.filter(submitted(period.from, behind));
    let tally = tally.each("organisation_id", report::Column::OrganisationId);
    let rows: Vec<ReportRow> = tally.figure("reports", Figure::distinct(report::Column::Id)).figures().await?;
    Ok(rows.into_iter().map(|row| (row.organisation_id, number(Some(row.reports)))).collect())
}

/// What an effect is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Training {
    /// All sessions of a programme.
    Programme(Uuid),
    /// One session.
    Session(Uuid),
}

impl Training {
    fn sessions(self) -> Condition {
        use training_session::Column;
        match self {
            Self::Programme(key) => Condition::all().add(Column::ProgrammeId.eq(key)),
            Self::Session(key) => Condition::all().add(Column::Id.eq(key)),
        }
    }

    /// Whether there is such a thing that the viewer may count.
    async fn exists(self, scope: &Scope) -> Result<bool> {
        let groups = match self {
            Self::Programme(key) => {
                let of = entity::programme::Column::Id.eq(key);
                scope.tally::<entity::programme::Entity>().await?.filter(of).run().await?
            }
            Self::Session(_) => scope.tally::<training_session::Entity>().await?.filter(self.sessions()).run().await?,
        };
        Ok(groups.iter().any(|(_, number)| *number > 0))
    }
}

/// Reports of the institutions that the training reached, before and after; nothing where there is no such training.
pub(super) async fn effect_of(
    scope: &Scope,
    training: Training,
) -> Result<Option<(effect::Counts, Vec<(Kind, effect::Counts)>)>> {
    if !training.exists(scope).await? {
        return Ok(None);
    }
    let reached = first_reached(scope, training).await?;
    let days = reported_days(scope, &reached).await?;
    Ok(Some(effect::effect(&reached, &days, scope.today())))
}

#[derive(FromQueryResult)]
struct FirstRow {
    organisation_id: Uuid,
    first: Option<NaiveDate>,
}

/// Partner institutions that the training reached, each with the day on which it did so first.
async fn first_reached(scope: &Scope, training: Training) -> Result<Vec<FirstReached>> {
    use session_reach::Column;
    let to_session: RelationDef = session_reach::Entity::belongs_to(training_session::Entity)
        .from(Column::SessionId)
        .to(training_session::Column::Id)
        .into();
    let tally: Tally<session_reach::Entity> = scope.tally().await?;
    let tally = tally.with::<training_session::Entity>(to_session).filter(training.sessions());
    let tally = tally.each("organisation_id", Column::OrganisationId);
    let kept: Vec<FirstRow> = tally.figure("first", Figure::earliest(Column::EndedOn)).figures().await?;
    let mut first: HashMap<Uuid, NaiveDate> = HashMap::new();
    let held = held(scope, training.sessions()).await?;
    let kept = kept.into_iter().filter_map(|row| Some((row.organisation_id, row.first?)));
    for (institution, day) in kept.chain(held.iter().map(|row| (row.organisation_id, local_day(row.ends_at)))) {
        first.entry(institution).and_modify(|known| *known = day.min(*known)).or_insert(day);
    }
    let institutions = institutions(scope).await?;
    let known = institutions.iter().filter_map(|row| Some((row, *first.get(&row.id)?)));
    Ok(known.map(|(row, on)| FirstReached { id: row.id, kind: row.kind, on }).collect())
}

#[derive(FromQueryResult)]
struct DayRow {
    organisation_id: Uuid,
    submitted_at: Option<DateTime<Utc>>,
    reports: i64,
}

/// The days on which institutions submitted a report, as far as they count before or after.
async fn reported_days(scope: &Scope, reached: &[FirstReached]) -> Result<HashMap<Uuid, Vec<NaiveDate>>> {
    use report::Column;
    let spans = || reached.iter().map(|institution| windows(institution.on));
    let from = spans().map(|(before, _)| before.start).min();
    let behind = spans().map(|(_, after)| after.end).max();
    let (Some(from), Some(behind)) = (from, behind) else { return Ok(HashMap::new()) };
    let tally = scope.tally::<report::Entity>().await?.filter(submitted(from, behind));
    let tally = tally.each("organisation_id", Column::OrganisationId).each("submitted_at", Column::SubmittedAt);
    let rows: Vec<DayRow> = tally.figure("reports", Figure::distinct(Column::Id)).figures().await?;
    let mut days: HashMap<Uuid, Vec<NaiveDate>> = HashMap::new();
    for row in rows {
        let Some(at) = row.submitted_at else { continue };
        let each = std::iter::repeat_n(local_day(at), usize::try_from(row.reports).unwrap_or_default());
        days.entry(row.organisation_id).or_default().extend(each);
    }
    Ok(days)
}

fn number(counted: Option<i64>) -> u64 {
    counted.and_then(|number| u64::try_from(number).ok()).unwrap_or_default()
}
