//! Whoever came without having registered: the trainer adds it by its name, and by the code in the room it says that it is the one.

use super::actions::{Who, participant};
use super::placing::{self, Placing};
use super::rules;
use crate::access::{Action, Order, Write};
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::language::Message;
use crate::transliteration::comparable;
use entity::registration::{self, Column, Model, State};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// The registration of the viewer that its trainer wrote down by its name and institution alone: from now on it is the viewer's,
/// with tests, materials and certificate. Where the viewer waited for a place it waits no more.
///
/// # Errors
/// There is none: the code alone gives nobody a place, since it can be copied.
pub async fn take_over(write: &Write, session: Uuid) -> Outcome<Model> {
    let mut placing = Placing::begin(write, session).await?;
    let viewer = participant(write, Who::Oneself).await?;
    let by_name = Condition::all().add(Column::MembershipId.is_null()).add(Column::State.eq(State::Registered));
    let own = Condition::any().add(Column::MembershipId.eq(viewer.membership_id)).add(by_name);
    let own = placing::of(&placing.session, &rules::ACTIVE).add(Column::OrganisationId.eq(viewer.institution)).add(own);
    let order = [Order::ascending(Column::Id)];
    let found = write.find::<registration::Entity>().filter(own).order(&order).all().await?;
    let (waiting, named): (Vec<Model>, Vec<Model>) = found.into_iter().partition(|row| row.membership_id.is_some());
    let name = comparable(&viewer.name);
    let nobody = || Problem::new(UserErrorCode::NotFound, "code", Message::new("no-place-of-yours"));
    let named = named.iter().find(|row| comparable(&row.name) == name).ok_or_else(nobody)?;
    for row in &waiting {
        let give_up = |row: &mut Model| (row.state, row.offered_until) = (State::Withdrawn, None);
        placing.change(write, row, give_up, Action::RegistrationWithdrawn).await?;
    }
    let row = placing
        .change(write, named, |row| row.membership_id = viewer.membership_id, Action::RegistrationTakenOver)
        .await?;
    placing.end(write).await?;
    Ok(row)
}
