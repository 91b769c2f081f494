use super::*;
use crate::access::Action;

const EVERYTHING: &str = "query($id: ID!) { report(id: $id) {
    id reference status state observations author { name } organisation { name }
    persons { pseudonym treatedAsChild identity { names birthDate } indicators { remark }
        evaluation { set { set } conclusion } report { id } }
    messages { totalCount } } }";

#[tokio::test]
async fn each_sees_what_its_role_sees() {
    let world = World::new().await;
    let report = submit(&world, "ana", a_content()).await;
    let read = |name| world.ask(name, EVERYTHING, json!({ "id": report }));
    let own = read("ana").await;
    assert_eq!(own["report"]["state"], Value::Null);
    assert_eq!(own["report"]["author"]["name"], "ana");
    let person = &own["report"]["persons"][0];
    assert_eq!(person["identity"], json!({ "names": "Мира Мирић", "birthDate": "2005-05-05" }));
    assert_eq!(person["treatedAsChild"], true);
    assert_eq!(person["evaluation"][0]["set"]["set"], "unodc-children");
    for other in ["ada", "boris"] {
        assert_eq!(read(other).await, json!({ "report": null }), "{other}");
    }
    let coordinator = read("aca").await;
    assert_eq!(coordinator["report"]["observations"], "Долази гладна и не иде кући.");
    assert_eq!(coordinator["report"]["persons"][0]["identity"], Value::Null);
    assert_eq!(coordinator["report"]["state"], Value::Null);
    let intake = read("iva").await;
    assert_eq!(intake["report"]["state"], "SUBMITTED");
    assert_eq!(intake["report"]["persons"][0]["identity"], Value::Null);
    assert_eq!(intake["report"]["author"]["name"], "ana");
}

#[tokio::test]
async fn reading_content_and_identity_is_written_down_and_status_is_not() {
    let world = World::new().await;
    let report = submit(&world, "ana", a_content()).await;
    let before = world.audited(&report).await;
    world.ask("aca", "query($id: ID!) { report(id: $id) { reference status urgency } }", json!({ "id": report })).await;
    assert_eq!(world.audited(&report).await, before);
    world.ask("aca", EVERYTHING, json!({ "id": report })).await;
    assert_eq!(world.audited(&report).await, [Action::ReportSubmitted, Action::ReportRead]);
    let persons = "query($id: ID!) { report(id: $id) { persons { id identity { names } } } }";
    let own = world.ask("ana", persons, json!({ "id": report })).await;
    let person = text(&own["report"]["persons"][0]["id"]);
    assert_eq!(world.audited(&person).await, [Action::IdentityRead]);
    world.ask("aca", persons, json!({ "id": report })).await;
    assert_eq!(world.audited(&person).await, [Action::IdentityRead], "nothing was there to read");
    let node = "query($id: ID!) { node(id: $id) { ... on Person { pseudonym } } }";
    let reads = world.audited(&report).await.len();
    world.ask("iva", node, json!({ "id": person })).await;
    assert_eq!(world.audited(&report).await.len(), reads + 1);
}

#[tokio::test]
async fn a_report_is_found_by_a_sloppy_reference_and_by_filters() {
    let world = World::new().await;
    let report = submit(&world, "ana", a_content()).await;
    let read = "query($reference: String!) { reportByReference(reference: $reference) { id reference } }";
    let list = world.ask("ana", "{ reports { nodes { reference } } }", json!({})).await;
    let reference = text(&list["reports"]["nodes"][0]["reference"]);
    let sloppy = reference.to_lowercase().replace('-', " ").replace('0', "o");
    let found = world.ask("aca", read, json!({ "reference": sloppy })).await;
    assert_eq!(found["reportByReference"], json!({ "id": report, "reference": reference }));
    for (name, reference) in [("boris", reference.as_str()), ("ana", "PI-0000-0000-1"), ("ana", "\0")] {
        let nothing = world.ask(name, read, json!({ "reference": reference })).await;
        assert_eq!(nothing, json!({ "reportByReference": null }));
    }
    let filtered = "query($filter: ReportFilter) { reports(filter: $filter) { totalCount nodes { id } } }";
    let today = world.clock.today().to_string();
    for (filter, expected) in [
        (json!({ "status": "RECEIVED" }), 1),
        (json!({ "status": "DRAFT" }), 0),
        (json!({ "municipality": "nis" }), 1),
        (json!({ "municipality": "vranje" }), 0),
        (json!({ "childInvolved": true }), 1),
        (json!({ "childInvolved": false }), 0),
        (json!({ "submittedFrom": today, "submittedUntil": today }), 1),
        (json!({ "submittedUntil": "2018-01-01" }), 0),
    ] {
        let found = world.ask("ana", filtered, json!({ "filter": filter })).await;
        assert_eq!(found["reports"]["totalCount"], expected, "{filter}");
    }
}

#[tokio::test]
async fn a_disputed_age_counts_as_a_child_s_in_the_filter_too() {
    let world = World::new().await;
    let year: i32 = world.clock.today().format("%Y").to_string().parse().expect("a year");
    let list = "query($child: Boolean) { reports(filter: { childInvolved: $child }) { nodes { persons { treatedAsChild } } } }";
    for (position, person) in [
        json!({ "child": "NO", "birthYear": year - 18 }),
        json!({ "child": "NO", "birthYear": year - 19 }),
        json!({ "child": "NO", "ageBand": "UNDER_12" }),
        json!({ "child": "NO" }),
        json!({}),
    ]
    .into_iter()
    .enumerate()
    {
        let content = json!({ "observations": "Види се.", "persons": [person] });
        let input = json!({ "idempotencyKey": format!("key-{position}-long"), "report": { "content": content } });
        world.ask("ana", SUBMIT, json!({ "input": input })).await;
    }
    for (child, expected) in [(true, 3), (false, 2)] {
        let found = world.ask("ana", list, json!({ "child": child })).await;
        let found = found["reports"]["nodes"].as_array().expect("nodes").clone();
        assert_eq!(found.len(), expected);
        assert!(found.iter().all(|report| report["persons"][0]["treatedAsChild"] == child), "{found:?}");
    }
}

#[tokio::test]
async fn statements_do_not_grow_with_rows() {
    let world = World::new().await;
    let list = "{ reports(first: 20) { nodes { reference observations author { name } organisation { name }
        persons { pseudonym identity { names } indicators { remark indicator { code } } evaluation { conclusion } }
        messages(first: 2) { nodes { text author { name } inReplyTo { text } } } } } }";
    let benchmark = "{ reports(first: 20) { nodes { reference author { name }
        persons { pseudonym indicators { remark indicator { code } } } } } }";
    let mut counts = Vec::new();
    for round in 0..3 {
        for position in 0..3 {
            let mut content = a_content();
            content["persons"].as_array_mut().expect("persons").push(json!({ "child": "NO" }));
            let key = format!("key-of-{round}-{position}");
            let input = json!({ "idempotencyKey": key, "report": { "content": content } });
            let answer = world.ask("ana", SUBMIT, json!({ "input": input })).await;
            let report = text(&answer["submitReport"]["report"]["id"]);
            let add =
                "mutation($input: AddInformationInput!) { addInformation(input: $input) { userErrors { code } } }";
            let input = json!({ "idempotencyKey": key + "-b", "reportId": report, "text": "Још." });
            world.ask("ana", add, json!({ "input": input })).await;
        }
        counts.push((world.statements("ana", list).await, world.statements("ana", benchmark).await));
    }
    assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
    // Opening, reports with authors, persons, ticks; and three for the audit rows, which on PostgreSQL travel with the commit.
    assert_eq!(counts[0].1, 7);
}
