//! Answers: what fits a question, and what it is worth.
//!
//! Options are kept by their positions in the bank. A participant sees them in an order of its attempt, and answers by the
//! positions that it sees.

use super::invalid;
use crate::error::Problem;
use crate::organisations::rules::text;
use entity::question::Kind;
use serde::{Deserialize, Serialize};

/// The longest free answer, in characters.
pub const LONGEST_ANSWER: usize = 4_000;

/// An answer to one question, by positions in the bank.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// Positions of the chosen options, in the order in which they were put.
    #[serde(default)]
    pub choices: Vec<usize>,
    /// The free answer.
    #[serde(default)]
    pub text: String,
}

/// An answer as the client sends it, by the positions that the participant sees.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Place of the question in the test.
    pub position: i32,
    /// Positions of the chosen options.
    pub choices: Vec<i32>,
    /// The free answer.
    pub text: String,
}

/// A question as an attempt asks it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What kind of question it is.
    pub kind: Kind,
    /// In which order its options are shown: positions in the bank.
    pub order: Vec<usize>,
}

/// The answers so far with those that were sent; what was not sent stays. Or all that is wrong with them.
pub fn merged(asked: &[Asked], mut given: Vec<Given>, sent: &[Sent]) -> Result<Vec<Given>, Vec<Problem>> {
    given.resize(asked.len(), Given::default());
    let mut wrong = Vec::new();
    for (at, answer) in sent.iter().enumerate() {
        let path = format!("answers.{at}");
        let twice = sent[..at].iter().any(|other| other.position == answer.position);
        let position = usize::try_from(answer.position).ok().filter(|position| *position < asked.len() && !twice);
        let read = position.ok_or_else(|| invalid(&format!("{path}.position"), "no-such-question"));
        match read.and_then(|position| Ok((position, read_answer(&asked[position], answer, &path)?))) {
            Ok((position, answer)) => given[position] = answer,
            Err(problem) => wrong.push(problem),
        }
    }
    if wrong.is_empty() { Ok(given) } else { Err(wrong) }
}

/// One answer by positions in the bank, where its shape fits the question. Nothing chosen, and no text, is no answer.
fn read_answer(asked: &Asked, sent: &Sent, path: &str) -> Result<Given, Problem> {
    let refused = || invalid(&format!("{path}.choices"), "choices-do-not-fit");
    let refused_at = |at: usize| invalid(&format!("{path}.choices.{at}"), "choices-do-not-fit");
    let mut choices = Vec::new();
    for (at, choice) in sent.choices.iter().enumerate() {
        let kept = usize::try_from(*choice).ok().and_then(|choice| asked.order.get(choice)).copied();
        choices.push(kept.filter(|kept| !choices.contains(kept)).ok_or_else(|| refused_at(at))?);
    }
    let fits = match asked.kind {
        _ if choices.is_empty() => true,
        Kind::One => choices.len() == 1,
        Kind::Several => true,
        Kind::Order => choices.len() == asked.order.len(),
        Kind::FreeText => false,
    };
    if !fits {
        return Err(refused());
    }
    let text = text(&sent.text, &format!("{path}.text"), LONGEST_ANSWER)?;
    if asked.kind != Kind::FreeText && !text.is_empty() {
        return Err(invalid(&format!("{path}.text"), "text-not-expected"));
    }
    Ok(Given { choices, text })
}

/// The positions at which the participant sees what it chose.
pub fn as_shown(order: &[usize], choices: &[usize]) -> Vec<usize> {
    choices.iter().filter_map(|choice| order.iter().position(|shown| shown == choice)).collect()
}

/// What an answer is worth: all points or none. Nothing where a trainer has to read it; no answer is worth no points.
pub fn score(kind: Kind, right: &[usize], points: i32, given: &Given) -> Option<i32> {
    let is_right = match kind {
        Kind::FreeText if !given.text.is_empty() => return None,
        Kind::FreeText => false,
        Kind::One | Kind::Order => given.choices == right,
        Kind::Several => {
            let mut chosen = given.choices.clone();
            chosen.sort_unstable();
            chosen == right
        }
    };
    Some(if is_right { points } else { 0 })
}

/// Points so far, and how many answers wait for a trainer.
pub fn total(scores: &[Option<i32>]) -> (i32, i32) {
    let waiting = scores.iter().filter(|score| score.is_none()).count();
    (scores.iter().flatten().sum(), i32::try_from(waiting).unwrap_or(i32::MAX))
}

/// Whether so many points of so many pass a test.
pub fn passes(points: i32, out_of: i32, pass_percent: i32) -> bool {
    i64::from(points) * 100 >= i64::from(out_of) * i64::from(pass_percent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(kind: Kind, order: &[usize]) -> Asked {
        Asked { kind, order: order.to_vec() }
    }

    fn sent(position: i32, choices: &[i32], text: &str) -> Sent {
        Sent { position, choices: choices.to_vec(), text: text.to_owned() }
    }

    #[test]
    fn answers_of_a_wrong_shape_are_refused() {
        let test = [
            asked(Kind::One, &[1, 0]),
            asked(Kind::Several, &[2, 0, 1]),
            asked(Kind::Order, &[1, 2, 0]),
            asked(Kind::FreeText, &[]),
        ];
        let refused = |answers: &[Sent]| merged(&test, Vec::new(), answers).expect_err("refused")[0].field.join(".");
        assert_eq!(refused(&[sent(4, &[], "")]), "answers.0.position");
        assert_eq!(refused(&[sent(-1, &[], "")]), "answers.0.position");
        assert_eq!(refused(&[sent(0, &[0], ""), sent(0, &[1], "")]), "answers.1.position");
        assert_eq!(refused(&[sent(0, &[0, 1], "")]), "answers.0.choices");
        assert_eq!(refused(&[sent(0, &[2], "")]), "answers.0.choices.0");
        assert_eq!(refused(&[sent(0, &[0], "words")]), "answers.0.text");
        assert_eq!(refused(&[sent(1, &[0, 0], "")]), "answers.0.choices.1");
        assert_eq!(refused(&[sent(2, &[0, 1], "")]), "answers.0.choices");
        assert_eq!(refused(&[sent(3, &[0], "")]), "answers.0.choices.0");
        assert_eq!(refused(&[sent(3, &[], &"a".repeat(LONGEST_ANSWER + 1))]), "answers.0.text");
        let accepted = merged(&test, Vec::new(), &[sent(1, &[0, 2], ""), sent(3, &[], "words")]).expect("accepted");
        assert_eq!(accepted[1].choices, [2, 1]);
        assert_eq!((accepted[0].clone(), &*accepted[3].text), (Given::default(), "words"));
        let later = merged(&test, accepted, &[sent(0, &[0], ""), sent(3, &[], "")]).expect("accepted");
        assert_eq!((later[0].choices.clone(), later[1].choices.clone(), &*later[3].text), (vec![1], vec![2, 1], ""));
    }

    #[test]
    fn only_the_whole_answer_is_right() {
        let chosen = |choices: &[usize]| Given { choices: choices.to_vec(), text: String::new() };
        assert_eq!(score(Kind::Several, &[0, 2], 3, &chosen(&[2, 0])), Some(3));
        assert_eq!(score(Kind::Several, &[0, 2], 3, &chosen(&[2])), Some(0));
        assert_eq!(score(Kind::Several, &[0, 2], 3, &chosen(&[0, 1, 2])), Some(0));
        assert_eq!(score(Kind::Order, &[2, 0, 1], 2, &chosen(&[2, 0, 1])), Some(2));
        assert_eq!(score(Kind::Order, &[2, 0, 1], 2, &chosen(&[0, 1, 2])), Some(0));
        assert_eq!(score(Kind::One, &[1], 1, &Given::default()), Some(0));
        assert_eq!(score(Kind::FreeText, &[], 5, &Given::default()), Some(0));
        assert_eq!(score(Kind::FreeText, &[], 5, &Given { text: "words".to_owned(), ..Given::default() }), None);
    }

    fn order() -> impl Strategy<Value = Vec<usize>> {
        (2..=10usize).prop_flat_map(|number| Just((0..number).collect::<Vec<_>>()).prop_shuffle())
    }

    proptest! {
        #[test]
        fn a_participant_sees_what_it_chose((order, seed) in (order(), any::<u64>())) {
            let choice = usize::try_from(seed).unwrap_or_default() % order.len();
            let shown = i32::try_from(choice).expect("small");
            let kept = merged(&[asked(Kind::One, &order)], Vec::new(), &[sent(0, &[shown], "")]).expect("fits");
            prop_assert_eq!(as_shown(&order, &kept[0].choices), [choice]);
            // In whatever order it is shown, the same option is right.
            prop_assert_eq!(score(Kind::One, &[order[choice]], 2, &kept[0]), Some(2));
        }

        #[test]
        fn points_stay_within_the_test(scores in prop::collection::vec(prop::option::of(0..=10i32), 0..20), pass in 0..=100i32) {
            let (points, waiting) = total(&scores);
            let out_of = i32::try_from(scores.len()).expect("small") * 10;
            prop_assert!((0..=out_of).contains(&points));
            prop_assert_eq!(usize::try_from(waiting).expect("none below zero"), scores.iter().filter(|s| s.is_none()).count());
            prop_assert!(passes(out_of, out_of, pass));
            // More points never fail what fewer pass.
            prop_assert!(!passes(points, out_of, pass) || passes(points + 1, out_of, pass));
        }
    }
}
