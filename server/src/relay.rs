//! Relay: connections and their cost. Global ids stand in `ids`, pages in `access`.

use crate::access::{Find, Order, Page, PageArguments, Policy};
use crate::error::Fault;
use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::{Context, OutputType, SimpleObject};
use sea_orm::EntityTrait;

/// A connection to objects of one type, with their total number.
pub type ConnectionOf<T> = Connection<String, T, TotalCount, EmptyFields>;

/// What every connection carries beside its page.
#[derive(SimpleObject)]
pub struct TotalCount {
    /// How many objects there are in all, on this page and on others. Counted only when asked for.
    pub total_count: u64,
}

/// Complexity of a connection: its children count once a row asked for.
pub fn cost(first: Option<i32>, last: Option<i32>, child: usize) -> usize {
    let rows = first.or(last).and_then(|rows| usize::try_from(rows).ok()).unwrap_or(20);
    1 + rows.saturating_mul(child)
}

/// A connection over the rows of a find, each wrapped as an object.
pub async fn connection<E, T>(
    context: &Context<'_>,
    find: impl Fn() -> Find<E>,
    order: &[Order<E>],
    arguments: PageArguments,
    wrap: impl FnMut(E::Model) -> T,
) -> Result<ConnectionOf<T>, Fault>
where
    E: Policy,
    <E as EntityTrait>::Model: Send + Sync,
    T: OutputType,
{
    let total_count = total_count(context, &find).await?;
    let page = find().page(order, &arguments).await?;
    Ok(of_page(page, total_count, wrap))
}

/// A connection over the parts of one object, which were read whole.
pub fn connection_of_parts<E, T>(
    rows: Vec<E::Model>,
    order: &[Order<E>],
    arguments: &PageArguments,
    wrap: impl FnMut(E::Model) -> T,
) -> Result<ConnectionOf<T>, Fault>
where
    E: EntityTrait,
    T: OutputType,
{
    let total_count = rows.len() as u64;
    Ok(of_page(Page::of_parts(rows, order, arguments)?, total_count, wrap))
}

/// The number of rows of a find, where the client asks for it.
pub async fn total_count<E>(context: &Context<'_>, find: impl Fn() -> Find<E>) -> Result<u64, Fault>
where
    E: Policy,
    <E as EntityTrait>::Model: Send + Sync,
{
    if !context.look_ahead().field("totalCount").exists() {
        return Ok(0);
    }
    Ok(find().count().await?)
}

/// The connection of a page.
pub fn of_page<R, T: OutputType>(page: Page<R>, total_count: u64, mut wrap: impl FnMut(R) -> T) -> ConnectionOf<T> {
    let mut connection =
        Connection::with_additional_fields(page.has_previous, page.has_next, TotalCount { total_count });
    connection.edges.extend(page.rows.into_iter().map(|(cursor, row)| Edge::new(cursor, wrap(row))));
    connection
}
