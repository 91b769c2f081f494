//! Members and institutions in the walk, with marks in their names, and why some of them ended.

use super::planted::{Marks, key, mark, marks};
use crate::steps::{done, text};
use serde_json::json;
use tests::Server;

/// The Centre among the sources.
const CENTRE: usize = 3;

/// Members whose every text is marked, one of whom has left, and the name of the organisation.
pub(super) async fn members(server: &Server, source: usize, inviter: &str, role: &str) -> Vec<Marks> {
    let inviter = server.sign_in_as(inviter).await;
    let document = "{ viewer { membership { organisation { id name } } } }";
    let response = inviter.query(document, ()).await;
    let own = response.expect_no_errors().data()["viewer"]["membership"]["organisation"].clone();
    let member = mark(source, "member");
    let invite = |which: &str| {
        json!({ "idempotencyKey": key(source, which), "organisationId": own["id"], "roles": [role],
            "name": format!("{member} {which}"), "function": format!("{member} function"),
            "email": format!("{member}-{which}@example.rs") })
    };
    done(&inviter, "inviteMember", "membership { id }", invite("stays-here")).await;
    let left = done(&inviter, "inviteMember", "membership { id revision }", invite("has-left")).await;
    let why = format!("{} left", mark(source, "member.reason"));
    let end =
        json!({ "membershipId": left["membership"]["id"], "revision": left["membership"]["revision"], "reason": why });
    done(&inviter, "endMembership", "membership { id }", end).await;
    let organisation = Marks { source, class: "organisation".to_owned(), texts: vec![text(&own["name"])] };
    vec![marks(source, "member"), marks(source, "member.reason"), organisation]
}

/// An institution that the Centre has registered, its software, and why it was suspended for a while.
pub(super) async fn institution(server: &Server) -> Vec<Marks> {
    let administrator = server.sign_in_as("administrator@centre.example").await;
    let name = mark(CENTRE, "institution");
    let register = json!({ "idempotencyKey": key(CENTRE, "institution"), "name": format!("{name} name"),
        "kind": "SCHOOL", "municipality": "novi-sad" });
    let school = done(&administrator, "registerOrganisation", "organisation { id }", register).await;
    let school = &school["organisation"]["id"];
    let software = json!({ "idempotencyKey": key(CENTRE, "software"), "organisationId": school,
        "name": format!("{name} software"), "clientId": format!("{name}-software") });
    done(&administrator, "connectSoftware", "membership { id }", software).await;
    for mutation in ["suspendOrganisation", "reinstateOrganisation"] {
        let why = format!("{} {mutation}", mark(CENTRE, "institution.reason"));
        done(&administrator, mutation, "organisation { id }", json!({ "organisationId": school, "reason": why })).await;
    }
    vec![marks(CENTRE, "institution"), marks(CENTRE, "institution.reason")]
}
