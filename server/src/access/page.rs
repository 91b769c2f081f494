//! Pages of connections: keyset cursors in a stable order (Relay Cursor Connections).

use super::{Error, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::sea_query::{ColumnType, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, ModelTrait, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The most rows a page may have.
pub const LARGEST_PAGE: u64 = 100;
/// The rows of a page whose size nobody gave.
const USUAL_PAGE: u64 = 20;

/// Relay's page arguments, as the client sent them.
#[derive(Clone, Debug, Default)]
pub struct PageArguments {
    /// The first so many.
    pub first: Option<i32>,
    /// Behind this cursor.
    pub after: Option<String>,
    /// The last so many.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
}

/// One sort key: a column that is never null, and its direction.
#[derive(Debug)]
pub struct Order<E: EntityTrait> {
    /// The column.
    pub column: E::Column,
    /// Whether it falls.
    pub descending: bool,
}

impl<E: EntityTrait> Clone for Order<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: EntityTrait> Copy for Order<E> {}

impl<E: EntityTrait> Order<E> {
    /// Smallest first.
    pub fn ascending(column: E::Column) -> Self {
        Self { column, descending: false }
    }

    /// Largest first.
    pub fn descending(column: E::Column) -> Self {
        Self { column, descending: true }
    }

    fn reversed(self) -> Self {
        Self { descending: !self.descending, ..self }
    }
}

/// A page of rows, each with its cursor.
#[derive(Debug)]
pub struct Page<M, K = String> {
    /// Cursor and row, in the order of the connection.
    pub rows: Vec<(K, M)>,
    /// Whether there are rows before these.
    pub has_previous: bool,
    /// Whether there are rows behind these.
    pub has_next: bool,
}

impl<M> Page<M> {
    /// One page of rows that were read whole because they are few by their nature: the parts of one report, which a loader
    /// reads for all its siblings in one statement. They must be in this order already.
    pub fn of_parts<E: EntityTrait<Model = M>>(
        rows: Vec<M>,
        order: &[Order<E>],
        arguments: &PageArguments,
    ) -> Result<Self>
    where
        M: ModelTrait<Entity = E>,
    {
        Reading::new(order, arguments)?;
        let rows: Vec<(String, M)> = rows.into_iter().map(|row| (encode(order, &row), row)).collect();
        let place = |cursor: &Option<String>, rows: &[(String, M)]| match cursor {
            Some(cursor) => rows.iter().position(|row| row.0 == *cursor).map(Some).ok_or(Error::Cursor),
            None => Ok(None),
        };
        let (after, before) = (place(&arguments.after, &rows)?, place(&arguments.before, &rows)?);
        Self::between(rows, after.map(|place| place + 1), before, arguments)
    }

    /// One page of what was counted rather than read, in the order of these keys, which become its cursors.
    pub fn of_counted<K>(rows: Vec<(K, M)>, arguments: &PageArguments) -> Result<Self>
    where
        K: Ord + Serialize + DeserializeOwned,
    {
        let read = |cursor: &Option<String>| -> Result<Option<K>> {
            let Some(cursor) = cursor else { return Ok(None) };
            let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| Error::Cursor)?;
            serde_json::from_slice(&bytes).map(Some).map_err(|_| Error::Cursor)
        };
        let after = read(&arguments.after)?.map(|key| rows.partition_point(|row| row.0 <= key));
        let before = read(&arguments.before)?.map(|key| rows.partition_point(|row| row.0 < key));
        let page = Self::between(rows, after, before, arguments)?;
        let cursor =
            |key: &K| serde_json::to_vec(key).map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(|_| Error::Cursor);
        let rows = page.rows.into_iter().map(|(key, row)| Ok((cursor(&key)?, row))).collect::<Result<_>>()?;
        Ok(Self { rows, has_previous: page.has_previous, has_next: page.has_next })
    }
}

impl<M> Page<M> {
    /// Of all rows those from one place to another, as many as were asked for.
    fn between<K>(
        mut rows: Vec<(K, M)>,
        start: Option<usize>,
        end: Option<usize>,
        arguments: &PageArguments,
    ) -> Result<Page<M, K>> {
        let (limit, backwards) = size(arguments)?;
        rows.truncate(end.unwrap_or(rows.len()));
        rows.drain(..start.unwrap_or(0).min(rows.len()));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len().saturating_sub(limit);
        if backwards {
            rows.drain(..more);
            return Ok(Page { rows, has_previous: more > 0 || start.is_some(), has_next: end.is_some() });
        }
        rows.truncate(limit);
        Ok(Page { rows, has_previous: start.is_some(), has_next: more > 0 || end.is_some() })
    }
}

/// How many rows were asked for, and whether they are the last.
fn size(arguments: &PageArguments) -> Result<(u64, bool)> {
    let backwards = arguments.last.is_some();
    if backwards && arguments.first.is_some() {
        return Err(Error::Page("Give either `first` or `last`, not both."));
    }
    match arguments.first.or(arguments.last).map(u64::try_from) {
        None => Ok((USUAL_PAGE, backwards)),
        Some(Ok(size)) if size <= LARGEST_PAGE => Ok((size, backwards)),
        Some(_) => Err(Error::Page("A page has 0 to 100 rows: give `first` or `last` in that range.")),
    }
}

/// Page arguments once they are read and checked.
pub(super) struct Reading<E: EntityTrait> {
    pub(super) order: Vec<Order<E>>,
    pub(super) limit: u64,
    backwards: bool,
    after: Option<Vec<Value>>,
    before: Option<Vec<Value>>,
}

impl<E: EntityTrait> Reading<E> {
    pub(super) fn new(order: &[Order<E>], arguments: &PageArguments) -> Result<Self> {
        let (limit, backwards) = size(arguments)?;
        let cursor = |text: &Option<String>| text.as_deref().map(|text| decode(order, text)).transpose();
        let (after, before) = (cursor(&arguments.after)?, cursor(&arguments.before)?);
        let order = if backwards { order.iter().map(|key| key.reversed()).collect() } else { order.to_vec() };
        Ok(Self { order, limit, backwards, after, before })
    }

    /// The rows between the cursors.
    pub(super) fn condition(&self) -> Condition {
        let mut condition = Condition::all();
        let (behind, ahead) = if self.backwards { (&self.before, &self.after) } else { (&self.after, &self.before) };
        if let Some(values) = behind {
            condition = condition.add(beyond(&self.order, values));
        }
        if let Some(values) = ahead {
            let reversed: Vec<Order<E>> = self.order.iter().map(|key| key.reversed()).collect();
            condition = condition.add(beyond(&reversed, values));
        }
        condition
    }

    /// Makes the page of the rows that were read, of which there may be one more than asked for.
    pub(super) fn page<R>(&self, mut rows: Vec<R>, model: impl Fn(&R) -> &E::Model) -> Page<R> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let mut rows: Vec<(String, R)> = rows.into_iter().map(|row| (encode(&self.order, model(&row)), row)).collect();
        if self.backwards {
            rows.reverse();
            return Page { rows, has_previous: more, has_next: self.before.is_some() };
        }
        Page { rows, has_previous: self.after.is_some(), has_next: more }
    }
}

/// Rows that come behind these values: greater in the first key, or equal in it and greater in the next, and so on.
fn beyond<E: EntityTrait>(order: &[Order<E>], values: &[Value]) -> Condition {
    let mut ways = Condition::any();
    for (position, (key, value)) in order.iter().zip(values).enumerate() {
        let mut way = Condition::all();
        for (equal, value) in order.iter().zip(values).take(position) {
            way = way.add(equal.column.eq(value.clone()));
        }
        ways = ways.add(way.add(step(key, value)));
    }
    ways
}

fn step<E: EntityTrait>(key: &Order<E>, value: &Value) -> SimpleExpr {
    if key.descending { key.column.lt(value.clone()) } else { key.column.gt(value.clone()) }
}

fn encode<E: EntityTrait>(order: &[Order<E>], model: &E::Model) -> String {
    let values: Vec<serde_json::Value> = order.iter().map(|key| to_json(&model.get(key.column))).collect();
    URL_SAFE_NO_PAD.encode(serde_json::Value::Array(values).to_string())
}

pub(super) fn decode<E: EntityTrait>(order: &[Order<E>], cursor: &str) -> Result<Vec<Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| Error::Cursor)?;
    let values: Vec<serde_json::Value> = serde_json::from_slice(&bytes).map_err(|_| Error::Cursor)?;
    if values.len() != order.len() {
        return Err(Error::Cursor);
    }
    let read = |(key, value): (&Order<E>, &serde_json::Value)| {
        from_json(key.column.def().get_column_type(), value).ok_or(Error::Cursor)
    };
    order.iter().zip(&values).map(read).collect()
}

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Uuid(Some(id)) => id.to_string().into(),
        Value::ChronoDateTimeUtc(Some(instant)) => instant.to_rfc3339().into(),
        Value::ChronoDate(Some(day)) => day.to_string().into(),
        Value::SmallInt(Some(number)) => (*number).into(),
        Value::Int(Some(number)) => (*number).into(),
        Value::String(Some(text)) => text.as_str().into(),
        other => panic!("{other:?} cannot be a sort key"),
    }
}

fn from_json(column: &ColumnType, value: &serde_json::Value) -> Option<Value> {
    match column {
        ColumnType::Uuid => Some(value.as_str()?.parse::<uuid::Uuid>().ok()?.into()),
        ColumnType::TimestampWithTimeZone => {
            let instant = chrono::DateTime::parse_from_rfc3339(value.as_str()?).ok()?;
            Some(instant.with_timezone(&chrono::Utc).into())
        }
        ColumnType::Date => {
            let day: chrono::NaiveDate = value.as_str()?.parse().ok()?;
            Some(day).filter(|day| (1..10_000).contains(&chrono::Datelike::year(day))).map(Into::into)
        }
        ColumnType::SmallInteger => Some(i16::try_from(value.as_i64()?).ok()?.into()),
        ColumnType::Integer => Some(i32::try_from(value.as_i64()?).ok()?.into()),
        _ => value.as_str().filter(|text| !text.contains('\0')).map(Into::into),
    }
}

#[cfg(test)]
mod tests;
