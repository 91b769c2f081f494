use super::*;
use crate::access::Action;
use crate::error::Fault;
use crate::testing::assert_fault;

fn with(mut content: Value, field: &str, value: Value) -> Value {
    content[field] = value;
    content
}

fn update(draft: &Value, revision: i32, content: Value) -> Value {
    json!({ "input": { "reportId": draft["id"], "revision": revision, "content": content } })
}

#[tokio::test]
async fn an_empty_draft_may_be_begun_once_a_key() {
    let world = World::new().await;
    let draft = begin(&world, "ana", json!({})).await;
    assert_eq!(draft["status"], "DRAFT");
    assert_eq!(draft["reference"], Value::Null);
    assert_ne!(draft["expiresAt"], Value::Null);
    assert_eq!(begin(&world, "ana", json!({})).await["id"], draft["id"]);
    let other = json!({ "idempotencyKey": key("a draft"), "content": a_content() });
    let answer = world.ask("ana", CREATE, json!({ "input": other })).await;
    assert_eq!(refusals(&answer, "createDraft"), refusal("KEY_REUSED", "idempotencyKey"));
    assert_eq!(world.audited(&text(&draft["id"])).await[0], Action::DraftCreated);
}

#[tokio::test]
async fn a_draft_takes_other_content_and_keeps_the_persons_it_names() {
    let world = World::new().await;
    let draft = begin(&world, "ana", a_content()).await;
    let person = &draft["persons"][0]["id"];
    assert_eq!(draft["persons"][0]["indicators"][1]["indicator"]["code"], codes()[1].as_str());
    let mut content = a_content();
    content["persons"][0]["id"] = person.clone();
    content["persons"][0]["pseudonym"] = "Мирјана".into();
    content["persons"].as_array_mut().expect("persons").push(json!({ "child": "NO" }));
    let answer = world.ask("ana", UPDATE, update(&draft, 1, content)).await;
    let after = &answer["updateDraft"]["report"];
    assert_eq!(after["revision"], 2);
    assert_eq!(&after["persons"][0]["id"], person);
    assert_eq!(after["persons"][0]["pseudonym"], "Мирјана");
    assert_eq!(after["persons"][0]["indicators"][1]["remark"], "више пута");
    assert_eq!(after["persons"].as_array().map(Vec::len), Some(2));
    // The same content again is no change.
    let mut same = a_content();
    same["persons"] = json!([]);
    let answer = world.ask("ana", UPDATE, update(&draft, 2, same.clone())).await;
    assert_eq!(answer["updateDraft"]["report"]["revision"], 3);
    let answer = world.ask("ana", UPDATE, update(&draft, 3, same)).await;
    assert_eq!(answer["updateDraft"]["report"]["revision"], 3);
}

#[tokio::test]
async fn a_stale_change_is_refused_and_told_what_changed() {
    let world = World::new().await;
    let draft = begin(&world, "ana", a_content()).await;
    let mut content = with(a_content(), "observations", "Нешто друго.".into());
    content["persons"][0]["id"] = draft["persons"][0]["id"].clone();
    world.ask("ana", UPDATE, update(&draft, 1, content)).await;
    let answer = world.ask("ana", UPDATE, update(&draft, 1, a_content())).await;
    assert_eq!(refusals(&answer, "updateDraft"), refusal("STALE", "revision"));
    let message = text(&answer["updateDraft"]["userErrors"][0]["message"]);
    assert!(message.contains(": observations."), "{message}");
}

#[tokio::test]
async fn nobody_else_has_the_draft() {
    let world = World::new().await;
    let draft = begin(&world, "ana", a_content()).await;
    let read = "query($id: ID!) { report(id: $id) { id } node(id: $id) { id } reports { totalCount nodes { id } } }";
    let nothing = json!({ "report": null, "node": null, "reports": { "totalCount": 0, "nodes": [] } });
    for other in ["ada", "aca", "boris", "iva"] {
        assert_eq!(world.ask(other, read, json!({ "id": draft["id"] })).await, nothing, "{other}");
        let answer = world.ask(other, UPDATE, update(&draft, 1, a_content())).await;
        assert_eq!(refusals(&answer, "updateDraft"), refusal("NOT_FOUND", "reportId"), "{other}");
        let discard = "mutation($id: ID!) { discardDraft(input: { reportId: $id }) {
            discardedId userErrors { code field } } }";
        let answer = world.ask(other, discard, json!({ "id": draft["id"] })).await;
        assert_eq!(refusals(&answer, "discardDraft"), refusal("NOT_FOUND", "reportId"), "{other}");
    }
    for without in ["petar", "tanja"] {
        let response = world.execute(without, read, json!({ "id": draft["id"] })).await;
        assert_fault(&response, Fault::NotFound);
    }
}

#[tokio::test]
async fn a_discarded_draft_is_gone() {
    let world = World::new().await;
    let draft = begin(&world, "ana", a_content()).await;
    let discard =
        "mutation($id: ID!) { discardDraft(input: { reportId: $id }) { discardedId userErrors { code field } } }";
    let variables = json!({ "id": draft["id"] });
    let answer = world.ask("ana", discard, variables.clone()).await;
    assert_eq!(answer["discardDraft"], json!({ "discardedId": draft["id"], "userErrors": [] }));
    let answer = world.ask("ana", discard, variables).await;
    assert_eq!(refusals(&answer, "discardDraft"), refusal("NOT_FOUND", "reportId"));
    let read = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let ids = json!({ "ids": [draft["id"], draft["persons"][0]["id"]] });
    assert_eq!(world.ask("ana", read, ids).await, json!({ "nodes": [null, null] }));
    let audited = world.audited(&text(&draft["id"])).await;
    assert_eq!(audited.last(), Some(&Action::DraftDiscarded));
}

#[tokio::test]
async fn what_is_wrong_is_said_all_at_once_where_it_stands() {
    let world = World::new().await;
    let content = json!({
        "observedFrom": "2999-01-01",
        "municipality": "atlantida",
        "persons": [{
            "id": "person_00000000000000000000000000",
            "birthYear": 1812,
            "indicators": [
                { "set": "unodc-children", "code": "NO-SUCH" },
                { "set": "no-such", "code": "X" },
                { "set": "unodc-children", "version": "1812", "code": codes()[0] },
            ],
        }],
    });
    let input = json!({ "idempotencyKey": key("a draft"), "content": content });
    let answer = world.ask("ana", CREATE, json!({ "input": input })).await;
    let mut found = refusals(&answer, "createDraft");
    found.sort();
    let expected = [
        ("INVALID", "content.municipality"),
        ("INVALID", "content.observedFrom"),
        ("INVALID", "content.persons.0.birthYear"),
        ("INVALID", "content.persons.0.indicators.0.code"),
        ("INVALID", "content.persons.0.indicators.1.set"),
        ("INVALID", "content.persons.0.indicators.2.version"),
        ("NOT_FOUND", "content.persons.0.id"),
    ];
    assert_eq!(found, expected.map(|(code, path)| (code.to_owned(), path.to_owned())));
    assert_eq!(answer["createDraft"]["report"], Value::Null);
}
