//! Keeping the bank, setting tests and taking them.

use super::*;
use crate::access::Viewer;
use crate::error::Fault;
use crate::testing::assert_fault;
use crate::training::learning::job;

fn codes(refused: &[(String, String)]) -> Vec<(&str, &str)> {
    refused.iter().map(|(code, path)| (&**code, &**path)).collect()
}

#[tokio::test]
async fn a_new_version_retires_the_one_before_and_tests_go_on_asking_that() {
    let course = Course::new().await;
    let bank = course.bank().await;
    course.set(&bank, json!({})).await;
    let revise = "mutation($input: ReviseQuestionInput!) { reviseQuestion(input: $input) {
        question { id version text } userErrors { code field } } }";
    let question = json!({ "kind": "ONE", "text": "Which?", "options": ["x", "y"], "rightOptions": [0] });
    let input = json!({ "idempotencyKey": "revise-once", "questionId": bank[0], "question": question });
    let revised = course.done("tanja", revise, input.clone()).await["question"].clone();
    assert_eq!((revised["version"].as_i64(), revised["text"].as_str()), (Some(2), Some("Which?")));
    assert_eq!(course.done("tanja", revise, input.clone()).await["question"]["id"], revised["id"]);
    let mut again = input;
    again["idempotencyKey"] = json!("revise-twice");
    assert_eq!(codes(&course.refused("tanja", revise, again).await), [("WRONG_STATE", "questionId")]);
    let session = json!({ "session": course.session });
    let document = "query($session: ID!) { sessionTests(sessionId: $session) { questions { text } } }";
    let tests = course.world.ask("tanja", document, session.clone()).await;
    assert_eq!(tests["sessionTests"][0]["questions"][0]["text"], "one?");
    // Whoever takes part sees the test, and nothing that it asks.
    let tests = course.world.ask("ana", document, session).await;
    assert_eq!(tests["sessionTests"], json!([{ "questions": null }]));
    // A test asks no retired question.
    let refused = course.refused("tanja", SET, course.test(&bank, json!({}))).await;
    assert_eq!(codes(&refused), [("WRONG_STATE", "questionIds.0")]);
    let listed = "{ questions(filter: { retired: false }) { totalCount } }";
    assert_eq!(course.world.ask("tanja", listed, json!({})).await["questions"]["totalCount"], 4);
    for name in ["ana", "aca", "sava", "alma"] {
        assert_fault(&course.world.execute(name, listed, json!({})).await, Fault::NotFound);
    }
}

#[tokio::test]
async fn a_test_is_taken_graded_and_its_result_seen_by_those_who_may() {
    let course = Course::new().await;
    let test = course.set(&course.bank().await, json!({})).await;
    let attempt = course.start("ana", &test, "start-ana").await;
    assert_eq!(
        (&attempt["state"], &attempt["outOf"], &attempt["points"]),
        (&json!("RUNNING"), &json!(10), &json!(null))
    );
    let mut answers = all_right(&attempt);
    let input = json!({ "attemptId": attempt["id"], "answers": answers });
    let saved = course.done("ana", SAVE, input).await["attempt"].clone();
    assert_eq!((&saved["points"], &saved["passed"]), (&json!(null), &json!(null)), "nothing is told before the end");
    assert_eq!(saved["questions"][1]["choices"], answers[1]["choices"], "choices are seen as they were made");
    // The same options in the same order, however often it is read.
    let again = course.start("ana", &test, "start-again").await;
    assert_eq!(again["questions"], json!(course.read("ana", &attempt).await["questions"]));
    answers = vec![json!({ "position": 3, "text": "fear" })];
    let input = json!({ "attemptId": attempt["id"], "answers": answers });
    let submitted = course.done("ana", SUBMIT, input.clone()).await["attempt"].clone();
    assert_eq!(submitted, json!({ "state": "WAITING", "points": null, "passed": null, "ungraded": 1 }));
    assert_eq!(codes(&course.refused("ana", SUBMIT, input).await), [("WRONG_STATE", "attemptId")]);
    let grade = |points: i32| json!({ "attemptId": attempt["id"], "position": 3, "points": points });
    assert_eq!(codes(&course.refused("tanja", GRADE, grade(5)).await), [("INVALID", "points")]);
    let graded = course.done("tanja", GRADE, grade(3)).await["attempt"].clone();
    assert_eq!(graded, json!({ "state": "FINISHED", "points": 9, "passed": true, "ungraded": 0 }));
    let seen = course.read("tanja", &attempt).await;
    assert_eq!((&seen["questions"][3]["answer"], &seen["questions"][3]["score"]), (&json!("fear"), &json!(3)));
    assert_eq!(course.read("ana", &attempt).await["questions"][3]["score"], json!(null));
    for stranger in ["ada", "aca", "boris", "sava"] {
        assert_eq!(course.read(stranger, &attempt).await, json!(null), "{stranger}");
    }
    let id = attempt["id"].as_str().expect("an id");
    let audited = course.world.audited(id).await;
    let expected = [Action::TestStarted, Action::AnswersSaved, Action::TestSubmitted, Action::AnswerGraded];
    assert_eq!(
        audited.iter().filter(|action| **action != Action::AnswersRead).collect::<Vec<_>>(),
        expected.iter().collect::<Vec<_>>()
    );
    assert!(audited.contains(&Action::AnswersRead), "a trainer's reading is known");
    for (name, points, rows) in [
        ("ana", json!(9), 1),
        ("aca", json!(null), 1),
        ("tanja", json!(9), 1),
        ("ada", json!(0), 0),
        ("boris", json!(0), 0),
    ] {
        let results = course.world.ask(name, RESULTS, json!({ "session": course.session })).await;
        let nodes = results["testResults"]["nodes"].as_array().expect("rows").clone();
        assert_eq!(nodes.len(), rows, "{name}");
        if let Some(node) = nodes.first() {
            assert_eq!((&node["points"], &node["passed"]), (&points, &json!(true)), "{name}");
        }
    }
}

#[tokio::test]
async fn a_test_is_taken_within_its_window_its_attempts_and_its_session() {
    let course = Course::new().await;
    let bank = course.bank().await;
    let now = Clock::system().now();
    let start = |test: &str, key: &str| json!({ "idempotencyKey": key, "testId": test });
    let early = json!({ "opensAt": now + TimeDelta::minutes(5) });
    let test = course.set(&bank, early).await;
    assert_eq!(codes(&course.refused("ana", START, start(&test, "too-early")).await), [("WRONG_STATE", "testId")]);
    let late = json!({ "closesAt": now - TimeDelta::minutes(5) });
    assert_eq!(course.set(&bank, late).await, test, "nobody has taken it, so that it is changed");
    assert_eq!(codes(&course.refused("ana", START, start(&test, "too-late-")).await), [("WRONG_STATE", "testId")]);
    course.set(&bank, json!({ "attempts": 2 })).await;
    for number in 1..=2 {
        let attempt = course.start("ana", &test, &format!("attempt-{number}")).await;
        assert_eq!(attempt["number"], number);
        let answers = if number == 1 { all_right(&attempt) } else { Vec::new() };
        let input = json!({ "attemptId": attempt["id"], "answers": answers });
        assert_eq!(course.done("ana", SUBMIT, input).await["attempt"]["points"], if number == 1 { 6 } else { 0 });
    }
    assert_eq!(codes(&course.refused("ana", START, start(&test, "attempt-3")).await), [("WRONG_STATE", "testId")]);
    assert_eq!(course.start("ana", &test, "attempt-1").await["number"], 1, "the same key answers the same");
    let results = course.world.ask("ana", RESULTS, json!({ "session": course.session })).await;
    assert_eq!(results["testResults"]["nodes"][0]["points"], 6, "the best attempt counts");
    // It was taken: it stays what it is.
    assert_eq!(
        codes(&course.refused("tanja", SET, course.test(&bank, json!({}))).await),
        [("WRONG_STATE", "sessionId")]
    );
    // Boris sees the session and has a place; Ana's attempt is not his.
    let others = json!({ "attemptId": course.start("boris", &test, "boris-start").await["id"], "answers": [] });
    assert_eq!(codes(&course.refused("ana", SUBMIT, others.clone()).await), [("NOT_FOUND", "attemptId")]);
    course.put_into(State::Completed).await;
    assert_eq!(codes(&course.refused("ada", START, start(&test, "completed")).await), [("WRONG_STATE", "testId")]);
    course.put_into(State::Draft).await;
    assert_eq!(
        codes(&course.refused("pavle", START, start("session_test_nothing", "no-test--")).await),
        [("NOT_FOUND", "testId")]
    );
}

#[tokio::test]
async fn who_has_no_place_and_what_is_of_another_shape_is_refused() {
    let course = Course::new().await;
    let bank = course.bank().await;
    let test = course.set(&bank, json!({})).await;
    let start = json!({ "idempotencyKey": "start-no-place", "testId": test });
    let withdrawn = course.place("ada").to_owned();
    let key = ids::decode(ObjectType::Registration, &withdrawn).expect("a registration");
    let write = course.world.service(Purpose::Demonstration).begin().await.expect("begins");
    let before = write.find::<registration::Entity>().by_key(key).one().await.expect("found").expect("one");
    let after = registration::Model { state: registration::State::Withdrawn, ..before.clone() };
    write.update::<registration::Entity>(&before, after, Action::DemonstrationFilled).await.expect("updates");
    write.commit().await.expect("commits");
    assert_eq!(codes(&course.refused("ada", START, start.clone()).await), [("WRONG_STATE", "testId")]);
    for name in ["tanja", "sava", "alma", "iva"] {
        assert_fault(&course.world.execute(name, START, json!({ "input": start })).await, Fault::NotFound);
    }
    let attempt = course.start("ana", &test, "start-ana").await;
    for (answer, path) in [
        (json!({ "position": 4 }), "answers.0.position"),
        (json!({ "position": 0, "choices": [0, 1] }), "answers.0.choices"),
        (json!({ "position": 0, "choices": [3] }), "answers.0.choices.0"),
        (json!({ "position": 2, "choices": [0] }), "answers.0.choices"),
        (json!({ "position": 1, "text": "b" }), "answers.0.text"),
        (json!({ "position": 3, "choices": [0] }), "answers.0.choices.0"),
        (json!({ "position": 3, "text": "\u{0}" }), "answers.0.text"),
    ] {
        let input = json!({ "attemptId": attempt["id"], "answers": [answer] });
        for document in [SAVE, SUBMIT] {
            assert_eq!(codes(&course.refused("ana", document, input.clone()).await), [("INVALID", path)], "{answer}");
        }
    }
    let many: Vec<Value> = (0..101).map(|position| json!({ "position": position })).collect();
    let input = json!({ "attemptId": attempt["id"], "answers": many });
    assert_eq!(codes(&course.refused("ana", SUBMIT, input).await), [("TOO_LONG", "answers")]);
}

#[tokio::test]
async fn an_attempt_whose_time_is_over_is_closed_with_what_was_saved() {
    let course = Course::new().await;
    let test = course.set(&course.bank().await, json!({ "attempts": 2 })).await;
    let attempt = course.start("ana", &test, "start-one").await;
    let saved = json!({ "attemptId": attempt["id"], "answers": [answer(&attempt, 0, &["b"])] });
    course.done("ana", SAVE, saved).await;
    course.let_end(&attempt, TimeDelta::minutes(1)).await;
    assert_eq!(course.read("ana", &attempt).await["state"], "FINISHED", "it has ended before anybody wrote that down");
    let late = json!({ "attemptId": attempt["id"], "answers": all_right(&attempt) });
    assert_eq!(codes(&course.refused("ana", SUBMIT, late).await), [("WRONG_STATE", "attemptId")]);
    let read = course.read("ana", &attempt).await;
    assert_eq!((&read["points"], &read["questions"][1]["choices"]), (&json!(1), &json!([])));
    // Just over: what was sent in time may be slow.
    let attempt = course.start("ana", &test, "start-two").await;
    course.let_end(&attempt, TimeDelta::seconds(5)).await;
    let input = json!({ "attemptId": attempt["id"], "answers": all_right(&attempt) });
    assert_eq!(course.done("ana", SUBMIT, input).await["attempt"]["points"], 6);
    // Nobody comes back to it: the service ends it, once.
    let attempt = course.start("boris", &test, "start-boris").await;
    let saved = json!({ "attemptId": attempt["id"], "answers": [answer(&attempt, 1, &["a", "c"])] });
    course.done("boris", SAVE, saved).await;
    let service = || async {
        let scope = course.world.service(Purpose::Grading);
        assert!(scope.viewer().membership().is_none() && Viewer::service(Purpose::Grading).roles().is_empty());
        job::run(&scope, scope.now()).await.expect("runs")
    };
    assert_eq!(service().await, 0);
    course.let_end(&attempt, TimeDelta::minutes(1)).await;
    assert_eq!(service().await, 1);
    assert_eq!(service().await, 0);
    let results = course.world.ask("boris", RESULTS, json!({ "session": course.session })).await;
    assert_eq!(
        results["testResults"]["nodes"],
        json!([{
            "registration": { "id": course.place("boris"), "name": "boris" }, "passed": false, "points": 2,
        }])
    );
    assert_eq!(course.read("tanja", &attempt).await["questions"][1]["score"], 2, "what was answered can still be read");
}

impl Course {
    async fn read(&self, name: &str, attempt: &Value) -> Value {
        let document = "query($id: ID!) { testAttempt(id: $id) {
            state points questions { position kind text options choices answer score } } }";
        self.world.ask(name, document, json!({ "id": attempt["id"] })).await["testAttempt"].clone()
    }
}
