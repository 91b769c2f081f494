//! What holds of the table of transitions, whatever happens to a report.

use super::*;
use crate::language::Language;
use proptest::prelude::*;

const STATES: [State; 8] = [Draft, Submitted, InTriage, MoreInformationNeeded, Accepted, Joined, PassedOn, Closed];

fn everybody() -> Actor {
    Actor { roles: Role::ALL.into_iter().collect(), reports: true }
}

fn acting(role: Role, reports: bool) -> Actor {
    Actor { roles: [role].into_iter().collect(), reports }
}

/// States that can be reached from here in any number of steps.
fn reachable(from: State, actor: Actor) -> Vec<State> {
    let mut reached = vec![from];
    let mut at = 0;
    while let Some(state) = reached.get(at).copied() {
        for to in Transition::all().filter_map(|transition| next(state, transition, actor).ok()) {
            if !reached.contains(&to) {
                reached.push(to);
            }
        }
        at += 1;
    }
    reached
}

#[test]
fn no_path_leads_back_to_a_draft() {
    for state in STATES {
        for transition in Transition::all() {
            assert_ne!(next(state, transition, everybody()), Ok(Draft), "{transition:?} from {state:?}");
        }
    }
}

#[test]
fn every_state_is_reached_from_a_draft() {
    let mut reached = reachable(Draft, everybody());
    reached.sort_by_key(|state| STATES.iter().position(|known| known == state));
    assert_eq!(reached, STATES);
}

#[test]
fn a_submitted_report_never_gets_stuck() {
    for state in STATES.into_iter().filter(|state| *state != Draft) {
        let reached = reachable(state, acting(Role::Supervisor, false));
        for end in [Accepted, Joined, PassedOn, Closed] {
            assert!(reached.contains(&end), "{end:?} cannot be reached from {state:?}");
        }
    }
}

#[test]
fn who_may_cause_what() {
    use Transition::{Accept, Answer, Assign, Close, Reopen, RequestInformation, Submit, UndoJoin};
    for (role, reports, state, transition, allowed) in [
        (Role::Reporter, true, Draft, Submit, true),
        (Role::Reporter, true, MoreInformationNeeded, Answer, true),
        (Role::Reporter, true, InTriage, Close, false),
        (Role::IntakeOfficer, false, MoreInformationNeeded, Answer, false),
        (Role::IntakeOfficer, true, MoreInformationNeeded, Answer, true),
        (Role::IntakeOfficer, false, Submitted, Assign, true),
        (Role::CaseWorker, false, InTriage, Assign, false),
        (Role::CaseWorker, false, InTriage, Accept, true),
        (Role::CaseWorker, false, InTriage, RequestInformation, true),
        (Role::CaseWorker, false, Joined, UndoJoin, true),
        (Role::IntakeOfficer, false, Closed, Reopen, false),
        (Role::Supervisor, false, Closed, Reopen, true),
        (Role::Analyst, false, InTriage, Close, false),
        (Role::Administrator, false, Closed, Reopen, false),
    ] {
        let outcome = next(state, transition, acting(role, reports));
        assert_eq!(outcome.is_ok(), allowed, "{role:?} {transition:?} from {state:?}: {outcome:?}");
    }
}

#[test]
fn a_request_while_one_waits_is_refused_with_what_is_possible() {
    let officer = acting(Role::IntakeOfficer, false);
    let possible = next(MoreInformationNeeded, Transition::RequestInformation, officer).expect_err("it waits");
    use Transition::{Accept, Assign, ChangeUrgency, Close, Join, PassOn};
    assert_eq!(possible, [Assign, ChangeUrgency, Accept, Join, PassOn, Close]);
    let message = wrong_state(MoreInformationNeeded, &possible, "").in_words(Language::English).message;
    assert!(message.contains("waits for the partner's answer") && message.contains("pass it on"), "{message}");
    let message = wrong_state(Closed, &[], "").in_words(Language::SerbianLatin).message;
    assert!(message.contains("zatvorena"), "{message}");
}

#[test]
fn every_transition_and_state_has_words() {
    let messages = Transition::all().flat_map(|transition| [transition.to_do(), transition.done()]);
    for message in messages.chain(STATES.map(state_in_words)) {
        for language in Language::ALL {
            let words = language.say(&message);
            assert!(!["to-", "did-", "state-"].iter().any(|prefix| words.starts_with(prefix)), "{words}");
        }
    }
    for transition in Transition::all() {
        assert_eq!(Transition::from_name(transition.as_str()), Some(transition));
    }
}

/// A step that somebody tries on one of four reports.
fn steps() -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    prop::collection::vec((0usize..4, 0usize..10, 0usize..4), 0..60)
}

proptest! {
    #[test]
    fn what_is_offered_instead_is_possible(state in 0usize..8, transition in 0usize..10, role in 0usize..9, reports: bool) {
        let actor = acting(Role::ALL[role], reports);
        let transition = Transition::all().nth(transition).expect("one of ten");
        match next(STATES[state], transition, actor) {
            Ok(to) => prop_assert_ne!(to, Draft),
            Err(possible) => {
                prop_assert!(!possible.contains(&transition));
                for other in possible {
                    prop_assert!(next(STATES[state], other, actor).is_ok());
                }
            }
        }
    }

    #[test]
    fn reports_never_join_in_a_circle(history in steps()) {
        let mut states = [Draft; 4];
        let mut joined_to = [None; 4];
        for (report, transition, target) in history {
            let transition = Transition::all().nth(transition).expect("one of ten");
            let Ok(to) = next(states[report], transition, everybody()) else { continue };
            if transition == Transition::Join {
                if may_join(report, target, states[target]).is_err() {
                    continue;
                }
                joined_to[report] = Some(target);
            }
            if transition == Transition::UndoJoin {
                joined_to[report] = None;
            }
            states[report] = to;
            for start in 0..4 {
                prop_assert_eq!(states[start] == Joined, joined_to[start].is_some());
                let ends = std::iter::successors(Some(start), |at| joined_to[*at]).take(5).count();
                prop_assert!(ends < 5, "a circle: {joined_to:?}");
            }
        }
    }
}
