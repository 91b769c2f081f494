//! The whole path, from a partner's report to the Centre's decision.

use super::*;
use crate::access::Action;

async fn answer_the_question(world: &World, name: &str, report: &str) {
    let messages = read(world, name, report, "messages { nodes { id kind text author { name } } }").await;
    let request = &messages["nodes"][0];
    assert_eq!(request["kind"], "REQUEST");
    assert_eq!(request["author"], Value::Null, "a partner sees no names of the Centre's staff");
    let input =
        json!({ "idempotencyKey": "the-answer", "reportId": report, "messageId": request["id"], "text": "Да." });
    let answer = world
        .ask(
            name,
            "mutation($input: AnswerInformationRequestInput!) { answerInformationRequest(input: $input) {
                report { status } userErrors { message } } }",
            json!({ "input": input }),
        )
        .await;
    assert_eq!(answer["answerInformationRequest"]["report"]["status"], "IN_ASSESSMENT");
}

#[tokio::test]
async fn a_report_travels_from_a_school_to_the_centres_decision() {
    let world = World::new().await;
    let report = submit(&world, "ana", about(2)).await;
    assert_eq!(read(&world, "ana", &report, "status").await, "RECEIVED");
    let assigned = assign(&world, "iva", &report, "goran").await;
    assert_eq!((&assigned["state"], &assigned["assignee"]["name"]), (&json!("IN_TRIAGE"), &json!("goran")));
    let question = json!({ "idempotencyKey": "a-question", "question": "Да ли је сама?" });
    let asked = step(&world, "goran", "requestInformation", &report, question).await;
    assert_eq!(asked["state"], "MORE_INFORMATION_NEEDED");
    assert_eq!(read(&world, "ana", &report, "status").await, "MORE_INFORMATION_NEEDED");
    answer_the_question(&world, "ana", &report).await;
    let reason = json!({ "idempotencyKey": "accepting", "reason": "Знаци су јасни." });
    let accepted = step(&world, "goran", "acceptReport", &report, reason).await;
    assert_eq!(accepted["state"], "ACCEPTED");
    assert_eq!(
        read(&world, "ana", &report, "status").await,
        "IN_ASSESSMENT",
        "an outcome is not the partner's to know"
    );

    let events =
        read(&world, "goran", &report, "events { nodes { transition from to actor { name } reason } totalCount }")
            .await;
    let steps: Vec<(String, String)> = events["nodes"]
        .as_array()
        .expect("events")
        .iter()
        .map(|event| (text(&event["transition"]), text(&event["actor"]["name"])))
        .collect();
    let steps: Vec<(&str, &str)> = steps.iter().map(|(what, who)| (&**what, &**who)).collect();
    assert_eq!(
        steps,
        [
            ("SUBMIT", "ana"),
            ("ASSIGN", "iva"),
            ("REQUEST_INFORMATION", "goran"),
            ("ANSWER", "ana"),
            ("ACCEPT", "goran")
        ]
    );
    assert_eq!(events["nodes"][4]["reason"], "Знаци су јасни.");
    let written: Vec<Action> = world.audited(&report).await.into_iter().filter(|a| *a != Action::ReportRead).collect();
    assert_eq!(
        written,
        [
            Action::ReportSubmitted,
            Action::ReportAssigned,
            Action::InformationRequested,
            Action::InformationAnswered,
            Action::ReportAccepted
        ]
    );
}

#[tokio::test]
async fn each_person_gets_one_case_and_a_supervisor_decides() {
    let world = World::new().await;
    let report = submit(&world, "ana", about(2)).await;
    assign(&world, "iva", &report, "goran").await;
    let input = json!({ "idempotencyKey": "accepting", "reportId": report, "revision": 2, "reason": "Јасно." });
    for _ in 0..2 {
        let answer = send(&world, "goran", "acceptReport", input.clone()).await;
        assert_eq!(answer["report"]["state"], "ACCEPTED", "{answer}");
    }
    let cases = read(
        &world,
        "goran",
        &report,
        "cases { id reference identification caseWorker { name } person { pseudonym } }",
    )
    .await;
    let cases = cases.as_array().expect("cases").clone();
    assert_eq!(cases.len(), 2, "sent twice, accepted once");
    assert_eq!(cases[0]["caseWorker"]["name"], "goran");
    assert_eq!(cases[1]["person"]["pseudonym"], "лице 1");
    assert!(text(&cases[0]["reference"]).starts_with("PR-"));
    let id = text(&cases[0]["id"]);
    assert_eq!(world.audited(&id).await, [Action::CaseOpened]);

    let decided = decide(&world, "sava", &id, 1, "IDENTIFIED", &["FORCED_BEGGING", "FORCED_LABOUR"]).await;
    assert_eq!(decided["case"]["identification"], "IDENTIFIED");
    assert_eq!(decided["case"]["exploitationForms"], json!(["FORCED_LABOUR", "FORCED_BEGGING"]));
    assert_eq!(decided["case"]["decidedBy"]["name"], "sava");
    let stale = decide(&world, "sava", &id, 1, "NOT_IDENTIFIED", &[]).await;
    assert_eq!(stale["userErrors"][0]["code"], "STALE");
    let changed = decide(&world, "sava", &id, 2, "NOT_IDENTIFIED", &[]).await;
    assert_eq!(changed["case"]["exploitationForms"], json!([]));
    assert_eq!(world.audited(&id).await[1..], [Action::IdentificationDecided; 2]);
    let mine = "{ cases(filter: { mine: true, identification: PENDING }) { nodes { id } totalCount } }";
    assert_eq!(world.ask("goran", mine, json!({})).await["cases"]["totalCount"], 1);
    assert_eq!(world.ask("gorica", mine, json!({})).await["cases"]["totalCount"], 0);
}

async fn decide(world: &World, name: &str, case: &str, revision: i32, outcome: &str, forms: &[&str]) -> Value {
    let document = "mutation($input: DecideIdentificationInput!) { decideIdentification(input: $input) {
        case { identification exploitationForms decidedBy { name } } userErrors { code field } } }";
    let input = json!({ "caseId": case, "revision": revision, "outcome": outcome, "exploitationForms": forms, "reason": "Процена." });
    world.ask(name, document, json!({ "input": input })).await["decideIdentification"].clone()
}

#[tokio::test]
async fn forms_belong_to_an_identified_person_only() {
    let world = World::new().await;
    let (report, case) = accepted(&world).await;
    for (outcome, forms, code) in [("IDENTIFIED", &[][..], "REQUIRED"), ("NOT_IDENTIFIED", &["SERVITUDE"], "INVALID")] {
        let refused = decide(&world, "sava", &case, 1, outcome, forms).await;
        assert_eq!(refused["userErrors"], json!([{ "code": code, "field": ["exploitationForms"] }]));
    }
    let reopened = step(&world, "sava", "reopenReport", &report, json!({ "reason": "Нова сазнања." })).await;
    assert_eq!(reopened["state"], "IN_TRIAGE");
    let refused = decide(&world, "sava", &case, 2, "NOT_IDENTIFIED", &[]).await;
    assert_eq!(refused["userErrors"][0]["code"], "WRONG_STATE");
}

/// A report that was accepted, and its case.
async fn accepted(world: &World) -> (String, String) {
    let report = submit(world, "ana", about(1)).await;
    step(world, "iva", "acceptReport", &report, json!({ "idempotencyKey": "accepting", "reason": "Јасно." })).await;
    let case = text(&read(world, "sava", &report, "cases { id }").await[0]["id"]);
    (report, case)
}

#[tokio::test]
async fn reopening_takes_the_cases_back_unless_one_was_decided_on() {
    let world = World::new().await;
    let (report, case) = accepted(&world).await;
    step(&world, "sava", "reopenReport", &report, json!({ "reason": "Грешка." })).await;
    assert_eq!(world.audited(&case).await, [Action::CaseOpened, Action::CaseVoided]);
    let again = json!({ "idempotencyKey": "accepting-again", "reason": "Јасно." });
    step(&world, "iva", "acceptReport", &report, again).await;
    let cases = read(&world, "iva", &report, "cases { id voidedAt }").await;
    assert_eq!((cases[0]["voidedAt"].is_string(), &cases[1]["voidedAt"]), (true, &Value::Null));
    decide(&world, "sava", &text(&cases[1]["id"]), 1, "NOT_IDENTIFIED", &[]).await;
    let refused = try_step(&world, "sava", "reopenReport", &report, json!({ "reason": "Ипак." })).await;
    assert_eq!(refusal(&refused).0, "WRONG_STATE");
    assert_eq!(read(&world, "iva", &report, "state").await, "ACCEPTED");
}
