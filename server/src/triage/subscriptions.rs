//! Waiting for changes of the triage queue.

use crate::access::{Permission, Signal, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::occasion::{Once, Topic};
use crate::reports::Report;
use async_graphql::{Context, SimpleObject, Subscription};
use entity::report::State;

/// What changed in the triage queue.
#[derive(SimpleObject)]
pub struct TriageQueueChange {
    /// The report that came, changed or was decided. Null: fetch the queue anew. That is said first of all, so that nothing is
    /// missed between fetching and waiting, after a pause of the connection, and when a report left your queue.
    report: Option<Report>,
}

/// Subscriptions of the room.
#[derive(Default)]
pub struct TriageSubscriptions;

#[Subscription]
impl TriageSubscriptions {
    /// Changes of the reports that the triage queue can hold for you. Says at once, without a report, that it begins.
    #[graphql(directive = guarded::apply(Permission::Triage))]
    async fn triage_queue_changed(&self, context: &Context<'_>) -> Result<Once<TriageQueueChange>, Fault> {
        let occasion = context.occasion()?;
        occasion.wait_for(Topic::Queue);
        let Some(Signal::Report { key, assignee, .. }) = occasion.signal else {
            return Ok(occasion.tell(Some(TriageQueueChange { report: None })));
        };
        // One's own draft is no work yet.
        let report = Report::load(context, key).await?.filter(|report| report.row.state != State::Draft);
        let viewer = context.scope()?.viewer();
        // Whoever is barred from a report learns nothing of it, assigned or not.
        let left = assignee == Some(viewer.membership_id()) && !viewer.is_barred_from(key);
        Ok(occasion.tell((report.is_some() || left).then_some(TriageQueueChange { report })))
    }
}
