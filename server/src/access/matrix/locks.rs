//! What one transaction of PostgreSQL holds, others leave out or wait for. SQLite has one writer anyway.

use super::network::Network;
use super::postgres::Cluster;
use super::{scope, sqlite};
use crate::access::{Action, Purpose, Scope, Viewer, Write};
use crate::ids::ObjectType;
use entity::report;
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

/// Whether it has to wait.
async fn waits<T>(work: impl Future<Output = T>) -> bool {
    timeout(Duration::from_millis(300), work).await.is_err()
}

async fn begin(scope: &Scope) -> Write {
    scope.begin().await.expect("begins")
}

#[tokio::test]
async fn rows_that_another_has_locked_are_left_out_or_waited_for() {
    let (cluster, network) = Cluster::with_network().await;
    let scope = || scope(&cluster.server, &network.viewer("supervisor"));
    let (holder, other, reader) = (begin(&scope()).await, begin(&scope()).await, scope());
    let held = holder.find::<report::Entity>().locked().all().await.expect("rows").len();
    assert!(held > 0);
    let left = other.find::<report::Entity>().locked_unless_taken().all().await.expect("rows");
    assert_eq!(left.len(), 0, "all of them are taken");
    assert!(!waits(reader.find::<report::Entity>().locked().all()).await, "who only reads locks nothing");
    assert!(waits(other.find::<report::Entity>().locked().all()).await);
    drop((holder, other));
    let next = begin(&scope()).await;
    assert_eq!(
        next.find::<report::Entity>().locked().all().await.expect("rows").len(),
        held,
        "they are free by and by"
    );
    assert_eq!(next.find::<report::Entity>().locked_unless_taken().all().await.expect("rows").len(), held);
}

#[tokio::test]
async fn keys_are_held_by_one_at_a_time() {
    let (cluster, network) = Cluster::with_network().await;
    let scope = scope(&cluster.server, &network.viewer("supervisor"));
    let (holder, other) = (begin(&scope).await, begin(&scope).await);
    let [one, two, three] = [1, 2, 3].map(Uuid::from_u128);
    holder.hold(&[one, two]).await.expect("holds");
    assert!(!waits(other.hold(&[three])).await, "nobody holds it");
    assert!(!waits(other.hold(&[])).await);
    assert!(waits(other.hold(&[three, two])).await);
}

#[tokio::test]
async fn a_single_writer_holds_every_key() {
    let (_folder, database) = sqlite().await;
    let write = begin(&scope(&database, &Network::new().viewer("supervisor"))).await;
    write.hold(&[Uuid::from_u128(1)]).await.expect("there is nothing to wait for");
}

#[tokio::test]
async fn one_server_at_a_time_links_the_trail() {
    let (cluster, _) = Cluster::with_network().await;
    let scope = scope(&cluster.server, &Viewer::service(Purpose::AuditLinking));
    let (first, second) = (begin(&scope).await, begin(&scope).await);
    let turn = async |write: &Write| write.take_turn_at_linking().await.expect("an answer");
    assert_eq!((turn(&first).await, turn(&second).await), (true, false));
    first.commit_links().await.expect("commits");
    assert!(turn(&second).await, "the first has ended");
}

#[tokio::test]
async fn what_was_read_is_written_down_where_it_was_read() {
    let (cluster, network) = Cluster::with_network().await;
    let scope = scope(&cluster.server, &network.viewer("supervisor"));
    scope.find::<report::Entity>().count().await.expect("a number");
    scope.note_read(Action::ReportRead, ObjectType::Report, Uuid::from_u128(7));
    scope.finish().await.expect("ends");
    assert_eq!(scope.statements(), 3, "it begins, asks, and adds the row as it ends");
}
