//! Rows that are written by a service that reads no text.

use super::*;
use crate::access::Purpose;
use crate::testing::World;
use entity::{audit_event, report};
use serde_json::json;

#[tokio::test]
async fn who_leaves_texts_sealed_keeps_none_of_its_own_in_plain() {
    let world = World::new().await;
    let report = json!({ "content": { "observations": "виђено", "persons": [{ "identity": { "names": "Мира" } }] } });
    let input = json!({ "idempotencyKey": "one-report", "report": report });
    let document = "mutation($input: SubmitReportInput!) { submitReport(input: $input) { userErrors { code } } }";
    let answer = world.ask("ana", document, json!({ "input": input })).await;
    assert_eq!(answer["submitReport"]["userErrors"], json!([]));
    let write = world.service(Purpose::Erasure).begin().await.expect("begins");
    let row = write.find::<report::Entity>().one().await.expect("rows").expect("the report");
    assert!(!row.observations.is_empty() && row.observations != "виђено", "it is read sealed");
    let with = |observations: &str| report::Model { observations: observations.to_owned(), ..row.clone() };
    for (before, after) in [(Some(&row), with("измишљено")), (None, with("измишљено")), (None, row.clone())]
    {
        let refused = seal::<report::Entity>(&write, before, &after).await.expect_err("it would stand there in plain");
        assert!(matches!(&refused, Error::Sealed(what) if what.starts_with("report.observations ")), "{refused}");
    }
    for after in [row.clone(), with("")] {
        let kept = seal::<report::Entity>(&write, Some(&row), &after).await.expect("it is as it was read, or empty");
        assert_eq!(kept, after);
    }
    let words = Some("the service's own words".to_owned());
    let line = |organisation_id| audit_event::Model {
        id: row.id,
        occurred_at: row.created_at,
        organisation_id,
        account_id: None,
        membership_id: None,
        action: String::new(),
        object_type: String::new(),
        object_id: None,
        request_id: Uuid::nil(),
        reason: words.clone(),
    };
    let kept = seal::<audit_event::Entity>(&write, None, &line(None)).await.expect("they name nobody");
    assert_eq!(kept.reason, words);
    assert!(seal::<audit_event::Entity>(&write, None, &line(Some(row.organisation_id))).await.is_err());
}
