use super::*;
use crate::access::{Action, Purpose};
use crate::ids::{self, ObjectType};
use entity::report::{self, State};
use entity::report_message::{self, Kind};

const ADD: &str = "mutation($input: AddInformationInput!) { addInformation(input: $input) {
    report { messages { totalCount nodes { kind text author { name } report { id } } } } userErrors { code field } } }";
const WITHDRAW: &str = "mutation($input: RequestWithdrawalInput!) { requestWithdrawal(input: $input) {
    report { status withdrawalRequestedAt messages { nodes { kind } } } userErrors { code field } } }";
const ANSWER: &str = "mutation($input: AnswerInformationRequestInput!) { answerInformationRequest(input: $input) {
    report { status revision messages { nodes { kind inReplyTo { id text } } } } userErrors { code field } } }";

fn on(report: &str, key: &str, field: &str, text: &str) -> Value {
    json!({ "input": { "idempotencyKey": key, "reportId": report, field: text } })
}

/// Lets the Centre ask about a report. Gives the id of the question.
async fn question(world: &World, report: &str) -> String {
    let write = world.service(Purpose::Demonstration).begin().await.expect("begins");
    let key = ids::decode(ObjectType::Report, report).expect("a report's id");
    let before = write.find::<report::Entity>().by_key(key).one().await.expect("reads").expect("the report");
    let message = report_message::Model {
        id: ids::new_key(write.now()),
        organisation_id: before.organisation_id,
        report_id: before.id,
        author_id: before.author_id,
        kind: Kind::Request,
        in_reply_to_id: None,
        text: "Где спава?".to_owned(),
        created_at: write.now(),
    };
    let id = ids::encode(ObjectType::ReportMessage, message.id);
    write.insert_part::<report_message::Entity>(message).await.expect("inserts");
    let after = report::Model { state: State::MoreInformationNeeded, ..before.clone() };
    write.update::<report::Entity>(&before, after, Action::InformationRequested).await.expect("updates");
    write.commit().await.expect("commits");
    id
}

#[tokio::test]
async fn a_report_takes_so_many_messages_of_a_kind() {
    use crate::reports::rules::MOST_MESSAGES;
    let world = World::new().await;
    let report = submit(&world, "ana", a_content()).await;
    let write = world.service(Purpose::Demonstration).begin().await.expect("begins");
    let key = ids::decode(ObjectType::Report, &report).expect("a report's id");
    let row = write.find::<report::Entity>().by_key(key).one().await.expect("reads").expect("the report");
    let message = |_| report_message::Model {
        id: ids::new_key(write.now()),
        organisation_id: row.organisation_id,
        report_id: row.id,
        author_id: row.author_id,
        kind: Kind::Information,
        in_reply_to_id: None,
        text: "Опет.".to_owned(),
        created_at: write.now(),
    };
    let rows = (1..MOST_MESSAGES).map(message).collect();
    write.insert_parts::<report_message::Entity>(rows).await.expect("inserts");
    write.audit::<report::Entity>(key, Action::InformationAdded).await.expect("audits");
    write.commit().await.expect("commits");
    let add = async |key| refusals(&world.ask("ana", ADD, on(&report, key, "text", "Још.")).await, "addInformation");
    assert_eq!(add("the-last-one").await, []);
    assert_eq!(add("one-too-many").await, refusal("TOO_LONG", "reportId"));
    assert_eq!(add("the-last-one").await, [], "what was taken is answered again");
    let withdrawn = world.ask("ana", WITHDRAW, on(&report, "another-kind", "reason", "Грешка.")).await;
    assert_eq!(refusals(&withdrawn, "requestWithdrawal"), []);
}

#[tokio::test]
async fn information_is_added_once_a_key_by_the_author_and_by_the_coordinator() {
    let world = World::new().await;
    let report = submit(&world, "ana", a_content()).await;
    for _ in 0..2 {
        let answer = world.ask("ana", ADD, on(&report, "key-one-1", "text", "Није дошла.")).await;
        let messages = &answer["addInformation"]["report"]["messages"];
        assert_eq!(messages["totalCount"], 1);
        let expected = json!({
            "kind": "INFORMATION", "text": "Није дошла.", "author": { "name": "ana" }, "report": { "id": report },
        });
        assert_eq!(messages["nodes"][0], expected);
    }
    let answer = world.ask("aca", ADD, on(&report, "key-one-1", "text", "Јавила се.")).await;
    assert_eq!(answer["addInformation"]["report"]["messages"]["totalCount"], 2);
    for other in ["ada", "boris", "iva"] {
        let answer = world.ask(other, ADD, on(&report, "key-one-1", "text", "…")).await;
        assert_eq!(refusals(&answer, "addInformation"), refusal("NOT_FOUND", "reportId"), "{other}");
    }
    let answer = world.ask("ana", ADD, on(&report, "key-two-2", "text", " ")).await;
    assert_eq!(refusals(&answer, "addInformation"), refusal("REQUIRED", "text"));
    let draft = begin(&world, "ana", a_content()).await;
    let answer = world.ask("ana", ADD, on(&text(&draft["id"]), "key-two-2", "text", "…")).await;
    assert_eq!(refusals(&answer, "addInformation"), refusal("WRONG_STATE", "reportId"));
}

#[tokio::test]
async fn withdrawal_is_asked_for_once_and_decided_by_the_centre() {
    let world = World::new().await;
    let report = submit(&world, "ana", a_content()).await;
    let answer = world.ask("ana", WITHDRAW, on(&report, "key-one-1", "reason", "Забуна.")).await;
    let after = &answer["requestWithdrawal"]["report"];
    assert_eq!(after["status"], "RECEIVED");
    assert_ne!(after["withdrawalRequestedAt"], Value::Null);
    assert_eq!(after["messages"]["nodes"], json!([{ "kind": "WITHDRAWAL_REQUEST" }]));
    let again = world.ask("ana", WITHDRAW, on(&report, "key-one-1", "reason", "Забуна.")).await;
    assert_eq!(again, answer);
    let other = world.ask("ana", WITHDRAW, on(&report, "key-two-2", "reason", "Забуна.")).await;
    assert_eq!(refusals(&other, "requestWithdrawal"), refusal("WRONG_STATE", "reportId"));
}

#[tokio::test]
async fn a_question_is_answered_once_and_takes_the_report_up_again() {
    let world = World::new().await;
    let report = submit(&world, "ana", a_content()).await;
    let asked = question(&world, &report).await;
    let answer = |key: &str, message: &str| json!({ "input": { "idempotencyKey": key, "reportId": report, "messageId": message, "text": "Код тетке." } });
    let missing = world.ask("ana", ANSWER, answer("key-one-1", &report)).await;
    assert_eq!(refusals(&missing, "answerInformationRequest"), refusal("NOT_FOUND", "messageId"));
    let first = world.ask("aca", ANSWER, answer("key-one-1", &asked)).await;
    let after = &first["answerInformationRequest"]["report"];
    assert_eq!((&after["status"], &after["revision"]), (&json!("IN_ASSESSMENT"), &json!(2)));
    let replied = json!({ "kind": "ANSWER", "inReplyTo": { "id": asked, "text": "Где спава?" } });
    assert_eq!(after["messages"]["nodes"][1], replied);
    assert_eq!(world.ask("aca", ANSWER, answer("key-one-1", &asked)).await, first);
    let second = world.ask("ana", ANSWER, answer("key-two-2", &asked)).await;
    assert_eq!(refusals(&second, "answerInformationRequest"), refusal("WRONG_STATE", "messageId"));
    let audited = world.audited(&report).await;
    assert_eq!(audited.iter().filter(|action| **action == Action::InformationAnswered).count(), 1);
}
