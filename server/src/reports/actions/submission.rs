//! Submitting: from here on the report is the Centre's to work on, and its content stays as it is.

use super::content::Reader;
use super::drafts::{blank, draft, refuse_stale};
use super::{earlier, insert_parts, with_parts};
use crate::access::{Action, Error, Scope, Write};
use crate::context::Channel as Request;
use crate::deadlines::Deadlines;
use crate::duplicates;
use crate::error::{Fault, Outcome, Problem};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::indicators::Catalogue;
use crate::reports::REFERENCE_PREFIX;
use crate::reports::mutations::{DraftToSubmitInput, ReportToSubmitInput, SubmitReportInput};
use crate::reports::rules::{self, Content};
use crate::triage::record;
use crate::triage::rules::{Actor, Transition, next};
use entity::report::{self, Model, State};
use uuid::Uuid;

/// How many references are tried. Two that are the same are less likely than one in a million.
const REFERENCES_TO_TRY: usize = 3;

/// What a report is received with.
pub struct Desk<'a> {
    /// The indicator sets in use.
    pub catalogue: &'a Catalogue,
    /// Within what time the Centre acts.
    pub deadlines: &'a Deadlines,
    /// How the request came in.
    pub request: Option<Request>,
}

/// Submits a draft, or a report given whole.
pub async fn submit(scope: &Scope, desk: &Desk<'_>, input: &SubmitReportInput) -> Outcome<Model> {
    submit_under(scope, desk, input, || ids::new_reference(REFERENCE_PREFIX)).await
}

/// Submits under the first of these references that is free. Whether one is, only the unique index knows, and PostgreSQL
/// ends the transaction that asks it: so each reference is tried in a transaction of its own.
pub(in crate::reports) async fn submit_under(
    scope: &Scope,
    desk: &Desk<'_>,
    input: &SubmitReportInput,
    mut reference: impl FnMut() -> String,
) -> Outcome<Model> {
    let once = Once::new("submitReport", &input.idempotency_key, input)?;
    for _ in 0..REFERENCES_TO_TRY {
        let write = scope.begin_timekeeping().await?;
        let source = Source::of(&write, &input.report)?;
        if let Some(key) = once.claim(&write, source.key()).await? {
            return earlier(&write, key).await;
        }
        let content = source.content(&write, desk).await?;
        if let Some(report) = submit_content(write, desk, content, source.is_new(), reference()).await? {
            return Ok(report);
        }
    }
    Err(Fault::Internal.into())
}

/// Where the content comes from: a draft, or the input, for a report with this new key.
enum Source<'a> {
    Draft(&'a DraftToSubmitInput, Uuid),
    Input(&'a super::super::types::ReportContentInput, Uuid),
}

impl<'a> Source<'a> {
    fn of(write: &Write, input: &'a ReportToSubmitInput) -> Result<Self, Problem> {
        match input {
            ReportToSubmitInput::Draft(input) => {
                let key = ids::decode(ObjectType::Report, &input.report_id);
                let key = key.ok_or_else(|| Problem::not_found("report.draft.reportId"))?;
                Ok(Self::Draft(input, key))
            }
            ReportToSubmitInput::Content(input) => Ok(Self::Input(input, ids::new_key(write.now()))),
        }
    }

    fn key(&self) -> Uuid {
        match self {
            Self::Draft(_, key) | Self::Input(_, key) => *key,
        }
    }

    fn is_new(&self) -> bool {
        matches!(self, Self::Input(..))
    }

    /// The content, which is complete.
    async fn content(&self, write: &Write, desk: &Desk<'_>) -> Outcome<Content> {
        let (content, path) = match self {
            Self::Draft(input, _) => {
                let row = draft(write, &input.report_id, "report.draft.reportId").await?;
                refuse_stale(&row, input.revision, "report.draft.revision")?;
                (with_parts(write, row).await?, "report.draft")
            }
            Self::Input(input, key) => {
                let reader = Reader { now: write.now(), today: write.today(), catalogue: desk.catalogue };
                (reader.read(input, &blank(write, *key, desk.request), "report.content")?, "report.content")
            }
        };
        let missing = rules::missing(&content, path);
        if missing.is_empty() { Ok(content) } else { Err(missing.into()) }
    }
}

/// Submits this content under this reference; nothing where the reference is taken.
async fn submit_content(
    write: Write,
    desk: &Desk<'_>,
    content: Content,
    new: bool,
    reference: String,
) -> Outcome<Option<Model>> {
    let before = &content.report;
    let actor = Actor::on(write.viewer(), before);
    let state = next(before.state, Transition::Submit, actor).map_err(|_| Fault::Internal)?;
    let after = Model {
        state,
        reference: Some(reference),
        submitted_at: Some(write.now()),
        updated_at: write.now(),
        revision: if new { before.revision } else { before.revision + 1 },
        ..before.clone()
    };
    let kept = if new {
        write.insert::<report::Entity>(after, Action::ReportSubmitted).await
    } else {
        write.update::<report::Entity>(before, after, Action::ReportSubmitted).await
    };
    let report = match kept {
        Ok(report) => report,
        Err(Error::Duplicate(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if new {
        insert_parts(&write, content.clone()).await?;
    }
    duplicates::add(&write, &report, &content.persons, &content.identities).await?;
    record(&write, desk.deadlines, Transition::Submit, State::Draft, &report, String::new()).await?;
    write.commit().await?;
    Ok(Some(report))
}
