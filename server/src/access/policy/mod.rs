//! One policy a table: which rows a viewer sees, and which changes it may make. A table without one cannot be queried.
//!
//! The conditions are the same as those of row level security in the migrations, which is the second net.

mod attachments;
mod audit;
mod deadlines;
mod duplicates;
mod indicators;
mod keys;
mod notifications;
mod openings;
mod organisations;
mod readings;
mod reports;
mod retention;
mod sign_in;
#[cfg(test)]
mod tests;
mod training;
mod triage;

pub use openings::open_at;

use super::sealing::Seal;
use super::{Signal, Viewer};
use crate::ids::ObjectType;
use sea_orm::sea_query::{Expr, ExprTrait, FromValueTuple};
use sea_orm::{
    ColumnTrait, ColumnType, Condition, EntityTrait, IdenStatic, Iterable, ModelTrait, PrimaryKeyTrait, QueryTrait,
    Select,
};
use uuid::Uuid;

/// A change to a row.
#[derive(Debug)]
pub enum Change<'a, E: EntityTrait> {
    /// This row is added.
    Insert(&'a E::Model),
    /// This row, as it is, is changed.
    Update(&'a E::Model),
    /// This row, as it is, is removed.
    Delete(&'a E::Model),
}

/// Who sees which rows of a table, and who may change them.
pub trait Policy: EntityTrait {
    /// Name of the table.
    const TABLE: &'static str;

    /// The table of which these rows are parts, and the column that names the whole: whoever sees the whole sees its parts.
    const PART_OF: Option<(&'static str, &'static str)> = None;

    /// Whether other tables hold parts of these rows, so that a scope remembers which it has read.
    const HAS_PARTS: bool = false;

    /// What of these rows is sealed.
    const SEAL: Option<Seal<Self>> = None;

    /// What a change leaves as it is beside the columns that hold keys: what else says whose a row is, or what it is evidence of.
    const KEPT: &'static [Self::Column] = &[];

    /// The rows that the viewer sees. Never an empty condition, which would mean all rows.
    fn visible_to(viewer: &Viewer) -> Condition;

    /// Whether the viewer may make this change. A row to change or remove is one that it sees.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool;

    /// Whether a change may set a column that says whose a row is and what it belongs to: each that holds a key, and those of
    /// [`KEPT`](Self::KEPT). None may, but where it is said here. PostgreSQL asks the same with `may_move` of the migrations.
    fn may_move(_viewer: &Viewer, _column: Self::Column, _before: &Self::Model, _after: &Self::Model) -> bool {
        false
    }

    /// What whoever waits for changes is told when this row is added, changed or removed.
    fn signal(_row: &Self::Model) -> Option<Signal> {
        None
    }
}

/// The columns that a change leaves as they are, unless [`Policy::may_move`] lets it set one.
pub(super) fn kept<E: Policy>() -> impl Iterator<Item = E::Column> {
    let named = |column: &E::Column| E::KEPT.iter().any(|kept| kept.as_str() == column.as_str());
    E::Column::iter().filter(move |column| column.def().get_column_type() == &ColumnType::Uuid || named(column))
}

/// Whether a change sets none of those columns but where it may.
pub(super) fn stays<E: Policy>(viewer: &Viewer, before: &E::Model, after: &E::Model) -> bool {
    let same = |column| before.get(column) == after.get(column);
    kept::<E>().all(|column| same(column) || E::may_move(viewer, column, before, after))
}

/// A table whose changes leave audit rows of their own; parts are covered by the row of their whole.
pub trait Root: Policy + EntityTrait<PrimaryKey: PrimaryKeyTrait<ValueType = Uuid>> {
    /// The type under which its rows are known.
    const OBJECT: ObjectType;

    /// The key of a row.
    fn key(row: &Self::Model) -> Uuid {
        Uuid::from_value_tuple(row.get_primary_key_value())
    }
}

/// Whether one of these rows has in its column what another table's column has.
fn exists<E: EntityTrait>(rows: Select<E>, column: E::Column, same: impl ColumnTrait) -> Condition {
    let mut rows = rows.into_query();
    rows.clear_selects().expr(Expr::val(1)).and_where(column.into_expr().eq(same.into_expr()));
    Condition::all().add(Expr::exists(rows))
}

/// Whether a column names the membership that the viewer acts in.
fn names(viewer: &Viewer, membership: Option<Uuid>) -> bool {
    viewer.membership().is_some_and(|acting| membership == Some(acting.id))
}

/// No row.
fn nothing() -> Condition {
    Condition::all().add(Expr::val(1).eq(0))
}

/// Every row.
pub(super) fn everything() -> Condition {
    Condition::all().add(Expr::val(1).eq(1))
}

/// The rows that meet one of these conditions; none where there is no condition.
fn any_of(ways: Vec<Condition>) -> Condition {
    if ways.is_empty() {
        return nothing();
    }
    ways.into_iter().fold(Condition::any(), Condition::add)
}

/// Of these rows, those in which the column names nothing that the viewer is barred from. Most are barred from nothing.
fn unless_barred(viewer: &Viewer, column: impl ColumnTrait, rows: Condition) -> Condition {
    if viewer.barred().is_empty() {
        return rows;
    }
    let other = Condition::any().add(column.is_null()).add(column.is_not_in(viewer.barred().iter().copied()));
    Condition::all().add(rows).add(other)
}

/// Every row, or none.
fn all_if(allowed: bool) -> Condition {
    if allowed { everything() } else { nothing() }
}
