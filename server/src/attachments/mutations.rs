//! Adding files to reports.

use super::types::Attachment;
use super::{Files, actions};
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::error::{Fault, Outcome};
use crate::ids::{self, ObjectType};
use crate::payload;
use async_graphql::{Context, ID, InputObject, Object};

/// A file to add.
#[derive(InputObject)]
pub struct AddAttachmentInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again announces no second file.
    pub idempotency_key: String,
    /// The report.
    pub report_id: ID,
}

/// A file to take back.
#[derive(InputObject)]
struct RemoveAttachmentInput {
    /// The file.
    attachment_id: ID,
}

payload! {
    /// Answer to `addAttachment`.
    AddAttachmentPayload {
        /// The file that is expected now: send it to its `uploadPath`. Null where it was refused.
        attachment: Attachment,
    }
}

payload! {
    /// Answer to `removeAttachment`.
    RemoveAttachmentPayload {
        /// The id of the file that is gone; null where it was refused.
        removed_id: ID,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct AttachmentMutations;

#[Object]
impl AttachmentMutations {
    /// Announces a file for a report: your own draft, a submitted report of your organisation, or one that you work on for the
    /// Centre, until that work has ended. The answer says where to send its bytes. What the Centre adds, the Centre alone sees.
    #[graphql(directive = guarded::apply(Permission::ReadReports))]
    async fn add_attachment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "For which report.")] input: AddAttachmentInput,
    ) -> Result<AddAttachmentPayload, Fault> {
        let terms = context.data_unchecked::<Files>().terms();
        let outcome = actions::announce(context.scope()?, terms, &input).await;
        Ok(context.answer(outcome.map(Attachment))?.into())
    }

    /// Takes a file back that you announced: while it has not come, or while the report is your draft. What was handed in stays.
    #[graphql(directive = guarded::apply(Permission::ReadReports))]
    async fn remove_attachment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which file.")] input: RemoveAttachmentInput,
    ) -> Result<RemoveAttachmentPayload, Fault> {
        Ok(context.answer(remove(context, &input.attachment_id).await)?.into())
    }
}

async fn remove(context: &Context<'_>, id: &ID) -> Outcome<ID> {
    let removed = actions::remove(context.scope()?, ids::decode(ObjectType::Attachment, id)).await?;
    context.data_unchecked::<Files>().let_go(&removed.object).await;
    Ok(ids::encode(ObjectType::Attachment, removed.id).into())
}
