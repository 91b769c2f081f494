//! What the others do beside mutations: lists of those who took part, coming and going, files.

use super::others::{Others, TENANT};
use crate::sign_in::{graphql, pick};
use reqwest::{Method, StatusCode};
use serde_json::json;

/// What is done beside mutations.
pub(super) const BESIDE: [&str; 4] =
    ["a list is imported", "somebody signs in and out", "nobody knows a token", "a file is sent"];

impl Others<'_> {
    /// Does one of those things that are no mutation.
    pub(super) async fn beside(&mut self, which: usize, who: usize, key: usize) {
        let done = match BESIDE[which] {
            "a list is imported" => self.import(key).await,
            "somebody signs in and out" => self.sign_in_and_out(TENANT[who % 2]).await,
            "nobody knows a token" => {
                let nobody = self.server.anonymous().bearer(&format!("token-{key}"));
                nobody.query("{ viewer { roles } }", ()).await.status() == StatusCode::UNAUTHORIZED
            }
            _ => {
                let add = self.contract.mutation("addAttachment");
                for report in key..key + 8 {
                    self.attempt(&add, who % TENANT.len(), (report, 24 * report), false).await;
                }
                false
            }
        };
        if done {
            self.note(BESIDE[which]);
        }
    }

    /// Lets the trainer import a list of those who took part.
    async fn import(&self, key: usize) -> bool {
        let Some(trainer) = self.trainer() else { return false };
        let document = "{ viewer { membership { organisation { name municipality { code } } } } }";
        let own = self.actors[0].client.query(document, ()).await;
        let own = &own.body()["data"]["viewer"]["membership"]["organisation"];
        let Some((name, municipality)) = own["name"].as_str().zip(own["municipality"]["code"].as_str()) else {
            return false;
        };
        let institution = name.replace('"', "\"\"");
        let list = format!(
            "Title,Kind,Days,Municipality,Hours,Programme number,Participant,Function,Institution,Municipality of the institution\n\
             Обука,training,{}.3.2019,Ниш,6,,Ана Анић,,\"{institution}\",{municipality}\n",
            1 + key % 28
        );
        let request = trainer.client.request(Method::POST, "/participants").header("content-type", "text/csv");
        request.body(list).send().await.expect("an answer").status() == StatusCode::OK
    }

    /// Lets a member come with a browser, choose its membership, and leave.
    async fn sign_in_and_out(&mut self, email: &str) -> bool {
        let mut browser = self.server.browser();
        let issuer = browser.open(self.server.url("/sign-in")).await;
        pick(&mut browser, &issuer, email, true).await;
        let document = "{ viewer { memberships { id } } }";
        let own = graphql(&mut browser, self.server, document, json!({})).await;
        let input = json!({ "input": { "membershipId": own["data"]["viewer"]["memberships"][0]["id"] } });
        let choose = "mutation A($input: ActForInput!) { actFor(input: $input) { userErrors { code } } }";
        let chosen = graphql(&mut browser, self.server, choose, input).await;
        if chosen["data"]["actFor"]["userErrors"] == json!([]) {
            self.note("actFor");
        }
        browser.submit(self.server.url("/sign-out"), &[]).await.status == StatusCode::OK
    }
}
