//! What clients see of printed material.

use crate::date::Date;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::organisations::{Membership, Organisation};
use crate::training::sessions::TrainingSession;
use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::printed_material::Model;

/// Printed material that was given out.
pub struct PrintedMaterial(pub(super) Model);

/// Printed material that was given out.
#[Object]
impl PrintedMaterial {
    /// Opaque id.
    async fn id(&self) -> ID {
        ids::encode(ObjectType::PrintedMaterial, self.0.id).into()
    }

    /// What it is: a leaflet, a poster, a manual, by its title.
    async fn item(&self) -> &str {
        &self.0.item
    }

    /// Language: a code of ISO 639-1.
    async fn language(&self) -> &str {
        &self.0.language
    }

    /// How many pieces.
    async fn quantity(&self) -> i32 {
        self.0.quantity
    }

    /// The institution that got it; null where it is none of the directory, or none that you may look up.
    async fn recipient(&self, context: &Context<'_>) -> Result<Option<Organisation>, Fault> {
        match self.0.recipient_id {
            Some(key) => Organisation::load(context, key).await,
            None => Ok(None),
        }
    }

    /// Who got it, in words, where it is none of the directory.
    async fn recipient_name(&self) -> Option<&str> {
        Some(&*self.0.recipient).filter(|name| !name.is_empty())
    }

    /// On which day it was given.
    async fn given_on(&self) -> Date {
        self.0.given_on.into()
    }

    /// The member who gave it; null where you may not look it up.
    async fn given_by(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        Membership::load(context, self.0.given_by_id).await
    }

    /// The session at which it was given; null where that was apart from one, or at one that you do not see.
    async fn session(&self, context: &Context<'_>) -> Result<Option<TrainingSession>, Fault> {
        match self.0.session_id {
            Some(key) => TrainingSession::load(context, key).await,
            None => Ok(None),
        }
    }

    /// When that was written down.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// How much of an item was given out in a language.
#[derive(SimpleObject)]
pub(super) struct PrintedMaterialTotal {
    /// The item.
    pub(super) item: String,
    /// The language: a code of ISO 639-1.
    pub(super) language: String,
    /// How many pieces, together.
    pub(super) quantity: u64,
}
