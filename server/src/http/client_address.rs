//! Where a request comes from: the peer of its connection, or what the proxy in front says.

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

/// The address of a client, as far as limits tell clients apart: IPv4 whole, of IPv6 the /64 that one subscriber has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// The client behind this address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = u128::from(address) & !u128::from(u64::MAX);
                Self(Ipv6Addr::from(network).into())
            }
            address => Self(address),
        }
    }
}

/// Whose `X-Forwarded-For` counts.
#[derive(Clone, Debug)]
pub struct Proxies {
    behind_proxy: bool,
    trusted: Arc<[IpNet]>,
}

impl Proxies {
    /// As the settings have it: nobody's, or that of the proxy in front and of those named with it.
    pub fn new(behind_proxy: bool, trusted: &[IpNet]) -> Self {
        Self { behind_proxy, trusted: trusted.into() }
    }

    /// The client of a request that this peer sent: going from the peer backwards through what each proxy wrote down, the
    /// first address that is none of ours. What stands to the left of it anybody can write.
    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let is_ours = |address: IpAddr| self.trusted.iter().any(|network| network.contains(&address.to_canonical()));
        if !self.behind_proxy || !(self.trusted.is_empty() || is_ours(peer)) {
            return ClientAddress::of(peer);
        }
        let mut last = peer;
        for written in headers.get_all("x-forwarded-for").iter().rev() {
            for entry in written.to_str().unwrap_or_default().rsplit(',') {
                let Some(address) = read(entry) else { return ClientAddress::of(last) };
                last = address;
                if !is_ours(address) {
                    return ClientAddress::of(address);
                }
            }
        }
        ClientAddress::of(last)
    }
}

/// An address as proxies write it, with or without a port.
fn read(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bare = entry.strip_prefix('[').and_then(|entry| entry.strip_suffix(']')).unwrap_or(entry);
    bare.parse().ok().or_else(|| entry.parse().ok().map(|with_port: SocketAddr| with_port.ip()))
}

/// Notes the client's address among the extensions of the request.
pub(super) async fn note(State(proxies): State<Proxies>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip());
    let client = proxies.client(peer, request.headers());
    request.extensions_mut().insert(client);
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use proptest::prelude::*;

    fn client(proxies: &Proxies, peer: &str, forwarded: &[&str]) -> ClientAddress {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
        }
        proxies.client(peer.parse().unwrap(), &headers)
    }

    fn address(text: &str) -> ClientAddress {
        ClientAddress::of(text.parse().unwrap())
    }

    #[test]
    fn nobody_is_believed_where_no_proxy_stands_in_front() {
        let proxies = Proxies::new(false, &[]);
        assert_eq!(client(&proxies, "192.0.2.1", &["198.51.100.7"]), address("192.0.2.1"));
    }

    #[test]
    fn of_what_a_proxy_passes_on_only_its_own_entry_counts() {
        let proxies = Proxies::new(true, &[]);
        for (forwarded, expected) in [
            (&["198.51.100.7"][..], "198.51.100.7"),
            (&["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
            (&["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
            (&["203.0.113.9,198.51.100.7:4711"], "198.51.100.7"),
            (&["[2001:db8::7]:443"], "2001:db8::7"),
            (&["2001:db8::7"], "2001:db8::7"),
            (&["203.0.113.9, nonsense"], "192.0.2.1"),
            (&["203.0.113.9, "], "192.0.2.1"),
            (&[], "192.0.2.1"),
        ] {
            assert_eq!(client(&proxies, "192.0.2.1", forwarded), address(expected), "{forwarded:?}");
        }
    }

    #[test]
    fn a_chain_of_proxies_is_followed_as_far_as_it_is_ours() {
        let proxies = Proxies::new(true, &["192.0.2.0/24".parse().unwrap(), "2001:db8:1::/48".parse().unwrap()]);
        let through = ["203.0.113.9, 198.51.100.7, 192.0.2.3, 2001:db8:1::4"];
        assert_eq!(client(&proxies, "192.0.2.1", &through), address("198.51.100.7"));
        assert_eq!(client(&proxies, "::ffff:192.0.2.1", &through), address("198.51.100.7"));
        assert_eq!(
            client(&proxies, "198.51.100.8", &through),
            address("198.51.100.8"),
            "a peer that is no proxy of ours"
        );
        assert_eq!(client(&proxies, "192.0.2.1", &["192.0.2.4"]), address("192.0.2.4"), "a proxy asks for itself");
    }

    #[test]
    fn one_subscriber_of_ipv6_is_one_client() {
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff:1"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:192.0.2.1"), address("192.0.2.1"));
    }

    proptest! {
        #[test]
        fn any_header_gives_an_address_and_a_forged_beginning_changes_none(forged in "[ -~]{0,60}") {
            let proxies = Proxies::new(true, &[]);
            let honest = client(&proxies, "192.0.2.1", &["198.51.100.7"]);
            prop_assert_eq!(client(&proxies, "192.0.2.1", &[&format!("{forged},198.51.100.7")]), honest);
            let _ = client(&proxies, "192.0.2.1", &[&forged]);
        }
    }
}
