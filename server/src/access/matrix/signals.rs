//! What those who wait for changes are told: of which rows, and only of what lasts.

use super::network::{Network, Row};
use super::postgres::Cluster;
use super::{scope, sqlite};
use crate::access::{Action, Database, Heard, Policy, Root, Signal, Write};
use entity::report::State;
use entity::{attachment, membership, notification, organisation, report};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;

#[test]
fn what_is_told_of_a_row_is_its_key_and_who_may_wait_for_it() {
    let network = Network::new();
    for Row { label, model } in &network.report {
        let expected =
            Signal::Report { key: model.id, submitted: model.state != State::Draft, assignee: model.assignee_id };
        assert_eq!(report::Entity::signal(model), Some(expected), "{label}");
    }
    macro_rules! work_on_reports {
        ($($table:ident),*) => {$(
            for Row { label, model } in &network.$table {
                let expected = Signal::Report { key: model.report_id, submitted: true, assignee: None };
                assert_eq!(entity::$table::Entity::signal(model), Some(expected), "{label}");
            }
        )*};
    }
    work_on_reports!(report_deadline, internal_note, case, possible_duplicate, report_bar);
    for Row { label, model } in &network.attachment {
        let expected = (model.state != attachment::State::Expected).then(|| Signal::work_on(model.report_id));
        assert_eq!(attachment::Entity::signal(model), expected, "{label}");
    }
    for Row { label, model } in &network.notification {
        let expected = Signal::Notification { key: model.id, member: model.membership_id };
        assert_eq!(notification::Entity::signal(model), Some(expected), "{label}");
    }
    assert!(network.organisation.iter().all(|row| organisation::Entity::signal(&row.model).is_none()));
}

#[test]
fn rows_are_known_by_their_keys() {
    let network = Network::new();
    assert!(network.report.iter().all(|row| report::Entity::key(&row.model) == row.model.id));
    assert!(network.membership.iter().all(|row| membership::Entity::key(&row.model) == row.model.id));
}

/// A member marks what it was told as read, or only says that it did.
async fn read(database: &Database, network: &Network, changes: bool) -> Write {
    let reporter = network.viewer("reporter");
    let write = scope(database, &reporter).begin().await.expect("begins");
    if changes {
        let before = network.notification[0].model.clone();
        let after = notification::Model { read_at: Some(write.now()), ..before.clone() };
        write.update_part::<notification::Entity>(&before, after).await.expect("changes");
    }
    write.audit::<membership::Entity>(reporter.membership_id(), Action::NotificationsRead).await.expect("audits");
    write
}

/// What is heard within a while.
async fn hears(heard: &mut Receiver<Heard>, within: Duration) -> Option<Vec<Signal>> {
    match timeout(within, heard.recv()).await.ok()?.expect("a database that tells") {
        Heard::Signals(signals) => Some(signals.iter().copied().collect()),
        Heard::Missed => Some(Vec::new()),
    }
}

/// That a change is heard when it lasts; neither what was not committed is, nor what nobody waits for.
async fn what_lasts_is_heard(database: &Database, network: &Network, heard: &mut Receiver<Heard>) {
    drop(read(database, network, true).await);
    read(database, network, false).await.commit().await.expect("commits");
    read(database, network, true).await.commit().await.expect("commits");
    let told = &network.notification[0].model;
    let expected = Signal::Notification { key: told.id, member: told.membership_id };
    assert_eq!(hears(heard, Duration::from_secs(20)).await, Some(vec![expected]), "the change that lasts, and first");
    assert_eq!(hears(heard, Duration::from_millis(200)).await, None, "once");
}

#[tokio::test]
async fn who_listens_hears_of_what_lasts() {
    let (_folder, database) = sqlite().await;
    let network = Network::new();
    network.store(&database).await;
    let mut heard = database.signals();
    what_lasts_is_heard(&database, &network, &mut heard).await;
}

#[tokio::test]
async fn who_listens_on_postgres_hears_every_server() {
    let (cluster, network) = Cluster::with_network().await;
    let mut heard = cluster.server.signals();
    let following = cluster.server.follow_signals().await;
    what_lasts_is_heard(&cluster.server, &network, &mut heard).await;
    following.abort();
}
