//! Loading many rows at once: DataLoaders of one request, run in step with its execution.
//!
//! A DataLoader collects the keys that sibling fields ask for and loads them together. When it runs on a task of its own,
//! it may start before all siblings have asked, and then needs another statement, now and then. Here a batch runs only
//! when the execution itself can go no further, so the number of statements never depends on chance.

use async_graphql::dataloader::DataLoader;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// The batches of one request that wait to run.
#[derive(Clone, Default)]
pub struct Batches(Arc<Mutex<Vec<BoxFuture<'static, ()>>>>);

impl Batches {
    /// A DataLoader whose batches run in step with [`drive`](Self::drive).
    pub fn loader<L>(&self, loader: L) -> DataLoader<L> {
        let batches = self.clone();
        DataLoader::new(loader, move |batch| batches.lock().push(batch)).delay(Duration::ZERO)
    }

    /// Runs the execution of a request, and its batches whenever the execution waits.
    pub async fn drive<F: Future>(&self, execution: F) -> F::Output {
        let mut execution = pin!(execution);
        let mut running = FuturesUnordered::new();
        poll_fn(move |context| {
            loop {
                let turn = Arc::new(Turn { task: context.waker().clone(), goes_on: AtomicBool::new(false) });
                if let Poll::Ready(output) = execution.as_mut().poll(&mut Context::from_waker(&turn.clone().into())) {
                    return Poll::Ready(output);
                }
                // A list of more than thirty fields lets other tasks have a turn before it has polled them all.
                if turn.goes_on.load(Ordering::Relaxed) {
                    return Poll::Pending;
                }
                running.extend(self.lock().drain(..));
                match running.poll_next_unpin(context) {
                    Poll::Ready(Some(())) => {}
                    Poll::Ready(None) | Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<BoxFuture<'static, ()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One poll of an execution: whether it asked to be polled again at once, and so waits for no batch yet.
struct Turn {
    task: Waker,
    goes_on: AtomicBool,
}

impl Wake for Turn {
    fn wake(self: Arc<Self>) {
        self.goes_on.store(true, Ordering::Relaxed);
        self.task.wake_by_ref();
    }
}

/// Lets a loader, which holds a scope, load the rows of a table by their key.
macro_rules! by_key {
    ($loader:ident, $(#[$doc:meta])* $key:ident, $table:ident, $column:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) struct $key(pub(super) uuid::Uuid);

        impl async_graphql::dataloader::Loader<$key> for $loader {
            type Value = entity::$table::Model;
            type Error = $crate::error::Fault;

            async fn load(
                &self,
                keys: &[$key],
            ) -> Result<std::collections::HashMap<$key, Self::Value>, $crate::error::Fault> {
                let rows = self.0.find::<entity::$table::Entity>().by_keys(keys.iter().map(|key| key.0)).all().await?;
                Ok(rows.into_iter().map(|row| ($key(row.$column), row)).collect())
            }
        }
    };
}

/// Lets a loader, which holds a scope, load the parts of many objects, those of each in the order of a column.
macro_rules! parts_of {
    ($loader:ident, $(#[$doc:meta])* $key:ident, $table:ident, $whole:ident $whole_column:ident, $order:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) struct $key(pub(super) uuid::Uuid);

        impl async_graphql::dataloader::Loader<$key> for $loader {
            type Value = Vec<entity::$table::Model>;
            type Error = $crate::error::Fault;

            async fn load(
                &self,
                keys: &[$key],
            ) -> Result<std::collections::HashMap<$key, Self::Value>, $crate::error::Fault> {
                use entity::$table::{Column, Entity};
                let theirs = sea_orm::ColumnTrait::is_in(&Column::$whole_column, keys.iter().map(|key| key.0));
                let order = [$crate::access::Order::ascending(Column::$order)];
                let rows = self.0.find::<Entity>().filter(theirs).order(&order).all().await?;
                let mut parts = std::collections::HashMap::<$key, Self::Value>::new();
                for row in rows {
                    if let Some(whole) = Option::<uuid::Uuid>::from(row.$whole) {
                        parts.entry($key(whole)).or_default().push(row);
                    }
                }
                Ok(parts)
            }
        }
    };
}

pub(crate) use {by_key, parts_of};
