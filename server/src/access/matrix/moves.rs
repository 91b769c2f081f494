//! Whether a row can become somebody else's. Each viewer tries to set each column that says whose a row is, or what it is
//! evidence of, to what the other rows of the table have there, to its own membership, and to nothing. The door lets through
//! what the policies say, and so does PostgreSQL by itself.

use super::commands::{Attempts, changeable};
use super::network::{Network, Row, for_each_table};
use super::postgres::{Cluster, touched};
use super::{cells, scope, sqlite};
use crate::access::policy::{self, Policy, kept};
use crate::access::{Database, Error, Purpose, Viewer};
use chrono::TimeDelta;
use sea_orm::{ColumnTrait, ColumnType, IdenStatic, IntoActiveModel, ModelTrait, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What a row could become by setting one of these columns.
fn moves<E: Policy>(viewer: &Viewer, rows: &[Row<E::Model>], before: &E::Model) -> Vec<(E::Column, E::Model)> {
    let mut moves = Vec::new();
    for column in kept::<E>() {
        let mut values: Vec<Value> = rows.iter().map(|row| row.model.get(column)).collect();
        if column.def().get_column_type() == &ColumnType::Uuid {
            values.extend([viewer.membership_id().into(), Value::Uuid(None)]);
        }
        let mut known = vec![before.get(column)];
        for value in values {
            let mut after = before.clone();
            // Nothing is no value of most of them.
            if !known.contains(&value) && after.try_set(column, value.clone()).is_ok() {
                known.push(value);
                moves.push((column, after));
            }
        }
    }
    moves
}

/// Holds the door to what one table's policy says, and prints which columns it lets whom set, in how many of these ways.
async fn print_table<E: Policy>(out: &mut String, database: &Database, network: &Network, rows: &[Row<E::Model>])
where
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let mut allowed = BTreeMap::<&str, BTreeMap<usize, usize>>::new();
    for (position, (name, viewer)) in network.viewers.iter().enumerate() {
        let cells = cells::<E>(database, viewer, rows).await;
        let write = scope(database, viewer).begin().await.expect("begins");
        for (row, _) in rows.iter().zip(cells).filter(|(_, cell)| cell.contains('u')) {
            for (column, after) in moves::<E>(viewer, rows, &row.model) {
                if E::may_move(viewer, column, &row.model, &after) {
                    *allowed.entry(column.as_str()).or_default().entry(position + 1).or_default() += 1;
                    continue;
                }
                let done = write.update_part::<E>(&row.model, after).await;
                let place = format!("{}.{} of {} by {name}", E::TABLE, column.as_str(), row.label);
                assert!(matches!(done, Err(Error::NotPermitted(table)) if table == E::TABLE), "{place}: {done:?}");
            }
        }
    }
    for (column, viewers) in allowed {
        let viewers: Vec<String> = viewers.iter().map(|(viewer, ways)| format!("{viewer}:{ways}")).collect();
        writeln!(out, "{:<40}{}", format!("{}.{column}", E::TABLE), viewers.join(" ")).expect("a string");
    }
}

#[tokio::test]
async fn every_column_that_says_whose_a_row_is() {
    let (_folder, database) = sqlite().await;
    let network = Network::new();
    network.store(&database).await;
    let mut out =
        String::from("Viewers have the numbers of the snapshot of the tables; behind them, in how many ways.\n\n");
    macro_rules! print {
        ($($table:ident),*) => {$(
            print_table::<entity::$table::Entity>(&mut out, &database, &network, &network.$table).await;
        )*};
    }
    for_each_table!(print);
    insta::assert_snapshot!("moves", out);
}

/// What PostgreSQL alone lets a viewer set, or refuses, where the policy says otherwise.
async fn compare<E: Policy>(out: &mut String, server: &Database, network: &Network, rows: &[Row<E::Model>]) {
    let mut differences = BTreeMap::<_, BTreeSet<usize>>::new();
    for (position, (_, viewer)) in network.viewers.iter().enumerate() {
        let policies = cells::<E>(server, viewer, rows).await;
        let transaction = server.write(viewer).await.expect("a transaction");
        let given: BTreeSet<&str> = changeable::<E>(&transaction).await.iter().map(IdenStatic::as_str).collect();
        let attempts = Attempts { transaction: &transaction };
        for (row, cell) in rows.iter().zip(policies) {
            for (column, after) in moves::<E>(viewer, rows, &row.model) {
                let (name, value) = (column.as_str(), after.get(column));
                let through = given.contains(name) && attempts.update::<E>(&row.model, column, value).await;
                let may = cell.contains('u') && E::may_move(viewer, column, &row.model, &after);
                if through != may {
                    let side = if through { "LAXER" } else { "stricter" };
                    differences.entry((name, &row.label, side)).or_default().insert(position + 1);
                }
            }
        }
    }
    for ((column, label, side), viewers) in differences {
        let place = format!("{}.{column} {label}", E::TABLE);
        let viewers: Vec<String> = viewers.iter().map(usize::to_string).collect();
        writeln!(out, "{place:<85} {side:<9} {}", viewers.join(" ")).expect("a string");
    }
}

#[tokio::test]
async fn postgresql_alone_lets_nobody_move_more_than_the_policies() {
    let (cluster, network) = Cluster::with_network().await;
    let mut out = String::from("Viewers have the numbers of the snapshot of the tables.\n\n");
    macro_rules! compare {
        ($($table:ident),*) => {$(
            compare::<entity::$table::Entity>(&mut out, &cluster.server, &network, &network.$table).await;
        )*};
    }
    for_each_table!(compare);
    insta::assert_snapshot!("postgresql_moves", out);
    assert!(!out.contains("LAXER"), "PostgreSQL lets more be moved than the policies:\n{out}");
}

/// What the rows of the network have no values for: other instants, and two columns at once.
#[test]
fn what_is_lifted_ended_or_decided_is_so_in_ones_own_name() {
    use entity::{account, case, identity_opening, report_bar};
    let network = Network::new();
    let [opener, officer, supervisor, analyst] =
        ["case worker, while identities are open", "protection officer", "supervisor", "analyst"]
            .map(|name| network.viewer(name));
    let keeper = Viewer::service(Purpose::KeyKeeping);
    let (own, other) = (Some(supervisor.membership_id()), Some(opener.membership_id()));

    let opening = network.identity_opening.iter().find(|row| row.model.membership_id == opener.membership_id());
    let opening = &opening.expect("an opening").model;
    let ends = |minutes| {
        let expires_at = opening.expires_at + TimeDelta::minutes(minutes);
        identity_opening::Model { expires_at, ..opening.clone() }
    };
    let because = identity_opening::Model { reason: "another".to_owned(), ..opening.clone() };
    let stays = |viewer: &Viewer, after: &identity_opening::Model| {
        policy::stays::<identity_opening::Entity>(viewer, opening, after)
    };
    assert!(stays(&opener, &ends(-1)) && !stays(&opener, &ends(1)) && !stays(&officer, &ends(-1)));
    assert!(stays(&keeper, &because) && !stays(&opener, &because) && !stays(&officer, &because));

    let open = report_bar::Model { lifted_by_id: None, ..network.report_bar[0].model.clone() };
    let lifted = |by| report_bar::Model { lifted_by_id: by, ..open.clone() };
    let elsewhere = report_bar::Model { report_id: uuid::Uuid::from_u128(7), ..lifted(own) };
    let stays = |viewer: &Viewer, before: &_, after: &_| policy::stays::<report_bar::Entity>(viewer, before, after);
    assert!(stays(&supervisor, &open, &lifted(own)) && !stays(&supervisor, &open, &lifted(other)));
    assert!(!stays(&supervisor, &lifted(other), &lifted(own)), "it was lifted by another");
    assert!(!stays(&supervisor, &open, &elsewhere), "it is about another report");
    assert!(!stays(&analyst, &open, &lifted(Some(analyst.membership_id()))));

    let undecided = case::Model { decided_by_id: None, ..network.case[0].model.clone() };
    let decided = |by| case::Model { decided_by_id: by, ..undecided.clone() };
    let stays = |viewer: &Viewer, after: &case::Model| policy::stays::<case::Entity>(viewer, &undecided, after);
    assert!(stays(&supervisor, &decided(own)) && !stays(&supervisor, &decided(other)));
    assert!(!stays(&analyst, &decided(Some(analyst.membership_id()))));

    let account = &network.account[0].model;
    let moved = account::Model { issuer: "https://elsewhere.example".to_owned(), ..account.clone() };
    let renamed = account::Model { subject: "another".to_owned(), ..account.clone() };
    let [demonstration, signing_in] = [Purpose::Demonstration, Purpose::SignIn].map(Viewer::service);
    let stays = |viewer: &Viewer, after: &account::Model| policy::stays::<account::Entity>(viewer, account, after);
    assert!(stays(&demonstration, &moved) && !stays(&signing_in, &moved) && !stays(&demonstration, &renamed));
}

/// By one change of its own opening, a member would reach any report, for as long as it likes, and review itself.
#[tokio::test]
async fn an_opening_stays_what_was_opened_by_whom_and_why() {
    let (cluster, network) = Cluster::with_network().await;
    let opener = network.viewer("case worker, while identities are open");
    let officer = network.viewer("protection officer");
    let (own, theirs) = (opener.membership_id(), officer.membership_id());
    let reviewed = |by: uuid::Uuid| {
        format!("attention = 2, reviewed_at = now(), review = 'in_order', review_remark = 'x', reviewer_id = '{by}'")
    };
    let another = network.report.iter().find(|row| row.label == "the other school's report, assigned").expect("one");
    let (tenant, report) = (another.model.organisation_id, another.model.id);
    for (viewer, set, expected) in [
        (&opener, "expires_at = (SELECT app_now())".to_owned(), Some(1)),
        (&opener, "person_id = NULL, attention = 0".to_owned(), None),
        (
            &opener,
            format!("organisation_id = '{tenant}', report_id = '{report}', person_id = NULL, attention = 0"),
            None,
        ),
        (&opener, "expires_at = expires_at + interval '1 second'".to_owned(), None),
        (&opener, "reason = 'another'".to_owned(), None),
        (&opener, "opened_at = now()".to_owned(), None),
        (&opener, "exported = true".to_owned(), None),
        (&opener, "overdue_at = now()".to_owned(), None),
        (&opener, reviewed(own), None),
        (&opener, reviewed(theirs), None),
        (&officer, reviewed(theirs), Some(1)),
        (&officer, reviewed(network.viewer("supervisor").membership_id()), None),
        (&officer, "expires_at = now()".to_owned(), None),
    ] {
        let sql = format!("UPDATE identity_opening SET {set} WHERE id = '00000000-0000-0000-0000-000000000902'");
        assert_eq!(touched(&cluster.server, viewer, &sql).await, expected, "{sql}");
    }
}

/// Whoever could name another's membership in its session would act in it; whoever could take one over, be its member.
#[tokio::test]
async fn a_session_and_a_membership_stay_their_accounts() {
    let (cluster, network) = Cluster::with_network().await;
    let (reporter, officer) = (network.viewer("reporter"), network.viewer("protection officer"));
    let administrator = network.viewer("administrator");
    let signing_in = Viewer::service(Purpose::SignIn);
    let (own, theirs) = (reporter.membership_id(), officer.membership_id());
    let account = administrator.account_id().expect("an account");
    let session = "00000000-0000-0000-0000-000000000201";
    let added = |membership: uuid::Uuid| {
        format!(
            "INSERT INTO session (id, token_hash, account_id, membership_id, second_factor, created_at, last_seen_at)
             SELECT gen_random_uuid(), '\\x01', account_id, '{membership}', true, now(), now()
             FROM session WHERE id = '{session}'"
        )
    };
    for (viewer, sql, expected) in [
        (&reporter, format!("UPDATE session SET membership_id = '{own}' WHERE id = '{session}'"), Some(1)),
        (&reporter, format!("UPDATE session SET membership_id = '{theirs}' WHERE id = '{session}'"), None),
        (&reporter, format!("UPDATE session SET account_id = '{account}' WHERE id = '{session}'"), None),
        (&signing_in, added(own), Some(1)),
        (&signing_in, added(theirs), None),
        (&administrator, format!("UPDATE membership SET revision = 2 WHERE id = '{theirs}'"), Some(1)),
        (&administrator, format!("UPDATE membership SET account_id = '{account}' WHERE id = '{theirs}'"), None),
        (&signing_in, format!("UPDATE membership SET account_id = '{account}' WHERE id = '{theirs}'"), None),
        (&administrator, format!("UPDATE membership SET email = 'another@example.rs' WHERE id = '{theirs}'"), None),
        (&administrator, "UPDATE organisation SET kind = 'centre'".to_owned(), None),
    ] {
        assert_eq!(touched(&cluster.server, viewer, &sql).await, expected, "{sql}");
    }
}
