//! Keeping the rows of deadlines with the history of their report.

use super::catalogue::Deadlines;
use super::rules::{self, Happened, Marks, Round, Rule};
use crate::access::{Order, Result, Write};
use crate::ids;
use crate::reports::rules::Urgency;
use crate::triage::rules::Transition;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Belgrade;
use entity::report_deadline::{Column, Entity, Model};
use entity::{report, report_event};
use sea_orm::ColumnTrait;

/// Brings the deadlines of a report up to what has happened to it, its last step included: in the transaction of that step.
/// Their audit row is the step's. Answers whether anything changed.
///
/// The viewer works on the report for the Centre, or acts for [`Purpose::Timekeeping`](crate::access::Purpose::Timekeeping).
pub async fn keep(write: &Write, deadlines: &Deadlines, report: &report::Model) -> Result<bool> {
    let rows = write.find::<Entity>().filter(Column::ReportId.eq(report.id)).locked().all().await?;
    let events = write.find::<report_event::Entity>().filter(report_event::Column::ReportId.eq(report.id));
    let events = events.order(&[Order::ascending(report_event::Column::Revision)]).all().await?;
    let mut added = Vec::new();
    let mut changed = false;
    for row in rows_of(deadlines, report, &events, write.now()) {
        match rows.iter().find(|before| (before.kind, before.round) == (row.kind, row.round)) {
            Some(before) => changed |= update(write, before, row).await?,
            None => added.push(row),
        }
    }
    changed |= !added.is_empty();
    if !added.is_empty() {
        write.insert_parts::<Entity>(added).await?;
    }
    Ok(changed)
}

async fn update(write: &Write, before: &Model, row: Model) -> Result<bool> {
    let marks = rules::marks(&round(&row), Urgency::of_column(before.urgency), marks_of(before));
    let after = marked(Model { id: before.id, ..row }, marks);
    if after == *before {
        return Ok(false);
    }
    write.update_part::<Entity>(before, after).await?;
    Ok(true)
}

/// The deadlines of a report with this history, each of its rounds a row. Their keys are new.
pub fn rows_of(
    deadlines: &Deadlines,
    report: &report::Model,
    events: &[report_event::Model],
    now: DateTime<Utc>,
) -> Vec<Model> {
    let history = history(events);
    let urgency = Urgency::of_column(report.reported_urgency);
    let rounds_of = |rule: &Rule| {
        let rounds = rules::rounds(rule, urgency, &history);
        rounds.into_iter().zip(0..).map(|(round, number)| row(report, rule, &round, number, now)).collect::<Vec<_>>()
    };
    deadlines.rules().iter().flat_map(rounds_of).collect()
}

fn history(events: &[report_event::Model]) -> Vec<Happened> {
    let happened = |event: &report_event::Model| {
        Some(Happened {
            at: event.occurred_at,
            transition: Transition::from_name(&event.transition)?,
            to: event.to_state,
            urgency: event.urgency.map(Urgency::of_column),
        })
    };
    events.iter().filter_map(happened).collect()
}

/// The instant of what is not due.
fn never() -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(9999, 12, 31).and_then(|day| day.and_hms_opt(23, 59, 59));
    day.map_or(DateTime::<Utc>::MAX_UTC, |at| at.and_utc())
}

fn row(report: &report::Model, rule: &Rule, round: &Round, number: i32, now: DateTime<Utc>) -> Model {
    let row = Model {
        id: ids::new_key(now),
        organisation_id: report.organisation_id,
        report_id: report.id,
        kind: rule.kind,
        round: number,
        urgency: round.urgency.column(),
        started_at: round.started_at,
        started_in: round.started_at.with_timezone(&Belgrade).format("%Y-%m").to_string(),
        due_at: round.due_at.unwrap_or_else(never),
        escalates_at: round.escalates_at.unwrap_or_else(never),
        paused_at: round.paused_at,
        remaining_seconds: i32::try_from(round.remaining.num_seconds()).unwrap_or(i32::MAX),
        met_at: round.met_at,
        overdue_at: None,
        escalated_at: None,
    };
    marked(row, rules::marks(round, round.urgency, Marks::default()))
}

fn marked(row: Model, Marks { overdue_at, escalated_at }: Marks) -> Model {
    Model { overdue_at, escalated_at, ..row }
}

/// The marks of a row.
pub(super) fn marks_of(row: &Model) -> Marks {
    Marks { overdue_at: row.overdue_at, escalated_at: row.escalated_at }
}

/// A row as the rules see it.
pub(super) fn round(row: &Model) -> Round {
    let known = |at: DateTime<Utc>| (at < never()).then_some(at);
    Round {
        started_at: row.started_at,
        urgency: Urgency::of_column(row.urgency),
        due_at: known(row.due_at),
        escalates_at: known(row.escalates_at),
        paused_at: row.paused_at,
        remaining: TimeDelta::seconds(row.remaining_seconds.into()),
        met_at: row.met_at,
    }
}
