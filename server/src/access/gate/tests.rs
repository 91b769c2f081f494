//! Sessions as time passes, and who an address of a calendar belongs to.

use super::*;
use crate::access::Error;
use crate::testing::{ISSUER, World};
use entity::calendar_feed;
use serde_json::json;

/// The gate in so many minutes.
fn later(world: &World, minutes: i64) -> Gate {
    let limits = SessionLimits { idle: TimeDelta::hours(1), absolute: TimeDelta::hours(12) };
    Gate::new(world.database.clone(), Clock::starting_at(world.clock.now() + TimeDelta::minutes(minutes)), limits)
}

async fn open_session(world: &World, hash: u8) {
    let new = NewSession {
        token_hash: vec![hash],
        issuer: ISSUER.to_owned(),
        subject: "ana".to_owned(),
        verified_email: None,
        second_factor: true,
    };
    assert!(world.gate().open_session(new, Uuid::nil()).await.expect("an answer"), "ana is a member");
}

/// Whether the session gives access in so many minutes.
async fn used(world: &World, hash: u8, minutes: i64) -> bool {
    let viewer = later(world, minutes).viewer_of_session(&[hash], Uuid::nil()).await.expect("an answer");
    viewer.is_some_and(|viewer| viewer.membership().is_some())
}

async fn heard(world: &World, hash: u8, minutes: i64) -> bool {
    let viewer = later(world, minutes).listener_of_session(&[hash]).await.expect("an answer");
    viewer.is_some_and(|viewer| viewer.membership().is_some())
}

#[tokio::test]
async fn a_session_lasts_while_it_is_used_but_no_longer_than_it_may() {
    let world = World::new().await;
    open_session(&world, 1).await;
    for minutes in (50..720).step_by(50) {
        assert!(used(&world, 1, minutes).await, "after {minutes} minutes");
    }
    assert!(!used(&world, 1, 721).await, "it began twelve hours ago");
    assert!(!used(&world, 2, 0).await, "there is none");
}

#[tokio::test]
async fn a_session_acts_in_no_membership_of_another_account() {
    let world = World::new().await;
    let (ana, petar) = (world.scope("ana").await, world.scope("petar").await);
    let session = |hash: u8, acting: &Scope| session::Model {
        id: Uuid::from_u128(hash.into()),
        token_hash: vec![hash],
        account_id: ana.viewer().account_id().expect("an account"),
        membership_id: Some(acting.viewer().membership_id()),
        second_factor: true,
        created_at: world.clock.now(),
        last_seen_at: world.clock.now(),
    };
    for (hash, acting, expected) in [(1, &ana, true), (2, &petar, false)] {
        let write = world.service(Purpose::SignIn).begin().await.expect("begins");
        write.insert_part::<session::Entity>(session(hash, acting)).await.expect("inserts");
        write.commit_unaudited().await.expect("commits");
        assert_eq!(used(&world, hash, 0).await, expected, "whoever has the row of {hash}");
    }
}

#[tokio::test]
async fn the_trail_says_who_signed_in_and_out_and_for_whom() {
    use entity::audit_event::{Column, Entity};
    let world = World::new().await;
    open_session(&world, 1).await;
    world.gate().close_session(&[1], Uuid::nil()).await.expect("closes");
    let ana = world.scope("ana").await;
    let viewer = ana.viewer();
    for action in [Action::SignedIn, Action::SignedOut] {
        let find = world.scope("petar").await.find::<Entity>().filter(Column::Action.eq(action.as_str()));
        let row = find.one().await.expect("rows").expect("a row");
        let acting = (viewer.account_id(), Some(viewer.organisation_id()), Some(viewer.membership_id()));
        assert_eq!((row.account_id, row.organisation_id, row.membership_id), acting, "{action:?}");
    }
}

#[tokio::test]
async fn a_session_ends_that_nobody_uses_and_listening_is_no_use() {
    let world = World::new().await;
    open_session(&world, 1).await;
    assert!(heard(&world, 1, 50).await);
    assert!(!heard(&world, 1, 61).await && !used(&world, 1, 61).await);
}

#[tokio::test]
async fn without_its_database_it_is_not_ready() {
    let world = World::new().await;
    world.gate().ready().await.expect("ready");
    world.database.close().await;
    assert!(matches!(world.gate().ready().await, Err(Error::Unavailable(_))));
}

#[tokio::test]
async fn an_address_of_a_calendar_belongs_to_its_member_while_the_secret_is_right() {
    let world = World::new().await;
    let scope = world.scope("ana").await;
    let feed = calendar_feed::Model {
        id: Uuid::from_u128(7),
        organisation_id: scope.viewer().organisation_id(),
        membership_id: scope.viewer().membership_id(),
        secret_hash: vec![1, 2],
        language: "sr-Latn".to_owned(),
        created_at: scope.now(),
    };
    let write = scope.begin().await.expect("begins");
    write.insert::<calendar_feed::Entity>(feed, Action::CalendarFeedRenewed).await.expect("inserts");
    write.commit().await.expect("commits");
    let holder = async |id: u128, secret: &[u8]| {
        world.gate().viewer_of_calendar(Uuid::from_u128(id), secret).await.expect("an answer")
    };
    let found = holder(7, &[1, 2]).await.expect("ana");
    assert_eq!(found.viewer.membership_id(), scope.viewer().membership_id());
    assert_eq!((found.language.as_str(), found.trains), ("sr-Latn", false));
    assert!(holder(7, &[1, 3]).await.is_none(), "another secret");
    assert!(holder(8, &[1, 2]).await.is_none(), "another address");
}

#[tokio::test]
async fn a_sign_in_under_way_is_finished_once_and_in_time() {
    let world = World::new().await;
    let now = world.clock.now();
    let attempt = |hash: u8| SignInAttempt {
        state_hash: vec![hash],
        nonce: "nonce".to_owned(),
        pkce_verifier: "verifier".to_owned(),
        return_to: "/".to_owned(),
        expires_at: now + TimeDelta::minutes(10),
    };
    for hash in [1, 2] {
        world.gate().begin_attempt(attempt(hash), Uuid::nil()).await.expect("is noted");
    }
    let taken = async |hash: u8, minutes: i64| {
        later(&world, minutes).take_attempt(&[hash], Uuid::nil()).await.expect("an answer").is_some()
    };
    assert!(taken(1, 9).await);
    assert!(!taken(1, 9).await, "it was finished");
    assert!(!taken(2, 11).await, "it is too old");
    assert!(!taken(2, 9).await, "and gone");
}

#[tokio::test]
async fn whoever_comes_in_is_barred_from_what_it_is_barred_from() {
    use entity::report;
    let world = World::new().await;
    world.submit_from_two(json!([])).await;
    let sees = async |who: &str| {
        let rows = world.scope(who).await.find::<report::Entity>().all().await.expect("rows");
        rows.into_iter().map(|report| report.id).collect::<Vec<_>>()
    };
    let reports = sees("iva").await;
    let iva = world.membership("iva").await;
    let document = "mutation($input: BarFromReportInput!) { barFromReport(input: $input) { userErrors { code } } }";
    for (number, report) in reports.iter().enumerate() {
        let input = json!({ "input": { "idempotencyKey": format!("bars-her-{number}"), "membershipId": iva,
            "reportId": ids::encode(ids::ObjectType::Report, *report), "reason": "a conflict of interest" } });
        let answer = world.ask("sava", document, input).await;
        assert_eq!(answer["barFromReport"]["userErrors"], json!([]));
        let seen = sees("iva").await;
        assert_eq!(reports.iter().filter(|report| !seen.contains(report)).count(), number + 1);
    }
    assert_eq!(sees("ivan").await, reports, "nobody else is");
}
