use super::*;
use crate::access::Action;
use crate::ids;
use crate::testing::World;
use entity::{organisation, report, session};
use sea_orm::ColumnTrait;
use serde_json::json;
use std::time::Duration;

async fn begin(world: &World, purpose: Purpose) -> Write {
    world.service(purpose).begin().await.expect("begins")
}

fn same(row: &session::Model) -> Condition {
    Condition::all().add(session::Column::Id.eq(row.id))
}

async fn anas_session(world: &World) -> session::Model {
    session::Model {
        id: Uuid::from_u128(7),
        token_hash: vec![7],
        account_id: world.scope("ana").await.viewer().account_id().expect("an account"),
        membership_id: None,
        second_factor: true,
        created_at: world.clock.now(),
        last_seen_at: world.clock.now(),
    }
}

async fn expect_unaudited(write: Write) {
    assert!(matches!(write.commit().await, Err(Error::Unaudited)));
}

#[tokio::test]
async fn no_kind_of_change_lasts_without_an_audit_row() {
    type Table = session::Entity;
    let world = World::new().await;
    let row = anas_session(&world).await;
    let write = begin(&world, Purpose::SignIn).await;
    write.insert_part::<Table>(row.clone()).await.expect("inserts");
    expect_unaudited(write).await;
    let write = begin(&world, Purpose::SignIn).await;
    assert!(write.insert_part_unless_there::<Table>(row.clone()).await.expect("inserts"));
    expect_unaudited(write).await;
    let write = begin(&world, Purpose::SignIn).await;
    assert_eq!(write.find::<Table>().filter(same(&row)).count().await.expect("a number"), 0, "nothing has lasted");
    write.insert_part::<Table>(row.clone()).await.expect("inserts");
    write.commit_unaudited().await.expect("commits");

    let write = begin(&world, Purpose::SignIn).await;
    assert!(!write.insert_part_unless_there::<Table>(row.clone()).await.expect("it is there"));
    write.commit().await.expect("nothing changed");
    let write = begin(&world, Purpose::SignIn).await;
    let later = session::Model { last_seen_at: row.last_seen_at + chrono::TimeDelta::minutes(1), ..row.clone() };
    write.update_part::<Table>(&row, later).await.expect("updates");
    expect_unaudited(write).await;
    let write = begin(&world, Purpose::SignIn).await;
    assert_eq!(write.delete_parts::<Table>(same(&row)).await.expect("removes"), 1);
    expect_unaudited(write).await;
    let write = begin(&world, Purpose::SignIn).await;
    let other = session::Model { id: Uuid::from_u128(8), ..row.clone() };
    assert_eq!(write.delete_parts::<Table>(same(&other)).await.expect("there is none"), 0);
    assert!(matches!(write.update_part::<Table>(&other, other.clone()).await, Err(Error::NotPermitted(_))));
    write.commit().await.expect("nothing changed");
}

#[tokio::test]
async fn nothing_is_erased_without_an_audit_row() {
    use entity::report_message::{Column, Entity};
    let world = World::new().await;
    world.submit_from_two(json!([])).await;
    let report = world.scope("iva").await.find::<report::Entity>().one().await.expect("rows").expect("a report").id;
    let input = json!({ "input": { "idempotencyKey": "told-later-on", "text": "још нешто",
        "reportId": ids::encode(ids::ObjectType::Report, report) } });
    let document = "mutation($input: AddInformationInput!) { addInformation(input: $input) { userErrors { code } } }";
    let author = if world.execute("ana", document, input.clone()).await.errors.is_empty() { "ana" } else { "boris" };
    world.execute(author, document, input).await;
    let of = |report: Uuid| Condition::all().add(Column::ReportId.eq(report));
    let write = begin(&world, Purpose::Erasure).await;
    assert_eq!(write.erase::<Entity>(of(Uuid::from_u128(7)), Vec::new()).await.expect("there is none"), 0);
    write.commit().await.expect("nothing changed");
    let write = begin(&world, Purpose::Erasure).await;
    assert!(write.erase::<Entity>(of(report), Vec::new()).await.expect("erases") > 0);
    expect_unaudited(write).await;
}

#[tokio::test]
async fn only_who_keeps_the_keys_writes_rows_as_they_are_kept() {
    let world = World::new().await;
    world.submit_from_two(json!([])).await;
    let scope = world.scope("iva").await;
    let row = scope.find::<report::Entity>().one().await.expect("rows").expect("a report");
    let write = scope.begin().await.expect("begins");
    let refused = write.update_kept::<report::Entity>(&row, &row).await;
    assert!(matches!(refused, Err(Error::NotPermitted("report"))), "{refused:?}");
}

#[tokio::test]
async fn what_the_policy_does_not_allow_is_not_written() {
    let world = World::new().await;
    let write = world.scope("ana").await.begin().await.expect("begins");
    let refused = write.insert_part::<session::Entity>(anas_session(&world).await).await;
    assert!(matches!(refused, Err(Error::NotPermitted("session"))));
    write.commit().await.expect("nothing changed");
}

#[tokio::test]
async fn who_may_leave_no_audit_row_does_one_work_alone() {
    let world = World::new().await;
    let purposes = [
        Purpose::Expiry,
        Purpose::KeyKeeping,
        Purpose::Notification,
        Purpose::Webhook,
        Purpose::Matching,
        Purpose::AuditLinking,
    ];
    for purpose in purposes {
        let ways = [
            begin(&world, purpose).await.commit_expiry().await,
            begin(&world, purpose).await.commit_key_keeping().await,
            begin(&world, purpose).await.commit_notifications().await,
            begin(&world, purpose).await.commit_matching().await,
            begin(&world, purpose).await.commit_links().await,
        ];
        let allowed: Vec<usize> = (0..ways.len()).filter(|way| ways[*way].is_ok()).collect();
        let expected = match purpose {
            Purpose::Expiry => 0,
            Purpose::KeyKeeping => 1,
            Purpose::Notification | Purpose::Webhook => 2,
            Purpose::Matching => 3,
            _ => 4,
        };
        assert_eq!(allowed, [expected], "{purpose:?}");
    }
}

#[tokio::test]
async fn whoever_tells_news_is_woken_once_they_last() {
    let world = World::new().await;
    let woken =
        async || tokio::time::timeout(Duration::from_millis(50), world.database.outbox().notified()).await.is_ok();
    let scope = world.scope("ana").await;
    let write = scope.begin().await.expect("begins");
    write.audit::<organisation::Entity>(scope.viewer().organisation_id(), Action::KeyRotated).await.expect("audits");
    write.commit().await.expect("commits");
    assert!(!woken().await, "there is nothing to tell");
    let write = scope.begin().await.expect("begins");
    write.audit::<report::Entity>(Uuid::from_u128(7), Action::ReportSubmitted).await.expect("audits");
    assert!(!woken().await, "it may yet fail");
    write.commit().await.expect("commits");
    assert!(woken().await);
    let matching = tokio::time::timeout(Duration::from_millis(50), world.database.to_match().notified()).await;
    assert!(matching.is_err(), "there is nobody to compare");
    let report = json!({ "content": { "observations": "виђено", "persons": [{ "identity": { "names": "Мира" } }] } });
    let input = json!({ "input": { "idempotencyKey": "one-to-compare", "report": report } });
    let document = "mutation($input: SubmitReportInput!) { submitReport(input: $input) { userErrors { code } } }";
    let answer = world.ask("ana", document, input).await;
    assert_eq!(answer["submitReport"]["userErrors"], json!([]));
    let matching = tokio::time::timeout(Duration::from_millis(50), world.database.to_match().notified()).await;
    assert!(matching.is_ok(), "there is somebody to compare");
}
