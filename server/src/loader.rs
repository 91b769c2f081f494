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
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
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
                if let Poll::Ready(output) = execution.as_mut().poll(context) {
                    return Poll::Ready(output);
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
