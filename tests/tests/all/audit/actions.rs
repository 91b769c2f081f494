//! Every mutation of the contract, and the readings that leave rows: done once each, in the order of a report's life.

use super::script::Script;
use crate::steps::{act, content, field, list, own_membership, text};
use serde_json::{Value, json};
use tests::Client;

/// The administrator's mutations.
pub(super) async fn administer(script: &mut Script) {
    let administrator = script.server.sign_in_as("administrator@centre.example").await;
    let school =
        json!({ "idempotencyKey": "register-one", "name": "Школа", "kind": "SCHOOL", "municipality": "novi-sad" });
    let rows = ["ORGANISATION_REGISTERED ORGANISATION"];
    let school = script.mutate(&administrator, "registerOrganisation", "organisation { id }", school, &rows).await;
    let school = school["organisation"]["id"].clone();
    let invite = json!({ "idempotencyKey": "invite-one-1", "organisationId": school, "name": "Ана", "email": "ana@new.example",
        "roles": ["REPORTER"] });
    let member = "membership { id revision }";
    let invited =
        script.mutate(&administrator, "inviteMember", member, invite.clone(), &["MEMBER_INVITED MEMBERSHIP"]).await;
    script.mutate(&administrator, "inviteMember", member, invite, &[]).await;
    let software = json!({ "idempotencyKey": "connect-one", "organisationId": school, "name": "програм", "clientId": "new-client" });
    script
        .mutate(&administrator, "connectSoftware", "membership { id }", software, &["MEMBER_INVITED MEMBERSHIP"])
        .await;
    let id = &invited["membership"]["id"];
    let roles = json!({ "membershipId": id, "revision": 1, "roles": ["REPORTER", "COORDINATOR"] });
    script
        .mutate(
            &administrator,
            "changeMembershipRoles",
            "membership { id }",
            roles.clone(),
            &["ROLES_CHANGED MEMBERSHIP"],
        )
        .await;
    script.refused(&administrator, "changeMembershipRoles", roles).await;
    let roles = json!({ "membershipId": id, "revision": 2, "roles": ["REPORTER"] });
    script.refused(&administrator, "changeMembershipRoles", roles).await;
    let other = json!({ "idempotencyKey": "invite-two-2", "organisationId": school, "name": "Вук", "email": "vuk@new.example",
        "roles": ["REPORTER"] });
    let other = script.mutate(&administrator, "inviteMember", member, other, &["MEMBER_INVITED MEMBERSHIP"]).await;
    let end = json!({ "membershipId": other["membership"]["id"], "revision": 1, "reason": "left the school" });
    script.mutate(&administrator, "endMembership", "membership { id }", end, &["MEMBERSHIP_ENDED MEMBERSHIP"]).await;
    let suspend = json!({ "organisationId": school, "reason": "the memorandum ended" });
    let rows = ["ORGANISATION_SUSPENDED ORGANISATION"];
    script.mutate(&administrator, "suspendOrganisation", "organisation { id }", suspend.clone(), &rows).await;
    let rows = ["ORGANISATION_REINSTATED ORGANISATION"];
    script.mutate(&administrator, "reinstateOrganisation", "organisation { id }", suspend, &rows).await;
}

/// A partner's mutations and readings; answers the ids of three reports and a person of the first.
pub(super) async fn report(script: &mut Script) -> (Vec<Value>, Value) {
    let reporter = script.server.sign_in_as("reporter@school-01.example").await;
    let draft = json!({ "idempotencyKey": "audit-draft-1", "content": content("x") });
    let created = script.mutate(&reporter, "createDraft", "report { id }", draft, &["DRAFT_CREATED REPORT"]).await;
    let id = created["report"]["id"].clone();
    let update = json!({ "reportId": id, "revision": 1, "content": content("y") });
    let rows = ["DRAFT_UPDATED REPORT", "REPORT_READ REPORT"];
    script.mutate(&reporter, "updateDraft", "report { observations }", update.clone(), &rows).await;
    script.refused(&reporter, "updateDraft", update).await;
    script
        .mutate(&reporter, "discardDraft", "discardedId", json!({ "reportId": id }), &["DRAFT_DISCARDED REPORT"])
        .await;
    let mut reports = Vec::new();
    for key in ["audit-first", "audit-second", "audit-third"] {
        let input = json!({ "idempotencyKey": key, "report": { "content": content(key) } });
        let sent = script
            .mutate(&reporter, "submitReport", "report { id }", input.clone(), &["REPORT_SUBMITTED REPORT"])
            .await;
        reports.push(sent["report"]["id"].clone());
        script.mutate(&reporter, "submitReport", "report { id }", input, &[]).await;
    }
    let one = json!({ "id": reports[0] });
    let status = "query S($id: ID!) { report(id: $id) { id reference status revision urgency submittedAt organisation { name } } }";
    script.read(&reporter, status, one.clone(), &[]).await;
    let person =
        "query P($id: ID!) { report(id: $id) { observations persons { id pseudonym indicators { remark } } } }";
    let person = script.read(&reporter, person, one.clone(), &["REPORT_READ REPORT"]).await.data()["report"]["persons"]
        [0]
    .clone();
    let identity = "query I($id: ID!) { report(id: $id) { persons { identity { names } } } }";
    script.read(&reporter, identity, one.clone(), &["REPORT_READ REPORT", "IDENTITY_READ PERSON"]).await;
    let several = "query L { reports(first: 3) { nodes { observations place persons { pseudonym } } } }";
    script.read(&reporter, several, json!({}), &["REPORT_READ REPORT"; 3]).await;
    let stranger = script.server.sign_in_as("reporter@school-02.example").await;
    script.read(&stranger, identity, one, &[]).await;
    let add = json!({ "idempotencyKey": "audit-more-1", "reportId": reports[0], "text": "more" });
    script.mutate(&reporter, "addInformation", "report { id }", add.clone(), &["INFORMATION_ADDED REPORT"]).await;
    script.mutate(&reporter, "addInformation", "report { id }", add, &[]).await;
    let file = json!({ "idempotencyKey": "audit-file", "reportId": reports[0] });
    let rows = &["ATTACHMENT_ANNOUNCED REPORT"];
    let file = script.mutate(&reporter, "addAttachment", "attachment { id uploadPath }", file, rows).await;
    let gone = json!({ "attachmentId": file["attachment"]["id"] });
    script.mutate(&reporter, "removeAttachment", "removedId", gone, &["ATTACHMENT_REMOVED REPORT"]).await;
    let withdraw = json!({ "idempotencyKey": "audit-withdraw", "reportId": reports[0], "reason": "a mistake" });
    script.mutate(&reporter, "requestWithdrawal", "report { id }", withdraw, &["WITHDRAWAL_REQUESTED REPORT"]).await;
    (reports, person["id"].clone())
}

/// One step of the Centre on a report at this revision.
async fn step(
    script: &mut Script,
    client: &Client,
    name: &str,
    (report, revision): (&Value, u32),
    more: Value,
    rows: &[&str],
) {
    let mut input = json!({ "reportId": report, "revision": revision });
    input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    script.mutate(client, name, "report { id }", input, rows).await;
}

/// Opening an identity, reading it, ending that, and reviewing it.
async fn open(script: &mut Script, supervisor: &Client, person: &Value) {
    let identity = |key: &str, reason: &str| json!({ "idempotencyKey": key, "personId": person, "reason": reason });
    let rows = ["IDENTITY_OPENED PERSON"];
    let selection = "identity { names } opening { id }";
    let first = identity("audit-open-1", "to agree on a safe call");
    let opened = script.mutate(supervisor, "openIdentity", selection, first.clone(), &rows).await;
    let again = act(supervisor, "openIdentity", selection, first).await;
    assert_eq!(again.payload("openIdentity")["opening"]["id"], opened["opening"]["id"]);
    script.expect(&again, "openIdentity, sent again", &["IDENTITY_READ PERSON"]);
    script.refused(supervisor, "openIdentity", identity("audit-open-2", "because")).await;
    let read = "query I($id: ID!) { node(id: $id) { ... on Person { identity { names } } } }";
    let rows = ["REPORT_READ REPORT", "IDENTITY_READ PERSON"];
    script.read(supervisor, read, json!({ "id": person }), &rows).await;
    let close = json!({ "openingId": opened["opening"]["id"] });
    script.mutate(supervisor, "closeIdentity", "opening { id }", close.clone(), &["OPENING_CLOSED PERSON"]).await;
    script.refused(supervisor, "closeIdentity", close).await;
    script.read(supervisor, read, json!({ "id": person }), &["REPORT_READ REPORT"]).await;
    let officer = script.officer.clone();
    let unreviewed = "query U { identityOpenings(first: 5, filter: { unreviewed: true }) { nodes { reason } } }";
    script.read(&officer, unreviewed, json!({}), &["OPENING_READ PERSON"]).await;
    script.read(&officer, "{ identityOpenings(first: 0) { totalCount } }", json!({}), &[]).await;
    let review = json!({ "openingId": opened["opening"]["id"], "review": "IN_ORDER" });
    let rows = ["OPENING_REVIEWED PERSON"];
    script.mutate(&officer, "reviewIdentityOpening", "opening { id }", review.clone(), &rows).await;
    script.refused(&officer, "reviewIdentityOpening", review).await;
}

/// Emergency access to a report, and members being barred from it.
pub(super) async fn keep_apart(script: &mut Script, report: &Value) {
    let supervisor = script.server.sign_in_as("supervisor@centre.example").await;
    let worker = script.server.sign_in_as("caseworker@centre.example").await;
    let reference = text(&field(&supervisor, report, "reference").await);
    let emergency = |key: &str, reference: &str| json!({ "idempotencyKey": key, "reportReference": reference, "reason": "the police calls" });
    let name = "openIdentityInEmergency";
    let rows = ["EMERGENCY_OPENED REPORT"];
    script.mutate(&worker, name, "opening { id }", emergency("audit-emergency", &reference), &rows).await;
    let unknown = act(&worker, name, "opening { id }", emergency("audit-emergency-2", "PI-0000-0000-0")).await;
    assert_eq!(unknown.user_errors(name)[0]["code"], "NOT_FOUND");
    script.expect(&unknown, "emergency access to nothing", &["EMERGENCY_REFUSED REPORT"]);
    let openings = "query O { identityOpenings(first: 5) { nodes { id } } }";
    // One person was opened and exported, and one report in an emergency.
    let rows = ["OPENING_READ PERSON", "OPENING_READ REPORT"];
    script.read(&supervisor, openings, json!({}), &rows).await;
    script.read(&worker, openings, json!({}), &["OPENING_READ REPORT"]).await;
    let coordinator = script.server.sign_in_as("coordinator@school-01.example").await;
    let member = own_membership(&coordinator).await;
    let bar =
        json!({ "idempotencyKey": "audit-bar-01", "reportId": report, "membershipId": member, "reason": "a relative" });
    let rows = ["MEMBER_BARRED REPORT"];
    let barred = script.mutate(&supervisor, "barFromReport", "bar { id }", bar.clone(), &rows).await;
    script.mutate(&supervisor, "barFromReport", "bar { id }", bar, &[]).await;
    let lift = json!({ "barId": barred["bar"]["id"], "reason": "no relative after all" });
    script.mutate(&supervisor, "liftBar", "bar { id }", lift.clone(), &["BAR_LIFTED REPORT"]).await;
    script.refused(&supervisor, "liftBar", lift).await;
    let declared = json!({ "idempotencyKey": "audit-conflict", "reportId": report, "reason": "a neighbour" });
    let rows = ["CONFLICT_DECLARED REPORT"];
    script.mutate(&worker, "declareConflictOfInterest", "reportId", declared.clone(), &rows).await;
    script.mutate(&worker, "declareConflictOfInterest", "reportId", declared, &[]).await;
}

/// The Centre's mutations and readings.
pub(super) async fn triage(script: &mut Script, reports: &[Value], person: &Value) {
    let supervisor = script.server.sign_in_as("supervisor@centre.example").await;
    let reporter = script.server.sign_in_as("reporter@school-01.example").await;
    let own = own_membership(&supervisor).await;
    let (first, second, third) = (&reports[0], &reports[1], &reports[2]);
    step(script, &supervisor, "assignReport", (first, 1), json!({ "membershipId": own }), &["REPORT_ASSIGNED REPORT"])
        .await;
    script.refused(&supervisor, "assignReport", json!({ "reportId": first, "revision": 1, "membershipId": own })).await;
    let ask = json!({ "idempotencyKey": "audit-ask-01", "question": "Who?" });
    step(script, &supervisor, "requestInformation", (first, 2), ask, &["INFORMATION_REQUESTED REPORT"]).await;
    let messages = "query M($id: ID!) { report(id: $id) { messages { nodes { id kind text } } } }";
    let read = script.read(&reporter, messages, json!({ "id": first }), &["REPORT_READ REPORT"]).await;
    let messages = list(&read.data()["report"]["messages"]["nodes"]).to_vec();
    let question = messages.iter().find(|message| message["kind"] == "REQUEST").expect("a question");
    let marked = json!({ "reportId": first, "messageId": question["id"] });
    script.mutate(&reporter, "markMessagesRead", "report { id }", marked.clone(), &["MESSAGES_READ REPORT"]).await;
    script.mutate(&reporter, "markMessagesRead", "report { id }", marked, &[]).await;
    let answer =
        json!({ "idempotencyKey": "audit-answer", "reportId": first, "messageId": question["id"], "text": "He." });
    let rows = ["INFORMATION_ANSWERED REPORT"];
    script.mutate(&reporter, "answerInformationRequest", "report { id }", answer, &rows).await;
    let notice = json!({ "idempotencyKey": "audit-notice", "text": "thank you" });
    step(script, &supervisor, "sendNotice", (first, 4), notice, &["NOTICE_SENT REPORT"]).await;
    let note = json!({ "idempotencyKey": "audit-note-1", "reportId": first, "text": "a note" });
    script.mutate(&supervisor, "addNote", "report { id }", note, &["NOTE_ADDED REPORT"]).await;
    open(script, &supervisor, person).await;
    let accept = |key: &str| json!({ "idempotencyKey": key, "reason": "signs of begging" });
    let accepted = ["REPORT_ACCEPTED REPORT", "CASE_OPENED CASE"];
    step(script, &supervisor, "acceptReport", (first, 4), accept("audit-accept-1"), &accepted).await;
    let reopened = ["REPORT_REOPENED REPORT", "CASE_VOIDED CASE"];
    step(script, &supervisor, "reopenReport", (first, 5), json!({ "reason": "a slip" }), &reopened).await;
    step(script, &supervisor, "acceptReport", (first, 6), accept("audit-accept-2"), &accepted).await;
    let cases = "query C($id: ID!) { report(id: $id) { cases { id revision voidedAt } } }";
    let read = script.read(&supervisor, cases, json!({ "id": first }), &[]).await;
    let cases = list(&read.data()["report"]["cases"]).to_vec();
    let case = cases.iter().find(|case| case["voidedAt"].is_null()).expect("a case that counts");
    let decide = json!({ "caseId": case["id"], "revision": case["revision"], "outcome": "NOT_IDENTIFIED", "reason": "assessed in May" });
    script.mutate(&supervisor, "decideIdentification", "case { id }", decide, &["IDENTIFICATION_DECIDED CASE"]).await;
    let decided = "query D($id: ID!) { case(id: $id) { decisionReason } }";
    script.read(&supervisor, decided, json!({ "id": case["id"] }), &["REPORT_READ REPORT"]).await;
    // Why is a text about the person; what happened when is none.
    let events = "query E($id: ID!) { report(id: $id) { events { nodes { transition occurredAt } } } }";
    script.read(&supervisor, events, json!({ "id": first }), &[]).await;
    let why = "query E($id: ID!) { report(id: $id) { events { nodes { reason } } } }";
    script.read(&supervisor, why, json!({ "id": first }), &["REPORT_READ REPORT"]).await;
    let join = json!({ "intoReportId": first, "reason": "the same events" });
    step(script, &supervisor, "joinReport", (second, 1), join, &["REPORT_JOINED REPORT"]).await;
    step(script, &supervisor, "undoJoin", (second, 2), json!({ "reason": "other events" }), &["JOIN_UNDONE REPORT"])
        .await;
    let pass = json!({ "authority": "the police", "reason": "an offence" });
    step(script, &supervisor, "passReportOn", (second, 3), pass, &["REPORT_PASSED_ON REPORT"]).await;
    let urgent = json!({ "urgency": "IMMEDIATE", "reason": "a call at night" });
    step(script, &supervisor, "changeUrgency", (third, 1), urgent, &["URGENCY_CHANGED REPORT"]).await;
    step(script, &supervisor, "closeReport", (third, 2), json!({ "reason": "no ground" }), &["REPORT_CLOSED REPORT"])
        .await;
    duplicates(script, &supervisor).await;
    let persons = "query P($id: ID!) { report(id: $id) { persons { id } } }";
    let read = script.read(&supervisor, persons, json!({ "id": third }), &["REPORT_READ REPORT"]).await;
    retention(script, &supervisor, person, &read.data()["report"]["persons"][0]["id"]).await;
}

/// What the Centre decides about a possible duplicate: the demonstration's.
async fn duplicates(script: &mut Script, supervisor: &Client) {
    let document = "{ possibleDuplicates(state: OPEN, first: 1) { nodes { id reasons } } }";
    let found = script.read(supervisor, document, json!({}), &["REPORT_READ REPORT"; 2]).await;
    let id = found.data()["possibleDuplicates"]["nodes"][0]["id"].clone();
    let decision = json!({ "possibleDuplicateId": id, "reason": "another family" });
    let name = "dismissPossibleDuplicate";
    script
        .mutate(supervisor, name, "possibleDuplicate { id }", decision.clone(), &["DUPLICATE_DISMISSED REPORT"])
        .await;
    script.refused(supervisor, name, decision.clone()).await;
    let name = "reopenPossibleDuplicate";
    script.mutate(supervisor, name, "possibleDuplicate { id }", decision.clone(), &["DUPLICATE_REOPENED REPORT"]).await;
    script.refused(supervisor, name, decision).await;
    let read = "{ possibleDuplicates(state: OPEN, first: 1) { nodes { person { pseudonym } earlierPerson { id } } } }";
    script.read(supervisor, read, json!({}), &["REPORT_READ REPORT"; 2]).await;
}

/// Access to one's own data, and its erasure.
async fn retention(script: &mut Script, supervisor: &Client, person: &Value, other: &Value) {
    let export = json!({ "personId": person, "reason": "asked for its data" });
    script.mutate(supervisor, "exportPerson", "export", export, &["PERSON_EXPORTED PERSON"]).await;
    script.refused(supervisor, "exportPerson", json!({ "personId": person, "reason": "because" })).await;
    let ask = json!({ "idempotencyKey": "audit-erase", "personIds": [other], "reason": "asked for it" });
    let asked = ["ERASURE_REQUESTED PERSON"];
    let asked = script.mutate(supervisor, "requestErasure", "erasures { id }", ask.clone(), &asked).await;
    script.mutate(supervisor, "requestErasure", "erasures { id }", ask, &[]).await;
    let decision = json!({ "erasureId": asked["erasures"][0]["id"], "reason": "a court asks" });
    script.refused(supervisor, "releaseErasure", decision.clone()).await;
    let rows = ["ERASURE_HELD PERSON"];
    script.mutate(supervisor, "holdErasure", "erasures { id }", decision.clone(), &rows).await;
    let rows = ["ERASURE_RELEASED PERSON"];
    script.mutate(supervisor, "releaseErasure", "erasures { id }", decision, &rows).await;
}
