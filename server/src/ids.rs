//! Keys, the opaque ids made of them, and human reference numbers.

use async_graphql::Enum;
use chrono::{DateTime, Utc};
use rand::RngExt;
use std::sync::Mutex;
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::{ContextV7, Timestamp, Uuid};

/// Types of object that have an id; also what an audit row says it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Enum)]
pub enum ObjectType {
    /// An account.
    Account,
    /// A file of a report.
    Attachment,
    /// An audit row.
    AuditEvent,
    /// An address for a calendar programme.
    CalendarFeed,
    /// A case.
    Case,
    /// A certificate.
    Certificate,
    /// An erasure of a person.
    Erasure,
    /// An opened identity.
    IdentityOpening,
    /// A version of an indicator set.
    IndicatorSet,
    /// An internal note.
    InternalNote,
    /// A version of a material for participants.
    Material,
    /// A membership.
    Membership,
    /// A notification.
    Notification,
    /// An organisation.
    Organisation,
    /// A person of concern.
    Person,
    /// Persons of two reports who may be the same.
    PossibleDuplicate,
    /// Printed material that was given out.
    PrintedMaterial,
    /// An accredited programme.
    Programme,
    /// A question of a bank.
    Question,
    /// A registration for a session.
    Registration,
    /// A report.
    Report,
    /// Somebody being barred from a report.
    ReportBar,
    /// A transition of a report.
    ReportEvent,
    /// A message on a report.
    ReportMessage,
    /// A browser session.
    Session,
    /// A day of a session of training.
    TrainingDay,
    /// A test of a session.
    SessionTest,
    /// An attempt at a test.
    TestAttempt,
    /// A session of training.
    TrainingSession,
    /// A webhook.
    Webhook,
}

impl ObjectType {
    /// Every type.
    pub const ALL: [Self; 30] = [
        Self::Account,
        Self::Attachment,
        Self::AuditEvent,
        Self::CalendarFeed,
        Self::Case,
        Self::Certificate,
        Self::Erasure,
        Self::IdentityOpening,
        Self::IndicatorSet,
        Self::InternalNote,
        Self::Material,
        Self::Membership,
        Self::Notification,
        Self::Organisation,
        Self::Person,
        Self::PossibleDuplicate,
        Self::PrintedMaterial,
        Self::Programme,
        Self::Question,
        Self::Registration,
        Self::Report,
        Self::ReportBar,
        Self::ReportEvent,
        Self::ReportMessage,
        Self::Session,
        Self::TrainingDay,
        Self::SessionTest,
        Self::TestAttempt,
        Self::TrainingSession,
        Self::Webhook,
    ];

    /// The prefix of its ids, and its name in the audit trail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Attachment => "attachment",
            Self::AuditEvent => "audit_event",
            Self::CalendarFeed => "calendar_feed",
            Self::Case => "case",
            Self::Certificate => "certificate",
            Self::Erasure => "erasure",
            Self::IdentityOpening => "identity_opening",
            Self::IndicatorSet => "indicator_set",
            Self::InternalNote => "note",
            Self::Material => "material",
            Self::Membership => "membership",
            Self::Notification => "notification",
            Self::Organisation => "organisation",
            Self::Person => "person",
            Self::PossibleDuplicate => "possible_duplicate",
            Self::PrintedMaterial => "printed_material",
            Self::Programme => "programme",
            Self::Question => "question",
            Self::Registration => "registration",
            Self::Report => "report",
            Self::ReportBar => "bar",
            Self::ReportEvent => "report_event",
            Self::ReportMessage => "message",
            Self::Session => "session",
            Self::TrainingDay => "training_day",
            Self::SessionTest => "session_test",
            Self::TestAttempt => "test_attempt",
            Self::TrainingSession => "training_session",
            Self::Webhook => "webhook",
        }
    }

    /// The type with this prefix.
    pub fn from_prefix(prefix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|object_type| object_type.as_str() == prefix)
    }
}

/// A new time-ordered key (UUIDv7); keys made in one process within one millisecond keep their order.
pub fn new_key(now: DateTime<Utc>) -> Uuid {
    static CONTEXT: Mutex<ContextV7> = Mutex::new(ContextV7::new());
    let context = CONTEXT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(&*context, seconds, now.timestamp_subsec_nanos()))
}

/// A new random key (UUIDv4), for what must not tell when it was made, nor after what.
pub fn new_random_key() -> Uuid {
    uuid::Builder::from_random_bytes(rand::rng().random()).into_uuid()
}

/// The lowest key of this instant: no key made since lies below it.
pub fn lowest_key(instant: DateTime<Utc>) -> Uuid {
    let milliseconds = u128::try_from(instant.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128(milliseconds << 80)
}

/// The instant that a key carries.
pub fn instant_of(key: Uuid) -> DateTime<Utc> {
    let milliseconds = i64::try_from(key.as_u128() >> 80).unwrap_or_default();
    DateTime::from_timestamp_millis(milliseconds).unwrap_or_default()
}

/// The opaque id that clients see: a TypeID such as `report_01jcx8…`.
pub fn encode(object_type: ObjectType, key: Uuid) -> String {
    let tag = DynamicType::new(object_type.as_str()).expect("prefixes are valid TypeID prefixes");
    TypeSafeId::from_type_and_uuid(tag, key).to_string()
}

/// Type and key of an id; nothing where it is malformed or of a type that does not exist.
pub fn decode_any(id: &str) -> Option<(ObjectType, Uuid)> {
    // The parser slices bytes and would panic inside a character.
    if !id.is_ascii() {
        return None;
    }
    let id: TypeSafeId<DynamicType> = id.parse().ok()?;
    Some((ObjectType::from_prefix(id.type_prefix())?, id.uuid()))
}

/// Key of an id that must be of this type. An id of another type leads nowhere, as one that does not exist.
pub fn decode(object_type: ObjectType, id: &str) -> Option<Uuid> {
    decode_any(id).filter(|(found, _)| *found == object_type).map(|(_, key)| key)
}

/// Crockford's base 32: no I, L, O or U, so that a reference survives handwriting and the telephone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A new human reference such as `PI-7KQ4-M2XD-5`: random, so that it reveals no volumes, with a check digit.
pub fn new_reference(prefix: &str) -> String {
    let mut rng = rand::rng();
    reference_from(prefix, std::array::from_fn(|_| rng.random_range(0..32)))
}

/// The reference made of these eight digits of base 32.
pub fn reference_from(prefix: &str, digits: [u8; 8]) -> String {
    let body: String = digits.iter().map(|digit| char::from(ALPHABET[usize::from(*digit % 32)])).collect();
    let check = char::from(ALPHABET[usize::from(check_digit(&digits))]);
    format!("{prefix}-{}-{}-{check}", &body[..4], &body[4..])
}

/// A reference as people write it (spaces, lower case, O for 0, I or L for 1, no hyphens) in its one written form;
/// nothing where the prefix, the length or the check digit is wrong.
pub fn normalise_reference(prefix: &str, written: &str) -> Option<String> {
    let compact: String = written.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect();
    let digits: Vec<u8> = compact.strip_prefix(prefix)?.chars().map(digit_of).collect::<Option<_>>()?;
    let (check, body) = digits.split_last()?;
    let body: [u8; 8] = body.try_into().ok()?;
    (check_digit(&body) == *check).then(|| reference_from(prefix, body))
}

fn digit_of(letter: char) -> Option<u8> {
    let letter = match letter {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let position = ALPHABET.iter().position(|c| char::from(*c) == letter)?;
    u8::try_from(position).ok()
}

/// A check digit over GF(32): digits weighted by powers of a primitive element, so that every single wrong digit and
/// every two different digits swapped are found.
fn check_digit(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |sum, digit| times_x(sum ^ digit))
}

/// Multiplies by x in GF(2)[x] / (x⁵ + x² + 1).
fn times_x(element: u8) -> u8 {
    let doubled = element << 1;
    if doubled & 0b10_0000 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_reference_survives_how_people_write_it(digits in prop::array::uniform8(0u8..32)) {
            let reference = reference_from("PI", digits);
            let sloppy = reference.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            prop_assert_eq!(normalise_reference("PI", &sloppy), Some(reference));
        }

        #[test]
        fn a_wrong_digit_is_found(digits in prop::array::uniform8(0u8..32), at in 0usize..8, by in 1u8..32) {
            let mut wrong = digits;
            wrong[at] = (wrong[at] + by) % 32;
            prop_assert_ne!(check_digit(&digits), check_digit(&wrong));
        }

        #[test]
        fn swapped_digits_are_found(digits in prop::array::uniform8(0u8..32), a in 0usize..8, b in 0usize..8) {
            prop_assume!(digits[a] != digits[b]);
            let mut swapped = digits;
            swapped.swap(a, b);
            prop_assert_ne!(check_digit(&digits), check_digit(&swapped));
        }

        #[test]
        fn an_id_leads_back_to_its_key_and_to_no_other_type(bits: u128) {
            let key = Uuid::from_u128(bits);
            let id = encode(ObjectType::Report, key);
            prop_assert_eq!(decode(ObjectType::Report, &id), Some(key));
            prop_assert_eq!(decode(ObjectType::Person, &id), None);
        }

        #[test]
        fn what_is_read_as_an_id_is_written_the_same(prefix in "[a-z_]{0,12}", suffix in "[0-9a-hjkmnp-tv-zA-Z]{24,28}") {
            let id = format!("{prefix}_{suffix}");
            if let Some((object_type, key)) = decode_any(&id) {
                prop_assert_eq!(encode(object_type, key), id);
            }
            if let Some(id) = normalise_reference("PI", &format!("PI{suffix}")) {
                prop_assert_eq!(normalise_reference("PI", &id), Some(id.clone()));
            }
        }

        #[test]
        fn any_text_is_an_id_or_not_and_never_a_panic(text: String) {
            let _ = decode_any(&text);
            let _ = normalise_reference("PI", &text);
        }
    }

    #[test]
    fn a_long_id_of_letters_that_are_not_ascii_is_no_id() {
        assert_eq!(decode_any(&"ћ".repeat(100)), None);
    }

    #[test]
    fn a_key_carries_its_instant() {
        let now = crate::clock::Clock::system().now();
        let key = new_key(now);
        assert_eq!(instant_of(key).timestamp_millis(), now.timestamp_millis());
        assert!(lowest_key(now) < key && key < lowest_key(now + chrono::TimeDelta::milliseconds(1)));
        assert_eq!(lowest_key(DateTime::UNIX_EPOCH - chrono::TimeDelta::days(1)), Uuid::nil());
    }

    #[test]
    fn keys_keep_their_order() {
        let now = crate::clock::Clock::system().now();
        let keys: Vec<Uuid> = (0..1000).map(|_| new_key(now)).collect();
        assert!(keys.is_sorted());
    }
}
