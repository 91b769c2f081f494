//! What the Centre sees of deadlines.

use super::catalogue::{self, Deadlines, Wording};
use super::keeping::{marks_of, round};
use super::rules::{self, Counts, Length, Standing};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::language::Language;
use crate::organisations::OrganisationKind;
use crate::reports::{Urgency, rules as report_rules};
use async_graphql::{Context, Enum, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::report_deadline;

/// Which deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "report_deadline::Kind")]
pub enum DeadlineKind {
    /// Somebody of the Centre takes the report up.
    FirstAssessment,
    /// The Centre decides what becomes of the report.
    Decision,
}

/// How a deadline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Standing")]
pub enum DeadlineState {
    /// Its time runs.
    Running,
    /// Its time stands still: the Centre waits for the organisation's answer.
    Paused,
    /// The Centre did what was to be done, in time or late.
    Met,
    /// It is due, and nobody did.
    Overdue,
    /// It has been overdue for so long that it escalated.
    Escalated,
}

/// Within what time the Centre acts on a report. A clock that was started anew has a deadline of its own.
pub struct Deadline(pub(super) report_deadline::Model);

impl Deadline {
    fn length(&self, context: &Context<'_>) -> Length {
        let deadlines = context.data_unchecked::<Deadlines>();
        deadlines.rule(self.0.kind).length(report_rules::Urgency::of_column(self.0.urgency))
    }

    fn counts(&self, context: &Context<'_>) -> Counts {
        context.data_unchecked::<Deadlines>().rule(self.0.kind).counts
    }
}

fn in_words(context: &Context<'_>, wording: &Wording) -> String {
    context.data_unchecked::<Language>().choose(&wording.sr, &wording.en)
}

/// Within what time the Centre acts on a report. A clock that was started anew has a deadline of its own.
#[Object]
impl Deadline {
    /// Which deadline.
    async fn kind(&self) -> DeadlineKind {
        self.0.kind.into()
    }

    /// Its name, in the language of the request.
    async fn name(&self, context: &Context<'_>) -> String {
        in_words(context, catalogue::name(self.0.kind))
    }

    /// How it stands now.
    async fn state(&self, context: &Context<'_>) -> Result<DeadlineState, Fault> {
        Ok(rules::standing(&round(&self.0), marks_of(&self.0), context.scope()?.now()).into())
    }

    /// The urgency by which it is as long as it is.
    async fn urgency(&self) -> Urgency {
        report_rules::Urgency::of_column(self.0.urgency).into()
    }

    /// How long it is at that urgency, in hours.
    async fn length_hours(&self, context: &Context<'_>) -> u32 {
        self.length(context).hours
    }

    /// Whether only office hours count, without weekends and public holidays.
    async fn counts_working_time(&self, context: &Context<'_>) -> bool {
        self.counts(context) == Counts::Working
    }

    /// When it was started.
    async fn started_at(&self) -> DateTime<Utc> {
        self.0.started_at
    }

    /// When it is due; null while it is paused with time left.
    async fn due_at(&self) -> Option<DateTime<Utc>> {
        round(&self.0).due_at
    }

    /// Minutes that are left, of the time that counts; 0 once it is due or met.
    async fn remaining_minutes(&self, context: &Context<'_>) -> Result<i32, Fault> {
        let left = rules::remaining(&round(&self.0), self.counts(context), context.scope()?.now());
        Ok(i32::try_from(left.num_minutes()).unwrap_or(i32::MAX))
    }

    /// Since when it is paused.
    async fn paused_at(&self) -> Option<DateTime<Utc>> {
        self.0.paused_at
    }

    /// When the Centre did what was to be done.
    async fn met_at(&self) -> Option<DateTime<Utc>> {
        self.0.met_at
    }

    /// When it was seen to be overdue; null where it was kept or still can be.
    async fn overdue_at(&self) -> Option<DateTime<Utc>> {
        self.0.overdue_at
    }

    /// When it escalated.
    async fn escalated_at(&self) -> Option<DateTime<Utc>> {
        self.0.escalated_at
    }

    /// What says how long it is, in the language of the request.
    async fn legal_basis(&self, context: &Context<'_>) -> String {
        in_words(context, catalogue::legal_basis(self.0.kind))
    }

    /// Whether the Centre has confirmed its length. One that nobody confirmed runs all the same.
    async fn confirmed(&self, context: &Context<'_>) -> bool {
        self.length(context).confirmed
    }
}

/// Deadlines of one kind that were started in one month for reports of one kind of organisation: numbers only.
#[derive(SimpleObject)]
pub struct DeadlineCounts {
    /// The month in Serbia, 1 to 12.
    pub month: i32,
    /// What kind of organisations reported.
    pub organisation_kind: OrganisationKind,
    /// Which deadline.
    pub kind: DeadlineKind,
    /// How many were started.
    pub started: u64,
    /// How many of them the Centre has met, in time or late.
    pub met: u64,
    /// How many of them were seen to be overdue.
    pub overdue: u64,
    /// How many of them escalated.
    pub escalated: u64,
}
