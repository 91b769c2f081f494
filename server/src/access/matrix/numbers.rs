//! Numbers of a tally, as both databases give them.

use super::network::{Network, OTHER_SCHOOL};
use super::postgres::Cluster;
use super::{scope, sqlite};
use crate::access::{Database, Figure};
use entity::{printed_material, session_reach};
use sea_orm::FromQueryResult;
use std::collections::BTreeSet;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Reached {
    sessions: Option<String>,
    none: Option<String>,
    participants: Option<i64>,
    institutions: i64,
}

async fn expect_numbers(database: &Database, network: &Network) {
    use printed_material::Column;
    let scope = scope(database, &network.viewer("supervisor"));
    let printed = async || scope.tally::<printed_material::Entity>().await.expect("a tally");
    let total: i32 = network.printed_material.iter().map(|row| row.model.quantity).sum();
    let sums = printed().await.by(Column::Language).sum(Column::Quantity).await.expect("sums");
    assert_eq!(sums, [(vec!["sr".to_owned()], u64::try_from(total).expect("a number"))]);
    assert_eq!(printed().await.keys(Column::RecipientId).await.expect("keys"), [OTHER_SCHOOL]);

    let reach = scope.tally::<session_reach::Entity>().await.expect("a tally");
    let nobody = sea_orm::ColumnTrait::eq(&session_reach::Column::Participants, -1);
    let reach = reach
        .figure("sessions", Figure::keys(session_reach::Column::SessionId))
        .figure("none", Figure::keys(session_reach::Column::SessionId).among(nobody))
        .figure("participants", Figure::sum(session_reach::Column::Participants))
        .figure("institutions", Figure::distinct(session_reach::Column::OrganisationId));
    let [row] = &reach.figures::<Reached>().await.expect("figures")[..] else { panic!("one group") };
    let text = row.sessions.as_deref().expect("keys");
    let sessions = text.as_bytes().chunks(32).map(|key| Uuid::try_parse_ascii(key).expect("a key")).collect();
    let expected: BTreeSet<Uuid> = network.session_reach.iter().map(|row| row.model.session_id).collect();
    assert_eq!((sessions, text.len()), (expected, 32 * network.session_reach.len()));
    assert_eq!((&row.none, row.participants, row.institutions), (&None, Some(2), 2));
}

#[tokio::test]
async fn sums_and_keys() {
    let (_folder, database) = sqlite().await;
    let network = Network::new();
    network.store(&database).await;
    expect_numbers(&database, &network).await;
}

#[tokio::test]
async fn sums_and_keys_on_postgresql() {
    let (cluster, network) = Cluster::with_network().await;
    expect_numbers(&cluster.server, &network).await;
}
