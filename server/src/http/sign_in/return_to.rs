//! Where to go after signing in: a path of this site, and nothing that a browser could take for another one.

/// Longer addresses are nobody's bookmark.
const LONGEST: usize = 2_000;

/// The path, where it is one of this site; the front page otherwise.
pub(in crate::http) fn local_path(wanted: Option<&str>) -> &str {
    wanted.filter(|path| is_local(path)).unwrap_or("/")
}

/// Browsers take `//host` and `/\host` for other hosts, and skip tabs and line ends while they look.
fn is_local(path: &str) -> bool {
    path.len() <= LONGEST
        && path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    #[test]
    fn paths() {
        for path in ["/", "/graphiql", "/a/b?c=d&e=%20#f", "/sign-in", "/a//b", "/@host"] {
            assert_eq!(local_path(Some(path)), path);
        }
        for path in [
            "",
            "a",
            "//example.rs",
            "/\\example.rs",
            "/\t/example.rs",
            "https://example.rs",
            "javascript:alert(1)",
            "/a b",
            "/a\r\nSet-Cookie: b",
            "/ж",
            " /",
            "\\/example.rs",
        ] {
            assert_eq!(local_path(Some(path)), "/", "{path}");
        }
        assert_eq!(local_path(None), "/");
        assert_eq!(local_path(Some(&format!("/{}", "a".repeat(2_000)))), "/");
    }

    proptest! {
        #[test]
        fn nothing_leads_to_another_origin(wanted in "[/\\\\\t\n.:@a-z?#%0-9]{0,20}") {
            let here = Url::parse("https://oslonac.example.rs/sign-in").unwrap();
            let there = here.join(local_path(Some(&wanted))).unwrap();
            prop_assert_eq!(here.origin(), there.origin());
        }
    }
}
