//! What clients see of materials.

use super::loader::{Loader, MaterialKey, VersionsOf};
use crate::date::Date;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::loader::RequestLoader;
use crate::training::programmes::Programme;
use crate::training::sessions::TrainingSession;
use async_graphql::{Context, Enum, ID, Object};
use chrono::{DateTime, Utc};
use entity::material::{self, Model};
use uuid::Uuid;

/// What a material is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "material::Kind")]
pub enum MaterialKind {
    /// Slides.
    Presentation,
    /// A sheet that is handed out.
    Handout,
    /// A text to read.
    Reading,
    /// An exercise.
    Exercise,
    /// A film.
    Video,
    /// Anything else.
    Other,
}

/// A version of a material for participants of a session, or of all sessions of a programme. It never changes.
pub struct Material(pub(super) Model);

/// A version of a material for participants of a session, or of all sessions of a programme. It never changes.
#[Object]
impl Material {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::Material, self.0.id).into()
    }

    /// What it is.
    async fn kind(&self) -> MaterialKind {
        self.0.kind.into()
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Language: a code of ISO 639-1.
    async fn language(&self) -> &str {
        &self.0.language
    }

    /// What it is about, or the text itself; null where only the address was given.
    async fn about(&self) -> Option<&str> {
        Some(&*self.0.about).filter(|about| !about.is_empty())
    }

    /// Where it is: an address by https; null where the text is all there is.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// Which version it is, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The day from which on it is what holds.
    async fn valid_from(&self) -> Date {
        self.0.valid_from.into()
    }

    /// When it was published.
    async fn published_at(&self) -> DateTime<Utc> {
        self.0.published_at
    }

    /// When a newer version took its place; null while none did.
    async fn replaced_at(&self) -> Option<DateTime<Utc>> {
        self.0.replaced_at
    }

    /// When it was taken back; null while it was not. Participants do not see it from then on.
    async fn withdrawn_at(&self) -> Option<DateTime<Utc>> {
        self.0.withdrawn_at
    }

    /// The session that it belongs to; null where it belongs to a programme.
    async fn session(&self, context: &Context<'_>) -> Result<Option<TrainingSession>, Fault> {
        match self.0.session_id {
            Some(key) => TrainingSession::load(context, key).await,
            None => Ok(None),
        }
    }

    /// The programme that it belongs to; null where it belongs to a session.
    async fn programme(&self, context: &Context<'_>) -> Result<Option<Programme>, Fault> {
        match self.0.programme_id {
            Some(key) => Programme::load(context, key).await,
            None => Ok(None),
        }
    }

    /// Its versions that you may read, this one among them, oldest first.
    async fn versions(&self, context: &Context<'_>) -> Result<Vec<Material>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let rows = loader.load_one(VersionsOf(self.0.first_id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Material).collect())
    }
}

impl Material {
    /// The version with this key, where the viewer may see it.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        Ok(loader.load_one(MaterialKey(key)).await?.map(Self))
    }
}
