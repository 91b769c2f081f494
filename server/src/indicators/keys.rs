//! Keys of versions and indicators: made of their codes (UUIDv5, RFC 9562), so that every installation has the same ones
//! and an import finds what an earlier one wrote.

use uuid::Uuid;

/// The namespace of these keys. It never changes.
const NAMESPACE: Uuid = Uuid::from_u128(0x2788_d662_2e7d_4747_8b0c_2b54_2099_15c4);

/// Key of a version. Neither code can hold a slash.
pub(super) fn of_version(set: &str, version: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{set}/{version}").as_bytes())
}

/// Key of an indicator.
pub(super) fn of_indicator(set: &str, version: &str, code: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{set}/{version}/{code}").as_bytes())
}
