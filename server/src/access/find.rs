//! Reading: rows and counts, already filtered by the policy of their table.

use super::page::Reading;
use super::policy::{Policy, everything};
use super::transaction::Transaction;
use super::{Order, Page, PageArguments, Result, Scope, Viewer, sealing};
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, IdenStatic, JoinType, PaginatorTrait,
    PrimaryKeyToColumn, QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationDef, Select,
};
use uuid::Uuid;

/// Rows of one table that the viewer may see. Filters add to the policy; nothing takes it away.
pub struct Find<E: EntityTrait> {
    scope: Scope,
    visible: Condition,
    select: Select<E>,
    lock: Option<LockType>,
    skip_locked: bool,
}

impl<E: Policy> Find<E> {
    pub(super) fn new(scope: Scope) -> Self {
        let visible = E::visible_to(scope.viewer());
        Self { scope, visible, select: E::find(), lock: None, skip_locked: false }
    }

    /// Only rows that also meet this condition.
    #[must_use]
    pub fn filter(mut self, condition: impl IntoCondition) -> Self {
        self.select = self.select.filter(condition.into_condition());
        self
    }

    /// Only the row with this key.
    #[must_use]
    pub fn by_key(self, key: Uuid) -> Self {
        let column = primary_key::<E>();
        self.filter(column.eq(key))
    }

    /// Only rows with one of these keys.
    #[must_use]
    pub fn by_keys(self, keys: impl IntoIterator<Item = Uuid>) -> Self {
        self.of(primary_key::<E>(), keys.into_iter().collect())
    }

    /// Only rows in which the column names one of these objects: the parts of objects, mostly.
    ///
    /// Where the scope of a member at work has read all of them, and they are wholes whose parts it sees, the database need
    /// not look for them again.
    #[must_use]
    pub fn of(mut self, column: E::Column, objects: Vec<Uuid>) -> Self {
        if let Some((whole, names_whole)) = E::PART_OF
            && column.as_str() == names_whole
            && self.scope.viewer().purpose.is_none()
            && self.scope.has_read(whole, &objects)
        {
            self.visible = everything();
        }
        // As one array the statement is the same for any number of them, and PostgreSQL prepares it once.
        let among = match self.scope.backend() {
            DbBackend::Postgres => column.into_expr().eq(PgFunc::any(objects)),
            _ => column.is_in(objects),
        };
        self.filter(among)
    }

    /// In this order.
    #[must_use]
    pub fn order(mut self, order: &[Order<E>]) -> Self {
        self.select = ordered(self.select, order);
        self
    }

    /// Locks the rows until the transaction ends, so that what is decided on them holds. Only where one writes; SQLite has
    /// a single writer anyway.
    #[must_use]
    pub fn locked(mut self) -> Self {
        self.lock = self.scope.writes().then_some(LockType::Update);
        self
    }

    /// Locks the rows like [`locked`](Self::locked), but lets others add parts that refer to them meanwhile: for whoever may
    /// wait for such a part itself, which would wait for the lock.
    #[must_use]
    pub fn locked_but_for_parts(mut self) -> Self {
        self.lock = self.scope.writes().then_some(LockType::NoKeyUpdate);
        self
    }

    /// Locks the rows like [`locked`](Self::locked), but leaves out those that others have locked: for work that several servers
    /// share.
    #[must_use]
    pub fn locked_unless_taken(self) -> Self {
        Self { skip_locked: true, ..self.locked() }
    }

    /// The first row.
    pub async fn one(self) -> Result<Option<E::Model>> {
        Ok(self.at_most(1).await?.into_iter().next())
    }

    /// The first rows, at most so many.
    pub async fn at_most(mut self, limit: u64) -> Result<Vec<E::Model>> {
        self.select = self.select.limit(limit);
        self.all().await
    }

    /// All rows. For lists that are short by their nature: the parts of one report, the members of one organisation.
    pub async fn all(self) -> Result<Vec<E::Model>> {
        let transaction = self.scope.transaction().await?;
        let lock = self.lock.filter(|_| self.scope.backend() == DbBackend::Postgres);
        let select = self.select.filter(self.visible);
        let select = match lock {
            Some(lock) if self.skip_locked => select.lock_with_behavior(lock, LockBehavior::SkipLocked),
            Some(lock) => select.lock(lock),
            None => select,
        };
        let mut rows = select.all(&*transaction).await?;
        sealing::open::<E>(&self.scope, rows.iter_mut().collect()).await?;
        Ok(rows)
    }

    /// The whole numbers that a column holds in the first rows, at most so many, and nothing else of them: for rows in which
    /// other columns hold what none can.
    pub async fn numbers(self, column: E::Column, limit: u64) -> Result<Vec<i64>> {
        let select = self.select.filter(self.visible).limit(limit);
        let select = select.select_only().column_as(column.into_expr(), "number").build(self.scope.backend());
        let rows = self.scope.transaction().await?.query_all_raw(select).await?;
        Ok(rows.iter().map(|row| row.try_get("", "number")).collect::<std::result::Result<_, _>>()?)
    }

    /// How many rows there are.
    pub async fn count(self) -> Result<u64>
    where
        E::Model: Send + Sync,
    {
        Ok(self.select.filter(self.visible).count(&*self.scope.transaction().await?).await?)
    }

    /// One page of a connection. The order must end with a key, so that it is stable.
    pub async fn page(self, order: &[Order<E>], arguments: &PageArguments) -> Result<Page<E::Model>> {
        let reading = Reading::new(order, arguments)?;
        let find = self.filter(reading.condition()).order(&reading.order);
        let rows = find.at_most(reading.limit + 1).await?;
        Ok(reading.page(rows, |row| row))
    }

    /// One page, each row with the row of another table that a relation leads to, where the viewer may see that one too.
    pub async fn page_with<F: Policy>(
        self,
        relation: RelationDef,
        order: &[Order<E>],
        arguments: &PageArguments,
    ) -> Result<Page<(E::Model, Option<F::Model>)>> {
        let reading = Reading::new(order, arguments)?;
        let visible = F::visible_to(self.scope.viewer());
        let relation = relation.on_condition(move |_, _| visible.clone());
        let find = self.filter(reading.condition()).order(&reading.order);
        let select = find.select.filter(find.visible).limit(reading.limit + 1);
        let select = select.join(JoinType::LeftJoin, relation).select_also(F::default());
        let mut rows: Vec<(E::Model, Option<F::Model>)> = select.all(&*find.scope.transaction().await?).await?;
        sealing::open::<E>(&find.scope, rows.iter_mut().map(|row| &mut row.0).collect()).await?;
        sealing::open::<F>(&find.scope, rows.iter_mut().filter_map(|row| row.1.as_mut()).collect()).await?;
        Ok(reading.page(rows, |row| &row.0))
    }
}

fn ordered<E: EntityTrait>(mut select: Select<E>, order: &[Order<E>]) -> Select<E> {
    for key in order {
        let direction = if key.descending { sea_orm::Order::Desc } else { sea_orm::Order::Asc };
        select = select.order_by(key.column, direction);
    }
    select
}

pub(super) fn primary_key<E: EntityTrait>() -> E::Column {
    use sea_orm::Iterable;
    E::PrimaryKey::iter().next().expect("every table has a key").into_column()
}

/// In the order of the whole key.
pub(super) fn by_key<E: EntityTrait>() -> Vec<Order<E>> {
    use sea_orm::Iterable;
    E::PrimaryKey::iter().map(|key| Order::ascending(key.into_column())).collect()
}

/// The rows that come after this one in the order of the whole key; all where there is none.
pub(super) fn after_key<E: EntityTrait>(row: Option<&E::Model>) -> Condition {
    use sea_orm::{Iterable, ModelTrait};
    let Some(row) = row else { return everything() };
    let (mut after, mut same) = (Condition::any(), Condition::all());
    for key in E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column) {
        after = after.add(same.clone().add(key.gt(row.get(key))));
        same = same.add(key.eq(row.get(key)));
    }
    after
}

/// Counts for statistics. What comes out are groups and numbers, never a row.
pub struct Tally<E: EntityTrait> {
    viewer: Viewer,
    pub(super) transaction: Transaction,
    pub(super) scope: Scope,
    pub(super) select: Select<E>,
    groups: usize,
}

impl<E: Policy> Tally<E> {
    pub(super) fn new(viewer: Viewer, transaction: Transaction, scope: Scope) -> Self {
        let select = E::find().select_only().filter(E::visible_to(&viewer));
        Self { viewer, transaction, scope, select, groups: 0 }
    }

    /// Only rows that meet this condition.
    #[must_use]
    pub fn filter(mut self, condition: impl IntoCondition) -> Self {
        self.select = self.select.filter(condition.into_condition());
        self
    }

    /// With the row that a relation leads to, where the viewer may count it.
    #[must_use]
    pub fn with<F: Policy>(mut self, relation: RelationDef) -> Self {
        let visible = F::visible_to(&self.viewer);
        let relation = relation.on_condition(move |_, _| visible.clone());
        self.select = self.select.join(JoinType::InnerJoin, relation);
        self
    }

    /// Grouped by this column of text as well.
    #[must_use]
    pub fn by(mut self, column: impl ColumnTrait) -> Self {
        self.select = self.select.column_as(column.into_expr(), group_name(self.groups)).group_by(column);
        self.groups += 1;
        self
    }

    /// The groups, each with its number of rows.
    pub async fn run(self) -> Result<Vec<(Vec<String>, u64)>> {
        self.numbers(Expr::cust("COUNT(*)")).await
    }

    /// The groups, each with the sum of a column of whole numbers.
    pub async fn sum(self, column: E::Column) -> Result<Vec<(Vec<String>, u64)>> {
        self.numbers(column.into_expr().sum()).await
    }

    async fn numbers(self, number: Expr) -> Result<Vec<(Vec<String>, u64)>> {
        let statement = self.select.expr_as(number, "number").build(self.transaction.get_database_backend());
        let mut tallies = Vec::new();
        for row in self.transaction.query_all_raw(statement).await? {
            let names = (0..self.groups).map(|group| row.try_get::<String>("", &group_name(group)));
            let names = names.collect::<std::result::Result<Vec<String>, _>>()?;
            tallies.push((names, u64::try_from(row.try_get::<i64>("", "number")?).unwrap_or_default()));
        }
        self.transaction.commit().await?;
        self.scope.count(self.transaction.statements());
        Ok(tallies)
    }
}

impl<E: Policy> Tally<E> {
    /// The keys that a column holds in these rows, each once: of which objects there are some, and nothing of the rows.
    pub async fn keys(self, column: impl ColumnTrait) -> Result<Vec<Uuid>> {
        let select = self.select.column_as(column.into_expr(), "key").distinct();
        let rows = self.transaction.query_all_raw(select.build(self.transaction.get_database_backend())).await?;
        let keys = rows.iter().map(|row| row.try_get("", "key")).collect::<std::result::Result<_, _>>()?;
        self.transaction.commit().await?;
        self.scope.count(self.transaction.statements());
        Ok(keys)
    }
}

fn group_name(position: usize) -> String {
    format!("group_{position}")
}

#[cfg(test)]
mod tests;
