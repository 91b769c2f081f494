//! When a test can be set, taken and graded.

use super::{invalid, within, wrong_state};
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use chrono::{DateTime, TimeDelta, Utc};
use entity::training_session::State;
use entity::{session_test, test_attempt};

/// How many questions a test may have.
pub const QUESTIONS: std::ops::RangeInclusive<usize> = 1..=100;
/// The most attempts of a participant.
const MOST_ATTEMPTS: i32 = 10;
/// The longest time limit of an attempt, in minutes.
const LONGEST_ATTEMPT: i32 = 480;
/// How long after its end an attempt may still come in: what was sent in time can be slow.
pub const GRACE: TimeDelta = TimeDelta::seconds(30);

/// How a test is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// How often.
    pub attempts: i32,
    /// Time limit of an attempt, in minutes.
    pub minutes: Option<i32>,
    /// How many of its points, in percent, pass it.
    pub pass_percent: i32,
    /// From when.
    pub opens_at: DateTime<Utc>,
    /// Until when.
    pub closes_at: DateTime<Utc>,
}

/// All that is wrong with the terms of a test.
pub fn check(terms: &Terms, questions: usize) -> Result<(), Vec<Problem>> {
    let mut wrong = Vec::new();
    wrong.extend(within(terms.attempts, 1, MOST_ATTEMPTS, "attempts").err());
    wrong.extend(terms.minutes.and_then(|minutes| within(minutes, 1, LONGEST_ATTEMPT, "minutes").err()));
    wrong.extend(within(terms.pass_percent, 0, 100, "passPercent").err());
    if terms.closes_at <= terms.opens_at {
        wrong.push(invalid("closesAt", "closes-before-it-opens"));
    }
    if !QUESTIONS.contains(&questions) {
        let message = Message::new("too-few-or-many-questions").with_number("most", *QUESTIONS.end());
        wrong.push(Problem::new(UserErrorCode::Invalid, "questionIds", message));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Refuses where a session is over, or was called off: its results are final.
pub fn takes_tests(state: State, path: &str) -> Result<(), Problem> {
    match state {
        State::Draft | State::Open | State::Closed | State::Held => Ok(()),
        State::Completed | State::Cancelled => Err(wrong_state(path, "session-takes-no-tests")),
    }
}

/// Whether a participant who made so many attempts may begin another one.
pub fn may_start(test: &session_test::Model, session: State, made: usize, now: DateTime<Utc>) -> Result<(), Problem> {
    takes_tests(session, "testId")?;
    if now < test.opens_at {
        return Err(wrong_state("testId", "test-not-open-yet"));
    }
    if now >= test.closes_at {
        return Err(wrong_state("testId", "test-closed"));
    }
    if usize::try_from(test.attempts).is_ok_and(|attempts| made >= attempts) {
        return Err(wrong_state("testId", "no-attempts-left"));
    }
    Ok(())
}

/// When an attempt that begins now ends: at its time limit, and when the test closes at the latest.
pub fn ends_at(test: &session_test::Model, now: DateTime<Utc>) -> DateTime<Utc> {
    let limit = test.minutes.map(|minutes| now + TimeDelta::minutes(minutes.into()));
    limit.map_or(test.closes_at, |limit| limit.min(test.closes_at))
}

/// Where an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be answered.
    Running,
    /// It is over, and free answers wait for a trainer.
    Waiting,
    /// It is over, and its points are final.
    Finished,
}

/// Where an attempt stands now. When its time is over it has ended, whether or not that was written down yet.
pub fn standing(attempt: &test_attempt::Model, now: DateTime<Utc>) -> Standing {
    if attempt.submitted_at.is_none() && now <= attempt.ends_at + GRACE {
        return Standing::Running;
    }
    if attempt.ungraded > 0 { Standing::Waiting } else { Standing::Finished }
}

/// The attempt that counts: of those that are final the one with the most points, of equal ones the first.
pub fn best(attempts: &[test_attempt::Model]) -> Option<&test_attempt::Model> {
    let is_final = |attempt: &&test_attempt::Model| attempt.submitted_at.is_some() && attempt.ungraded == 0;
    attempts.iter().filter(is_final).max_by_key(|attempt| (attempt.points, -attempt.number))
}

#[cfg(test)]
mod properties {
    use super::*;
    use entity::session_test::Stage;
    use proptest::prelude::*;
    use sea_orm::Iterable;
    use uuid::Uuid;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn test(attempts: i32, minutes: Option<i32>) -> session_test::Model {
        session_test::Model {
            id: Uuid::nil(),
            organisation_id: Uuid::nil(),
            session_id: Uuid::nil(),
            stage: Stage::Before,
            attempts,
            minutes,
            pass_percent: 60,
            out_of: 10,
            opens_at: at(100),
            closes_at: at(200),
            revision: 1,
            created_at: at(0),
        }
    }

    fn attempt(number: i32, points: i32, ungraded: i32, submitted: bool) -> test_attempt::Model {
        test_attempt::Model {
            id: Uuid::from_u128(1),
            organisation_id: Uuid::nil(),
            session_id: Uuid::nil(),
            test_id: Uuid::nil(),
            test_revision: 1,
            registration_id: Uuid::nil(),
            number,
            on_paper: false,
            option_order: String::new(),
            answers: String::new(),
            scores: String::new(),
            ungraded,
            points,
            out_of: 10,
            passed: false,
            started_at: at(100),
            ends_at: at(130),
            submitted_at: submitted.then(|| at(120)),
        }
    }

    #[test]
    fn a_test_is_taken_within_its_window_and_attempts() {
        let may = |minute, made| may_start(&test(2, None), State::Open, made, at(minute)).is_ok();
        assert!(may(100, 0) && may(199, 1));
        assert!(!may(99, 0) && !may(200, 0) && !may(150, 2));
        let states: Vec<State> =
            State::iter().filter(|state| may_start(&test(1, None), *state, 0, at(150)).is_err()).collect();
        assert_eq!(states, [State::Completed, State::Cancelled]);
    }

    #[test]
    fn an_attempt_has_ended_when_its_time_and_the_grace_are_over() {
        let running = attempt(1, 0, 0, false);
        assert_eq!(standing(&running, at(130) + GRACE), Standing::Running);
        assert_eq!(standing(&running, at(130) + GRACE + TimeDelta::seconds(1)), Standing::Finished);
        assert_eq!(standing(&attempt(1, 0, 2, true), at(121)), Standing::Waiting);
        assert_eq!(standing(&attempt(1, 0, 0, true), at(121)), Standing::Finished);
    }

    #[test]
    fn terms_have_bounds() {
        let terms = Terms { attempts: 1, minutes: Some(30), pass_percent: 60, opens_at: at(1), closes_at: at(2) };
        assert_eq!(check(&terms, 10), Ok(()));
        let bad = Terms { attempts: 0, minutes: Some(0), pass_percent: 101, opens_at: at(2), closes_at: at(2) };
        assert_eq!(check(&bad, 0).expect_err("refused").len(), 5);
        assert!(check(&Terms { attempts: 11, ..terms }, 10).is_err());
        assert!(check(&Terms { minutes: Some(481), ..terms }, 10).is_err());
        assert!(check(&Terms { pass_percent: -1, ..terms }, 10).is_err());
        assert!(check(&terms, 101).is_err());
    }

    proptest! {
        #[test]
        fn an_attempt_never_outlives_its_test(minutes in prop::option::of(1..=480i32), minute in 100..200i64) {
            let ends = ends_at(&test(1, minutes), at(minute));
            prop_assert!(at(minute) < ends && ends <= at(200));
            if let Some(minutes) = minutes {
                prop_assert!(ends <= at(minute + i64::from(minutes)));
            }
        }

        #[test]
        fn no_final_attempt_is_better_than_the_best(
            attempts in prop::collection::vec((0..=10i32, 0..2i32, any::<bool>()), 0..8)
        ) {
            let numbered = (1..).zip(attempts);
            let attempts: Vec<_> = numbered.map(|(at, (points, open, done))| attempt(at, points, open, done)).collect();
            let finals: Vec<_> = attempts.iter().filter(|it| it.submitted_at.is_some() && it.ungraded == 0).collect();
            match best(&attempts) {
                None => prop_assert!(finals.is_empty()),
                Some(best) => {
                    prop_assert!(best.submitted_at.is_some() && best.ungraded == 0);
                    prop_assert!(finals.iter().all(|it| (it.points, -it.number) <= (best.points, -best.number)));
                }
            }
        }
    }
}
