//! Who gets a place. Pure: no database, no clock.

use crate::clock::in_words;
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use crate::training::attendance::rules::DOORS_OPEN;
use chrono::{DateTime, TimeDelta, Utc};
use entity::organisation::Kind;
use entity::registration::{self, State};
use entity::training_session;
use uuid::Uuid;

/// The longest text about what a participant needs, in characters.
pub const LONGEST_NEED: usize = 500;

/// States in which a registration counts: a member has one of them at a time.
pub const ACTIVE: [State; 4] = [State::Requested, State::Waiting, State::Offered, State::Registered];

/// Whether a registration holds a place. Who came without having registered sits on a chair that nobody counted.
pub fn holds_a_place(row: &registration::Model) -> bool {
    !row.walk_in && matches!(row.state, State::Offered | State::Registered)
}

/// The places of a session.
pub struct Places {
    /// How many there are.
    capacity: usize,
    /// How many of them are kept for a kind of institution.
    kept: Vec<(Kind, usize)>,
    /// The kinds of institution whose people hold one.
    held: Vec<Kind>,
}

impl Places {
    /// The places of a session with these registrations. What is kept for a kind of institution is kept until registration
    /// ends.
    pub fn of(
        session: &training_session::Model,
        kept: &[(Kind, i32)],
        registrations: &[registration::Model],
        now: DateTime<Utc>,
    ) -> Self {
        let number = |number: i32| usize::try_from(number).unwrap_or_default();
        let still_kept = now < session.registration_closes_at;
        Self {
            capacity: number(session.capacity),
            kept: kept.iter().filter(|_| still_kept).map(|(kind, places)| (*kind, number(*places))).collect(),
            held: registrations.iter().filter(|row| holds_a_place(row)).map(|row| row.kind).collect(),
        }
    }

    /// How many places are taken.
    pub fn taken(&self) -> usize {
        self.held.len()
    }

    /// Whether there is one for somebody from this kind of institution: one that is neither taken nor kept for others.
    pub fn has_one_for(&self, kind: Kind) -> bool {
        let held_by = |kind: Kind| self.held.iter().filter(|held| **held == kind).count();
        let others = self.kept.iter().filter(|(other, _)| *other != kind);
        let kept_for_others: usize = others.map(|(other, places)| places.saturating_sub(held_by(*other))).sum();
        self.held.len() + kept_for_others < self.capacity
    }

    /// Takes one.
    fn take(&mut self, kind: Kind) {
        self.held.push(kind);
    }

    /// Who gets a place of those who wait, in the order in which they wait. Whoever finds only places that are kept for others
    /// goes on waiting, and does not keep those behind from theirs.
    pub fn give_out(&mut self, waiting: &[registration::Model]) -> Vec<Uuid> {
        let mut given = Vec::new();
        for row in waiting {
            if self.has_one_for(row.kind) {
                self.take(row.kind);
                given.push(row.id);
            }
        }
        given
    }
}

/// Whether places that become free are still given out: before the session begins.
pub fn gives_out(session: &training_session::Model, now: DateTime<Utc>) -> bool {
    use training_session::State;
    matches!(session.state, State::Open | State::Closed) && now < session.starts_at
}

/// Until when an offered place is kept: never beyond the beginning. Nothing where it is given at once.
pub fn offered_until(session: &training_session::Model, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let hours = i64::from(session.offer_hours);
    (hours > 0).then(|| (now + TimeDelta::hours(hours)).min(session.starts_at))
}

/// Whether one can register now.
pub fn may_register(session: &training_session::Model, now: DateTime<Utc>) -> Result<(), Problem> {
    use training_session::State;
    let refused = |message| Err(Problem::new(UserErrorCode::WrongState, "sessionId", message));
    match session.state {
        State::Open if now < session.registration_opens_at => {
            refused(Message::new("registration-not-open-yet").with("opens", in_words(session.registration_opens_at)))
        }
        State::Open if now >= session.registration_closes_at => {
            refused(Message::new("registration-ended").with("closed", in_words(session.registration_closes_at)))
        }
        State::Open => Ok(()),
        State::Cancelled => refused(Message::new("session-cancelled")),
        _ => refused(Message::new("registration-closed")),
    }
}

/// Whether a trainer may add somebody: until the results are final.
pub fn may_add(session: &training_session::Model) -> Result<(), Problem> {
    use training_session::State;
    match session.state {
        State::Open | State::Closed | State::Held => Ok(()),
        State::Draft | State::Completed | State::Cancelled => {
            Err(Problem::new(UserErrorCode::WrongState, "sessionId", Message::new("cannot-be-added")))
        }
    }
}

/// Whether somebody can have come by now: the doors of the first day are open.
pub fn has_come(session: &training_session::Model, now: DateTime<Utc>) -> Result<(), Problem> {
    if now >= session.starts_at - DOORS_OPEN {
        return Ok(());
    }
    Err(Problem::new(UserErrorCode::WrongState, "walkIn", Message::new("nobody-has-come-yet")))
}

/// Whether a registration may be given up or passed on: while it counts, and before the session begins.
pub fn may_give_up(
    row: &registration::Model,
    session: &training_session::Model,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let refused = |message| Err(Problem::new(UserErrorCode::WrongState, "registrationId", Message::new(message)));
    if !ACTIVE.contains(&row.state) {
        return refused("registration-is-over");
    }
    if now >= session.starts_at || !gives_out(session, now) {
        return refused("session-has-begun");
    }
    Ok(())
}

/// Whether what a participant needs may still be said: until the session ends, when it is deleted.
pub fn may_say_needs(session: &training_session::Model, now: DateTime<Utc>) -> Result<(), Problem> {
    if now < session.ends_at {
        return Ok(());
    }
    Err(Problem::new(UserErrorCode::WrongState, "registrationId", Message::new("too-late-for-needs")))
}

/// Refuses a registration in another state than this.
pub fn expect(row: &registration::Model, state: State, message: &'static str) -> Result<(), Problem> {
    if row.state == state {
        return Ok(());
    }
    Err(Problem::new(UserErrorCode::WrongState, "registrationId", Message::new(message)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KINDS: [Kind; 3] = [Kind::School, Kind::Police, Kind::HealthService];

    fn some_kind() -> impl Strategy<Value = Kind> {
        proptest::sample::select(KINDS.to_vec())
    }

    fn waiting(number: u128, kind: Kind) -> registration::Model {
        registration::Model {
            id: Uuid::from_u128(number),
            organisation_id: Uuid::nil(),
            session_id: Uuid::nil(),
            organiser_id: Uuid::nil(),
            membership_id: None,
            name: String::new(),
            function: String::new(),
            kind,
            state: State::Waiting,
            offered_until: None,
            walk_in: false,
            registered_by_id: Uuid::nil(),
            revision: 1,
            created_at: DateTime::UNIX_EPOCH,
            changed_at: DateTime::UNIX_EPOCH,
        }
    }

    proptest! {
        #[test]
        fn no_more_are_given_out_than_there_are_and_what_is_kept_stays(
            capacity in 0usize..30,
            kept in prop::collection::vec((some_kind(), 0usize..6), 0..3),
            queue in prop::collection::vec(some_kind(), 0..60),
        ) {
            let kept: Vec<_> = KINDS.iter().filter_map(|kind| kept.iter().find(|(k, _)| k == kind).copied()).collect();
            let mut places = Places { capacity, kept: kept.clone(), held: Vec::new() };
            let rows: Vec<_> = queue.iter().zip(1u128..).map(|(kind, number)| waiting(number, *kind)).collect();
            let given = places.give_out(&rows);
            prop_assert!(given.len() <= capacity);
            for (kind, number) in kept {
                // Whoever of the kind comes later still finds what is kept for it, where all of it can be kept at all.
                let held = places.held.iter().filter(|held| **held == kind).count();
                let spared = number.saturating_sub(held);
                if places.kept.iter().map(|(_, number)| number).sum::<usize>() <= capacity {
                    prop_assert!(places.taken() + spared <= capacity);
                }
            }
        }

        #[test]
        fn without_kept_places_the_first_who_wait_get_them(capacity in 0usize..20, queue in prop::collection::vec(some_kind(), 0..40)) {
            let mut places = Places { capacity, kept: Vec::new(), held: Vec::new() };
            let rows: Vec<_> = queue.iter().zip(1u128..).map(|(kind, number)| waiting(number, *kind)).collect();
            let first: Vec<_> = rows.iter().take(capacity).map(|row| row.id).collect();
            prop_assert_eq!(places.give_out(&rows), first);
        }
    }
}
