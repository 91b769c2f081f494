//! What clients see of certificates.

use super::loader::{CertificateKey, CertificatesOf, ContentKey, Loader, ProgrammeKey, ReplacementOf};
use super::rules::{self, NotEarned, Validity};
use crate::access::Standing;
use crate::context::RequestContext;
use crate::date::Date;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::language::Language;
use crate::loader::RequestLoader;
use crate::training::registrations::Registration;
use crate::training::sessions::TrainingSession;
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::certificate::Model;
use entity::certificate_content;
use uuid::Uuid;

/// Languages and scripts of certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "certificate_content::Language")]
pub enum CertificateLanguage {
    /// Serbian in Cyrillic script.
    SerbianCyrillic,
    /// Serbian in Latin script.
    SerbianLatin,
    /// English.
    English,
}

/// The language of messages that a certificate's is.
pub(super) fn language_of(language: certificate_content::Language) -> Language {
    match language {
        certificate_content::Language::SerbianCyrillic => Language::SerbianCyrillic,
        certificate_content::Language::SerbianLatin => Language::SerbianLatin,
        certificate_content::Language::English => Language::English,
    }
}

/// Whether a certificate is valid, or why it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Validity")]
pub enum CertificateValidity {
    /// It is.
    Valid,
    /// Its time has ended.
    Expired,
    /// It was revoked.
    Revoked,
    /// Another was issued in its place.
    Replaced,
    /// The programme was withdrawn.
    ProgrammeWithdrawn,
}

/// Why a participant gets no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "NotEarned")]
pub enum CertificateNotEarned {
    /// It was there on too few days. Who came late or left early was there.
    AttendanceTooLow,
    /// It has not passed the test after the session.
    TestNotPassed,
    /// It had one, which was revoked. Only `replaceCertificate` gives it another.
    Revoked,
    /// The name has letters that the certificate's font does not: write it in Latin or Cyrillic.
    NameNotPrintable,
}

/// A participant who gets no certificate, and why.
#[derive(SimpleObject)]
pub struct CertificateRefusal {
    /// The id of the participant's registration.
    pub registration_id: ID,
    /// Why.
    pub reason: CertificateNotEarned,
}

/// A certificate of a session. It can be printed, and anybody who has its number can find out whether it is valid.
#[derive(Clone)]
pub struct Certificate(pub(super) Model);

/// A certificate of a session. It can be printed, and anybody who has its number can find out whether it is valid.
#[Object]
impl Certificate {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::Certificate, self.0.id).into()
    }

    /// Its number, with a check digit.
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// The session.
    async fn session(&self, context: &Context<'_>) -> Result<Option<TrainingSession>, Fault> {
        TrainingSession::load(context, self.0.session_id).await
    }

    /// The participant's registration.
    async fn registration(&self, context: &Context<'_>) -> Result<Option<Registration>, Fault> {
        Registration::load(context, self.0.registration_id).await
    }

    /// Whether it is valid now, or why it is not.
    async fn validity(&self, context: &Context<'_>) -> Result<CertificateValidity, Fault> {
        let withdrawn = match self.0.programme_id {
            Some(key) => loader(context).load_one(ProgrammeKey(key)).await?.is_some_and(|it| it.withdrawn_at.is_some()),
            None => false,
        };
        let (valid_until, revocation) = (self.0.valid_until, self.0.revocation);
        let standing = Standing { valid_until, revocation, programme_withdrawn: withdrawn };
        Ok(rules::validity(&standing, context.scope()?.today()).into())
    }

    /// The language and script that it is printed in.
    async fn language(&self, context: &Context<'_>) -> Result<CertificateLanguage, Fault> {
        Ok(self.content(context).await?.language.into())
    }

    /// Who holds it, as it was written.
    async fn holder_name(&self, context: &Context<'_>) -> Result<String, Fault> {
        Ok(self.content(context).await?.holder)
    }

    /// The session's title when it was issued.
    async fn title(&self, context: &Context<'_>) -> Result<String, Fault> {
        Ok(self.content(context).await?.title)
    }

    /// The session's length in hours of teaching when it was issued.
    async fn hours(&self, context: &Context<'_>) -> Result<i32, Fault> {
        Ok(self.content(context).await?.hours)
    }

    /// Who accredited the programme; null without one.
    async fn accreditor(&self, context: &Context<'_>) -> Result<Option<String>, Fault> {
        Ok(Some(self.content(context).await?.accreditor).filter(|text| !text.is_empty()))
    }

    /// Number under which the accreditor keeps the programme; null without one.
    async fn accreditation_number(&self, context: &Context<'_>) -> Result<Option<String>, Fault> {
        Ok(Some(self.content(context).await?.accreditation_number).filter(|text| !text.is_empty()))
    }

    /// When it was issued.
    async fn issued_at(&self) -> DateTime<Utc> {
        self.0.issued_at
    }

    /// The last day of its validity; null where it has no end.
    async fn valid_until(&self) -> Option<Date> {
        self.0.valid_until.map(Into::into)
    }

    /// When it was revoked or replaced; null while it was not. The reason stands in the audit trail.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }

    /// The one that was issued in its place; null where none was.
    async fn replaced_by(&self, context: &Context<'_>) -> Result<Option<Certificate>, Fault> {
        let found = loader(context).load_one(ReplacementOf(self.0.id)).await?;
        Ok(found.unwrap_or_default().pop().map(Self))
    }

    /// Where it can be fetched as a PDF: a path at this service, for those who see the certificate.
    async fn pdf_path(&self) -> String {
        format!("/certificates/{}.pdf", self.0.number)
    }

    /// The public page that says whether it is valid, and nothing else: a path at this service.
    async fn verification_path(&self) -> String {
        super::verification_path(&self.0.number)
    }
}

impl Certificate {
    /// The certificate with this key, where the viewer may see it.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        Ok(loader(context).load_one(CertificateKey(key)).await?.map(Self))
    }

    /// The newest certificate of a participant, where the viewer may see it.
    pub async fn of_registration(context: &Context<'_>, registration: Uuid) -> Result<Option<Self>, Fault> {
        let found = loader(context).load_one(CertificatesOf(registration)).await?;
        Ok(found.unwrap_or_default().pop().map(Self))
    }

    async fn content(&self, context: &Context<'_>) -> Result<certificate_content::Model, Fault> {
        loader(context).load_one(ContentKey(self.0.id)).await?.ok_or(Fault::Internal)
    }
}

fn loader<'a>(context: &Context<'a>) -> &'a RequestLoader<Loader> {
    context.data_unchecked::<RequestLoader<Loader>>()
}
