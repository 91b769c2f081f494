//! Reading certificates.

use super::rules;
use super::types::Certificate;
use crate::access::{Order, PageArguments, Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, ID, InputObject, Object};
use entity::certificate::{self, Column};
use sea_orm::{ColumnTrait, Condition};

/// Which certificates to list. What is left out does not narrow the list.
#[derive(Default, InputObject)]
struct CertificateFilter {
    /// Of this session.
    session_id: Option<ID>,
    /// Of this participant, by its registration.
    registration_id: Option<ID>,
    /// With this number. Case, hyphens and spaces do not matter; O is read as 0, I and L as 1.
    number: Option<String>,
}

impl CertificateFilter {
    /// An id of another type, like a number that is none, leads to no certificate.
    fn condition(self) -> Condition {
        let key = |object_type, id: Option<ID>| id.map(|id| ids::decode(object_type, &id).unwrap_or_default());
        Condition::all()
            .add_option(key(ObjectType::TrainingSession, self.session_id).map(|key| Column::SessionId.eq(key)))
            .add_option(key(ObjectType::Registration, self.registration_id).map(|key| Column::RegistrationId.eq(key)))
            .add_option(self.number.map(|text| Column::Number.eq(rules::number(&text).unwrap_or_default())))
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct CertificateQueries;

#[Object]
impl CertificateQueries {
    /// Certificates, newest first: one's own, those of the institution's staff, those of the sessions that one trains, or all, as
    /// the role says. Revoked and replaced ones are among them.
    #[graphql(
        directive = guarded::apply(Permission::ReadTraining),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn certificates(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<CertificateFilter>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Certificate>, Fault> {
        let scope = context.scope()?;
        let condition = filter.unwrap_or_default().condition();
        let find = || scope.find::<certificate::Entity>().filter(condition.clone());
        let order = [Order::descending(Column::Id)];
        relay::connection(context, find, &order, PageArguments { first, after, last, before }, Certificate).await
    }
}
