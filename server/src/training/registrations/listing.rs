//! The participants of a session as a file, for whoever trains it.

use crate::access::{Action, Order, Scope};
use crate::error::Fault;
use crate::ids::ObjectType;
use crate::language::{Language, Message};
use crate::sheets::{Cell, Format, Sheet};
use crate::training::attendance::rules::was_there;
use entity::registration::{Column, State};
use entity::{attendance, organisation, registration, session_trainer};
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;
use uuid::Uuid;

/// Those who have a place, one to a row in the order in which they registered, and the name of the file. That it was fetched is in
/// the audit trail before this returns.
///
/// # Errors
/// Whoever asks does not train such a session, or the database is away.
pub async fn participants(
    scope: &Scope,
    session: Uuid,
    language: Language,
    format: Format,
) -> Result<(String, Vec<u8>), Fault> {
    let trains = Condition::all()
        .add(session_trainer::Column::SessionId.eq(session))
        .add(session_trainer::Column::MembershipId.eq(scope.viewer().membership_id()));
    if scope.find::<session_trainer::Entity>().filter(trains).one().await?.is_none() {
        return Err(Fault::NotFound);
    }
    let rows = rows(scope, session, language).await?;
    scope.note_read(Action::ParticipantsExported, ObjectType::TrainingSession, session);
    scope.finish().await?;
    let say = |key| language.say(&Message::new(key));
    let headings = ["participants-name", "participants-function", "coverage-institution", "participants-days"];
    let sheet = Sheet { title: say("participants-sheet"), headings: headings.map(say).to_vec(), rows };
    Ok((format!("participants.{}", format.extension()), sheet.write(format).await?))
}

async fn rows(scope: &Scope, session: Uuid, language: Language) -> Result<Vec<Vec<Cell>>, Fault> {
    let with_a_place = Condition::all().add(Column::SessionId.eq(session)).add(Column::State.eq(State::Registered));
    let find = scope.find::<registration::Entity>().filter(with_a_place).order(&[Order::ascending(Column::Id)]);
    let participants = find.all().await?;
    let of_session = attendance::Column::SessionId.eq(session);
    let mut days: HashMap<Uuid, u64> = HashMap::new();
    for row in scope.find::<attendance::Entity>().filter(of_session).all().await? {
        *days.entry(row.registration_id).or_default() += u64::from(was_there(row.mark));
    }
    let institutions = participants.iter().map(|row| row.organisation_id);
    let institutions = scope.find::<organisation::Entity>().by_keys(institutions).all().await?;
    let names: HashMap<Uuid, String> = institutions.into_iter().map(|row| (row.id, row.name)).collect();
    let row = |row: registration::Model| {
        let institution = names.get(&row.organisation_id).map(|name| language.choose(name, name)).unwrap_or_default();
        let days = days.get(&row.id).copied().unwrap_or_default();
        vec![Cell::Text(row.name), Cell::Text(row.function), Cell::Text(institution), Cell::Number(days)]
    };
    Ok(participants.into_iter().map(row).collect())
}
