//! What must be true of bars. Pure: no database, no clock.

use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use entity::membership;
use entity::report_bar::Model;
use uuid::Uuid;

/// Whether both memberships are of the same person or software.
pub fn same_member(one: &membership::Model, other: &membership::Model) -> bool {
    one.id == other.id || (one.account_id.is_some() && one.account_id == other.account_id)
}

/// Whether a member may be barred from a report of this author: not the author itself, nor somebody to whom the report does not
/// exist anyway. `centre` is the organisation that works on all reports.
pub fn may_bar(
    member: &membership::Model,
    author: &membership::Model,
    centre: Uuid,
    path: &str,
) -> Result<(), Problem> {
    let refused = |message| Err(Problem::new(UserErrorCode::Invalid, path, Message::new(message)));
    if same_member(member, author) {
        return refused("author-cannot-be-barred");
    }
    let could_see = [author.organisation_id, centre].contains(&member.organisation_id);
    if !could_see || member.ended_at.is_some() {
        return refused("nobody-to-bar");
    }
    Ok(())
}

/// Whether a bar can be lifted: once.
pub fn may_lift(bar: &Model) -> Result<(), Problem> {
    if bar.lifted_at.is_some() { Err(lifted_already()) } else { Ok(()) }
}

/// A bar that was lifted before.
pub fn lifted_already() -> Problem {
    Problem::new(UserErrorCode::WrongState, "barId", Message::new("lifted-already"))
}

/// Keys as a bar keeps them.
pub fn column(keys: &[Uuid]) -> String {
    keys.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: u128, account: Option<u128>, organisation: u128, ended: bool) -> membership::Model {
        membership::Model {
            id: Uuid::from_u128(id),
            organisation_id: Uuid::from_u128(organisation),
            account_id: account.map(Uuid::from_u128),
            email: None,
            client_id: None,
            name: String::new(),
            function: String::new(),
            roles: String::new(),
            revision: 1,
            created_at: chrono::DateTime::UNIX_EPOCH,
            ended_at: ended.then_some(chrono::DateTime::UNIX_EPOCH),
        }
    }

    #[test]
    fn who_may_be_barred() {
        const SCHOOL: u128 = 1;
        const CENTRE: u128 = 2;
        let author = member(1, Some(10), SCHOOL, false);
        for (member, allowed) in [
            (member(1, Some(10), SCHOOL, false), false),
            (member(2, Some(10), CENTRE, false), false),
            (member(3, Some(30), SCHOOL, false), true),
            (member(4, Some(40), CENTRE, false), true),
            (member(5, None, CENTRE, false), true),
            (member(6, Some(60), CENTRE, true), false),
            (member(7, Some(70), 3, false), false),
        ] {
            let outcome = may_bar(&member, &author, Uuid::from_u128(CENTRE), "membershipId");
            assert_eq!(outcome.is_ok(), allowed, "{member:?}");
        }
    }

    #[test]
    fn two_invitations_that_nobody_has_taken_up_are_not_the_same_member() {
        assert!(!same_member(&member(1, None, 1, false), &member(2, None, 1, false)));
    }
}
