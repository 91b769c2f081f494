//! How much anybody may ask: by account, by organisation, and by address where nobody is known yet.
//!
//! Nobody can lock anybody else out. What counts against an address are requests without credentials, and credentials that
//! did not count here lately; whoever holds a good one goes on, whatever a stranger at the same address does. State is kept
//! in memory, of a bounded number of clients, and forgotten; each server has its own.

use super::client_address::ClientAddress;
use crate::access::Viewer;
use crate::config;
use governor::clock::Clock as _;
use governor::{DefaultDirectRateLimiter, Quota};
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Of how many clients each limit keeps the state. Of more, the rarest are forgotten.
const REMEMBERED: u64 = 100_000;
/// How long a credential that counted is remembered without use.
const PROVED: Duration = Duration::from_secs(15 * 60);
/// How often the same refused account leaves a row in the audit trail.
const REFUSAL_NOTED: Duration = Duration::from_secs(60 * 60);

/// How long to wait until a limit lets one through again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// In whole seconds, at least one.
    pub wait_seconds: u64,
}

impl TooMany {
    fn for_now(wait: Duration) -> Self {
        Self { wait_seconds: wait.as_secs() + 1 }
    }
}

/// SHA-256 of a credential, or of whatever else stands for one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of these bytes.
    pub fn of(secret: &[u8]) -> Self {
        Self(Sha256::digest(secret).into())
    }
}

/// The limits of the settings, and what was used of them.
#[derive(Clone)]
pub struct RateLimits(Arc<Limits>);

struct Limits {
    account: Option<Limit<Uuid>>,
    organisation: Option<Limit<Uuid>>,
    anonymous: Option<Limit<ClientAddress>>,
    unproved: Option<Limit<ClientAddress>>,
    sign_in: Option<Limit<ClientAddress>>,
    refusal: Limit<Fingerprint>,
    /// Credentials that counted lately, and the account that each belongs to; that of a sign-in under way, or just finished,
    /// belongs to none yet.
    proved: Cache<Fingerprint, Option<Uuid>>,
    /// Accounts that have sent too many, and until when nothing more of them is let through.
    refused_until: Cache<Uuid, Instant>,
}

impl RateLimits {
    /// The limits of these settings; one of 0 does not limit.
    pub fn new(settings: &config::RateLimits) -> Self {
        Self(Arc::new(Limits {
            account: Limit::per_minute("account", settings.account),
            organisation: Limit::per_minute("organisation", settings.organisation),
            anonymous: Limit::per_minute("address, without credentials", settings.address),
            unproved: Limit::per_minute("address, new credentials", settings.credentials),
            sign_in: Limit::per_minute("address, sign-in", settings.sign_ins),
            refusal: Limit::new("rows of a refused account", Quota::with_period(REFUSAL_NOTED), REFUSAL_NOTED),
            proved: Cache::builder().max_capacity(REMEMBERED).time_to_idle(PROVED).build(),
            refused_until: Cache::builder().max_capacity(REMEMBERED).time_to_live(Duration::from_secs(60)).build(),
        }))
    }

    /// Counts a request without credentials.
    ///
    /// # Errors
    /// This address has sent too many.
    pub fn anonymous(&self, address: ClientAddress) -> Result<(), TooMany> {
        check(&self.0.anonymous, address)
    }

    /// Counts the beginning of a sign-in.
    ///
    /// # Errors
    /// This address began too many.
    pub fn sign_in(&self, address: ClientAddress) -> Result<(), TooMany> {
        check(&self.0.sign_in, address)
    }

    /// Asks whether a credential may be looked at, which costs the database a statement. One that counted lately may, whatever
    /// comes from its address, unless its account has sent too many: then it is refused before it costs anything.
    ///
    /// # Errors
    /// The account has sent too many, or this address sent too many credentials that did not count.
    pub fn credential(&self, address: ClientAddress, credential: Fingerprint) -> Result<(), TooMany> {
        match self.0.proved.get(&credential) {
            Some(account) => account.map_or(Ok(()), |account| self.still_refused(account)),
            None => check(&self.0.unproved, address),
        }
    }

    fn account(&self, account: Uuid) -> Result<(), TooMany> {
        let Some(limit) = &self.0.account else { return Ok(()) };
        limit.pass(account).map_err(|wait| {
            self.0.refused_until.insert(account, Instant::now() + wait);
            TooMany::for_now(wait)
        })
    }

    fn still_refused(&self, account: Uuid) -> Result<(), TooMany> {
        let wait = self.0.refused_until.get(&account).map(|until| until.saturating_duration_since(Instant::now()));
        match wait.filter(|wait| !wait.is_zero()) {
            Some(wait) => Err(TooMany::for_now(wait)),
            None => Ok(()),
        }
    }

    /// Notes that a credential counts, and for which account.
    pub fn remember(&self, credential: Fingerprint, account: Option<Uuid>) {
        self.0.proved.insert(credential, account);
    }

    /// Notes that a credential does not count, or not any more.
    pub fn forget(&self, credential: Fingerprint) {
        self.0.proved.invalidate(&credential);
    }

    /// Notes whom a credential belongs to; nobody where it does not count.
    pub fn note(&self, credential: Fingerprint, holder: Option<&Viewer>) {
        match holder {
            Some(viewer) => self.remember(credential, viewer.account_id()),
            None => self.forget(credential),
        }
    }

    /// Counts a request of somebody who is known.
    ///
    /// # Errors
    /// The account has sent too many, or its organisation has.
    pub fn viewer(&self, viewer: &Viewer) -> Result<(), TooMany> {
        if let Some(account) = viewer.account_id() {
            self.account(account)?;
        }
        let organisation = viewer.organisation_id();
        if organisation.is_nil() { Ok(()) } else { check(&self.0.organisation, organisation) }
    }

    /// Whether the refusal of this account is to be written down: not again and again, or a stranger with one valid token
    /// could fill the audit trail.
    pub fn is_new_refusal(&self, issuer: &str, subject: &str) -> bool {
        let account = Fingerprint::of(format!("{issuer}\0{subject}").as_bytes());
        self.0.refusal.check(account).is_ok()
    }
}

fn check<K: Hash + Eq + Send + Sync + 'static>(limit: &Option<Limit<K>>, key: K) -> Result<(), TooMany> {
    limit.as_ref().map_or(Ok(()), |limit| limit.check(key))
}

/// One limit, and its state for each client that was here lately.
struct Limit<K> {
    name: &'static str,
    quota: Quota,
    clients: Cache<K, Arc<DefaultDirectRateLimiter>>,
}

impl<K: Hash + Eq + Send + Sync + 'static> Limit<K> {
    /// So many at once, and then so many a minute. 0 is no limit.
    fn per_minute(name: &'static str, count: u32) -> Option<Self> {
        let count = NonZeroU32::new(count)?;
        Some(Self::new(name, Some(Quota::per_minute(count)), Duration::from_secs(60)))
    }

    /// `full_after`: by then a client that stays away has its whole quota again, so that forgetting it gives nothing away.
    fn new(name: &'static str, quota: Option<Quota>, full_after: Duration) -> Self {
        let quota = quota.expect("the periods here are not zero");
        Self { name, quota, clients: Cache::builder().max_capacity(REMEMBERED).time_to_idle(full_after).build() }
    }

    fn check(&self, key: K) -> Result<(), TooMany> {
        self.pass(key).map_err(TooMany::for_now)
    }

    /// Lets one through, or says how long none is.
    fn pass(&self, key: K) -> Result<(), Duration> {
        let client = self.clients.get_with(key, || Arc::new(DefaultDirectRateLimiter::direct(self.quota)));
        client.check().map_err(|not_until| {
            let wait = not_until.wait_time_from(governor::clock::DefaultClock::default().now());
            tracing::info!(limit = self.name, "too many requests");
            wait
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(each: u32) -> RateLimits {
        let settings =
            config::RateLimits { account: each, organisation: each, address: each, credentials: each, sign_ins: each };
        RateLimits::new(&settings)
    }

    fn client(number: u8) -> ClientAddress {
        ClientAddress::of([192, 0, 2, number].into())
    }

    #[test]
    fn each_client_has_a_quota_of_its_own() {
        let limits = limits(3);
        for _ in 0..3 {
            assert_eq!(limits.anonymous(client(1)), Ok(()));
        }
        let wait = limits.anonymous(client(1)).expect_err("a fourth").wait_seconds;
        assert!((1..=21).contains(&wait), "{wait} s: one comes back every 20 s");
        assert_eq!(limits.anonymous(client(2)), Ok(()));
        assert_eq!(limits.sign_in(client(1)), Ok(()), "another limit");
    }

    #[test]
    fn zero_is_no_limit() {
        let limits = limits(0);
        assert!((0..10_000).all(|_| limits.anonymous(client(1)).is_ok()));
    }

    #[test]
    fn a_stranger_does_not_lock_out_who_holds_a_good_credential() {
        let limits = limits(2);
        let good = Fingerprint::of(b"good");
        assert_eq!(limits.credential(client(1), good), Ok(()));
        limits.remember(good, None);
        for number in 0..100_u8 {
            let bad = Fingerprint::of(&[number]);
            let _ = limits.credential(client(1), bad);
            limits.forget(bad);
        }
        assert!(limits.credential(client(1), Fingerprint::of(b"new")).is_err());
        assert!((0..100).all(|_| limits.credential(client(1), good).is_ok()));
        limits.forget(good);
        assert!(limits.credential(client(1), good).is_err(), "once it has ended it is one of many");
    }

    #[test]
    fn who_has_sent_too_many_is_refused_before_it_is_looked_at() {
        let limits = limits(2);
        let [one, other] = [1, 2].map(Uuid::from_u128);
        let [first, second, others] = ["one's", "one's too", "other"].map(|secret| Fingerprint::of(secret.as_bytes()));
        for (credential, account) in [(first, one), (second, one), (others, other)] {
            limits.remember(credential, Some(account));
        }
        while limits.account(one).is_ok() {
            assert_eq!(limits.credential(client(1), first), Ok(()));
        }
        for credential in [first, second] {
            let wait = limits.credential(client(1), credential).expect_err("nobody is asked").wait_seconds;
            assert!((1..=31).contains(&wait), "{wait}");
        }
        assert_eq!(limits.credential(client(1), others), Ok(()), "another account");
        assert_eq!(limits.account(other), Ok(()));
    }

    #[test]
    fn a_refused_account_is_noted_once() {
        let limits = limits(2);
        assert!(limits.is_new_refusal("issuer", "a"));
        assert!(!limits.is_new_refusal("issuer", "a"));
        assert!(limits.is_new_refusal("issuer", "b"));
    }
}
