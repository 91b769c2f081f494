//! What must be true of organisations and memberships. Pure: no database, no clock.

use crate::access::{Role, Roles};
use crate::code_lists;
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use entity::organisation::Kind;

/// The longest name of anything.
pub const LONGEST_NAME: usize = 200;

/// A name, or the reason why it is none: it must be there, fit, and hold no control characters.
pub fn name(value: &str, path: &str) -> Result<String, Problem> {
    let value = value.trim();
    if value.is_empty() {
        return Err(Problem::new(UserErrorCode::Required, path, Message::new("required")));
    }
    text(value, path, LONGEST_NAME)
}

/// Text that may be empty, in one line, at most so many characters long.
pub fn text(value: &str, path: &str, longest: usize) -> Result<String, Problem> {
    let value = value.trim();
    if value.chars().count() > longest {
        let message = Message::new("too-long").with_number("longest", longest);
        return Err(Problem::new(UserErrorCode::TooLong, path, message));
    }
    if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Problem::new(UserErrorCode::Invalid, path, Message::new("control-characters")));
    }
    Ok(value.to_owned())
}

/// An e-mail address in lower case, or the reason why it is none. Whether it exists, only a letter to it can tell.
pub fn email(value: &str, path: &str) -> Result<String, Problem> {
    let value = value.trim().to_lowercase();
    let plausible = value.len() <= 254
        && value.is_ascii()
        && !value.contains(|c: char| c.is_whitespace() || c.is_control())
        && value.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && domain.contains('.')
                && !domain.contains('@')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        });
    if plausible { Ok(value) } else { Err(Problem::new(UserErrorCode::Invalid, path, Message::new("not-an-email"))) }
}

/// The code of a municipality, or the reason why it is none.
pub fn municipality(code: &str, path: &str) -> Result<String, Problem> {
    if code_lists::is_municipality(code) {
        return Ok(code.to_owned());
    }
    Err(Problem::new(UserErrorCode::Invalid, path, Message::new("unknown-municipality").with("code", printable(code))))
}

/// A value of the client's as it may stand in a message: short and without control characters.
pub fn printable(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// Roles for a member of an organisation of this kind: at least one, and only such as fit.
pub fn roles(roles: &[Role], kind: Kind, path: &str) -> Result<Roles, Problem> {
    if roles.is_empty() {
        return Err(Problem::new(UserErrorCode::Required, path, Message::new("roles-required")));
    }
    if let Some(unfit) = roles.iter().find(|role| !role.fits(kind)) {
        let message = Message::new("role-does-not-fit").with("role", unfit.as_str());
        return Err(Problem::new(UserErrorCode::Invalid, path, message));
    }
    Ok(roles.iter().copied().collect())
}

/// The one rule about who is left: a partner keeps a coordinator, so that somebody can invite and answer. `others` are the
/// roles of the other active members.
pub fn keeps_a_coordinator(before: Roles, after: Roles, others: &[Roles], path: &str) -> Result<(), Problem> {
    let goes = before.has(Role::Coordinator) && !after.has(Role::Coordinator);
    if goes && !others.iter().any(|roles| roles.has(Role::Coordinator)) {
        return Err(Problem::new(UserErrorCode::LastCoordinator, path, Message::new("last-coordinator")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn some_roles() -> impl Strategy<Value = Roles> {
        proptest::sample::subsequence(Role::ALL.to_vec(), 0..=9).prop_map(|roles| roles.into_iter().collect())
    }

    proptest! {
        #[test]
        fn an_organisation_never_loses_its_last_coordinator(
            before in some_roles(), after in some_roles(), others in prop::collection::vec(some_roles(), 0..5)
        ) {
            let had = before.has(Role::Coordinator) || others.iter().any(|o| o.has(Role::Coordinator));
            let has = after.has(Role::Coordinator) || others.iter().any(|o| o.has(Role::Coordinator));
            prop_assert_eq!(keeps_a_coordinator(before, after, &others, "").is_err(), had && !has);
        }

        #[test]
        fn an_address_is_kept_in_lower_case_or_refused(text in "\\PC{0,40}") {
            if let Ok(address) = email(&text, "email") {
                prop_assert_eq!(address.to_lowercase(), address.clone());
                prop_assert!(address.contains('@'));
            }
        }
    }

    #[test]
    fn addresses() {
        for good in ["A.B@Skola.edu.rs", " x+y@a-b.example "] {
            assert!(email(good, "email").is_ok(), "{good}");
        }
        for bad in ["", "a", "a@", "@b.rs", "a@b", "a b@c.rs", "a@b.rs\0", "a@.rs", "a@@b.rs"] {
            assert!(email(bad, "email").is_err(), "{bad:?}");
        }
    }
}
