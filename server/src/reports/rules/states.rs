//! Where a report stands, as everybody who sees it may know, and the two steps that the reporting side takes.

use entity::report::State;
use sea_orm::Iterable;

/// Where a report stands, coarsely: all that a partner learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Being written.
    Draft,
    /// The Centre has it.
    Received,
    /// The Centre works on it.
    InAssessment,
    /// The Centre waits for an answer.
    MoreInformationNeeded,
    /// The Centre's work on it has ended.
    Closed,
}

/// The coarse status of a state. Accepted and joined reports are in assessment: neither the outcome nor that another report
/// exists may be read from it.
pub fn status(state: State) -> Status {
    match state {
        State::Draft => Status::Draft,
        State::Submitted => Status::Received,
        State::InTriage | State::Accepted | State::Joined => Status::InAssessment,
        State::MoreInformationNeeded => Status::MoreInformationNeeded,
        State::PassedOn | State::Closed => Status::Closed,
    }
}

/// The states behind a coarse status.
pub fn states(coarse: Status) -> Vec<State> {
    State::iter().filter(|state| status(*state) == coarse).collect()
}

/// A step that the reporting side takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It submits the report.
    Submit,
    /// It answers the Centre's question.
    Answer,
}

impl Step {
    /// Name of the transition in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Answer => "answer",
        }
    }
}

/// The state that a step leads to; nothing where it cannot be taken from here.
pub fn next(state: State, step: Step) -> Option<State> {
    match (step, state) {
        (Step::Submit, State::Draft) => Some(State::Submitted),
        (Step::Answer, State::MoreInformationNeeded) => Some(State::InTriage),
        _ => None,
    }
}
