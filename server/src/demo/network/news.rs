//! What the members were told of lately: the last steps of the year, as the outbox had them.

use super::rows::Rows;
use crate::access::{News, Write};
use crate::ids::ObjectType;
use crate::notifications::Teller;
use crate::reports::rules::status;
use crate::triage::rules::Transition;
use entity::{outbox, report_event};
use std::collections::HashMap;
use uuid::Uuid;

/// How many steps back.
const STEPS: usize = 60;

/// The last steps of the network, oldest first.
pub(super) fn of(rows: &Rows) -> Vec<outbox::Model> {
    let organisations: HashMap<Uuid, Uuid> =
        rows.memberships.iter().map(|membership| (membership.id, membership.organisation_id)).collect();
    let mut events: Vec<&report_event::Model> = rows.events.iter().collect();
    events.sort_by_key(|event| (event.occurred_at, event.id));
    let last = events.len().saturating_sub(STEPS);
    let told = events.split_off(last).into_iter();
    told.filter_map(|event| {
        Some(outbox::Model {
            id: event.id,
            organisation_id: Some(*organisations.get(&event.actor_id)?),
            actor_id: Some(event.actor_id),
            news: news(event)?.as_str().to_owned(),
            object_type: ObjectType::Report.as_str().to_owned(),
            object_id: event.report_id,
            occurred_at: event.occurred_at,
            leased_until: None,
        })
    })
    .collect()
}

/// What there was to tell of a step.
fn news(event: &report_event::Model) -> Option<News> {
    match Transition::from_name(&event.transition)? {
        Transition::Submit => Some(News::ReportSubmitted),
        Transition::Assign => Some(News::ReportAssigned),
        Transition::Answer => Some(News::ReportAnswered),
        Transition::RequestInformation => Some(News::InformationRequested),
        _ => (status(event.from_state) != status(event.to_state)).then_some(News::StatusChanged),
    }
}

/// Writes them.
pub(super) async fn store(write: &Write, news: Vec<outbox::Model>) -> crate::access::Result<()> {
    write.insert_parts::<outbox::Entity>(news).await
}

/// Tells them to those whom they concern. No e-mail tells of what is long past.
pub(super) async fn tell(teller: &Teller) -> crate::access::Result<()> {
    while teller.turn().await? > 0 {}
    Ok(())
}
