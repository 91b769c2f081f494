//! Anonymous evaluation.

use super::*;
use crate::error::Fault;
use crate::testing::assert_fault;
use entity::{audit_event, evaluation, idempotency_key};

const OPEN: &str = "mutation($input: OpenEvaluationInput!) { openEvaluation(input: $input) {
    evaluation { closesAt } userErrors { code field } } }";
const CLOSE: &str = "mutation($input: CloseEvaluationInput!) { closeEvaluation(input: $input) {
    evaluation { closesAt } userErrors { code field } } }";
const EVALUATE: &str = "mutation($input: EvaluateSessionInput!) { evaluateSession(input: $input) {
    sessionId userErrors { code field } } }";
const SEEN: &str = "query($session: ID!) { sessionEvaluation(sessionId: $session) { answeredByYou answers
    results { questions { code average distribution } comments } pending { registration { name } } } }";

impl Course {
    async fn open(&self) {
        let closes_at = Clock::system().now() + TimeDelta::days(14);
        let input = json!({ "sessionId": self.session, "closesAt": closes_at });
        assert_eq!(self.done("tanja", OPEN, input).await["userErrors"], json!([]));
    }

    async fn evaluation(&self, mark: i32, comment: &str) -> Value {
        let questions = self.world.ask("ana", "{ evaluationQuestions { code text } }", json!({})).await;
        let questions = questions["evaluationQuestions"].as_array().expect("questions").clone();
        let marks: Vec<Value> = questions.iter().map(|it| json!({ "code": it["code"], "mark": mark })).collect();
        json!({ "sessionId": self.session, "marks": marks, "comment": comment })
    }

    async fn seen(&self, name: &str) -> Value {
        self.world.ask(name, SEEN, json!({ "session": self.session })).await["sessionEvaluation"].clone()
    }
}

#[tokio::test]
async fn what_was_said_is_shown_when_it_is_over_and_from_five_answers_on() {
    let course = Course::new().await;
    let input = course.evaluation(5, "").await;
    assert_eq!(course.refused("ana", EVALUATE, input.clone()).await[0].0, "WRONG_STATE", "it is not open yet");
    course.open().await;
    assert_eq!(course.seen("tanja").await["pending"].as_array().map(Vec::len), Some(5), "nobody has answered");
    for (at, name) in ["ana", "ada", "aca", "boris", "pavle"].into_iter().enumerate() {
        let mark = i32::try_from(at).expect("small") + 1;
        let input = course.evaluation(mark, &format!("comment {mark}")).await;
        assert_eq!(course.done(name, EVALUATE, input.clone()).await["userErrors"], json!([]));
        assert_eq!(course.refused(name, EVALUATE, input).await[0].0, "TAKEN");
        let seen = course.seen("tanja").await;
        assert_eq!((&seen["answers"], &seen["results"]), (&json!(at + 1), &json!(null)), "nobody sees one arrive");
        assert_eq!(seen["pending"].is_null(), at + 1 < 5, "one name missing would tell whose answer is there");
    }
    assert_eq!(
        course.seen("ana").await,
        json!({ "answeredByYou": true, "answers": null, "results": null, "pending": null })
    );
    assert_eq!(course.seen("sava").await["pending"], json!(null));
    course.done("tanja", CLOSE, json!({ "sessionId": course.session })).await;
    for name in ["tanja", "sava"] {
        let seen = course.seen(name).await;
        assert_eq!(seen["pending"], json!(null));
        assert_eq!(
            seen["results"]["questions"][0],
            json!({ "code": "content", "average": 3.0, "distribution": [1, 1, 1, 1, 1] })
        );
        let mut comments: Vec<&str> =
            seen["results"]["comments"].as_array().expect("comments").iter().filter_map(Value::as_str).collect();
        comments.sort_unstable();
        assert_eq!(comments, ["comment 1", "comment 2", "comment 3", "comment 4", "comment 5"]);
    }
    assert_eq!(course.seen("aca").await["results"], json!(null));
    let again = json!({ "sessionId": course.session, "closesAt": Clock::system().now() + TimeDelta::days(1) });
    assert_eq!(course.refused("tanja", OPEN, again).await[0].0, "WRONG_STATE", "it is not opened again");
}

#[tokio::test]
async fn fewer_than_five_answers_are_never_shown() {
    let course = Course::new().await;
    course.open().await;
    for name in ["ana", "ada", "aca", "boris"] {
        course.done(name, EVALUATE, course.evaluation(1, "alone").await).await;
    }
    course.done("tanja", CLOSE, json!({ "sessionId": course.session })).await;
    for name in ["tanja", "sava"] {
        let seen = course.seen(name).await;
        assert_eq!((&seen["answers"], &seen["results"], &seen["pending"]), (&json!(4), &json!(null), &json!(null)));
    }
    assert_eq!(course.refused("pavle", EVALUATE, course.evaluation(1, "late").await).await[0].0, "WRONG_STATE");
}

#[tokio::test]
async fn nothing_that_is_kept_leads_from_an_answer_to_whoever_gave_it() {
    let course = Course::new().await;
    course.open().await;
    for name in ["ana", "boris"] {
        course.done(name, EVALUATE, course.evaluation(4, "fine").await).await;
    }
    let scope = course.world.service(Purpose::Demonstration);
    let rows = scope.find::<evaluation::Entity>().all().await.expect("rows");
    let centre = course.world.scope("tanja").await.viewer().organisation_id();
    for row in &rows {
        assert_eq!((row.id.get_version_num(), row.organisation_id), (4, centre));
    }
    let keys: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let audited = course.world.scope("petar").await.find::<audit_event::Entity>().all().await.expect("rows");
    assert!(audited.iter().any(|row| row.action == Action::SessionEvaluated.as_str()));
    assert!(!audited.iter().any(|row| row.object_id.is_some_and(|key| keys.contains(&key)) || row.reason.is_some()));
    let own = course.world.scope("ana").await.find::<idempotency_key::Entity>().all().await.expect("rows");
    assert!(own.is_empty(), "a key would hold a digest of the answer beside the member");
    assert!(course.world.scope("ana").await.find::<evaluation::Entity>().all().await.expect("rows").is_empty());
}

#[tokio::test]
async fn evaluations_of_a_wrong_shape_and_by_others_are_refused() {
    let course = Course::new().await;
    course.open().await;
    let good = course.evaluation(3, "").await;
    let with = |name: &str, value: Value| {
        let mut input = good.clone();
        input[name] = value;
        input
    };
    for (input, path) in [
        (with("marks", json!([])), "marks"),
        (with("marks", json!([{ "code": "content", "mark": 0 }])), "marks.0.mark"),
        (with("marks", json!([{ "code": "other", "mark": 3 }])), "marks.0.code"),
        (with("comment", json!("a".repeat(2_001))), "comment"),
        (with("sessionId", json!("training_session_nothing")), "sessionId"),
    ] {
        assert_eq!(course.refused("ana", EVALUATE, input).await[0].1, path);
    }
    for name in ["tanja", "sava", "alma", "iva"] {
        assert_fault(&course.world.execute(name, EVALUATE, json!({ "input": good })).await, Fault::NotFound);
    }
    let now = Clock::system().now();
    for closes_at in [now - TimeDelta::minutes(1), now + TimeDelta::days(91)] {
        let input = json!({ "sessionId": course.session, "closesAt": closes_at });
        assert_eq!(course.refused("tanja", OPEN, input).await, [("INVALID".to_owned(), "closesAt".to_owned())]);
    }
}
