//! What must be true of cases and of decisions on them. Pure: no database, no clock.

use crate::code_lists::ExploitationForm;
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use entity::case::{self, Identification};
use sea_orm::ActiveEnum;

/// Whether a case may be decided on: not once it is void. A decision may be followed by another, with a reason of its own.
pub fn may_decide(case: &case::Model) -> Result<(), Problem> {
    if case.void_at.is_some() {
        return Err(Problem::new(UserErrorCode::WrongState, "caseId", Message::new("case-void")));
    }
    Ok(())
}

/// Whether cases may become void because their report is reopened: not once one of them was decided on.
pub fn may_void(cases: &[case::Model]) -> Result<(), Problem> {
    if cases.iter().any(|case| case.identification != Identification::Pending) {
        return Err(Problem::new(UserErrorCode::WrongState, "reportId", Message::new("reopen-decided")));
    }
    Ok(())
}

/// Forms of exploitation belong to an identified person, who has at least one, and to nobody else.
pub fn forms(outcome: Identification, forms: &[ExploitationForm]) -> Result<(), Problem> {
    let path = "exploitationForms";
    match (outcome, forms.is_empty()) {
        (Identification::Identified, true) => {
            Err(Problem::new(UserErrorCode::Required, path, Message::new("forms-required")))
        }
        (Identification::NotIdentified | Identification::Pending, false) => {
            Err(Problem::new(UserErrorCode::Invalid, path, Message::new("forms-not-expected")))
        }
        _ => Ok(()),
    }
}

/// A decision as it stands in the audit trail, which keeps the earlier ones too.
pub fn in_the_trail(before: Identification, after: Identification, reason: &str) -> String {
    format!("{} -> {}: {reason}", before.to_value(), after.to_value())
}
