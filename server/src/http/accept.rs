//! Which media type a client wants its answer in (RFC 9110, section 12.5.1).

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use std::cmp::Reverse;

/// Media type of responses whose status code means something.
pub(super) const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";
/// Media type of responses to clients that know nothing newer.
pub(super) const JSON: &str = "application/json";

/// Media type of events, for whoever waits for more than one answer.
pub(super) const EVENT_STREAM: &str = "text/event-stream";

/// One entry of an `Accept` header.
struct Range {
    name: String,
    /// In thousandths; 0 is a refusal.
    quality: u16,
}

/// The media type to answer with: the one wanted most, of two the one named first, JSON where neither is named. Nothing
/// where the client accepts neither of the two, nor events, which must be named to be wanted.
pub(super) fn accepted(headers: &HeaderMap) -> Option<&'static str> {
    let mut ranges = Vec::new();
    for header in headers.get_all(ACCEPT) {
        ranges.extend(header.to_str().ok()?.split(',').map(Range::read));
    }
    if ranges.is_empty() {
        return Some(JSON);
    }
    let wanted = [GRAPHQL_RESPONSE, JSON, EVENT_STREAM].into_iter().filter_map(|media_type| {
        let of_this =
            ranges.iter().enumerate().filter_map(|(place, range)| Some((range.fit(media_type)?, place, range)));
        let (fit, place, range) = of_this.max_by_key(|(fit, place, _)| (*fit, Reverse(*place)))?;
        (range.quality > 0).then_some((range.quality, fit, Reverse(place), media_type))
    });
    wanted.max_by_key(|(quality, fit, place, _)| (*quality, *fit, *place)).map(|(.., media_type)| media_type)
}

impl Range {
    fn read(text: &str) -> Self {
        let mut parts = text.split(';').map(|part| part.trim().to_ascii_lowercase());
        let name = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
        let quality = quality.unwrap_or(1.0).clamp(0.0, 1.0);
        Self { name, quality: (quality * 1_000.0) as u16 }
    }

    /// How closely the range fits a media type; nothing where it does not.
    fn fit(&self, media_type: &str) -> Option<u8> {
        match &*self.name {
            "*/*" if media_type != EVENT_STREAM => Some(0),
            "application/*" if media_type != EVENT_STREAM => Some(1),
            name => (name == media_type).then_some(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    fn of(accept: &[&str]) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(ACCEPT, HeaderValue::from_str(value).unwrap());
        }
        accepted(&headers)
    }

    #[test]
    fn what_clients_send() {
        for (accept, expected) in [
            (&[][..], Some(JSON)),
            (&["*/*"], Some(JSON)),
            (&["application/*"], Some(JSON)),
            (&["application/json, application/graphql-response+json"], Some(JSON)),
            (&["application/graphql-response+json, application/json"], Some(GRAPHQL_RESPONSE)),
            (&["application/json;q=0.5, application/graphql-response+json"], Some(GRAPHQL_RESPONSE)),
            (&["application/graphql-response+json; charset=utf-8, */*;q=0.1"], Some(GRAPHQL_RESPONSE)),
            (&["text/html", "Application/GraphQL-Response+JSON"], Some(GRAPHQL_RESPONSE)),
            (&["application/json;q=0, */*"], Some(GRAPHQL_RESPONSE)),
            (&["text/html, */*;q=0.1"], Some(JSON)),
            (&["text/html"], None),
            (&["text/*"], None),
            (&["text/event-stream"], Some(EVENT_STREAM)),
            (&["application/json, text/event-stream"], Some(JSON)),
            (&["text/event-stream;q=0.9, */*;q=0.1"], Some(EVENT_STREAM)),
            (&["application/json;q=0"], None),
            (&[""], None),
        ] {
            assert_eq!(of(accept), expected, "{accept:?}");
        }
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_a_panic(accept in "[ -~]*") {
            let _ = of(&[&accept]);
        }
    }
}
