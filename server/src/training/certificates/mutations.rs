//! Issuing, revoking and replacing certificates.

use super::actions::{self, Changed, Issued};
use super::types::{Certificate, CertificateLanguage, CertificateRefusal};
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::error::{Fault, Outcome, UserError};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::payload;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::certificate::Model;

/// For whom to issue certificates.
#[derive(InputObject)]
struct IssueCertificatesInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again issues nothing more.
    idempotency_key: String,
    /// The session, which you train and which took place.
    session_id: ID,
    /// The language and script of the certificates.
    language: CertificateLanguage,
}

/// A certificate to revoke.
#[derive(InputObject)]
struct RevokeCertificateInput {
    /// The certificate, which is of a session that you train.
    certificate_id: ID,
    /// Why, in at most 2,000 characters. It stands in the audit trail.
    #[graphql(secret)]
    reason: String,
}

/// A certificate to replace.
#[derive(InputObject)]
struct ReplaceCertificateInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again issues nothing more.
    idempotency_key: String,
    /// The certificate, which is of a session that you train.
    certificate_id: ID,
    /// The name that the new one bears; left out, it stays.
    holder_name: Option<String>,
    /// The language and script of the new one; left out, they stay.
    language: Option<CertificateLanguage>,
}

/// Answer to `issueCertificates`.
#[derive(SimpleObject)]
struct IssueCertificatesPayload {
    /// How many were issued by this action; null where it was refused.
    issued_count: Option<i32>,
    /// Participants without a valid certificate, and why they have none; null where it was refused.
    not_issued: Option<Vec<CertificateRefusal>>,
    /// Why it was refused; empty where it was done.
    user_errors: Vec<UserError>,
}

payload! {
    /// Answer to a change of a certificate.
    CertificatePayload {
        /// The certificate as it is now, or the new one where it was replaced; null where the change was refused.
        certificate: Certificate,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct CertificateMutations;

#[Object]
impl CertificateMutations {
    /// Issues a certificate for every participant who has earned one and has none: who was there on enough of the session's
    /// days (late or left early counts), and passed the test where the session asks for it.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn issue_certificates(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Of which session, in which language.")] input: IssueCertificatesInput,
    ) -> Result<IssueCertificatesPayload, Fault> {
        let answer = context.answer(issue(context, &input).await)?;
        let (issued_count, not_issued) =
            answer.object.map(|done| (i32::try_from(done.count).unwrap_or(i32::MAX), refusals(done))).unzip();
        Ok(IssueCertificatesPayload { issued_count, not_issued, user_errors: answer.user_errors })
    }

    /// Revokes a certificate: from now on it is not valid, and whoever verifies it learns that.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn revoke_certificate(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: RevokeCertificateInput,
    ) -> Result<CertificatePayload, Fault> {
        let key = ids::decode(ObjectType::Certificate, &input.certificate_id);
        let outcome = actions::revoke(context.scope()?, key, &input.reason).await;
        Ok(context.answer(outcome.map(Certificate))?.into())
    }

    /// Issues another certificate in the place of one, with another name or in another language and under a new number. The
    /// old one is not valid any more.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn replace_certificate(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and what changes.")] input: ReplaceCertificateInput,
    ) -> Result<CertificatePayload, Fault> {
        Ok(context.answer(replace(context, &input).await.map(Certificate))?.into())
    }
}

fn refusals(done: Issued) -> Vec<CertificateRefusal> {
    let refusal = |(key, reason): (uuid::Uuid, super::rules::NotEarned)| CertificateRefusal {
        registration_id: ids::encode(ObjectType::Registration, key).into(),
        reason: reason.into(),
    };
    done.refused.into_iter().map(refusal).collect()
}

async fn issue(context: &Context<'_>, input: &IssueCertificatesInput) -> Outcome<Issued> {
    let once = Once::new("issueCertificates", &input.idempotency_key, input)?;
    let key = ids::decode(ObjectType::TrainingSession, &input.session_id);
    actions::issue(context.scope()?, &once, key, input.language.into()).await
}

async fn replace(context: &Context<'_>, input: &ReplaceCertificateInput) -> Outcome<Model> {
    let once = Once::new("replaceCertificate", &input.idempotency_key, input)?;
    let key = ids::decode(ObjectType::Certificate, &input.certificate_id);
    let changed = Changed { holder: input.holder_name.as_deref(), language: input.language.map(Into::into) };
    actions::replace(context.scope()?, &once, key, changed).await
}
