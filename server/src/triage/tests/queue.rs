//! The queue: what stands in it, in which order, and what it costs.

use super::*;

const QUEUE: &str = "query($filter: TriageFilter, $sort: TriageSort! = URGENCY, $first: Int, $after: String) {
    triageQueue(filter: $filter, sort: $sort, first: $first, after: $after) {
        nodes { id } totalCount pageInfo { hasNextPage endCursor } } }";

async fn queue(world: &World, variables: Value) -> (Vec<String>, Value) {
    let answer = world.ask("iva", QUEUE, variables).await["triageQueue"].clone();
    let nodes = answer["nodes"].as_array().expect("nodes").iter().map(|node| text(&node["id"])).collect();
    (nodes, answer)
}

async fn listed(world: &World, filter: Value) -> Vec<String> {
    queue(world, json!({ "filter": filter })).await.0
}

/// An ordinary report of a school, an urgent one about a child by another school, an immediate one of the police.
async fn three(world: &World) -> [String; 3] {
    let ordinary = submit(world, "ana", about(1)).await;
    let mut child = about(1);
    child["persons"][0]["child"] = json!("UNSURE");
    child["municipality"] = json!("nis");
    let urgent = submit(world, "boris", child).await;
    let mut danger = about(1);
    danger["dangerNow"] = json!("YES");
    let immediate = submit(world, "pavle", danger).await;
    [ordinary, urgent, immediate]
}

#[tokio::test]
async fn the_most_urgent_stand_first_and_pages_follow_each_other() {
    let world = World::new().await;
    let [ordinary, urgent, immediate] = three(&world).await;
    let urgency = [immediate.clone(), urgent.clone(), ordinary.clone()];
    assert_eq!(queue(&world, json!({})).await.0, urgency);
    let sorted = async |sort: &str| queue(&world, json!({ "sort": sort })).await.0;
    assert_eq!(sorted("OLDEST").await, [ordinary.clone(), urgent.clone(), immediate.clone()]);
    assert_eq!(sorted("NEWEST").await, [immediate, urgent, ordinary]);
    for sort in ["URGENCY", "OLDEST", "NEWEST"] {
        let (mut walked, mut after) = (Vec::new(), Value::Null);
        loop {
            let (nodes, page) = queue(&world, json!({ "sort": sort, "first": 1, "after": after })).await;
            walked.extend(nodes);
            assert_eq!(page["totalCount"], 3);
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
        }
        assert_eq!(walked, sorted(sort).await, "{sort}");
    }
}

#[tokio::test]
async fn filters_narrow_the_queue() {
    let world = World::new().await;
    let [ordinary, urgent, immediate] = three(&world).await;
    assign(&world, "iva", &ordinary, "goran").await;
    step(&world, "iva", "closeReport", &immediate, json!({ "reason": "Без основа." })).await;
    let goran = world.membership("goran").await;
    let today = world.clock.today().to_string();
    for (filter, expected) in [
        (json!({}), vec![&urgent, &ordinary]),
        (json!({ "states": ["CLOSED"] }), vec![&immediate]),
        (json!({ "states": [] }), vec![]),
        (json!({ "states": ["DRAFT"] }), vec![]),
        (json!({ "urgency": "URGENT" }), vec![&urgent]),
        (json!({ "assignedTo": goran }), vec![&ordinary]),
        (json!({ "assignedTo": "nobody" }), vec![]),
        (json!({ "unassigned": true }), vec![&urgent]),
        (json!({ "unassigned": false }), vec![&ordinary]),
        (json!({ "organisationKind": "SCHOOL" }), vec![&urgent, &ordinary]),
        (json!({ "organisationKind": "POLICE", "states": ["CLOSED", "SUBMITTED"] }), vec![&immediate]),
        (json!({ "municipality": "nis" }), vec![&urgent]),
        (json!({ "childInvolved": true }), vec![&urgent]),
        (json!({ "childInvolved": false }), vec![&ordinary]),
        (json!({ "submittedFrom": today, "submittedUntil": today }), vec![&urgent, &ordinary]),
        (json!({ "submittedUntil": "2018-01-01" }), vec![]),
    ] {
        let found = listed(&world, filter.clone()).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{filter}");
    }
}

#[tokio::test]
async fn a_report_is_found_by_its_reference_however_it_is_written() {
    let world = World::new().await;
    let [_, _, immediate] = three(&world).await;
    step(&world, "iva", "closeReport", &immediate, json!({ "reason": "Без основа." })).await;
    let reference = text(&read(&world, "iva", &immediate, "reference").await);
    let sloppy = reference.to_lowercase().replace('-', " ").replace('0', "o");
    for written in [&reference, &sloppy] {
        assert_eq!(
            listed(&world, json!({ "reference": written })).await,
            std::slice::from_ref(&immediate),
            "{written}"
        );
    }
    for nothing in ["", "PI-0000-0000-1", "%", "\0"] {
        assert_eq!(listed(&world, json!({ "reference": nothing })).await, Vec::<String>::new(), "{nothing:?}");
    }
    assert_eq!(listed(&world, json!({ "reference": reference, "states": ["SUBMITTED"] })).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_officers_own_draft_is_not_in_the_queue() {
    let world = World::new().await;
    let document = "mutation($input: CreateDraftInput!) { createDraft(input: $input) { report { id } } }";
    let input = json!({ "idempotencyKey": "a-draft-of-iva", "content": about(1) });
    let draft = world.ask("iva", document, json!({ "input": input })).await["createDraft"]["report"]["id"].clone();
    assert!(draft.is_string());
    assert_eq!(queue(&world, json!({})).await.0, Vec::<String>::new());
    let input = json!({ "reportId": draft, "revision": 1, "reason": "зато" });
    let refused = send(&world, "iva", "closeReport", input).await;
    assert_eq!(refusal(&refused).0, "NOT_FOUND");
}

#[tokio::test]
async fn statements_do_not_grow_with_the_rows() {
    let world = World::new().await;
    let everything = "{ triageQueue { totalCount nodes {
        reference author { name } organisation { name } assignee { name } joinedTo { reference }
        joinedReports { reference } notes { totalCount nodes { text author { name } } }
        events { nodes { transition actor { name } assignee { name } } }
        persons { pseudonym indicators { remark } } messages { nodes { text } }
        cases { reference person { pseudonym } caseWorker { name } }
    } } }";
    let mut counts = Vec::new();
    for round in 0..2 {
        for _ in 0..=round * 4 {
            let report = submit(&world, "ana", about(2)).await;
            assign(&world, "iva", &report, "goran").await;
            let note = json!({ "idempotencyKey": crate::ids::new_reference("KEY"), "reportId": report, "text": "а" });
            send(&world, "iva", "addNote", note).await;
        }
        counts.push(world.statements("iva", everything).await);
    }
    assert_eq!(counts[0], counts[1]);
}
