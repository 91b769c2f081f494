//! Barring members from reports, and lifting that.

use super::actions;
use super::types::ReportBar;
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::error::{Fault, Outcome};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::payload;
use async_graphql::{Context, ID, InputObject, Object};
use entity::report_bar::Model;
use uuid::Uuid;

/// Whom to bar, and from what.
#[derive(InputObject)]
struct BarFromReportInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again bars no second time.
    idempotency_key: String,
    /// The report.
    report_id: ID,
    /// An active membership of the Centre or of the organisation that reported, but not the author's.
    membership_id: ID,
    /// Why, at most 2,000 characters.
    #[graphql(secret)]
    reason: String,
}

/// A conflict of interest of one's own.
#[derive(InputObject)]
struct DeclareConflictOfInterestInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again declares nothing a second time.
    idempotency_key: String,
    /// The report.
    report_id: ID,
    /// Why, at most 2,000 characters. A supervisor reads it.
    #[graphql(secret)]
    reason: String,
}

/// A bar to lift.
#[derive(InputObject)]
struct LiftBarInput {
    /// The bar.
    bar_id: ID,
    /// Why, at most 2,000 characters.
    #[graphql(secret)]
    reason: String,
}

payload! {
    /// Answer to a change of a bar.
    BarPayload {
        /// The bar as it is now; null where the change was refused.
        bar: ReportBar,
    }
}

payload! {
    /// Answer to `declareConflictOfInterest`.
    DeclareConflictOfInterestPayload {
        /// The id of the report, which leads to nothing for you from now on; null where the change was refused.
        report_id: ID,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct BarMutations;

#[Object]
impl BarMutations {
    /// Bars a member from a report because of a conflict of interest. From its next request on the report does not exist for the
    /// member; where the report is assigned to it, or a case of the report, it is assigned to nobody.
    #[graphql(directive = guarded::apply(Permission::BarMembers))]
    async fn bar_from_report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom, from which report, and why.")] input: BarFromReportInput,
    ) -> Result<BarPayload, Fault> {
        Ok(context.answer(bar(context, &input).await.map(ReportBar))?.into())
    }

    /// Declares that you have a conflict of interest in a report: you are barred from it, and only a supervisor can lift that.
    #[graphql(directive = guarded::apply(Permission::Triage))]
    async fn declare_conflict_of_interest(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "In which report, and why.")] input: DeclareConflictOfInterestInput,
    ) -> Result<DeclareConflictOfInterestPayload, Fault> {
        let encode = |key| ids::encode(ObjectType::Report, key).into();
        Ok(context.answer(declare(context, &input).await.map(encode))?.into())
    }

    /// Lifts a bar. What was assigned to the member before stays as it is now.
    #[graphql(directive = guarded::apply(Permission::BarMembers))]
    async fn lift_bar(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: LiftBarInput,
    ) -> Result<BarPayload, Fault> {
        let key = ids::decode(ObjectType::ReportBar, &input.bar_id);
        let outcome = actions::lift(context.scope()?, key, &input.reason).await;
        Ok(context.answer(outcome.map(ReportBar))?.into())
    }
}

async fn bar(context: &Context<'_>, input: &BarFromReportInput) -> Outcome<Model> {
    let once = Once::new("barFromReport", &input.idempotency_key, input)?;
    let report = ids::decode(ObjectType::Report, &input.report_id);
    let member = ids::decode(ObjectType::Membership, &input.membership_id);
    actions::bar(context.scope()?, &once, report, member, &input.reason).await
}

async fn declare(context: &Context<'_>, input: &DeclareConflictOfInterestInput) -> Outcome<Uuid> {
    let once = Once::new("declareConflictOfInterest", &input.idempotency_key, input)?;
    let report = ids::decode(ObjectType::Report, &input.report_id);
    actions::declare(context.scope()?, &once, report, &input.reason).await
}
