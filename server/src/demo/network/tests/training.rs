//! That the sessions of the demonstration could have been held as they stand there.

use super::super::data::TRAINING;
use super::{filled, of};
use crate::ids;
use crate::training::attendance::rules::was_there;
use crate::training::certificates::rules::{Done, Requirements, earned};
use crate::training::learning::rules::answers::{Given, passes, score, total};
use crate::training::learning::rules::evaluation::{self, FEWEST, Marks};
use crate::training::learning::rules::of_column;
use crate::training::learning::rules::questions::{self, Content};
use crate::training::learning::rules::tests::{Terms, check};
use entity::question::Kind;
use entity::registration::State;
use entity::session_test::Stage;
use entity::training_session;
use std::collections::BTreeSet;

#[test]
fn questions_of_the_bank_could_have_been_written() {
    for question in &TRAINING.question {
        let content = Content {
            kind: question.kind,
            text: question.text.clone(),
            options: question.options.clone(),
            right: Vec::new(),
            expected: question.expected.clone(),
            points: question.points,
            topic: question.topic.clone(),
            indicator_set: None,
        };
        let right: Vec<i32> = question.right.iter().map(|at| *at as i32).collect();
        let kept = questions::check(content, &right).expect("it is in order");
        assert_eq!(kept.right, question.right, "{}", question.text);
    }
}

#[tokio::test]
async fn places_are_given_out_in_order_and_sessions_are_in_every_state_that_lists_show() {
    let rows = filled().await;
    let state = |state| of(&rows.sessions, move |row: &training_session::Model| row.state == state).count();
    assert_eq!(
        [training_session::State::Completed, training_session::State::Open, training_session::State::Draft].map(state),
        // Nineteen of three years, and six of late.
        [19 + 6, 2, 1]
    );
    for session in &rows.sessions {
        let placed: Vec<_> =
            of(&rows.registrations, |row| row.session_id == session.id && row.state == State::Registered).collect();
        assert_eq!(placed.len(), usize::try_from(session.taken).expect("none below zero"));
        assert!(session.taken <= session.capacity && session.starts_at < session.ends_at);
        let waiting = of(&rows.registrations, |row| row.session_id == session.id && row.state == State::Waiting);
        for row in waiting {
            assert!(session.taken == session.capacity && placed.iter().all(|placed| placed.id < row.id));
        }
        let members: Vec<_> = placed.iter().filter_map(|row| row.membership_id).collect();
        assert_eq!(members.iter().collect::<BTreeSet<_>>().len(), members.len(), "nobody twice");
    }
    let waited = of(&rows.registrations, |row| row.state == State::Waiting);
    let sessions: BTreeSet<_> = waited.map(|row| row.session_id).collect();
    let to_come = of(&rows.sessions, |row| row.state == training_session::State::Open);
    assert!(to_come.into_iter().any(|row| sessions.contains(&row.id)), "somebody waits for a session to come");
}

#[tokio::test]
async fn tests_were_taken_in_time_and_are_worth_what_was_answered() {
    let rows = filled().await;
    assert!(rows.tests.len() >= 12 && rows.attempts.len() > 100, "{} {}", rows.tests.len(), rows.attempts.len());
    for test in &rows.tests {
        let (attempts, minutes, pass_percent) = (test.attempts, test.minutes, test.pass_percent);
        let terms = Terms { attempts, minutes, pass_percent, opens_at: test.opens_at, closes_at: test.closes_at };
        let asked = of(&rows.asked, |row| row.test_id == test.id).count();
        assert_eq!(check(&terms, asked), Ok(()));
        for attempt in of(&rows.attempts, |row| row.test_id == test.id) {
            assert!(test.opens_at <= attempt.started_at && attempt.submitted_at <= Some(test.closes_at));
            assert_eq!(attempt.passed, passes(attempt.points, attempt.out_of, test.pass_percent));
            let by = of(&rows.registrations, |row| row.id == attempt.registration_id).next().expect("it is there");
            assert_eq!(attempt.on_paper, by.membership_id.is_none());
            let result = of(&rows.results, |row| row.attempt_id == attempt.id).next().expect("it has one");
            assert_eq!((result.points, result.passed), (attempt.points, attempt.passed));
            if !attempt.on_paper {
                let given: Vec<Given> = of_column(&attempt.answers);
                let scores: Vec<Option<i32>> = of_column(&attempt.scores);
                assert_eq!(total(&scores), (attempt.points, 0));
                let graded = TRAINING.question.iter().zip(given.iter().zip(&scores));
                for (question, (given, points)) in graded.filter(|(question, _)| question.kind != Kind::FreeText) {
                    assert_eq!(score(question.kind, &question.right, question.points, given), *points);
                }
            }
        }
    }
    let average = |stage| {
        let of_stage = |test| rows.tests.iter().any(|row| row.id == test && row.stage == stage);
        let points: Vec<i32> = of(&rows.results, |row| of_stage(row.test_id)).map(|row| row.points).collect();
        f64::from(points.iter().sum::<i32>()) / points.len() as f64
    };
    assert!(average(Stage::After) > average(Stage::Before) + 2.0, "something was learned");
}

#[tokio::test]
async fn certificates_are_those_that_were_earned() {
    let rows = filled().await;
    let mut number = 0;
    for session in of(&rows.sessions, |row| row.state == training_session::State::Completed) {
        let days = of(&rows.days, |day| day.session_id == session.id).count();
        let (attendance_percent, test) = (session.attendance_percent, session.certificate_needs_test);
        let required = Requirements { days, attendance_percent, test };
        for participant in of(&rows.registrations, |row| row.session_id == session.id) {
            let after = |test| rows.tests.iter().any(|row| row.id == test && row.stage == Stage::After);
            let results = of(&rows.results, |row| row.registration_id == participant.id);
            let attended = of(&rows.attendances, |row| row.registration_id == participant.id && was_there(row.mark));
            let done = Done {
                attended: attended.count(),
                passed: results.into_iter().any(|row| row.passed && after(row.test_id)),
            };
            let certificates: Vec<_> = of(&rows.certificates, |row| row.registration_id == participant.id).collect();
            assert_eq!(certificates.len(), usize::from(earned(required, done).is_ok()), "{}", session.title);
            for certificate in certificates {
                number += 1;
                assert_eq!(ids::normalise_reference("UV", &certificate.number).as_ref(), Some(&certificate.number));
                assert!(
                    certificate.issued_at > session.ends_at
                        && certificate.organisation_id == participant.organisation_id
                );
                let content =
                    of(&rows.contents, |row| row.certificate_id == certificate.id).next().expect("it has one");
                assert_eq!((&content.holder, &content.title), (&participant.name, &session.title));
            }
        }
    }
    assert!(number > 80 && number < rows.registrations.len(), "{number}");
}

#[tokio::test]
async fn evaluations_are_whole_and_members_alone_gave_them() {
    let rows = filled().await;
    for evaluation in &rows.evaluations {
        let marks: Vec<(String, i32)> = of_column::<Marks>(&evaluation.marks).into_iter().collect();
        assert!(evaluation::check(&marks, &evaluation.comment).is_ok());
    }
    let (mut shown, mut kept) = (0, 0);
    for session in &rows.evaluated {
        let given = of(&rows.evaluations, |row| row.session_id == session.session_id).count();
        let by: Vec<_> = of(&rows.answered, |row| row.session_id == session.session_id).collect();
        assert_eq!(given, by.len());
        let member = |key| rows.registrations.iter().any(|row| row.id == key && row.membership_id.is_some());
        assert!(by.iter().all(|row| member(row.registration_id)));
        *(if given >= FEWEST { &mut shown } else { &mut kept }) += 1;
    }
    assert!(shown > 5 && kept > 0, "some sessions show results, some have too few: {shown}, {kept}");
}
