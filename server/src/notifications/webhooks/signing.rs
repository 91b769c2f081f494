//! The signature of Standard Webhooks: HMAC-SHA-256 over id, instant and body, with every secret that is valid.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use entity::webhook::Model;
use hmac::{Hmac, Mac};
use rand::RngExt;
use sha2::Sha256;

/// The standard's least. A shorter secret is none: it did not open, and everybody could sign with it.
const LEAST_BYTES: usize = 24;

/// A new secret, as it is kept.
pub(super) fn new_secret() -> String {
    let bytes: [u8; 32] = rand::rng().random();
    hex::encode(bytes)
}

/// A secret as its owner is shown it; nothing where it does not open.
pub(super) fn shown(secret: &str) -> Option<String> {
    Some(format!("whsec_{}", STANDARD.encode(bytes_of(secret)?)))
}

fn bytes_of(secret: &str) -> Option<Vec<u8>> {
    hex::decode(secret).ok().filter(|bytes| bytes.len() >= LEAST_BYTES)
}

/// The signatures of a message, separated by spaces: by the secret, and by the one before it as long as that is valid. Nothing
/// where the secret does not open.
pub(super) fn signatures(webhook: &Model, id: &str, now: DateTime<Utc>, body: &str) -> Option<String> {
    let message = format!("{id}.{}.{body}", now.timestamp());
    let previous = webhook.previous_until.filter(|until| *until > now).map(|_| &webhook.previous_secret);
    let secrets = [Some(&webhook.secret), previous].into_iter().flatten();
    let signed: Vec<String> = secrets.filter_map(|secret| sign(secret, &message)).collect();
    (!signed.is_empty()).then(|| signed.join(" "))
}

fn sign(secret: &str, message: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&bytes_of(secret)?).ok()?;
    mac.update(message.as_bytes());
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use uuid::Uuid;

    #[test]
    fn a_signature_is_that_of_the_standard_and_an_older_secret_signs_until_its_end() {
        // The example of the specification's libraries.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base 64");
        let now = DateTime::from_timestamp(1_614_265_330, 0).expect("an instant");
        let webhook = Model {
            id: Uuid::nil(),
            organisation_id: Uuid::nil(),
            registered_by_id: Uuid::nil(),
            url: String::new(),
            secret: hex::encode(secret),
            previous_secret: new_secret(),
            previous_until: None,
            created_at: now,
            failing_since: None,
            disabled_at: None,
        };
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "{\"test\": 2432232314}");
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signatures(&webhook, id, now, body).as_deref(), Some(expected));
        let until = |until| Model { previous_until: Some(until), ..webhook.clone() };
        let both = signatures(&until(now + TimeDelta::hours(1)), id, now, body).expect("two signatures");
        assert!(both.starts_with(expected) && both.split(' ').count() == 2, "{both}");
        assert_eq!(signatures(&until(now), id, now, body).as_deref(), Some(expected), "it has ended");
        assert_eq!(shown(&webhook.secret).as_deref(), Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        for none in ["", "\0", "00", &hex::encode([7; 23])] {
            let lost = Model { secret: none.to_owned(), ..webhook.clone() };
            assert_eq!((signatures(&lost, id, now, body), shown(none)), (None, None), "{none:?}");
            let lost = Model { previous_secret: none.to_owned(), ..until(now + TimeDelta::hours(1)) };
            assert_eq!(signatures(&lost, id, now, body).as_deref(), Some(expected), "{none:?}");
        }
    }
}
