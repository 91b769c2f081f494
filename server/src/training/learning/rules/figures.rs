//! What a group learned, and how its questions did.

/// The fewest persons of whom somebody who did not train them sees figures.
pub const SMALLEST_GROUP: usize = 5;
/// The fewest answers from which discrimination means anything.
const ENOUGH_TO_DISCRIMINATE: usize = 20;

/// How far somebody, or a group on average, came: percent of the points before and after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// Percent of the points before.
    pub before: f64,
    /// Percent of the points after.
    pub after: f64,
}

impl Gain {
    /// How many percentage points more it is after.
    pub fn points(self) -> f64 {
        self.after - self.before
    }

    /// The normalised gain: which share of what could still be learned was learned, (after − before) / (100 − before). At most 1;
    /// below zero where less was known after. Nothing where everything was known before.
    ///
    /// R. R. Hake, Interactive-engagement versus traditional methods, American Journal of Physics 66 (1998), 64.
    pub fn normalised(self) -> Option<f64> {
        let missing = 100.0 - self.before;
        (missing > 0.0).then(|| self.points() / missing)
    }
}

/// So many points of so many, in percent.
pub fn percent(points: i32, out_of: i32) -> f64 {
    if out_of <= 0 { 0.0 } else { f64::from(points) * 100.0 / f64::from(out_of) }
}

/// The gain of a group: the averages of those who took both tests. Its normalised gain is that of the averages, as Hake has it,
/// and not the average of theirs. Nothing where there is nobody.
pub fn group(persons: &[Gain]) -> Option<Gain> {
    Some(Gain {
        before: mean(persons.iter().map(|gain| gain.before))?,
        after: mean(persons.iter().map(|gain| gain.after))?,
    })
}

/// The average of some numbers; nothing where there are none.
pub fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let number = u32::try_from(values.len()).ok().filter(|number| *number > 0)?;
    Some(values.sum::<f64>() / f64::from(number))
}

/// What became of one question in one attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Whether it got all its points.
    pub right: bool,
    /// Points of the other questions of the attempt.
    pub rest: i32,
}

/// The difficulty of a question: the share of right answers, 0 to 1. The higher, the easier.
pub fn difficulty(outcomes: &[Outcome]) -> Option<f64> {
    mean(outcomes.iter().map(|outcome| if outcome.right { 1.0 } else { 0.0 }))
}

/// The discrimination of a question: the correlation of a right answer with the points of the other questions, −1 to 1. A
/// good question is answered by those who know the rest. Nothing below twenty answers, nor where all are alike.
pub fn discrimination(outcomes: &[Outcome]) -> Option<f64> {
    if outcomes.len() < ENOUGH_TO_DISCRIMINATE {
        return None;
    }
    let right = || outcomes.iter().map(|outcome| if outcome.right { 1.0 } else { 0.0 });
    let rest = || outcomes.iter().map(|outcome| f64::from(outcome.rest));
    let (mean_right, mean_rest) = (mean(right())?, mean(rest())?);
    let sum =
        |of: &dyn Fn(f64, f64) -> f64| right().zip(rest()).map(|(x, y)| of(x - mean_right, y - mean_rest)).sum::<f64>();
    let spread = (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt();
    (spread > 0.0).then(|| (sum(&|x, y| x * y) / spread).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_worked_example() {
        let persons = [Gain { before: 40.0, after: 70.0 }, Gain { before: 60.0, after: 90.0 }];
        assert_eq!(persons[0].normalised(), Some(0.5));
        let group = group(&persons).expect("somebody");
        assert_eq!((group.before, group.after, group.points(), group.normalised()), (50.0, 80.0, 30.0, Some(0.6)));
        assert_eq!(Gain { before: 100.0, after: 100.0 }.normalised(), None);
        assert_eq!(percent(1, 4), 25.0);
        assert_eq!(percent(0, 0), 0.0);
    }

    #[test]
    fn a_question_that_only_the_others_know_discriminates_the_wrong_way() {
        let outcomes = |upside_down: bool| -> Vec<Outcome> {
            (0..20).map(|rest| Outcome { right: (rest >= 10) != upside_down, rest }).collect()
        };
        assert!(discrimination(&outcomes(false)).is_some_and(|d| d > 0.8));
        assert!(discrimination(&outcomes(true)).is_some_and(|d| d < -0.8));
        assert_eq!(discrimination(&outcomes(false)[1..]), None);
        assert_eq!(discrimination(&[Outcome { right: true, rest: 3 }; 30]), None);
        assert_eq!(difficulty(&outcomes(false)), Some(0.5));
        assert_eq!(difficulty(&[]), None);
    }

    fn gains() -> impl Strategy<Value = Vec<Gain>> {
        prop::collection::vec(
            (0.0..=100.0f64, 0.0..=100.0f64).prop_map(|(before, after)| Gain { before, after }),
            1..40,
        )
    }

    proptest! {
        #[test]
        fn a_group_lies_between_its_members(gains in gains()) {
            let group = group(&gains).expect("somebody");
            let least = gains.iter().map(|gain| gain.points()).fold(f64::INFINITY, f64::min);
            let most = gains.iter().map(|gain| gain.points()).fold(f64::NEG_INFINITY, f64::max);
            prop_assert!(least - 1e-9 <= group.points() && group.points() <= most + 1e-9);
            prop_assert!(group.normalised().is_none_or(|normalised| normalised <= 1.0 + 1e-9));
        }

        #[test]
        fn the_sign_of_both_gains_is_the_same(gain in gains().prop_map(|gains| gains[0])) {
            if let Some(normalised) = gain.normalised() {
                prop_assert!(normalised * gain.points() >= 0.0);
            }
        }

        #[test]
        fn figures_of_questions_keep_their_bounds(
            outcomes in prop::collection::vec((any::<bool>(), 0..50i32).prop_map(|(right, rest)| Outcome { right, rest }), 0..60)
        ) {
            prop_assert!(difficulty(&outcomes).is_none_or(|difficulty| (0.0..=1.0).contains(&difficulty)));
            prop_assert!(discrimination(&outcomes).is_none_or(|it| (-1.0..=1.0).contains(&it)));
            prop_assert!(outcomes.len() >= ENOUGH_TO_DISCRIMINATE || discrimination(&outcomes).is_none());
        }
    }
}
