//! Waiting for changes of a report.

use super::types::Report;
use crate::access::{Permission, guarded};
use crate::attachments::Attachment;
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::occasion::{Once, Topic};
use crate::triage::sees_work;
use async_graphql::{Context, ID, Subscription};

/// Subscriptions of the room.
#[derive(Default)]
pub struct ReportSubscriptions;

#[Subscription]
impl ReportSubscriptions {
    /// The report with this id: at once, and again whenever something changed of it that you may see. Ends with the error
    /// `NOT_FOUND` when you may not see it, or not any more.
    #[graphql(directive = guarded::apply(Permission::ReadReports))]
    async fn report_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Once<Report>, Fault> {
        let key = ids::decode(ObjectType::Report, &id).ok_or(Fault::NotFound)?;
        let report = Report::load(context, key).await?.ok_or(Fault::NotFound)?;
        let occasion = context.occasion()?;
        occasion.wait_for(Topic::Report(key));
        // What the Centre writes or adds for itself alone changes none of these, and is told to nobody else.
        let files = Attachment::standing(context, key).await?;
        let told = occasion.is_new((report.row.revision, report.row.updated_at, files)) || sees_work(context)?;
        Ok(occasion.tell(told.then_some(report)))
    }
}
