//! The main job, end to end: a report about a child travels from a school's draft to the Centre's decision.

use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

fn content() -> Value {
    json!({
        "reporterFunction": "school counsellor",
        "reporterContact": "021 000 111, ext. 4",
        "mayCallBack": true,
        "dangerNow": "UNSURE",
        "observations": "Since September the pupil comes late and tired, and is fetched by a man who is no relative.",
        "observedFrom": "2018-09-03",
        "municipality": "novi-sad",
        "suspectedForms": ["FORCED_BEGGING"],
        "persons": [{
            "pseudonym": "pupil A",
            "child": "YES",
            "ageBand": "FROM_12_TO_14",
            "sex": "FEMALE",
            "safeContact": { "channel": "in person", "time": "at school", "caution": "not by telephone: others pick up" },
            "identity": { "names": "Невенка Измишљеновић", "phone": "060 000 000" },
            "indicators": [
                { "set": "unodc-children", "code": "UN-C-01" },
                { "set": "unodc-children", "code": "UN-C-02" },
                { "set": "unodc-children", "code": "UN-C-04", "remark": "absent two days a week" },
                { "set": "rs-education-domains", "code": "RS-ED-01" },
                { "set": "rs-education-domains", "code": "RS-ED-04" }
            ]
        }]
    })
}

async fn done(client: &Client, name: &str, document: &str, input: Value) -> Value {
    let response = client.query(document, json!({ "input": input })).await;
    assert_eq!(response.user_errors(name), &[] as &[Value], "{name}");
    response.payload(name).clone()
}

/// Writes a draft in two steps and submits it; answers its id and its reference.
async fn submit(counsellor: &Client) -> (Value, String) {
    let create = "mutation Create($input: CreateDraftInput!) { createDraft(input: $input) {
        report { id revision status reference } userErrors { code field message } } }";
    let draft = done(counsellor, "createDraft", create, json!({ "idempotencyKey": "draft-0001", "content": {} })).await;
    let draft = &draft["report"];
    assert_eq!((&draft["status"], &draft["reference"]), (&json!("DRAFT"), &Value::Null));
    let update = "mutation Update($input: UpdateDraftInput!) { updateDraft(input: $input) {
        report { id revision persons { treatedAsChild indicators { remark indicator { code wording } }
            evaluation { conclusion caution dimensions { name explanation } } } } userErrors { code field message } } }";
    let input = json!({ "reportId": draft["id"], "revision": draft["revision"], "content": content() });
    let updated = done(counsellor, "updateDraft", update, input).await;
    let person = &updated["report"]["persons"][0];
    assert_eq!(person["treatedAsChild"], true);
    assert_eq!(person["indicators"].as_array().map(Vec::len), Some(5));
    assert!(person["evaluation"][0]["caution"].as_str().is_some_and(|caution| !caution.is_empty()));
    let send = "mutation Submit($input: SubmitReportInput!) { submitReport(input: $input) {
        report { id status urgency } receipt { reference submittedAt message } userErrors { code field message } } }";
    let report = json!({ "draft": { "reportId": draft["id"], "revision": updated["report"]["revision"] } });
    let sent =
        done(counsellor, "submitReport", send, json!({ "idempotencyKey": "submit-0001", "report": report })).await;
    assert_eq!((&sent["report"]["status"], &sent["report"]["urgency"]), (&json!("RECEIVED"), &json!("URGENT")));
    (sent["report"]["id"].clone(), sent["receipt"]["reference"].as_str().expect("a reference").to_owned())
}

/// Looks for a report in every way the schema offers, as somebody who must not find it.
async fn look_in_vain(stranger: &Client, id: &Value, reference: &str) {
    let document = "query Look($id: ID!, $reference: String!) {
        report(id: $id) { id }
        reportByReference(reference: $reference) { id }
        node(id: $id) { id }
        nodes(ids: [$id]) { id }
        reports(first: 100) { totalCount nodes { id } }
    }";
    let response = stranger.query(document, json!({ "id": id, "reference": reference })).await;
    let data = response.expect_no_errors().data();
    assert_eq!(
        (&data["report"], &data["reportByReference"], &data["node"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(data["nodes"], json!([null]));
    let listed = data["reports"]["nodes"].as_array().expect("a list");
    assert!(listed.iter().all(|report| report["id"] != *id));
    let actions = [
        (
            "addInformation",
            "AddInformationInput",
            json!({ "idempotencyKey": "stranger-1", "reportId": id, "text": "x" }),
        ),
        (
            "requestWithdrawal",
            "RequestWithdrawalInput",
            json!({ "idempotencyKey": "stranger-2", "reportId": id, "reason": "x" }),
        ),
        ("discardDraft", "DiscardDraftInput", json!({ "reportId": id })),
    ];
    for (name, input_type, input) in actions {
        let document =
            format!("mutation M($input: {input_type}!) {{ {name}(input: $input) {{ userErrors {{ code }} }} }}");
        let response = stranger.query(&document, json!({ "input": input })).await;
        assert_eq!(response.user_errors(name)[0]["code"], "NOT_FOUND", "{name}");
    }
    let queue = stranger.query("{ triageQueue { totalCount } }", ()).await;
    assert_eq!(queue.error_codes(), ["NOT_FOUND"]);
}

#[rstest]
#[tokio::test]
async fn from_a_schools_draft_to_the_centres_decision(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let counsellor = server.sign_in_as("reporter@school-01.example").await.accept_language("en");
    let (id, reference) = submit(&counsellor).await;
    look_in_vain(&server.sign_in_as("reporter@school-02.example").await, &id, &reference).await;
    look_in_vain(&server.sign_in_as("reporter2@school-01.example").await, &id, &reference).await;

    let intake = server.sign_in_as("intake@centre.example").await.accept_language("en");
    let queue = "query Queue($reference: String!) { triageQueue(filter: { reference: $reference }) { totalCount nodes {
        id revision state status urgency assignee { name } persons { pseudonym identity { names } } } } }";
    let found = intake.query(queue, json!({ "reference": reference.to_lowercase().replace('-', " ") })).await;
    let found = found.expect_no_errors().data()["triageQueue"]["nodes"][0].clone();
    assert_eq!(found["id"], id);
    assert_eq!(found["state"], "SUBMITTED");
    assert_eq!(found["persons"][0]["identity"], Value::Null, "the Centre opens an identity with a reason");

    let me = intake.query("{ viewer { membership { id } } }", ()).await.data()["viewer"]["membership"]["id"].clone();
    let assign = "mutation A($input: AssignReportInput!) { assignReport(input: $input) {
        report { revision state assignee { id } } userErrors { code field message } } }";
    let input = json!({ "reportId": id, "revision": found["revision"], "membershipId": me });
    let assigned = done(&intake, "assignReport", assign, input.clone()).await;
    assert_eq!((&assigned["report"]["state"], &assigned["report"]["assignee"]["id"]), (&json!("IN_TRIAGE"), &me));
    let late = server.sign_in_as("intake2@centre.example").await.accept_language("en");
    let stale = late.query(assign, json!({ "input": input })).await;
    let told = &stale.user_errors("assignReport")[0];
    assert_eq!(told["code"], "STALE");

    ask_and_answer(&counsellor, &intake, &id, &assigned["report"]["revision"]).await;
    accept(&intake, &counsellor, &id).await;
    let events = trail(&server.sign_in_as("protection@centre.example").await, &id).await;
    for action in [
        "DRAFT_CREATED",
        "DRAFT_UPDATED",
        "REPORT_SUBMITTED",
        "REPORT_READ",
        "REPORT_ASSIGNED",
        "INFORMATION_REQUESTED",
        "INFORMATION_ANSWERED",
        "REPORT_ACCEPTED",
    ] {
        assert!(events.iter().any(|event| event["action"] == action), "{action} in {events:?}");
    }
}

async fn ask_and_answer(counsellor: &Client, intake: &Client, id: &Value, revision: &Value) {
    let ask = "mutation Q($input: RequestInformationInput!) { requestInformation(input: $input) {
        report { state } userErrors { code field message } } }";
    let input =
        json!({ "idempotencyKey": "ask-00001", "reportId": id, "revision": revision, "question": "Who fetches her?" });
    let asked = done(intake, "requestInformation", ask, input).await;
    assert_eq!(asked["report"]["state"], "MORE_INFORMATION_NEEDED");

    let read = "query R($id: ID!) { report(id: $id) { status state assignee { id } messages(last: 1) { nodes { id kind text author { id } } }
        persons { identity { names } } } }";
    let seen = counsellor.query(read, json!({ "id": id })).await;
    let report = &seen.expect_no_errors().data()["report"];
    assert_eq!(report["status"], "MORE_INFORMATION_NEEDED");
    assert_eq!(
        (&report["state"], &report["assignee"]),
        (&Value::Null, &Value::Null),
        "the partner learns the coarse status"
    );
    let question = &report["messages"]["nodes"][0];
    assert_eq!((&question["text"], &question["author"]), (&json!("Who fetches her?"), &Value::Null));
    assert_eq!(
        report["persons"][0]["identity"]["names"], "Невенка Измишљеновић",
        "who wrote it may read it until acceptance"
    );

    let answer = "mutation A($input: AnswerInformationRequestInput!) { answerInformationRequest(input: $input) {
        report { status } userErrors { code field message } } }";
    let input =
        json!({ "idempotencyKey": "answer-001", "reportId": id, "messageId": question["id"], "text": "A neighbour." });
    let answered = done(counsellor, "answerInformationRequest", answer, input).await;
    assert_eq!(answered["report"]["status"], "IN_ASSESSMENT");
}

async fn accept(intake: &Client, counsellor: &Client, id: &Value) {
    let read = "query R($id: ID!) { report(id: $id) { revision persons { id } } }";
    let report = intake.query(read, json!({ "id": id })).await.expect_no_errors().data()["report"].clone();
    let open = "mutation O($input: OpenIdentityInput!) { openIdentity(input: $input) {
        identity { names } userErrors { code field message } } }";
    let person = &report["persons"][0]["id"];
    let opening = |reason: &str| json!({ "idempotencyKey": "opened-for-a-call", "personId": person, "reason": reason });
    let no_reason = intake.query(open, json!({ "input": opening("   ") })).await;
    assert_eq!(no_reason.user_errors("openIdentity")[0]["field"], json!(["reason"]));
    let opened = done(intake, "openIdentity", open, opening("to agree on a safe call")).await;
    assert_eq!(opened["identity"]["names"], "Невенка Измишљеновић");

    let accept = "mutation A($input: AcceptReportInput!) { acceptReport(input: $input) {
        report { state cases { reference identification } } userErrors { code field message } } }";
    let input = json!({ "idempotencyKey": "accept-001", "reportId": id, "revision": report["revision"], "reason": "signs of begging" });
    let accepted = done(intake, "acceptReport", accept, input).await;
    assert_eq!(accepted["report"]["state"], "ACCEPTED");
    assert_eq!(accepted["report"]["cases"][0]["identification"], "PENDING");

    let read = "query R($id: ID!) { report(id: $id) { status cases { reference } persons { identity { names } } } }";
    let seen = counsellor.query(read, json!({ "id": id })).await;
    let report = &seen.expect_no_errors().data()["report"];
    assert_eq!((&report["status"], &report["cases"]), (&json!("IN_ASSESSMENT"), &Value::Null));
    assert_eq!(report["persons"][0]["identity"], Value::Null, "from acceptance on, identity is the Centre's");
}

async fn trail(officer: &Client, id: &Value) -> Vec<Value> {
    let document = "query T($id: ID!) { auditEvents(first: 100, filter: { objectId: $id }) { nodes {
        action occurredAt requestId reason object { type id } organisation { name } member { name } } } }";
    let response = officer.query(document, json!({ "id": id })).await;
    response.expect_no_errors().data()["auditEvents"]["nodes"].as_array().expect("a list").clone()
}
