//! What must be true of attendance. Pure: no database, no clock.

use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use chrono::{DateTime, TimeDelta, Utc};
use entity::attendance::Mark;
use entity::training_day;
use entity::training_session::State;

/// How long before a day begins one may come in.
pub const DOORS_OPEN: TimeDelta = TimeDelta::minutes(60);
/// How long after a day began one is not late yet.
const GRACE: TimeDelta = TimeDelta::minutes(15);

/// Refuses attendance of a day before its doors open, and of a session that is being planned, was called off or is final.
pub fn may_record(state: State, day: &training_day::Model, now: DateTime<Utc>, path: &str) -> Result<(), Problem> {
    let refused = |message| Err(Problem::new(UserErrorCode::WrongState, path, Message::new(message)));
    match state {
        State::Draft | State::Cancelled => refused("session-not-held"),
        State::Completed => refused("session-is-final"),
        _ if now < day.starts_at - DOORS_OPEN => refused("day-not-begun"),
        _ => Ok(()),
    }
}

/// Whether somebody may still come in by the code.
pub fn may_come_in(day: &training_day::Model, now: DateTime<Utc>) -> Result<(), Problem> {
    if now >= day.ends_at {
        return Err(Problem::new(UserErrorCode::WrongState, "code", Message::new("day-is-over")));
    }
    Ok(())
}

/// How somebody attends who comes in now.
pub fn on_arrival(day: &training_day::Model, now: DateTime<Utc>) -> Mark {
    if now <= day.starts_at + GRACE { Mark::Present } else { Mark::Late }
}

/// Times that fit a day: came before leaving, and within a day of it.
pub fn times(
    day: &training_day::Model,
    (arrived, left): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    path: &str,
) -> Result<(), Problem> {
    let fits = |instant: DateTime<Utc>| instant >= day.starts_at - DOORS_OPEN && instant <= day.ends_at + DOORS_OPEN;
    let in_order = arrived.zip(left).is_none_or(|(arrived, left)| arrived <= left);
    if in_order && arrived.into_iter().chain(left).all(fits) {
        return Ok(());
    }
    Err(Problem::new(UserErrorCode::Invalid, path, Message::new("attendance-times")))
}

/// Whether somebody with this mark was there on the day. Late and left early count, because the trainer who writes that down could
/// have written absent.
pub fn was_there(mark: Mark) -> bool {
    match mark {
        Mark::Present | Mark::Late | Mark::LeftEarly => true,
        Mark::Absent => false,
    }
}
