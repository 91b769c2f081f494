//! What clients see of files.

use super::Files;
use super::links::{self, Usage};
use super::loader::{AttachmentKey, AttachmentsOf, Loader};
use crate::access::sealing::{FileKey, is_unreadable};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::loader::RequestLoader;
use crate::organisations::Membership;
use crate::reports::{Report, note_read};
use async_graphql::{Context, Enum, ID, Object};
use chrono::{DateTime, Utc};
use entity::attachment::{self, Kind, Model, State};
use uuid::Uuid;

/// What a file was found to be, by what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AttachmentKind {
    /// PDF.
    Pdf,
    /// A picture in JPEG, without the place where it was taken.
    Jpeg,
    /// A picture in PNG, without the place where it was taken.
    Png,
    /// A text of Word.
    Docx,
    /// A text of OpenDocument.
    Odt,
    /// Plain text.
    Txt,
    /// Sound in MP3.
    Mp3,
    /// Sound in an MPEG-4 container, without the place where it was recorded.
    M4a,
    /// Sound in Ogg.
    Ogg,
}

impl From<Kind> for AttachmentKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Pdf => Self::Pdf,
            Kind::Jpeg => Self::Jpeg,
            Kind::Png => Self::Png,
            Kind::Docx => Self::Docx,
            Kind::Odt => Self::Odt,
            Kind::Text | Kind::TextWindows1250 => Self::Txt,
            Kind::Mp3 => Self::Mp3,
            Kind::M4a => Self::M4a,
            Kind::Ogg => Self::Ogg,
        }
    }
}

/// Where a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "attachment::State")]
pub enum AttachmentState {
    /// Its bytes have not come yet. Only whoever announced it sees it.
    Expected,
    /// It is kept, and waits for the scanner. It is handed out when that has found nothing.
    Waiting,
    /// The scanner found nothing.
    Clean,
    /// It is kept, and cannot be handed out.
    Infected,
    /// It is kept. There is no scanner here: open it with care.
    NotScanned,
}

/// A file of a report. Its name is never kept; it is known by its number.
pub struct Attachment(pub(super) Model);

/// A file of a report. Its name is never kept; it is known by its number.
#[Object]
impl Attachment {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::Attachment, self.0.id).into()
    }

    /// Its number among those that its side added to the report, from 1.
    async fn number(&self) -> i32 {
        self.0.position
    }

    /// Whether the Centre added it, for itself.
    async fn of_centre(&self) -> bool {
        self.0.of_centre
    }

    /// What it is; null until it has come.
    async fn kind(&self) -> Option<AttachmentKind> {
        self.0.kind.map(AttachmentKind::from)
    }

    /// How long it is, in bytes; null until it has come.
    async fn size(&self) -> Option<i64> {
        self.0.kind.map(|_| self.0.size)
    }

    /// Where it stands.
    async fn state(&self, context: &Context<'_>) -> AttachmentState {
        context.data_unchecked::<Files>().state(self.0.state).into()
    }

    /// When it was announced.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it came; null until then.
    async fn received_at(&self) -> Option<DateTime<Utc>> {
        self.0.received_at
    }

    /// The member who added it; null where you see no members of that organisation.
    async fn author(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        Membership::load(context, self.0.author_id).await
    }

    /// The report.
    async fn report(&self, context: &Context<'_>) -> Result<Option<Report>, Fault> {
        Report::load(context, self.0.report_id).await
    }

    /// Where to send its bytes, with PUT: a path at this service. It counts for some minutes, and for you alone, with the same
    /// credentials as this request. Null where nothing is expected from you.
    async fn upload_path(&self, context: &Context<'_>) -> Result<Option<String>, Fault> {
        if self.0.state == State::Expected { self.path(context, Usage::Upload).await } else { Ok(None) }
    }

    /// Where to fetch it: a path at this service. It counts for some minutes, and for you alone, with the same credentials as
    /// this request. Null while it is not handed out.
    async fn download_path(&self, context: &Context<'_>) -> Result<Option<String>, Fault> {
        let handed_out = context.data_unchecked::<Files>().hands_out(&self.0);
        if handed_out { self.path(context, Usage::Download).await } else { Ok(None) }
    }
}

impl Attachment {
    /// The file with this key, where the viewer may see it. That its report was read is noted.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        let found = context.data_unchecked::<RequestLoader<Loader>>().load_one(AttachmentKey(key)).await?;
        let membership = context.scope()?.viewer().membership_id();
        let found = found.filter(|row| is_there_for(row, membership));
        if let Some(row) = &found {
            note_read(context, row.report_id)?;
        }
        Ok(found.map(Self))
    }

    /// The files of a report that the viewer may see, oldest first.
    pub async fn of_report(context: &Context<'_>, report: Uuid) -> Result<Vec<Self>, Fault> {
        let rows = context.data_unchecked::<RequestLoader<Loader>>().load_one(AttachmentsOf(report)).await?;
        let membership = context.scope()?.viewer().membership_id();
        Ok(rows.unwrap_or_default().into_iter().filter(|row| is_there_for(row, membership)).map(Self).collect())
    }

    /// Where each of them stands.
    pub async fn standing(context: &Context<'_>, report: Uuid) -> Result<Vec<(Uuid, State)>, Fault> {
        let files = Self::of_report(context, report).await?;
        Ok(files.into_iter().map(|file| (file.0.id, file.0.state)).collect())
    }

    async fn path(&self, context: &Context<'_>, usage: Usage) -> Result<Option<String>, Fault> {
        let scope = context.scope()?;
        if is_unreadable(&self.0.secret) {
            return Ok(None);
        }
        let key = FileKey::of::<attachment::Entity>(scope, &self.0).await?;
        let id = ids::encode(ObjectType::Attachment, self.0.id);
        let lasts = context.data_unchecked::<Files>().terms().link;
        Ok(Some(links::path(&key, usage, &id, scope.viewer(), scope.now(), lasts)))
    }
}

/// What has not come yet is there for whoever announced it alone.
fn is_there_for(row: &Model, membership: Uuid) -> bool {
    row.state != State::Expected || row.author_id == membership
}
