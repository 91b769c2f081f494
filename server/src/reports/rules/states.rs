//! Where a report stands, as everybody who sees it may know. How it gets there stands in `triage::rules`.

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
