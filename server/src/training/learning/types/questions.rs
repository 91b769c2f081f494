//! Questions of a bank.

use crate::ids::{self, ObjectType};
use crate::training::learning::rules::of_column;
use async_graphql::{Enum, ID, Object};
use chrono::{DateTime, Utc};
use entity::question::{self, Model};

/// Kinds of question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "question::Kind")]
pub enum QuestionKind {
    /// One option is right.
    One,
    /// All right options are to be chosen, and no other.
    Several,
    /// The options are to be put in order.
    Order,
    /// The answer is written freely, and graded by a trainer.
    FreeText,
}

/// A question of an organisation's bank, in one of its versions. Trainers of the organisation see it, and nobody else.
pub struct Question(pub(in crate::training::learning) Model);

/// A question of an organisation's bank, in one of its versions. Trainers of the organisation see it, and nobody else.
#[Object]
impl Question {
    /// Opaque id: of this version.
    async fn id(&self) -> ID {
        ids::encode(ObjectType::Question, self.0.id).into()
    }

    /// Number of the version, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What kind of question it is.
    async fn kind(&self) -> QuestionKind {
        self.0.kind.into()
    }

    /// The question.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// The options; empty for a question that is answered freely.
    async fn options(&self) -> Vec<String> {
        of_column(&self.0.options)
    }

    /// Positions of the right options, counted from 0; of a question about an order all positions, in the right order.
    async fn right_options(&self) -> Vec<usize> {
        of_column(&self.0.right_options)
    }

    /// What a right free answer says, for whoever grades it.
    async fn expected(&self) -> &str {
        &self.0.expected
    }

    /// How many points a right answer gives.
    async fn points(&self) -> i32 {
        self.0.points
    }

    /// What it is about.
    async fn topic(&self) -> &str {
        &self.0.topic
    }

    /// Code of the indicator set it is about; null where it is about none.
    async fn indicator_set(&self) -> Option<&str> {
        self.0.indicator_set.as_deref()
    }

    /// When this version was written.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// Since when no new test asks it; null while it can be asked.
    async fn retired_at(&self) -> Option<DateTime<Utc>> {
        self.0.retired_at
    }
}
