//! What must be true of sessions. Pure: no database, no clock.

use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use crate::training::rules::of_our_times;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Belgrade;
use entity::training_session::{Model, State};

/// The most days of a session.
pub const MOST_DAYS: usize = 30;
/// The longest day of a session.
const LONGEST_DAY: TimeDelta = TimeDelta::hours(14);
/// The longest time from the first day of a session to its last.
pub const LONGEST_SPAN: TimeDelta = TimeDelta::days(366);
/// The most hours of teaching.
pub const MOST_HOURS: i32 = 1_000;
/// The most places of a session.
pub const MOST_PLACES: i32 = 2_000;
/// The longest that a place which became free is kept for whoever waits first, in hours.
const LONGEST_OFFER: i32 = 14 * 24;

/// Beginning and end of a day.
pub type Times = (DateTime<Utc>, DateTime<Utc>);

/// Where a session stands, as people see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Being planned.
    Draft,
    /// One can register, now or when the window opens.
    Open,
    /// All places are given out.
    Full,
    /// Registration has ended.
    Closed,
    /// It took place.
    Held,
    /// Attendance and results are final.
    Completed,
    /// It was called off.
    Cancelled,
}

/// Where a session stands now. That registration has ended by itself, and that all places are given out, is kept nowhere.
pub fn standing(session: &Model, now: DateTime<Utc>) -> Standing {
    match session.state {
        State::Draft => Standing::Draft,
        State::Open if now >= session.registration_closes_at => Standing::Closed,
        State::Open if session.taken >= session.capacity => Standing::Full,
        State::Open => Standing::Open,
        State::Closed => Standing::Closed,
        State::Held => Standing::Held,
        State::Completed => Standing::Completed,
        State::Cancelled => Standing::Cancelled,
    }
}

/// Whether whoever wants to attend has to go elsewhere than before.
pub fn is_elsewhere(before: &Model, after: &Model) -> bool {
    let place = |session: &Model| {
        let Model { mode, municipality_code, venue, online_address, .. } = session.clone();
        (mode, municipality_code, venue, online_address)
    };
    place(before) != place(after)
}

/// Steps of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Publishes it.
    Open,
    /// Ends registration.
    Close,
    /// Says that it took place.
    Hold,
    /// Makes attendance and results final.
    Complete,
    /// Calls it off.
    Cancel,
}

/// The state that a step leads to, or why it cannot be taken.
pub fn step(session: &Model, step: Step, now: DateTime<Utc>) -> Result<State, Problem> {
    let refused = |message| Err(Problem::new(UserErrorCode::WrongState, "sessionId", Message::new(message)));
    match (step, session.state) {
        (Step::Open, State::Draft | State::Closed) if now >= session.registration_closes_at => {
            refused("session-window-passed")
        }
        (Step::Open, State::Draft | State::Closed) => Ok(State::Open),
        (Step::Close, State::Open) => Ok(State::Closed),
        (Step::Hold, State::Open | State::Closed) if now < session.starts_at => refused("session-not-begun"),
        (Step::Hold, State::Open | State::Closed) => Ok(State::Held),
        (Step::Complete, State::Held) if now < session.ends_at => refused("session-not-over"),
        (Step::Complete, State::Held) => Ok(State::Completed),
        (Step::Cancel, State::Draft | State::Open | State::Closed) => Ok(State::Cancelled),
        _ => refused("session-step-impossible"),
    }
}

/// Refuses to change what a session says once it took place or was called off.
pub fn can_change(session: &Model) -> Result<(), Problem> {
    match session.state {
        State::Draft | State::Open | State::Closed => Ok(()),
        State::Held | State::Completed | State::Cancelled => {
            Err(Problem::new(UserErrorCode::WrongState, "sessionId", Message::new("session-is-over")))
        }
    }
}

/// Days of a session in their order, or why they are none: each ends after it begins, none is too long, none begins before the
/// one before it has ended.
pub fn days(mut days: Vec<Times>, path: &str) -> Result<Vec<Times>, Problem> {
    let invalid = |message| Err(Problem::new(UserErrorCode::Invalid, path, message));
    if days.is_empty() || days.len() > MOST_DAYS {
        return invalid(Message::new("session-days").with_number("most", MOST_DAYS));
    }
    days.sort_unstable();
    if days.iter().any(|(start, end)| end <= start || *end - *start > LONGEST_DAY) {
        return invalid(Message::new("session-day-length").with("longest", LONGEST_DAY.num_hours()));
    }
    if days.windows(2).any(|pair| pair[1].0 < pair[0].1) {
        return invalid(Message::new("session-days-overlap"));
    }
    let (first, last) = (days[0].0, days[days.len() - 1].1);
    of_our_times(local_day(first), path)?;
    if last - first > LONGEST_SPAN {
        return invalid(Message::new("session-too-long"));
    }
    Ok(days)
}

/// Which of the new days each day of a session becomes, by its position; nothing where the day is left out. A day stays the one
/// on its date; those without one follow in their order.
///
/// # Errors
/// A day on which attendance was written down moves to another date, or is left out.
pub fn kept_days(there: &[Times], attended: &[bool], days: &[Times]) -> Result<Vec<Option<usize>>, Problem> {
    let mut kept: Vec<Option<usize>> = vec![None; there.len()];
    let same = |day: &Times, new: &Times| day == new;
    let same_date = |day: &Times, new: &Times| local_day(day.0) == local_day(new.0);
    for fits in [&same as &dyn Fn(&Times, &Times) -> bool, &same_date] {
        for (at, day) in there.iter().enumerate().filter(|(at, _)| kept[*at].is_none()).collect::<Vec<_>>() {
            kept[at] = (0..days.len()).find(|new| !kept.contains(&Some(*new)) && fits(day, &days[*new]));
        }
    }
    let mut lost = there.iter().zip(attended).zip(&kept).filter(|((_, attended), kept)| **attended && kept.is_none());
    if let Some(((day, _), _)) = lost.next() {
        let message = Message::new("day-was-attended").with("day", local_day(day.0));
        return Err(Problem::new(UserErrorCode::WrongState, "session.days", message));
    }
    let mut free = (0..days.len()).filter(|at| !kept.contains(&Some(*at))).collect::<Vec<_>>().into_iter();
    kept.iter_mut().filter(|day| day.is_none()).for_each(|day| *day = free.next());
    Ok(kept)
}

/// The window in which one can register: it ends after it begins, and not after the session has begun.
pub fn window(window: Times, starts_at: DateTime<Utc>, path: &str) -> Result<Times, Problem> {
    let (opens, closes) = window;
    let message = match (closes <= opens, closes > starts_at) {
        (true, _) => "session-window-empty",
        (_, true) => "session-window-too-late",
        _ => return Ok(window),
    };
    Err(Problem::new(UserErrorCode::Invalid, path, Message::new(message)))
}

/// How many places there are: never fewer than are given out.
pub fn capacity(capacity: i32, taken: i32, path: &str) -> Result<i32, Problem> {
    if capacity < taken {
        let message = Message::new("capacity-below-taken").with("taken", taken);
        return Err(Problem::new(UserErrorCode::Invalid, path, message));
    }
    within(capacity, 1, MOST_PLACES, path)
}

/// For how many hours a place is kept for whoever waits first.
pub fn offer_hours(hours: i32, path: &str) -> Result<i32, Problem> {
    within(hours, 0, LONGEST_OFFER, path)
}

/// A number between two others, both included.
pub fn within(value: i32, least: i32, most: i32, path: &str) -> Result<i32, Problem> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    let message = Message::new("out-of-range").with("least", least).with("most", most);
    Err(Problem::new(UserErrorCode::Invalid, path, message))
}

/// The same times on the wall, so many days later; where the clocks change, the hour stays and the length may not. A time that
/// the wall skips that night is the next one that it shows.
pub fn later(instant: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    let local = instant.with_timezone(&Belgrade).naive_local();
    let shift = Days::new(days.unsigned_abs());
    let moved = if days < 0 { local.checked_sub_days(shift) } else { local.checked_add_days(shift) };
    let moved = moved.unwrap_or(local);
    let shown = |skipped: i64| (moved + TimeDelta::hours(skipped)).and_local_timezone(Belgrade).earliest();
    shown(0).or_else(|| shown(1)).map_or(instant, |moved| moved.to_utc())
}

/// Refuses copies of a session that would overlap one another, when they begin on these days.
pub fn apart(original: &Model, days: &[NaiveDate], path: &str) -> Result<(), Problem> {
    let span = local_day(original.ends_at) - local_day(original.starts_at);
    let mut sorted = days.to_vec();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair[1] - pair[0] <= span) {
        return Err(Problem::new(UserErrorCode::Invalid, path, Message::new("session-days-overlap")));
    }
    Ok(())
}

/// The day in Serbia on which an instant falls.
pub fn local_day(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&Belgrade).date_naive()
}

/// Codes of a comma-separated column.
pub fn codes(column: &str) -> impl Iterator<Item = &str> {
    column.split(',').filter(|code| !code.is_empty())
}
