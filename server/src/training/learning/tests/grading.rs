//! Results from paper, and what a group learned.

use super::*;
use crate::error::Fault;
use crate::testing::assert_fault;

const LEARNING: &str = "query($session: ID!) { sessionLearning(sessionId: $session) {
    persons gain { before after gain normalisedGain } participants { registration { name } gain { gain } }
    questions { text before { answers difficulty discrimination } after { answers difficulty } } } }";

impl Course {
    async fn record(&self, test: &str, name: &str, points: i32) -> Value {
        let input = json!({ "testId": test, "registrationId": self.place(name), "points": points });
        self.done("tanja", RECORD, input).await
    }

    async fn learning(&self, name: &str) -> Value {
        self.world.ask(name, LEARNING, json!({ "session": self.session })).await["sessionLearning"].clone()
    }
}

#[tokio::test]
async fn a_trainer_enters_and_corrects_results_from_paper() {
    let course = Course::new().await;
    let test = course.set(&course.bank().await, json!({})).await;
    let entered = course.record(&test, "vera", 5).await;
    let expected = json!({ "state": "FINISHED", "onPaper": true, "points": 5, "passed": false });
    assert_eq!(entered["attempt"], expected);
    assert_eq!(course.record(&test, "vera", 6).await["attempt"]["passed"], true);
    let results = course.world.ask("aca", RESULTS, json!({ "session": course.session })).await;
    assert_eq!(results["testResults"]["nodes"][0]["passed"], true, "one result, as corrected");
    assert_eq!(results["testResults"]["nodes"].as_array().map(Vec::len), Some(1));
    for points in [-1, 11] {
        assert_eq!(course.record(&test, "vera", points).await["userErrors"][0]["code"], "INVALID");
    }
    course.start("ana", &test, "start-ana").await;
    assert_eq!(course.record(&test, "ana", 6).await["userErrors"][0]["code"], "WRONG_STATE");
    let input = json!({ "testId": test, "registrationId": "registration_nothing", "points": 1 });
    assert_eq!(course.refused("tanja", RECORD, input.clone()).await[0].1, "registrationId");
    for name in ["ana", "aca", "sava"] {
        assert_fault(&course.world.execute(name, RECORD, json!({ "input": input })).await, Fault::NotFound);
    }
    course.put_into(State::Completed).await;
    assert_eq!(course.record(&test, "vera", 7).await["userErrors"][0]["code"], "WRONG_STATE");
}

#[tokio::test]
async fn a_supervisor_sees_what_a_group_learned_and_nobodys_result() {
    let course = Course::new().await;
    let bank = course.bank().await;
    let before = course.set(&bank, json!({})).await;
    let after = course.set(&bank, json!({ "stage": "AFTER" })).await;
    for (name, first, second) in [("ana", 4, 7), ("ada", 6, 9), ("aca", 5, 5), ("boris", 0, 10)] {
        course.record(&before, name, first).await;
        course.record(&after, name, second).await;
    }
    course.record(&before, "pavle", 1).await;
    let seen = course.learning("sava").await;
    assert_eq!(
        seen,
        json!({ "persons": 4, "gain": null, "participants": null, "questions": null }),
        "four are too few"
    );
    let seen = course.learning("tanja").await;
    assert_eq!(seen["gain"], json!({ "before": 37.5, "after": 77.5, "gain": 40.0, "normalisedGain": 0.64 }));
    assert_eq!(seen["participants"][3], json!({ "registration": { "name": "boris" }, "gain": { "gain": 100.0 } }));
    assert_eq!(seen["questions"][0]["before"], json!({ "answers": 0, "difficulty": null, "discrimination": null }));
    course.record(&after, "pavle", 6).await;
    let seen = course.learning("sava").await;
    assert_eq!((&seen["persons"], &seen["gain"]["gain"]), (&json!(5), &json!(42.0)));
    let results = course.world.execute("sava", RESULTS, json!({ "session": course.session })).await;
    assert_fault(&results, Fault::NotFound);
    for name in ["ana", "aca", "alma", "petar"] {
        assert_fault(
            &course.world.execute(name, LEARNING, json!({ "session": course.session })).await,
            Fault::NotFound,
        );
    }
    let year = chrono::Datelike::year(&Clock::system().now());
    let counts = "query($year: Int!) { testCounts(year: $year) { stage taken passed } }";
    let counts = course.world.ask("alma", counts, json!({ "year": year })).await;
    assert_eq!(
        counts["testCounts"],
        json!([
            { "stage": "BEFORE", "taken": 5, "passed": 1 }, { "stage": "AFTER", "taken": 5, "passed": 4 },
        ])
    );
}

#[tokio::test]
async fn questions_show_how_many_answer_them_right() {
    let course = Course::new().await;
    let test = course.set(&course.bank().await, json!({})).await;
    for (name, right) in [("ana", true), ("ada", true), ("boris", false), ("pavle", false)] {
        let attempt = course.start(name, &test, &format!("start-{name}")).await;
        let answers = if right { all_right(&attempt) } else { vec![answer(&attempt, 0, &["b"])] };
        course.done(name, SUBMIT, json!({ "attemptId": attempt["id"], "answers": answers })).await;
    }
    let questions = course.learning("tanja").await["questions"].clone();
    let difficulty = |at: usize| questions[at]["before"]["difficulty"].as_f64().expect("a share");
    assert_eq!([0, 1, 2, 3].map(difficulty), [1.0, 0.5, 0.5, 0.0]);
    assert_eq!(questions[0]["before"]["discrimination"], json!(null), "four answers say nothing");
    assert_eq!(questions[0]["after"], json!(null));
}
