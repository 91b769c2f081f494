//! The one table of transitions, and what must be true of what the Centre writes. Pure: no database, no clock.

use crate::access::{Role, Roles, Viewer};
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use crate::organisations::rules::{self as organisations, name, text};
use crate::reports::rules::Urgency;
use entity::report::{self, State};

/// What can happen to a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transition {
    /// The partner submits a draft.
    Submit,
    /// The Centre gives the report to one of its staff.
    Assign,
    /// The Centre asks the partner for what is missing.
    RequestInformation,
    /// The partner answers.
    Answer,
    /// The Centre says how urgent the report is.
    ChangeUrgency,
    /// The Centre accepts the report: each person gets a case.
    Accept,
    /// The Centre joins the report to another about the same events.
    Join,
    /// The Centre takes the joining back.
    UndoJoin,
    /// The Centre passes the report to another authority.
    PassOn,
    /// The Centre closes the report with a reason.
    Close,
    /// A supervisor takes a closed, passed on or accepted report up again.
    Reopen,
}

/// Who may cause a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Whoever writes reports, on the side that reported: the partner, or the Centre for what it noted down itself.
    Reporting,
    /// The Centre's staff: intake and supervision for all reports, case workers for those assigned to them.
    Centre,
    /// Those who assign.
    Assigning,
    /// Supervisors.
    Supervising,
}

/// One line of the table.
struct Line {
    transition: Transition,
    who: Who,
    /// From each of these states to the other.
    moves: &'static [(State, State)],
}

use State::{Accepted, Closed, Draft, InTriage, Joined, MoreInformationNeeded, PassedOn, Submitted};

/// Every transition. A second request while the Centre waits for an answer is none: a notice can add to the first.
const TABLE: [Line; 11] = [
    Line { transition: Transition::Submit, who: Who::Reporting, moves: &[(Draft, Submitted)] },
    Line {
        transition: Transition::Assign,
        who: Who::Assigning,
        moves: &[
            (Submitted, InTriage),
            (InTriage, InTriage),
            (MoreInformationNeeded, MoreInformationNeeded),
            (Accepted, Accepted),
        ],
    },
    Line {
        transition: Transition::RequestInformation,
        who: Who::Centre,
        moves: &[(Submitted, MoreInformationNeeded), (InTriage, MoreInformationNeeded)],
    },
    Line { transition: Transition::Answer, who: Who::Reporting, moves: &[(MoreInformationNeeded, InTriage)] },
    Line {
        transition: Transition::ChangeUrgency,
        who: Who::Centre,
        moves: &[(Submitted, Submitted), (InTriage, InTriage), (MoreInformationNeeded, MoreInformationNeeded)],
    },
    Line {
        transition: Transition::Accept,
        who: Who::Centre,
        moves: &[(Submitted, Accepted), (InTriage, Accepted), (MoreInformationNeeded, Accepted)],
    },
    Line {
        transition: Transition::Join,
        who: Who::Centre,
        moves: &[(Submitted, Joined), (InTriage, Joined), (MoreInformationNeeded, Joined)],
    },
    Line { transition: Transition::UndoJoin, who: Who::Centre, moves: &[(Joined, InTriage)] },
    Line {
        transition: Transition::PassOn,
        who: Who::Centre,
        moves: &[(Submitted, PassedOn), (InTriage, PassedOn), (MoreInformationNeeded, PassedOn)],
    },
    Line {
        transition: Transition::Close,
        who: Who::Centre,
        moves: &[(Submitted, Closed), (InTriage, Closed), (MoreInformationNeeded, Closed)],
    },
    Line {
        transition: Transition::Reopen,
        who: Who::Supervising,
        moves: &[(Accepted, InTriage), (PassedOn, InTriage), (Closed, InTriage)],
    },
];

/// States in which a report waits for the Centre's work.
pub const OPEN: [State; 3] = [Submitted, InTriage, MoreInformationNeeded];

/// Who asks for a transition. That a case worker's report is assigned to it is known by its having been found.
#[derive(Clone, Copy, Debug)]
pub struct Actor {
    /// The roles it acts in.
    pub roles: Roles,
    /// Whether it acts for the organisation that reports.
    pub reports: bool,
}

impl Actor {
    /// The viewer as it acts on this report.
    pub fn on(viewer: &Viewer, report: &report::Model) -> Self {
        Self { roles: viewer.roles(), reports: viewer.organisation_id() == report.organisation_id }
    }

    fn may(self, who: Who) -> bool {
        use Role::{CaseWorker, Coordinator, IntakeOfficer, Reporter, Supervisor};
        match who {
            Who::Reporting => self.reports && self.roles.has_any(&[Reporter, Coordinator, IntakeOfficer]),
            Who::Centre => self.roles.has_any(&[IntakeOfficer, CaseWorker, Supervisor]),
            Who::Assigning => self.roles.has_any(&[IntakeOfficer, Supervisor]),
            Who::Supervising => self.roles.has(Supervisor),
        }
    }
}

impl Transition {
    /// Every transition, in the order of a report's life.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|line| line.transition)
    }

    /// Name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Assign => "assign",
            Self::RequestInformation => "request_information",
            Self::Answer => "answer",
            Self::ChangeUrgency => "change_urgency",
            Self::Accept => "accept",
            Self::Join => "join",
            Self::UndoJoin => "undo_join",
            Self::PassOn => "pass_on",
            Self::Close => "close",
            Self::Reopen => "reopen",
        }
    }

    /// The transition with this name in the database.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|transition| transition.as_str() == name)
    }

    /// What can be done, as it stands in a list.
    fn to_do(self) -> Message {
        match self {
            Self::Submit => Message::new("to-submit"),
            Self::Assign => Message::new("to-assign"),
            Self::RequestInformation => Message::new("to-request-information"),
            Self::Answer => Message::new("to-answer"),
            Self::ChangeUrgency => Message::new("to-change-urgency"),
            Self::Accept => Message::new("to-accept"),
            Self::Join => Message::new("to-join"),
            Self::UndoJoin => Message::new("to-undo-join"),
            Self::PassOn => Message::new("to-pass-on"),
            Self::Close => Message::new("to-close"),
            Self::Reopen => Message::new("to-reopen"),
        }
    }

    /// What somebody did.
    pub fn done(self) -> Message {
        match self {
            Self::Submit => Message::new("did-submit"),
            Self::Assign => Message::new("did-assign"),
            Self::RequestInformation => Message::new("did-request-information"),
            Self::Answer => Message::new("did-answer"),
            Self::ChangeUrgency => Message::new("did-change-urgency"),
            Self::Accept => Message::new("did-accept"),
            Self::Join => Message::new("did-join"),
            Self::UndoJoin => Message::new("did-undo-join"),
            Self::PassOn => Message::new("did-pass-on"),
            Self::Close => Message::new("did-close"),
            Self::Reopen => Message::new("did-reopen"),
        }
    }
}

/// The state in words.
fn state_in_words(state: State) -> Message {
    match state {
        Draft => Message::new("state-draft"),
        Submitted => Message::new("state-submitted"),
        InTriage => Message::new("state-in-triage"),
        MoreInformationNeeded => Message::new("state-more-information-needed"),
        Accepted => Message::new("state-accepted"),
        Joined => Message::new("state-joined"),
        PassedOn => Message::new("state-passed-on"),
        Closed => Message::new("state-closed"),
    }
}

/// The state that a transition leads to. Where it leads nowhere from here, or not for this actor: what is possible instead.
pub fn next(state: State, transition: Transition, actor: Actor) -> Result<State, Vec<Transition>> {
    let possible = |line: &&Line| actor.may(line.who) && line.moves.iter().any(|(from, _)| *from == state);
    let chosen = TABLE.iter().filter(possible).find(|line| line.transition == transition);
    match chosen.and_then(|line| line.moves.iter().find(|(from, _)| *from == state)) {
        Some((_, to)) => Ok(*to),
        None => Err(TABLE.iter().filter(possible).map(|line| line.transition).collect()),
    }
}

/// Why a transition is refused in this state: what the report is, and what is possible now.
pub fn wrong_state(state: State, possible: &[Transition], path: &str) -> Problem {
    let message = if possible.is_empty() { Message::new("wrong-state-final") } else { Message::new("wrong-state") };
    let message = message
        .with_messages("state", [state_in_words(state)])
        .with_messages("possible", possible.iter().map(|transition| transition.to_do()));
    Problem::new(UserErrorCode::WrongState, path, message)
}

/// Whether a report may be joined to another: not to itself, and not to one that is itself joined, so that joining never
/// goes in a circle.
pub fn may_join<K: PartialEq>(report: K, into: K, into_state: State) -> Result<(), Problem> {
    let path = "intoReportId";
    if into_state == Draft {
        return Err(Problem::not_found(path));
    }
    if report == into {
        return Err(Problem::new(UserErrorCode::Invalid, path, Message::new("join-to-itself")));
    }
    if into_state == Joined {
        return Err(Problem::new(UserErrorCode::WrongState, path, Message::new("join-to-joined")));
    }
    Ok(())
}

/// Refuses to give a report the urgency that it has.
pub fn another_urgency(before: Urgency, after: Urgency) -> Result<(), Problem> {
    if before == after {
        return Err(Problem::new(UserErrorCode::Invalid, "urgency", Message::new("same-urgency")));
    }
    Ok(())
}

/// The longest reason.
pub const LONGEST_REASON: usize = 2_000;
/// The longest note, question or notice.
pub const LONGEST_TEXT: usize = 10_000;

/// The most notes on one report. They are read together, and whoever looks after a report must not drown in them.
pub const MOST_NOTES: u64 = 500;

/// Whether a report with so many notes takes one more.
pub fn one_more_note(number: u64, path: &str) -> Result<(), Problem> {
    if number < MOST_NOTES {
        return Ok(());
    }
    Err(Problem::new(UserErrorCode::TooLong, path, Message::new("too-many-notes").with("most", MOST_NOTES)))
}

/// Text that must be there and fit, in any number of lines.
pub fn required_text(value: &str, path: &str, longest: usize) -> Result<String, Problem> {
    let value = text(value, path, longest)?;
    if value.is_empty() {
        return Err(Problem::new(UserErrorCode::Required, path, Message::new("required")));
    }
    Ok(value)
}

/// A reason that must be given.
pub fn reason(value: &str) -> Result<String, Problem> {
    organisations::reason(value, LONGEST_REASON)
}

/// Authority and reason of passing a report on, as the transition keeps them.
pub fn authority_and_reason(authority: &str, why: &str) -> Result<String, Problem> {
    Ok(format!("{}: {}", name(authority, "authority")?, reason(why)?))
}

#[cfg(test)]
mod tests;
