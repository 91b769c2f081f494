//! A browser: it keeps cookies and follows where it is led, one step at a time.

use super::network::Network;
use http::header;
use reqwest::Response;
use serde_json::Value;
use std::collections::BTreeMap;
use url::Url;

pub(super) struct Browser {
    client: reqwest::Client,
    pub(super) cookies: BTreeMap<String, String>,
    here: Url,
}

impl Browser {
    pub(super) fn new(network: &Network) -> Self {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        Self { client: client.build().unwrap(), cookies: BTreeMap::new(), here: network.url.clone() }
    }

    fn request(&self, method: reqwest::Method, address: &Url) -> reqwest::RequestBuilder {
        let request = self.client.request(method, address.clone()).header("accept-language", "en");
        if address.origin() != self.here.origin() || self.cookies.is_empty() {
            return request;
        }
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.header(header::COOKIE, cookies.join("; "))
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Response {
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            assert!(attributes.contains("Secure; HttpOnly; SameSite=Lax"), "{attributes}");
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }

    pub(super) async fn get(&mut self, address: &Url) -> Response {
        let request = self.request(reqwest::Method::GET, address);
        self.send(request).await
    }

    /// Posts as a page of this site would; `site` is what the browser says of the page that asks.
    pub(super) async fn post(&mut self, path: &str, site: Option<&str>) -> Response {
        let address = self.here.join(path).unwrap();
        let mut request = self.request(reqwest::Method::POST, &address);
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        self.send(request).await
    }

    /// Begins to sign in, and gives back where at the issuer that leads.
    pub(super) async fn begin(&mut self, return_to: &str) -> Url {
        let mut address = self.here.join("/sign-in").unwrap();
        address.query_pairs_mut().append_pair("return_to", return_to);
        location(&self.get(&address).await)
    }

    /// Picks somebody at the issuer, and gives back the callback that this leads to.
    pub(super) async fn pick(&self, at: &Url, subject: &str, second_factor: bool) -> Url {
        let mut form: Vec<(String, String)> = at.query_pairs().into_owned().collect();
        form.push(("subject".to_owned(), subject.to_owned()));
        if second_factor {
            form.push(("second_factor".to_owned(), "yes".to_owned()));
        }
        let mut address = at.clone();
        address.set_query(None);
        location(&self.client.post(address).form(&form).send().await.unwrap())
    }

    /// Signs in as somebody and gives back the last response.
    pub(super) async fn sign_in(&mut self, name: &str, second_factor: bool) -> Response {
        let at = self.begin("/after?a=b").await;
        let callback = self.pick(&at, &format!("{name}-subject"), second_factor).await;
        self.get(&callback).await
    }

    pub(super) async fn who(&mut self) -> Value {
        let address = self.here.join("/who").unwrap();
        self.get(&address).await.json().await.unwrap()
    }
}

pub(super) fn location(response: &Response) -> Url {
    assert_eq!(response.status(), 303);
    let location = response.headers()[header::LOCATION].to_str().unwrap();
    response.url().join(location).unwrap()
}
