//! What must be true of materials. Pure: no database, no clock.

use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use crate::organisations::rules::text;
use entity::material::Model;
use uuid::Uuid;

/// The longest text of a material, in characters.
pub const LONGEST_TEXT: usize = 10_000;
/// The longest address, in characters.
const LONGEST_ADDRESS: usize = 500;

/// To what a material belongs: a session or a programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// This session; nothing where what was named is none.
    Session(Option<Uuid>),
    /// This programme; nothing where what was named is none.
    Programme(Option<Uuid>),
}

/// To which of the two it belongs, of which one is named.
pub fn whole(session: Option<Option<Uuid>>, programme: Option<Option<Uuid>>) -> Result<Whole, Problem> {
    match (session, programme) {
        (Some(session), None) => Ok(Whole::Session(session)),
        (None, Some(programme)) => Ok(Whole::Programme(programme)),
        _ => Err(Problem::new(UserErrorCode::Invalid, "sessionId", Message::new("material-of-one"))),
    }
}

/// An address that participants follow; only https, without a name and a password in it.
pub fn address(address: &str, path: &str) -> Result<Option<String>, Problem> {
    let address = text(address, path, LONGEST_ADDRESS)?;
    if address.is_empty() {
        return Ok(None);
    }
    let url = url::Url::parse(&address).ok().filter(|url| {
        let plain = url.username().is_empty() && url.password().is_none();
        url.scheme() == "https" && plain && url.has_host() && !address.contains(char::is_whitespace)
    });
    if url.is_some() && address.to_ascii_lowercase().starts_with("https://") {
        return Ok(Some(address));
    }
    Err(Problem::new(UserErrorCode::Invalid, path, Message::new("not-an-https-link")))
}

/// Refuses a material that gives nothing: neither a text nor an address.
pub fn gives_something(version: &Model) -> Result<(), Problem> {
    if version.about.is_empty() && version.address.is_none() {
        return Err(Problem::new(UserErrorCode::Required, "material.about", Message::new("material-empty")));
    }
    Ok(())
}

/// Whether a newer version can take the place of this one: it is the newest, and was not taken back.
pub fn may_replace(before: &Model) -> Result<(), Problem> {
    if before.replaced_at.is_some() {
        return Err(Problem::new(UserErrorCode::Stale, "materialId", Message::new("material-replaced-already")));
    }
    not_withdrawn(before)
}

/// Whether it can be taken back: once.
pub fn not_withdrawn(before: &Model) -> Result<(), Problem> {
    if before.withdrawn_at.is_some() {
        return Err(Problem::new(UserErrorCode::WrongState, "materialId", Message::new("material-withdrawn-already")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn participants_follow_links_by_https_alone() {
        for good in ["https://example.rs/a.pdf", "https://example.rs", " https://пример.срб/материјал?v=2 "]
        {
            assert_eq!(address(good, "address"), Ok(Some(good.trim().to_owned())), "{good}");
        }
        assert_eq!(address("  ", "address"), Ok(None));
        for bad in [
            "http://example.rs/a.pdf",
            "javascript:alert(1)",
            "https:",
            "https://",
            "https:example.rs",
            "https://name:password@example.rs/",
            "https://name@example.rs/",
            "https://example.rs/a b",
            "example.rs",
            "data:text/html,x",
            "https://example.rs/\u{0}",
        ] {
            assert!(address(bad, "address").is_err(), "{bad}");
        }
        assert!(address(&format!("https://example.rs/{}", "a".repeat(500)), "address").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_an_address_or_not(text: String) {
            if let Ok(Some(address)) = address(&text, "address") {
                prop_assert!(address.to_lowercase().starts_with("https://"));
            }
        }
    }

    #[test]
    fn a_material_belongs_to_one_whole() {
        let key = Some(Uuid::from_u128(1));
        assert_eq!(whole(Some(key), None), Ok(Whole::Session(key)));
        assert_eq!(whole(None, Some(None)), Ok(Whole::Programme(None)));
        assert!(whole(None, None).is_err() && whole(Some(key), Some(key)).is_err());
    }
}
