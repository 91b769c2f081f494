//! One transition of one report: found, locked, held against what the client saw, and written down.

use crate::access::{Act, Change, News, Order, Policy, Result, Write};
use crate::clock;
use crate::deadlines::{Deadlines, keep};
use crate::error::{Outcome, Problem, UserErrorCode};
use crate::idempotency::Once;
use crate::ids;
use crate::language::Message;
use crate::reports::rules::status;
use crate::retention::rules::not_erased;
use crate::triage::rules::{self, Actor, Transition};
use entity::report::State;
use entity::{membership, report, report_event};
use sea_orm::ColumnTrait;
use uuid::Uuid;

/// A report as the client names it.
#[derive(Clone)]
pub(in crate::triage) struct Target {
    /// Its key; nothing where the id leads nowhere.
    pub(in crate::triage) key: Option<Uuid>,
    /// Its revision as the client read it.
    pub(in crate::triage) revision: i32,
    /// Within what time the Centre acts.
    pub(in crate::triage) deadlines: Deadlines,
}

/// A transition under way.
pub(super) struct Step {
    pub(super) write: Write,
    pub(super) before: report::Model,
    transition: Transition,
    to: State,
    deadlines: Deadlines,
}

/// The submitted report with this key, locked, where the viewer may work on it: emergency access only shows it. Nothing is done
/// to one that was erased.
pub(in crate::triage) async fn visible_report(write: &Write, key: Option<Uuid>) -> Outcome<report::Model> {
    let missing = || Problem::not_found("reportId");
    let key = key.ok_or_else(missing)?;
    let submitted = report::Column::State.ne(State::Draft);
    let found = write.find::<report::Entity>().by_key(key).filter(submitted).locked().one().await?;
    let found = found.filter(|row| may_work_on(write, row)).ok_or_else(missing)?;
    not_erased(&found, "reportId")?;
    Ok(found)
}

/// Whether the viewer may change a report that it sees. PostgreSQL locks no row for whoever may not; SQLite locks none at all.
pub(super) fn may_work_on(write: &Write, row: &report::Model) -> bool {
    report::Entity::may_write(write.viewer(), Change::Update(row))
}

/// Takes the idempotency key of an action on a report. Answers the report as it is now where the action was done before.
pub(super) async fn done_before(write: &Write, once: &Once, key: Option<Uuid>) -> Outcome<Option<report::Model>> {
    let report = visible_report(write, key).await?;
    Ok(once.claim(write, report.id).await?.map(|_| report))
}

/// Refuses a change to a report that is not as the client saw it, and says who did what meanwhile.
pub(super) async fn hold(write: &Write, report: &report::Model, revision: i32) -> Outcome<()> {
    if report.revision == revision {
        return Ok(());
    }
    let message = match last_step(write, report).await? {
        Some((event, transition)) => {
            let actor = write.find::<membership::Entity>().by_key(event.actor_id).one().await?;
            Message::new("stale-report")
                .with("when", clock::in_words(event.occurred_at))
                .with("who", actor.map(|found| found.name).unwrap_or_default())
                .with_messages("what", [transition.done()])
        }
        None => Message::new("stale-report-somehow").with("when", clock::in_words(report.updated_at)),
    };
    Err(Problem::new(UserErrorCode::Stale, "revision", message).into())
}

/// The last step of a report; messages and notes are none.
async fn last_step(write: &Write, report: &report::Model) -> Outcome<Option<(report_event::Model, Transition)>> {
    let events = write.find::<report_event::Entity>().filter(report_event::Column::ReportId.eq(report.id));
    let last = events.order(&[Order::descending(report_event::Column::Revision)]).one().await?;
    Ok(last.and_then(|event| Transition::from_name(&event.transition).map(|transition| (event, transition))))
}

impl Step {
    /// Begins a transition of the report that the client named, as the viewer of this transaction.
    pub(super) async fn begin(write: Write, target: Target, transition: Transition) -> Outcome<Self> {
        let before = visible_report(&write, target.key).await?;
        hold(&write, &before, target.revision).await?;
        let actor = Actor::on(write.viewer(), &before);
        let to = rules::next(before.state, transition, actor)
            .map_err(|possible| rules::wrong_state(before.state, &possible, "reportId"))?;
        Ok(Self { write, before, transition, to, deadlines: target.deadlines })
    }

    /// The report as the transition leaves it, unless the action changes more.
    pub(super) fn after(&self) -> report::Model {
        report::Model {
            state: self.to,
            revision: self.before.revision + 1,
            updated_at: self.write.now(),
            ..self.before.clone()
        }
    }

    /// Writes the report, the transition and the audit row, and makes them last.
    pub(super) async fn finish(self, after: report::Model, act: Act) -> Outcome<report::Model> {
        let reason = act.reason().unwrap_or_default().to_owned();
        let after = self.write.update::<report::Entity>(&self.before, after, act).await?;
        record(&self.write, &self.deadlines, self.transition, self.before.state, &after, reason).await?;
        // A question tells so itself. What is not to be seen of the status is not told either: neither that a report was joined
        // to another, nor that it was accepted.
        let asks = self.transition == Transition::RequestInformation;
        if !asks && status(after.state) != status(self.before.state) {
            self.write.tell::<report::Entity>(News::StatusChanged, after.id).await?;
        }
        self.write.commit().await?;
        Ok(after)
    }
}

/// Writes down a transition of a report, which is as the transition left it, and what it means for the Centre's deadlines. Its
/// audit row is the report's, and has the reason too: where the report's key is damaged, it alone has it, so that such a report
/// does not stay at work for ever.
pub async fn record(
    write: &Write,
    deadlines: &Deadlines,
    transition: Transition,
    from: State,
    after: &report::Model,
    reason: String,
) -> Result<()> {
    let mut row = report_event::Model {
        id: ids::new_key(write.now()),
        organisation_id: after.organisation_id,
        report_id: after.id,
        actor_id: write.viewer().membership_id(),
        transition: transition.as_str().to_owned(),
        from_state: from,
        to_state: after.state,
        revision: after.revision,
        urgency: (transition == Transition::ChangeUrgency).then_some(after.urgency),
        assignee_id: after.assignee_id.filter(|_| transition == Transition::Assign),
        reason,
        occurred_at: write.now(),
    };
    if !row.reason.is_empty() && !write.can_seal::<report_event::Entity>(&row).await? {
        row.reason.clear();
    }
    write.insert_part::<report_event::Entity>(row).await?;
    keep(write, deadlines, after).await?;
    Ok(())
}
