//! Reading materials.

use super::types::{Material, MaterialKind};
use crate::access::{Order, PageArguments, Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::relay::{self, ConnectionOf};
use crate::training::sessions::TrainingSession;
use async_graphql::{Context, ID, InputObject, Object};
use entity::material::{self, Column};
use sea_orm::{ColumnTrait, Condition};

/// Which materials to list. What is left out does not narrow the list.
#[derive(Default, InputObject)]
struct MaterialFilter {
    /// For this session: its own, and those of its programme.
    session_id: Option<ID>,
    /// Of this programme.
    programme_id: Option<ID>,
    /// Of this kind.
    kind: Option<MaterialKind>,
    /// In this language: a code of ISO 639-1.
    language: Option<String>,
}

impl MaterialFilter {
    /// An id of another type, or of a session that the viewer does not see, leads to no material.
    async fn condition(self, context: &Context<'_>) -> Result<Condition, Fault> {
        let session = match self.session_id {
            Some(id) => {
                let key = ids::decode(ObjectType::TrainingSession, &id).unwrap_or_default();
                let programme = TrainingSession::load(context, key).await?.and_then(|found| found.0.programme_id);
                let of_programme = programme.map(|key| Column::ProgrammeId.eq(key));
                Some(Condition::any().add(Column::SessionId.eq(key)).add_option(of_programme))
            }
            None => None,
        };
        let programme = self.programme_id.map(|id| ids::decode(ObjectType::Programme, &id).unwrap_or_default());
        // No language has a NUL in it, which PostgreSQL would refuse.
        let language = self.language.map(|code| if code.contains('\0') { String::new() } else { code });
        Ok(Condition::all()
            .add_option(session)
            .add_option(programme.map(|key| Column::ProgrammeId.eq(key)))
            .add_option(self.kind.map(|kind| Column::Kind.eq(material::Kind::from(kind))))
            .add_option(language.map(|code| Column::Language.eq(code))))
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct MaterialQueries;

#[Object]
impl MaterialQueries {
    /// Materials in their newest versions, newest first: those of the sessions in which you have a place, with those of their
    /// programmes; those of the sessions that you train and of your organisation's programmes; all for the supervisor. What was
    /// taken back is not among them.
    #[graphql(
        directive = guarded::apply(Permission::ReadTraining),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn materials(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<MaterialFilter>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Material>, Fault> {
        let scope = context.scope()?;
        let newest = Condition::all().add(Column::ReplacedAt.is_null()).add(Column::WithdrawnAt.is_null());
        let condition = newest.add(filter.unwrap_or_default().condition(context).await?);
        let find = || scope.find::<material::Entity>().filter(condition.clone());
        let order = [Order::descending(Column::Id)];
        relay::connection(context, find, &order, PageArguments { first, after, last, before }, Material).await
    }
}
