//! When a deadline is due, and how it stands: from the history of a report, and from nothing else. Pure: no database, no clock.
//!
//! Instants of a history never go back, whatever the clock did that wrote them: one that lies before another which happened
//! earlier counts as that one. So a clock that is set back moves no deadline.

use super::working_time::WORKING_TIME;
use crate::reports::rules::Urgency;
use crate::triage::rules::Transition;
use chrono::{DateTime, TimeDelta, Utc};
use entity::report::State;
use entity::report_deadline::Kind;

/// Which time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// All of it.
    Calendar,
    /// Office hours.
    Working,
}

/// How long a deadline is at one urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// Hours until it is due.
    pub hours: u32,
    /// Hours from then until it escalates.
    pub escalates_after_hours: u32,
    /// Whether the Centre has confirmed it.
    pub confirmed: bool,
}

/// One deadline.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Which.
    pub kind: Kind,
    /// What starts it.
    pub starts: Vec<Transition>,
    /// What stops it.
    pub stops: Vec<Transition>,
    /// States in which it is paused.
    pub pauses_in: Vec<State>,
    /// Which time counts.
    pub counts: Counts,
    /// Its length by urgency, the most urgent first.
    pub lengths: [Length; 3],
}

impl Rule {
    /// Its length at an urgency.
    pub fn length(&self, urgency: Urgency) -> Length {
        self.lengths[urgency as usize]
    }
}

impl Counts {
    fn after(self, from: DateTime<Utc>, time: TimeDelta) -> DateTime<Utc> {
        match self {
            Self::Calendar => from + time,
            Self::Working => WORKING_TIME.after(from, time),
        }
    }

    /// How much of this time lies between two instants.
    pub fn between(self, from: DateTime<Utc>, until: DateTime<Utc>) -> TimeDelta {
        match self {
            Self::Calendar => (until - from).max(TimeDelta::zero()),
            Self::Working => WORKING_TIME.between(from, until),
        }
    }
}

/// Something that happened to a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happened {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub transition: Transition,
    /// The state that it led to.
    pub to: State,
    /// The urgency that the report was given by it.
    pub urgency: Option<Urgency>,
}

/// One run of a clock, from a start until it is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// The urgency by which it is as long as it is.
    pub urgency: Urgency,
    /// When it is due; nothing while it is paused with time left.
    pub due_at: Option<DateTime<Utc>>,
    /// When it escalates; nothing while it is paused with time left.
    pub escalates_at: Option<DateTime<Utc>>,
    /// Since when it is paused.
    pub paused_at: Option<DateTime<Utc>>,
    /// What was left when it was last paused or begun anew; none once it was due.
    pub remaining: TimeDelta,
    /// When it was stopped.
    pub met_at: Option<DateTime<Utc>>,
}

/// What is gathered of a round while its history is read.
struct Gathered {
    started_at: DateTime<Utc>,
    urgency: Urgency,
    /// Stretches in which the clock ran; the last may be open.
    runs: Vec<(DateTime<Utc>, Option<DateTime<Utc>>)>,
    met_at: Option<DateTime<Utc>>,
}

/// The rounds of a deadline in a history, which is in the order in which things happened. `urgency` is that of the beginning.
pub fn rounds(rule: &Rule, urgency: Urgency, history: &[Happened]) -> Vec<Round> {
    let mut rounds: Vec<Gathered> = Vec::new();
    let mut urgency = urgency;
    let mut now = DateTime::<Utc>::MIN_UTC;
    for happened in history {
        now = now.max(happened.at);
        urgency = happened.urgency.unwrap_or(urgency);
        let open = rounds.last().is_some_and(|round| round.met_at.is_none());
        if !open && rule.starts.contains(&happened.transition) {
            rounds.push(Gathered { started_at: now, urgency, runs: Vec::new(), met_at: None });
        }
        let Some(round) = rounds.last_mut().filter(|round| round.met_at.is_none()) else { continue };
        round.urgency = urgency;
        if open && rule.stops.contains(&happened.transition) {
            round.met_at = Some(now);
        }
        let runs = round.met_at.is_none() && !rule.pauses_in.contains(&happened.to);
        match round.runs.last_mut() {
            Some((_, until @ None)) if !runs => *until = Some(now),
            Some((_, None)) => {}
            _ if runs => round.runs.push((now, None)),
            _ => {}
        }
    }
    rounds.into_iter().map(|gathered| gathered.timed(rule)).collect()
}

impl Gathered {
    /// When it is due: at the instant at which as much time has counted as it is long.
    fn timed(self, rule: &Rule) -> Round {
        let length = rule.length(self.urgency);
        let (mut remaining, mut due_at) = (TimeDelta::hours(length.hours.into()), None);
        for (from, until) in &self.runs {
            let due = rule.counts.after(*from, remaining);
            match until {
                Some(until) if due > *until => {
                    // Of a clock that was stopped while it ran it is known when it would have been due.
                    due_at = (self.met_at == Some(*until)).then_some(due);
                    remaining -= rule.counts.between(*from, *until);
                }
                Some(_) => {
                    (due_at, remaining) = (Some(due), TimeDelta::zero());
                    break;
                }
                None => due_at = Some(due),
            }
        }
        let paused_at = match self.runs.last() {
            _ if self.met_at.is_some() => None,
            Some((_, until)) => *until,
            None => Some(self.started_at),
        };
        let grace = TimeDelta::hours(length.escalates_after_hours.into());
        Round {
            started_at: self.started_at,
            urgency: self.urgency,
            due_at,
            escalates_at: due_at.map(|due| rule.counts.after(due, grace)),
            paused_at,
            remaining,
            met_at: self.met_at,
        }
    }
}

/// How a deadline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its time runs.
    Running,
    /// Its time stands still.
    Paused,
    /// The Centre did what was to be done, in time or late.
    Met,
    /// It is due, and nobody did.
    Overdue,
    /// It has been overdue for so long that the supervisors were told.
    Escalated,
}

/// What was marked of a round: when it was seen to be overdue, and when it escalated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// When it was seen to be overdue.
    pub overdue_at: Option<DateTime<Utc>>,
    /// When it escalated.
    pub escalated_at: Option<DateTime<Utc>>,
}

/// How a round with these marks stands at an instant. A mark counts whatever the clock says now.
pub fn standing(round: &Round, marks: Marks, now: DateTime<Utc>) -> Standing {
    let due = round.due_at.is_some_and(|due| due <= now);
    match (round.met_at, marks.escalated_at, marks.overdue_at) {
        (Some(_), ..) => Standing::Met,
        (None, Some(_), _) => Standing::Escalated,
        (None, None, Some(_)) => Standing::Overdue,
        _ if due => Standing::Overdue,
        _ if round.paused_at.is_some() => Standing::Paused,
        _ => Standing::Running,
    }
}

/// The marks of a round that had these at this urgency. They stay, whatever the clock says that tells what happened since, unless
/// the report is less urgent than it was and so became due later than they were set. What was met late was overdue. All other
/// marks are the job's to set.
pub fn marks(round: &Round, urgency: Urgency, earlier: Marks) -> Marks {
    let same = round.urgency == urgency;
    let still = |mark: Option<DateTime<Utc>>, due: Option<DateTime<Utc>>| {
        mark.filter(|at| same || due.is_some_and(|due| due <= *at))
    };
    let met_late = round.met_at.filter(|met| round.due_at.is_some_and(|due| due < *met));
    let overdue_at = still(earlier.overdue_at, round.due_at).or(met_late);
    Marks { overdue_at, escalated_at: still(earlier.escalated_at, round.escalates_at) }
}

/// What is left of a round at an instant; none once it is due or met.
pub fn remaining(round: &Round, counts: Counts, now: DateTime<Utc>) -> TimeDelta {
    match round.due_at {
        _ if round.met_at.is_some() => TimeDelta::zero(),
        Some(due) => counts.between(now, due),
        None => round.remaining,
    }
}

#[cfg(test)]
mod tests;
