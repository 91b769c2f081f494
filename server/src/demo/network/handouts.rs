//! What participants got of three years of sessions, and what was printed for them and given out elsewhere.

use super::data::{Leaflet, TRAINING};
use super::random::Random;
use super::rows::Rows;
use crate::training::sessions::rules::local_day;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{material, printed_material, training_session};
use uuid::Uuid;

/// After how long a newer version takes the place of a material of the programme.
const RENEWED_AFTER: TimeDelta = TimeDelta::days(365);

/// Adds materials and printed material to the rows, which hold the sessions already.
pub(super) fn hand_out(rows: &mut Rows) {
    let mut random = Random::seeded(b"handouts of the demonstration...");
    let completed = rows.sessions.iter().filter(|session| session.state == training_session::State::Completed);
    let sessions: Vec<training_session::Model> = completed.cloned().collect();
    let Some(first) = sessions.first() else { return };
    for programme in &rows.programmes {
        let versions = of_programme(&mut random, programme.id, first);
        rows.materials.extend(versions);
    }
    for (session, order) in sessions.iter().zip(0_usize..) {
        let text = &TRAINING.material[order % TRAINING.material.len()];
        let at = session.starts_at - TimeDelta::days(7);
        rows.materials
            .push(material::Model { session_id: Some(session.id), ..material(&mut random, text, session, at) });
        let leaflet = &TRAINING.leaflet[order % TRAINING.leaflet.len()];
        let at_session = printed(&mut random, leaflet, session, session.taken * 5);
        rows.printed.push(printed_material::Model { session_id: Some(session.id), ..at_session });
        if order % 4 == 1 {
            let apart = printed(&mut random, leaflet, session, 250);
            rows.printed.push(printed_material::Model { recipient: TRAINING.elsewhere.clone(), ..apart });
        }
    }
}

/// Two versions of what the programme gives to the participants of all its sessions.
fn of_programme(random: &mut Random, programme: Uuid, first: &training_session::Model) -> [material::Model; 2] {
    let text = &TRAINING.programme.material;
    let at = first.registration_opens_at;
    let renewed = at + RENEWED_AFTER;
    let earlier = material(random, text, first, at);
    let later = material(random, text, first, renewed);
    let of = |version: material::Model| material::Model { programme_id: Some(programme), ..version };
    let first_id = earlier.id;
    [
        of(material::Model { replaced_at: Some(renewed), ..earlier }),
        of(material::Model { first_id, version: 2, ..later }),
    ]
}

fn material(
    random: &mut Random,
    text: &super::data::Material,
    session: &training_session::Model,
    at: DateTime<Utc>,
) -> material::Model {
    let id = random.key(at);
    material::Model {
        id,
        organisation_id: session.organisation_id,
        programme_id: None,
        session_id: None,
        first_id: id,
        version: 1,
        kind: text.kind,
        title: text.title.clone(),
        language: "sr".to_owned(),
        about: text.about.clone(),
        address: text.address.clone(),
        valid_from: local_day(at),
        published_by_id: session.planner_id,
        published_at: at,
        replaced_at: None,
        withdrawn_at: None,
    }
}

fn printed(
    random: &mut Random,
    leaflet: &Leaflet,
    session: &training_session::Model,
    quantity: i32,
) -> printed_material::Model {
    printed_material::Model {
        id: random.key(session.ends_at),
        organisation_id: session.organisation_id,
        session_id: None,
        item: leaflet.item.clone(),
        language: leaflet.language.clone(),
        quantity: quantity.max(1),
        recipient_id: None,
        recipient: TRAINING.participants.clone(),
        given_on: local_day(session.ends_at),
        given_by_id: session.planner_id,
        created_at: session.ends_at,
    }
}
