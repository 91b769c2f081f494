//! Deadlines over histories that were, and over any that could be.

use super::*;
use crate::deadlines::Deadlines;
use proptest::prelude::*;
use proptest::sample::select;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn step(at: &str, transition: Transition, to: State) -> Happened {
    Happened { at: instant(at), transition, to, urgency: None }
}

fn first_assessment(urgency: Urgency, history: &[Happened]) -> Round {
    rounds(Deadlines::default().rule(Kind::FirstAssessment), urgency, history).pop().expect("a round")
}

fn decisions(history: &[Happened]) -> Vec<Round> {
    rounds(Deadlines::default().rule(Kind::Decision), Urgency::Ordinary, history)
}

const SUBMITTED: &str = "2018-11-05T22:00:00Z";

fn submitted() -> Happened {
    step(SUBMITTED, Transition::Submit, State::Submitted)
}

#[test]
fn lengths_follow_the_urgency() {
    for (urgency, due) in [
        (Urgency::Immediate, "2018-11-06T22:00:00Z"),
        (Urgency::Urgent, "2018-11-08T22:00:00Z"),
        (Urgency::Ordinary, "2018-11-12T22:00:00Z"),
    ] {
        assert_eq!(first_assessment(urgency, &[submitted()]).due_at, Some(instant(due)));
    }
}

#[test]
fn a_question_to_the_organisation_stops_the_time() {
    let mut history =
        vec![submitted(), step("2018-11-06T04:00:00Z", Transition::RequestInformation, State::MoreInformationNeeded)];
    let paused = first_assessment(Urgency::Immediate, &history);
    assert_eq!((paused.due_at, paused.paused_at), (None, Some(instant("2018-11-06T04:00:00Z"))));
    assert_eq!(paused.remaining, TimeDelta::hours(18));
    assert_eq!(standing(&paused, Marks::default(), instant("2019-01-01T00:00:00Z")), Standing::Paused);
    history.push(step("2018-11-08T10:00:00Z", Transition::Answer, State::InTriage));
    let running = first_assessment(Urgency::Immediate, &history);
    assert_eq!((running.due_at, running.paused_at), (Some(instant("2018-11-09T04:00:00Z")), None));
    history.push(step("2018-11-08T11:00:00Z", Transition::Assign, State::InTriage));
    let met = first_assessment(Urgency::Immediate, &history);
    assert_eq!(met.met_at, Some(instant("2018-11-08T11:00:00Z")));
    assert_eq!(met.due_at, running.due_at);
}

#[test]
fn what_was_due_stays_due_though_the_organisation_is_asked_afterwards() {
    let asked = step("2018-11-07T04:00:00Z", Transition::RequestInformation, State::MoreInformationNeeded);
    let late = first_assessment(Urgency::Immediate, &[submitted(), asked]);
    assert_eq!(late.due_at, Some(instant("2018-11-06T22:00:00Z")));
    assert_eq!(standing(&late, Marks::default(), asked.at), Standing::Overdue);
}

#[test]
fn another_urgency_counts_as_if_it_had_been_so_from_the_beginning() {
    let urgent = Happened {
        urgency: Some(Urgency::Immediate),
        ..step("2018-11-06T10:00:00Z", Transition::ChangeUrgency, State::Submitted)
    };
    let round = first_assessment(Urgency::Ordinary, &[submitted(), urgent]);
    assert_eq!((round.urgency, round.due_at), (Urgency::Immediate, Some(instant("2018-11-06T22:00:00Z"))));
    let marked = Marks {
        overdue_at: Some(instant("2018-11-06T22:01:00Z")),
        escalated_at: Some(instant("2018-11-06T22:01:00Z")),
    };
    assert_eq!(marks(&round, Urgency::Immediate, marked), marked);
    let less = Happened { at: instant("2018-11-07T10:00:00Z"), urgency: Some(Urgency::Urgent), ..urgent };
    let round = first_assessment(Urgency::Ordinary, &[submitted(), urgent, less]);
    assert_eq!(round.due_at, Some(instant("2018-11-08T22:00:00Z")));
    assert_eq!(marks(&round, Urgency::Immediate, marked), Marks::default(), "it is not overdue any more");
}

#[test]
fn a_decision_counts_office_hours_and_begins_anew_when_the_report_is_taken_up_again() {
    // Monday evening; 80 hours of office time are ten working days, and 12 November 2018 was free.
    let mut history = vec![submitted()];
    assert_eq!(decisions(&history)[0].due_at, Some(instant("2018-11-20T14:30:00Z")));
    history.push(step("2018-11-06T10:00:00Z", Transition::Close, State::Closed));
    history.push(step("2018-11-21T10:00:00Z", Transition::Reopen, State::InTriage));
    let rounds = decisions(&history);
    assert_eq!(rounds.len(), 2);
    assert_eq!(rounds[0].met_at, Some(instant("2018-11-06T10:00:00Z")));
    assert_eq!((rounds[1].started_at, rounds[1].met_at), (instant("2018-11-21T10:00:00Z"), None));
}

#[test]
fn a_clock_that_was_set_back_moves_no_deadline_backwards() {
    let asked = step("2018-11-06T04:00:00Z", Transition::RequestInformation, State::MoreInformationNeeded);
    let right = [submitted(), asked, step("2018-11-06T05:00:00Z", Transition::Answer, State::InTriage)];
    let back = [submitted(), asked, step("2018-11-06T03:30:00Z", Transition::Answer, State::InTriage)];
    assert_eq!(first_assessment(Urgency::Immediate, &right).due_at, Some(instant("2018-11-06T23:00:00Z")));
    assert_eq!(first_assessment(Urgency::Immediate, &back).due_at, Some(instant("2018-11-06T22:00:00Z")));
}

/// Any history that the table of transitions could bring about, and some that it could not, whatever the clock said.
fn histories() -> impl Strategy<Value = Vec<Happened>> {
    let states = [
        State::Submitted,
        State::InTriage,
        State::MoreInformationNeeded,
        State::Accepted,
        State::Joined,
        State::PassedOn,
        State::Closed,
    ];
    let step = (
        -7_200_i64..500_000,
        select(Transition::all().collect::<Vec<_>>()),
        select(states.to_vec()),
        proptest::option::weighted(0.2, select(Urgency::ALL.to_vec())),
    );
    prop::collection::vec(step, 0..12).prop_map(|steps| {
        let mut at = instant(SUBMITTED);
        let later = steps.into_iter().map(|(seconds, transition, to, urgency)| {
            at += TimeDelta::seconds(seconds);
            Happened { at, transition, to, urgency }
        });
        std::iter::once(submitted()).chain(later).collect()
    })
}

/// Seconds in which the clock ran, one by one step: another way to count than that of the rules.
fn ran(rule: &Rule, history: &[Happened], until: DateTime<Utc>) -> TimeDelta {
    let (mut time, mut running, mut last) = (TimeDelta::zero(), false, DateTime::<Utc>::MIN_UTC);
    let mut open = false;
    for happened in history {
        let now = happened.at.max(last);
        if running {
            time += rule.counts.between(last.min(until), now.min(until));
        }
        last = now;
        if open && rule.stops.contains(&happened.transition) {
            return time;
        }
        open |= rule.starts.contains(&happened.transition);
        running = open && !rule.pauses_in.contains(&happened.to);
    }
    if running { time + rule.counts.between(last.min(until), until) } else { time }
}

proptest! {
    #[test]
    fn a_deadline_is_due_when_its_length_has_counted(history in histories(), urgency in select(Urgency::ALL.to_vec())) {
        for rule in Deadlines::default().rules() {
            let all = rounds(rule, urgency, &history);
            prop_assert!(all.iter().rev().skip(1).all(|round| round.met_at.is_some()), "one is open at most");
            prop_assert!(all.is_sorted_by_key(|round| round.started_at));
            let first = all.first().expect("submitting starts each");
            let length = TimeDelta::hours(rule.length(first.urgency).hours.into());
            match first.due_at {
                // One that was stopped earlier counted less until then.
                Some(due) if first.met_at.is_none_or(|met| due <= met) => {
                    prop_assert_eq!(ran(rule, &history, due), length);
                }
                Some(due) => prop_assert!(ran(rule, &history, due) <= length),
                None => prop_assert_eq!(ran(rule, &history, DateTime::<Utc>::MAX_UTC.min(instant("2030-01-01T00:00:00Z"))) + first.remaining, length),
            }
        }
    }

    #[test]
    fn what_happens_later_never_makes_a_deadline_due_earlier(history in histories(), urgency in select(Urgency::ALL.to_vec())) {
        let same_urgency: Vec<Happened> = history.iter().map(|happened| Happened { urgency: None, ..*happened }).collect();
        for rule in Deadlines::default().rules() {
            let mut before: Vec<Round> = Vec::new();
            for until in 1..=same_urgency.len() {
                let after = rounds(rule, urgency, &same_urgency[..until]);
                for (before, after) in before.iter().zip(&after) {
                    prop_assert_eq!(before.started_at, after.started_at);
                    if before.met_at.is_some() {
                        prop_assert_eq!(before, after, "what was met stays as it was");
                    }
                    if let (Some(before), Some(after)) = (before.due_at, after.due_at) {
                        prop_assert!(after >= before);
                    }
                }
                before = after;
            }
        }
    }

    #[test]
    fn marks_that_were_set_stay_while_the_deadline_is_the_same(history in histories(), later in 0_i64..1_000_000) {
        for rule in Deadlines::default().rules() {
            for round in rounds(rule, Urgency::Urgent, &history) {
                let Some((due, escalates)) = round.due_at.zip(round.escalates_at) else { continue };
                prop_assert!(escalates >= due);
                let at = escalates + TimeDelta::seconds(later);
                let set = Marks { overdue_at: Some(at), escalated_at: Some(at) };
                prop_assert_eq!(marks(&round, Urgency::Urgent, set), set);
                prop_assert_eq!(marks(&round, Urgency::Ordinary, set), set);
                let shown = standing(&round, set, due - TimeDelta::hours(1));
                prop_assert!(matches!(shown, Standing::Escalated | Standing::Met), "though the clock was set back");
            }
        }
    }
}
