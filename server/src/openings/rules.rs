//! What must be true of openings and of their reviews. Pure: no database, no clock.

use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use crate::organisations::rules::{legible, text};
use crate::triage::rules::{LONGEST_REASON, reason};
use chrono::{DateTime, Utc};
use entity::identity_opening::{Model, Review};

/// The shortest reason for opening an identity, in letters and digits: a word or two explain nothing to whoever reviews it.
const SHORTEST_REASON: usize = 10;

/// A reason for opening an identity: at least ten letters and digits.
pub fn opening_reason(value: &str) -> Result<String, Problem> {
    let value = reason(value)?;
    if legible(&value) < SHORTEST_REASON {
        let message = Message::new("reason-too-short").with("shortest", SHORTEST_REASON);
        return Err(Problem::new(UserErrorCode::Invalid, "reason", message));
    }
    Ok(value)
}

/// Whether an opening can be ended now: not once it has.
pub fn may_close(opening: &Model, now: DateTime<Utc>) -> Result<(), Problem> {
    if opening.expires_at <= now {
        return Err(Problem::new(UserErrorCode::WrongState, "openingId", Message::new("opening-ended")));
    }
    Ok(())
}

/// Whether an opening can be reviewed: once, and by somebody else than the one who opened it.
pub fn may_review(opening: &Model, own: bool) -> Result<(), Problem> {
    match opening.reviewed_at {
        _ if own => Err(Problem::new(UserErrorCode::Invalid, "openingId", Message::new("review-of-ones-own"))),
        Some(_) => Err(reviewed_already()),
        None => Ok(()),
    }
}

/// An opening that was reviewed before.
pub fn reviewed_already() -> Problem {
    Problem::new(UserErrorCode::WrongState, "openingId", Message::new("reviewed-already"))
}

/// What a reviewer says: needed where the reason does not hold, at most as long as a reason.
pub fn remark(review: Review, value: &str) -> Result<String, Problem> {
    let value = text(value, "remark", LONGEST_REASON)?;
    if review == Review::NotInOrder && legible(&value) == 0 {
        return Err(Problem::new(UserErrorCode::Required, "remark", Message::new("required")));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_reason_for_opening_an_identity_says_something(text in "[ \\ta-zа-ш0-9.\u{200b}\u{2060}\u{ad}]{0,40}") {
            let seen = text.chars().filter(|letter| letter.is_alphanumeric()).count();
            prop_assert_eq!(opening_reason(&text).is_ok(), seen >= 10);
        }

        #[test]
        fn a_remark_is_needed_where_the_reason_does_not_hold(text in "[ \\ta-z\u{200b}]{0,5}") {
            prop_assert!(remark(Review::InOrder, &text).is_ok());
            prop_assert_eq!(remark(Review::NotInOrder, &text).is_ok(), legible(&text) > 0);
        }
    }
}
