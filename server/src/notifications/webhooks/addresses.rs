//! Which addresses webhooks may have, so that nobody makes the service ask what only it can reach.

use super::Allowed;
use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// The longest address, in characters.
const LONGEST: usize = 500;

/// The address that somebody wrote. What its name leads to is looked at whenever something is sent there.
pub(super) fn read(text: &str, allowed: Allowed) -> Result<Url, Problem> {
    let wrong = |key| Problem::new(UserErrorCode::Invalid, "url", Message::new(key));
    if text.chars().count() > LONGEST {
        return Err(wrong("webhook-url"));
    }
    let url: Url = text.trim().parse().map_err(|_| wrong("webhook-url"))?;
    let scheme = url.scheme() == "https" || (allowed.plain_http && url.scheme() == "http");
    if !scheme || url.host().is_none() || !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("webhook-url"));
    }
    if !may_ask(&url, allowed) {
        return Err(wrong("webhook-private"));
    }
    Ok(url)
}

/// Whether an address without a name may be asked. A name is resolved by [`Public`], which looks at what it leads to.
pub(super) fn may_ask(url: &Url, allowed: Allowed) -> bool {
    allowed.private_networks
        || match url.host() {
            Some(Host::Ipv4(address)) => is_public(address.into()),
            Some(Host::Ipv6(address)) => is_public(address.into()),
            Some(Host::Domain(_)) => true,
            None => false,
        }
}

/// Resolves names to addresses that may be asked, and leaves out all others: the connection goes to what was looked at.
pub(super) struct Public(pub(super) Allowed);

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        let Self(allowed) = *self;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let may = |address: &SocketAddr| allowed.private_networks || is_public(address.ip());
            let addresses: Vec<SocketAddr> = found.filter(may).collect();
            if addresses.is_empty() {
                return Err("the name leads to no public address".into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the public internet, by the registries of special addresses (RFC 6890 and its successors).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
            | (224.., _, _)
    );
    !special
}

/// Of IPv6 only what was given out for the internet, and within that no address that leads on to one of IPv4 which is not.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let part = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match part {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x2002, high, low, ..] => embedded(high, low),
        // Teredo, documentation, benchmarks.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: Allowed = Allowed { private_networks: false, plain_http: false };

    #[test]
    fn addresses_that_only_we_could_reach_are_told_from_public_ones() {
        let inside =
            "0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1
            192.0.2.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 fc00::1
            fd00:ec2::254 fe80::1 fec0::1 ff02::1 2001:db8::1 2001::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1
            64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::1 2002:7f00:1::1 2002:a00:1::1";
        for address in inside.split_whitespace() {
            assert!(!is_public(address.parse().expect("an address")), "{address}");
        }
        let outside = "1.1.1.1 8.8.8.8 100.63.0.1 100.128.0.1 172.15.0.1 172.32.0.1 192.167.1.1 223.255.255.255
            2606:4700::1111 2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::808:808";
        for address in outside.split_whitespace() {
            assert!(is_public(address.parse().expect("an address")), "{address}");
        }
    }

    #[test]
    fn an_address_is_public_and_encrypted_or_refused() {
        for good in ["https://partner.example.rs/hooks?of=1", "https://8.8.8.8/", "https://partner.example.rs:8443"] {
            assert!(read(good, STRICT).is_ok(), "{good}");
        }
        for bad in [
            "",
            "partner.example.rs",
            "http://partner.example.rs",
            "ftp://partner.example.rs",
            "https://somebody:secret@partner.example.rs",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://[::ffff:169.254.169.254]/",
            "https://10.0.0.1:8443/",
            "javascript:alert(1)",
        ] {
            assert!(read(bad, STRICT).is_err(), "{bad}");
        }
        let here = Allowed { private_networks: true, plain_http: true };
        assert!(read("http://127.0.0.1:8080/", here).is_ok());
    }

    #[tokio::test]
    async fn a_name_that_leads_here_is_not_followed() {
        let resolved = Public(STRICT).resolve("localhost".parse().expect("a name")).await;
        assert!(resolved.is_err());
        let here = Public(Allowed { private_networks: true, plain_http: false });
        assert!(here.resolve("localhost".parse().expect("a name")).await.is_ok());
    }
}
