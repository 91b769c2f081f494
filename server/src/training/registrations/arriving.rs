//! Whoever came without having registered: the trainer adds it by its name, and by the code in the room it says that it is the one.

use super::actions::{Who, participant};
use super::needs::remove_needs;
use super::placing::{self, Placing};
use super::rules;
use crate::access::{Action, Order, Write};
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::language::Message;
use crate::transliteration::comparable;
use entity::registration::{self, Column, Model, State};
use entity::training_session;
use sea_orm::{ColumnTrait, Condition};

/// The registration of the viewer that its trainer wrote down by its name and institution alone: from now on it is the viewer's,
/// with tests, materials and certificate. Where the viewer waited for a place it waits no more.
///
/// # Errors
/// There is none: the code alone gives nobody a place, since it can be copied.
pub async fn take_over(write: &Write, session: &training_session::Model) -> Outcome<Model> {
    let nobody = || Problem::new(UserErrorCode::NotFound, "code", Message::new("no-place-of-yours"));
    // Places are given out, under the session's lock, as long as there are any to give.
    let mut placing = match session.state {
        training_session::State::Open | training_session::State::Closed => {
            Some(Placing::begin(write, session.id).await?)
        }
        _ => None,
    };
    let viewer = participant(write, Who::Oneself).await?;
    let by_name = Condition::all().add(Column::MembershipId.is_null()).add(Column::State.eq(State::Registered));
    let own = Condition::any().add(Column::MembershipId.eq(viewer.membership_id)).add(by_name);
    let own = placing::of(session, &rules::ACTIVE).add(Column::OrganisationId.eq(viewer.institution)).add(own);
    let order = [Order::ascending(Column::Id)];
    let found = write.find::<registration::Entity>().filter(own).order(&order).locked().all().await?;
    let (waiting, named): (Vec<Model>, Vec<Model>) = found.into_iter().partition(|row| row.membership_id.is_some());
    let name = comparable(&viewer.name);
    let named = named.iter().find(|row| comparable(&row.name) == name).ok_or_else(nobody)?;
    for row in &waiting {
        let give_up = |row: &mut Model| (row.state, row.offered_until) = (State::Withdrawn, None);
        let given_up = change(&mut placing, write, row, give_up, Action::RegistrationWithdrawn).await?;
        remove_needs(write, &given_up).await?;
    }
    let own = |row: &mut Model| row.membership_id = viewer.membership_id;
    let row = change(&mut placing, write, named, own, Action::RegistrationTakenOver).await?;
    if let Some(placing) = placing {
        placing.end(write).await?;
    }
    Ok(row)
}

async fn change(
    placing: &mut Option<Placing>,
    write: &Write,
    before: &Model,
    change: impl FnOnce(&mut Model),
    action: Action,
) -> Outcome<Model> {
    match placing {
        Some(placing) => placing.change(write, before, change, action).await,
        None => placing::changed(write, before, change, action).await,
    }
}
