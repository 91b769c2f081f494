//! Loading many rows at once: DataLoaders of one request, run in step with its execution.
//!
//! A DataLoader collects the keys that sibling fields ask for and loads them together. When it runs on a task of its own,
//! chance decides how many keys it finds, and so how many statements a request takes. Here batches run level by level: the
//! execution goes as far as it can; then everything it asked for is loaded; and only when that has arrived, the next level
//! begins. The number of statements depends on the document alone, and tests hold it.

use async_graphql::dataloader::{DataLoader, Loader};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::hash::Hash;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// A DataLoader of one request.
pub type RequestLoader<L> = DataLoader<InStep<L>>;

/// The batches of one request.
#[derive(Clone, Default)]
pub struct Batches(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// Batches that wait for the level before them.
    waiting: Mutex<Vec<BoxFuture<'static, ()>>>,
    /// How many batches have taken their keys so far. Loaders hold this and no more of it: a batch that waits holds its loader, and
    /// would keep itself and the loader's connection for ever when its request is broken off.
    under_way: Arc<AtomicUsize>,
}

impl Batches {
    /// A DataLoader whose batches run in step with [`drive`](Self::drive).
    pub fn loader<L>(&self, loader: L) -> RequestLoader<L> {
        let batches = self.clone();
        let in_step = InStep { loader, under_way: self.0.under_way.clone() };
        // Complexity bounds the keys of a request far below what a statement may hold.
        DataLoader::new(in_step, move |batch| batches.waiting().push(batch))
            .delay(Duration::ZERO)
            .max_batch_size(usize::MAX)
    }

    /// Runs the execution of a request, and its batches level by level whenever the execution waits.
    pub async fn drive<F: Future>(&self, execution: F) -> F::Output {
        let mut execution = pin!(execution);
        let mut level = FuturesUnordered::new();
        let mut begun = 0;
        poll_fn(move |context| {
            loop {
                // Keys that the execution asked for now would slip into a batch of this level that has not taken its own.
                let all_under_way = begun == self.under_way();
                if all_under_way {
                    let turn = Arc::new(Turn { task: context.waker().clone(), goes_on: AtomicBool::new(false) });
                    let waker = turn.clone().into();
                    if let Poll::Ready(output) = execution.as_mut().poll(&mut Context::from_waker(&waker)) {
                        return Poll::Ready(output);
                    }
                    // A list of more than thirty fields lets other tasks have a turn before it has polled them all.
                    if turn.goes_on.load(Ordering::Relaxed) {
                        return Poll::Pending;
                    }
                }
                if level.is_empty() {
                    level.extend(self.waiting().drain(..));
                    begun += level.len();
                }
                match level.poll_next_unpin(context) {
                    Poll::Ready(Some(())) => {}
                    // The last batch of the level is under way now: the execution may go on with what is its own.
                    Poll::Pending if !all_under_way && begun == self.under_way() => {}
                    Poll::Ready(None) | Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }

    fn under_way(&self) -> usize {
        self.0.under_way.load(Ordering::Acquire)
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<BoxFuture<'static, ()>>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
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

/// A loader that says when a batch has taken its keys.
pub struct InStep<L> {
    loader: L,
    under_way: Arc<AtomicUsize>,
}

impl<K, L> Loader<K> for InStep<L>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    L: Loader<K>,
{
    type Value = L::Value;
    type Error = L::Error;

    async fn load(&self, keys: &[K]) -> Result<HashMap<K, Self::Value>, Self::Error> {
        self.under_way.fetch_add(1, Ordering::Release);
        self.loader.load(keys).await
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
                let wholes = keys.iter().map(|key| key.0).collect();
                let order = [$crate::access::Order::ascending(Column::$order)];
                let rows = self.0.find::<Entity>().of(Column::$whole_column, wholes).order(&order).all().await?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use futures_util::future::join_all;

    /// Answers a key with itself, after a while, and notes how many keys came together.
    struct Echo(Arc<Mutex<Vec<usize>>>);

    impl Loader<u32> for Echo {
        type Value = u32;
        type Error = ();

        async fn load(&self, keys: &[u32]) -> Result<HashMap<u32, u32>, ()> {
            self.0.lock().unwrap().push(keys.len());
            tokio::time::sleep(Duration::from_millis(u64::from(keys[0] % 3))).await;
            Ok(keys.iter().map(|key| (*key, *key)).collect())
        }
    }

    #[tokio::test]
    async fn a_request_that_is_broken_off_lets_go_of_its_loaders() {
        let sizes = Arc::new(Mutex::new(Vec::new()));
        let batches = Batches::default();
        let loader = batches.loader(Echo(sizes.clone()));
        // Polled once, so that its batch waits, and dropped.
        assert!(join_all((0..3).map(|key| loader.load_one(key))).now_or_never().is_none());
        drop((loader, batches));
        assert_eq!(Arc::strong_count(&sizes), 1);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn siblings_are_loaded_together_level_by_level_every_time() {
        for _ in 0..200 {
            let sizes = Arc::new(Mutex::new(Vec::new()));
            let batches = Batches::default();
            let (first, second) = (batches.loader(Echo(sizes.clone())), batches.loader(Echo(sizes.clone())));
            let child = async |key: u32| {
                let loader = if key.is_multiple_of(2) { &first } else { &second };
                let found = loader.load_one(key).await.unwrap().unwrap();
                first.load_one(1000 + found).await.unwrap().unwrap()
            };
            let execution = join_all((0..100).map(child));
            assert_eq!(batches.drive(execution).await.len(), 100);
            assert_eq!(*sizes.lock().unwrap(), [50, 50, 100]);
        }
    }
}
