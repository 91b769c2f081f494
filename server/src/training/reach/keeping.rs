//! Keeps whom a session reached, once that cannot change any more.

use crate::access::{Result, Write};
use crate::training::attendance::rules::was_there;
use crate::training::sessions::rules::local_day;
use entity::attendance::{self, Mark};
use entity::{session_reach, training_session};
use sea_orm::{ColumnTrait, Condition, Iterable};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Marks of those who were there.
pub(super) fn there() -> impl Iterator<Item = Mark> {
    Mark::iter().filter(|mark| was_there(*mark))
}

/// Keeps whom a completed session reached, in the place of what was kept before: a list of past participants adds to it.
///
/// # Errors
/// The database is away, or the viewer does not train the session.
pub async fn keep(write: &Write, session: &training_session::Model) -> Result<()> {
    let of_session =
        Condition::all().add(attendance::Column::SessionId.eq(session.id)).add(attendance::Column::Mark.is_in(there()));
    let rows = write.find::<attendance::Entity>().filter(of_session).all().await?;
    let before = Condition::all().add(session_reach::Column::SessionId.eq(session.id));
    write.delete_parts::<session_reach::Entity>(before).await?;
    let reach = reach_of(session, rows.iter().map(|row| (row.organisation_id, row.registration_id)));
    write.insert_parts::<session_reach::Entity>(reach).await
}

/// Whom a session reached, when these were there on some day: an institution and one of its registrations each time.
pub fn reach_of(
    session: &training_session::Model,
    there: impl IntoIterator<Item = (Uuid, Uuid)>,
) -> Vec<session_reach::Model> {
    let mut institutions: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for (institution, registration) in there {
        institutions.entry(institution).or_default().insert(registration);
    }
    let row = |(institution, registrations): (Uuid, BTreeSet<Uuid>)| session_reach::Model {
        session_id: session.id,
        organisation_id: institution,
        organiser_id: session.organisation_id,
        ended_on: local_day(session.ends_at),
        participants: i32::try_from(registrations.len()).unwrap_or(i32::MAX),
    };
    institutions.into_iter().map(row).collect()
}
