//! Reports.

use super::{Answer, Message, Person, ReportChannel, ReportState, ReportStatus, Urgency};
use crate::access::{Order, PageArguments};
use crate::attachments::Attachment;
use crate::code_lists::{ExploitationForm, Municipality};
use crate::context::RequestContext;
use crate::date::Date;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::loader::RequestLoader;
use crate::organisations::{Membership, Organisation};
use crate::relay::{self, ConnectionOf};
use crate::reports::loader::{Loader, MessagesOf, PersonsOf, ReadingsOf, ReportKey};
use crate::reports::{note_read, rules};
use crate::text::Text;
use crate::triage::{WorkOn, sees_work};
use async_graphql::{Context, ID, Object};
use chrono::{DateTime, TimeDelta, Utc};
use entity::report::State;
use entity::{membership, report, report_message};
use uuid::Uuid;

/// How many days a draft is kept after it was last touched.
#[derive(Clone, Copy, Debug)]
pub struct KeptDays(pub u32);

impl Default for KeptDays {
    fn default() -> Self {
        Self(28)
    }
}

/// A report: what a partner, or the Centre for somebody who told it, says about one or more persons of concern. Only its
/// author sees it while it is a draft.
pub struct Report {
    /// The row.
    pub row: report::Model,
    author: Author,
}

/// The member who wrote a report.
enum Author {
    /// Read together with the report: the membership, where the viewer may see it.
    Read(Option<membership::Model>),
    /// To be read when somebody asks.
    Unread,
}

impl From<report::Model> for Report {
    fn from(row: report::Model) -> Self {
        Self { row, author: Author::Unread }
    }
}

impl Report {
    /// A report that was read together with its author.
    pub fn with_author((row, author): (report::Model, Option<membership::Model>)) -> Self {
        Self { row, author: Author::Read(author) }
    }

    /// The report with this key, where the viewer may see it.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        Ok(loader.load_one(ReportKey(key)).await?.map(Self::from))
    }

    /// The row for a field that belongs to the content: that it was read is noted.
    fn content(&self, context: &Context<'_>) -> Result<&report::Model, Fault> {
        note_read(context, self.row.id)?;
        Ok(&self.row)
    }
}

/// A report: what a partner, or the Centre for somebody who told it, says about one or more persons of concern. Only its
/// author sees it while it is a draft.
#[Object]
impl Report {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::Report, self.row.id).into()
    }

    /// The number to speak of it, such as `PI-7KQ4-M2XD-5`; null for a draft.
    async fn reference(&self) -> Option<&str> {
        self.row.reference.as_deref()
    }

    /// Whether it was erased: its texts are gone for good.
    async fn erased(&self) -> bool {
        self.row.sealing_key_id.is_none()
    }

    /// How it came in.
    async fn channel(&self) -> ReportChannel {
        self.row.channel.into()
    }

    /// Where it stands.
    async fn status(&self) -> ReportStatus {
        rules::status(self.row.state).into()
    }

    /// Where it stands in the Centre's work. For the Centre; null for others.
    async fn state(&self, context: &Context<'_>) -> Result<Option<ReportState>, Fault> {
        Ok(sees_work(context)?.then(|| self.row.state.into()))
    }

    /// How soon the Centre should look at it. It follows from the content; the Centre, and nobody else, sees where it has said
    /// otherwise.
    async fn urgency(&self, context: &Context<'_>) -> Result<Urgency, Fault> {
        let column = if sees_work(context)? { self.row.urgency } else { self.row.reported_urgency };
        Ok(rules::Urgency::of_column(column).into())
    }

    /// Counts changes of a draft's content, and later the Centre's steps; messages do not count. Send it back with a change,
    /// so that nobody overwrites what another has just done.
    async fn revision(&self) -> i32 {
        self.row.revision
    }

    /// When it was begun.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When it last changed in any way, messages included.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }

    /// When it was submitted; null for a draft.
    async fn submitted_at(&self) -> Option<DateTime<Utc>> {
        self.row.submitted_at
    }

    /// When the draft will be removed unless it is touched before; null for a submitted report, which stays.
    async fn expires_at(&self, context: &Context<'_>) -> Option<DateTime<Utc>> {
        let KeptDays(days) = *context.data_unchecked::<KeptDays>();
        (self.row.state == State::Draft).then(|| self.row.updated_at + TimeDelta::days(days.into()))
    }

    /// The organisation that reports.
    async fn organisation(&self, context: &Context<'_>) -> Result<Option<Organisation>, Fault> {
        Organisation::load(context, self.row.organisation_id).await
    }

    /// The member who wrote it.
    async fn author(&self, context: &Context<'_>) -> Result<Option<Membership>, Fault> {
        match &self.author {
            Author::Read(author) => Ok(author.clone().map(Membership)),
            Author::Unread => Membership::load(context, self.row.author_id).await,
        }
    }

    /// When the organisation asked to withdraw it; null where it did not.
    async fn withdrawal_requested_at(&self) -> Option<DateTime<Utc>> {
        self.row.withdrawal_requested_at
    }

    /// Function of the person who reports.
    async fn reporter_function(&self, context: &Context<'_>) -> Result<Option<Text<'_>>, Fault> {
        Ok(Text::written(&self.content(context)?.reporter_function))
    }

    /// How to reach the person who reports.
    async fn reporter_contact(&self, context: &Context<'_>) -> Result<Option<Text<'_>>, Fault> {
        Ok(Text::written(&self.content(context)?.reporter_contact))
    }

    /// Who told the author, where the report passes on what another person reported.
    async fn on_behalf_of(&self, context: &Context<'_>) -> Result<Option<Text<'_>>, Fault> {
        Ok(Text::written(&self.content(context)?.on_behalf_of))
    }

    /// Whether the Centre may call the person who reports.
    async fn may_call_back(&self, context: &Context<'_>) -> Result<bool, Fault> {
        Ok(self.content(context)?.may_call_back)
    }

    /// Is someone in danger now?
    async fn danger_now(&self, context: &Context<'_>) -> Result<Answer, Fault> {
        Ok(self.content(context)?.danger_now.into())
    }

    /// Is the suspected exploiter near?
    async fn exploiter_near(&self, context: &Context<'_>) -> Result<Answer, Fault> {
        Ok(self.content(context)?.exploiter_near.into())
    }

    /// What was seen and heard.
    async fn observations(&self, context: &Context<'_>) -> Result<Option<Text<'_>>, Fault> {
        Ok(Text::written(&self.content(context)?.observations))
    }

    /// First day of what was observed.
    async fn observed_from(&self, context: &Context<'_>) -> Result<Option<Date>, Fault> {
        Ok(self.content(context)?.observed_from.map(Date))
    }

    /// Last day of what was observed.
    async fn observed_until(&self, context: &Context<'_>) -> Result<Option<Date>, Fault> {
        Ok(self.content(context)?.observed_until.map(Date))
    }

    /// Municipality where it was observed.
    async fn municipality(&self, context: &Context<'_>) -> Result<Option<Municipality>, Fault> {
        Ok(self.content(context)?.municipality_code.as_deref().and_then(Municipality::of_code))
    }

    /// Where it was observed, in words.
    async fn place(&self, context: &Context<'_>) -> Result<Option<Text<'_>>, Fault> {
        Ok(Text::written(&self.content(context)?.place))
    }

    /// Suspected forms of exploitation.
    async fn suspected_forms(&self, context: &Context<'_>) -> Result<Vec<ExploitationForm>, Fault> {
        Ok(ExploitationForm::of_column(&self.content(context)?.suspected_forms))
    }

    /// Where the exploitation is suspected, in words.
    async fn exploitation_place(&self, context: &Context<'_>) -> Result<Option<Text<'_>>, Fault> {
        Ok(Text::written(&self.content(context)?.exploitation_place))
    }

    /// What was already done, and who was told.
    async fn actions_taken(&self, context: &Context<'_>) -> Result<Option<Text<'_>>, Fault> {
        Ok(Text::written(&self.content(context)?.actions_taken))
    }

    /// Does the person know of the report?
    async fn person_knows(&self, context: &Context<'_>) -> Result<Answer, Fault> {
        Ok(self.content(context)?.person_knows.into())
    }

    /// The persons it is about.
    async fn persons(&self, context: &Context<'_>) -> Result<Vec<Person>, Fault> {
        let begun_on = self.content(context)?.begun_on;
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let rows = loader.load_one(PersonsOf(self.row.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| Person { row, begun_on }).collect())
    }

    /// Files that belong to it, oldest first: those of the reporting side, and for the Centre those that it added itself.
    async fn attachments(&self, context: &Context<'_>) -> Result<Vec<Attachment>, Fault> {
        Attachment::of_report(context, self.content(context)?.id).await
    }

    /// The Centre's work on it.
    #[graphql(flatten)]
    async fn work(&self, _context: &Context<'_>) -> WorkOn<'_> {
        WorkOn(&self.row)
    }

    /// How many messages on it you have neither written nor marked as read.
    async fn unread_message_count(&self, context: &Context<'_>) -> Result<usize, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let messages = loader.load_one(MessagesOf(self.row.id)).await?.unwrap_or_default();
        let readings = loader.load_one(ReadingsOf(self.row.id)).await?.unwrap_or_default();
        let reader = context.scope()?.viewer().membership_id();
        Ok(rules::unread(&messages, &readings, reader).count())
    }

    /// What the organisation and the Centre said to each other about it, oldest first.
    #[graphql(complexity = "relay::cost(first, last, child_complexity)")]
    async fn messages(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Message>, Fault> {
        let loader = context.data_unchecked::<RequestLoader<Loader>>();
        let rows = loader.load_one(MessagesOf(self.content(context)?.id)).await?.unwrap_or_default();
        let order: [Order<report_message::Entity>; 1] = [Order::ascending(report_message::Column::Id)];
        relay::connection_of_parts(rows, &order, &PageArguments { first, after, last, before }, Message)
    }
}
