//! What is asked, and what comes of it.

use super::*;
use crate::access::Database;
use crate::clock::Clock;
use crate::testing::{World, database_at};
use entity::{membership, person, report};

/// Whether no policy narrows it any more.
fn sees_all<E: Policy>(find: &Find<E>) -> bool {
    format!("{:?}", find.visible) == format!("{:?}", everything())
}

#[tokio::test]
async fn parts_of_what_was_read_are_not_held_against_the_policy_again() {
    let world = World::new().await;
    world.submit_from_two(serde_json::json!([])).await;
    let scope = world.scope("iva").await;
    let parts = |reports: &[Uuid]| scope.find::<person::Entity>().of(person::Column::ReportId, reports.to_vec());
    let ids: Vec<Uuid> = world
        .scope("ivan")
        .await
        .find::<report::Entity>()
        .all()
        .await
        .expect("rows")
        .iter()
        .map(|report| report.id)
        .collect();
    assert!(!sees_all(&parts(&ids)), "it has read neither");
    scope.find::<report::Entity>().by_key(ids[0]).all().await.expect("rows");
    assert!(sees_all(&parts(&ids[..1])), "it has read this one");
    assert!(!sees_all(&parts(&ids)), "it has not read the other");
    let by_author = scope.find::<person::Entity>().of(person::Column::OrganisationId, vec![ids[0]]);
    assert!(!sees_all(&by_author), "another column says nothing of what it has read");
    scope.forget();
    assert!(!sees_all(&parts(&ids[..1])), "it has forgotten");
}

#[tokio::test]
async fn postgresql_gets_one_statement_for_any_number_of_keys() {
    let settings = database_at("postgres://nobody@127.0.0.1:1/none");
    let database = Database::open(&settings).await.expect("connects when it is needed");
    let scope = Scope::new(database, Viewer::service(crate::access::Purpose::Count), Clock::system(), Uuid::nil());
    let statement = |keys: u128| {
        let find = scope.find::<report::Entity>().by_keys((0..keys).map(Uuid::from_u128));
        find.select.build(DbBackend::Postgres).sql
    };
    assert_eq!(statement(2), statement(7));
}

#[tokio::test]
async fn a_page_says_whether_there_is_more() {
    let world = World::new().await;
    let scope = world.scope("iva").await;
    let all = scope.find::<membership::Entity>().count().await.expect("a number");
    let page = async |first: u64| {
        let arguments = PageArguments { first: Some(i32::try_from(first).expect("small")), ..Default::default() };
        let page = scope.find::<membership::Entity>().page(&by_key::<membership::Entity>(), &arguments).await;
        let page = page.expect("a page");
        (page.rows.len() as u64, page.has_next)
    };
    assert!(all > 2);
    for (first, expected) in [(2, (2, true)), (all - 1, (all - 1, true)), (all, (all, false)), (all + 1, (all, false))]
    {
        assert_eq!(page(first).await, expected, "the first {first} of {all}");
    }
}

#[tokio::test]
async fn numbers_come_without_the_rest_of_their_rows() {
    let world = World::new().await;
    let scope = world.scope("iva").await;
    let memberships = || scope.find::<membership::Entity>();
    let all = memberships().all().await.expect("rows");
    let revisions: Vec<i64> = all.iter().map(|row| row.revision.into()).collect();
    assert_eq!(memberships().numbers(membership::Column::Revision, 100).await.expect("numbers"), revisions);
    assert_eq!(memberships().numbers(membership::Column::Revision, 2).await.expect("numbers").len(), 2);
}
