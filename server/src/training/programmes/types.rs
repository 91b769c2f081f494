//! What clients see of programmes.

use super::loader::{Loader, ProgrammeKey};
use crate::date::Date;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::loader::RequestLoader;
use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::programme::Model;
use uuid::Uuid;

/// An accredited programme of training.
pub struct Programme(pub(super) Model);

/// An accredited programme of training.
#[Object]
impl Programme {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::Programme, self.0.id).into()
    }

    /// Counts changes. Send it back with a change, so that nobody overwrites what another has just done.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// Title, as accredited.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about.
    async fn topic(&self) -> &str {
        &self.0.topic
    }

    /// Who accredited it.
    async fn accreditor(&self) -> &str {
        &self.0.accreditor
    }

    /// Number under which the accreditor keeps it.
    async fn accreditation_number(&self) -> &str {
        &self.0.accreditation_number
    }

    /// Length in hours of teaching.
    async fn hours(&self) -> i32 {
        self.0.hours
    }

    /// First day of the accreditation.
    async fn valid_from(&self) -> Date {
        self.0.valid_from.into()
    }

    /// Last day of the accreditation; null where it has no end.
    async fn valid_until(&self) -> Option<Date> {
        self.0.valid_until.map(Into::into)
    }

    /// When it was withdrawn; null while it was not. Certificates of it are not valid from then on.
    async fn withdrawn_at(&self) -> Option<DateTime<Utc>> {
        self.0.withdrawn_at
    }
}

impl Programme {
    /// The programme with this key, where the viewer may see it.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        Ok(loader.load_one(ProgrammeKey(key)).await?.map(Self))
    }
}
