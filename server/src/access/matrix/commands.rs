//! Row level security by itself, command by command: each viewer tries to add, change and remove every row of the network
//! with nothing of ours in the way. PostgreSQL must allow no more than the policies, but for what stands in [`MEANT`]; every
//! difference stands in a snapshot.

use super::cells;
use super::network::{Network, Row, for_each_table};
use super::postgres::Cluster;
use crate::access::policy::Policy;
use crate::access::transaction::Transaction;
use crate::access::{Database, Viewer};
use sea_orm::sea_query::{Alias, Expr, IntoIden, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, ExecResult, IdenStatic, IntoActiveModel, Iterable, ModelTrait,
    PrimaryKeyToColumn, RuntimeErr, Statement,
};
use std::fmt::Write;

/// What PostgreSQL has to allow and the policies do not: table, command, why.
const MEANT: [(&str, char, &str); 1] = [(
    "audit_event",
    'i',
    "no room writes into the trail; the access layer does, in the name of the viewer, with each change and for what was read",
)];

/// What PostgreSQL says where a policy or a missing right refuses.
pub(super) const INSUFFICIENT_PRIVILEGE: &str = "42501";

/// The condition that names one row.
fn this<E: Policy>(row: &E::Model) -> Condition {
    E::PrimaryKey::iter()
        .map(PrimaryKeyToColumn::into_column)
        .fold(Condition::all(), |all, key| all.add(key.eq(row.get(key))))
}

/// Whether row level security let a command through. A command that then fails by a key was let through by it.
fn let_through(done: Result<u64, DbErr>) -> bool {
    match done {
        Ok(rows) => rows > 0,
        Err(DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) => {
            let code = error.as_database_error().and_then(|error| error.code().map(|code| code.into_owned()));
            code.unwrap_or_else(|| panic!("{error}")) != INSUFFICIENT_PRIVILEGE
        }
        Err(error) => panic!("{error}"),
    }
}

/// The columns that the server's role may change at all.
pub(super) async fn changeable<E: Policy>(transaction: &Transaction) -> Vec<E::Column> {
    let asked = format!(
        r#"SELECT attname::text AS name FROM pg_attribute WHERE attrelid = '"{}"'::regclass AND attnum > 0
             AND NOT attisdropped AND has_column_privilege(attrelid, attnum, 'UPDATE')"#,
        E::TABLE
    );
    let asked = Statement::from_string(transaction.get_database_backend(), asked);
    let rows = transaction.query_all_raw(asked).await.expect("rights are known");
    let given: Vec<String> = rows.iter().map(|row| row.try_get("", "name").expect("a name")).collect();
    E::Column::iter().filter(|column| given.iter().any(|name| name == column.as_str())).collect()
}

/// One viewer's attempts on one table, in a transaction that is never committed.
pub(super) struct Attempts<'a> {
    pub(super) transaction: &'a Transaction,
}

impl Attempts<'_> {
    /// Runs a command and takes it back.
    async fn attempt(&self, command: impl Future<Output = Result<u64, DbErr>>) -> bool {
        self.transaction.execute_unprepared("SAVEPOINT attempt").await.expect("a savepoint");
        let allowed = let_through(command.await);
        self.transaction.execute_unprepared("ROLLBACK TO SAVEPOINT attempt").await.expect("taken back");
        allowed
    }

    async fn insert<E: Policy>(&self, row: &E::Model) -> bool
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        let row = sea_orm::ActiveModelTrait::reset_all(row.clone().into_active_model());
        self.attempt(async { E::insert(row).exec_without_returning(self.transaction).await }).await
    }

    /// Sets one column of a row.
    pub(super) async fn update<E: Policy>(&self, row: &E::Model, column: E::Column, value: impl Into<Expr>) -> bool {
        let mut update = Query::update();
        update
            .table(Alias::new(E::TABLE).into_iden())
            .value(Alias::new(column.as_str()), value.into())
            .cond_where(this::<E>(row));
        self.attempt(async { self.transaction.execute(&update).await.map(|done: ExecResult| done.rows_affected()) })
            .await
    }

    /// Sets a column to what it is.
    async fn touch<E: Policy>(&self, row: &E::Model, column: Option<&E::Column>) -> bool {
        let Some(column) = column else { return false };
        self.update::<E>(row, *column, Expr::col(Alias::new(column.as_str()))).await
    }

    async fn delete<E: Policy>(&self, row: &E::Model) -> bool {
        let mut delete = Query::delete();
        delete.from_table(Alias::new(E::TABLE).into_iden()).cond_where(this::<E>(row));
        self.attempt(async { self.transaction.execute(&delete).await.map(|done: ExecResult| done.rows_affected()) })
            .await
    }
}

/// What PostgreSQL alone lets a viewer do with each row: i insert, u update, d delete.
async fn alone<E: Policy>(server: &Database, viewer: &Viewer, rows: &[Row<E::Model>]) -> Vec<[(char, bool); 3]>
where
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let transaction = server.write(viewer).await.expect("a transaction");
    let changeable = changeable::<E>(&transaction).await;
    let attempts = Attempts { transaction: &transaction };
    let mut found = Vec::new();
    for Row { model, .. } in rows {
        found.push([
            ('i', attempts.insert::<E>(model).await),
            ('u', attempts.touch::<E>(model, changeable.first()).await),
            ('d', attempts.delete::<E>(model).await),
        ]);
    }
    found
}

/// The differences of one table: row, command, and the numbers of the viewers whom PostgreSQL refuses or allows it alone.
async fn compare<E: Policy>(out: &mut String, server: &Database, network: &Network, rows: &[Row<E::Model>]) -> usize
where
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let mut differences = std::collections::BTreeMap::<_, Vec<String>>::new();
    let mut allowed = 0;
    for (position, (_, viewer)) in network.viewers.iter().enumerate() {
        let policies = cells::<E>(server, viewer, rows).await;
        let found = alone::<E>(server, viewer, rows).await;
        for (order, (together, alone)) in policies.iter().zip(found).enumerate() {
            for (letter, let_through) in alone {
                allowed += usize::from(let_through);
                if together.contains(letter) != let_through {
                    let meant = MEANT.iter().any(|(table, command, _)| (*table, *command) == (E::TABLE, letter));
                    let side = match let_through {
                        true if meant => "meant",
                        true => "LAXER",
                        false => "stricter",
                    };
                    differences.entry((order, letter, side)).or_default().push((position + 1).to_string());
                }
            }
        }
    }
    for ((order, letter, side), viewers) in differences {
        let row = format!("{} {}", E::TABLE, rows[order].label);
        writeln!(out, "{row:<75} {letter} {side:<9} {}", viewers.join(" ")).expect("a string");
    }
    allowed
}

#[tokio::test]
async fn postgresql_alone_allows_no_more_than_the_policies() {
    let (cluster, network) = Cluster::with_network().await;
    let mut out = String::from("Viewers have the numbers of the snapshot of the tables.\n");
    for (table, command, why) in MEANT {
        writeln!(out, "meant, {table} {command}: {why}").expect("a string");
    }
    out.push('\n');
    let mut allowed = 0;
    macro_rules! compare {
        ($($table:ident),*) => {$(
            allowed += compare::<entity::$table::Entity>(&mut out, &cluster.server, &network, &network.$table).await;
        )*};
    }
    for_each_table!(compare);
    assert!(allowed > 100, "the attempts reach the tables: {allowed}");
    insta::assert_snapshot!("postgresql_alone", out);
    assert!(!out.contains("LAXER"), "PostgreSQL allows more than the policies:\n{out}");
}
