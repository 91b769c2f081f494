//! Preliminary-identification reports, from draft to the Centre's decision.

use sea_orm::entity::prelude::*;

/// How a report came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Channel {
    /// Written by a person in a browser session.
    #[sea_orm(string_value = "portal")]
    Portal,
    /// Sent by software with an access token.
    #[sea_orm(string_value = "api")]
    Api,
    /// Told by telephone and noted down by the Centre.
    #[sea_orm(string_value = "phone")]
    Phone,
}

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// Being written; only its author sees it.
    #[sea_orm(string_value = "draft")]
    Draft,
    /// Received; nobody has taken it up.
    #[sea_orm(string_value = "submitted")]
    Submitted,
    /// Taken up by the Centre.
    #[sea_orm(string_value = "in_triage")]
    InTriage,
    /// The Centre waits for an answer of the partner.
    #[sea_orm(string_value = "more_information_needed")]
    MoreInformationNeeded,
    /// Accepted: each person has a case.
    #[sea_orm(string_value = "accepted")]
    Accepted,
    /// Joined to another report.
    #[sea_orm(string_value = "joined")]
    Joined,
    /// Passed to another authority.
    #[sea_orm(string_value = "passed_on")]
    PassedOn,
    /// Closed with a reason.
    #[sea_orm(string_value = "closed")]
    Closed,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that reports.
    pub organisation_id: Uuid,
    /// Membership that wrote it.
    pub author_id: Uuid,
    /// Human reference with a check digit; empty for a draft.
    pub reference: Option<String>,
    /// How it came in.
    pub channel: Channel,
    /// Where it stands; partners see a coarse status derived from it.
    pub state: State,
    /// 0 danger now, 1 urgent, 2 ordinary, as the Centre sees it; the queue's first sort key.
    pub urgency: i16,
    /// The urgency that followed from the content when it was submitted, which is all that partners learn.
    pub reported_urgency: i16,
    /// Counts changes; a stale change is refused.
    pub revision: i32,
    /// Revision in which each section of a draft last changed, as a JSON object.
    #[sea_orm(column_type = "Text")]
    pub section_revisions: String,
    /// Day it was begun: indicator sets must be valid on it.
    pub begun_on: Date,
    /// When the draft was made.
    pub created_at: DateTimeUtc,
    /// Last change of any kind; an idle draft expires by it.
    pub updated_at: DateTimeUtc,
    /// When it was submitted; empty for a draft.
    pub submitted_at: Option<DateTimeUtc>,
    /// Function of the person who reports.
    pub reporter_function: String,
    /// How to reach the person who reports.
    pub reporter_contact: String,
    /// Who told the Centre, for a report noted down by the Centre.
    pub on_behalf_of: String,
    /// Whether the Centre may call back.
    pub may_call_back: bool,
    /// Is someone in danger now?
    pub danger_now: super::answer::Answer,
    /// Is the suspected exploiter near?
    pub exploiter_near: super::answer::Answer,
    /// What was seen and heard.
    #[sea_orm(column_type = "Text")]
    pub observations: String,
    /// First day of what was observed.
    pub observed_from: Option<Date>,
    /// Last day of what was observed.
    pub observed_until: Option<Date>,
    /// Where: a code of the municipality list.
    pub municipality_code: Option<String>,
    /// Where, in words.
    pub place: String,
    /// Suspected forms of exploitation, codes, as a JSON array.
    pub suspected_forms: String,
    /// Where the exploitation is suspected, in words.
    pub exploitation_place: String,
    /// What was already done and who was told.
    #[sea_orm(column_type = "Text")]
    pub actions_taken: String,
    /// Does the person know of the report?
    pub person_knows: super::answer::Answer,
    /// Membership of the Centre that works on it.
    pub assignee_id: Option<Uuid>,
    /// The report this one was joined to.
    pub joined_to_id: Option<Uuid>,
    /// When the partner asked to withdraw it.
    pub withdrawal_requested_at: Option<DateTimeUtc>,
    /// The organisation's key that its own key is wrapped with; nothing once its own key is destroyed.
    pub sealing_key_id: Option<Uuid>,
    /// The key that its texts are sealed with, wrapped; empty once it is destroyed.
    pub sealing_key: Vec<u8>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The membership that wrote the report.
    #[sea_orm(
        belongs_to = "super::membership::Entity",
        from = "Column::AuthorId",
        to = "super::membership::Column::Id"
    )]
    Author,
}

impl ActiveModelBehavior for ActiveModel {}
