//! Anonymous evaluation of a session.
//!
//! Two lists could be held against one another: what was said, and who said something. Therefore what was said is shown only
//! when nothing can be added any more, so that nobody sees a single answer arrive; and only where there are enough of them.
//! Who has not answered yet can be listed only before that, while nobody or enough have answered.

use super::{invalid, wrong_state};
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use crate::organisations::rules::text;
use chrono::{DateTime, TimeDelta, Utc};
use entity::session_evaluation::Model;
use entity::training_session::{self, State};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The fewest evaluations that are shown.
pub const FEWEST: usize = 5;
/// The longest comment, in characters.
const LONGEST_COMMENT: usize = 2_000;
/// The longest time in which a session can be evaluated.
const LONGEST_WINDOW: TimeDelta = TimeDelta::days(90);
/// The marks: 5 is best.
pub const MARKS: std::ops::RangeInclusive<i32> = 1..=5;

/// Marks by code of the question.
pub type Marks = BTreeMap<String, i32>;

/// A question that every evaluation answers with a mark.
#[derive(Debug, Deserialize)]
pub struct Question {
    /// What it is known by.
    pub code: String,
    /// The question in Serbian, Cyrillic script.
    pub sr: String,
    /// The question in English.
    pub en: String,
}

#[derive(Deserialize)]
struct File {
    question: Vec<Question>,
}

static QUESTIONS: LazyLock<Vec<Question>> = LazyLock::new(|| {
    let file: File =
        toml::from_str(include_str!("../../../../data/evaluation.toml")).expect("data/evaluation.toml is in order");
    file.question
});

/// The questions, in their order.
pub fn questions() -> &'static [Question] {
    &QUESTIONS
}

/// Marks and comment as they are kept, or all that is wrong with them: each question has one mark.
pub fn check(sent: &[(String, i32)], comment: &str) -> Result<(Marks, String), Vec<Problem>> {
    let mut wrong = Vec::new();
    let mut marks = Marks::new();
    for (at, (code, mark)) in sent.iter().enumerate() {
        if !questions().iter().any(|question| question.code == *code) || marks.contains_key(code) {
            wrong.push(invalid(&format!("marks.{at}.code"), "no-such-evaluation-question"));
        }
        if !MARKS.contains(mark) {
            wrong.push(invalid(&format!("marks.{at}.mark"), "no-such-mark"));
        }
        marks.insert(code.clone(), *mark);
    }
    if wrong.is_empty() && marks.len() < questions().len() {
        wrong.push(Problem::new(UserErrorCode::Required, "marks", Message::new("marks-missing")));
    }
    match text(comment, "comment", LONGEST_COMMENT) {
        Ok(comment) if wrong.is_empty() => Ok((marks, comment)),
        Ok(_) => Err(wrong),
        Err(problem) => {
            wrong.push(problem);
            Err(wrong)
        }
    }
}

/// The window in which a session can be evaluated, opened now or, before the session, with its beginning.
pub fn window(
    session: &training_session::Model,
    before: Option<&Model>,
    closes_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Model, Problem> {
    if matches!(session.state, State::Draft | State::Cancelled) {
        return Err(wrong_state("sessionId", "session-not-evaluated"));
    }
    if before.is_some_and(|before| now >= before.closes_at) {
        return Err(wrong_state("sessionId", "evaluation-closed"));
    }
    let opens_at = before.map_or(now.max(session.starts_at), |before| before.opens_at);
    if closes_at <= opens_at.max(now) || closes_at > opens_at.max(now) + LONGEST_WINDOW {
        let message = Message::new("evaluation-window").with_number("days", 90);
        return Err(Problem::new(UserErrorCode::Invalid, "closesAt", message));
    }
    Ok(Model { session_id: session.id, organisation_id: session.organisation_id, opens_at, closes_at })
}

/// Whether a session can be evaluated now, or why it cannot.
pub fn may_evaluate(window: Option<&Model>, now: DateTime<Utc>) -> Result<(), Problem> {
    match window {
        Some(window) if now >= window.closes_at => Err(wrong_state("sessionId", "evaluation-closed")),
        Some(window) if now >= window.opens_at => Ok(()),
        _ => Err(wrong_state("sessionId", "evaluation-not-open")),
    }
}

/// Whether what was said is shown: nothing can be added any more, and there is enough.
pub fn shows_results(window: &Model, answers: usize, now: DateTime<Utc>) -> bool {
    now >= window.closes_at && answers >= FEWEST
}

/// Whether it is shown who has not answered yet: it can still be answered, nothing that was said is shown, and nobody, or
/// enough, have answered.
pub fn shows_pending(window: &Model, answers: usize, now: DateTime<Utc>) -> bool {
    may_evaluate(Some(window), now).is_ok() && (answers == 0 || answers >= FEWEST)
}

/// How often each mark was given to a question, from 1 to 5.
pub fn distribution(code: &str, marks: &[Marks]) -> Vec<usize> {
    let given = |mark| marks.iter().filter(|marks| marks.get(code) == Some(&mark)).count();
    MARKS.map(given).collect()
}

/// The average of the marks of a question; nothing where there is none.
pub fn average(distribution: &[usize]) -> Option<f64> {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let answers = number(distribution.iter().sum());
    let sum: f64 = distribution.iter().zip(1u32..).map(|(count, mark)| number(*count) * f64::from(mark)).sum();
    (answers > 0.0).then(|| sum / answers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn window() -> Model {
        let nil = uuid::Uuid::nil();
        Model { session_id: nil, organisation_id: nil, opens_at: at(100), closes_at: at(200) }
    }

    fn all(mark: i32) -> Vec<(String, i32)> {
        questions().iter().map(|question| (question.code.clone(), mark)).collect()
    }

    #[test]
    fn every_question_takes_one_mark() {
        assert!(check(&all(1), "").is_ok() && check(&all(5), " good ").is_ok_and(|(_, comment)| comment == "good"));
        let refused = |sent: &[(String, i32)], comment: &str| {
            let wrong = check(sent, comment).expect_err("refused");
            wrong.iter().map(|problem| problem.field.join(".")).collect::<Vec<_>>()
        };
        assert_eq!(refused(&all(3)[1..], ""), ["marks"]);
        assert_eq!(refused(&[all(3), all(3)].concat(), "").len(), questions().len());
        assert_eq!(refused(&[("other".to_owned(), 6)], ""), ["marks.0.code", "marks.0.mark"]);
        assert_eq!(refused(&all(3), &"a".repeat(2_001)), ["comment"]);
    }

    #[test]
    fn questions_have_codes_of_their_own() {
        let codes: std::collections::BTreeSet<_> = questions().iter().map(|question| &question.code).collect();
        assert!(codes.len() == questions().len() && codes.len() > 3);
    }

    proptest! {
        #[test]
        fn what_was_said_and_who_said_it_are_never_shown_at_once(answers in 0..12usize, minute in 0..300i64) {
            let (window, now) = (window(), at(minute));
            let (results, pending) = (shows_results(&window, answers, now), shows_pending(&window, answers, now));
            prop_assert!(!(results && pending));
            prop_assert!(!results || answers >= FEWEST);
            // Nothing comes in any more once anything is shown.
            prop_assert!(!results || may_evaluate(Some(&window), now).is_err());
            prop_assert!(!pending || answers == 0 || answers >= FEWEST);
        }

        #[test]
        fn averages_lie_between_the_marks(marks in prop::collection::vec(1..=5i32, 1..40)) {
            let code = &questions()[0].code;
            let given: Vec<Marks> = marks.iter().map(|mark| Marks::from([(code.clone(), *mark)])).collect();
            let counts = distribution(code, &given);
            prop_assert_eq!(counts.iter().sum::<usize>(), marks.len());
            let least = f64::from(*marks.iter().min().expect("some"));
            let most = f64::from(*marks.iter().max().expect("some"));
            prop_assert!(average(&counts).is_some_and(|average| (least..=most).contains(&average)));
        }
    }
}
