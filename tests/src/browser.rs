//! As much of a browser as signing in needs: it keeps cookies and follows redirects.

use crate::client;
use reqwest::header::{COOKIE, HeaderMap, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{RequestBuilder, StatusCode, Url};
use serde_json::{Value, json};
use std::collections::HashMap;

/// More redirects than this are a loop.
const MAX_REDIRECTS: usize = 20;

/// A browser with cookies. It sends `Secure` cookies over loopback, as browsers do.
#[derive(Debug, Default)]
pub struct Browser {
    cookies: HashMap<String, HashMap<String, String>>,
}

/// A page that a browser has come to.
#[derive(Debug)]
pub struct Page {
    /// Where it is, after all redirects.
    pub url: Url,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its content.
    pub text: String,
}

impl Browser {
    /// Opens an address, following redirects.
    pub async fn open(&mut self, url: Url) -> Page {
        self.follow(url, MAX_REDIRECTS).await
    }

    /// Opens an address without following where it leads; the page's `location` header says where.
    pub async fn open_once(&mut self, url: Url) -> Page {
        self.follow(url, 0).await
    }

    /// Sends a form of a page of the same site, then follows redirects as for [`Browser::open`].
    pub async fn submit(&mut self, url: Url, form: &[(&str, &str)]) -> Page {
        let request = client::http()
            .post(url.clone())
            .header(ORIGIN, url.origin().ascii_serialization())
            .header("sec-fetch-site", "same-origin")
            .form(form);
        let page = self.send(url, request).await;
        match page.location() {
            Some(next) => self.follow(next, MAX_REDIRECTS).await,
            None => page,
        }
    }

    /// Runs a GraphQL document without variables at `/graphql` of a site, as a page of that site does.
    pub async fn query(&mut self, site: Url, document: &str) -> Value {
        let url = site.join("/graphql").expect("an address with a host");
        let request = client::http().post(url.clone()).header("sec-fetch-site", "same-origin");
        let page = self.send(url, request.json(&json!({ "query": document }))).await;
        serde_json::from_str(&page.text).unwrap_or_else(|_| panic!("no JSON but {}", page.text))
    }

    /// Sends a request with the cookies of its address.
    pub async fn send(&mut self, url: Url, request: RequestBuilder) -> Page {
        let host = url.authority().to_owned();
        let cookies = self.cookies.entry(host).or_default();
        let header = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let request = if header.is_empty() { request } else { request.header(COOKIE, header) };
        let response = request.send().await.expect("the page's server answers");
        for cookie in response.headers().get_all(SET_COOKIE) {
            remember(cookies, cookie.to_str().expect("a cookie is text"));
        }
        let (status, headers) = (response.status(), response.headers().clone());
        Page { url, status, headers, text: response.text().await.expect("a page is text") }
    }

    /// A cookie's value.
    pub fn cookie(&self, url: &Url, name: &str) -> Option<&str> {
        self.cookies.get(url.authority())?.get(name).map(String::as_str)
    }

    /// Puts a cookie in place, one stolen from another browser, say.
    pub fn set_cookie(&mut self, url: &Url, name: &str, value: &str) {
        self.cookies.entry(url.authority().to_owned()).or_default().insert(name.to_owned(), value.to_owned());
    }

    async fn follow(&mut self, start: Url, redirects: usize) -> Page {
        let mut page = self.send(start.clone(), client::http().get(start)).await;
        for _ in 0..redirects {
            let Some(next) = page.location() else { return page };
            page = self.send(next.clone(), client::http().get(next)).await;
        }
        assert!(redirects == 0 || page.location().is_none(), "{} redirects without end", page.url);
        page
    }
}

impl Page {
    /// Where a redirect leads.
    pub fn location(&self) -> Option<Url> {
        let location = self.headers.get(LOCATION)?.to_str().ok()?;
        self.url.join(location).ok()
    }
}

/// Applies one `Set-Cookie` header; an expired one removes the cookie.
fn remember(cookies: &mut HashMap<String, String>, header: &str) {
    let (pair, attributes) = header.split_once(';').unwrap_or((header, ""));
    let (name, value) = pair.split_once('=').expect("a cookie has a name");
    let attributes = attributes.to_ascii_lowercase();
    if value.is_empty() || attributes.contains("max-age=0") || attributes.contains("expires=thu, 01 jan 1970") {
        cookies.remove(name.trim());
    } else {
        cookies.insert(name.trim().to_owned(), value.to_owned());
    }
}
