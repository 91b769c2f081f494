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

/// A reason that must be given: somebody who reads it sees something.
pub fn reason(value: &str, longest: usize) -> Result<String, Problem> {
    let value = text(value, "reason", longest)?;
    if legible(&value) == 0 {
        return Err(Problem::new(UserErrorCode::Required, "reason", Message::new("required")));
    }
    Ok(value)
}

/// How many letters and digits of a text can be seen. Spaces of any width, marks and what only directs or joins do not count,
/// nor do the fillers of Korean script, which Unicode calls letters.
pub fn legible(text: &str) -> usize {
    const FILLERS: [char; 4] = ['\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}'];
    text.chars().filter(|letter| letter.is_alphanumeric() && !FILLERS.contains(letter)).count()
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

    /// What takes a place in a text and shows nothing, or nothing that says why.
    const UNSEEN: [char; 24] = [
        ' ',
        '\t',
        '\n',
        '\u{a0}',
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{180e}',
        '\u{2003}',
        '\u{200b}',
        '\u{200d}',
        '\u{200e}',
        '\u{202e}',
        '\u{2028}',
        '\u{2060}',
        '\u{2066}',
        '\u{2800}',
        '\u{3000}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{e0020}',
        '.',
        '-',
        '?',
    ];

    /// A letter or a digit, or something that is not seen.
    fn piece() -> impl Strategy<Value = String> {
        let fillers = prop::sample::select(vec!['\u{3164}', '\u{ffa0}']);
        prop_oneof![
            "[a-zA-Zа-шА-Шђћ0-9]",
            prop::sample::select(UNSEEN.to_vec()).prop_map(String::from),
            fillers.prop_map(|filler| format!("{filler}.")),
        ]
    }

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
        fn a_reason_counts_what_can_be_seen(pieces in prop::collection::vec(piece(), 0..40)) {
            let seen = pieces.iter().filter(|piece| piece.chars().all(char::is_alphanumeric)).count();
            let written = pieces.concat();
            prop_assert_eq!(legible(&written), seen);
            prop_assert_eq!(reason(&written, 200).is_ok(), seen > 0, "{:?}", written);
            let words: String = written.chars().filter(|letter| !UNSEEN.contains(letter)).collect();
            prop_assert_eq!(legible(&words), seen, "what cannot be seen changes nothing");
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
