//! What a supervisor sees of bars.

use super::loader::{BarsOf, Loader};
use crate::access::Role;
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::loader::RequestLoader;
use crate::organisations::Membership;
use crate::reports::note_read;
use crate::text::Text;
use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::report_bar::Model;
use uuid::Uuid;

/// A member being barred from a report because of a conflict of interest. To the member, and to every other membership of the
/// same account, the report does not exist.
pub struct ReportBar(pub(super) Model);

/// A member being barred from a report because of a conflict of interest. To the member, and to every other membership of the
/// same account, the report does not exist.
#[Object]
impl ReportBar {
    /// Opaque id.
    async fn id(&self) -> ID {
        ids::encode(ObjectType::ReportBar, self.0.id).into()
    }

    /// The member.
    async fn member(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        Membership::load(context, self.0.membership_id).await
    }

    /// Why.
    async fn reason(&self) -> Option<Text<'_>> {
        Text::of(&self.0.reason)
    }

    /// Who barred it: the member itself where it declared the conflict of interest.
    async fn barred_by(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        Membership::load(context, self.0.barred_by_id).await
    }

    /// When.
    async fn barred_at(&self) -> DateTime<Utc> {
        self.0.barred_at
    }

    /// Who lifted it; null while it holds.
    async fn lifted_by(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        match self.0.lifted_by_id {
            Some(key) => Membership::load(context, key).await,
            None => Ok(None),
        }
    }

    /// When it was lifted; null while it holds.
    async fn lifted_at(&self) -> Option<DateTime<Utc>> {
        self.0.lifted_at
    }

    /// Why it was lifted; null while it holds.
    async fn lift_reason(&self) -> Option<Text<'_>> {
        Text::written(&self.0.lift_reason)
    }
}

/// Who is or was barred from a report, oldest first. For the supervisor; nothing for others.
pub async fn of_report(context: &Context<'_>, report: Uuid) -> Result<Option<Vec<ReportBar>>, Fault> {
    if !context.scope()?.viewer().has_any(&[Role::Supervisor]) {
        return Ok(None);
    }
    let loader = context.data_unchecked::<RequestLoader<Loader>>();
    let rows = loader.load_one(BarsOf(report)).await?.unwrap_or_default();
    if !rows.is_empty() {
        note_read(context, report)?;
    }
    Ok(Some(rows.into_iter().map(ReportBar).collect()))
}
