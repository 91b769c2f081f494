//! Cookies: random secrets that the browser keeps, and of which we keep the hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue, header};
use rand::RngExt;
use sha2::{Digest, Sha256};

/// Cookie of a session. The prefix has browsers insist on `Secure`, on our host alone, and on the whole site.
pub(in crate::http) const SESSION: &str = "__Host-oslonac";
/// Cookie of a sign-in under way: the OAuth `state`.
pub(super) const ATTEMPT: &str = "__Host-oslonac-sign-in";

/// 32 random bytes.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::http) struct Secret([u8; 32]);

impl Secret {
    /// A new one.
    pub(super) fn new() -> Self {
        let mut bytes = [0; 32];
        rand::rng().fill(&mut bytes);
        Self(bytes)
    }

    /// Reads its written form.
    pub(super) fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// How it is written in cookies and addresses.
    pub(super) fn written(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is kept of it. Random bytes need no slow hash.
    pub(in crate::http) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}

/// The secret in the cookie of this name. Several of one name are none: somebody is playing tricks.
pub(in crate::http) fn secret(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(found, _)| *found == name);
    let (_, value) = found.next()?;
    found.next().is_none().then(|| Secret::read(value))?
}

/// The header that gives the browser a cookie until it is closed, or for so many seconds.
pub(super) fn set(name: &str, secret: &Secret, seconds: Option<u32>) -> HeaderValue {
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}"));
    header_of(name, &secret.written(), &age.unwrap_or_default())
}

/// The header that takes a cookie away.
pub(super) fn clear(name: &str) -> HeaderValue {
    header_of(name, "", "; Max-Age=0")
}

fn header_of(name: &str, value: &str, age: &str) -> HeaderValue {
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{age}");
    HeaderValue::try_from(cookie).expect("cookies are written in ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn headers(cookies: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
        }
        headers
    }

    #[test]
    fn cookies_are_found_among_others() {
        let own = Secret::new();
        let pair = format!("{SESSION}={}", own.written());
        for cookies in [
            vec![pair.clone()],
            vec![format!("a=b; {pair}; c")],
            vec!["a=b".to_owned(), format!("{pair};")],
            vec![format!("__Host-oslonac-sign-in=x;{pair}")],
        ] {
            let cookies: Vec<&str> = cookies.iter().map(String::as_str).collect();
            assert!(secret(&headers(&cookies), SESSION).as_ref() == Some(&own), "{cookies:?}");
        }
        for cookies in [vec![], vec![&*pair, &*pair], vec!["__Host-oslonac=short"], vec!["__Host-oslonac"]] {
            assert!(secret(&headers(&cookies), SESSION).is_none(), "{cookies:?}");
        }
    }

    #[test]
    fn cookies_are_for_this_host_only_and_hidden_from_scripts() {
        let header = set(ATTEMPT, &Secret::new(), Some(600));
        let text = header.to_str().unwrap();
        assert!(text.starts_with("__Host-oslonac-sign-in="));
        assert!(text.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600"));
        assert!(!text.contains("Domain"));
    }

    proptest! {
        #[test]
        fn any_cookie_is_read_without_a_panic(text in "[ -~]*") {
            let _ = secret(&headers(&[&text]), SESSION);
        }

        #[test]
        fn a_secret_survives_its_written_form(bytes: [u8; 32]) {
            let own = Secret(bytes);
            prop_assert!(Secret::read(&own.written()) == Some(own));
        }
    }
}
