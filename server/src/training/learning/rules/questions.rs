//! Questions of a bank.

use super::{invalid, within};
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use crate::organisations::rules::text;
use entity::question::Kind;

/// How many options a question may have.
pub const OPTIONS: std::ops::RangeInclusive<usize> = 2..=10;
/// The longest question, and the longest description of a right answer, in characters.
const LONGEST_TEXT: usize = 2_000;
/// The longest option, in characters.
const LONGEST_OPTION: usize = 500;
/// The longest topic and code of an indicator set, in characters.
const LONGEST_TOPIC: usize = 200;
/// The most points that a question gives.
const MOST_POINTS: i32 = 100;

/// What somebody says of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// What kind of question it is.
    pub kind: Kind,
    /// The question.
    pub text: String,
    /// The options.
    pub options: Vec<String>,
    /// Positions of the right options, or of all options in their right order.
    pub right: Vec<usize>,
    /// What a right free answer says.
    pub expected: String,
    /// Points of a right answer.
    pub points: i32,
    /// What it is about.
    pub topic: String,
    /// Code of the indicator set it is about.
    pub indicator_set: Option<String>,
}

/// The question as it is kept, or all that is wrong with it. `positions` are those of the right options as the client sent them.
pub fn check(content: Content, positions: &[i32]) -> Result<Content, Vec<Problem>> {
    let mut wrong = Vec::new();
    let mut note = |result: Result<String, Problem>| result.map_err(|problem| wrong.push(problem)).unwrap_or_default();
    let required = |value: &str, path: &str, longest| match value.trim() {
        "" => Err(Problem::new(UserErrorCode::Required, path, Message::new("required"))),
        value => text(value, path, longest),
    };
    let options = content.options.iter().enumerate();
    let options =
        options.map(|(at, option)| note(required(option, &format!("question.options.{at}"), LONGEST_OPTION))).collect();
    let checked = Content {
        text: note(required(&content.text, "question.text", LONGEST_TEXT)),
        options,
        expected: note(text(&content.expected, "question.expected", LONGEST_TEXT)),
        topic: note(text(&content.topic, "question.topic", LONGEST_TOPIC)),
        indicator_set: content
            .indicator_set
            .as_deref()
            .map(|code| note(required(code, "question.indicatorSet", LONGEST_TOPIC))),
        ..content
    };
    wrong.extend(within(checked.points, 1, MOST_POINTS, "question.points").err());
    wrong.extend(options_of(&checked).err());
    match right_options(&checked, positions) {
        Ok(right) if wrong.is_empty() => Ok(Content { right, ..checked }),
        Ok(_) => Err(wrong),
        Err(problem) => {
            wrong.push(problem);
            Err(wrong)
        }
    }
}

/// Refuses options where there can be none, too few, too many, or the same one twice.
fn options_of(content: &Content) -> Result<(), Problem> {
    let options = &content.options;
    if content.kind == Kind::FreeText {
        return if options.is_empty() { Ok(()) } else { Err(invalid("question.options", "options-not-expected")) };
    }
    if !OPTIONS.contains(&options.len()) {
        let message = Message::new("too-few-or-many-options")
            .with_number("least", *OPTIONS.start())
            .with_number("most", *OPTIONS.end());
        return Err(Problem::new(UserErrorCode::Invalid, "question.options", message));
    }
    let twice = options.iter().enumerate().any(|(at, option)| options[..at].contains(option));
    if twice { Err(invalid("question.options", "option-twice")) } else { Ok(()) }
}

/// The right options, which fit the kind of question.
fn right_options(content: &Content, positions: &[i32]) -> Result<Vec<usize>, Problem> {
    let refused = || invalid("question.rightOptions", "right-options");
    let number = content.options.len();
    let mut right = Vec::new();
    for (at, position) in positions.iter().enumerate() {
        let position =
            usize::try_from(*position).ok().filter(|position| *position < number && !right.contains(position));
        right.push(position.ok_or_else(|| invalid(&format!("question.rightOptions.{at}"), "right-options"))?);
    }
    let fits = match content.kind {
        Kind::One => right.len() == 1,
        Kind::Several => !right.is_empty(),
        Kind::Order => right.len() == number,
        Kind::FreeText => right.is_empty(),
    };
    if content.kind == Kind::Several {
        right.sort_unstable();
    }
    if fits { Ok(right) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sea_orm::Iterable;

    fn question(kind: Kind, options: usize) -> Content {
        Content {
            kind,
            text: "What is a sign?".to_owned(),
            options: (0..options).map(|at| format!("option {at}")).collect(),
            right: Vec::new(),
            expected: String::new(),
            points: 1,
            topic: String::new(),
            indicator_set: None,
        }
    }

    #[test]
    fn right_options_fit_the_kind() {
        let accepted = |kind, options, right: &[i32]| check(question(kind, options), right).is_ok();
        assert!(accepted(Kind::One, 3, &[2]) && accepted(Kind::Several, 3, &[2, 0]));
        assert!(accepted(Kind::Order, 3, &[2, 0, 1]) && accepted(Kind::FreeText, 0, &[]));
        for (kind, options, right) in [
            (Kind::One, 3, &[] as &[i32]),
            (Kind::One, 3, &[0, 1]),
            (Kind::One, 3, &[3]),
            (Kind::One, 3, &[-1]),
            (Kind::One, 1, &[0]),
            (Kind::One, 11, &[0]),
            (Kind::Several, 3, &[]),
            (Kind::Several, 3, &[1, 1]),
            (Kind::Order, 3, &[0, 1]),
            (Kind::Order, 3, &[0, 1, 1]),
            (Kind::FreeText, 2, &[]),
            (Kind::FreeText, 0, &[0]),
        ] {
            assert!(!accepted(kind, options, right), "{kind:?} {options} {right:?}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let mut bad = question(Kind::One, 3);
        (bad.text, bad.points, bad.options[1]) = (" ".to_owned(), 0, "a".repeat(501));
        let wrong = check(bad, &[7]).expect_err("refused");
        let paths: Vec<String> = wrong.iter().map(|problem| problem.field.join(".")).collect();
        assert_eq!(paths, ["question.options.1", "question.text", "question.points", "question.rightOptions.0"]);
    }

    proptest! {
        #[test]
        fn what_is_accepted_has_right_options_among_its_options(
            kind in proptest::sample::select(Kind::iter().collect::<Vec<_>>()),
            options in 0..13usize,
            right in prop::collection::vec(-2..13i32, 0..13),
        ) {
            if let Ok(content) = check(question(kind, options), &right) {
                prop_assert!(content.right.iter().all(|at| *at < options));
                prop_assert_eq!(content.right.is_empty(), kind == Kind::FreeText);
            }
        }
    }
}
