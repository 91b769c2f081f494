//! What is read from claims that issuers shape in ways of their own.

use crate::ids::{self, ObjectType};
use serde_json::Value;
use uuid::Uuid;

/// The strings of a claim that is a string or a list of them.
pub(super) fn strings(claim: &Value) -> impl Iterator<Item = &str> {
    let (one, list) = match claim {
        Value::Array(list) => (None, list.as_slice()),
        other => (other.as_str(), [].as_slice()),
    };
    one.into_iter().chain(list.iter().filter_map(Value::as_str))
}

/// Our organisations that an `organization` claim names, by our id. Keycloak writes it as an array of names, as an
/// object by name whose entries may hold an `id`, or as a string. Roles never come from it.
pub(super) fn organisations(claim: &Value) -> Vec<Uuid> {
    let by_name = claim.as_object().into_iter().flatten();
    let keys_and_ids = by_name.flat_map(|(name, entry)| {
        let id = entry.get("id").and_then(Value::as_str);
        std::iter::once(name.as_str()).chain(id)
    });
    let mut found: Vec<Uuid> =
        strings(claim).chain(keys_and_ids).filter_map(|name| ids::decode(ObjectType::Organisation, name)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether an issuer's name for somebody can be kept: OpenID Connect allows 255 characters, and a database no NUL.
pub(in crate::http) fn is_subject(subject: &str) -> bool {
    (1..=255).contains(&subject.len()) && !subject.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_claim_of_keycloak_in_every_shape() {
        let (a, b) = (Uuid::from_u128(7), Uuid::from_u128(8));
        let id = |key| ids::encode(ObjectType::Organisation, key);
        for (claim, expected) in [
            (json!(id(a)), vec![a]),
            (json!([id(a)]), vec![a]),
            (json!([id(a), id(a)]), vec![a]),
            (json!(["acme", id(b), 3, null, id(a)]), vec![a, b]),
            (json!({ id(a): {} }), vec![a]),
            (json!({ "acme": { "id": id(b) } }), vec![b]),
            (json!({ id(a): { "id": "42c3e46f-2477-44d7-a85b-d3b43f6b31fa" } }), vec![a]),
            (json!({ "acme": "text", "b": { "id": 7 } }), vec![]),
            (json!(ids::encode(ObjectType::Report, a)), vec![]),
            (json!(a.to_string()), vec![]),
            (Value::Null, vec![]),
            (json!(1), vec![]),
        ] {
            assert_eq!(organisations(&claim), expected, "{claim}");
        }
    }

    #[test]
    fn subjects_that_cannot_be_kept() {
        assert!(is_subject("a.b@example.rs"));
        assert!(!is_subject(""));
        assert!(!is_subject("a\0b"));
        assert!(!is_subject(&"x".repeat(256)));
    }

    proptest! {
        #[test]
        fn any_claim_is_read_without_a_panic(text: String, list: Vec<String>) {
            prop_assert!(organisations(&json!(text)).len() <= 1);
            let by_name = json!({ text: { "id": list } });
            prop_assert!(organisations(&by_name).len() <= 1);
            prop_assert_eq!(strings(&json!(list)).count(), list.len());
        }
    }
}
