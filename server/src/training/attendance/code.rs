//! The code in the room: it names a day and a moment, and is signed with the day's secret. Every half minute there is another, so
//! that a picture of it is worth nothing a minute later. Pure: no database, no clock.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// For how long a code is shown, in seconds.
pub const STEP: i64 = 30;
/// How many bytes of the signature a code carries: enough that nobody guesses one in a day.
const SIGNATURE: usize = 12;
/// Day, moment, signature.
const LENGTH: usize = 16 + 8 + SIGNATURE;

/// A code as it was read.
pub struct Code {
    /// The day that it names.
    pub day: Uuid,
    moment: i64,
    signature: [u8; SIGNATURE],
}

/// The code of a day at this instant.
pub fn at(day: Uuid, secret: &str, now: DateTime<Utc>) -> String {
    let moment = now.timestamp().div_euclid(STEP);
    let mut code = Vec::with_capacity(LENGTH);
    code.extend(day.as_bytes());
    code.extend(moment.to_be_bytes());
    code.extend(signature(day, secret, moment));
    URL_SAFE_NO_PAD.encode(code)
}

/// The first instant at which another code is shown.
pub fn shown_until(now: DateTime<Utc>) -> DateTime<Utc> {
    let end = (now.timestamp().div_euclid(STEP) + 1) * STEP;
    DateTime::from_timestamp(end, 0).unwrap_or(now)
}

impl Code {
    /// Reads a code; nothing where it is none.
    pub fn read(text: &str) -> Option<Self> {
        let bytes: [u8; LENGTH] = URL_SAFE_NO_PAD.decode(text.trim()).ok()?.try_into().ok()?;
        let (day, rest) = bytes.split_at(16);
        let (moment, signature) = rest.split_at(8);
        Some(Self {
            day: Uuid::from_slice(day).ok()?,
            moment: i64::from_be_bytes(moment.try_into().ok()?),
            signature: signature.try_into().ok()?,
        })
    }

    /// Whether it is signed with the day's secret, and was shown now or just before.
    pub fn holds(&self, secret: &str, now: DateTime<Utc>) -> bool {
        let moment = now.timestamp().div_euclid(STEP);
        let shown = self.moment == moment || self.moment == moment - 1;
        shown
            && bool::from(subtle::ConstantTimeEq::ct_eq(
                &self.signature[..],
                &signature(self.day, secret, self.moment)[..],
            ))
    }
}

fn signature(day: Uuid, secret: &str, moment: i64) -> [u8; SIGNATURE] {
    // A secret that is not base64 signs nothing that anybody else could sign.
    let secret = STANDARD_NO_PAD.decode(secret).unwrap_or_else(|_| secret.as_bytes().to_vec());
    let mut mac = Hmac::<Sha256>::new_from_slice(&secret).expect("HMAC takes keys of every length");
    mac.update(day.as_bytes());
    mac.update(&moment.to_be_bytes());
    let whole = mac.finalize().into_bytes();
    std::array::from_fn(|at| whole[at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_code_holds_for_a_moment_and_for_its_day(key: u128, other: u128, seconds in 0i64..4_000_000_000, later in 0i64..200) {
            let (day, secret) = (Uuid::from_u128(key), STANDARD_NO_PAD.encode(key.to_be_bytes()));
            let now = DateTime::from_timestamp(seconds, 0).expect("an instant");
            let code = Code::read(&at(day, &secret, now)).expect("a code");
            prop_assert_eq!(code.day, day);
            prop_assert!(code.holds(&secret, now));
            let then = now + TimeDelta::seconds(later);
            prop_assert_eq!(code.holds(&secret, then), then < shown_until(now) + TimeDelta::seconds(STEP));
            if other != key {
                prop_assert!(!code.holds(&STANDARD_NO_PAD.encode(other.to_be_bytes()), now));
            }
        }

        #[test]
        fn any_text_is_a_code_or_not(text: String) {
            let _ = Code::read(&text);
        }

        #[test]
        fn a_changed_code_does_not_hold(key: u128, at_byte in 0usize..LENGTH, by in 1u8..) {
            let (day, secret) = (Uuid::from_u128(key), STANDARD_NO_PAD.encode(key.to_be_bytes()));
            let now = DateTime::from_timestamp(1_800_000_000, 0).expect("an instant");
            let mut bytes = URL_SAFE_NO_PAD.decode(at(day, &secret, now)).expect("a code");
            bytes[at_byte] = bytes[at_byte].wrapping_add(by);
            let code = Code::read(&URL_SAFE_NO_PAD.encode(bytes)).expect("a code");
            prop_assert!(!code.holds(&secret, now));
        }
    }
}
