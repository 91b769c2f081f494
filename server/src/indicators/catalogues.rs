//! The catalogue of this process, renewed from the database now and then.

use super::Catalogue;
use crate::access::{Result, Scope};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// For how long a catalogue is taken to be what the database says. Other servers see an import after so long.
const FRESH_FOR: TimeDelta = TimeDelta::seconds(30);

/// A handle on the catalogue of one database; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Catalogues(Arc<Mutex<Option<Reading>>>);

#[derive(Debug)]
struct Reading {
    catalogue: Arc<Catalogue>,
    at: DateTime<Utc>,
}

impl Catalogues {
    /// The catalogue. It costs a statement only where the last reading is older than 30 seconds.
    pub async fn current(&self, scope: &Scope) -> Result<Arc<Catalogue>> {
        match self.fresh(scope.now()) {
            Some(catalogue) => Ok(catalogue),
            None => self.read(scope).await,
        }
    }

    /// The catalogue, which knows the indicators with these keys: they are in the database, perhaps because another server
    /// imported them a moment ago.
    pub async fn knowing(&self, scope: &Scope, ids: impl IntoIterator<Item = Uuid>) -> Result<Arc<Catalogue>> {
        let catalogue = self.current(scope).await?;
        if ids.into_iter().all(|id| catalogue.knows(id)) { Ok(catalogue) } else { self.read(scope).await }
    }

    /// The last reading, where it is not too old. Who finds it too old reads it anew; others go on with the old one
    /// meanwhile, so that nobody waits for anybody's connection.
    fn fresh(&self, now: DateTime<Utc>) -> Option<Arc<Catalogue>> {
        let mut slot = self.lock();
        let reading = slot.as_mut()?;
        if (now - reading.at).abs() < FRESH_FOR {
            return Some(reading.catalogue.clone());
        }
        reading.at = now;
        None
    }

    async fn read(&self, scope: &Scope) -> Result<Arc<Catalogue>> {
        let catalogue = Arc::new(Catalogue::read(scope).await?);
        *self.lock() = Some(Reading { catalogue: catalogue.clone(), at: scope.now() });
        Ok(catalogue)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Reading>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
