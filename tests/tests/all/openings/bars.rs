//! Whoever is barred from a report learns nothing of it: it does not exist in any list, count, search, trail or mutation.

use super::{listed, open, reads_identity, refused};
use crate::notifications::read_all;
use crate::steps::{act, content, done, field, list, own_membership, refusals, step, submit, text};
use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Contract, Database, Server};

async fn bar(supervisor: &Client, report: &Value, member: &Client, key: &str) -> Value {
    let input = json!({ "idempotencyKey": key, "reportId": report, "membershipId": own_membership(member).await,
        "reason": "a relative of the pupil" });
    done(supervisor, "barFromReport", "bar { id }", input).await["bar"]["id"].clone()
}

/// Everything that a client finds by the queries of the contract, as they list it and as they are asked for these ids.
async fn everything(client: &Client, contract: &Contract, known: &[(&str, &Value)], reference: &str) -> String {
    let mut found = String::new();
    let plausible = |name: &str| match name {
        "year" => Some(json!(2018)),
        "reference" => Some(json!(reference)),
        "id" => Some(json!("")),
        _ => None,
    };
    for field in contract.fields("Query") {
        let mut asked = vec![(Vec::new(), Value::Null)];
        for place in contract.places(field, "ID") {
            asked.extend(known.iter().map(|(_, id)| (place.clone(), (*id).clone())));
        }
        let depth = if field.name.starts_with("node") { 1 } else { 2 };
        let document = contract.document("Query", field, depth, 100);
        for (place, value) in asked {
            let arguments = contract.arguments(field, &place, &value, &plausible);
            found += &client.query(&document, arguments).await.body().to_string();
        }
    }
    found
}

#[rstest]
#[tokio::test]
async fn what_a_member_was_told_of_a_report_is_gone_when_it_is_barred(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::with(database).env("OSLONAC_NOTIFICATIONS__LOOK_EVERY_SECONDS", "1").start().await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let worker = server.sign_in_as("caseworker@centre.example").await;
    let second = server.sign_in_as("caseworker2@centre.example").await;
    let officer = server.sign_in_as("protection@centre.example").await;
    read_all(&worker).await;
    read_all(&officer).await;
    let reports = [
        submit(&reporter, "told-and-barred", content("x")).await,
        submit(&reporter, "told-and-not-barred", content("y")).await,
    ];
    for report in &reports {
        step(&supervisor, "assignReport", &report.id, json!({ "membershipId": own_membership(&worker).await })).await;
        let key = format!("asked-for-{}", report.reference);
        let input = json!({ "idempotencyKey": key, "reportReference": report.reference, "reason": "called at night" });
        done(&second, "openIdentityInEmergency", "opening { id }", input).await;
    }
    let told = async |client: &Client| {
        let document = "{ notifications(unread: true, first: 100) { totalCount nodes { kind } } unreadNotifications }";
        let data = client.query(document, ()).await.expect_no_errors().data().clone();
        let kinds = list(&data["notifications"]["nodes"]).iter().map(|node| text(&node["kind"])).collect::<Vec<_>>();
        assert_eq!(data["notifications"]["totalCount"], json!(kinds.len()));
        assert_eq!(data["unreadNotifications"], json!(kinds.len()));
        kinds
    };
    for (client, kind) in [(&worker, "REPORT_ASSIGNED"), (&officer, "EMERGENCY_OPENED")] {
        for _ in 0..500 {
            if told(client).await.iter().filter(|told| *told == kind).count() == 2 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let before = told(client).await;
        assert_eq!(before.iter().filter(|told| *told == kind).count(), 2, "{before:?}");
        bar(&supervisor, &reports[0].id, client, &format!("bar-of-{kind}")).await;
        let after = told(client).await;
        assert_eq!(after.iter().filter(|told| *told == kind).count(), 1, "{after:?}");
    }
}

#[rstest]
#[tokio::test]
async fn who_reviews_and_is_barred_does_not_read_that_another_asked_for_the_report(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = crate::steps::with_every_role(&server).await;
    let officer = server.sign_in_as("protection@centre.example").await;
    let worker = server.sign_in_as("caseworker@centre.example").await;
    let report = submit(&reporter, "asked-for-at-night", content("x")).await;
    bar(&supervisor, &report.id, &officer, "bar-the-officer").await;
    bar(&supervisor, &report.id, &worker, "bar-the-worker").await;
    for (key, reference) in [("emergency-1", &*report.reference), ("emergency-2", "PI-0000-0000-0")] {
        let input = json!({ "idempotencyKey": key, "reportReference": reference, "reason": "called at night" });
        let refusal = refusals(&worker, "openIdentityInEmergency", input).await;
        assert_eq!(refusal, refused("NOT_FOUND", "reportReference"), "{reference}");
    }
    let document = "{ auditEvents(first: 50, filter: { action: EMERGENCY_REFUSED }) { totalCount nodes { object { id } reason } } }";
    let read =
        async |client: &Client| client.query(document, ()).await.expect_no_errors().data()["auditEvents"].clone();
    let whole = read(&supervisor).await;
    assert_eq!((&whole["totalCount"], &whole["nodes"][1]["object"]["id"]), (&json!(2), &report.id), "{whole}");
    let seen = read(&officer).await;
    assert_eq!((&seen["totalCount"], &seen["nodes"][0]["reason"]), (&json!(1), &whole["nodes"][0]["reason"]), "{seen}");
    assert!(!seen.to_string().contains(&report.reference), "{seen}");
}

#[rstest]
#[tokio::test]
async fn a_barred_member_walks_everything_and_finds_nothing(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let options = Server::with(database).env("OSLONAC_GRAPHQL__COMPLEXITY", "100000000");
    let server =
        options.env("OSLONAC_GRAPHQL__TOKENS", "100000").env("OSLONAC_GRAPHQL__ALIASES", "10000").start().await;
    let contract = Contract::of(&server.sign_in_as("analyst@centre.example").await).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let report = submit(&reporter, "barred-for-many", content("wombat observations")).await;
    assert!(reads_identity(&reporter, &report.id).await, "which the trail knows");
    let barred = [
        "coordinator@school-01.example",
        "intake@centre.example",
        "caseworker@centre.example",
        "protection@centre.example",
    ];
    let officer = server.sign_in_as("intake@centre.example").await;
    open(&officer, "opened-before-the-bar", &report.person).await;
    let worker = server.sign_in_as("caseworker@centre.example").await;
    step(&supervisor, "assignReport", &report.id, json!({ "membershipId": own_membership(&worker).await })).await;
    let hidden = [("report", &report.id), ("person", &report.person)];
    for email in barred {
        let client = server.sign_in_as(email).await;
        let before = everything(&client, &contract, &hidden, &report.reference).await;
        assert!(
            before.contains(&text(&report.person)) || before.contains(&text(&report.id)),
            "{email} finds it before"
        );
        bar(&supervisor, &report.id, &client, &format!("bars-{email}")).await;
    }
    // What is added later is hidden as well.
    step(
        &supervisor,
        "acceptReport",
        &report.id,
        json!({ "idempotencyKey": "accepted-later", "reason": "wombat signs" }),
    )
    .await;
    let case = field(&supervisor, &report.id, "cases { id reference }").await[0].clone();
    let hidden = [("report", &report.id), ("person", &report.person), ("case", &case["id"])];
    for email in barred {
        let client = server.sign_in_as(email).await;
        let found = everything(&client, &contract, &hidden, &report.reference).await;
        for (what, id) in hidden {
            assert!(!found.contains(&text(id)), "{email} finds the {what}");
        }
        assert!(!found.contains("wombat") && !found.contains(&report.reference), "{email}");
        assert!(!found.contains(&text(&case["reference"])), "{email}");
        assert!(!found.contains("INTERNAL"), "{email}");
    }
    let seen = everything(&supervisor, &contract, &hidden, &report.reference).await;
    assert!(hidden.iter().all(|(_, id)| seen.contains(&text(id))), "the walk finds what is there");
}

#[rstest]
#[tokio::test]
async fn no_mutation_reaches_it(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let report = submit(&reporter, "barred-for-two", content("x")).await;
    let other = submit(&reporter, "for-everybody", content("y")).await;
    let note = json!({ "idempotencyKey": "noted-before", "reportId": report.id, "text": "noted" });
    done(&intake, "addNote", "report { id }", note.clone()).await;
    open(&intake, "opened-before", &report.person).await;
    for (member, key) in [(&intake, "bars-intake"), (&coordinator, "bars-coordinator")] {
        bar(&supervisor, &report.id, member, key).await;
    }
    let why = "a reason that is long enough";
    let of_intake = [
        ("addNote", note, "reportId"),
        ("closeReport", json!({ "reportId": report.id, "revision": 1, "reason": why }), "reportId"),
        (
            "joinReport",
            json!({ "reportId": other.id, "revision": 1, "intoReportId": report.id, "reason": why }),
            "intoReportId",
        ),
        ("openIdentity", super::opening("opened-before", &report.person), "personId"),
        ("openIdentity", super::opening("opened-after", &report.person), "personId"),
        (
            "declareConflictOfInterest",
            json!({ "idempotencyKey": "again-barred", "reportId": report.id, "reason": why }),
            "reportId",
        ),
    ];
    for (name, input, path) in of_intake {
        assert_eq!(refusals(&intake, name, input).await, refused("NOT_FOUND", path), "{name}");
    }
    let added = json!({ "idempotencyKey": "of-the-barred", "reportId": report.id, "text": "more" });
    assert_eq!(refusals(&coordinator, "addInformation", added).await, refused("NOT_FOUND", "reportId"));
    assert_eq!(listed(&intake, json!({})).await, Vec::<Value>::new(), "its own opening is hidden too");
    assert_eq!(listed(&supervisor, json!({})).await.len(), 1, "and is reviewed all the same");
    assert!(field(&reporter, &report.id, "observations").await.is_string(), "its author goes on");
}

#[rstest]
#[tokio::test]
async fn a_barred_assignee_loses_the_report_and_its_cases(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let intake = server.sign_in_as("intake@centre.example").await.accept_language("en");
    let (one, two) =
        (server.sign_in_as("caseworker@centre.example").await, server.sign_in_as("caseworker2@centre.example").await);
    let (first, second) = (own_membership(&one).await, own_membership(&two).await);
    let report = submit(&reporter, "carried-by-one", content("x")).await;
    step(&intake, "assignReport", &report.id, json!({ "membershipId": first })).await;
    step(&one, "acceptReport", &report.id, json!({ "idempotencyKey": "accepted-by-one", "reason": "signs" })).await;
    let work = "assignee { id } revision cases { caseWorker { id } revision }";
    let shown = async |client: &Client| {
        let document = format!("query W($id: ID!) {{ report(id: $id) {{ {work} }} }}");
        client.query(&document, json!({ "id": report.id })).await.expect_no_errors().data()["report"].clone()
    };
    let updated = field(&reporter, &report.id, "updatedAt").await;
    let before = shown(&supervisor).await;
    assert_eq!((&before["assignee"]["id"], &before["cases"][0]["caseWorker"]["id"]), (&first, &first));

    // The case worker says so itself.
    let declare = json!({ "idempotencyKey": "it-is-a-cousin", "reportId": report.id, "reason": "a cousin of mine" });
    let declared = done(&one, "declareConflictOfInterest", "reportId", declare.clone()).await;
    assert_eq!(declared["reportId"], report.id);
    assert_eq!(shown(&one).await, Value::Null);
    let again = done(&one, "declareConflictOfInterest", "reportId", declare).await;
    assert_eq!(again["reportId"], report.id, "the same key answers the same");
    let now = shown(&supervisor).await;
    assert_eq!((&now["assignee"], &now["cases"][0]["caseWorker"]), (&Value::Null, &Value::Null));
    assert_eq!(now["revision"], before["revision"], "it is no step");
    assert_eq!(field(&reporter, &report.id, "updatedAt").await, updated, "its author learns nothing");
    let bars = "bars { id member { id } barredBy { id } reason liftedAt }";
    let kept = field(&supervisor, &report.id, bars).await;
    assert_eq!((&kept[0]["member"]["id"], &kept[0]["barredBy"]["id"]), (&first, &first));
    assert_eq!(field(&intake, &report.id, bars).await, Value::Null, "bars are the supervisor's");

    let assign = json!({ "reportId": report.id, "revision": now["revision"], "membershipId": first });
    assert_eq!(refusals(&intake, "assignReport", assign).await, refused("INVALID", "membershipId"));
    step(&intake, "assignReport", &report.id, json!({ "membershipId": second })).await;
    let given = shown(&two).await;
    assert_eq!((&given["assignee"]["id"], &given["cases"][0]["caseWorker"]["id"]), (&second, &second));

    let lift = json!({ "barId": kept[0]["id"], "reason": "no cousin after all" });
    let refused_to = act(&intake, "liftBar", "__typename", lift.clone()).await;
    assert_eq!(refused_to.error_codes(), ["NOT_FOUND"]);
    done(&supervisor, "liftBar", "bar { liftedAt liftReason liftedBy { id } }", lift.clone()).await;
    assert_eq!(refusals(&supervisor, "liftBar", lift).await, refused("WRONG_STATE", "barId"));
    step(&intake, "assignReport", &report.id, json!({ "membershipId": first })).await;
    assert_eq!(shown(&one).await["assignee"]["id"], first);
}

#[rstest]
#[tokio::test]
async fn who_can_be_barred(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let stranger = server.sign_in_as("coordinator@social-work-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let intake = server.sign_in_as("intake@centre.example").await;
    let report = submit(&reporter, "barred-for-whom", content("x")).await;
    let told = submit(&intake, "told-by-telephone", content("y")).await;
    let input = |key: &str, report: &Value, member: &Value| json!({ "idempotencyKey": key, "reportId": report, "membershipId": member, "reason": "a conflict" });
    let author = own_membership(&reporter).await;
    let refusal = async |input| refusals(&supervisor, "barFromReport", input).await;
    assert_eq!(refusal(input("the-author", &report.id, &author)).await, refused("INVALID", "membershipId"));
    let elsewhere = own_membership(&stranger).await;
    assert_eq!(refusal(input("a-stranger", &report.id, &elsewhere)).await, refused("INVALID", "membershipId"));
    let officer = own_membership(&intake).await;
    assert_eq!(refusal(input("the-noter", &told.id, &officer)).await, refused("INVALID", "membershipId"));
    let own = json!({ "idempotencyKey": "of-its-own", "reportId": told.id, "reason": "a conflict" });
    assert_eq!(refusals(&intake, "declareConflictOfInterest", own).await, refused("INVALID", "reportId"));
    for (reason, code) in [("  ".to_owned(), "REQUIRED"), ("a".repeat(2_001), "TOO_LONG")] {
        let mut silent = input("without-a-reason", &report.id, &officer);
        silent["reason"] = json!(reason);
        assert_eq!(refusal(silent).await, refused(code, "reason"));
    }
    done(&supervisor, "barFromReport", "bar { id }", input("barred-once", &report.id, &officer)).await;
    assert_eq!(refusal(input("barred-twice", &report.id, &officer)).await, refused("TAKEN", "membershipId"));
    for client in [&reporter, &stranger, &intake] {
        let nobody = act(client, "barFromReport", "__typename", input("not-by-you", &report.id, &officer)).await;
        assert_eq!(nobody.error_codes(), ["NOT_FOUND"]);
    }
    // A supervisor may have a conflict of its own; from then on another one has to lift it.
    let own = own_membership(&supervisor).await;
    done(&supervisor, "barFromReport", "bar { id }", input("of-the-supervisor", &report.id, &own)).await;
    assert_eq!(field(&supervisor, &report.id, "id").await, Value::Null);
    let bars = list(&field(&supervisor, &told.id, "bars { id }").await).to_vec();
    assert_eq!(bars, Vec::<Value>::new());
}

#[rstest]
#[tokio::test]
async fn counts_leave_it_out(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let report = submit(&reporter, "counted-without", content("x")).await;
    let year: i64 = text(&field(&reporter, &report.id, "submittedAt").await)[..4].parse().expect("a year");
    for email in ["intake@centre.example", "coordinator@school-01.example", "analyst@centre.example"] {
        let client = server.sign_in_as(email).await;
        let count = "query C($year: Int!) { yearlyCounts(year: $year) { reports { total } } }";
        let total = async || {
            let response = client.query(count, json!({ "year": year })).await;
            response.expect_no_errors().data()["yearlyCounts"]["reports"]["total"].as_u64().expect("a number")
        };
        let before = total().await;
        bar(&supervisor, &report.id, &client, &format!("bars-{email}")).await;
        assert_eq!(total().await, before - 1, "{email}");
    }
}
