//! Inviting exactly those whom nobody has reached: institutions of which nobody has attended a session for years.
//!
//! Somebody has reached an institution who held or completed a session, whichever organisation's, on whose days somebody of the
//! institution was there. Who that was is counted and not read: what comes out are institutions.

use super::content;
use super::planning;
use super::rules::{self, within};
use crate::access::{Act, Action, Scope};
use crate::clock;
use crate::code_lists;
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::language::Message;
use crate::training::attendance::rules::was_there;
use chrono::Months;
use entity::attendance::{self, Mark};
use entity::organisation::{self, Kind};
use entity::session_audience;
use entity::training_session::{self, Model, State};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Iterable, QueryFilter, QuerySelect, QueryTrait};
use std::collections::HashSet;
use uuid::Uuid;

/// The most years that one looks back.
const MOST_YEARS: i32 = 20;
/// The most institutions that one action invites.
const MOST_INVITED: usize = 10_000;

/// Whom to invite.
pub(super) struct Wanted {
    pub(super) years: i32,
    pub(super) kinds: Vec<Kind>,
    pub(super) districts: Vec<String>,
}

/// Invites them. Answers how many nobody has reached, and how many of those were not invited before.
pub(super) async fn invite(scope: &Scope, key: Option<Uuid>, wanted: &Wanted) -> Outcome<(Model, (i32, i32))> {
    within(wanted.years, 1, MOST_YEARS, "years")?;
    content::districts(&wanted.districts, "districts")?;
    let missing = || Problem::not_found("sessionId");
    if scope.viewer().membership().is_none_or(|acting| acting.organisation_kind != Kind::Centre) {
        let message = Message::new("unreached-at-the-centre");
        return Err(Problem::new(UserErrorCode::NotFound, "sessionId", message).into());
    }
    let unreached = unreached(scope, wanted).await?;
    if unreached.len() > MOST_INVITED {
        let message = Message::new("too-many").with_number("most", MOST_INVITED);
        return Err(Problem::new(UserErrorCode::TooLong, "", message).into());
    }
    let write = scope.begin().await?;
    let session = write.find::<training_session::Entity>().by_key(key.ok_or_else(missing)?).locked().one().await?;
    let session = session.ok_or_else(missing)?;
    rules::can_change(&session)?;
    let of = Condition::all()
        .add(session_audience::Column::SessionId.eq(session.id))
        .add(session_audience::Column::InvitedId.is_not_null());
    let there = write.find::<session_audience::Entity>().filter(of).all().await?;
    let there: HashSet<Uuid> = there.into_iter().filter_map(|row| row.invited_id).collect();
    let fresh = unreached.iter().filter(|key| !there.contains(key));
    let rows: Vec<_> = fresh.map(|key| planning::row(&write, &session, None, None, Some(*key))).collect();
    let numbers = (number(unreached.len()), number(rows.len()));
    if !rows.is_empty() {
        let act = Act::because(Action::InstitutionsInvited, rows.len().to_string());
        write.insert_parts::<session_audience::Entity>(rows).await?;
        write.audit::<training_session::Entity>(session.id, act).await?;
        write.commit().await?;
    }
    Ok((session, numbers))
}

fn number(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

/// Institutions that cooperate and of which nobody has attended a session.
async fn unreached(scope: &Scope, wanted: &Wanted) -> Outcome<Vec<Uuid>> {
    use organisation::Column;
    let reached = reached(scope, wanted.years).await?;
    let places: Vec<&str> = wanted.districts.iter().flat_map(|code| code_lists::municipalities_in(code)).collect();
    let partners = Condition::all()
        .add(Column::SuspendedAt.is_null())
        .add(Column::Kind.ne(Kind::Centre))
        .add_option((!wanted.kinds.is_empty()).then(|| Column::Kind.is_in(wanted.kinds.iter().copied())))
        .add_option((!wanted.districts.is_empty()).then(|| Column::MunicipalityCode.is_in(places)));
    let rows = scope.find::<organisation::Entity>().filter(partners).all().await?;
    Ok(rows.into_iter().map(|row| row.id).filter(|key| !reached.contains(key)).collect())
}

/// Institutions of which somebody was there in these years.
async fn reached(scope: &Scope, years: i32) -> Outcome<HashSet<Uuid>> {
    use attendance::Column;
    let months = Months::new(u32::try_from(years).unwrap_or_default() * 12);
    let since = scope.today().checked_sub_months(months).unwrap_or_default();
    let held = training_session::Entity::find()
        .select_only()
        .column(training_session::Column::Id)
        .filter(training_session::Column::State.is_in([State::Held, State::Completed]))
        .filter(training_session::Column::EndsAt.gte(clock::start_of(since)));
    let tally = scope
        .tally::<attendance::Entity>()
        .await?
        .filter(Column::Mark.is_in(Mark::iter().filter(|mark| was_there(*mark))))
        .filter(Column::SessionId.in_subquery(held.into_query()));
    Ok(tally.keys(Column::OrganisationId).await?.into_iter().collect())
}
