//! What of this module reads what others wrote, for the fuzzer.

use super::Allowed;
use super::addresses::{may_ask, read};

/// Reads the address of a webhook: encrypted, to nobody's user, and to no address of ours.
pub(crate) fn address(text: &str) {
    let strict = Allowed { private_networks: false, plain_http: false };
    let Ok(url) = read(text, strict) else { return };
    assert!(url.scheme() == "https" && url.username().is_empty() && url.password().is_none() && may_ask(&url, strict));
    // What is kept may be longer than what was written, where letters were replaced.
    assert!(read(url.as_str(), strict).is_ok_and(|again| again == url) || url.as_str().len() > 500, "{text:?}");
}
